"""Checks at the door of public functions: what was given, and what is allowed."""

import math
from numbers import Integral, Real

import numpy as np


def whole(name: str, value, low: int | None = None, high: int | None = None) -> int:
    """Return a whole number of any type as an int.

    Args:
        name: What the argument is called, for the message.
        value: What was given.
        low, high: The smallest and largest value allowed; None for no bound.

    Raises:
        TypeError: If it is not a whole number (booleans are none).
        ValueError: If it is out of range.
    """
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name} must be a whole number, got {value!r}")
    _in_range(name, value, low, high)
    return int(value)


def number(
    name: str,
    value,
    low: float | None = None,
    high: float | None = None,
    *,
    above: float | None = None,
) -> float:
    """Return a finite number of any type as a float.

    Args:
        name, value, low, high: As for ``whole``.
        above: What the value must be larger than; None for no such bound.

    Raises:
        TypeError: If it is not a real number (booleans are none).
        ValueError: If it is not finite or out of range.
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a number, got {value!r}")
    try:
        result = float(value)
    except OverflowError:  # a whole number of more than 308 digits
        result = math.inf
    if not math.isfinite(result):
        raise ValueError(f"{name} must be finite, got {value!r}")
    if above is not None and not value > above:
        raise ValueError(f"{name} must be above {above}, got {value!r}")
    _in_range(name, value, low, high)
    return result


def flag(name: str, value) -> bool:
    """Return a boolean.

    Raises:
        TypeError: If it is none.
    """
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be True or False, got {value!r}")
    return bool(value)


def finite(name: str, array: np.ndarray) -> np.ndarray:
    """Return an array of numbers, all of which are finite.

    Raises:
        ValueError: If one is not; the message names its place.
    """
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        place = tuple(map(int, np.argwhere(~np.isfinite(array))[0]))
        raise ValueError(f"{name} must be finite, got {array[place]} at {list(place)}")
    return array


def one_of(name: str, value, known):
    """Return ``value`` if it is one of ``known``.

    Raises:
        ValueError: If it is not; the message lists what is known.
    """
    if value not in list(known):  # a set would refuse lists in words of its own
        raise ValueError(
            f"{name} must be one of {', '.join(map(str, known))}, got {value!r}"
        )
    return value


def _in_range(name, value, low, high):
    if (low is None or value >= low) and (high is None or value <= high):
        return
    allowed = f"from {low} to {high}"
    if high is None:
        allowed = f"at least {low}"
    elif low is None:
        allowed = f"at most {high}"
    raise ValueError(f"{name} must be {allowed}, got {value!r}")
