import math

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from keras import layers
from scipy import stats

from tests.unit.replicates.models import (
    WIDE,
    WIDE_Y,
    Fit,
    assert_close,
    assert_draws_equal_a_compiled_fit,
    compiled,
)
from utils.activations import PublishedRReLU, RReLU
from utils.replicates import fit_replicates

LAWS = settings(max_examples=50)
SEEDS = st.integers(0, 2**31 - 1)
BOUNDS = st.tuples(st.floats(0.05, 50), st.floats(0.05, 50)).map(sorted)
SHAPES = array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5)
# 0, or far enough from 0 to divide by.
SIZES = st.floats(2**-7, 1_000, width=32)
VALUES = st.one_of(st.just(0.0), SIZES, SIZES.map(lambda size: -size))
INPUTS = arrays("float32", SHAPES, elements=VALUES)
EITHER = st.sampled_from([RReLU, PublishedRReLU])


def slopes(layer, x=None, **options):
    """What the layer makes of values below 0, divided by these."""
    x = -np.ones(50_000, "float32") if x is None else x
    return keras.ops.convert_to_numpy(layer(x, **options)) / x


# --- Laws -------------------------------------------------------------------------


@LAWS
@given(x=INPUTS, bounds=BOUNDS, seed=SEEDS)
def test_negative_values_are_divided_by_a_number_in_bounds_or_by_their_mean(
    x, bounds, seed
):
    layer = RReLU(*bounds, seed=seed)
    y = layer(x, training=True).numpy()
    assert y.shape == x.shape and y.dtype == x.dtype
    below = x < 0
    np.testing.assert_array_equal(y[~below], x[~below])
    alpha = x[below] / y[below]
    assert (alpha >= bounds[0] * (1 - 1e-5)).all()
    assert (alpha <= bounds[1] * (1 + 1e-5)).all()
    expected = np.where(below, x / (sum(bounds) / 2), x)
    for options in ({}, {"training": False}):
        np.testing.assert_allclose(layer(x, **options), expected, rtol=1e-6)


@LAWS
@given(x=INPUTS, alpha=st.floats(0.05, 50), training=st.booleans())
def test_with_equal_bounds_it_is_a_leaky_relu_and_a_steep_leak_turned_over(
    x, alpha, training
):
    flat = RReLU(alpha, alpha)
    leaky = layers.LeakyReLU(negative_slope=1 / alpha)
    np.testing.assert_allclose(flat(x, training=training), leaky(x), rtol=1e-5)
    # A steep leak is a flat one turned over and made larger.
    steep = PublishedRReLU(alpha, alpha)(x)
    np.testing.assert_allclose(steep, -alpha * flat(-x), rtol=1e-5)


@LAWS
@given(kind=EITHER, x=INPUTS, seed=SEEDS)
def test_a_seed_gives_one_sequence_of_draws(kind, x, seed):
    one, other = kind(seed=seed), kind(seed=seed)
    for _ in range(2):
        np.testing.assert_array_equal(one(x, training=True), other(x, training=True))
    state = one.seed_generator.state.numpy()
    one(x)
    np.testing.assert_array_equal(one.seed_generator.state, state)  # draws nothing


@LAWS
@given(x=INPUTS, bounds=BOUNDS, per_call=st.booleans(), training=st.booleans())
def test_the_published_variant_multiplies(x, bounds, per_call, training):
    y = PublishedRReLU(*bounds, per_call=per_call)(x, training=training).numpy()
    below = x < 0
    np.testing.assert_array_equal(y[~below], x[~below])
    alpha = y[below] / x[below]
    assert (alpha >= bounds[0] * (1 - 1e-5)).all()
    assert (alpha <= bounds[1] * (1 + 1e-5)).all()
    if per_call or not training:
        np.testing.assert_allclose(alpha, alpha[:1].repeat(alpha.size), rtol=1e-5)
    if not training:
        np.testing.assert_allclose(alpha, sum(bounds) / 2, rtol=1e-5)


def test_published_draws_of_each_element_are_those_of_the_paper():
    flat = slopes(RReLU(seed=3), training=True)
    steep = slopes(PublishedRReLU(seed=3, per_call=False), training=True)
    np.testing.assert_allclose(steep, 1 / flat, rtol=1e-5)


def test_every_element_draws_for_itself_and_uniformly():
    layer, x = RReLU(3, 8, seed=0), -np.ones((500, 100), "float32")
    first, second = (slopes(layer, x, training=True).ravel() for _ in range(2))
    assert len(np.unique(first)) > 0.99 * first.size
    assert np.isclose(first, second).mean() < 0.01
    assert abs(np.corrcoef(first[:-1], first[1:])[0, 1]) < 0.02
    assert stats.kstest(1 / first, stats.uniform(3, 5).cdf).pvalue > 1e-3
    assert first.mean() == pytest.approx(math.log(8 / 3) / 5, rel=0.01)


def test_the_published_variant_draws_once_for_each_call():
    layer = PublishedRReLU(seed=0)
    x = -np.ones(500, "float32")
    drawn = [np.unique(slopes(layer, x, training=True)) for _ in range(200)]
    assert all(len(values) == 1 for values in drawn)
    assert stats.kstest(np.ravel(drawn), stats.uniform(3, 5).cdf).pvalue > 1e-3


def test_without_a_seed_two_layers_differ():
    assert not np.array_equal(*(slopes(RReLU(), training=True) for _ in range(2)))


def test_the_gradient_is_the_slope_that_was_drawn():
    x = tf.constant([-2.0, -1.0, 0.0, 3.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = RReLU(seed=0)(x, training=True)
    gradient = tape.gradient(y, x).numpy()
    np.testing.assert_allclose(gradient[:2], (y / x)[:2], rtol=1e-6)
    np.testing.assert_array_equal(gradient[2:], 1)


def test_what_is_not_a_number_stays_so():
    x = np.float32([np.nan, -np.inf, np.inf])
    for training in (True, False):
        np.testing.assert_array_equal(RReLU()(x, training=training), x)


# --- In Keras ---------------------------------------------------------------------


@pytest.mark.parametrize("kind", [RReLU, PublishedRReLU])
@pytest.mark.parametrize(
    ("policy", "dtype", "close"),
    [
        ("mixed_float16", "float16", 2e-3),
        ("mixed_bfloat16", "bfloat16", 2e-2),
        ("float64", "float64", 1e-12),
    ],
)
def test_other_precisions(kind, policy, dtype, close):
    layer = kind(0.5, 4, seed=0, dtype=policy)
    x = -np.ones(5_000)
    for training, low, high in ((True, 0.5, 4), (False, 2.25, 2.25)):
        y = layer(x, training=training)
        assert keras.backend.standardize_dtype(y.dtype) == dtype
        slope = -keras.ops.convert_to_numpy(keras.ops.cast(y, "float64"))
        alpha = slope if kind is PublishedRReLU else 1 / slope
        assert alpha.min() >= low * (1 - close)
        assert alpha.max() <= high * (1 + close)


@pytest.mark.parametrize(
    "layer", [RReLU(1, 2, seed=5), PublishedRReLU(1, 2, seed=5, per_call=False)]
)
def test_saved_and_loaded(layer, tmp_path):
    model = keras.Sequential([keras.Input((3, 2)), layers.Dense(4), layer])
    x = np.random.default_rng(0).normal(size=(5, 3, 2)).astype("float32")
    first = model(x, training=True)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    assert type(loaded.layers[1]) is type(layer)
    assert loaded.layers[1].get_config() == layer.get_config()
    np.testing.assert_array_equal(model(x), loaded(x))
    # Like Keras' own random layers, it begins again with the draws of its seed.
    np.testing.assert_array_equal(first, loaded(x, training=True))


def test_a_clone_has_the_same_settings():
    layer = PublishedRReLU(1, 2, seed=5, per_call=False, name="leak")
    clone = PublishedRReLU.from_config(layer.get_config())
    assert clone.get_config() == layer.get_config()


def test_shapes_that_are_not_known_yet():
    x = keras.Input((None, 4))
    y = RReLU()(x)
    assert y.shape == (None, None, 4)
    model = keras.Model(x, y)
    for length in (2, 7):
        assert model(-np.ones((3, length, 4)), training=True).shape == (3, length, 4)


def test_masks_pass_through():
    x = keras.ops.convert_to_tensor(-np.ones((2, 3, 1), "float32"))
    masked = layers.Masking(mask_value=0.0)(x)
    y = RReLU()(masked)
    assert keras.src.backend.get_keras_mask(y) is not None


def network(*activations, jit_compile=False):
    def build():
        first, second = (layer() for layer in activations)
        model = compiled(layers.Dense(6), first, layers.Dense(2), second)
        model.compile(keras.optimizers.SGD(0.01), "mse", jit_compile=jit_compile)
        return model

    return build


@pytest.fixture(scope="module")
def runs_and_fit():
    build = network(RReLU, PublishedRReLU, jit_compile=True)
    # Full batches, one program: Dropout's test has a smaller last one.
    return assert_draws_equal_a_compiled_fit(build, rows=20)


def test_replicates_have_draws_of_their_own_and_equal_a_compiled_fit(runs_and_fit):
    runs, _ = runs_and_fit
    start = [np.repeat(w[:1], 3, axis=0) for w in runs.initial]
    apart = runs.retrain(start)
    for i in (1, 2):
        assert not np.allclose(apart.weights[0][0], apart.weights[0][i])


@pytest.mark.parametrize("jit_compile", [False, True])
def test_fit_learns_and_draws_anew_in_each_step(jit_compile, runs_and_fit):
    fit = runs_and_fit[1] if jit_compile else Fit(network(RReLU, PublishedRReLU))
    drawing = [layer for layer in fit.model.layers if isinstance(layer, RReLU)]
    before = [layer.seed_generator.state.numpy() for layer in drawing]
    fit.start(network(RReLU, PublishedRReLU)().get_weights())
    # A smaller last batch is a second program for XLA.
    rows = 20 if jit_compile else 23
    losses, steps = [], 0
    for copies in (1, 750 // rows, 1):
        x, y = np.tile(WIDE[:rows], (copies, 1)), np.tile(WIDE_Y[:rows], (copies, 1))
        losses += fit.go_on(x, y, batch_size=4, epochs=2)[1]
        steps += 2 * math.ceil(len(x) / 4)
    assert losses[-1] < 0.7 * losses[0]
    for layer, state in zip(drawing, before, strict=True):
        assert (layer.seed_generator.state.numpy() - state)[1] == steps
    predicted = fit.model.predict(WIDE, verbose=0)
    np.testing.assert_allclose(predicted, fit.model(WIDE), atol=1e-5)


def test_with_equal_bounds_replicates_train_as_with_leaky_relus(runs_and_fit):
    def leaky(slope):
        return lambda: layers.LeakyReLU(negative_slope=slope)

    x, y, options = WIDE[:20], WIDE_Y[:20], {"epochs": 4, "batch_size": 4}
    build = network(lambda: RReLU(5.5, 5.5), lambda: PublishedRReLU(5.5, 5.5))
    start = [np.repeat(w[None], 2, axis=0) for w in build().get_weights()]
    calm = fit_replicates(build, x, y, replicates=2, initial=start, **options)
    np.testing.assert_array_equal(*calm.weights[0])  # the draws alone would differ
    fit = Fit(network(leaky(1 / 5.5), leaky(5.5)))
    theirs, _ = fit([w[0] for w in start], x, y, **options)
    assert_close([w[0] for w in calm.weights], theirs)
    # In inference random activations are the same functions.
    runs, _ = runs_and_fit
    fit.model.set_weights([w[1] for w in runs.weights])
    expected = fit.model(WIDE)
    np.testing.assert_allclose(runs.predict(WIDE)[1], expected, rtol=1e-5, atol=1e-6)


# --- Bad input --------------------------------------------------------------------


@pytest.mark.parametrize("kind", [RReLU, PublishedRReLU])
@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        (
            {"lower": 8, "upper": 3},
            ValueError,
            "lower must not be above upper, got 8, 3",
        ),
        ({"lower": 0}, ValueError, "lower must be above 0, got 0"),
        ({"lower": -3.0}, ValueError, r"lower must be above 0, got -3\.0"),
        ({"upper": math.nan}, ValueError, "upper must be finite, got nan"),
        ({"upper": math.inf}, ValueError, "upper must be finite, got inf"),
        ({"lower": "3"}, TypeError, "lower must be a number, got '3'"),
        ({"lower": None}, TypeError, "lower must be a number, got None"),
        ({"upper": True}, TypeError, "upper must be a number, got True"),
        ({"upper": [8]}, TypeError, r"upper must be a number, got \[8\]"),
        ({"seed": 0.5}, TypeError, r"seed must be a whole number, got 0\.5"),
        ({"seed": True}, TypeError, "seed must be a whole number, got True"),
        ({"seed": -1}, ValueError, "seed must be from 0 to 2147483647, got -1"),
    ],
)
def test_bad_settings_are_named(kind, arguments, error, says):
    with pytest.raises(error, match=says):
        kind(**arguments)


def test_the_switch_is_true_or_false():
    with pytest.raises(TypeError, match="per_call must be True or False, got 1"):
        PublishedRReLU(per_call=1)


def test_numpy_numbers_are_numbers():
    layer = RReLU(np.float32(2), np.int64(3), seed=np.int64(1))
    assert layer.get_config()["lower"] == 2.0
    assert type(layer.get_config()["seed"]) is int
