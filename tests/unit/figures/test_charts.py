import numpy as np
import pytest

from tests.unit.figures.looks import dots, kilobytes, texts
from utils.figures import charts

pytestmark = pytest.mark.usefixtures("course_style")


def test_strips_show_every_value_and_the_medians():
    values = {"a": np.arange(9.0), "b": np.arange(9.0) + 10}
    fig = charts.strips(
        {"l1": values, "l2": {"b": np.zeros(3)}}, xlabel="λ", ylabel="length"
    )
    (ax,) = fig.axes
    shown = [list(found[:, 1]) for found in dots(ax)]
    assert shown == [list(values["a"]), list(values["b"]), [0, 0, 0]]
    medians = [line for line in ax.lines if line.get_marker() == "D"]
    np.testing.assert_array_equal(medians[0].get_ydata(), [4, 14])
    assert [t.get_text() for t in ax.get_xticklabels()] == ["a", "b"]


def test_figures_stay_small():
    length = {name: {s: np.arange(200.0) for s in "abc"} for name in ("l1", "l2")}
    assert kilobytes(charts.strips(length, xlabel="x", ylabel="y")) < 150


@pytest.fixture
def values():
    return np.random.default_rng(0).gamma(4, 5, 1_000)


def test_paired_cuts_the_violins_but_not_the_means(values):
    far = np.append(values, 1e4)
    fig = charts.paired(
        {30: {"a": far, "b": -far}}, sides=("left", "right"), xlabel="a - b"
    )
    assert fig.axes[0].get_xlim() == (-30, 30)
    means = f"{far.mean():+.1f}", f"\N{MINUS SIGN}{far.mean():.1f}"
    assert {"left", "right", *means} <= set(texts(fig))
    assert kilobytes(fig) < 150


def test_paired_on_two_scales_shows_what_one_hides(values):
    near = values / values.max() - 0.5
    fig = charts.paired(
        {40: {"wide": values - 20}, 1: {"a": near, "b": -near}},
        sides=("left", "right"),
        xlabel="a - b",
    )
    assert [ax.get_xlim() for ax in fig.axes] == [(-40, 40), (-1, 1)]
    assert [len(ax.get_yticks()) for ax in fig.axes] == [1, 2]
    assert fig.axes[0].get_xlabel() == "" and fig.axes[1].get_xlabel() == "a - b"
    means = f"{near.mean():+.2f}", f"{-near.mean():+.2f}"
    shown = {text.replace("\N{MINUS SIGN}", "-") for text in texts(fig)}
    assert {"wide", "a", "b", "left", "right", *means} <= shown
    assert kilobytes(fig) < 150


def test_settings_need_not_be_joined(values):
    groups = {"l1": {"0": values, "10": values}}
    joined, apart = (
        charts.settings({"a": groups}, ylabel="error", xlabel="offset", joined=joined)
        for joined in (True, False)
    )
    assert joined.axes[0].lines[0].get_linestyle() == "-"
    assert apart.axes[0].lines[0].get_linestyle() == "None"
    assert apart.axes[0].get_xlabel() == "offset"


def test_settings_leaves_out_what_diverged(values):
    broken = values[:50].copy()
    broken[:10] = np.nan, *[np.inf] * 9
    group = {"0.1": values[:50], "1": broken, "10": np.full(50, np.nan)}
    fig = charts.settings(
        {"rate": {"l1": group, "none": {k: values[:50] for k in group}}},
        ylabel="error",
        mark=(1.0, "noise"),
        lowest=0.5,
    )
    ax = fig.axes[0]
    (curve,) = (drawn for drawn in ax.lines if drawn.get_marker() == "D")
    np.testing.assert_allclose(
        curve.get_ydata(), [np.median(values[:50]), np.median(values[10:50]), np.nan]
    )
    assert [len(found) for found in dots(ax)] == [50, 40, 50, 50, 50]
    assert {"rate", "noise", "L1", "no penalty"} <= set(texts(fig))
    assert ax.get_ylim()[0] == 0.5
    assert {"1", "2", "5", "10", "20", "50"} <= set(texts(fig))
    assert kilobytes(fig) < 150
