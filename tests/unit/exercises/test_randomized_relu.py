import math

import numpy as np
import pytest
from scipy import stats

from utils.exercises import grading


@pytest.mark.parametrize(
    "answer", [math.log(8 / 3) / 5, np.float32(0.1962), 0.1955, [0.196]]
)
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
        (0.2, "give three decimals"),
        ("0.196", "of type str"),
        (None, "of type NoneType"),
        (float("nan"), "it is nan"),
    ],
)
def test_wrong_answers_to_1(answer, says):
    right, message = grading.grade("randomized_relu.1", answer)
    assert not right
    assert says in message


MEAN = math.log(8 / 3) / 5


def leaky(x, slope):
    return np.where(x < 0, x * slope, x)


def solution(x, training, rng):
    if training:
        return np.where(x < 0, x / rng.uniform(3, 8, x.shape[1]), x)
    return np.where(x < 0, x * np.log(8 / 3) / 5, x)


def in_float32(x, training, rng):
    return solution(np.float32(x), training, rng).astype("float32")


def rounded_slope(x, training, rng):
    alpha = 3 + 5 * rng.random((1, x.shape[1])) if training else 1 / 0.196
    return np.maximum(x, 0) + np.minimum(x, 0) / alpha


@pytest.mark.parametrize("answer", [solution, in_float32, rounded_slope])
def test_right_answers_to_2(answer):
    right, message = grading.grade("randomized_relu.2", answer)
    assert right, message


def drawing(draw):
    """The solution, but in training alpha is what is drawn."""

    def answer(x, training, rng):
        return leaky(x, 1 / draw(x, rng)) if training else leaky(x, MEAN)

    return answer


def resting(rest):
    """The solution, but in inference it returns something else."""

    def answer(x, training, rng):
        return solution(x, True, rng) if training else rest(x)

    return answer


def uniform_slope(x, rng):
    return 1 / rng.uniform(1 / 8, 1 / 3, x.shape[1])


def spread(x, rng):
    """The right mean and bounds, but mostly near the bounds."""
    return np.where(rng.random(x.shape[1]) < 0.5, 3.0, 8.0)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "in place of the dots"),
        (drawing(lambda x, rng: rng.uniform(3, 8)), "share one slope"),
        (drawing(lambda x, rng: 5.5), "share one slope"),
        (drawing(lambda x, rng: rng.uniform(3, 8, x.shape)), "that is RReLU"),
        (
            drawing(lambda x, rng: rng.uniform(3, 8, (len(x), 1))),
            "the other way round",
        ),
        (
            drawing(lambda x, rng: 1 / rng.uniform(3, 8, x.shape[1])),
            "you multiply by alpha",
        ),
        (
            drawing(lambda x, rng: rng.uniform(2, 9, x.shape[1])),
            "between 1/8 and 1/3",
        ),
        (
            drawing(lambda x, rng: rng.uniform(4, 7, x.shape[1])),
            "be uniform between 3 and 8",
        ),
        (drawing(spread), "be uniform between 3 and 8"),
        (drawing(uniform_slope), "the distribution is not"),
        (
            drawing(lambda x, rng: np.sort(rng.uniform(3, 8, x.shape[1]))),
            "do not sort them",
        ),
        (
            drawing(lambda x, rng: np.linspace(3, 8, x.shape[1])),
            "do not sort them",
        ),
        (
            drawing(lambda x, rng: np.random.default_rng(0).uniform(3, 8, x.shape[1])),
            "A second call draws the same",
        ),
        (
            drawing(lambda x, rng: np.random.uniform(3, 8, x.shape[1])),
            "and from nothing else",
        ),
        (
            lambda x, training, rng: x / rng.uniform(3, 8, x.shape[1]),
            "as they are",
        ),
        (resting(lambda x: leaky(x, 1 / 5.5)), "the slope of the paper in inference"),
        (resting(lambda x: x), "nothing happens below zero"),
        (resting(lambda x: leaky(x, 0)), "a plain ReLU"),
        (resting(lambda x: leaky(x, 5.5)), "you multiply by the mean"),
        (resting(lambda x: leaky(x, 0.3)), "In inference the slope should be 0.196"),
        (resting(lambda x: leaky(x, 0.2)), "In inference the slope should be 0.196"),
        (
            resting(lambda x: solution(x, True, np.random.default_rng(0))),
            "all units have the same slope",
        ),
        (lambda x, training, rng: solution(x, True, rng), "ended in AttributeError"),
        (lambda x, training, rng: 0.0, "returned the shape ()"),
        (lambda x, training, rng: np.full_like(x, np.nan), "not finite"),
        (lambda x: x, "ended in TypeError"),
        (np.zeros(3), "of type ndarray"),
        (None, "of type NoneType"),
    ],
)
def test_wrong_answers_to_2(answer, says):
    right, message = grading.grade("randomized_relu.2", answer)
    assert not right
    assert says in message


def test_mean_slope_of_2_is_that_of_its_draws():
    rng = np.random.default_rng(0)
    slopes = [-solution(-np.ones((1, 1_000)), True, rng).mean() for _ in range(300)]
    assert np.mean(slopes) == pytest.approx(MEAN, abs=1e-3)
    assert -solution(-np.ones((1, 1)), False, None)[0, 0] == pytest.approx(MEAN)


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


def holm_as_a_list(p):
    return [bool(stands) for stands in holm(p)]


@pytest.mark.parametrize("answer", [holm, holm_by_cumulation, holm_as_a_list])
def test_solutions_of_3_pass(answer):
    right, message = grading.grade("randomized_relu.3", answer)
    assert right, message


def without_a_stop(p):
    order = np.argsort(p)
    stands = np.empty(p.size, bool)
    stands[order] = p[order] <= 0.05 / np.arange(p.size, 0, -1)
    return stands


def wrongly_put_back(p):
    order = np.argsort(p)
    return holm(p[order])[order]


def always_three(p):
    stands = np.zeros(p.size, bool)
    for k, i in enumerate(np.argsort(p)):
        if p[i] > 0.05 / max(3 - k, 1):
            break
        stands[i] = True
    return stands


def sidak(p):
    stands = np.zeros(p.size, bool)
    for k, i in enumerate(np.argsort(p)):
        if p[i] > 1 - 0.95 ** (1 / (p.size - k)):
            break
        stands[i] = True
    return stands


def benjamini_hochberg(p):
    return stats.false_discovery_control(p) <= 0.05


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "in place of the dots"),
        (wrongly_put_back, "does not undo the sorting"),
        (always_three, "not always 3"),
        (sidak, "That is Šidák's variant"),
        (benjamini_hochberg, "That is Benjamini and Hochberg"),
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
