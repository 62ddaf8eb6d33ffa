import numpy as np
import pytest

from tests.unit.figures.looks import labels
from utils.figures import outliers
from utils.style import PENALTIES

pytestmark = pytest.mark.usefixtures("course_style")


def test_losses_stand_above_their_pulls():
    errors = np.linspace(-3, 3, 7)
    figure = outliers.losses_and_pulls(
        errors,
        {
            "squared": (errors**2, 2 * errors),
            "absolute": (abs(errors), np.sign(errors)),
        },
    )
    above, below = figure.axes
    np.testing.assert_allclose(above.lines[0].get_ydata(), errors**2)
    np.testing.assert_allclose(below.lines[1].get_ydata(), np.sign(errors))
    assert labels(above) == labels(below) == ["absolute", "squared"]
    for ax in figure.axes:
        drawn = {line.get_color() for line in ax.lines}
        assert {text.get_color() for text in ax.texts} == drawn


def test_influence_is_the_mean_with_a_band():
    moves = np.array([-1.0, 0.0, 1.0])
    slopes = np.arange(30.0).reshape(3, 10)
    figure = outliers.influence(
        moves, {"a": {"l1": slopes}, "b": {"none": slopes, "l2": -slopes}}, truth=2
    )
    first, second = figure.axes
    np.testing.assert_allclose(first.lines[-1].get_ydata(), slopes.mean(axis=1))
    assert first.lines[-1].get_color() == PENALTIES["l1"].color
    assert first.lines[0].get_ydata()[0] == 2
    assert labels(second) == ["L2", "no penalty"]
    assert first.get_ylim() == second.get_ylim()


def test_curves_by_strength_are_named_by_loss_and_penalty():
    strength = np.geomspace(0.1, 10, 5)
    high, low = np.full((5, 3), 12.0), np.full((5, 3), 1.0)
    figure = outliers.by_strength(
        strength,
        {"squared loss": {"l1": high}, "absolute loss": {"l1": low, "l2": low}},
    )
    (ax,) = figure.axes
    assert labels(ax) == ["squared loss", "absolute loss", "L1", "L1", "L2"]
    np.testing.assert_allclose(ax.lines[0].get_ydata(), 12)


def test_every_run_is_in_its_cloud():
    rng = np.random.default_rng(0)
    columns = {
        f"{loss} loss": {p: (at + rng.random(20), rng.random(20)) for p in PENALTIES}
        for loss, at in (("absolute", 1), ("squared", 50))
    }
    figure = outliers.crossing(columns)
    (ax,) = figure.axes
    assert [len(drawn.get_xdata()) for drawn in ax.lines] == [20] * 2 * len(PENALTIES)
    assert {drawn.get_marker() for drawn in ax.lines} == {
        look.marker for look in PENALTIES.values()
    }
    assert labels(ax)[0] == "absolute loss"
    assert sorted(labels(ax)[1 : 1 + len(PENALTIES)]) == sorted(
        look.label for look in PENALTIES.values()
    )
