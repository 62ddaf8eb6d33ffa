import numpy as np
import pytest

from tests.unit.figures.looks import kilobytes, texts
from utils import style
from utils.figures import keras_regularizers as figures

pytestmark = pytest.mark.usefixtures("course_style")

SHAPES = [(1, 10), (10, 10), (10, 10), (10, 1)]


def random_kernels(seed, scale=1.0):
    rng = np.random.default_rng(seed)
    return [rng.normal(0, scale, shape) for shape in SHAPES]


def history(low, end, epochs=100):
    """A validation loss that falls for ten epochs and then rises."""
    falls, rises = np.linspace(1.6, low, 10), np.linspace(low, end, epochs - 10)
    return {"bare": list(np.linspace(1.5, 0, epochs)), "val_bare": [*falls, *rises]}


def test_learning_curves_has_a_panel_for_each_method_and_marks_the_stop():
    logs = {
        "none": history(0.6, 0.9),
        "l1": history(0.6, 0.8),
        "l2": history(0.5, 0.6),
        "adamw": history(0.5, 0.7),
        "early stopping": history(0.6, 0.7, epochs=20),
    }
    fig = figures.learning_curves(logs)
    titles = [ax.get_title(loc="left") for ax in fig.axes]
    assert titles == ["no penalty", "L1", "L2", "AdamW"]
    training, validation, stop = fig.axes[0].lines
    np.testing.assert_array_equal(training.get_ydata(), logs["none"]["bare"])
    np.testing.assert_array_equal(validation.get_ydata(), logs["none"]["val_bare"])
    assert (stop.get_xdata()[0], stop.get_ydata()[0]) == (10, 0.6)
    assert {"training", "validation", "early stopping", "0.90"} <= texts(fig)


def test_errors_against_strength_are_differences_in_pairs():
    none = np.linspace(0.5, 1.5, 20)
    better = np.stack([none - 0.1, none - 0.2, none + 0.1])
    strengths = {"l1": (1e-4, 1e-3, 1e-2), "adamw": (0.1, 1.0, 10.0)}
    errors = {"l1": better, "adamw": better, "none": none}
    errors["early stopping"] = none - 0.05
    fig = figures.errors_against_strength(strengths, {"loss": errors, "wrong": errors})
    assert len(fig.axes) == 2
    drawn = fig.axes[0].lines[0].get_ydata()
    np.testing.assert_allclose(drawn, [-0.1, -0.2, 0.1])
    assert {"L1", "AdamW", "no penalty", "early stopping"} <= texts(fig)


def test_kernels_shows_the_weights_themselves():
    runs = {"none": random_kernels(0), "l1": random_kernels(1, scale=0.1)}
    fig = figures.kernels(runs)
    images = [ax.images[0] for ax in fig.axes if ax.images]
    assert len(images) == 8
    np.testing.assert_array_equal(images[0].get_array(), runs["none"][0])
    np.testing.assert_array_equal(images[5].get_array(), runs["l1"][1])
    limits = {image.get_clim() for image in images}
    assert len(limits) == 1  # one scale for all, symmetric
    ((low, high),) = limits
    assert low == -high
    assert {"no penalty", "L1"} <= texts(fig)


def test_kernels_of_zeros_can_be_drawn():
    fig = figures.kernels({"l1": [np.zeros(shape) for shape in SHAPES]})
    assert kilobytes(fig) > 1


def test_neuron_counts_draws_the_median_and_names_the_curves():
    thresholds = np.geomspace(1e-5, 1, 61)
    counts = np.where(thresholds < 1e-3, 30, 3) + np.zeros((5, 1))
    counts[0] = 0  # one replicate of five does not move the median
    fig = figures.neuron_counts(
        thresholds,
        {"l1": counts, "none": np.full((5, 61), 30.0)},
        total=30,
        marks={"here": 6e-3},
    )
    drawn = fig.axes[0].lines[0].get_ydata()
    np.testing.assert_array_equal(drawn, np.where(thresholds < 1e-3, 30, 3))
    assert {"L1", "no penalty", "here"} <= texts(fig)


def test_sizes_and_spectra_survives_exact_zeros():
    rng = np.random.default_rng(0)
    weights = {"l1": rng.normal(size=(20, 220)), "l2": rng.normal(size=(20, 220))}
    weights["l1"][:, :200] = 0
    spectra = {
        name: np.linalg.svd(rng.normal(size=(20, 10, 10)), compute_uv=False)
        for name in weights
    }
    spectra["l1"][:, 1:] = 0
    fig = figures.sizes_and_spectra(weights, spectra)
    assert len(fig.axes) == 2
    assert kilobytes(fig) < 150


def test_gaps_leaves_out_zeros_and_marks_the_height():
    steps = np.arange(1, 6)
    fig = figures.gaps(
        steps,
        {"l1": np.array([0, 1e-7, 1e-5, 1e-3, 1e-3]), "l2": np.full(5, 1e-6)},
        mark=(2e-3, "here"),
    )
    (ax,) = fig.axes
    np.testing.assert_array_equal(np.isnan(ax.lines[0].get_ydata()), [1, 0, 0, 0, 0])
    assert {"L1", "L2", "here"} <= texts(fig)
    assert ax.get_ylim()[1] > 2e-3


def test_gaps_of_two_equal_runs_are_drawn_without_an_error():
    fig = figures.gaps(np.arange(1, 4), {"none": np.zeros(3)}, mark=(1e-3, "here"))
    assert kilobytes(fig) > 1


def test_kernels_of_an_unknown_penalty_name_it():
    with pytest.raises(ValueError, match="'ridge'"):
        figures.kernels({"ridge": random_kernels(0)})


def test_kernels_of_all_penalties_stay_small():
    many = {name: random_kernels(k) for k, name in enumerate(style.PENALTIES)}
    assert kilobytes(figures.kernels(many)) < 150
