"""A list, a tuple or an array of one number counts as that number, everywhere."""

import numpy as np
import pytest

from utils.exercises import grade

NUMBERS = {
    "penalty_geometry.2": 2 - np.sqrt(2),
    "outliers.1": 121 / 7,
    "keras_regularizers.1": 1.06,
    "keras_regularizers.3": 0.3,
    "five_runs.1": 4.0,
    "which_lambda.1": 4.75,
    "exact_zeros.3": 3.0,
    "freeze.1": 104_488,
    "randomized_relu.1": np.log(8 / 3) / 5,
    "colorize.1": 17,
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
