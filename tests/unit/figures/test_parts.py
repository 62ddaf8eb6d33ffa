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
from utils.figures import parts

pytestmark = pytest.mark.usefixtures("course_style")


def texts(fig):
    """All texts of a figure: what -> color."""
    return {
        t.get_text(): to_hex(t.get_color())
        for t in fig.findobj(matplotlib.text.Text)
        if t.get_text()
    }


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


def test_figures_stay_small():
    length = {name: {s: np.arange(200.0) for s in "abc"} for name in ("l1", "l2")}
    assert kilobytes(parts.strips(length, xlabel="x", ylabel="y")) < 150


@pytest.fixture
def values():
    return np.random.default_rng(0).gamma(4, 5, 1_000)


def test_paired_cuts_the_violins_but_not_the_means(values):
    far = np.append(values, 1e4)
    fig = parts.paired(
        {"a": far, "b": -far}, sides=("left", "right"), xlabel="a - b", limit=30
    )
    assert fig.axes[0].get_xlim() == (-30, 30)
    means = f"{far.mean():+.1f}", f"{-far.mean():+.1f}"
    assert {"left", "right", *means} <= set(texts(fig))
    assert kilobytes(fig) < 150


def test_settings_leaves_out_what_diverged(values):
    broken = values[:50].copy()
    broken[:10] = np.nan, *[np.inf] * 9
    group = {"0.1": values[:50], "1": broken, "10": np.full(50, np.nan)}
    fig = parts.settings(
        {"rate": {"l1": group, "none": {k: values[:50] for k in group}}},
        ylabel="error",
        mark=(1.0, "noise"),
        lowest=0.5,
    )
    ax = fig.axes[0]
    (curve,) = (drawn for drawn in ax.lines if drawn.get_marker() == "D")
    np.testing.assert_allclose(
        curve.get_ydata(), [np.median(values[:50]), np.median(values[10:50]), np.nan]
    )
    assert {"rate", "noise", "L1", "no penalty"} <= set(texts(fig))
    assert ax.get_ylim()[0] == 0.5
    assert kilobytes(fig) < 150
