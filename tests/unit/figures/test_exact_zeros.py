import numpy as np
import pytest

from tests.unit.figures.looks import dots, kilobytes, texts
from utils import style
from utils.figures import exact_zeros as figures

pytestmark = pytest.mark.usefixtures("course_style")


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def curve(ax, marker):
    """The y of the one line of ``ax`` with this marker."""
    (found,) = (drawn for drawn in ax.lines if drawn.get_marker() == marker)
    return found.get_ydata()


def test_hops_measures_in_units(rng):
    weights = np.array([0.001, -0.002] * 30)
    sizes = rng.uniform(0, 0.003, 10_000)
    fig = figures.hops(weights, sizes, unit=0.003)
    np.testing.assert_allclose(curve(fig.axes[0], "."), weights / 0.003)
    assert {r"$-\eta\lambda$", r"$2\eta\lambda$", "|w|"} <= texts(fig)
    assert "more steps of training" in texts(fig)
    (bars,) = fig.axes[1].patches
    heights = bars.get_data().values
    assert heights.sum() == pytest.approx(1)
    assert heights[20:].sum() == 0  # nothing is larger than the unit
    assert kilobytes(fig) < 150


def test_decline_draws_the_medians(rng):
    steps = np.arange(1, 11) * 100
    sizes = {"one": rng.uniform(1, 2, (50, 10)), "two": rng.uniform(0, 1, (50, 10))}
    bound = {"one": np.full(10, 2.0), "two": np.linspace(2, 1, 10)}
    fig = figures.decline(steps, sizes, bound=bound)
    np.testing.assert_allclose(curve(fig.axes[0], "D"), np.median(sizes["one"], 0))
    np.testing.assert_allclose(curve(fig.axes[0], "o"), np.median(sizes["two"], 0))
    assert {"one", "two", "ηλ"} <= texts(fig)


def test_updates_shows_what_is_near_zero(rng):
    before = np.append(rng.uniform(-0.2, 0.2, 2_000), [3.0, -3.0])
    after = {"hop": before - 0.1 * np.sign(before), "stop": 0.5 * before}
    fig = figures.updates(before, after, unit=0.1)
    np.testing.assert_allclose(curve(fig.axes[0], "x"), after["hop"][:-2] / 0.1)
    np.testing.assert_allclose(curve(fig.axes[0], "o"), after["stop"][:-2] / 0.1)
    assert {"hop", "stop", r"$-2\eta\lambda$", r"$\eta\lambda$"} <= texts(fig)
    assert kilobytes(fig) < 150


def test_counts_shows_every_replicate_and_the_means(rng):
    groups = {"one": rng.integers(0, 220, 1_000), "two": np.full(1_000, 216)}
    fig = figures.counts(
        {"Zeros": groups, "Alive": {name: v // 20 for name, v in groups.items()}},
        limits={"Zeros": 220, "Alive": 11},
    )
    for row, (drawn, values) in enumerate(
        zip(dots(fig.axes[0]), groups.values(), strict=True)
    ):
        np.testing.assert_array_equal(drawn[:, 0], values)
        assert set(np.round(drawn[:, 1])) == {row}
    assert {"Zeros", "Alive", "one", "two", "216.0", "10.0"} <= texts(fig)
    assert kilobytes(fig) < 150


def test_crossings_tells_the_dead(rng):
    courses = np.linspace(-rng.uniform(0, 1, 10), 0.7, 50)
    dead = courses.copy()
    dead[20:, :3] = 0
    fig = figures.crossings({"alive": courses, "dying": dead}, minimum=0.7)
    colors = [[c.get_color() for c in ax.lines] for ax in fig.axes]
    assert [c.count(style.ACCENT) for c in colors] == [0, 3]
    assert {"alive", "dying", "dead", "the minimum"} <= texts(fig)
    assert kilobytes(fig) < 150


def test_excess_draws_two_methods_in_each_panel(rng):
    steps = np.arange(1, 26) * 160
    runs = {"first": rng.uniform(1, 2, (40, 25)), "second": rng.uniform(1, 2, (40, 25))}
    fig = figures.excess({"short": (steps, runs), "long": (10 * steps, runs)})
    for ax in fig.axes:
        np.testing.assert_allclose(curve(ax, "D"), np.median(runs["first"], 0))
        np.testing.assert_allclose(curve(ax, "o"), np.median(runs["second"], 0))
    assert [ax.get_xlim()[1] for ax in fig.axes] == [4_000, 40_000]
    ylabel = "objective above its minimum (share of it)"
    assert {"short", "long", "first", "second", ylabel} <= texts(fig)
    assert kilobytes(fig) < 150


def test_matrices_share_one_scale(rng):
    shapes = (1, 10), (10, 10), (10, 1)
    networks = {
        name: [size * rng.uniform(-1, 1, shape) for shape in shapes]
        for name, size in {"small": 1.0, "large": 2.0}.items()
    }
    fig = figures.matrices(networks)
    images = [image for ax in fig.axes for image in ax.images]
    kernels = [kernel for kernels in networks.values() for kernel in kernels]
    for image, kernel in zip(images, kernels, strict=True):
        np.testing.assert_array_equal(image.get_array(), kernel)
    largest = max(np.abs(kernel).max() for kernel in kernels)
    assert {image.get_clim() for image in images} == {(-largest, largest)}
    assert {"small", "large", "$W_1$", "$W_3$", "weight"} <= texts(fig)
    assert kilobytes(fig) < 150


def test_settled_tells_exact_zeros(rng):
    asked = np.linspace(-1, 1, 81)
    right = np.sign(asked) * np.maximum(np.abs(asked) - 0.3, 0)
    fig = figures.settled(asked, {"SGD": right, "other": 0.5 * asked + 1}, truth=right)
    np.testing.assert_allclose(curve(fig.axes[0], "D"), np.zeros((right == 0).sum()))
    assert len(curve(fig.axes[1], ".")) == 81
    assert {"SGD", "other", f"{(right == 0).mean():.0%} exactly 0"} <= texts(fig)
    assert kilobytes(fig) < 150


def test_one_rule_alone_is_drawn(rng):
    courses = np.linspace(-rng.uniform(0, 1, 10), 0.7, 50)
    fig = figures.crossings({"alone": courses}, minimum=0.7)
    assert {"alone", "step"} <= texts(fig)
    asked = np.linspace(-1, 1, 5)
    fig = figures.settled(asked, {"alone": asked}, truth=asked)
    assert {"alone", "20% exactly 0"} <= texts(fig)
