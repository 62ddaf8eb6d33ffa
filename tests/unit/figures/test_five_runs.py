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
    fig = figures.few_runs(rows, xlabel="error")
    found = markers(fig.axes[0])
    np.testing.assert_array_equal(found["s"], values[:5])
    np.testing.assert_array_equal(found["D"], values[5:10])
    assert {"without", "L1(0.3)", f"mean {values[:5].mean():.1f}"} <= texts(fig)


def test_many_runs_marks_the_mean_the_first_and_the_others(values):
    rows = {"without": ("none", values), "L2": ("l2", values + 3)}
    fig = figures.many_runs(rows, few=5, xlabel="error", marks={"L2": [1.0, 2.0]})
    found = markers(fig.axes[0])
    np.testing.assert_array_equal(found["o"], values[:5] + 3)
    np.testing.assert_array_equal(found["x"], [1.0, 2.0])
    assert {f"{values.mean():.1f}", f"{values.mean() + 3:.1f}"} <= texts(fig)
    assert kilobytes(fig) < 150


def test_spreads_writes_the_standard_deviations(values):
    panels = {"one": {"start": values, "data": 2 * values}, "two": {"data": values}}
    fig = figures.spreads(panels, xlabel="error")
    deviation = values.std(ddof=1)
    assert {f"± {deviation:.1f}", f"± {2 * deviation:.1f}", "one", "two"} <= texts(fig)
    assert kilobytes(fig) < 150


def test_strengths_draws_the_means(values):
    strengths = np.array([0.1, 1.0, 10.0])
    table = values[:90].reshape(3, 30)
    fig = figures.strengths(
        strengths, {"error": {"l1": table, "l2": 2 * table}, "share": {"l1": table}}
    )
    (curve, _) = fig.axes[0].lines
    np.testing.assert_allclose(curve.get_ydata(), table.mean(axis=1))
    assert {"error", "share", "L1", "L2", "λ"} <= texts(fig)


def test_shares_writes_each_share():
    table = np.array([[0.0, 0.25], [0.5, 1.0]])
    fig = figures.shares(
        table, rows=["0", "1"], columns=["a", "b"], labels=("rate", "strength")
    )
    assert {"0%", "25%", "50%", "100%", "rate", "strength", "a"} <= texts(fig)


def test_an_unknown_penalty_is_named(values):
    with pytest.raises(ValueError, match="got 'l3'"):
        figures.few_runs({"L3": ("l3", values[:5])}, xlabel="error")
