import numpy as np
import pytest

from tests.unit.figures.looks import kilobytes
from utils import geometry
from utils.figures import penalty_geometry as figures
from utils.figures import solids
from utils.statistics import Estimate

pytestmark = pytest.mark.usefixtures("course_style")

A = np.array([[1.0, 0.3], [0.3, 1.0]])
CENTER = np.array([1.7, 0.6])
LAMS = np.linspace(0, 2.4, 61)
SIDE = np.linspace(-2, 2, 41)


def path():
    return {
        name: np.array([geometry.solve(A, CENTER, lam, name) for lam in LAMS])
        for name in figures.LOOKS
    }


def zones():
    plane = np.stack(np.meshgrid(SIDE, SIDE), -1)
    solved = {name: geometry.solve(A, plane, 0.5, name) for name in figures.LOOKS}
    return figures.zones(A, 0.5, SIDE, solved)


def budgets():
    spent = {name: geometry.cost(w, name) for name, w in path().items()}
    return figures.budgets(LAMS, spent)


def shares():
    found = {
        name: [Estimate(k / 4, k / 4 - 0.1, k / 4 + 0.1, 99) for k in range(5)]
        for name in figures.LOOKS
    }
    return figures.shares(np.linspace(-0.8, 0.8, 5), found)


FIGURES = {
    "costs": figures.costs,
    "landscapes": solids.landscapes,
    "touching": lambda: figures.touching(A, CENTER, 0.6),
    "paths": lambda: figures.paths(A, CENTER, LAMS, path()),
    "budgets": budgets,
    "kinks": figures.kinks,
    "zones": zones,
    "shares": shares,
    "bodies": lambda: solids.bodies(
        {"l1": np.array([1.0, 0, 0]), "l2": np.array([0.8, 0.3, 0.2])}
    ),
}


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
@pytest.mark.filterwarnings("error")
def test_figure_is_drawn_and_small(draw):
    assert kilobytes(draw()) < 150


def test_zones_mark_where_l2_has_a_zero():
    ax = zones().axes[3]
    lines = [line for line in ax.lines if line.get_color() == figures.LOOKS["l2"].color]
    assert len(lines) == 2
    for line in lines:
        w = geometry.solve(A, line.get_xydata(), 0.5, "l2")
        assert (np.abs(w).min(axis=1) < 1e-12).all()
