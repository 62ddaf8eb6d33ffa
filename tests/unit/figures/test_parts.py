import io
import itertools

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex

from tests.unit.figures.looks import dots
from utils import style
from utils.figures import parts
from utils.statistics import Estimate

pytestmark = pytest.mark.usefixtures("course_style")


def texts(fig):
    """All texts of a figure: what -> color."""
    return {
        t.get_text(): to_hex(t.get_color())
        for t in fig.findobj(matplotlib.text.Text)
        if t.get_text()
    }


numbers = st.lists(st.floats(-100, 100), min_size=1, max_size=12)


def spread(values, gap):
    return parts.spread(dict(enumerate(values)), gap)


@given(numbers, st.floats(0, 10))
def test_spread_keeps_the_distance_the_order_and_the_mean(values, gap):
    moved = spread(values, gap)
    assert list(moved) == sorted(range(len(values)), key=values.__getitem__)
    assert (np.diff(list(moved.values())) >= gap - 1e-6).all()
    assert np.isclose(sum(moved.values()), sum(values), atol=1e-6)


@given(numbers, st.floats(0.01, 10))
def test_spread_leaves_alone_what_is_far_enough_apart(values, gap):
    apart = [value + 2 * gap * place for place, value in enumerate(sorted(values))]
    assert spread(apart, gap) == pytest.approx(dict(enumerate(apart)), abs=1e-9)


def test_spread_moves_no_more_than_needed():
    assert spread([0.0, 5.0, 0.0], 1) == pytest.approx({0: -0.5, 2: 0.5, 1: 5.0})
    # The pair pushes the third, and all three share the way.
    assert spread([0, 0, 1], 1) == pytest.approx({0: -2 / 3, 1: 1 / 3, 2: 4 / 3})


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


def svg(draw):
    """A figure of one panel as SVG."""
    fig, ax = plt.subplots()
    draw(ax)
    buffer = io.StringIO()
    fig.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()


@pytest.mark.parametrize("orient", ["h", "v"])
def test_strip_shows_every_value_in_its_row_and_names_it(orient):
    rows = {"a": np.arange(50.0), "b": np.arange(3), "c": np.array([7.0])}
    ax = plt.figure().subplots()
    parts.strip(ax, rows, color=style.INK, orient=orient)
    for place, (values, found) in enumerate(zip(rows.values(), dots(ax), strict=True)):
        along, aside = found.T if orient == "h" else found.T[::-1]
        np.testing.assert_array_equal(along, values)
        assert (np.abs(aside - place) <= 0.3).all()
        assert len(set(aside)) == len(values)  # moved aside, not in a line
    axis, limits = (ax.yaxis, (2.5, -0.5)) if orient == "h" else (ax.xaxis, (-0.5, 2.5))
    assert [t.get_text() for t in axis.get_ticklabels()] == ["a", "b", "c"]
    assert axis.get_view_interval() == pytest.approx(limits)


def test_strips_beside_each_other_do_not_mix_and_keep_their_rows():
    ax = plt.figure().subplots()
    for k, rows in enumerate(({"a": np.zeros(99), "b": ()}, {"a": (), "b": [1.0, 2]})):
        parts.strip(ax, rows, color=style.INK, beside=(k, 2))
    first, second = dots(ax)
    assert (np.abs(first[:, 1] + 0.2) <= 0.15).all()
    assert (np.abs(second[:, 1] - 1.2) <= 0.15).all()
    assert [t.get_text() for t in ax.get_yticklabels()] == ["a", "b"]


def test_strip_draws_the_same_twice_and_leaves_the_readers_generator_alone():
    np.random.seed(7)
    expected = np.random.random(3)
    np.random.seed(7)
    rows = {"a": np.arange(50.0), "b": np.arange(50.0)}
    first = svg(lambda ax: parts.strip(ax, rows, color=style.INK))
    np.testing.assert_array_equal(np.random.random(3), expected)
    assert first == svg(lambda ax: parts.strip(ax, rows, color=style.INK))


def test_band_holds_the_interval_around_the_curve():
    ax = plt.figure().subplots()
    estimates = [Estimate(2.0, 1.0, 4.0, 9), Estimate(3.0, 0.0, 5.0, 9)]
    parts.band(ax, [1, 2], parts.intervals(estimates), **parts.line("l1"))
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), [2, 3])
    corners = {tuple(corner) for corner in ax.collections[0].get_paths()[0].vertices}
    assert {(1, 1), (1, 4), (2, 0), (2, 5)} == corners
    drawn = ax.lines[0].get_color(), to_hex(ax.collections[0].get_facecolor()[0])
    assert drawn == (style.PENALTIES["l1"].color,) * 2


def test_curves_are_named_where_they_are_for_the_last_time():
    _, axes = parts.stack(["above", "below"], (4, 4), sharex=True)
    assert [ax.get_title("left") for ax in axes] == ["above", "below"]
    for ax in axes:
        ax.plot([1, 2, 3], [0, 5, np.nan], **parts.line("l1"))
        ax.plot([1, 2, 3], [9, 9, 9], label="another")
        ax.axhline(7)
        ax.set(yscale="linear", ylim=(0, 10))
    parts.label_panels(axes)
    for ax in axes:
        heights = {text.get_text(): text.get_position()[1] for text in ax.texts}
        assert heights == pytest.approx({"L1": 0.5, "another": 0.9})
