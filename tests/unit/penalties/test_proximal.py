import math
import warnings

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.unit.replicates.models import batches
from utils.models import mlp
from utils.penalties import (
    GroupSoftThreshold,
    SoftThreshold,
    follow_optimizer,
    prox_group_lasso,
    prox_l1,
    soft_threshold,
)
from utils.replicates import fit_replicates

NUMBERS = st.floats(-100, 100)
MATRICES = arrays("float64", (3, 2), elements=NUMBERS)
STEPS = st.floats(0, 50)
ELEMENTWISE = [soft_threshold, prox_l1]
ALL = [*ELEMENTWISE, prox_group_lasso]

# name: (operator, penalty), each with one strength.
OPERATORS = {
    "soft_threshold": (soft_threshold, lambda u, t: t * np.abs(u).sum()),
    "l1": (prox_l1, lambda u, t: t * np.abs(u).sum()),
    "columns": (
        lambda w, t: prox_group_lasso(w, t, axis=0),
        lambda u, t: t * np.linalg.norm(u, axis=0).sum(),
    ),
    "rows": (
        lambda w, t: prox_group_lasso(w, t, axis=1),
        lambda u, t: t * np.linalg.norm(u, axis=1).sum(),
    ),
}


# --- Proximal operators -------------------------------------------------------------


@pytest.mark.parametrize("name", OPERATORS)
@given(w=MATRICES, t=STEPS, direction=MATRICES, size=st.sampled_from([1, 1e-2, 1e-5]))
def test_prox_is_the_argmin(name, w, t, direction, size):
    prox, penalty = OPERATORS[name]

    def objective(u):
        return 0.5 * ((u - w) ** 2).sum() + penalty(u, t)

    u = prox(w, t)
    lowest = objective(u)
    # The objective is 1-strongly convex, so this holds for every v if, and only if,
    # u is its minimum: it also tells a point that is only close to it.
    for v in (u + size * direction, direction, np.where(direction > 0, u, 0)):
        gap = objective(v) - lowest - 0.5 * ((v - u) ** 2).sum()
        assert gap >= -1e-9 * (1 + objective(v))


@given(w=MATRICES, t=STEPS, s=STEPS)
def test_laws_of_the_soft_threshold(w, t, s):
    u = soft_threshold(w, t)
    np.testing.assert_array_equal(u == 0, np.abs(w) <= t)
    np.testing.assert_array_equal(u, np.sign(w) * np.maximum(np.abs(w) - t, 0))
    np.testing.assert_array_equal(soft_threshold(-w, t), -u)
    np.testing.assert_array_equal(soft_threshold(w, 0), w)
    np.testing.assert_allclose(
        soft_threshold(u, s), soft_threshold(w, t + s), atol=1e-10
    )
    assert not np.signbit(u[u == 0]).any(), "zeros print as 0, not as -0"


@given(w=MATRICES, v=MATRICES, t=STEPS, name=st.sampled_from(list(OPERATORS)))
def test_no_prox_moves_two_points_apart(w, v, t, name):
    prox = OPERATORS[name][0]
    assert np.linalg.norm(prox(w, t) - prox(v, t)) <= np.linalg.norm(w - v) + 1e-9


@given(w=MATRICES, t=st.floats(0.1, 50))
def test_group_lasso_takes_whole_groups(w, t):
    for axis, lengths in ((0, np.hypot.reduce(w, 0)), (1, np.hypot.reduce(w, 1))):
        zero = (prox_group_lasso(w, t, axis=axis) == 0).all(axis)
        clear = np.abs(lengths - t) > 1e-9
        np.testing.assert_array_equal(zero[clear], (lengths <= t)[clear])


def test_group_lasso_of_a_convolution_takes_filters():
    kernel = np.ones((3, 3, 4, 2), "float32")
    kernel[..., 1] = 0.01
    shrunk = prox_group_lasso(kernel, 1.0, axis=(0, 1, 2))
    assert not shrunk[..., 1].any()
    np.testing.assert_allclose(shrunk[..., 0], 1 - 1 / 6, rtol=1e-6)
    # A group of one weight is the soft threshold.
    w = np.array([[-2.0, 0.5, 3.0]])
    np.testing.assert_allclose(prox_group_lasso(w, 1.0), soft_threshold(w, 1.0))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("prox", ALL)
def test_arrays_of_every_kind(prox, dtype):
    w = np.array([[-3, -0.5], [0, 2]], dtype)
    result = prox(w, 0.75)
    assert type(result) is np.ndarray and result.dtype == dtype
    assert prox(w, np.float64(0.75)).dtype == dtype
    for tensor in (tf.constant(w), tf.Variable(w), keras.Variable(w, dtype=dtype)):
        shrunk = prox(tensor, 0.75)
        assert tf.is_tensor(shrunk) and shrunk.dtype == dtype
        np.testing.assert_allclose(shrunk, result, rtol=1e-3)
    compiled = tf.function(lambda w, t: prox(w, t), jit_compile=True)
    np.testing.assert_allclose(compiled(w, tf.constant(0.75)), result, rtol=1e-3)


def test_numbers_lists_and_thresholds_for_each_weight():
    assert soft_threshold(3, 1) == 2
    np.testing.assert_array_equal(soft_threshold([3, -1], 1), [2.0, 0.0])
    np.testing.assert_array_equal(soft_threshold([3.0, 3.0], [1, 5]), [2.0, 0.0])
    assert math.isnan(soft_threshold(math.nan, 1))
    assert soft_threshold(5.0, math.inf) == 0


@pytest.mark.parametrize("prox", ALL)
@pytest.mark.parametrize("t", [-1, math.nan, [1, -1]])
def test_steps_below_zero_are_refused(prox, t):
    with pytest.raises(ValueError, match="t must be at least 0, got"):
        prox([[1.0, 2.0]], t)


def test_what_is_not_a_number_is_refused():
    with pytest.raises(TypeError, match=r"t must be a number .*, got 'much'"):
        soft_threshold([1.0], "much")
    with pytest.raises(TypeError, match="w must hold real numbers, got dtype complex"):
        soft_threshold([1j], 1)


# --- Proximal SGD -------------------------------------------------------------------

RNG = np.random.default_rng(0)
X = RNG.normal(size=(12, 5)).astype("float32")
Y = X @ np.float32([[2], [-1], [0], [0], [0.2]])
KERNEL = RNG.normal(size=(5, 1)).astype("float32")
BATCH, EPOCHS, STRENGTH = 4, 6, 0.8


def rates():
    return keras.optimizers.schedules.ExponentialDecay(0.1, 4, 0.5)


def linear(constraint=SoftThreshold, rate=None, **settings):
    """One Dense layer, y = X @ w + b, with a learning rate that falls every step."""
    sgd = keras.optimizers.SGD(rates() if rate is None else rate)
    model = mlp((5, 1), constraint=constraint(STRENGTH, sgd))
    model.set_weights([KERNEL, np.float32([0.5])])
    model.compile(sgd, "mse", **settings)
    return model


def by_hand(prox=soft_threshold, delay=0, rate=lambda k: 0.1 * 0.5 ** (k / 4)):
    """Proximal SGD in NumPy; ``delay`` mistakes the step whose rate the prox takes."""
    w, b = KERNEL.astype("float64"), 0.5
    for k in range(EPOCHS * len(X) // BATCH):
        rows = slice(k * BATCH % len(X), k * BATCH % len(X) + BATCH)
        error = X[rows] @ w + b - Y[rows]
        w = prox(
            w - rate(k) * 2 * X[rows].T @ error / BATCH, rate(k + delay) * STRENGTH
        )
        b = b - rate(k) * 2 * error.mean()
    return w, b


def fit(model, data=None, **settings):
    """Train on ``data``, else on X and Y in batches, which costs less than arrays."""
    data = {"x": batches(X, Y, BATCH)} if data is None else data
    model.fit(**data, epochs=EPOCHS, shuffle=False, verbose=0, **settings)
    return model.get_weights()


def loop(model, wrap):
    """Train in a loop of one's own."""

    def step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x) - y) ** 2)
        gradients = tape.gradient(loss, model.trainable_variables)
        model.optimizer.apply(gradients, model.trainable_variables)

    model.optimizer.build(model.trainable_variables)
    step = wrap(step)
    for _ in range(EPOCHS):
        for i in range(0, len(X), BATCH):
            step(X[i : i + BATCH], Y[i : i + BATCH])
    return model.get_weights()


def replicate(build=linear):
    runs = fit_replicates(
        build,
        X,
        Y,
        replicates=2,
        epochs=EPOCHS,
        batch_size=BATCH,
        initial=[np.stack([KERNEL, 0 * KERNEL]), np.float32([[0.5], [0]])],
    )
    return [w[0] for w in runs.weights]


WAYS = {
    "fit": lambda: fit(linear(), {"x": X, "y": Y, "batch_size": BATCH}),
    "fit, eager": lambda: fit(linear(run_eagerly=True)),
    "fit, XLA": lambda: fit(linear(jit_compile=True)),
    "own loop": lambda: loop(linear(), lambda step: step),
    "own loop, graph": lambda: loop(linear(), tf.function),
    "own loop, XLA": lambda: loop(linear(), tf.function(jit_compile=True)),
    "replicates": replicate,
}


@pytest.mark.parametrize("way", WAYS)
def test_it_is_proximal_sgd_step_by_step(way):
    w, b = WAYS[way]()
    expected_w, expected_b = by_hand()
    assert 0 < np.count_nonzero(expected_w) < 5
    np.testing.assert_array_equal(w == 0, expected_w == 0)
    np.testing.assert_allclose(w, expected_w, atol=2e-6)
    np.testing.assert_allclose(b[0], expected_b, atol=2e-6)


def test_a_rate_of_another_step_would_be_noticed():
    for delay in (-1, 1):
        difference = np.abs(by_hand(delay=delay)[0] - by_hand()[0]).max()
        assert difference > 1000 * 2e-6


def test_callbacks_change_the_rate():
    def rate(k):
        return 0.1 * 0.5 ** (k // (len(X) // BATCH))

    callback = keras.callbacks.LearningRateScheduler(lambda epoch, _: 0.1 * 0.5**epoch)
    w, _ = fit(linear(rate=0.1), callbacks=[callback])
    np.testing.assert_allclose(w, by_hand(rate=rate)[0], atol=2e-6)


def test_groups_of_neurons():
    w, _ = fit(linear(GroupSoftThreshold))
    expected, _ = by_hand(lambda w, t: prox_group_lasso(w, t * math.sqrt(5)))
    np.testing.assert_allclose(w, expected, atol=2e-6)
    w, _ = replicate(lambda: linear(GroupSoftThreshold))
    np.testing.assert_allclose(w, expected, atol=2e-6)

    sgd = keras.optimizers.SGD(0.1)
    model = mlp((5, 8, 1), constraint=GroupSoftThreshold(0.2, sgd), seed=0)
    model.compile(sgd, "mse")
    loop(model, lambda step: tf.function(step, jit_compile=True))
    columns = (model.get_weights()[0] == 0).sum(axis=0)
    assert set(columns) == {0, 5}, "columns are 0 as a whole or not at all"


def test_axes_of_a_convolution_survive_saving():
    sgd = keras.optimizers.SGD(0.1)
    constraint = GroupSoftThreshold(0.1, sgd, axis=(0, 1, 2))
    layers = [
        keras.Input((4, 4, 3)),
        keras.layers.Conv2D(2, 3, kernel_constraint=constraint),
    ]
    model = keras.Sequential(layers)
    again = keras.Sequential.from_config(model.get_config())
    assert again.layers[0].kernel_constraint.axis == (0, 1, 2)
    kernel = model.layers[0].kernel
    expected = prox_group_lasso(kernel, 0.01 * math.sqrt(27), axis=(0, 1, 2))
    model.optimizer = sgd
    sgd.build(model.trainable_variables)
    np.testing.assert_allclose(constraint(kernel), expected, rtol=1e-5)


def test_a_saved_model_trains_on(tmp_path):
    model = linear()
    fit(model)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    constraint = loaded.layers[0].kernel_constraint
    assert constraint.strength == STRENGTH
    assert constraint.optimizer is loaded.optimizer
    for once, again in zip(fit(model), fit(loaded), strict=True):
        np.testing.assert_array_equal(once, again)


def test_every_layer_of_a_saved_model_follows_one_optimizer(tmp_path):
    sgd = keras.optimizers.SGD(rates())
    model = mlp((5, 4, 3, 1), constraint=SoftThreshold(0.1, sgd))
    model.compile(sgd, "mse")
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    found = {id(layer.kernel_constraint.optimizer) for layer in loaded.layers}
    assert found == {id(loaded.optimizer)}


def test_mixed_precision_wraps_the_optimizer():
    policy = keras.mixed_precision.dtype_policy()
    keras.mixed_precision.set_dtype_policy("mixed_float16")
    try:
        model = linear()
        assert model.optimizer.inner_optimizer
        w, _ = fit(model)
        assert 0 < np.count_nonzero(w) < 5
        follow_optimizer(model)
        fit(model)
    finally:
        keras.mixed_precision.set_dtype_policy(policy)


# --- What is refused or warned about ------------------------------------------------


def test_without_an_optimizer_it_says_what_to_do():
    model = mlp((5, 1), constraint=SoftThreshold(0.3))
    assert model.predict(X, verbose=0).shape == (12, 1)
    with pytest.raises(ValueError, match="must be compiled first"):
        follow_optimizer(model)
    model.compile(keras.optimizers.SGD(0.1), "mse")
    with pytest.raises(ValueError, match=r"SoftThreshold\(0.3, sgd\), or call follow_"):
        fit(model)
    follow_optimizer(model)
    fit(model)


@pytest.mark.parametrize("copy", [True, False])
def test_another_optimizer_is_noticed(copy):
    model = linear()
    if copy:
        model = keras.models.clone_model(model)
    else:
        model.compile(keras.optimizers.SGD(0.1), "mse")
    with pytest.raises(ValueError, match=r"does not train .*/kernel, perhaps because"):
        fit(model)
    follow_optimizer(model)
    fit(model)


@pytest.mark.parametrize(
    ("strength", "allowed"),
    [(-0.1, "at least 0, got -0.1"), (math.nan, "finite"), (math.inf, "finite")],
)
@pytest.mark.parametrize("kind", [SoftThreshold, GroupSoftThreshold])
def test_bad_strengths(kind, strength, allowed):
    with pytest.raises(ValueError, match=f"strength must be {allowed}"):
        kind(strength)


def test_arguments_of_the_wrong_kind():
    with pytest.raises(TypeError, match=r"strength must be a number, got '0.3'"):
        SoftThreshold("0.3")
    with pytest.raises(
        TypeError, match=r"optimizer must be a Keras optimizer .* 'sgd'"
    ):
        SoftThreshold(0.3, "sgd")
    with pytest.raises(ValueError, match="gradient_accumulation_steps"):
        SoftThreshold(0.3, keras.optimizers.SGD(0.1, gradient_accumulation_steps=2))


def minimize(optimizer, gradient, strength, start, steps):
    """Where one constrained weight goes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        constraint = SoftThreshold(strength, optimizer)
    weight = keras.Variable([start])
    weight.constraint = constraint
    optimizer.build([weight])

    @tf.function
    def step():
        optimizer.apply([gradient(weight.value)], [weight])

    for _ in range(steps):
        step()
    return float(weight.numpy()[0])


@pytest.mark.parametrize("nesterov", [False, True])
def test_momentum_weakens_the_penalty_as_documented(nesterov):
    with pytest.warns(UserWarning, match=r"With momentum 0.9, .* 0.1 times its"):
        SoftThreshold(0.5, keras.optimizers.SGD(0.1, momentum=0.9, nesterov=nesterov))

    def end(momentum, strength):
        sgd = keras.optimizers.SGD(0.05, momentum=momentum, nesterov=nesterov)
        return minimize(sgd, lambda w: w - 1.0, strength, start=0.0, steps=400)

    # The minimum of ½ (w - 1)² + λ|w| is 1 - λ.
    assert end(0.0, 0.5) == pytest.approx(0.5, abs=1e-4)
    assert end(0.9, 0.5) == pytest.approx(0.95, abs=1e-4)
    assert end(0.9, 0.5 / (1 - 0.9)) == pytest.approx(0.5, abs=1e-4)


def test_adam_measures_the_strength_against_its_own_step():
    with pytest.warns(UserWarning, match=r"After Adam, SoftThreshold .* not the"):
        SoftThreshold(0.3, keras.optimizers.Adam(0.1))

    def leaves_zero(kind, gradient, strength):
        end = minimize(
            kind(0.1), lambda w: 0 * w + gradient, strength, start=0.0, steps=20
        )
        return end != 0

    for gradient in (1e-3, 1e3):
        # SGD compares the gradient with the strength, Adam its own step of length 1.
        assert leaves_zero(keras.optimizers.SGD, gradient, 0.3) == (gradient > 0.3)
        assert leaves_zero(keras.optimizers.Adam, gradient, 0.3)
        assert not leaves_zero(keras.optimizers.Adam, gradient, 1.01)
