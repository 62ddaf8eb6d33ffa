"""Lists, tuples and arrays of the same numbers are the same answer, everywhere."""

import numpy as np
import pytest

from utils.exercises import grade

NUMBERS = {
    "penalty_geometry.2": 0.0977,
    "outliers.2": 4.5,
    "outliers.3": 100,
    "keras_regularizers.3": 0.3,
    "five_runs.1": 4.0,
    "which_lambda.1": 4.75,
    "exact_zeros.3": 0.75,
    "randomized_relu.1": np.log(8 / 3) / 5,
}
PAIRS = {
    "exact_zeros.1": (-0.002, 0.001),
    "freeze.1": (11, 7),
    "colorize.1": (47, 54),
}


@pytest.mark.parametrize("id", NUMBERS)
@pytest.mark.parametrize("wrap", [list, tuple, np.array, lambda one: [one]])
def test_one_number(id, wrap):
    right, message = grade(id, wrap([NUMBERS[id]]))
    assert right, message


@pytest.mark.parametrize("id", NUMBERS)
def test_two_numbers_are_not_one(id):
    right, message = grade(id, [NUMBERS[id], NUMBERS[id]])
    assert not right and "of type list" in message


@pytest.mark.parametrize("id", PAIRS)
@pytest.mark.parametrize(
    "wrap", [list, tuple, np.array, lambda pair: [[one] for one in pair], iter]
)
def test_two_numbers(id, wrap):
    right, message = grade(id, wrap(PAIRS[id]))
    assert right, message


@pytest.mark.parametrize("id", [*NUMBERS, *PAIRS])
def test_before_an_answer_there_is_an_invitation(id):
    assert grade(id, ...) == (
        False,
        "Put your answer in place of the dots, and run the cell.",
    )
