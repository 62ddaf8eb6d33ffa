import numpy as np
import pytest

from tests.unit.figures.looks import texts
from utils.figures import which_lambda as figures

pytestmark = pytest.mark.usefixtures("course_style")


@pytest.fixture
def values():
    return np.random.default_rng(0).gamma(4, 5, 1_000)


def test_strengths_draws_the_means(values):
    strengths = np.array([0.1, 1.0, 10.0])
    table = values[:90].reshape(3, 30)
    fig = figures.strengths(
        strengths,
        {"error": {"l1": table, "l2": 2 * table}, "share": {"l1": table}},
        marks={"l2": 0.15, "l1": 0.3},
    )
    curve, _, *marks = fig.axes[0].lines
    np.testing.assert_allclose(curve.get_ydata(), table.mean(axis=1))
    assert [mark.get_xdata()[0] for mark in marks] == [0.15, 0.3]
    assert {"error", "share", "L1", "L2", "λ", " post's L1 ", " post's L2 "} <= texts(
        fig
    )


def test_strengths_draws_no_band_of_yes_and_no(values):
    flags = values[:90].reshape(3, 30) > np.median(values)
    fig = figures.strengths(
        [0.1, 1.0, 10.0],
        {"size": {"l1": values[:90].reshape(3, 30)}, "share": {"l1": 1.0 * flags}},
        marks={"l2": 0.15, "l1": 0.3},
    )
    assert [len(ax.collections) for ax in fig.axes] == [1, 0]
    shares = fig.axes[1].lines[0].get_ydata()
    np.testing.assert_allclose(shares, flags.mean(axis=1))


def test_shares_writes_each_share():
    table = np.array([[0.0, 0.25], [0.5, 1.0]])
    fig = figures.shares(table, rows=["0", "1"], columns=["a", "b"])
    assert {"0%", "25%", "50%", "100%", "learning rate", "λ of L2", "a"} <= texts(fig)
