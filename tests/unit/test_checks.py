import math
import re
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from utils.checks import finite, flag, number, one_of, whole

INTEGERS = st.one_of(
    st.integers(), st.integers(-100, 100).map(np.int8), st.integers(0, 9).map(np.uint64)
)
REALS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(-1e3, 1e3, width=32).map(np.float32),
    st.fractions(max_denominator=99),
    INTEGERS,
)
NO_NUMBERS = [None, True, np.True_, "3", [3], np.ones(1), 1j, Decimal(3)]


def refused(error, call, *parts):
    """Check that ``call`` raises a message that holds each of ``parts``."""
    with pytest.raises(error) as raised:
        call()
    for part in ("size must be", *parts):
        assert part in str(raised.value)


@given(value=INTEGERS, low=st.integers(), more=st.integers(0))
def test_whole_numbers_are_returned_as_int_if_in_range(value, low, more):
    high = low + more
    assert type(whole("size", value)) is int and whole("size", value) == value
    for bounds, inside, says in (
        ((low, high), low <= value <= high, f"from {low} to {high}, got {value!r}"),
        ((low, None), low <= value, f"at least {low}, got {value!r}"),
        ((None, high), value <= high, f"at most {high}, got {value!r}"),
    ):
        if inside:
            assert whole("size", value, *bounds) == value
        else:
            refused(ValueError, lambda b=bounds: whole("size", value, *b), says)


@given(value=REALS, low=st.floats(-1e6, 1e6), more=st.floats(0, 1e6))
def test_numbers_are_returned_as_float_if_in_range(value, low, more):
    try:
        expected = float(value)
    except OverflowError:
        assume(False)
    high = low + more
    assert type(number("size", value)) is float and number("size", value) == expected
    for bounds, inside, says in (
        ((low, high), low <= value <= high, f"from {low} to {high}, got {value!r}"),
        ((low, None), low <= value, f"at least {low}, got {value!r}"),
        ((None, high), value <= high, f"at most {high}, got {value!r}"),
    ):
        if inside:
            assert number("size", value, *bounds) == expected
        else:
            refused(ValueError, lambda b=bounds: number("size", value, *b), says)
    if value > low:
        assert number("size", value, above=low) == expected
    else:
        says = f"above {low}, got {value!r}"
        refused(ValueError, lambda: number("size", value, above=low), says)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, np.float16("nan")])
def test_numbers_that_are_not_finite_are_refused(value):
    refused(ValueError, lambda: number("size", value), f"finite, got {value!r}")
    refused(TypeError, lambda: whole("size", value), "a whole number")


def test_a_whole_number_too_long_for_a_float_is_not_finite():
    assert whole("size", 10**400) == 10**400
    refused(ValueError, lambda: number("size", 10**400, 0), "finite, got 1000")


@pytest.mark.parametrize("value", NO_NUMBERS, ids=repr)
def test_what_is_no_number_is_refused(value):
    refused(TypeError, lambda: number("size", value), f"a number, got {value!r}")
    refused(TypeError, lambda: whole("size", value), f"a whole number, got {value!r}")


@pytest.mark.parametrize("value", [2.0, np.float32(2), Fraction(2)], ids=repr)
def test_a_float_is_no_whole_number(value):
    refused(TypeError, lambda: whole("size", value), f"a whole number, got {value!r}")


@pytest.mark.parametrize("value", [True, False, np.True_, np.False_])
def test_flags(value):
    assert flag("size", value) is bool(value)


@pytest.mark.parametrize("value", [0, 1, None, "yes", np.ones(1, bool)], ids=repr)
def test_what_is_no_flag_is_refused(value):
    refused(TypeError, lambda: flag("size", value), f"True or False, got {value!r}")


@given(
    array=arrays(
        st.sampled_from(["float32", "float64", "int32", "bool"]), array_shapes()
    )
)
def test_arrays_are_returned_if_finite_and_else_the_first_place_is_named(array):
    if np.isfinite(array).all():
        assert finite("size", array) is array
        return
    with pytest.raises(ValueError) as raised:
        finite("size", array)
    says = r"size must be finite, got (-?inf|nan) at \[(.*)\]"
    place = re.fullmatch(says, str(raised.value))[2]
    place = tuple(map(int, place.split(", ")))
    ahead = np.ravel_multi_index(place, array.shape)
    assert not np.isfinite(array[place])
    assert np.isfinite(array.ravel()[:ahead]).all()


@pytest.mark.parametrize("known", [("a", "b"), ["a", "b"], {"a": 1, "b": 2}])
def test_one_of_several(known):
    assert one_of("size", "b", known) == "b"
    for value in ("c", None, ["a"], {}):
        says = f"one of a, b, got {value!r}"
        refused(ValueError, lambda v=value: one_of("size", v, known), says)
