import keras
import numpy as np
import pytest
import tensorflow as tf

from utils.data import line_with_outliers
from utils.exercises import grading
from utils.models import mlp


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "Not answered yet"),
        (0.8, "That is the L1 part"),
        (0.26, "That is the L2 part"),
        (0.93, "no factor ½"),
        (2.56, "The bias is in it"),
        (0.265, "a mean over the four weights"),
        (0.8 + 0.01 * 26**0.5, "without a root"),
        (7, "Add l1 times the sum"),
        ("1.06", "of type str"),
        ([1.06, 0.0], "of type list"),
        (None, "of type NoneType"),
        (float("nan"), "but it is nan"),
    ],
)
def test_wrong_answers_to_1(answer, says):
    right, message = grading.grade("keras_regularizers.1", answer)
    assert not right
    assert says in message


def test_solution_of_1_is_what_keras_charges():
    layer = keras.layers.Dense(
        2, kernel_regularizer=keras.regularizers.L1L2(l1=0.1, l2=0.01)
    )
    layer.build((None, 2))
    layer.set_weights([np.array([[3.0, -4.0], [0.0, 1.0]]), np.array([5.0, 5.0])])
    (loss,) = layer.losses
    for answer in (loss, 0.1 * (3 + 4 + 0 + 1) + 0.01 * (9 + 16 + 0 + 1)):
        right, message = grading.grade("keras_regularizers.1", answer)
        assert right, message


@pytest.fixture(scope="module")
def context():
    split = line_with_outliers(seed=0)
    model = mlp(penalty=keras.regularizers.L2(0.15), seed=0)
    return {"model": model, "x": split.x_test, "y": split.y_test}


def squares(model, x, y):
    return tf.reduce_mean((model(x) - y) ** 2)


def solution(model, x, y):
    return squares(model, x, y) + sum(model.losses)


def test_solution_of_2_passes(context):
    right, message = grading.grade("keras_regularizers.2", solution, **context)
    assert right, message


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "Not answered yet"),
        (squares, "The penalty is not in it"),
        (lambda m, x, y: sum(m.losses), "the penalty alone"),
        (lambda m, x, y: solution(m, x, y) + sum(m.losses), "in it twice"),
        (
            lambda m, x, y: tf.reduce_sum((m(x) - y) ** 2) + sum(m.losses),
            "squared errors are summed",
        ),
        (
            lambda m, x, y: tf.reduce_mean(tf.abs(m(x) - y)) + sum(m.losses),
            "absolute errors",
        ),
        (
            lambda m, x, y: squares(m, x, y) + sum(m.losses) / len(m.losses),
            "are averaged",
        ),
        (lambda m, x, y: 2 * solution(m, x, y), "For this batch it should be"),
        (lambda m, x, y: float(solution(m, x, y)), "should return a tensor"),
        (lambda m, x, y: None, "returns nothing"),
        (lambda m, x, y: (m(x) - y) ** 2 + sum(m.losses), "the shape (10, 1)"),
        (lambda m, x, y: tf.constant(float("nan")), "it is nan"),
        (lambda m, x: 0, "ended in TypeError"),
        (lambda m, x, y: m.no_such_thing, "ended in AttributeError"),
        (3.2, "should be a function"),
    ],
)
def test_wrong_answers_to_2(answer, says, context):
    right, message = grading.grade("keras_regularizers.2", answer, **context)
    assert not right
    assert says in message


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "Not answered yet"),
        (0.15, "is not 0.15 · w"),
        (0.075, "no ½ in Keras' L2"),
        (0.003, "multiplies by the learning rate"),
        (0.0015, "multiplies by the learning rate itself"),
        (1.0, "Compare 0.01"),
        ("0.3", "of type str"),
        (float("inf"), "but it is inf"),
    ],
)
def test_wrong_answers_to_3(answer, says):
    right, message = grading.grade("keras_regularizers.3", answer)
    assert not right
    assert says in message


def test_solution_of_3_takes_the_same_steps_as_the_penalty():
    decay = 2 * 0.15
    right, message = grading.grade("keras_regularizers.3", decay)
    assert right, message

    split = line_with_outliers(seed=0)
    ends = {}
    for way in ("penalty", "decay", "half of it"):
        penalty = keras.regularizers.L2(0.15) if way == "penalty" else None
        model = mlp(penalty=penalty, seed=0)
        optimizer = keras.optimizers.SGD(
            0.01,
            weight_decay={"penalty": None, "decay": decay, "half of it": 0.15}[way],
        )
        if way != "penalty":
            optimizer.exclude_from_weight_decay(var_names=["bias"])
        model.compile(optimizer, "mean_absolute_error")
        model.fit(split.x_train, split.y_train, batch_size=1, shuffle=False, verbose=0)
        ends[way] = np.concatenate([w.ravel() for w in model.get_weights()])
    np.testing.assert_allclose(ends["decay"], ends["penalty"], atol=1e-5)
    assert np.abs(ends["half of it"] - ends["penalty"]).max() > 1e-3


@pytest.mark.parametrize(("momentum", "decayed"), [(0.0, 1 / 1.3), (0.9, 1 / 1.03)])
def test_what_the_solution_of_3_says_of_momentum(momentum, decayed):
    """One weight with the loss ½(w - 1)²: where does it settle?"""

    def settle(penalty, **settings):
        optimizer = keras.optimizers.SGD(0.01, momentum=momentum, **settings)
        w = keras.Variable([0.0])
        optimizer.build([w])

        @tf.function
        def train(steps):
            for _ in tf.range(steps):
                optimizer.apply([w - 1 + 2 * penalty * w], [w])

        train(1_500)
        assert int(optimizer.iterations) == 1_500
        return float(w[0])

    assert settle(0.15) == pytest.approx(1 / 1.3, abs=1e-3)
    assert settle(0.0, weight_decay=0.3) == pytest.approx(decayed, abs=1e-3)
