import numpy as np
import pytest

from tests.unit.figures.looks import dots, kilobytes, texts
from utils import style
from utils.figures import randomized_relu as figures
from utils.statistics import mean_interval

pytestmark = pytest.mark.usefixtures("course_style")


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def drawn(ax, marker):
    return [line for line in ax.lines if line.get_marker() == marker]


def test_activations_differ_by_more_than_color():
    looks = figures.LOOKS.values()
    assert len({look["marker"] for look in looks}) == len(looks)
    assert {look["color"] for look in looks} == {style.INK, style.MUTED, style.ACCENT}


def test_fans_show_every_call_the_inference_and_the_edges():
    x = np.linspace(-1, 1, 21)
    calls = np.stack([np.where(x < 0, s * x, x) for s in (2, 3, 4)])
    panels = {"steep": (calls, calls[1]), "flat": (calls / 4, calls[1] / 4)}
    edges = {"steep": {"two": 2, "four": 4}, "flat": {"half": 0.5, "one": 1}}
    fig = figures.fans(x, panels, edges=edges)
    ax = fig.axes[0]
    np.testing.assert_array_equal([d.get_ydata() for d in drawn(ax, ".")], calls)
    ends = [line.get_ydata()[0] for line in ax.lines if line.get_linestyle() == ":"]
    assert ends == [-2, -4]
    assert {"steep", "two", "four", "flat", "half", "one"} <= texts(fig)
    assert kilobytes(fig) < 150


def test_error_curves_name_some_and_draw_all(rng):
    values = rng.gamma(9, 0.5, (20, 4))
    fig = figures.error_curves(
        [1, 2, 3, 4],
        {
            "one": {"ReLU": values, "RReLU": values + 1, "ELU": values + 2},
            "two": {"ReLU": values, "RReLU": values, "PReLU": values},
        },
        named=["ReLU", "RReLU"],
    )
    curve = drawn(fig.axes[0], figures.LOOKS["ReLU"]["marker"])[0]
    np.testing.assert_allclose(curve.get_ydata(), values.mean(axis=0))
    corners = fig.axes[0].collections[0].get_paths()[0].vertices[:, 1]
    last = mean_interval(values[:, -1])
    assert np.isclose(corners, last.low).any() and np.isclose(corners, last.high).any()
    (thin,) = drawn(fig.axes[0], "None")
    np.testing.assert_allclose(thin.get_ydata(), values.mean(axis=0) + 2)
    written = {"one", "two", "ReLU", "RReLU", "the others", "test error, %", "epoch"}
    assert written <= texts(fig)
    assert "ELU" not in texts(fig) and kilobytes(fig) < 150


def test_differences_show_pairs_mean_and_interval(rng):
    values = rng.normal(-0.5, 1, 24)
    found = mean_interval(values)
    rows = {"a minus b": (values, found)}
    fig = figures.differences({"a panel": rows}, xlabel="points")
    ax = fig.axes[0]
    (shown,) = dots(ax)
    np.testing.assert_array_equal(shown[:, 0], values)
    bars = [list(line.get_xdata()) for line in ax.lines if len(line.get_xdata()) == 2]
    assert [found.low, found.high] in bars
    shown = f"{found.value:+.2f}".replace("-", "\N{MINUS SIGN}")
    sides = {"← better", "worse →"}
    assert {"a panel", "a minus b", "points", shown} | sides <= texts(fig)
    assert kilobytes(fig) < 150


def test_the_mean_of_an_l2_penalty_has_its_look(rng):
    values = rng.normal(size=9)
    rows = {name: (values, mean_interval(values)) for name in ("L2(0.1)", "a minus b")}
    fig = figures.differences({"a": rows}, xlabel="points")
    (circle,) = [
        line
        for line in fig.axes[0].lines
        if line.get_color() == style.PENALTIES["l2"].color
    ]
    assert circle.get_marker() == style.PENALTIES["l2"].marker
    assert (*circle.get_xdata(), *circle.get_ydata()) == (values.mean(), 0)


def test_layer_means_have_a_marker_for_each_layer(rng):
    values = rng.normal(0.5, 0.1, (24, 2))
    panels = {"plain": {"ReLU": values, "ELU": values - 0.5}}
    fig = figures.layer_means(panels)
    first, second = (drawn(fig.axes[0], marker)[0] for marker in "ov")
    assert first.get_xdata()[0] == pytest.approx(values[:, 0].mean())
    assert second.get_xdata()[0] == pytest.approx(values[:, 1].mean())
    for shown, column in zip(
        dots(fig.axes[0]), [*values.T, *(values - 0.5).T], strict=True
    ):
        np.testing.assert_array_equal(shown[:, 0], column)
    written = {"plain", "ReLU", "ELU", "layer 1", "layer 2"}
    assert written | {"mean / standard deviation"} <= texts(fig)
    assert kilobytes(fig) < 150


def test_an_unknown_activation_is_an_error(rng):
    with pytest.raises(KeyError, match="swish"):
        figures.layer_means({"a": {"swish": rng.normal(size=(3, 2))}})
