import math

import numpy as np
import pytest

from utils.exercises import grading


@pytest.mark.parametrize("answer", [math.log(8 / 3) / 5, np.float32(0.1962), 0.1955])
def test_right_answers_to_1(answer):
    right, message = grading.grade("randomized_relu.1", answer)
    assert right, message


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "in place of the dots"),
        (1 / 5.5, "slope in inference"),
        (5.5, "mean of alpha. The slope"),
        (5 / math.log(8 / 3), "turn it over"),
        ((1 / 3 + 1 / 8) / 2, "if the slope were uniform"),
        (-0.196, "alpha is above zero"),
        (0.5, "Draw many alpha"),
        ("0.196", "of type str"),
        (None, "of type NoneType"),
        (float("nan"), "it is nan"),
    ],
)
def test_wrong_answers_to_1(answer, says):
    right, message = grading.grade("randomized_relu.1", answer)
    assert not right
    assert says in message


def rrelu(x, rng):
    alpha = rng.uniform(3, 8, x.shape)
    return np.where(x < 0, x / alpha, x)


def test_solution_of_2_passes():
    right, message = grading.grade("randomized_relu.2", rrelu)
    assert right, message


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "in place of the dots"),
        (
            lambda x, rng: np.where(x < 0, x * rng.uniform(3, 8, x.shape), x),
            "you multiply by alpha",
        ),
        (lambda x, rng: np.where(x < 0, x / rng.uniform(3, 8), x), "share one slope"),
        (
            lambda x, rng: np.where(x < 0, x / rng.uniform(3, 8, x.shape[1]), x),
            "share a draw",
        ),
        (
            lambda x, rng: np.where(x < 0, x / rng.uniform(3, 8, (len(x), 1)), x),
            "share a draw",
        ),
        (lambda x, rng: x / rng.uniform(3, 8, x.shape), "as they are"),
        (
            lambda x, rng: np.where(x < 0, x * rng.uniform(1 / 8, 1 / 3, x.shape), x),
            "the distribution is not",
        ),
        (
            lambda x, rng: np.where(x < 0, x / rng.uniform(2, 9, x.shape), x),
            "between 1/8 and 1/3",
        ),
        (lambda x, rng: 0.0, "returned the shape ()"),
        (lambda x, rng: np.full_like(x, np.nan), "not finite"),
        (lambda x: x, "ended in TypeError"),
        (rrelu(np.zeros(3), np.random.default_rng(0)), "of type ndarray"),
        (None, "of type NoneType"),
    ],
)
def test_wrong_answers_to_2(answer, says):
    right, message = grading.grade("randomized_relu.2", answer)
    assert not right
    assert says in message


def holm(p):
    stands = np.zeros(p.size, bool)
    for k, i in enumerate(np.argsort(p)):
        if p[i] > 0.05 / (p.size - k):
            break
        stands[i] = True
    return stands


def holm_by_cumulation(p):
    order = np.argsort(p)
    below = p[order] <= 0.05 / np.arange(p.size, 0, -1)
    stands = np.empty(p.size, bool)
    stands[order] = np.logical_and.accumulate(below)
    return stands


@pytest.mark.parametrize("answer", [holm, holm_by_cumulation])
def test_solutions_of_3_pass(answer):
    right, message = grading.grade("randomized_relu.3", answer)
    assert right, message


def without_a_stop(p):
    order = np.argsort(p)
    stands = np.empty(p.size, bool)
    stands[order] = p[order] <= 0.05 / np.arange(p.size, 0, -1)
    return stands


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "in place of the dots"),
        (lambda p: p < 0.05, "as if it were the only one"),
        (lambda p: p < 0.05 / p.size, "That is Bonferroni"),
        (lambda p: holm(np.sort(p)), "The verdicts are sorted"),
        (without_a_stop, "all larger p-values fail too"),
        (lambda p: ~holm(p), "Holm says"),
        (lambda p: p, "one True or False for each"),
        (lambda p: True, "one True or False for each"),
        (lambda p, level: p, "ended in TypeError"),
        (0.05, "of type float"),
        (float("nan"), "of type float"),
    ],
)
def test_wrong_answers_to_3(answer, says):
    right, message = grading.grade("randomized_relu.3", answer)
    assert not right
    assert says in message
