"""Checkers of ``penalty_geometry``: corners, bands and how likely they are."""

import numpy as np

from utils.exercises.grading import Wrong, compare, exercise, number, numbers, refuse


@exercise("penalty_geometry.1")
def _predict_the_zero(answer):
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


_LAM, _RHO = 0.5, 0.6
_A = np.array([[1, _RHO], [_RHO, 1]])


@exercise("penalty_geometry.2")
def _both_at_once(answer):
    share = number(answer, "a share, the chance of two zeros")
    alone = (_LAM / 2) ** 2
    right = alone / (1 - _RHO**2)
    mistakes = {
        "That is the share without correlation. Which centers does the condition "
        "|Ac| ≤ λ describe now?": alone,
        "The other way around: A maps the centers to a square, and shrinks areas by "
        "its determinant. So there are more centers than in the square.": (
            alone * (1 - _RHO**2)
        ),
        "That is the area of the centers. Divide it by that of the square, 16.": (
            16 * right
        ),
        "That is at least one zero, without correlation. The question is about two.": (
            1 - (1 - _LAM / 2) ** 2
        ),
        "The determinant of A is 1 - ρ², without a root.": alone / (1 - _RHO**2) ** 0.5,
        "The determinant of A is 1 - ρ².": alone / (1 - _RHO),
    }
    advice = (
        "w = (0, 0) asks that both pulls be at most λ: |Ac| ≤ λ in both entries. "
        "What is the area of these centers?"
    )
    advice = advice if 0 <= share <= 1 else "A share lies between 0 and 1."
    compare(share, right, mistakes, advice, rtol=0, atol=0.0101)
    return (
        "More than without correlation: where the features resemble each other, "
        "the pulls of two weights are nearly one, and λ holds both."
    )


@exercise("penalty_geometry.3")
def _segment_of_a_corner(answer):
    ends = numbers(answer, "an array of numbers of shape (2, 2)")
    if ends.shape != (2, 2):
        raise Wrong(
            "The answer should hold two ends with two coordinates each, shape (2, 2), "
            f"but its shape is {ends.shape}."
        )
    ends = ends[ends[:, 1].argsort()]  # any order will do; the lower end first
    inverse, corner = np.linalg.inv(_A), np.array([1, 0])
    free = np.array([[0, -1], [0, 1]])
    s = 0.5 * (free + corner) + corner  # half of L1's s, and half of L2's 2w

    def led_to(s, turn=inverse):
        return corner + _LAM * s @ turn

    mistakes = {
        "Those are the ends without correlation: what about A⁻¹?": led_to(s, np.eye(2)),
        "Those are the ends under L1. Here half of the penalty is L2, whose slope at "
        "w1 = 1 is not 1.": led_to(free + corner),
        "w1 is not 0, so its slope is not 0 either. The center lies farther out than "
        "the corner.": led_to(0.5 * free),
        "The L2 half has a slope, too: that of w² is 2w.": led_to(
            0.5 * (free + corner)
        ),
        "The slope of w² is 2w: at w1 = 1 the L2 half adds 1, not ½.": (
            led_to(0.5 * free + corner)
        ),
        "Only half of the penalty is L1: w2 holds against λ/2, not λ.": (
            led_to(s + 0.5 * free)
        ),
        "Each half counts ½. You added both in full.": led_to(2 * s),
        "The direction is right, the length is not: multiply s by λ = 0.5.": (
            corner + s @ inverse
        ),
        "You multiplied by A. The condition A(c - w) = λs asks for A⁻¹.": led_to(s, _A),
    }
    advice = (
        "Check that A(c - w)/λ is (1.5, -0.5) at one end and (1.5, 0.5) at the other."
    )
    compare(ends, led_to(s), mistakes, advice, rtol=0, atol=0.0101)
    return (
        "A segment as under L1, but half as long: only the L1 half of the penalty "
        "holds a weight at 0."
    )
