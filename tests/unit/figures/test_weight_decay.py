import numpy as np
import pytest

from tests.unit.figures.looks import texts
from utils.figures import weight_decay as figures

pytestmark = pytest.mark.usefixtures("course_style")


def test_destinations_names_each_optimizer_at_its_place():
    x = np.eye(2).repeat(5, axis=0)
    places = {"SGD": np.array([1.3, 0.97]), "Adam": np.array([0.86, 0.8])}
    fig = figures.destinations(x, x @ [[2], [1]], [1.9, 1.1], [1.3, 0.97], places)
    assert {"SGD", "Adam", "no penalty", "L2 penalty:\nall four optimizers"} <= texts(
        fig
    )
    assert "▲ weight decay of the same strength" in texts(fig)
    drawn = [curve.get_xydata() for curve in fig.axes[0].lines]
    for place in places.values():
        assert any(np.allclose(place, each) for each in drawn)


def test_effective_rates_draws_medians_and_writes_shares():
    names, epochs = ("none", "l2", "matched"), np.array([1, 2, 3])
    values = np.geomspace(0.01, 1, 30).reshape(3, 10)
    shares = dict(zip(names, (1.0, 0.5, 0.25), strict=True))
    fig = figures.effective_rates(epochs, dict.fromkeys(names, values), shares)
    np.testing.assert_allclose(
        fig.axes[0].lines[0].get_ydata(), np.median(values, axis=1)
    )
    assert {"100%", "50%", "25%", "Wrong labels learned"} <= texts(fig)


def test_two_ways_draws_the_means():
    values = np.random.default_rng(0).uniform(0.1, 0.2, (3, 8))
    ways = {"everything": values, "kernels only": values / 2}
    fig = figures.two_ways([0.1, 1, 10], {"a network": ways})
    first, second = fig.axes[0].lines
    np.testing.assert_allclose(first.get_ydata(), values.mean(axis=1))
    np.testing.assert_allclose(second.get_ydata(), values.mean(axis=1) / 2)
    assert {"a network", "everything", "kernels only", "decay"} <= texts(fig)


def test_planes_marks_the_best_decays():
    decays = np.geomspace(0.1, 10, 3) * np.ones((2, 1))
    best = np.array([1.0, 0.5])
    panels = {name: (decays, decays, best) for name in ("one", "two")}
    fig = figures.planes(panels, [0.01, 0.1])
    np.testing.assert_allclose(fig.axes[0].lines[0].get_xdata(), best)
    assert {"one", "two", "0.01", "0.1", "learning rate"} <= texts(fig)
