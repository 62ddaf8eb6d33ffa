import keras
import numpy as np
import pytest
import tensorflow as tf

from utils.data import line_with_outliers
from utils.exercises import grading
from utils.models import mlp

SCALE = 1 / 320  # of 32 examples with 10 outputs


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "in place of the dots"),
        ((0.3 / 32, 0.15 / 32), "the ten outputs of each example, too"),
        ((0.3 / 10, 0.15 / 10), "the 32 examples, too"),
        ((0.3, 0.15), "have to shrink with them"),
        ((0.3 * SCALE, 0.3 * SCALE), "The ½ is missing"),
        ((0.3 * SCALE, 0.6 * SCALE), "The ½ goes the other way"),
        ((0.15 * SCALE, 0.15 * SCALE), "L1 has no ½"),
        ((0.15 * SCALE, 0.3 * SCALE), "The first number is l1"),
        ((0.3 * 320, 0.15 * 320), "Turn it over"),
        ((0, 0), "Count how many squared errors"),
        (0.3 * SCALE, "a pair of numbers, l1 and l2"),
        ((0.3, 0.15, 0), "it holds 3"),
        (("0.3", 0.15), "of type str"),
        (None, "of type NoneType"),
        ((float("nan"), 0), "nan"),
    ],
)
def test_wrong_answers_to_1(answer, says):
    right, message = grading.grade("keras_regularizers.1", answer)
    assert not right
    assert says in message


@pytest.mark.parametrize(
    "answer",
    [
        (0.3 * SCALE, 0.15 * SCALE),
        [0.00094, 0.00047],
        np.array([[0.3], [0.15]]) * SCALE,
        ([0.3 * SCALE], np.array([0.15]) * SCALE),
    ],
)
def test_right_answers_to_1(answer):
    right, message = grading.grade("keras_regularizers.1", answer)
    assert right, message


def test_solution_of_1_is_the_same_balance():
    l1, l2 = 0.3 * SCALE, 0.15 * SCALE
    penalty = keras.regularizers.L1L2(l1=l1, l2=l2)
    model = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(10, kernel_regularizer=penalty)]
    )
    model.compile("sgd", "mse")
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(32, 4)), rng.normal(size=(32, 10))
    kernel = model.get_weights()[0]
    program = np.sum((np.asarray(model(x)) - y) ** 2)
    program += 0.3 * np.abs(kernel).sum() + 0.3 * np.sum(kernel**2) / 2
    found = model.evaluate(x, y, batch_size=32, verbose=0)
    assert found == pytest.approx(program * SCALE, rel=1e-5)


@pytest.fixture(scope="module")
def context():
    split = line_with_outliers(seed=0)
    model = mlp(penalty=keras.regularizers.L2(0.15), seed=0)
    return {"model": model, "x": split.x_test, "y": split.y_test}


def squares(model, x, y):
    return tf.reduce_mean((model(x) - y) ** 2)


def solution(model, x, y):
    return squares(model, x, y) + sum(model.losses)


def by_keras(model, x, y):
    errors = keras.losses.MeanSquaredError()(y, model(x, training=True))
    return errors + tf.add_n(model.losses)


def by_squared_difference(model, x, y):
    mean = tf.reduce_mean(tf.math.squared_difference(model(x), y))
    return tf.reshape(mean + tf.reduce_sum(model.losses), (1,))


def by_the_sum(model, x, y):
    return tf.reduce_sum((model(x) - y) ** 2) / len(x) + sum(model.losses)


@pytest.mark.parametrize("answer", [by_keras, by_squared_difference, by_the_sum])
def test_other_right_answers_to_2(answer, context):
    right, message = grading.grade("keras_regularizers.2", answer, **context)
    assert right, message


def by_predict(model, x, y):
    return tf.reduce_mean((model.predict(x, verbose=0) - y) ** 2) + sum(model.losses)


def by_numpy(model, x, y):
    return tf.reduce_mean((model(x).numpy() - y) ** 2) + sum(model.losses)


def with_a_plain_penalty(model, x, y):
    return squares(model, x, y) + float(sum(model.losses))


def stopped(model, x, y):
    return tf.stop_gradient(solution(model, x, y))


def all_plain(model, x, y):
    return tf.constant(float(solution(model, x, y)))


def one_layer_plain(model, x, y):
    first, *rest = model.losses
    return squares(model, x, y) + sum(rest) + float(first)


def divided_by_ten(model, x, y):
    return tf.reduce_sum((model(x) - y) ** 2) / 10 + sum(model.losses)


def with_a_step(model, x, y):
    model.layers[0].bias.assign_add(tf.ones_like(model.layers[0].bias))
    return solution(model, x, y)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (by_predict, "sees only the penalties"),
        (by_numpy, "sees only the penalties"),
        (with_a_plain_penalty, "sees only the errors"),
        (stopped, "no way from it to the weights"),
        (all_plain, "no way from it to the weights"),
        (one_layer_plain, "its gradient is not"),
        (divided_by_ten, "you divide by 10"),
        (with_a_step, "changed the weights"),
    ],
)
def test_answers_to_2_that_give_the_number_but_not_its_gradient(answer, says, context):
    before = context["model"].get_weights()
    right, message = grading.grade("keras_regularizers.2", answer, **context)
    assert not right
    assert says in message
    assert all(map(np.array_equal, before, context["model"].get_weights()))


def test_answers_to_2_that_know_only_one_case(context):
    model, x, y = context["model"], context["x"], context["y"]
    value = tf.constant(float(solution(model, x, y)))
    for answer, says in {
        lambda m, xs, ys: value: "no way from it to the weights",
        lambda m, xs, ys: solution(m, x, y): "For a batch of 4 it should be",
        lambda m, xs, ys: solution(model, xs, ys): "For a batch of 4 it should be",
    }.items():
        right, message = grading.grade("keras_regularizers.2", answer, **context)
        assert not right
        assert says in message


def test_solution_of_2_passes(context):
    right, message = grading.grade("keras_regularizers.2", solution, **context)
    assert right, message


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "in place of the dots"),
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
        (lambda m, x, y: 2 * solution(m, x, y), "For a batch of 10 it should be"),
        (lambda m, x, y: float(solution(m, x, y)), "should return a tensor"),
        (lambda m, x, y: [].sort(), "returns nothing"),
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
        (..., "in place of the dots"),
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
