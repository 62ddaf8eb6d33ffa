import numpy as np
import pytest

from utils.figures import why_penalize
from utils.style import PENALTIES

pytestmark = pytest.mark.usefixtures("course_style")


def texts(figure):
    return [text.get_text().strip() for ax in figure.axes for text in ax.texts]


def test_the_best_degree_is_marked():
    distances = np.array([[4.0], [1.0], [2.0], [8.0]]) * np.ones(30)
    figure = why_penalize.by_degree(distances[::-1], distances)
    assert texts(figure) == ["best: 2"]


def test_each_row_says_its_geometric_mean():
    rows = {"a": np.array([1.0, 4.0]), "no penalty": np.array([10.0, 1000.0])}
    figure = why_penalize.ratios(
        rows,
        title="Who is closer?",
        xlabel="a / b",
        sides=("a closer", "b closer"),
    )
    assert texts(figure) == ["2.00", "100", "a closer", "b closer"]


def test_lines_are_named_where_they_part():
    grid = np.linspace(-1, 1, 101)
    curve, fit = np.zeros(101), np.where(grid > 0.9, 1.0, 0.0)
    figure = why_penalize.fits(
        {"one": fit, "two": curve},
        ["none", "l2"],
        grid[::10],
        curve[::10],
        grid,
        curve,
    )
    assert texts(figure) == ["the fit", "the curve"]
    assert [ax.get_title("left") for ax in figure.axes] == ["one", "two"]
    assert all(note.xy[0] > 0.9 for note in figure.axes[0].texts)
    looks = [ax.lines[-1].get_color() for ax in figure.axes]
    assert looks == [PENALTIES["none"].color, PENALTIES["l2"].color]


def test_every_fit_is_drawn_and_each_setting_has_its_note():
    grid = np.linspace(-1, 1, 21)
    fits = {"no penalty": np.ones((21, 7)), "stiff": np.zeros((21, 5))}
    notes = ("wild", "calm")
    figure = why_penalize.overlaid(fits, notes, grid, np.sin(4 * grid))
    colors = [ax.lines[0].get_color() for ax in figure.axes]
    assert colors == [PENALTIES["none"].color, PENALTIES["l2"].color]
    assert [len(ax.lines) for ax in figure.axes] == [8, 6]  # the fits, and the curve
    assert [ax.get_xlabel() for ax in figure.axes] == ["wild", "calm"]
    assert texts(figure) == ["the curve", "the fits"]


def test_the_parts_are_named_beside_them_and_their_smallest_sum_is_marked():
    lambdas = np.logspace(-4, 0, 5)
    bias, variance = np.array([0, 0, 0.01, 0.1, 1]), np.array([2, 0.4, 0.01, 0, 0])
    by_lambda = np.column_stack([bias, variance])
    figure = why_penalize.stacked(by_lambda[::-1], by_lambda, lambdas)
    above, below = figure.axes
    found = [text.get_text().strip() for text in below.texts]
    marked = "smallest sum: 0.020\nat $\\lambda = 10^{-2}$"
    assert found == [marked, "bias²", "variance", "↑ 2.00", "↑ 1.00"]
    assert "smallest sum: 0.020\nat degree 3" in texts(figure)
    sides = [[text.get_ha() for text in ax.texts[1:3]] for ax in (above, below)]
    assert sides == [["left", "right"], ["right", "left"]]


def test_descent_shows_what_was_trained():
    steps = np.logspace(0, 4, 9)
    distances = np.outer(1 / steps, np.linspace(1, 2, 50))
    figure = why_penalize.waiting(
        steps, distances, np.full(50, 3.0), {10: np.ones(5), 100: np.full(5, 0.01)}
    )
    drawn = [len(line.get_xdata()) for line in figure.axes[0].lines]
    assert drawn == [9, 5, 5, 2]
