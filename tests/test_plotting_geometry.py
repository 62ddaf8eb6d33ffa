"""The figures of chapter 3: that they are drawn, and stay small."""

import io

import matplotlib.pyplot as plt
import numpy as np
import pytest

from utils import geometry, plotting_solids, style
from utils import plotting_geometry as plotting

A = np.array([[1.0, 0.3], [0.3, 1.0]])
CENTER = np.array([1.7, 0.6])
LAMS = np.linspace(0, 2.4, 61)
SIDE = np.linspace(-2, 2, 41)


def path():
    return {
        name: np.array([geometry.solve(A, CENTER, lam, name) for lam in LAMS])
        for name in plotting.LOOKS
    }


def zones():
    plane = np.stack(np.meshgrid(SIDE, SIDE), -1)
    solved = {name: geometry.solve(A, plane, 0.5, name) for name in plotting.LOOKS}
    return plotting.zones(A, 0.5, SIDE, solved)


def budgets():
    spent = {name: geometry.cost(w, name) for name, w in path().items()}
    return plotting.budgets(LAMS, spent)


FIGURES = {
    "costs": plotting.costs,
    "landscapes": plotting_solids.landscapes,
    "touching": lambda: plotting.touching(A, CENTER, 0.6),
    "paths": lambda: plotting.paths(A, CENTER, LAMS, path()),
    "budgets": budgets,
    "kinks": plotting.kinks,
    "zones": zones,
    "bodies": lambda: plotting_solids.bodies(
        {"l1": np.array([1.0, 0, 0]), "l2": np.array([0.8, 0.3, 0.2])}
    ),
}


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
@pytest.mark.filterwarnings("error")
def test_figure_is_drawn_and_small(draw):
    with plt.style.context("default"):
        style.use()
        figure = draw()
        file = io.BytesIO()
        figure.savefig(file, format="svg")
        plt.close(figure)
    assert len(file.getvalue()) < 150_000


def test_zones_mark_where_l2_has_a_zero():
    ax = zones().axes[3]
    lines = [
        line for line in ax.lines if line.get_color() == plotting.LOOKS["l2"].color
    ]
    assert len(lines) == 2
    for line in lines:
        w = geometry.solve(A, line.get_xydata(), 0.5, "l2")
        assert (np.abs(w).min(axis=1) < 1e-12).all()
    plt.close("all")
