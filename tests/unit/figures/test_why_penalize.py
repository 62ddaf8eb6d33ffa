import matplotlib.pyplot as plt
import numpy as np
import pytest

from utils.figures import why_penalize


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def texts(figure):
    return [text.get_text().strip() for ax in figure.axes for text in ax.texts]


def test_the_best_degree_is_marked():
    distances = np.array([[4.0], [1.0], [2.0], [8.0]]) * np.ones(30)
    figure = why_penalize.by_degree(distances[::-1], distances)
    assert texts(figure) == ["best: 2"]


def test_each_row_says_its_geometric_mean():
    rows = {"a": np.array([1.0, 4.0]), "b": np.array([10.0, 1000.0])}
    figure = why_penalize.ratios(
        rows,
        {"a": "l2", "b": "none"},
        title="Who is closer?",
        xlabel="a / b",
        sides=("a closer", "b closer"),
    )
    assert texts(figure) == ["2.00", "100", "a closer", "b closer"]


def test_lines_are_named_where_they_part():
    grid = np.linspace(-1, 1, 101)
    curve, fit = np.zeros(101), np.where(grid > 0.9, 1.0, 0.0)
    figure = why_penalize.fits(
        {"one": fit, "two": curve}, "l2", grid[::10], curve[::10], grid, curve
    )
    assert texts(figure) == ["the fit", "the curve"]
    assert [ax.get_title() for ax in figure.axes] == ["one", "two"]
    assert all(note.xy[0] > 0.9 for note in figure.axes[0].texts)


def test_descent_shows_what_was_trained():
    steps = np.logspace(0, 4, 9)
    distances = np.outer(1 / steps, np.linspace(1, 2, 50))
    figure = why_penalize.waiting(
        steps, distances, np.full(50, 3.0), {10: np.ones(5), 100: np.full(5, 0.01)}
    )
    drawn = [len(line.get_xdata()) for line in figure.axes[0].lines]
    assert drawn == [9, 5, 5, 2]
