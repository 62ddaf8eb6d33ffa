import itertools

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex

from tests.unit.figures.looks import kilobytes
from utils import style
from utils.data import line_with_outliers
from utils.figures import keras_regularizers, parts

SHAPES = [(1, 10), (10, 10), (10, 10), (10, 1)]


pytestmark = pytest.mark.usefixtures("course_style")


def texts(fig):
    """All texts of a figure: what -> color."""
    return {
        t.get_text(): to_hex(t.get_color())
        for t in fig.findobj(matplotlib.text.Text)
        if t.get_text()
    }


def random_kernels(seed, scale=1.0):
    rng = np.random.default_rng(seed)
    return [rng.normal(0, scale, shape) for shape in SHAPES]


numbers = st.lists(st.floats(-100, 100), max_size=12).map(sorted)


@given(numbers, st.floats(0, 10))
def test_spread_keeps_the_distance_the_order_and_the_mean(values, gap):
    moved = parts.spread(values, gap)
    assert len(moved) == len(values)
    assert (np.diff(moved) >= gap - 1e-6).all()
    assert np.isclose(moved.sum(), sum(values), atol=1e-6)


@given(numbers, st.floats(0.01, 10))
def test_spread_leaves_alone_what_is_far_enough_apart(values, gap):
    apart = [value + 2 * gap * place for place, value in enumerate(values)]
    np.testing.assert_allclose(parts.spread(apart, gap), apart, atol=1e-9)


def test_spread_moves_no_more_than_needed():
    np.testing.assert_allclose(parts.spread([0.0, 0.0, 5.0], 1), [-0.5, 0.5, 5.0])
    # The pair pushes the third, and all three share the way.
    np.testing.assert_allclose(parts.spread([0, 0, 1], 1), [-2 / 3, 1 / 3, 4 / 3])


def test_an_unknown_penalty_is_named():
    for call in (parts.look, parts.line):
        with pytest.raises(ValueError, match=r"one of l1, .*'ridge'"):
            call("ridge")
    with pytest.raises(ValueError, match="'ridge'"):
        keras_regularizers.kernels({"ridge": random_kernels(0)})


def test_lines_differ_by_more_than_color():
    styles = [parts.line(name) for name in style.PENALTIES]
    for key in ("color", "linestyle", "marker"):
        assert len({str(s[key]) for s in styles}) == len(styles)


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_labels_at_the_ends_do_not_overlap(scale):
    fig, ax = plt.subplots()
    ax.set(xlim=(0, 1), ylim=(1e-3, 1), yscale=scale)
    ends = {"l1": 0.5, "l2": 0.51, "none": 0.52, "elastic_net": 1e-3, "truth": 0.001}
    parts.label_ends(ax, ends)
    fig.canvas.draw()
    boxes = sorted((t.get_window_extent() for t in ax.texts), key=lambda box: box.y0)
    assert len(boxes) == 5
    for low, high in itertools.pairwise(boxes):
        assert low.y1 <= high.y0 + 1
    found = texts(fig)
    assert found["L1"] == style.PENALTIES["l1"].color
    assert found["truth"] == style.INK


def test_gaps_leaves_out_zeros_and_marks_the_height():
    steps = np.arange(1, 6)
    fig = parts.gaps(
        steps,
        {"l1": np.array([0, 1e-7, 1e-5, 1e-3, 1e-3]), "l2": np.full(5, 1e-6)},
        mark=(2e-3, "here"),
    )
    (ax,) = fig.axes
    np.testing.assert_array_equal(np.isnan(ax.lines[0].get_ydata()), [1, 0, 0, 0, 0])
    assert {"L1", "L2", "here"} <= set(texts(fig))
    assert ax.get_ylim()[1] > 2e-3


def test_gaps_of_two_equal_runs_are_drawn_without_an_error():
    fig = parts.gaps(np.arange(1, 4), {"none": np.zeros(3)}, mark=(1e-3, "here"))
    assert kilobytes(fig) > 1


def test_strips_show_every_value_and_the_medians():
    values = {"a": np.arange(9.0), "b": np.arange(9.0) + 10}
    fig = parts.strips(
        {"l1": values, "l2": {"b": np.zeros(3)}}, xlabel="λ", ylabel="length"
    )
    (ax,) = fig.axes
    heights = np.concatenate([line.get_ydata() for line in ax.lines])
    for value in (0, 4, 8, 10, 14, 18):
        assert value in heights
    medians = [line for line in ax.lines if line.get_marker() == "D"]
    np.testing.assert_array_equal(medians[0].get_ydata(), [4, 14])
    assert [t.get_text() for t in ax.get_xticklabels()] == ["a", "b"]


def test_fitted_lines_has_a_panel_for_each_penalty():
    split = line_with_outliers(seed=0)
    lines = {
        name: np.linspace([1.0, 2.0], [18.0, 21.0], 20).reshape(20, 2)
        for name in ("none", "l1", "l2")
    }
    fig = keras_regularizers.fitted_lines(split, lines, truth=np.array([2.0, 20.0]))
    assert len(fig.axes) == 3
    assert fig.axes[1].get_title(loc="left") == "L1"
    strong = [line for line in fig.axes[1].lines if line.get_marker() == "D"]
    np.testing.assert_array_equal(strong[0].get_ydata(), [18.0, 21.0])
    outliers = [line for line in fig.axes[0].lines if line.get_marker() == "^"]
    assert len(outliers[0].get_xdata()) == 10


def test_fitted_lines_without_outliers_points_at_none():
    split = line_with_outliers(seed=0, n_outliers=0)
    fig = keras_regularizers.fitted_lines(
        split, {"l2": np.array([[2.0, 20.0]])}, truth=np.array([2.0, 20.0])
    )
    assert "outliers" not in texts(fig)


def test_kernels_shows_the_weights_themselves():
    runs = {"none": random_kernels(0), "l1": random_kernels(1, scale=0.1)}
    fig = keras_regularizers.kernels(runs)
    images = [ax.images[0] for ax in fig.axes if ax.images]
    assert len(images) == 8
    np.testing.assert_array_equal(images[0].get_array(), runs["none"][0])
    np.testing.assert_array_equal(images[5].get_array(), runs["l1"][1])
    limits = {image.get_clim() for image in images}
    assert len(limits) == 1  # one scale for all, symmetric
    ((low, high),) = limits
    assert low == -high
    assert {"no penalty", "L1"} <= set(texts(fig))


def test_kernels_of_zeros_can_be_drawn():
    fig = keras_regularizers.kernels({"l1": [np.zeros(shape) for shape in SHAPES]})
    assert kilobytes(fig) > 1


def test_neuron_counts_draws_the_median_and_names_the_curves():
    thresholds = np.geomspace(1e-5, 1, 61)
    counts = np.where(thresholds < 1e-3, 30, 3) + np.zeros((5, 1))
    counts[0] = 0  # one replicate of five does not move the median
    fig = keras_regularizers.neuron_counts(
        thresholds,
        {"l1": counts, "none": np.full((5, 61), 30.0)},
        total=30,
        marks={"here": 6e-3},
    )
    drawn = fig.axes[0].lines[0].get_ydata()
    np.testing.assert_array_equal(drawn, np.where(thresholds < 1e-3, 30, 3))
    assert {"L1", "no penalty", "here"} <= set(texts(fig))


def test_sizes_and_spectra_survives_exact_zeros():
    rng = np.random.default_rng(0)
    weights = {"l1": rng.normal(size=(20, 220)), "l2": rng.normal(size=(20, 220))}
    weights["l1"][:, :200] = 0
    spectra = {
        name: np.linalg.svd(rng.normal(size=(20, 10, 10)), compute_uv=False)
        for name in weights
    }
    spectra["l1"][:, 1:] = 0
    fig = keras_regularizers.sizes_and_spectra(weights, spectra)
    assert len(fig.axes) == 2
    assert kilobytes(fig) < 150


def test_figures_stay_small():
    many = {name: random_kernels(k) for k, name in enumerate(style.PENALTIES)}
    assert kilobytes(keras_regularizers.kernels(many)) < 150
    length = {name: {s: np.arange(200.0) for s in "abc"} for name in ("l1", "l2")}
    assert kilobytes(parts.strips(length, xlabel="x", ylabel="y")) < 150
