import numpy as np
import pytest

from tests.unit.figures.looks import kilobytes, texts
from utils.figures import five_runs as figures

pytestmark = pytest.mark.usefixtures("course_style")


@pytest.fixture
def values():
    return np.random.default_rng(0).gamma(4, 5, 1_000)


def markers(ax):
    """Marker -> x of all points drawn with it."""
    found = {}
    for drawn in ax.lines:
        found.setdefault(drawn.get_marker(), []).extend(drawn.get_xdata())
    return found


def test_few_runs_shows_each_run_in_the_look_of_its_penalty(values):
    rows = {"without": ("none", values[:5]), "L1(0.3)": ("l1", values[5:10])}
    fig = figures.few_runs(rows)
    found = markers(fig.axes[0])
    np.testing.assert_array_equal(found["s"], values[:5])
    np.testing.assert_array_equal(found["D"], values[5:10])
    assert {"without", "L1(0.3)", f"mean {values[:5].mean():.1f}"} <= texts(fig)


def test_many_runs_marks_the_mean_the_first_and_the_others(values):
    rows = {"without": ("none", values), "L2": ("l2", values + 3)}
    fig = figures.many_runs(rows, marks={"L2": [1.0, 2.0]})
    found = markers(fig.axes[0])
    np.testing.assert_array_equal(found["o"], values[:5] + 3)
    np.testing.assert_array_equal(found["x"], [1.0, 2.0])
    assert {f"{values.mean():.1f}", f"{values.mean() + 3:.1f}"} <= texts(fig)
    assert kilobytes(fig) < 150


def test_spreads_writes_the_standard_deviations(values):
    panels = {"one": {"start": values, "data": 2 * values}, "two": {"data": values}}
    fig = figures.spreads(panels)
    deviation = values.std(ddof=1)
    assert {f"± {deviation:.1f}", f"± {2 * deviation:.1f}", "one", "two"} <= texts(fig)
    assert kilobytes(fig) < 150


def test_wrong_winner_writes_each_label_and_marks_five_runs():
    curves = {"a": [0.4, 0.2, 0.0], "b": [0.5, 0.45, 0.2], "c": [0.5, 0.5, 0.4]}
    fig = figures.wrong_winner((1, 5, 20), curves)
    (ax,) = fig.axes
    found = markers(ax)
    assert list(found["s"]) == list(found["o"]) == list(found["^"]) == [1, 5, 20]
    assert {"a", "b", "c", "as good as a coin", "1", "5", "20"} <= texts(fig)
    assert [5, 5] in [list(drawn.get_xdata()) for drawn in ax.lines]


def test_one_step_later_counts_the_steps_back_from_the_last(values):
    ways = {"constant rate": values[:120], "falling rate": values[120:240]}
    fig = figures.one_step_later(ways, last=4_000, epoch=40)
    constant, falling, *ends = fig.axes[0].lines
    for curve, errors in zip((constant, falling), ways.values(), strict=True):
        np.testing.assert_array_equal(curve.get_xdata(), np.arange(3_881, 4_001))
        np.testing.assert_array_equal(curve.get_ydata(), errors)
    assert sorted(end.get_xdata()[0] for end in ends) == [3_920, 3_960]
    assert {"constant rate", "falling rate", "← epoch ends"} <= texts(fig)


def test_an_unknown_penalty_is_named(values):
    with pytest.raises(ValueError, match="got 'l3'"):
        figures.few_runs({"L3": ("l3", values[:5])})
