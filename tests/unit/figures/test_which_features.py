import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex

from tests.unit.figures.looks import dots, kilobytes
from utils import style
from utils.figures import which_features as figures

RNG = np.random.default_rng(0)


pytestmark = pytest.mark.usefixtures("course_style")


def texts(figure):
    return [t.get_text().strip() for ax in figure.axes for t in ax.texts]


def test_paths_tell_weights_that_matter_from_the_others():
    lams = np.geomspace(0.01, 1, 5)
    path = RNG.normal(size=(5, 4))
    matters = np.array([True, False, False, True])
    figure = figures.paths(lams, {"l1": path, "l2": path}, matters, {})
    for ax, name in zip(figure.axes, ("l1", "l2"), strict=True):
        look = style.PENALTIES[name]
        drawn = [to_hex(curve.get_color()) for curve in ax.lines]
        assert drawn.count(look.color) == 2 and drawn.count(style.MUTED) == 2
        assert ax.get_title("left") == f"{look.label}: 4 weights"
    assert texts(figure)[:2] == ["the 2\nthat matter", "gray: the\nother 2"]


def test_paths_mark_the_first_wrong_one_and_what_is_in_by_then():
    lams = np.geomspace(0.01, 1, 3)
    path = np.array([[3.0, 1.0, 5.0], [2.0, 0.0, 4.0], [1.0, 0.0, 0.0]])
    matters = np.array([True, False, True])
    entry = np.array([2.0, 0.1, 0.05])
    figure = figures.paths(lams, {"l1": path, "l2": path}, matters, {"l1": entry})
    above, below = figure.axes
    assert "first wrong one" in [t.get_text() for t in above.texts]
    assert "first wrong one" not in [t.get_text() for t in below.texts]
    np.testing.assert_allclose(above.lines[-1].get_xydata(), [[0.1, 2.0]])


def test_twins_show_every_solution():
    cloud = RNG.uniform(0, 1, (7, 2))
    points = {"here": ("l1", np.array([2, 0])), "there": ("l2", np.array([1, 1]))}
    figure = figures.twins(2.0, ("many", cloud), points)
    assert [len(d.get_xdata()) for d in figure.axes[0].lines] == [2, 7, 1, 1]
    assert {"here", "there", "small: many"} <= set(texts(figure))


def test_against_noise_shows_means_and_names_them_in_each_panel():
    groups = [np.array([1.0, 3.0]), np.array([5.0, 7.0])]
    curves = {"a": groups, "b": groups, "c": groups}
    penalties = {"a": "l1", "b": "l1", "c": "l2"}
    figure = figures.against_noise((1, 4), {"up": curves, "down": curves}, penalties)
    assert sorted(texts(figure)) == ["a", "b", "c"]
    legend = figure.axes[0].get_legend().get_texts()
    assert [text.get_text() for text in legend] == ["a", "b", "c"]
    for ax in figure.axes:
        assert [list(d.get_ydata()) for d in ax.lines] == [[2.0, 6.0]] * 3
        assert len({d.get_linestyle() for d in ax.lines[:2]}) == 2


@pytest.mark.parametrize("top", [1.4, 500.0])
def test_strips_mark_geometric_means_and_tick_in_plain_numbers(top):
    groups = {
        kind: {"few": np.array([0.5, 2.0]), "many": np.array([1.0, top])}
        for kind in ("loud", "quiet")
    }
    figure = figures.ratio_strips(groups)
    figure.draw_without_rendering()
    ax = figure.axes[0]
    bars = [c.get_segments() for c in ax.collections if isinstance(c, LineCollection)]
    heights = np.reshape(bars, (-1, 2, 2))[..., 1]
    np.testing.assert_allclose(heights[:, 0], [1.0, np.sqrt(top)] * 2)
    assert [list(found[:, 1]) for found in dots(ax)] == [[0.5, 2], [1, top]] * 2
    sides = ["L2 better", "L1 better"]
    assert texts(figure) == [*sides, "dots: quiet", "crosses: loud"]
    shown = [t.get_text() for t in ax.get_yticklabels()]
    assert "1" in shown and not any("times" in t for t in shown)


def test_dense_figures_stay_small():
    rng = np.random.default_rng(0)
    many = {f"{k}": rng.uniform(0.5, 2, 100) for k in range(4)}
    strips = figures.ratio_strips({"a": many, "b": many})
    lams = np.geomspace(0.01, 10, 61)
    matters = np.arange(50) < 10
    size = np.where(matters, 1, 0.15) * rng.normal(size=50)
    path = size / (1 + lams[:, None])
    paths = figures.paths(lams, {"l1": path, "l2": path}, matters, {})
    assert kilobytes(strips) < 150
    assert kilobytes(paths) < 150


def test_an_unknown_penalty_is_named():
    with pytest.raises(ValueError, match=r"penalty must be one of l1, .*, got 'l3'"):
        figures.paths(np.arange(1, 4), {"l3": np.ones((3, 1))}, np.array([True]), {})
