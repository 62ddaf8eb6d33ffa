import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.color import Bins, class_weights

SEEDS = st.integers(0, 2**32 - 1)


def colors(seed, n=200, reach=110):
    return np.random.default_rng(seed).uniform(-reach, reach, (n, 2))


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
