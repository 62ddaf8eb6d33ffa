import keras
import numpy as np
import pytest
import tensorflow as tf

from utils.exercises import grading
from utils.penalties import SoftThreshold, soft_threshold


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "Not answered yet"),
        (0, "two numbers, as the weight comes back"),
        (0.001, "two numbers, as the weight comes back"),
        ((0, 0), "land on 0 to the last digit"),
        ((0.003, -0.003), "two steps apart"),
        ((-0.001, 0.001), "must be 0.003 apart"),
        ((0.0015, -0.0015), "Right distance, wrong place"),
        ((0.1, -0.2), "a step of 0.3"),
        ((0.1, 0.0), "with or without data"),
        ((0.5, -0.5), "Go down from 0.1"),
        ((0.001,), "it holds 1"),
        (("0.001", -0.002), "of type str"),
        (None, "of type NoneType"),
        ((float("nan"), 0.0), "one of them is nan"),
    ],
)
def test_wrong_answers_to_1(answer, says):
    right, message = grading.grade("exact_zeros.1", answer)
    assert not right
    assert says in message


def test_solution_of_1_is_what_keras_does():
    w = keras.Variable(np.float32([0.1]))
    sgd = keras.optimizers.SGD(0.01)
    seen = []
    for _ in range(1_000):
        sgd.apply([0.3 * keras.ops.sign(w)], [w])
        seen.append(float(w[0]))
    for answer in (seen[-2:], np.array(seen[-2:]), (0.001, -0.002), (-0.002, 0.001)):
        right, message = grading.grade("exact_zeros.1", answer)
        assert right, message


def solution(w, gradient, rate, strength):
    stepped = w - rate * gradient
    return np.sign(stepped) * np.maximum(np.abs(stepped) - rate * strength, 0)


def test_solutions_of_2_pass():
    def by_utils(w, gradient, rate, strength):
        return soft_threshold(w - rate * gradient, rate * strength)

    for answer in (solution, by_utils):
        right, message = grading.grade("exact_zeros.2", answer)
        assert right, message


def subgradient(w, gradient, rate, strength):
    return w - rate * (gradient + strength * np.sign(w))


def whole_strength(w, gradient, rate, strength):
    return soft_threshold(w - rate * gradient, strength)


def threshold_first(w, gradient, rate, strength):
    return soft_threshold(w, rate * strength) - rate * gradient


def cut(w, gradient, rate, strength):
    stepped = w - rate * gradient
    return np.where(np.abs(stepped) <= rate * strength, 0, stepped)


def no_gradient(w, gradient, rate, strength):
    return soft_threshold(w, rate * strength)


def no_rate(w, gradient, rate, strength):
    return soft_threshold(w - gradient, rate * strength)


def no_threshold(w, gradient, rate, strength):
    return w - rate * gradient


def nearly(w, gradient, rate, strength):
    return solution(w, gradient, rate, strength) + 1e-12


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "Not answered yet"),
        (subgradient, "the step of SGD + L1"),
        (whole_strength, "The threshold is too large"),
        (threshold_first, "The gradient's step comes first"),
        (cut, "all have to move"),
        (no_gradient, "The gradient is missing"),
        (no_rate, "missing the learning rate"),
        (no_threshold, "The threshold is missing"),
        (nearly, "should be exact"),
        (lambda w, g, rate, strength: 2 * w, "instead of"),
        (lambda w, g, rate, strength: w[0], "the shape ()"),
        (lambda w, g, rate, strength: None, "returns nothing"),
        (lambda w, g, rate, strength: "w", "should be numbers, but it is of type str"),
        (lambda w, g, rate, strength: w * np.nan, "not finite"),
        (lambda w: w, "answer(w, gradient, rate, strength) ended in TypeError"),
        (0.5, "of type float"),
    ],
)
def test_wrong_answers_to_2(answer, says):
    right, message = grading.grade("exact_zeros.2", answer)
    assert not right
    assert says in message


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "Not answered yet"),
        (0.3, "as if λ were 0.03"),
        (0.03, "Turn it over"),
        (0.27, "weaker still"),
        (1 / 3, "not by 0.9"),
        (0.57, "add up further"),
        (1.0, "the same factor"),
        ("3", "of type str"),
        (True, "of type bool"),
        (float("inf"), "it is inf"),
    ],
)
def test_wrong_answers_to_3(answer, says):
    right, message = grading.grade("exact_zeros.3", answer)
    assert not right
    assert says in message


def test_solution_of_3_settles_at_the_minimum():
    right, message = grading.grade("exact_zeros.3", 0.3 / (1 - 0.9))
    assert right, message
    sgd = keras.optimizers.SGD(0.02, momentum=0.9)
    asked = np.float32([-1, -0.2, 0.1, 0.29, 0.31, 2])
    w = keras.Variable(np.zeros_like(asked))
    with pytest.warns(UserWarning, match="momentum"):
        w.constraint = SoftThreshold(3.0, sgd)
    sgd.build([w])

    @tf.function
    def train(steps):
        for _ in tf.range(steps):
            sgd.apply([w - asked], [w])

    train(1_000)
    assert int(sgd.iterations) == 1_000
    expected = [-0.7, 0, 0, 0, 0.01, 1.7]
    np.testing.assert_allclose(w, expected, atol=1e-4)
