import warnings

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from utils.exercises import grading
from utils.penalties import SoftThreshold, soft_threshold


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "in place of the dots"),
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
    sgd.build([w])
    step = tf.function(lambda: sgd.apply([0.3 * keras.ops.sign(w)], [w]))
    seen = []
    for _ in range(1_000):
        step()
        seen.append(float(w[0]))
    for answer in (seen[-2:], np.array(seen[-2:]), (0.001, -0.002), (-0.002, 0.001)):
        right, message = grading.grade("exact_zeros.1", answer)
        assert right, message


def solution(w, start, gradient, rate, strength):
    moved = w - rate * gradient - start
    return start + np.sign(moved) * np.maximum(np.abs(moved) - rate * strength, 0)


def by_utils(w, start, gradient, rate, strength):
    return start + soft_threshold(w - rate * gradient - start, rate * strength)


def by_cases(w, start, gradient, rate, strength):
    stepped = w - rate * gradient
    pull = rate * strength * np.sign(stepped - start)
    near = np.abs(stepped - start) <= rate * strength
    return [*np.where(near, start, stepped - pull)]


def by_clipping(w, start, gradient, rate, strength):
    stepped = w - rate * gradient
    return stepped - np.clip(stepped - start, -rate * strength, rate * strength)


@pytest.mark.parametrize("answer", [solution, by_utils, by_cases, by_clipping])
def test_right_answers_to_2(answer):
    right, message = grading.grade("exact_zeros.2", answer)
    assert right, message


def toward_zero(w, start, gradient, rate, strength):
    return soft_threshold(w - rate * gradient, rate * strength)


def subgradient(w, start, gradient, rate, strength):
    return w - rate * (gradient + strength * np.sign(w - start))


def whole_strength(w, start, gradient, rate, strength):
    return start + soft_threshold(w - rate * gradient - start, strength)


def distance(w, start, gradient, rate, strength):
    return soft_threshold(w - rate * gradient - start, rate * strength)


def threshold_first(w, start, gradient, rate, strength):
    return start + soft_threshold(w - start, rate * strength) - rate * gradient


def cut(w, start, gradient, rate, strength):
    stepped = w - rate * gradient
    return np.where(np.abs(stepped - start) <= rate * strength, start, stepped)


def no_gradient(w, start, gradient, rate, strength):
    return start + soft_threshold(w - start, rate * strength)


def no_rate(w, start, gradient, rate, strength):
    return start + soft_threshold(w - gradient - start, rate * strength)


def no_threshold(w, start, gradient, rate, strength):
    return w - rate * gradient


def nearly(w, start, gradient, rate, strength):
    return solution(w, start, gradient, rate, strength) + 1e-12


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "in place of the dots"),
        (toward_zero, "This penalty is 0 at the start"),
        (subgradient, "crosses the start"),
        (whole_strength, "The threshold is too large"),
        (distance, "Add the start again"),
        (threshold_first, "The gradient's step comes first"),
        (cut, "all have to move"),
        (no_gradient, "The gradient is missing"),
        (no_rate, "missing the learning rate"),
        (no_threshold, "The threshold is missing"),
        (nearly, "*equal* to it"),
        (lambda w, s, g, rate, strength: 2 * w, "instead of"),
        (lambda w, s, g, rate, strength: w[0], "the shape ()"),
        (lambda w, s, g, rate, strength: w.sort(), "returns nothing"),
        (lambda w, s, g, rate, strength: "w", "should be numbers, but it is of type"),
        (lambda w, s, g, rate, strength: w * np.nan, "not finite"),
        (lambda w: w, "answer(w, start, gradient, rate, strength) ended in TypeError"),
        (0.5, "of type float"),
    ],
)
def test_wrong_answers_to_2(answer, says):
    right, message = grading.grade("exact_zeros.2", answer)
    assert not right
    assert says in message


def test_solution_of_2_keeps_most_weights_where_they_started():
    """Only what the loss pulls at by more than λ moves, and then λ short of it."""
    rng = np.random.default_rng(0)
    start, pull = rng.normal(size=20), np.linspace(-1, 1, 20)
    w = start.copy()
    for _ in range(500):  # the loss is ½(w - start - pull)²
        w = solution(w, start, w - start - pull, 0.1, 0.3)
    np.testing.assert_allclose(w - start, soft_threshold(pull, 0.3), atol=1e-6)
    assert np.array_equal(w == start, np.abs(pull) <= 0.3)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "in place of the dots"),
        (3, "right for momentum alone"),
        (0.075, "right without momentum"),
        (0.3, "four times too often"),
        (12, "Turn one of them over"),
        (0.0075, "Turn momentum over"),
        (0.12, "Turn both over"),
        (1 / 12, "not by 0.9"),
        (0.1425, "add up further"),
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


class PlainSoftThreshold(keras.constraints.Constraint):
    """As the chapter writes it: it does not look at the optimizer's other settings."""

    def __init__(self, strength, optimizer):
        self.strength, self.optimizer = strength, optimizer

    def __call__(self, w):
        t = self.optimizer.learning_rate * self.strength
        return ops.sign(w) * ops.maximum(ops.abs(w) - t, 0.0)


@pytest.mark.parametrize(
    ("accumulated", "strength", "constraint"),
    [(None, 3.0, SoftThreshold), (4, 0.3 / (1 - 0.9) / 4, PlainSoftThreshold)],
)
def test_solution_of_3_settles_at_the_minimum(accumulated, strength, constraint):
    if accumulated:
        right, message = grading.grade("exact_zeros.3", strength)
        assert right, message
    rate = 0.002 if accumulated else 0.02
    sgd = keras.optimizers.SGD(
        rate, momentum=0.9, gradient_accumulation_steps=accumulated
    )
    asked = np.float32([-1, -0.2, 0.1, 0.29, 0.31, 2])
    w = keras.Variable(np.zeros_like(asked))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of momentum
        w.constraint = constraint(strength, sgd)
    sgd.build([w])

    @tf.function
    def train(steps):
        for _ in tf.range(steps):
            sgd.apply([w - asked], [w])

    steps = 8_000 if accumulated else 1_000
    train(steps)
    assert int(sgd.iterations) == steps // (accumulated or 1)
    expected = [-0.7, 0, 0, 0, 0.01, 1.7]
    np.testing.assert_allclose(w, expected, atol=5e-3 if accumulated else 1e-4)


def test_the_course_refuses_the_optimizer_of_3():
    sgd = keras.optimizers.SGD(0.01, momentum=0.9, gradient_accumulation_steps=4)
    with pytest.raises(ValueError, match="accumulat"):
        SoftThreshold(0.75, sgd)
