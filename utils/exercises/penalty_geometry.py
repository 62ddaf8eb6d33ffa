"""Checkers of ``penalty_geometry``: corners, bands and how likely they are."""

import numpy as np

from utils.exercises.grading import Wrong, compare, exercise, number, numbers, refuse


@exercise("penalty_geometry.1")
def predict_the_zero(answer):
    found = set(numbers(answer, "a list of numbers from -0.5, 0 and 0.5").flat)
    refuse(
        {
            "The answer may hold the correlations -0.5, 0 and 0.5 only.": (
                not found <= {-0.5, 0, 0.5}
            ),
            "Begin without correlation: the pull on w2 is then 0.4, and the corner "
            "holds up to λ = 0.5.": 0 not in found,
            "The sign is the other way around: with a positive correlation the second "
            "feature takes over some of what the first one lost to λ, and pulls "
            "harder.": found == {0, 0.5},
            "With correlation 0.5, Ac = (2.2, 1.4) and w1 = 1.7 if w2 = 0. Which pull "
            "is left on w2, and is it at most λ?": 0.5 in found,
            "There is one more. With correlation -0.5, Ac = (1.8, -0.6): which pull is "
            "left on w2 when w1 = 1.3?": -0.5 not in found,
        }
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
    mistakes = {
        "λ = 1 makes w1 zero for half of the centers. Those where only w2 is zero come "
        "on top: λ must be smaller.": 1,
        "That λ makes *both* weights zero for half of the centers. The question is "
        "about at least one.": np.sqrt(2),
        "Half of the area is not λ = 0.5: at 0.5 the figure's share is below one half. "
        "Which λ leaves (1 - λ/2)² = ½ without a zero?": 0.5,
    }
    share = 1 - (1 - lam / 2) ** 2
    advice = f"With this λ, the share of centers with a zero is {share:.2f}."
    compare(lam, 2 - np.sqrt(2), mistakes, advice, rtol=0, atol=5e-3)
    return "Half of the losses, and λ is less than a third of the square's half side."


@exercise("penalty_geometry.3")
def segment_of_a_corner(answer):
    ends = numbers(answer, "an array of numbers of shape (2, 2)")
    if ends.shape != (2, 2):
        raise Wrong(
            "The answer should hold two ends with two coordinates each, shape (2, 2), "
            f"but its shape is {ends.shape}."
        )
    ends = ends[ends[:, 1].argsort()]  # any order will do; the lower end first
    matrix = np.array([[1, 0.6], [0.6, 1]])
    inverse, corner = np.linalg.inv(matrix), np.array([1, 0])
    free = np.array([[0, -1], [0, 1]])
    s = free + corner
    mistakes = {
        "Those are the ends without correlation: what about A⁻¹?": corner + 0.5 * s,
        "w1 is not 0, so its subgradient is not 0 either: s1 = sign(w1) = 1. The "
        "center lies farther out than the corner.": corner + 0.5 * free @ inverse,
        "The direction is right, the length is not: multiply s by λ = 0.5.": (
            corner + s @ inverse
        ),
        "You multiplied by A. The condition A(c - w) = λs asks for A⁻¹.": (
            corner + 0.5 * s @ matrix
        ),
    }
    advice = "Check that A(c - w)/λ is (1, -1) at one end and (1, 1) at the other."
    right = corner + 0.5 * s @ inverse
    compare(ends, right, mistakes, advice, rtol=1e-5, atol=5e-3)
    return "Any center on this segment gives the same w: the corner does not let go."
