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


def _toward(start, w, t):
    """Weights that a threshold of ``t`` moves toward ``start``, and stops there."""
    return start + np.sign(w - start) * np.maximum(np.abs(w - start) - t, 0)


# Weights, where they started, gradients, learning rate and strength that tell the
# mistakes apart.
_W = np.array([0.5, -0.5, 0.02, 1.0, 0.9, 0.01, 0.3, -0.2])
_START = np.array([0.5, -0.3, 0.0, 0.9, 0.9, 0.02, -0.1, -0.2])
_G = np.array([0.1, 0.1, 0.3, 0.6, 2.0, -0.2, 0.0, -1.0])
_RATE, _STRENGTH = 0.1, 0.3
_STEPPED, _THRESHOLD = _W - _RATE * _G, _RATE * _STRENGTH
_RIGHT = _toward(_START, _STEPPED, _THRESHOLD)
_STAY = np.abs(_STEPPED - _START) <= _THRESHOLD
_MISTAKES = {
    "That pulls the weights toward 0. This penalty is 0 at the start.": (
        _toward(0, _STEPPED, _THRESHOLD)
    ),
    "That is a step of SGD with the slope of the penalty: it crosses the start "
    "instead of stopping there.": (
        _W - _RATE * (_G + _STRENGTH * np.sign(_W - _START))
    ),
    "The threshold is too large: it is the strength times the learning rate.": (
        _toward(_START, _STEPPED, _STRENGTH)
    ),
    "That is how far the weights are from the start. Add the start again.": (
        _RIGHT - _START
    ),
    "The gradient's step comes first, then the threshold.": (
        _toward(_START, _W, _THRESHOLD) - _RATE * _G
    ),
    "You put back what is near its start, but leave the others as they are: all have "
    "to move.": np.where(_STAY, _START, _STEPPED),
    "The gradient is missing: step against it before the threshold.": (
        _toward(_START, _W, _THRESHOLD)
    ),
    "The gradient's step is missing the learning rate.": (
        _toward(_START, _W - _G, _THRESHOLD)
    ),
    "The threshold is missing.": _STEPPED,
}


@exercise("exact_zeros.2")
def _a_proximal_step_to_the_start(answer):
    given = {"w": _W, "start": _START, "gradient": _G}
    given |= {"rate": _RATE, "strength": _STRENGTH}
    found = call(answer, **given, shape=_W.shape)
    i = int(np.abs(found - _RIGHT).argmax())
    advice = (
        f"For w = {_W[i]}, start {_START[i]}, gradient {_G[i]}, rate {_RATE} and "
        f"strength {_STRENGTH} it returned {found[i]:.4g} instead of {_RIGHT[i]:.4g}."
    )
    compare(found, _RIGHT, _MISTAKES, advice, rtol=1e-5, atol=1e-9)
    if not np.array_equal(found[_STAY], _START[_STAY]):
        raise Wrong(
            "Nearly: but a weight that goes back to its start should be *equal* to it, "
            "not off by a rounding error. Do not compute it, put it there."
        )
    return (
        "What the new data do not pull at by more than the strength stays as it was, "
        "to the last bit."
    )


@exercise("exact_zeros.3")
def _strength_with_momentum_and_accumulation(answer):
    mistakes = {
        "That is right for momentum alone. Here the threshold comes four times for "
        "each step of the gradient.": 3,
        "That is right without momentum. By what does momentum lengthen a step?": 0.075,
        "With that the threshold is four times too often and ten times too short.": 0.3,
        "Turn one of them over: four thresholds for one step are too many, not too "
        "few.": 12,
        "Turn momentum over: it lengthens the steps, so the threshold was too weak.": (
            0.0075
        ),
        "Turn both over: divide by 1 - 0.9 and by 4.": 0.12,
        "Divide by 1 - 0.9, not by 0.9.": 0.3 / 0.9 / 4,
        "That multiplies by 1 + 0.9. The pushes add up further: 1 + 0.9 + 0.81 …": (
            0.3 * 1.9 / 4
        ),
    }
    advice = (
        "Over four batches, how long is the gradient's part of all steps, compared "
        "with plain SGD's one step? Four thresholds together need the same factor."
    )
    found = number(answer, "one number, the strength for SoftThreshold")
    compare(found, 0.75, mistakes, advice, atol=0)
    return (
        "Ten times the step and four times the thresholds: a constraint does not know "
        "what the optimizer does. (The course's own refuses to be used like this.)"
    )
