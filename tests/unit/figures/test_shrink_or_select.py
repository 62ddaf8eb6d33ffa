import numpy as np
import pytest
from matplotlib.colors import to_hex

from tests.unit.figures.looks import kilobytes
from utils import style
from utils.figures import shrink_or_select as figures
from utils.statistics import Estimate

RNG = np.random.default_rng(0)


pytestmark = pytest.mark.usefixtures("course_style")


def texts(figure):
    return [t.get_text().strip() for ax in figure.axes for t in ax.texts]


def colors(ax):
    return {to_hex(drawn.get_color()) for drawn in ax.lines}


def test_every_strength_is_named_where_it_ends():
    figure = figures.shrinkage(
        {0.1: np.array([0.9, 0.5]), 1: np.array([0.6, 0.1])}, ("flat", 0.8)
    )
    named = {t.get_text(): t.get_position()[1] for t in figure.axes[0].texts}
    assert named == {"λ = 0.1": 0.5, "λ = 1": 0.1, "flat": 0.8}


def test_operators_name_each_penalty():
    z = np.linspace(-3, 3, 61)
    curves = {"l1": np.sign(z) * np.maximum(np.abs(z) - 1, 0), "l2": z / 2}
    figure = figures.operators(z, curves, curves)
    assert set(texts(figure)) == {"exactly 0", "no penalty", "L1", "L2"}


def test_convergence_leaves_out_what_is_below_the_floor():
    passes = np.arange(1, 101)
    courses = {
        "slow": np.tile(1 / passes, (5, 1)),
        "fast": np.maximum(np.tile(0.1**passes, (5, 1)), 0.0),
    }
    figure = figures.convergence(courses)
    assert texts(figure) == ["slow", "fast"]
    assert figure.axes[0].get_ylim()[0] == pytest.approx(3e-13)
    assert all(np.isfinite(d.get_ydata()).all() for d in figure.axes[0].lines)


def test_paths_name_penalties_and_some_weights():
    path = RNG.normal(size=(5, 3))
    titles = {"l1": "left", "l2": "right"}
    figure = figures.paths(
        np.geomspace(1, 2, 5),
        {"l1": path, "l2": path},
        titles=titles,
        names={"bmi": 2},
        grows=("s3", 0),
    )
    for ax, title in zip(figure.axes, ("L1: left", "L2: right"), strict=True):
        assert ax.get_title("left") == title
        name, grows = ax.texts
        assert name.get_text() == "bmi" and name.get_position()[1] == path[0, 2]
        assert grows.get_text() == "s3 grows"
        assert grows.xy[1] == path[np.abs(path[:, 0]).argmax(), 0]
        assert len(ax.lines) == 4 and ax.lines[-1].get_color() == style.INK


def test_costs_show_each_interval_in_its_panel():
    few, many = Estimate(0.5, 0.4, 0.6, 20), Estimate(80.0, 27.0, 260.0, 5)
    figure = figures.costs({"wide": {"one": few, "path": many}, "tall": {"one": few}})
    figure.draw_without_rendering()
    wide, tall = figure.axes
    assert [t.get_text() for t in wide.get_yticklabels()] == ["one", "path"]
    drawn = [list(d.get_xdata()) for d in wide.lines]
    assert [0.4, 0.6] in drawn and [27.0, 260.0] in drawn and [1, 1] in drawn
    assert wide.get_xlim() == tall.get_xlim() and wide.get_xscale() == "log"
    assert tall.get_title("left") == "tall"
    assert not any("times" in label.get_text() for label in tall.get_xticklabels())


def test_dense_figures_stay_small():
    path = RNG.normal(size=10) / (1 + np.geomspace(0.01, 10, 61)[:, None])
    both = {"l1": path, "l2": path}
    figure = figures.paths(
        np.geomspace(1, 2, 61),
        both,
        titles={"l1": "", "l2": ""},
        names={"bmi": 0, "s5": 1},
        grows=("s3", 2),
    )
    low, high = sorted(name.get_position()[1] for name in figure.axes[0].texts[:2])
    assert high - low > 0.05 * np.ptp(both["l1"]), "names must not overlap"
    assert kilobytes(figure) < 150


def test_priors_are_named_at_their_ends():
    w = np.linspace(-2, 2, 9)
    density = np.exp(-np.abs(w))
    figure = figures.priors(w, {"l1": ("Laplace", density), "l2": ("Gauss", density)})
    assert texts(figure) == ["L1: Laplace", "L2: Gauss"]
    assert colors(figure.axes[0]) == {style.PENALTIES[p].color for p in ("l1", "l2")}


def test_an_unknown_penalty_is_named():
    with pytest.raises(ValueError, match=r"penalty must be one of l1, .*, got 'l3'"):
        figures.priors(np.arange(3), {"l3": ("?", np.ones(3))})
