import keras
import numpy as np
import pytest
import tensorflow as tf
from sklearn.linear_model import LinearRegression, QuantileRegressor

from utils.data import line_with_outliers
from utils.exercises import grading


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
def test_solution_of_1_passes(answer):
    right, message = grading.grade("outliers.1", answer)
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
def test_wrong_answers_to_1(answer, says):
    right, message = grading.grade("outliers.1", answer)
    assert not right
    assert says in message


@pytest.mark.parametrize("answer", [4.5, [4.5], np.float32(4.5)])
def test_right_answers_to_2(answer):
    right, message = grading.grade("outliers.2", answer)
    assert right, message


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "in place of the dots"),
        (4, "That is the median"),
        (23, "That is the mean, which"),
        (0, "the bias is free"),
        (3.75, "the mean without the outlier"),
        (115.0, "the sum of the targets"),
        (5, "At 5 the pulls add up to 1."),
        (1e300, "the pulls add up to 15."),
        ("4.5", "of type str"),
        (True, "of type bool"),
        (None, "of type NoneType"),
        (float("nan"), "but it is nan"),
    ],
)
def test_wrong_answers_to_2(answer, says):
    right, message = grading.grade("outliers.2", answer)
    assert not right
    assert says in message


@pytest.mark.parametrize(
    ("loss", "says"), [(keras.losses.Huber(delta=3), 4.5), ("mean_squared_error", 23)]
)
def test_solution_of_2_is_what_keras_says(loss, says):
    targets = np.array([1, 2, 4, 8, 100], "float32")
    layer = keras.layers.Dense(
        1,
        kernel_initializer="zeros",
        kernel_regularizer=keras.regularizers.L1(1000.0),
    )
    model = keras.Sequential([keras.Input((1,)), layer])
    model.compile(keras.optimizers.SGD(0.5), loss=loss)
    zeros = np.zeros((5, 1), "float32")  # no gradient but the penalty's: 0 at 0
    # One epoch of sixty copies: the same steps without fit's cost per epoch.
    x, y = np.tile(zeros, (60, 1)), np.tile(targets, 60)
    model.fit(x, y, batch_size=5, shuffle=False, verbose=0)
    assert model.predict(zeros[:1], verbose=0).item() == pytest.approx(says, abs=1e-3)


def first_broken(line, kind="float32", steps=range(10, 201, 10)):
    """The first x at which the slope is below 1, of data as the notebook has them."""
    split = line_with_outliers(seed=0, offset=0)
    x, y = split.x_train.astype(kind), split.y_train[:, 0].astype(kind)
    for at in steps:
        x[-1] = at
        if line.fit(x, y).coef_[0] < 1:
            return at


def absolute(alpha=0):
    return QuantileRegressor(quantile=0.5, alpha=alpha)


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_solution_of_3_passes(kind):
    right, message = grading.grade("outliers.3", first_broken(absolute(), kind))
    assert right, message


def test_wrong_answers_to_3():
    for answer, says in (
        (..., "in place of the dots"),
        (first_broken(LinearRegression()), "least *squared* errors"),
        (first_broken(absolute(1)), "the alpha of QuantileRegressor is 1"),
        (first_broken(absolute(0.5)), "first slope below 1"),
        (first_broken(absolute(), steps=range(1, 201)), "in steps of 10"),
        (200, "200 is not the first"),
        (2, "Move only the last point"),
        (absolute(), "of type QuantileRegressor"),
        (float("inf"), "but it is inf"),
    ):
        right, message = grading.grade("outliers.3", answer)
        assert not right
        assert says in message
        assert "100" not in message  # what it is, the reader finds
