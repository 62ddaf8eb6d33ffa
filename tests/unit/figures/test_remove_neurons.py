import itertools

import numpy as np
import pytest
from matplotlib.collections import LineCollection

from tests.unit.figures.looks import dots, kilobytes, texts
from utils import style
from utils.figures import remove_neurons as figures

pytestmark = pytest.mark.usefixtures("course_style")


def test_graphs_draw_a_line_for_each_weight_that_is_not_0():
    kernels = [np.array([[2.0, 0, -1]]), np.array([[1.0], [0], [0]])]
    layers = [np.array([True]), np.array([True, False, False]), np.array([True])]
    fig = figures.graphs({"trained": (kernels, layers)})
    ax = fig.axes[0]
    found = [c for c in ax.collections if isinstance(c, LineCollection)]
    assert [len(c.get_segments()) for c in found] == [1, 1, 1, 0]
    np.testing.assert_array_equal(found[0].get_segments()[0], [[0, 0], [1, 1]])
    widest = max(c.get_linewidth()[0] for c in found if len(c.get_segments()))
    assert found[0].get_linewidth()[0] == widest
    filled = [line for line in ax.lines if line.get_markerfacecolor() == style.INK]
    assert sum(len(line.get_xdata()) for line in filled) == 3
    assert sum(len(line.get_xdata()) for line in ax.lines) == 5
    assert {"trained", "x", "layer 1", "prediction"} <= texts(fig)


def test_graphs_of_two_networks_share_their_columns():
    rng = np.random.default_rng(0)
    shapes = {"large": (1, 10, 10, 1), "small": (1, 1, 1, 1)}
    networks = {
        name: (
            [rng.normal(size=s) for s in itertools.pairwise(n)],
            [np.ones(k, bool) for k in n],
        )
        for name, n in shapes.items()
    }
    fig = figures.graphs(networks)
    assert fig.axes[0].get_xlim() == fig.axes[1].get_xlim()
    assert 1000 * kilobytes(fig) < 150_000


def test_shape_shares_writes_each_label_and_mark():
    falling = np.array([1.0, 0.5, 0])
    shares = {"10-10-10-1": falling, "1-1-1-1": 1 - falling, "10-10-1-1": 0 * falling}
    fig = figures.shape_shares(np.array([0.001, 0.01, 0.1]), shares, hop=0.003)
    assert {"10-10-10-1", "1-1-1-1", "10-10-1-1,\nthe post's"} <= texts(fig)
    assert {r"$\eta\lambda$", r"$2\eta\lambda$"} <= texts(fig)
    for drawn, share in zip(fig.axes[0].lines, shares.values(), strict=False):
        np.testing.assert_array_equal(drawn.get_ydata(), share)


def test_trade_off_joins_the_medians_of_the_runs():
    parameters = np.array([[100, 110, 120], [1000, 1000, 1000]])
    accuracy = np.array([[0.9, 0.92, 0.5], [0.97, 0.96, 0.98]])
    curves = dict.fromkeys(figures.LOOKS, (parameters, accuracy))
    fig = figures.trade_off(curves)
    joined = fig.axes[0].lines[1]
    np.testing.assert_allclose(joined.get_xdata(), [110, 1000])
    np.testing.assert_allclose(joined.get_ydata(), [90, 97])
    assert set(figures.LOOKS) <= texts(fig)
    assert len({str(look) for look in figures.LOOKS.values()}) == len(figures.LOOKS)
    assert 1000 * kilobytes(fig) < 150_000


def test_strip_rows_draws_every_run_and_its_median():
    values = np.random.default_rng(0).gamma(4, 5, 1_000)
    rows = {"large": values, "small": values + 90}
    fig = figures.strip_rows(rows)
    for drawn, expected in zip(dots(fig.axes[0]), rows.values(), strict=True):
        np.testing.assert_array_equal(drawn[:, 0], np.minimum(expected, 65))
    middle = fig.axes[0].lines[0]
    np.testing.assert_allclose(middle.get_xdata(), np.median(values))
    assert {f"{np.median(values):.1f}", "constants", "small"} <= texts(fig)
    assert 1000 * kilobytes(fig) < 150_000
