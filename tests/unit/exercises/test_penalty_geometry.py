import numpy as np
import pytest

from utils.exercises import grade
from utils.geometry import solve

A = np.array([[1, 0.6], [0.6, 1]])
A_INVERSE = np.linalg.inv(A)


def ends(*s):
    """Centers that lead to (1, 0), if these are the slopes of the penalty there."""
    return np.array([1, 0]) + 0.5 * np.array(s) @ A_INVERSE


SEGMENT = ends([1.5, -0.5], [1.5, 0.5])


@pytest.mark.parametrize(
    ("id", "answer", "right", "says"),
    [
        ("penalty_geometry.1", [-0.5, 0], True, "0.05, 0.4 and 0.55"),
        ("penalty_geometry.1", np.array([0.0, -0.5]), True, "0.05"),
        ("penalty_geometry.1", {0, -0.5}, True, "0.05"),
        ("penalty_geometry.1", ..., False, "in place of the dots"),
        ("penalty_geometry.1", [0], False, "There is one more"),
        ("penalty_geometry.1", [0, 0.5], False, "other way around"),
        ("penalty_geometry.1", [-0.5, 0, 0.5], False, "Which pull is left on w2"),
        ("penalty_geometry.1", [-0.5], False, "Begin without correlation"),
        ("penalty_geometry.1", [], False, "Begin without correlation"),
        ("penalty_geometry.1", [1], False, "may hold the correlations"),
        ("penalty_geometry.1", 0, False, "type int"),
        ("penalty_geometry.1", "0", False, "type str"),
        ("penalty_geometry.1", ["0"], False, "a list of numbers"),
        ("penalty_geometry.1", [float("nan")], False, "a list of numbers"),
        ("penalty_geometry.1", None, False, "type NoneType"),
        ("penalty_geometry.2", 0.25**2 / 0.64, True, "More than without"),
        ("penalty_geometry.2", [0.1], True, "More than without"),
        ("penalty_geometry.2", 0.09, True, "More than without"),
        ("penalty_geometry.2", np.float32(0.0977), True, "More than without"),
        ("penalty_geometry.2", ..., False, "in place of the dots"),
        ("penalty_geometry.2", 0.0625, False, "without correlation"),
        ("penalty_geometry.2", 0.04, False, "The other way around"),
        ("penalty_geometry.2", 0.078, False, "without a root"),
        ("penalty_geometry.2", 0.156, False, "is 1 - ρ²."),
        ("penalty_geometry.2", 1.5625, False, "the area of the centers"),
        ("penalty_geometry.2", 0.4375, False, "at least one zero"),
        ("penalty_geometry.2", 0.3, False, "|Ac| ≤ λ in both entries"),
        ("penalty_geometry.2", -1, False, "between 0 and 1"),
        ("penalty_geometry.2", 9.77, False, "between 0 and 1"),
        ("penalty_geometry.2", float("nan"), False, "it is nan"),
        ("penalty_geometry.2", "0.5", False, "type str"),
        ("penalty_geometry.3", SEGMENT, True, "half as long"),
        ("penalty_geometry.3", SEGMENT[::-1].tolist(), True, "half as long"),
        ("penalty_geometry.3", SEGMENT.round(2), True, "half as long"),
        ("penalty_geometry.3", ..., False, "in place of the dots"),
        ("penalty_geometry.3", [[1.75, -0.25], [1.75, 0.25]], False, "about A⁻¹"),
        ("penalty_geometry.3", ends([1, -1], [1, 1]), False, "the ends under L1"),
        ("penalty_geometry.3", ends([0, -0.5], [0, 0.5]), False, "farther out"),
        (
            "penalty_geometry.3",
            ends([0.5, -0.5], [0.5, 0.5]),
            False,
            "a slope, too",
        ),
        ("penalty_geometry.3", ends([1, -0.5], [1, 0.5]), False, "adds 1, not ½"),
        ("penalty_geometry.3", ends([1.5, -1], [1.5, 1]), False, "λ/2, not λ"),
        ("penalty_geometry.3", ends([3, -1], [3, 1]), False, "in full"),
        ("penalty_geometry.3", 2 * SEGMENT - [1, 0], False, "in full"),
        ("penalty_geometry.3", [[1.6, 0.2], [1.9, 0.7]], False, "You multiplied by A"),
        ("penalty_geometry.3", np.zeros((2, 2)), False, "Check that A(c - w)/λ"),
        ("penalty_geometry.3", [1, 2], False, "its shape is (2,)"),
        ("penalty_geometry.3", np.full((2, 2), np.nan), False, "finite"),
        ("penalty_geometry.3", "far", False, "array of numbers"),
        ("penalty_geometry.3", [[1, 2], [3]], False, "array of numbers"),
        ("penalty_geometry.3", None, False, "of type NoneType"),
    ],
)
def test_grade(id, answer, right, says):
    found, message = grade(id, answer)
    assert found is right
    assert says in message


def test_solutions_are_what_the_solver_says():
    centers = np.random.default_rng(0).uniform(-2, 2, (40_000, 2))
    share = (solve(A, centers, 0.5, "l1") == 0).all(axis=-1).mean()
    assert share == pytest.approx(0.25**2 / 0.64, abs=0.005)
    inside = SEGMENT[0] + np.linspace(0, 1, 9)[:, None] * (SEGMENT[1] - SEGMENT[0])
    found = solve(A, inside, 0.5, "elastic_net")
    assert np.allclose(found, [1, 0], atol=1e-9)
    beyond = solve(
        A, SEGMENT + np.array([[-0.01, -0.02], [0.01, 0.02]]), 0.5, "elastic_net"
    )
    assert (beyond[:, 1] != 0).all()
