import numpy as np
import pytest

from tests.unit.figures.looks import kilobytes, texts
from utils.data import photographs
from utils.figures import colorize as figures

pytestmark = pytest.mark.usefixtures("course_style")
RNG = np.random.default_rng(0)


def images(fig):
    return [image for ax in fig.axes for image in ax.images]


def test_photographs_keep_their_names_and_stay_small():
    fig = figures.photographs(photographs())
    assert set(photographs()) <= texts(fig)
    assert len(images(fig)) == 8
    assert all(image.get_gid().startswith("photo") for image in images(fig))
    assert len({image.get_gid() for image in images(fig)}) == 8
    assert kilobytes(fig) < 150


def test_versions_stand_side_by_side():
    photos = dict(list(photographs().items())[:4])
    versions = ("as it is", "median per lightness", "a", "b")
    columns = {name: dict.fromkeys(versions, photo) for name, photo in photos.items()}
    for name in list(photos)[:2]:  # of half of them only a half is shown
        half = photos[name][:, : photos[name].shape[1] // 2]
        columns[name] = dict.fromkeys(versions, half)
    fig = figures.side_by_side(columns)
    assert len(images(fig)) == 16
    assert {*photos, *versions} <= texts(fig)
    assert kilobytes(fig) < 200


def test_photographs_keep_their_colors():
    photo = RNG.integers(0, 256, (40, 30, 3), dtype="uint8")
    for fig in (
        figures.side_by_side({"noise": {"as it is": photo}}),
        figures.photographs(dict.fromkeys("abcd", photo)),
    ):
        for shown in images(fig):
            np.testing.assert_array_equal(shown.get_array(), photo)


def test_bins_are_larger_where_more_pixels_are():
    centers = np.array([[5.0, 5], [45, -25], [-35, 15]])
    fig = figures.bins(centers, 10, np.array([0.9, 0.099, 0.001]))
    (drawn,) = fig.axes[0].collections
    widths = [np.ptp(path.vertices[:, 0]) for path in drawn.get_paths()]
    assert widths[0] > widths[1] > widths[2] > 0
    assert widths[0] <= 10 + 1e-6
    assert drawn.get_gid().startswith("photo")
    assert "90% of\nthe pixels" in texts(fig)


def test_dots_show_every_photograph_and_the_mean():
    rows = {"grey": np.array([1.0, 2, 6]), "network": np.array([2.0, 2, 2])}
    fig = figures.dots({"top": rows, "low": rows}, emphasize=["network"])
    assert {"top", "low", "3.0", "2.0"} <= texts(fig)
    assert sum(len(line.get_xdata()) == 3 for line in fig.axes[0].lines) == 2


def test_temperatures_show_both_curves_and_the_truth():
    photo = photographs()["flower"]
    temperatures = (0.01, 0.38, 1.0)
    curves = {
        "chroma": (temperatures, [20, 18, 17]),
        "color error": (temperatures, [19, 17.5, 16.9]),
    }
    photos = dict.fromkeys(("T = 0.01", "T = 0.38", "T = 1", "as it is"), photo)
    fig = figures.temperatures(photos, curves, 21)
    wanted = {
        "T = 0.38",
        "as it is",
        "chroma",
        "color error",
        "of the photographs",
    }
    assert wanted <= texts(fig)
    assert len(images(fig)) == 4
    assert kilobytes(fig) < 150


def test_gammas_are_all_counted_and_those_to_go_are_hatched():
    before, after = RNG.uniform(0.8, 1.2, 124), RNG.uniform(0, 0.4, 124)
    fig = figures.gammas(before, after, after < 0.1)
    first, second = fig.axes
    assert sum(bar.get_height() for bar in first.patches) == 124
    assert sum(b.get_height() for b in second.patches) == 124
    hatched = [bar for bar in second.patches if bar.get_hatch()]
    assert sum(bar.get_height() for bar in hatched) == (after < 0.1).sum()
    assert {"without L1", "with L1; hatched: to go"} <= texts(fig)
