import socket

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.data import (
    digits,
    line_with_outliers,
    mnist,
    mnist_sample,
    photographs,
    sparse_linear,
)

SEEDS = st.integers(0, 2**32 - 1)


def all_points(split):
    x = np.concatenate([split.x_train, split.x_test])[:, 0]
    y = np.concatenate([split.y_train, split.y_test])[:, 0]
    order = np.argsort(x)
    return x[order], y[order]


def test_default_sizes_and_types():
    split = line_with_outliers(0)
    shapes = [a.shape for a in (split.x_train, split.y_train, split.x_test)]
    assert shapes == [(40, 1), (40, 1), (10, 1)]
    for array in vars(split).values():
        assert array.dtype == np.float32
    x, _ = all_points(split)
    np.testing.assert_allclose(x, np.linspace(0.5, 9.5, 50), rtol=1e-6)


@given(seed=SEEDS, offset=st.floats(-50, 50))
def test_noise_and_outliers_are_what_was_asked_for(seed, offset):
    clean = all_points(line_with_outliers(seed, offset=0.0))
    lifted = all_points(line_with_outliers(seed, offset=offset))
    residual = clean[1] - 2 * clean[0]
    assert residual.min() >= -1e-5
    assert residual.max() <= 2 + 1e-5
    expected = np.where(np.arange(50) % 5 == 0, offset, 0)
    np.testing.assert_allclose(lifted[1] - clean[1], expected, atol=1e-4)


@given(seed=SEEDS)
def test_a_drawn_offset_is_between_0_and_10(seed):
    _, y = all_points(line_with_outliers(seed))
    _, clean = all_points(line_with_outliers(seed, offset=0.0))
    offsets = (y - clean)[::5]
    assert offsets.min() >= 0 and offsets.max() <= 10
    np.testing.assert_allclose(offsets, offsets[0], atol=1e-5)


@given(seed=SEEDS)
def test_settings_share_the_draw_of_their_seed(seed):
    published, shuffled = (
        all_points(line_with_outliers(seed, split=s)) for s in ("published", "random")
    )
    np.testing.assert_array_equal(published, shuffled)


def test_the_published_split_keeps_all_outliers_in_training():
    split = line_with_outliers(0, offset=1000.0)
    assert (split.y_test < 100).all()
    assert (split.y_train > 100).sum() == 10


def test_random_splits_differ_by_seed_and_contain_outliers():
    splits = [line_with_outliers(s, offset=1000.0, split="random") for s in range(50)]
    assert len({tuple(s.x_test[:, 0]) for s in splits}) > 40
    assert max((s.y_test > 100).sum() for s in splits) >= 2


@given(seed=SEEDS, split=st.sampled_from(["published", "random"]))
def test_standardized_inputs(seed, split):
    data = line_with_outliers(seed, split=split, standardize=True)
    assert abs(data.x_train.mean()) < 1e-5
    assert abs(data.x_train.std() - 1) < 1e-5


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"offset": "2"}, TypeError, "offset must be a number, got '2'"),
        ({"offset": float("inf")}, ValueError, "offset must be finite, got inf"),
        ({"split": "half"}, ValueError, "split must be one of published, random, got"),
        ({"seed": -1}, ValueError, "seed must be at least 0, got -1"),
        ({"seed": "x"}, TypeError, "seed must be a whole number, got 'x'"),
    ],
)
def test_bad_input_is_named(arguments, error, says):
    with pytest.raises(error, match=says):
        line_with_outliers(**{"seed": 0, **arguments})


def test_sparse_linear_sizes_and_types():
    split, coef = sparse_linear(0, n=30, p=8, k=3, snr=2.0)
    shapes = [a.shape for a in vars(split).values()]
    assert shapes == [(30, 8), (30, 1), (1000, 8), (1000, 1)]
    assert coef.shape == (8,)
    for array in (*vars(split).values(), coef):
        assert array.dtype == np.float32


@given(seed=SEEDS, p=st.integers(1, 30), share=st.floats(0, 1))
def test_k_coefficients_matter_and_the_others_are_exactly_zero(seed, p, share):
    k = max(1, round(share * p))
    _, coef = sparse_linear(seed, n=2, p=p, k=k, snr=1.0)
    used = np.abs(coef[coef != 0])
    assert used.size == k
    assert used.min() >= 0.5 and used.max() <= 1.5


@given(seed=SEEDS, rho=st.floats(-0.9, 0.9))
def test_without_noise_the_targets_are_exact(seed, rho):
    split, coef = sparse_linear(seed, n=5, p=4, k=2, snr=1e12, rho=rho)
    for x, y in ((split.x_train, split.y_train), (split.x_test, split.y_test)):
        np.testing.assert_allclose((x @ coef)[:, None], y, atol=1e-4)


@pytest.mark.parametrize("rho", [0.0, 0.8, -0.5])
@pytest.mark.parametrize("snr", [0.5, 10.0])
def test_signal_noise_and_correlation_are_what_was_asked_for(snr, rho):
    split, coef = sparse_linear(0, n=50_000, p=5, k=3, snr=snr, rho=rho)
    signal = split.x_train @ coef
    noise = split.y_train[:, 0] - signal
    assert signal.var() / noise.var() == pytest.approx(snr, rel=0.05)
    found = np.corrcoef(split.x_train.T)
    expected = rho ** np.abs(np.subtract.outer(np.arange(5), np.arange(5)))
    np.testing.assert_allclose(found, expected, atol=0.03)
    np.testing.assert_allclose(split.x_train.std(axis=0), 1, atol=0.03)


@given(seed=SEEDS)
def test_levels_of_noise_share_the_draw_of_their_seed(seed):
    (quiet, a), (loud, b) = (
        sparse_linear(seed, n=20, p=5, k=2, snr=snr) for snr in (100.0, 1.0)
    )
    np.testing.assert_array_equal(quiet.x_train, loud.x_train)
    np.testing.assert_array_equal(a, b)
    noises = [s.y_train[:, 0] - s.x_train @ a for s in (quiet, loud)]
    np.testing.assert_allclose(noises[1], 10 * noises[0], atol=1e-4)


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"seed": -1}, ValueError, "seed must be at least 0, got -1"),
        ({"seed": 1.0}, TypeError, r"seed must be a whole number, got 1\.0"),
        ({"n": 1}, ValueError, "n must be at least 2, got 1"),
        ({"n": 20.0}, TypeError, r"n must be a whole number, got 20\.0"),
        ({"p": 0}, ValueError, "p must be at least 1, got 0"),
        ({"p": True}, TypeError, "p must be a whole number, got True"),
        ({"k": 0}, ValueError, "k must be from 1 to 5, got 0"),
        ({"k": 6}, ValueError, "k must be from 1 to 5, got 6"),
        ({"k": "2"}, TypeError, "k must be a whole number, got '2'"),
        ({"snr": 0}, ValueError, "snr must be above 0, got 0"),
        ({"snr": -1.0}, ValueError, r"snr must be above 0, got -1\.0"),
        ({"snr": float("nan")}, ValueError, "snr must be finite, got nan"),
        ({"snr": float("inf")}, ValueError, "snr must be finite, got inf"),
        ({"snr": None}, TypeError, "snr must be a number, got None"),
        ({"rho": 1.0}, ValueError, r"rho must be above -1 and below 1, got 1\.0"),
        ({"rho": -1}, ValueError, "rho must be above -1 and below 1, got -1"),
        ({"rho": float("nan")}, ValueError, "rho must be finite, got nan"),
    ],
)
def test_bad_sparse_models_are_named(arguments, error, says):
    with pytest.raises(error, match=says):
        sparse_linear(**{"seed": 0, "n": 20, "p": 5, "k": 2, "snr": 1.0, **arguments})


def test_digits_are_split_fairly():
    split = digits()
    assert split.x_train.shape == (1297, 64) and split.x_test.shape == (500, 64)
    assert split.x_train.dtype == np.float32 and split.y_train.dtype == np.int64
    assert split.x_train.min() == 0 and split.x_train.max() == 1
    shares = [np.bincount(y) / len(y) for y in (split.y_train, split.y_test)]
    np.testing.assert_allclose(*shares, atol=0.002)


def test_digits_by_seed():
    rows = [np.concatenate([s.x_train, s.x_test]) for s in map(digits, (0, 0, 1))]
    np.testing.assert_array_equal(rows[0], rows[1])
    assert not np.array_equal(rows[0], rows[2])
    np.testing.assert_array_equal(*[np.sort(r, axis=0) for r in rows[1:]])


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_digits_refuse_a_seed_out_of_range(seed):
    with pytest.raises(ValueError, match=f"seed must be from 0 to .*{seed}"):
        digits(seed)


def test_digits_refuse_a_seed_that_is_no_whole_number():
    with pytest.raises(TypeError, match="seed must be a whole number"):
        digits(0.5)


def test_mnist_without_a_network_says_what_to_do(monkeypatch, tmp_path):
    def no_network(*args, **options):
        raise socket.gaierror("no network")

    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    monkeypatch.setattr(
        "keras.src.utils.file_utils.config.keras_home", lambda: tmp_path
    )
    with pytest.raises(OSError, match=r"MNIST is not on .*no network.*mnist\.npz into"):
        mnist()
    assert socket.getdefaulttimeout() is None


def test_mnist_as_keras_gives_it(monkeypatch):
    images = np.zeros((3, 28, 28), "uint8")
    images[0, 0, 1] = 255
    given = (images, np.uint8([5, 0, 9])), (images[:2], np.uint8([1, 2]))
    monkeypatch.setattr("keras.datasets.mnist.load_data", lambda: given)
    split = mnist()
    assert split.x_train.shape == (3, 784) and split.x_test.shape == (2, 784)
    assert split.x_train.dtype == np.float32 and split.y_train.dtype == np.int64
    assert split.x_train[0, 1] == 1 and split.x_train.sum() == 1
    np.testing.assert_array_equal(split.y_test, [1, 2])


def test_photographs_are_there_in_color():
    first, second = photographs(), photographs()
    assert len(first) == 8
    for name, photo in first.items():
        assert photo.dtype == np.uint8 and photo.ndim == 3 and photo.shape[2] == 3
        assert 300 <= photo.shape[0] <= 606, name
        assert photo.std(axis=2).mean() > 2, f"{name} is nearly grey"
        photo[:] = 0  # theirs to change
        assert second[name].any()


def test_mnist_sample_ships_in_a_package():
    split = mnist_sample()
    assert split.x_train.shape == (4_000, 784) and split.x_test.shape == (1_000, 784)
    assert split.x_train.dtype == "float32" and split.y_train.dtype == "int64"
    assert split.x_train.min() == 0 and split.x_train.max() == 1
    assert (np.bincount(split.y_train) == 400).all()
    assert (np.bincount(split.y_test) == 100).all()
    both = {row.tobytes() for row in split.x_train} & {
        r.tobytes() for r in split.x_test
    }
    assert not both


def test_mnist_sample_follows_its_seed():
    one, same, other = (mnist_sample(seed).x_test for seed in (1, 1, 2))
    assert np.array_equal(one, same) and not np.array_equal(one, other)
