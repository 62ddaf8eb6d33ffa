import numpy as np
import pytest

from utils.exercises import grade

A_INVERSE = np.linalg.inv([[1, 0.6], [0.6, 1]])
SEGMENT = np.array([1, 0]) + 0.5 * np.array([[1, -1], [1, 1]]) @ A_INVERSE


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
        ("penalty_geometry.2", 2 - np.sqrt(2), True, "Half of the losses"),
        ("penalty_geometry.2", np.float32(0.586), True, "Half of the losses"),
        ("penalty_geometry.2", ..., False, "in place of the dots"),
        ("penalty_geometry.2", 1, False, "come on top"),
        ("penalty_geometry.2", np.sqrt(2), False, "*both* weights"),
        ("penalty_geometry.2", 0.5, False, "below one half"),
        ("penalty_geometry.2", 0.7, False, "is 0.58"),
        ("penalty_geometry.2", -1, False, "above 0 and below 2"),
        ("penalty_geometry.2", 2.5, False, "above 0 and below 2"),
        ("penalty_geometry.2", float("nan"), False, "it is nan"),
        ("penalty_geometry.2", "0.5", False, "type str"),
        ("penalty_geometry.3", SEGMENT, True, "does not let go"),
        ("penalty_geometry.3", SEGMENT[::-1].tolist(), True, "does not let go"),
        ("penalty_geometry.3", ..., False, "in place of the dots"),
        ("penalty_geometry.3", [[1.5, -0.5], [1.5, 0.5]], False, "what about A⁻¹"),
        ("penalty_geometry.3", SEGMENT - 0.5 * A_INVERSE[0], False, "farther out"),
        ("penalty_geometry.3", 2 * SEGMENT - [1, 0], False, "multiply s by λ"),
        ("penalty_geometry.3", [[1.2, -0.2], [1.8, 0.8]], False, "You multiplied by A"),
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
