import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.data import line_with_outliers

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


@given(seed=SEEDS, noise=st.floats(0, 10), offset=st.floats(-50, 50))
def test_noise_and_outliers_are_what_was_asked_for(seed, noise, offset):
    clean = all_points(line_with_outliers(seed, noise=noise, offset=0.0))
    lifted = all_points(line_with_outliers(seed, noise=noise, offset=offset))
    residual = clean[1] - 2 * clean[0]
    assert residual.min() >= -1e-5
    assert residual.max() <= noise + 1e-5
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


def test_no_outliers_at_all():
    _, y = all_points(line_with_outliers(3, n_outliers=0, offset=1000.0))
    assert y.max() < 100


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"n": 3}, ValueError, "n must be at least 10, got 3"),
        ({"n": 50.0}, TypeError, "n must be a whole number, got 50.0"),
        ({"n": True}, TypeError, "n must be a whole number, got True"),
        ({"noise": -1.0}, ValueError, "noise must be .* at least 0, got -1.0"),
        ({"noise": float("nan")}, ValueError, "noise must be finite"),
        ({"noise": "2"}, TypeError, "noise must be a number, got '2'"),
        ({"n_outliers": 51}, ValueError, "n_outliers must be from 0 to 50, got 51"),
        ({"n_outliers": -1}, ValueError, "n_outliers must be from 0 to 50, got -1"),
        ({"offset": float("inf")}, ValueError, "offset must be finite, got inf"),
        ({"split": "half"}, ValueError, 'split must be "published" or "random"'),
    ],
)
def test_bad_input_is_named(arguments, error, says):
    with pytest.raises(error, match=says):
        line_with_outliers(0, **arguments)
