"""Checkers of ``penalty_geometry``: corners, bands and how likely they are."""

from collections.abc import Iterable

import numpy as np

from utils.exercises.grading import Wrong, exercise, number


@exercise("penalty_geometry.1")
def predict_the_zero(answer):
    if isinstance(answer, (str, bytes)) or not isinstance(answer, Iterable):
        raise Wrong(
            "The answer should be a list of correlations, like [0.5], "
            f"but it is of type {type(answer).__name__}."
        )
    try:
        found = {number(each, "a list of numbers") for each in answer}
    except Wrong:
        raise Wrong(
            "The answer should be a list of numbers from -0.5, 0, 0.5."
        ) from None
    if not found <= {-0.5, 0, 0.5}:
        raise Wrong("The answer may hold the correlations -0.5, 0 and 0.5 only.")
    if 0 not in found:
        raise Wrong(
            "Begin without correlation: the pull on w2 is then 0.4, and the corner "
            "holds up to λ = 0.5."
        )
    if found == {0, 0.5}:
        raise Wrong(
            "The sign is the other way around: with a positive correlation the second "
            "feature takes over some of what the first one lost to λ, and pulls harder."
        )
    if 0.5 in found:
        raise Wrong(
            "With correlation 0.5, Ac = (2.2, 1.4) and w1 = 1.7 if w2 = 0. Which pull "
            "is left on w2, and is it at most λ?"
        )
    if -0.5 not in found:
        raise Wrong(
            "There is one more. With correlation -0.5, Ac = (1.8, -0.6): which pull is "
            "left on w2 when w1 = 1.3?"
        )
    return (
        "The pull that is left on w2 is 0.05, 0.4 and 0.55. Whether a corner holds is "
        "not a matter of the center alone."
    )


@exercise("penalty_geometry.2")
def half_of_the_square(answer):
    lam = number(answer, "a strength λ")
    if not 0 < lam < 2:
        raise Wrong("The λ in question is above 0 and below 2, where all is zero.")
    if abs(lam - (2 - np.sqrt(2))) < 5e-3:
        return (
            "Half of the losses, and λ is less than a third of the square's half side."
        )
    if abs(lam - 1) < 5e-3:
        raise Wrong(
            "λ = 1 makes w1 zero for half of the centers. Those where only w2 is zero "
            "come on top: λ must be smaller."
        )
    if abs(lam - np.sqrt(2)) < 5e-3:
        raise Wrong(
            "That λ makes *both* weights zero for half of the centers. The question "
            "is about at least one."
        )
    if abs(lam - 0.5) < 5e-3:
        raise Wrong(
            "Half of the area is not λ = 0.5: at 0.5 the figure's share is below one "
            "half. Which λ leaves (1 - λ/2)² = ½ without a zero?"
        )
    share = 1 - (1 - lam / 2) ** 2
    raise Wrong(f"With this λ, the share of centers with a zero is {share:.2f}.")


@exercise("penalty_geometry.3")
def segment_of_a_corner(answer):
    try:
        ends = np.asarray(answer, dtype="float64")
    except (TypeError, ValueError):
        raise Wrong(
            "The answer should be an array of numbers of shape (2, 2)."
        ) from None
    if ends.shape != (2, 2):
        raise Wrong(
            "The answer should hold two ends with two coordinates each, shape (2, 2), "
            f"but its shape is {ends.shape}."
        )
    if not np.isfinite(ends).all():
        raise Wrong("The answer should hold finite numbers, but one is not.")
    inverse = np.linalg.inv([[1, 0.6], [0.6, 1]])
    free = np.array([[0, -1], [0, 1]])

    def is_(expected):
        return any(np.allclose(e, expected, atol=5e-3) for e in (ends, ends[::-1]))

    corner = np.array([1, 0])
    if is_(corner + 0.5 * (free + corner) @ inverse):
        return (
            "Any center on this segment gives the same w: the corner does not let go."
        )
    if is_(corner + 0.5 * (free + corner)):
        raise Wrong("Those are the ends without correlation: what about A⁻¹?")
    if is_(corner + 0.5 * free @ inverse):
        raise Wrong(
            "w1 is not 0, so its subgradient is not 0 either: s1 = sign(w1) = 1. The "
            "center lies farther out than the corner."
        )
    if is_(corner + (free + corner) @ inverse):
        raise Wrong("The direction is right, the length is not: multiply s by λ = 0.5.")
    if is_(corner + 0.5 * (free + corner) @ [[1, 0.6], [0.6, 1]]):
        raise Wrong("You multiplied by A. The condition A(c - w) = λs asks for A⁻¹.")
    raise Wrong("Check that A(c - w)/λ is (1, -1) at one end and (1, 1) at the other.")
