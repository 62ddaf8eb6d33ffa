import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import layers

from tests.unit.color.networks import color_network
from utils import color
from utils.color import Bins, class_weights, folded, predict, shrink, to_lab, to_rgb
from utils.data import photographs
from utils.pruning import prune

SEEDS = st.integers(0, 2**32 - 1)


def colors(seed, n=200, reach=110):
    return np.random.default_rng(seed).uniform(-reach, reach, (n, 2))


def test_lab_and_back_is_the_photograph():
    for photo in photographs().values():
        lab = to_lab(photo[::4, ::4])
        assert lab.dtype == np.float32
        back = to_rgb(lab[..., 0], lab[..., 1:])
        assert np.abs(back.astype(int) - photo[::4, ::4]).max() <= 1


def test_colors_that_no_screen_has_are_clipped_in_silence(recwarn):
    found = to_rgb(np.array([0.0, 100, 50]), np.array([[110, 110], [-110, 0], [0, 0]]))
    assert found.dtype == np.uint8 and not recwarn.list
    assert np.ptp(found[2]) <= 1
    with pytest.raises(ValueError, match=r"ab must be of shape \(3, 2\), got \(2, 2\)"):
        to_rgb(np.zeros(3), np.zeros((2, 2)))


@given(seed=SEEDS, window=st.floats(1.5, 110))
def test_encoding_and_decoding_is_off_by_less_than_half_a_bin(seed, window):
    ab = colors(seed)
    bins = Bins.used_in(ab, window)
    assert np.abs(bins.centers[bins.encode(ab)] - ab).max() <= window / 2 + 1e-4


@given(seed=SEEDS, window=st.floats(1.5, 110))
def test_the_center_of_a_bin_is_encoded_as_that_bin(seed, window):
    bins = Bins.used_in(colors(seed, 20), window)
    np.testing.assert_array_equal(bins.encode(bins.centers), np.arange(len(bins)))


@given(seed=SEEDS)
def test_the_table_agrees_with_a_loop_over_pixels(seed):
    bins = Bins.used_in(colors(seed, 30), 20)
    for a, b in colors(seed + 1, 30):
        square = np.floor(np.array([a, b]) / 20 + 5.5) * 20 - 110 + 10
        distance = np.linalg.norm(bins.centers - square, axis=1)
        found = bins.encode(np.array([a, b]))
        assert distance[found] == pytest.approx(distance.min(), abs=1e-4)


def test_only_used_bins_are_kept_and_all_colors_find_one():
    bins = Bins.used_in(np.array([[0.0, 0.0], [1, 2], [52, -33]]))
    np.testing.assert_array_equal(bins.centers, [[5, 5], [55, -35]])
    far = np.array([[-500.0, 90], [500, -500], [np.float64(1e30), 0]])
    np.testing.assert_array_equal(bins.encode(far), [0, 1, 1])
    assert bins.encode(np.zeros((3, 4, 2))).shape == (3, 4)
    assert bins.encode(np.zeros((3, 4, 2))).dtype == np.int32


@given(seed=SEEDS)
def test_soft_targets_sum_to_one_and_are_largest_at_the_nearest(seed):
    ab = colors(seed, 50)
    bins = Bins.used_in(colors(seed + 1, 40), 20)
    soft = bins.soft(ab)
    assert soft.shape == (50, len(bins)) and soft.dtype == np.float32
    np.testing.assert_allclose(soft.sum(axis=1), 1, atol=1e-5)
    assert (soft > 0).sum(axis=1).max() <= 5
    distance = np.linalg.norm(ab[:, None] - bins.centers, axis=2)
    at_top = np.take_along_axis(distance, soft.argmax(axis=1)[:, None], axis=1)
    np.testing.assert_allclose(at_top[:, 0], distance.min(axis=1), atol=1e-3)


def test_soft_targets_with_one_neighbor_are_one_hot():
    ab = colors(0)
    bins = Bins.used_in(ab, 10)
    one = bins.soft(ab, neighbors=1).argmax(axis=1)
    np.testing.assert_array_equal(one, bins.encode(ab))
    assert Bins.used_in(ab[:1]).soft(ab).shape == (200, 1)
    with pytest.raises(ValueError, match="neighbors must be at least 1"):
        bins.soft(ab, neighbors=0)
    with pytest.raises(ValueError, match="sigma must be above 0"):
        bins.soft(ab, sigma=0)


@given(seed=SEEDS, q=st.integers(1, 300), mix=st.floats(0.01, 1))
def test_weights_are_one_on_average_and_follow_the_formula(seed, q, mix):
    shares = np.random.default_rng(seed).dirichlet(np.full(q, 0.2))
    weights = class_weights(shares, mix).astype("float64")
    assert shares @ weights == pytest.approx(1, abs=1e-5)
    products = weights * ((1 - mix) * shares + mix / q)
    np.testing.assert_allclose(products, products[0], rtol=1e-5)


def test_the_ends_of_the_mix():
    shares = np.array([0.5, 0.3, 0.2])
    np.testing.assert_allclose(class_weights(shares, 1), 1)
    np.testing.assert_allclose(class_weights(shares, 0) * shares, 1 / 3, rtol=1e-6)


@pytest.mark.parametrize(
    ("shares", "mix", "error", "says"),
    [
        ([0.5, 0.4], 0.5, ValueError, r"sum 1, got 0\.9"),
        ([1.5, -0.5], 0.5, ValueError, "at least 0"),
        ([[1.0]], 0.5, ValueError, "1-D"),
        ([], 0.5, ValueError, "not empty"),
        ([np.nan, 1], 0.5, ValueError, "at least 0"),
        ([1.0, 0], 0, ValueError, "mix must be above 0 if a bin has no share"),
        ([1.0], 1.1, ValueError, r"mix must be from 0 to 1, got 1\.1"),
        ([1.0], np.nan, ValueError, "mix must be finite"),
        ([1.0], "0.5", TypeError, "mix must be a number"),
    ],
)
def test_bad_weights_are_named(shares, mix, error, says):
    with pytest.raises(error, match=says):
        class_weights(shares, mix)


@given(seed=SEEDS)
def test_temperature_one_is_the_mean_and_zero_the_mode(seed):
    bins = Bins.used_in(colors(seed, 30), 20)
    p = np.random.default_rng(seed).dirichlet(np.ones(len(bins)), 8)
    logits = np.log(p) + 7  # a constant changes nothing
    np.testing.assert_allclose(bins.decode(logits, 1), p @ bins.centers, atol=1e-3)
    best = np.float32(logits).argmax(axis=1)
    gap = np.diff(np.sort(np.float32(logits), axis=1)[:, -2:])[:, 0] > 0
    for cold in (1e-9, 1e-300):
        modes = bins.decode(logits, cold)
        np.testing.assert_allclose(modes[gap], bins.centers[best][gap], atol=1e-3)


@given(seed=SEEDS, temperature=st.floats(1e-3, 50))
def test_the_annealed_mean_follows_its_formula(seed, temperature):
    bins = Bins.used_in(colors(seed, 20), 30)
    p = np.random.default_rng(seed).dirichlet(np.ones(len(bins)))
    power = np.exp((np.log(p) - np.log(p).max()) / temperature)
    wanted = power / power.sum() @ bins.centers
    np.testing.assert_allclose(bins.decode(np.log(p), temperature), wanted, atol=0.1)


def test_a_one_hot_answer_is_its_bin_at_every_temperature():
    bins = Bins.used_in(colors(0, 30), 20)
    with np.errstate(divide="ignore"):
        logits = np.log(np.eye(len(bins)))
    for temperature in (0.01, 0.38, 1, 5):
        np.testing.assert_allclose(bins.decode(logits, temperature), bins.centers)


@pytest.mark.parametrize(
    ("temperature", "error", "says"),
    [
        (0, ValueError, r"above 0, got 0; a small one such as 0\.01"),
        (-1, ValueError, "above 0, got -1"),
        (np.nan, ValueError, "finite"),
        (np.inf, ValueError, "finite"),
        ("1", TypeError, "must be a number"),
        (True, TypeError, "must be a number"),
    ],
)
def test_bad_temperatures_are_named(temperature, error, says):
    with pytest.raises(error, match=says):
        Bins.used_in(np.zeros((1, 2))).decode(np.zeros((3, 1)), temperature)


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: Bins.used_in(np.zeros((0, 2))), ValueError, "at least one color"),
        (lambda: Bins.used_in(np.zeros((4, 3))), ValueError, r"\(\.\.\., 2\), got"),
        (lambda: Bins.used_in(np.full((4, 2), np.nan)), ValueError, "ab must be fin"),
        (lambda: Bins.used_in(np.zeros((4, 2)), 0), ValueError, "window must be above"),
        (lambda: Bins.used_in(np.zeros((4, 2)), 111), ValueError, "at most 110"),
        (lambda: Bins.used_in(np.zeros((4, 2)), "a"), TypeError, "window must be a nu"),
        (
            lambda: Bins.used_in(np.zeros((4, 2))).decode(np.zeros((4, 2))),
            ValueError,
            r"shape \(\.\.\., 1\), got \(4, 2\)",
        ),
    ],
)
def test_bad_colors_are_named(call, error, says):
    with pytest.raises(error, match=says):
        call()


def test_chroma_and_color_error():
    ab, truth = np.array([[3.0, 4.0], [0, 0]]), np.array([[3.0, 0.0], [0, 2]])
    np.testing.assert_allclose(color.chroma(ab), [5, 0])
    np.testing.assert_allclose(color.color_error(ab, truth), [4, 2])


# --- Whole photographs --------------------------------------------------------------


@pytest.fixture(scope="module")
def model():
    return color_network()


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
    patch = model(color.network_input(lightness[10:42, 20:52])[None])
    assert patch.shape == (1, 16, 16, 5)
    np.testing.assert_allclose(patch[0], whole[18:34, 28:44], atol=1e-5)


def test_answers_are_decoded_tile_by_tile(model):
    bins = Bins.used_in(colors(0, 5), 30)
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
        (np.zeros((4, 4)), {"tile": 0}, "tile must be None or at least 1"),
    ],
)
def test_bad_lightness_is_named(model, lightness, options, says):
    with pytest.raises(ValueError, match=says):
        predict(model, lightness, **options)


def test_another_kind_of_network_is_named():
    with pytest.raises(ValueError, match="has it eight valid 3x3 convolutions"):
        predict(lambda x: x, np.zeros((20, 20)))


@given(seed=SEEDS, bias=st.booleans())
@settings(max_examples=5)
def test_plain_convolutions_compute_the_same(seed, bias):
    model = color_network(bias=bias, seed=seed % 1000)
    x = np.random.default_rng(seed).uniform(-1, 1, (2, 20, 21, 1)).astype("float32")
    h, parts = x, folded(model)
    for k, (kernel, bias) in enumerate(parts):
        patches = np.lib.stride_tricks.sliding_window_view(h, (3, 3), axis=(1, 2))
        h = np.einsum("nhwcij,ijco->nhwo", patches, kernel) + bias
        h = np.maximum(h, 0) if k < len(parts) - 1 else h
    np.testing.assert_allclose(h, model(x), atol=1e-3, rtol=1e-3)


def test_what_cannot_be_folded_is_named():
    inputs = keras.Input((20, 20, 1))
    for parts, says in (
        ([layers.Conv2D(2, 3), layers.ELU(), layers.Conv2D(2, 3)], "is a ELU"),
        ([layers.Conv2D(2, 3), layers.Conv2D(2, 3)], "a ReLU behind each"),
        ([layers.Conv2D(2, 3), layers.ReLU()], "a ReLU behind each"),
        ([layers.Conv2D(2, 3, padding="same")], "is a Conv2D"),
    ):
        with pytest.raises(ValueError, match=says):
            folded(keras.Sequential([inputs, *parts]))


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
