"""The common pieces: find a checker, run it, read an answer, compare, say why not."""

import importlib
import inspect
import math
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import redirect_stdout
from itertools import islice
from numbers import Real
from pathlib import Path

import numpy as np

from utils import checks
from utils.exercises.trying import Noticing, TooLong, is_blank, time_limit

# How long checking an answer may take; an endless loop ends then.
SECONDS = 60
# How many numbers are taken out of a list, or of what may give them without end.
MOST = 100_000

_checkers: dict[str, Callable] = {}


class Wrong(Exception):
    """Raised by a checker: what is wrong with the answer, and what to look at."""


class Unanswered(Exception):
    """Raised where the answer is still the dots of the blank cell."""


def exercise(id: str) -> Callable:
    """Register the decorated function as the checker of exercise ``id``.

    It is called as ``checker(answer, **context)``, raises ``Wrong`` for a wrong
    answer, and returns one sentence on what the right answer teaches.
    """

    def register(checker):
        _checkers[id] = checker
        return checker

    return register


def check(id: str, answer, **context) -> None:
    """Print what ``grade`` says, or an invitation while there is no answer."""
    verdict, message = _judge(id, answer, context)
    print(f"{verdict} ({id}). {message}")


def grade(id: str, answer, **context) -> tuple[bool, str]:
    """Run the checker of exercise ``id``: (right or not, one or two sentences).

    Args:
        id: The chapter's name, a dot and a number, like "keras_regularizers.1".
        answer: What the reader wrote; ``...``, or a function of which the body is
            ``...``, stands for "not answered yet".
        context: What the checker needs from the notebook, by name.

    Raises:
        ValueError: If there is no such exercise.
        TypeError: If the context is not what the checker needs.
    """
    verdict, message = _judge(id, answer, context)
    return verdict == "Right", message


def _judge(id: str, answer, context: dict) -> tuple[str, str]:
    """The verdict, "Right", "Not yet" or "Your turn", and what to say to it."""
    checker = _checker(id)
    _check_context(id, list(inspect.signature(checker).parameters)[1:], context)
    try:
        if answer is ... or is_blank(answer):
            raise Unanswered
        with time_limit(SECONDS):
            return "Right", checker(answer, **context)
    except Unanswered:
        return "Your turn", "Put your answer in place of the dots, and run the cell."
    except (Wrong, TooLong) as wrong:
        return "Not yet", str(wrong)
    except (Exception, SystemExit) as error:
        return "Not yet", _blame(error, answer, context)


def _blame(error: BaseException, answer, context: dict) -> str:
    """What to say of an error which may be the answer's, or that of the cells above."""
    said = f"Checking your answer ended in {_told(error)}"
    if callable(answer):
        said += " Call it yourself in a cell, to see where."
    if context:
        names = _listed(f"`{name}`" for name in context)
        said += (
            f" Perhaps it is not your answer: the check also uses {names} from the "
            "cells above. Run those again, and then this one."
        )
    return said


def _listed(names: Iterable[str]) -> str:
    *rest, last = names
    return f"{', '.join(rest)} and {last}" if rest else last


def _checker(id: str) -> Callable:
    """The checker of exercise ``id``; loads its chapter's module."""
    chapter = str(id).rpartition(".")[0]
    files = {file.stem for file in Path(__file__).parent.glob("*.py")}
    chapters = sorted(files - {"__init__", "grading", "trying"})
    if chapter in chapters:
        importlib.import_module(f"{__package__}.{chapter}")
    known = [each for each in _checkers if each.rpartition(".")[0] == chapter]
    if not known:
        raise ValueError(
            "id must be a chapter, a dot and a number, and the chapter one of "
            f"{', '.join(chapters)}, got {id!r}"
        )
    return _checkers[checks.one_of("id", id, known)]


def _check_context(id: str, needed: list[str], context: dict) -> None:
    faults = [f"{name} is missing" for name in needed if name not in context]
    faults += [f"{name} is unknown" for name in context if name not in needed]
    if faults:
        call = f"check({', '.join([repr(id), 'answer', *(f'{n}=…' for n in needed)])})"
        raise TypeError(
            f"your answer was not looked at, since the cell must call {call}: "
            f"{', '.join(faults)}"
        )


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".rstrip(": .") + "."


def number(answer, what: str = "a number") -> float:
    """The answer as a float, or ``Wrong`` if it is not one finite number.

    A list, tuple, array or tensor that holds one number counts as that number.
    """
    return _real(answer, f"The answer should be {what}, but it is")


def numbers(answer, what: str, size: int | None = None) -> np.ndarray:
    """The answer as an array of finite floats, or ``Wrong`` if it is something else.

    Args:
        answer: An array, a tensor, or anything else that numbers come out of.
        what: What it should be, for the message.
        size: How many numbers; the array is flat then.
    """
    wanted = f"The answer should be {what}, but"
    values = _floats(answer, wanted)
    if values.ndim == 0:
        raise Wrong(f"{wanted} it is {_type(answer)}")
    if size is None:
        return values
    if values.size != size:
        raise Wrong(f"{wanted} it holds {values.size}.")
    return values.ravel()


def call(answer, /, *, shape: tuple | None = None, case: str = "", **given):
    """What the reader's function returns, or ``Wrong`` if it is none or fails.

    Args:
        answer: The function.
        shape: Of an array of finite floats, to which the result is converted then.
        case: What it is called for, for the message.
        given: Its arguments, in their order; of arrays it gets copies.
    """
    case = case and f" for {case}"
    call = f"answer({', '.join(given)})"
    if not callable(answer):
        raise Wrong(
            f"The answer should be a function of {_listed(given)}, but it is of type "
            f"{type(answer).__name__}. Begin it with `def {call}:`."
        )
    noticed = Noticing(sys.stdout)
    try:
        with redirect_stdout(noticed):
            found = answer(*map(_copied, given.values()))
    except (Exception, SystemExit) as error:
        raise Wrong(f"Calling {call}{case} ended in {_told(error)}") from None
    if found is ...:
        raise Unanswered
    if found is None and noticed.printed:
        raise Wrong(
            "The function prints, but it returns nothing: `return` the result instead "
            "of printing it."
        )
    if found is None:
        raise Wrong("The function returns nothing. Does it end in `return`?")
    if shape is None:
        return found
    found = _floats(found, f"The result{case} should be numbers, but")
    if found.shape != shape:
        raise Wrong(
            f"The result{case} should be of shape {shape}, but the function returned "
            f"the shape {found.shape}."
        )
    return found


def _copied(value):
    return value.copy() if isinstance(value, np.ndarray) else value


def close(found, right, rtol: float = 1e-3, atol: float = 1e-6) -> bool:
    """Whether all numbers are the right ones, but for ``atol + rtol * abs(right)``."""
    return bool(np.allclose(found, right, rtol=rtol, atol=atol))


def refuse(reasons: dict[str, bool]) -> None:
    """Raise ``Wrong`` with the first reason that holds, if any does."""
    for reason, holds in reasons.items():
        if holds:
            raise Wrong(reason)


def compare(found, right, mistakes: dict, advice: str, **tolerance: float) -> None:
    """Raise ``Wrong`` if ``found`` is not ``right``: why not, or else the advice.

    Args:
        found, right: Numbers, or arrays of one shape.
        mistakes: What to say of each typical mistake, with the value that it gives.
        advice: What to say of any other wrong value.
        tolerance: ``rtol`` and ``atol`` of ``close``.
    """
    if close(found, right, **tolerance):
        return
    refuse({say: close(found, value, **tolerance) for say, value in mistakes.items()})
    raise Wrong(advice)


def _floats(value, wanted: str) -> np.ndarray:
    """An array of finite floats, or ``Wrong``, which begins with what is wanted."""
    plain = hasattr(value, "__array__") or isinstance(value, str | bytes | Mapping)
    if isinstance(value, Iterable) and not plain:
        listed = list(islice(value, MOST + 1))
        if len(listed) > MOST:
            raise Wrong(f"{wanted} it holds more than {MOST:,}.")
        array = np.array(listed, dtype=object)
    else:
        array = np.asarray(value)
    if array.dtype.kind in "iuf" and np.isfinite(array).all():
        return array.astype(float)
    start = f"{wanted} {'it' if array.ndim == 0 else 'one of them'} is"
    return np.reshape([_real(each, start) for each in array.flat], array.shape)


def _real(value, start: str) -> float:
    """One finite number out of what may be wrapped in lists, arrays or tensors."""
    if hasattr(value, "__array__"):
        value = np.asarray(value)
        value = value.item() if value.size == 1 else value
    elif isinstance(value, list | tuple) and len(value) == 1:
        return _real(value[0], start)
    if isinstance(value, bool) or not isinstance(value, Real):
        raise Wrong(f"{start} {_type(value)}")
    try:
        found = float(value)
    except OverflowError:  # a whole number of more than 308 digits
        raise Wrong(f"{start} far too large.") from None
    if not math.isfinite(found):
        raise Wrong(f"{start} {value}, which is not finite.")
    return found


def _type(value) -> str:
    """Of which type a value is that should be a number, and how that may come."""
    why = ""
    if value is None:
        why = " That is what `print` gives, and a function without `return`."
    elif callable(value) and not isinstance(value, type):
        why = " Has it to be called?"
    return f"of type {type(value).__name__}.{why}"
