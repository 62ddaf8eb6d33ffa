import keras
import numpy as np
import pytest
import tensorflow as tf
from sklearn.linear_model import LinearRegression, QuantileRegressor

from utils.data import line_with_outliers
from utils.exercises import grading


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "in place of the dots"),
        (4, "That is the median"),
        (0, "the bias is free"),
        (3.5, "the mean without the outlier"),
        (121.0, "the sum of the targets"),
        (50.5, "the middle between the ends"),
        (17, "Which b makes"),
        ("17.29", "of type str"),
        (True, "of type bool"),
        (None, "of type NoneType"),
        (float("nan"), "but it is nan"),
    ],
)
def test_wrong_answers_to_1(answer, says):
    right, message = grading.grade("outliers.1", answer)
    assert not right
    assert says in message


def test_solution_of_1_is_what_keras_says():
    targets = np.array([1, 2, 3, 4, 5, 6, 100], "float32")
    right, message = grading.grade("outliers.1", np.mean(targets))
    assert right, message

    layer = keras.layers.Dense(
        1,
        kernel_initializer="zeros",
        kernel_regularizer=keras.regularizers.L1(1000.0),
    )
    model = keras.Sequential([keras.Input((1,)), layer])
    model.compile(keras.optimizers.SGD(0.5), loss="mean_squared_error")
    zeros = np.zeros((7, 1), "float32")  # no gradient but the penalty's: 0 at 0
    model.fit(zeros, targets, batch_size=7, epochs=3, verbose=0)
    assert model.predict(zeros[:1], verbose=0).item() == pytest.approx(121 / 7)


def solution(errors, delta):
    return np.clip(errors, -delta, delta)


def losses(errors, delta):
    zeros = tf.zeros((len(errors), 1))
    return keras.losses.Huber(delta=delta).call(zeros, errors[:, None])


def by_keras(errors, delta):
    errors = tf.constant(errors)
    with tf.GradientTape() as tape:
        tape.watch(errors)
        values = losses(errors, delta)
    return tape.gradient(values, errors)


@pytest.mark.parametrize("answer", [solution, by_keras])
def test_solution_of_2_passes(answer):
    right, message = grading.grade("outliers.2", answer)
    assert right, message


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "in place of the dots"),
        (3.2, "should be a function"),
        (lambda e, d: -np.clip(e, -d, d), "point the other way"),
        (losses, "Those are the losses"),
        (lambda e, d: e, "Nothing is clipped"),
        (lambda e, d: 2 * e, "the squared loss"),
        (lambda e, d: np.sign(e), "That is the absolute loss"),
        (lambda e, d: d * np.sign(e), "That is the absolute loss"),  # delta = 1
        (lambda e, d: np.abs(np.clip(e, -d, d)), "has a sign"),
        (lambda e, d: np.clip(e, -1, 1), "does not change with delta"),
        (
            lambda e, d: np.where(np.abs(e) <= d, 2 * e, d * np.sign(e)),
            "no factor 2",
        ),
        (lambda e, d: np.where(np.abs(e) <= d, e, np.sign(e)), "must not jump"),
        (lambda e, d: np.clip(e, -d, d) / len(e), "by itself"),
        (lambda e, d: np.clip(e, -2, 2), "pulls with -1, but"),
        (lambda e, d: np.clip(e, -d, d).mean(), "the shape ()"),
        (lambda e, d: e / 0 * np.nan, "not finite"),
        (lambda e, d: None, "returns nothing"),
        (lambda e: e, "ended in TypeError"),
        (lambda e, d: "pull", "should be numbers, but it is of type str"),
    ],
)
@pytest.mark.filterwarnings("ignore:divide by zero")
def test_wrong_answers_to_2(answer, says):
    right, message = grading.grade("outliers.2", answer)
    assert not right
    assert says in message


@pytest.fixture(scope="module")
def context():
    split = line_with_outliers(seed=0, offset=0)
    return {"x": split.x_train, "y": split.y_train[:, 0]}


def slope(line, x, y, at=200):
    moved = x.copy()
    if at is not None:
        moved[-1] = at
    return line.fit(moved, y).coef_[0]


def absolute(alpha=0):
    return QuantileRegressor(quantile=0.5, alpha=alpha)


def test_solution_of_3_passes(context):
    right, message = grading.grade(
        "outliers.3", slope(absolute(), **context), **context
    )
    assert right, message


def test_wrong_answers_to_3(context):
    for answer, says in (
        (..., "in place of the dots"),
        (slope(absolute(), **context, at=None), "with the last point in its place"),
        (slope(LinearRegression(), **context), "least *squared* errors"),
        (slope(absolute(1), **context, at=None), "still in its place, and"),
        (2, "That would be robust"),
        (-1, "should be about"),
        (absolute(), "of type QuantileRegressor"),
        (float("inf"), "but it is inf"),
    ):
        right, message = grading.grade("outliers.3", answer, **context)
        assert not right
        assert says in message
