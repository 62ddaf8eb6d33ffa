"""What a number means: both libraries trained, to the optimum or step by step."""

import functools
import itertools

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import (
    ElasticNet,
    Lasso,
    LogisticRegression,
    Ridge,
    SGDClassifier,
    SGDRegressor,
)

from tests.unit.replicates.models import as_it_is
from utils.penalties import MEANINGS, convert

N, P, RATE = 40, 4, 0.1
SIZES = {"n": N, "batch_size": 8, "learning_rate": RATE}
rng = np.random.default_rng(0)
X = rng.standard_normal((N, P)).astype("float32")
Y = (X @ [2, -1, 0.1, 0] + rng.standard_normal(N)).astype("float32")
EXACT = X.astype("float64")  # for solvers that stop when nothing moves
CLASS = (Y > 0).astype("float32")
LOSS = {"mse": "mse", "crossentropy": keras.losses.BinaryCrossentropy(from_logits=True)}


def dense(optimizer, loss="mse", penalty=None, start=0.0, **options):
    layer = keras.layers.Dense(
        1, use_bias=False, kernel_regularizer=penalty, kernel_initializer="zeros"
    )
    model = keras.Sequential([keras.Input((P,)), layer])
    layer.kernel.assign(np.full((P, 1), start))
    model.compile(optimizer, loss=LOSS.get(loss, loss), **options)
    return model


def full_batches(model, y, steps):
    model.steps_per_execution = 500
    data = tf.data.Dataset.from_tensors((X, y[:, None])).repeat(steps)
    model.fit(as_it_is(data), shuffle=False, verbose=0)
    return model.get_weights()[0].ravel()


@functools.cache
def optimum(loss, **strengths):
    """Keras' solution with L1, L2 or both: full batches, at a rate that falls to 0."""
    kind = getattr(keras.regularizers, "".join(strengths).upper())
    penalty = kind(*strengths.values())
    # Cross-entropy is flatter. So many steps come within 8e-5 of the optimum, and
    # within 1e-7 where no corner of L1 lets them swing.
    if "l1" in strengths:
        first, steps = (0.03, 2_000) if loss == "mse" else (0.3, 6_000)
    else:
        first, steps = (0.1, 500) if loss == "mse" else (1.0, 1_000)
    rate = keras.optimizers.schedules.CosineDecay(first, steps)
    model = dense(keras.optimizers.SGD(rate, momentum=0.9), loss, penalty)
    y = Y if loss == "mse" else CLASS
    return full_batches(model, y, steps)


def logistic(s, ratio):
    return LogisticRegression(
        l1_ratio=ratio,
        C=s,
        fit_intercept=False,
        solver="saga",
        tol=1e-8,
        max_iter=10**5,
    )


def elastic(l1, l2):
    both = l1 + l2
    return ElasticNet(alpha=both, l1_ratio=l1 / both, fit_intercept=False, tol=1e-10)


OPTIMA = [
    ("sklearn_ridge", "mse", lambda s: Ridge(s, fit_intercept=False)),
    ("sklearn_lasso", "mse", lambda s: Lasso(s, fit_intercept=False, tol=1e-10)),
    ("sklearn_logistic", "crossentropy", lambda s: logistic(s, 0)),
    ("sklearn_logistic_l1", "crossentropy", lambda s: logistic(s, 1)),
]


@pytest.mark.parametrize(("name", "loss", "make"), OPTIMA)
def test_scikit_learn_and_keras_end_at_the_same_optimum(name, loss, make):
    kind = "l1" if "lasso" in name or "l1" in name else "l2"
    strength = 0.1
    s = convert(strength, f"keras_{kind}", name, n=N)
    fit = make(s).fit(EXACT, Y if loss == "mse" else CLASS)
    right = optimum(loss, **{kind: strength})
    np.testing.assert_allclose(fit.coef_.ravel(), right, atol=1e-4)


def test_elastic_net_is_keras_l1_and_l2():
    l1 = convert(0.1, "keras_l1", "sklearn_elasticnet_l1")
    l2 = convert(0.2, "keras_l2", "sklearn_elasticnet_l2")
    fit = elastic(l1, l2).fit(EXACT, Y)
    np.testing.assert_allclose(fit.coef_, optimum("mse", l1=0.1, l2=0.2), atol=1e-4)


@pytest.mark.parametrize("loss", LOSS)
def test_scikit_learns_sgd_takes_the_steps_of_keras(loss):
    """One example a step, in order, at a constant rate."""
    s = convert(0.05, "keras_l2", "sklearn_sgd_l2", loss=loss)
    model = {"mse": SGDRegressor, "crossentropy": SGDClassifier}[loss]
    kind = "squared_error" if loss == "mse" else "log_loss"
    fit = model(
        loss=kind,
        alpha=s,
        fit_intercept=False,
        shuffle=False,
        learning_rate="constant",
        eta0=0.02,
        max_iter=1,
        tol=None,
    ).fit(X, Y if loss == "mse" else CLASS)
    # Its squared error has a half, so Keras needs half the rate.
    rate = 0.01 if loss == "mse" else 0.02
    ours = dense(keras.optimizers.SGD(rate), loss, keras.regularizers.L2(0.05))
    y = Y if loss == "mse" else CLASS
    ours.fit(X, y[:, None], batch_size=1, shuffle=False, verbose=0)
    found = ours.get_weights()[0].ravel()
    np.testing.assert_allclose(fit.coef_.ravel(), found, atol=1e-4)


@pytest.mark.parametrize("loss", LOSS)
def test_scikit_learns_sgd_with_l1_ends_at_the_optimum_of_keras(loss):
    """Its L1 is truncated over many steps (Tsuruoka et al. 2009): only the end counts.

    One example for each weight: at the end no step moves one farther than the rate.
    """
    s = convert(0.05, "keras_l1", "sklearn_sgd_l1", loss=loss)
    x = np.eye(P)
    y = np.array([2.0, -1.0, 0.05, 0.0]) if loss == "mse" else np.array([1, 0, 1, 0])
    model = {"mse": SGDRegressor, "crossentropy": SGDClassifier}[loss]
    kind = "squared_error" if loss == "mse" else "log_loss"
    fit = model(
        loss=kind,
        penalty="l1",
        alpha=s,
        fit_intercept=False,
        learning_rate="constant",
        eta0=1e-4 if loss == "mse" else 1e-3,
        max_iter=200_000,
        tol=None,
        random_state=0,
    ).fit(x, y)
    # Weight by weight: the mean loss over P examples plus 0.05 |w|.
    if loss == "mse":
        right = np.sign(y) * np.maximum(np.abs(y) - P * 0.05 / 2, 0)
    else:  # the sigmoid of -|w| is P · 0.05
        right = np.where(y == 1, 1, -1) * -np.log(P * 0.05 / (1 - P * 0.05))
    np.testing.assert_allclose(fit.coef_.ravel(), right, atol=1e-3)


def gradient(w):
    return 2 * X.T @ (X @ w - Y) / N


def pytorch(rule, wd, steps, rate=RATE, momentum=0.0):
    """The updates that torch.optim documents, in float64."""
    w = np.full(P, 0.5)
    m, v = np.zeros(P), np.zeros(P)
    for t in range(1, steps + 1):
        g = gradient(w)
        if rule == "adamw":
            w = w - rate * wd * w
        else:
            g = g + wd * w
        if rule == "sgd":
            m = momentum * m + g
            w = w - rate * m
        else:
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
            scale = np.sqrt(v / (1 - 0.999**t)) + 1e-8
            w = w - rate * m / (1 - 0.9**t) / scale
    return w


def keras_steps(optimizer, steps, penalty=None):
    model = dense(optimizer, "mse", penalty, start=0.5)
    return full_batches(model, Y, steps)


STEPS = 60
optimizers = keras.optimizers


@pytest.mark.parametrize(
    ("name", "rule", "make"),
    [
        ("pytorch_sgd", "sgd", lambda: optimizers.SGD(RATE, momentum=0.9)),
        ("pytorch_adam", "adam", lambda: optimizers.Adam(RATE, epsilon=1e-8)),
    ],
)
def test_pytorchs_coupled_decay_is_keras_l2(name, rule, make):
    wd = convert(0.05, "keras_l2", name)
    right = pytorch(rule, wd, STEPS, momentum=0.9)
    found = keras_steps(make(), STEPS, keras.regularizers.L2(0.05))
    np.testing.assert_allclose(found, right, atol=1e-4)


def test_keras_sgd_weight_decay_is_keras_l2():
    wd = convert(0.05, "keras_l2", "keras_sgd_weight_decay")
    found = keras_steps(optimizers.SGD(RATE, weight_decay=wd), STEPS)
    right = keras_steps(optimizers.SGD(RATE), STEPS, keras.regularizers.L2(0.05))
    np.testing.assert_allclose(found, right, atol=1e-4)
    with_momentum = [
        keras_steps(optimizers.SGD(RATE, momentum=0.9, weight_decay=wd), STEPS),
        keras_steps(
            optimizers.SGD(RATE, momentum=0.9), STEPS, keras.regularizers.L2(0.05)
        ),
    ]
    assert np.abs(np.subtract(*with_momentum)).max() > 1e-3, "why convert refuses"


def test_pytorchs_adamw_is_keras_weight_decay():
    wd = convert(0.3, "keras_weight_decay", "pytorch_adamw")
    found = keras_steps(optimizers.AdamW(RATE, weight_decay=0.3, epsilon=1e-8), STEPS)
    np.testing.assert_allclose(found, pytorch("adamw", wd, STEPS), atol=1e-4)


def test_the_papers_adamw_decays_without_the_rate():
    """Algorithm 2 with a schedule of 1: the decay is no longer multiplied by alpha."""
    decay = convert(0.3, "keras_weight_decay", "adamw_paper", learning_rate=RATE)
    w, m, v = np.full(P, 0.5), np.zeros(P), np.zeros(P)
    for t in range(1, STEPS + 1):
        g = gradient(w)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        scale = np.sqrt(v / (1 - 0.999**t)) + 1e-8
        w = w - (RATE * m / (1 - 0.9**t) / scale + decay * w)
    found = keras_steps(optimizers.AdamW(RATE, weight_decay=0.3, epsilon=1e-8), STEPS)
    np.testing.assert_allclose(found, w, atol=1e-4)


@pytest.mark.parametrize("kind", ["l1", "l2"])
def test_a_sum_over_the_batch_needs_a_batch_times_the_penalty(kind):
    penalty = getattr(keras.regularizers, kind.upper())
    batch = SIZES["batch_size"]
    s = convert(0.05, f"keras_{kind}", f"keras_{kind}_sum", batch_size=batch)
    eager = {"start": 0.5, "run_eagerly": True}  # five steps
    mean = dense(optimizers.SGD(0.01), "mse", penalty(0.05), **eager)
    total = keras.losses.MeanSquaredError(reduction="sum")
    summed = dense(optimizers.SGD(0.01 / batch), total, penalty(s), **eager)
    for model in (mean, summed):
        model.fit(X, Y[:, None], batch_size=batch, shuffle=False, verbose=0)
    np.testing.assert_allclose(*(m.get_weights()[0] for m in (mean, summed)), atol=1e-4)


def test_tensorflow_1_halves_the_squares_and_not_the_sizes():
    """``l2_regularizer(s)`` was ``s * tf.nn.l2_loss(w)``, ``l1_...`` s Σ|w|."""
    w = tf.constant(X[0])
    s = convert(0.3, "keras_l2", "tf1_l2")
    right = s * tf.nn.l2_loss(w)
    assert float(right) == pytest.approx(float(keras.regularizers.L2(0.3)(w)))
    s = convert(0.3, "keras_l1", "tf1_l1")
    right = s * tf.reduce_sum(tf.abs(w))
    assert float(right) == pytest.approx(float(keras.regularizers.L1(0.3)(w)))


@pytest.mark.parametrize("loss", LOSS)
def test_glmnet_minimizes_what_it_documents(loss):
    """½ mean squared error, or the mean deviance's half, + λ (½ Σw² or Σ|w|).

    Against its documentation: at Keras' optimum the gradient of what glmnet minimizes
    vanishes.
    """
    for kind, name in (("l1", "glmnet_lasso"), ("l2", "glmnet_ridge")):
        w = optimum(loss, **{kind: 0.1})
        s = convert(0.1, f"keras_{kind}", name, loss=loss)
        if loss == "mse":
            g = X.T @ (X @ w - Y) / N
        else:
            g = X.T @ (1 / (1 + np.exp(-X @ w)) - CLASS) / N
        if kind == "l2":
            np.testing.assert_allclose(g, -s * w, atol=1e-4)
        else:
            free = np.abs(w) > 1e-3
            np.testing.assert_allclose(g[free], -s * np.sign(w[free]), atol=1e-4)
            assert (np.abs(g[~free]) <= s + 1e-4).all() and free.any()


def test_no_two_meanings_are_typed_alike():
    lines = [meaning.code for meaning in MEANINGS.values()]
    assert len({*lines}) == len(lines)


def kinds():
    for a, b in itertools.product(MEANINGS, repeat=2):
        here, there = MEANINGS[a], MEANINGS[b]
        yield a, b, here.kind == there.kind


LOSSES_OF = {
    name: [x for x in LOSS if meaning.factor(x) is not None]
    for name, meaning in MEANINGS.items()
}


@given(
    st.sampled_from([(a, b) for a, b, same in kinds() if same]),
    st.sampled_from(sorted(LOSS)),
    st.floats(1e-6, 1e6),
    st.integers(1, 10**6),
    st.integers(1, 10**4),
    st.floats(1e-6, 10),
)
def test_there_and_back_again(pair, loss, strength, n, batch, rate):
    a, b = pair
    sizes = {"n": n, "batch_size": batch, "learning_rate": rate, "loss": loss}
    if not {loss} <= {*LOSSES_OF[a]} & {*LOSSES_OF[b]}:
        with pytest.raises(ValueError, match="loss"):
            convert(strength, a, b, **sizes)
        return
    there = convert(strength, a, b, **sizes)
    assert convert(there, b, a, **sizes) == pytest.approx(strength)
    for middle in ("keras_l1", "keras_l2", "keras_weight_decay"):
        if MEANINGS[middle].kind == MEANINGS[a].kind:
            by_keras = convert(
                convert(strength, a, middle, **sizes), middle, b, **sizes
            )
            assert by_keras == pytest.approx(there)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((0.1, "keras_l3", "keras_l2"), "source must be one of keras_l1.*'keras_l3'"),
        ((0.1, "keras_l2", ["keras_l2"]), "target must be one of"),
        ((-0.1, "keras_l2", "tf1_l2"), "strength must be at least 0, got -0.1"),
        ((float("nan"), "keras_l2", "tf1_l2"), "strength must be finite, got nan"),
        ((0.1, "keras_l2", "sklearn_ridge"), "sklearn_ridge depends on n, which is"),
        ((0.1, "keras_l2", "keras_l2_sum"), "keras_l2_sum depends on batch_size"),
        ((0.1, "adamw_paper", "optax_adamw"), "adamw_paper depends on learning_rate"),
        ((0.1, "keras_l2", "glmnet_ridge"), "glmnet_ridge needs loss, 'mse' or 'cro"),
        ((0.1, "keras_l1", "keras_l2"), "no number .* different solutions"),
        ((0.1, "keras_l2", "keras_weight_decay"), "adaptive optimizer divides"),
        ((0.1, "adamw_paper", "pytorch_adam"), "adaptive optimizer divides"),
        ((0.1, "sklearn_ridge", "sklearn_logistic"), "have no loss in common"),
    ],
)
def test_what_cannot_be_carried_across_is_named(arguments, says):
    with pytest.raises(ValueError, match=says):
        convert(*arguments)


@pytest.mark.parametrize(
    ("sizes", "says"),
    [
        ({"n": 0}, "n must be at least 1, got 0"),
        ({"batch_size": 0}, "batch_size must be at least 1, got 0"),
        ({"learning_rate": 0.0}, "learning_rate must be above 0, got 0.0"),
        ({"learning_rate": float("inf")}, "learning_rate must be finite, got inf"),
        ({"loss": "hinge"}, "loss must be one of mse, crossentropy, got 'hinge'"),
    ],
)
def test_sizes_out_of_range_are_named(sizes, says):
    with pytest.raises(ValueError, match=says):
        convert(0.1, "keras_l2", "tf1_l2", **sizes)


@pytest.mark.parametrize("wrong", ["0.1", None, True, 1j, [0.1]])
def test_a_strength_is_a_number(wrong):
    with pytest.raises(TypeError, match="strength must be a number, got"):
        convert(wrong, "keras_l2", "tf1_l2")
    with pytest.raises(TypeError, match=r"n must be a whole number, got 1\.5"):
        convert(0.1, "keras_l2", "tf1_l2", n=1.5)


def test_a_loss_that_a_library_does_not_have_is_named():
    with pytest.raises(ValueError, match="go with the loss 'mse', got 'crossentropy'"):
        convert(0.1, "keras_l2", "sklearn_ridge", n=3, loss="crossentropy")


def test_c_is_a_divisor_and_never_0():
    with pytest.raises(
        ValueError, match="strength must be above 0 in sklearn_logistic"
    ):
        convert(0, "sklearn_logistic", "keras_l2", n=3)
    with pytest.raises(ValueError, match="no penalty has no finite number in sklearn"):
        convert(0, "keras_l2", "sklearn_logistic", n=3)
    assert convert(0, "keras_l2", "sklearn_ridge", n=3) == 0
