from functools import partial

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from keras import layers

from tests.unit.color.networks import color_network
from utils.color import Bins, folded, network_input, predict, shrink, to_lab
from utils.data import photographs
from utils.pruning import prune

SEEDS = st.integers(0, 2**32 - 1)


@pytest.fixture(scope="module")
def model():
    """Traced once, for inputs of any size: some tests call it hundreds of times."""
    any_size = tf.TensorSpec((None, None, None, 1))
    return tf.function(color_network(), input_signature=[any_size])


@pytest.mark.parametrize("size", [(32, 32), (45, 30), (17, 64), (9, 9), (1, 40)])
def test_one_pass_over_the_whole_equals_stitched_patches(model, size):
    lightness = np.random.default_rng(0).uniform(0, 100, size)
    whole = predict(model, lightness)
    assert whole.shape == (*size, 5)
    for tile in (1, 7, 16, 64)[min(size) > 9 :]:
        patches = predict(model, lightness, tile=tile)
        np.testing.assert_allclose(patches, whole, atol=1e-5)


def test_every_patch_is_found_in_the_whole(model):
    photo = shrink(photographs()["cat"], 64)
    lightness = to_lab(photo)[..., 0]
    whole = predict(model, lightness)
    patch = model(network_input(lightness[10:42, 20:52])[None])
    assert patch.shape == (1, 16, 16, 5)
    np.testing.assert_allclose(patch[0], whole[18:34, 28:44], atol=1e-5)


def test_answers_are_decoded_tile_by_tile(model):
    bins = Bins.used_in(np.random.default_rng(0).uniform(-110, 110, (5, 2)), 30)
    lightness = np.random.default_rng(0).uniform(0, 100, (40, 33))
    model = color_network(len(bins))
    whole = bins.decode(predict(model, lightness), 0.5)
    tiles = predict(model, lightness, lambda z: bins.decode(z, 0.5), tile=16)
    assert tiles.shape == (40, 33, 2)
    np.testing.assert_allclose(tiles, whole, atol=1e-3)


@pytest.mark.parametrize(
    ("lightness", "options", "says"),
    [
        (np.zeros((4, 4, 1)), {}, r"shape \(H, W\)"),
        (np.zeros((0, 4)), {}, "not empty"),
        (np.full((4, 4), 101.0), {}, r"from 0 to 100, got 101\.0"),
        (np.full((4, 4), np.nan), {}, "got nan"),
        (np.zeros((4, 4)), {"tile": 0}, "tile must be at least 1, got 0"),
    ],
)
def test_bad_lightness_is_named(model, lightness, options, says):
    with pytest.raises(ValueError, match=says):
        predict(model, lightness, **options)


def test_another_kind_of_network_is_named():
    with pytest.raises(ValueError, match="has it eight valid 3x3 convolutions"):
        predict(lambda x: x, np.zeros((20, 20)))


# --- Plain convolutions -------------------------------------------------------------


def plainly(parts, x):
    """What a program computes that knows nothing but kernels, biases and ReLU."""
    for k, (kernel, bias) in enumerate(parts):
        assert kernel.dtype == bias.dtype == np.float32
        windows = np.lib.stride_tricks.sliding_window_view(
            x, kernel.shape[:2], axis=(1, 2)
        )
        x = np.einsum("nhwcij,ijco->nhwo", windows, kernel) + bias
        x = np.maximum(x, 0) if k < len(parts) - 1 else x
    return x


@pytest.mark.parametrize("bias", [True, False])
def test_plain_convolutions_compute_the_same(bias):
    model = color_network(bias=bias, seed=1)
    x = np.random.default_rng(1).uniform(-1, 1, (2, 20, 21, 1)).astype("float32")
    np.testing.assert_allclose(
        plainly(folded(model), x), model(x), atol=1e-3, rtol=1e-3
    )


def chain(*parts):
    """A network of these layers for photographs, with weights that do something."""
    model = keras.Sequential([keras.Input((20, 20, 2)), *parts])
    rng = np.random.default_rng(0)
    for layer in model.layers:
        layer.set_weights([rng.uniform(0.2, 1.2, w.shape) for w in layer.weights])
    return model


def convolution(**settings):
    # Of zeros, as random ones take longer, and chain has others.
    usual = {"filters": 2, "kernel_size": 3, "kernel_initializer": "zeros"}
    return layers.Conv2D(**usual | settings)


CANNOT = {
    "strides": ([convolution(strides=2, name="it")], r"'it' .* strides=\(2, 2\)"),
    "dilation": (
        [convolution(dilation_rate=2, name="it")],
        r"'it' .* dilation_rate=\(2, 2\)",
    ),
    "groups": ([convolution(groups=2, name="it")], "'it' .* groups=2"),
    "padding": (
        [convolution(padding="same", name="it")],
        "'it' is a Conv2D with padding='same', which cannot .* must be 'valid'",
    ),
    "activation": (
        [convolution(activation="relu", name="it"), layers.ReLU(), convolution()],
        "'it' .* activation='relu'",
    ),
    "slope of ReLU": (
        [convolution(), layers.ReLU(negative_slope=0.1, name="it"), convolution()],
        "'it' is a ReLU with negative_slope=0.1",
    ),
    "largest of ReLU": (
        [convolution(), layers.ReLU(6, name="it"), convolution()],
        "'it' is a ReLU with max_value=6",
    ),
    "threshold of ReLU": (
        [convolution(), layers.ReLU(threshold=1, name="it"), convolution()],
        "'it' is a ReLU with threshold=1",
    ),
    "axis": (
        [convolution(), layers.BatchNormalization(axis=1, name="it")],
        "'it' is a BatchNormalization with axis=1",
    ),
    "normalization behind ReLU": (
        [
            convolution(),
            layers.ReLU(),
            layers.BatchNormalization(name="it"),
            convolution(),
        ],
        "'it' is a BatchNormalization that is not behind a convolution",
    ),
    "normalization first": (
        [layers.BatchNormalization(name="it"), convolution()],
        "'it' is a BatchNormalization that is not behind a convolution",
    ),
    "ReLU first": (
        [layers.ReLU(name="it"), convolution(), convolution()],
        "'it' is a ReLU that is not behind a convolution",
    ),
    "two ReLUs, and none": (
        [
            convolution(),
            layers.ReLU(),
            layers.ReLU(name="it"),
            convolution(),
            convolution(),
        ],
        "'it' is a ReLU that is not behind a convolution",
    ),
    "another layer": (
        [convolution(), layers.ELU(name="it"), convolution()],
        "'it' is a ELU",
    ),
    "no ReLU": (
        [convolution(name="one"), convolution(name="two")],
        "a ReLU behind each .* none between 'one' and 'two'",
    ),
    "ReLU last": ([convolution(), layers.ReLU(name="it")], "'it' is the last layer"),
    "nothing": ([], "end with a convolution without a ReLU: there is none"),
}


@pytest.mark.parametrize("case", CANNOT)
def test_what_cannot_be_folded_is_named(case):
    parts, says = CANNOT[case]
    with pytest.raises(ValueError, match=says):
        folded(chain(*parts))


def test_models_that_are_no_chains_of_built_layers_are_named():
    start = keras.Input((20, 20, 1))
    with pytest.raises(TypeError, match="must be Sequential, got Functional"):
        folded(keras.Model(start, convolution()(start)))
    with pytest.raises(ValueError, match="'new' is not built"):
        folded(keras.Sequential([convolution(name="new")]))


@pytest.mark.parametrize("scale", [True, False])
@pytest.mark.parametrize("center", [True, False])
def test_normalizations_without_a_part_fold_rightly(scale, center):
    model = chain(
        convolution(),
        layers.BatchNormalization(scale=scale, center=center, epsilon=0.1),
        layers.ReLU(),
        convolution(),
    )
    x = np.random.default_rng(1).uniform(-1, 1, (1, 9, 9, 2)).astype("float32")
    np.testing.assert_allclose(plainly(folded(model), x), model(x), rtol=1e-4)


MOSTLY = st.sampled_from([True] * 11 + [False])


@st.composite
def networks(draw):
    """Makers of layers in the order that can be folded, with exceptions."""

    def exception(usual, *others):
        return usual if draw(MOSTLY) else draw(st.sampled_from(others))

    parts = []
    for k in range(depth := draw(st.integers(1, 3))):
        parts.append(
            partial(
                convolution,
                filters=2 * draw(st.integers(1, 2)),
                kernel_size=draw(st.sampled_from([1, 2, 3, (1, 3)])),
                use_bias=draw(st.booleans()),
                padding=exception("valid", "same"),
                activation=exception(None, "relu", "tanh"),
                **exception(
                    {}, {"strides": 2}, {"dilation_rate": 2}, {"strides": (1, 2)}
                ),
                groups=exception(1, 2),
            )
        )
        for _ in range(draw(st.integers(0, 2))):
            parts.append(
                partial(
                    layers.BatchNormalization,
                    axis=exception(-1, 3, 1),
                    scale=draw(st.booleans()),
                    center=draw(st.booleans()),
                )
            )
        if k < depth - 1:
            settings = [{"negative_slope": 0.1}, {"max_value": 1}, {"threshold": 0.5}]
            parts.append(partial(layers.ReLU, **exception({}, *settings)))
    if not draw(MOSTLY):
        parts = draw(st.permutations(parts))
    return parts


@given(parts=networks(), seed=SEEDS)
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_what_is_accepted_computes_the_same(parts, seed):
    model = chain(*(part() for part in parts))
    names = [layer.name for layer in model.layers]
    try:
        plain = folded(model)
    except ValueError as error:
        event("refused")
        assert any(repr(name) in str(error) for name in names)
        return
    event("accepted")
    x = np.random.default_rng(seed).uniform(-1, 1, (1, 20, 20, 2)).astype("float32")
    found, wanted = plainly(plain, x), np.asarray(model(x))
    assert found.shape == wanted.shape
    np.testing.assert_allclose(
        found, wanted, atol=1e-5 * np.abs(wanted).max(), rtol=1e-4
    )


def test_channels_with_gamma_zero_are_pruned_exactly():
    model = color_network()
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            gamma, *others = layer.get_weights()
            gamma[:2] = 0
            layer.set_weights([gamma, *others])
    x = np.random.default_rng(0).uniform(-1, 1, (2, 24, 30, 1)).astype("float32")
    small, report = prune(model, x=x)
    assert report.units[1] == (1, 2, 2, 2, 2, 2, 2, 5)
    assert report.max_delta < 1e-4
    assert len(folded(small)) == 8
