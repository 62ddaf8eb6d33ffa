import numpy as np
import pytest

from utils.color import class_weights
from utils.exercises import grading


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "in place of the dots"),
        (16, "how many pixels the patch loses"),
        (24, "The squares overlap"),
        (9, "there are two sides"),
        (8, "to one side"),
        (3, "That is one convolution"),
        (289, "We asked for its side"),
        (32, "That is the patch"),
        (6561, "Sizes add up"),
        (20, "Begin with one output pixel"),
        ("17", "of type str"),
        (float("nan"), "but it is nan"),
    ],
)
def test_wrong_answers_to_1(answer, says):
    right, message = grading.grade("colorize.1", answer)
    assert not right
    assert says in message


def test_solution_of_1_passes():
    assert grading.grade("colorize.1", 1 + 8 * 2)[0]


def annealed(p, centers, T):
    powers = p ** (1 / T)
    return powers / powers.sum(axis=-1, keepdims=True) @ centers


def test_solution_of_2_passes():
    right, message = grading.grade("colorize.2", annealed)
    assert right, message


def softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "in place of the dots"),
        (lambda p, c, T: p ** (1 / T) @ c, "no longer sum to 1"),
        (lambda p, c, T: annealed(p, c, 1 / T), "Small T should sharpen"),
        (lambda p, c, T: p @ c, "That is the plain mean"),
        (lambda p, c, T: c[p.argmax(axis=-1)], "most probable color"),
        (lambda p, c, T: softmax(p / T) @ c, "probabilities already"),
        (lambda p, c, T: annealed(p, c, T) + 1, "is off by"),
        (lambda p, c, T: p ** (1 / T), "should be of shape (3, 4, 2)"),
        (lambda p, c, T: annealed(p, c, T) * np.nan, "not finite"),
        (lambda p, c: p @ c, "ended in TypeError"),
        (lambda p, c, T: "red", "should be numbers, but it is of type str"),
        (0.38, "should be a function of p, centers and T"),
    ],
)
def test_wrong_answers_to_2(answer, says):
    right, message = grading.grade("colorize.2", answer)
    assert not right
    assert says in message


def weights(p, mix):
    w = 1 / ((1 - mix) * p + mix / len(p))
    return w / (p * w).sum()


def test_solution_of_3_passes_and_is_what_utils_computes():
    right, message = grading.grade("colorize.3", weights)
    assert right, message
    p = np.random.default_rng(0).dirichlet(np.ones(20))
    np.testing.assert_allclose(weights(p, 0.5), class_weights(p), rtol=1e-5)


def raw(p, mix):
    return 1 / ((1 - mix) * p + mix / len(p))


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "in place of the dots"),
        (raw, "The formula is right"),
        (lambda p, mix: raw(p, mix) / raw(p, mix).mean(), "Their plain mean is 1"),
        (lambda p, mix: raw(p, mix) / raw(p, mix).sum(), "Their sum is 1"),
        (lambda p, mix: weights(p, 1 - mix), "have changed places"),
        (lambda p, mix: weights(p, 0), "has no part in it yet"),
        (lambda p, mix: weights(p, mix) + 1, "the first weight should be"),
        (lambda p, mix: 1 / raw(p, mix) / (p @ (1 / raw(p, mix))), "grow with p"),
        (lambda p, mix: 1.0, "should be of shape (4,)"),
        (lambda p: p, "ended in TypeError"),
        (None, "should be a function of p and mix"),
    ],
)
def test_wrong_answers_to_3(answer, says):
    right, message = grading.grade("colorize.3", answer)
    assert not right
    assert says in message
