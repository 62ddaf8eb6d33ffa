"""Checkers of ``exact_zeros``: hopping weights, the proximal step, and momentum."""

import numpy as np

from utils.exercises.grading import Wrong, call, compare, exercise, number, numbers


@exercise("exact_zeros.1")
def _where_a_weight_hops(answer):
    what = "two numbers, as the weight comes back every second step"
    mistakes = {
        "It would have to land on 0 to the last digit. Divide 0.1 by a step.": (0, 0),
        "These are two steps apart. What is 0.1 minus 33 steps?": (-0.003, 0.003),
        "Every step is 0.003 long, so the two must be 0.003 apart.": (-0.001, 0.001),
        "Right distance, wrong place: take 33 steps from 0.1.": (-0.0015, 0.0015),
        "That is a step of 0.3. A step is the learning rate times 0.3.": (-0.2, 0.1),
        "The penalty pulls in every step, with or without data.": (0, 0.1),
    }
    advice = (
        "Each step moves the weight by 0.01 · 0.3 = 0.003 towards 0. Go down from "
        "0.1 until a step crosses 0, and then one step on."
    )
    found = np.sort(numbers(answer, what, 2))
    compare(found, (-0.002, 0.001), mistakes, advice, rtol=1e-5, atol=1e-5)
    return "33 steps bring it to 0.001, the next to -0.002, and the next one back."


def _soft(w, t):
    return np.sign(w) * np.maximum(np.abs(w) - t, 0)


# Weights, gradients, learning rate and strength that tell the mistakes apart.
_W = np.array([0.5, -0.5, 0.02, -0.02, 0.001, 0.0, 0.0, 0.2])
_G = np.array([0.1, 0.1, 0.3, 0.0, -0.2, 0.1, 2.0, -1.0])
_RATE, _STRENGTH = 0.1, 0.3
_STEPPED, _THRESHOLD = _W - _RATE * _G, _RATE * _STRENGTH
_MISTAKES = {
    "That is the step of SGD + L1: it crosses 0 instead of stopping there.": (
        _W - _RATE * (_G + _STRENGTH * np.sign(_W))
    ),
    "The threshold is too large: it is the strength times the learning rate.": (
        _soft(_STEPPED, _STRENGTH)
    ),
    "The gradient's step comes first, then the threshold.": (
        _soft(_W, _THRESHOLD) - _RATE * _G
    ),
    "You cut small weights, but leave the others as they are: all have to move.": (
        np.where(np.abs(_STEPPED) <= _THRESHOLD, 0, _STEPPED)
    ),
    "The gradient is missing: step against it before the threshold.": (
        _soft(_W, _THRESHOLD)
    ),
    "The gradient's step is missing the learning rate.": _soft(_W - _G, _THRESHOLD),
    "The threshold is missing.": _STEPPED,
}


@exercise("exact_zeros.2")
def _a_proximal_step(answer):
    of = "w, gradient, rate and strength"
    found = call(answer, _W, _G, _RATE, _STRENGTH, of=of, shape=_W.shape)
    right = _soft(_STEPPED, _THRESHOLD)
    i = int(np.abs(found - right).argmax())
    advice = (
        f"For w = {_W[i]}, gradient {_G[i]}, rate {_RATE} and strength {_STRENGTH} "
        f"it returned {found[i]:.4g} instead of {right[i]:.4g}."
    )
    compare(found, right, _MISTAKES, advice, rtol=1e-5, atol=1e-9)
    if not np.array_equal(found == 0, right == 0):
        raise Wrong("Nearly: but the zeros should be exact, not rounding errors.")
    return "A weight at 0 stays there unless the loss pulls by more than the strength."


@exercise("exact_zeros.3")
def _strength_with_momentum(answer):
    mistakes = {
        "With that the weights settle as if λ were 0.03.": 0.3,
        "Turn it over: the threshold was too weak, not too strong.": 0.03,
        "That is weaker still. By what does momentum lengthen a step?": 0.27,
        "Divide by 1 - 0.9, not by 0.9.": 1 / 3,
        "That multiplies by 1 + 0.9. The pushes add up further: 1 + 0.9 + 0.81 …": 0.57,
    }
    advice = (
        "Momentum m makes the gradient's part of a step 1 / (1 - m) times as long. "
        "Give the threshold the same factor."
    )
    found = number(answer, "one number, the strength for SoftThreshold")
    compare(found, 3, mistakes, advice, atol=0)
    return "The threshold grows with the steps, and the weights settle as L1(0.3) asks."
