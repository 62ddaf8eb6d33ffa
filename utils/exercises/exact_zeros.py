"""Checkers of ``exact_zeros``: hopping weights, the proximal step, and momentum."""

import numpy as np

from utils.exercises.grading import Wrong, exercise, number


@exercise("exact_zeros.1")
def _where_a_weight_hops(answer):
    if isinstance(answer, int | float) and not isinstance(answer, bool):
        raise Wrong("Two numbers, please: the weight comes back every second step.")
    try:
        numbers = [number(value) for value in answer]
    except TypeError:
        raise Wrong(
            "The answer should be two numbers, like (0.5, -0.5), but it is of type "
            f"{type(answer).__name__}."
        ) from None
    if len(numbers) != 2:
        raise Wrong(f"The answer should be two numbers, but it has {len(numbers)}.")
    low, high = sorted(numbers)
    mistakes = {
        (0, 0): "It would have to land on 0 to the last digit. Divide 0.1 by a step.",
        (-0.003, 0.003): "These are two steps apart. What is 0.1 minus 33 steps?",
        (-0.001, 0.001): "Every step is 0.003 long, so the two must be 0.003 apart.",
        (-0.0015, 0.0015): "Right distance, wrong place: take 33 steps from 0.1.",
        (-0.2, 0.1): "That is a step of 0.3. A step is the learning rate times 0.3.",
        (0, 0.1): "The penalty pulls in every step, with or without data.",
    }
    for (a, b), message in mistakes.items():
        if np.allclose((low, high), (a, b), atol=1e-6):
            raise Wrong(message)
    if not np.allclose((low, high), (-0.002, 0.001), atol=1e-5):
        raise Wrong(
            "Each step moves the weight by 0.01 · 0.3 = 0.003 towards 0. Go down from "
            "0.1 until a step crosses 0, and then one step on."
        )
    return "33 steps bring it to 0.001, the next to -0.002, and the next one back."


def _soft(w, t):
    return np.sign(w) * np.maximum(np.abs(w) - t, 0)


# Weights, gradients, learning rate and strength that tell the mistakes apart.
_W = np.array([0.5, -0.5, 0.02, -0.02, 0.001, 0.0, 0.0, 0.2])
_G = np.array([0.1, 0.1, 0.3, 0.0, -0.2, 0.1, 2.0, -1.0])
_RATE, _STRENGTH = 0.1, 0.3
_MISTAKES = {
    "That is the step of SGD + L1: it crosses 0 instead of stopping there.": (
        _W - _RATE * (_G + _STRENGTH * np.sign(_W))
    ),
    "The threshold is too large: it is the strength times the learning rate.": _soft(
        _W - _RATE * _G, _STRENGTH
    ),
    "The gradient's step comes first, then the threshold.": (
        _soft(_W, _RATE * _STRENGTH) - _RATE * _G
    ),
    "You cut small weights, but leave the others as they are: all have to move.": (
        np.where(np.abs(_W - _RATE * _G) <= _RATE * _STRENGTH, 0, _W - _RATE * _G)
    ),
    "The gradient is missing: step against it before the threshold.": _soft(
        _W, _RATE * _STRENGTH
    ),
    "The gradient's step is missing the learning rate.": _soft(
        _W - _G, _RATE * _STRENGTH
    ),
    "The threshold is missing.": _W - _RATE * _G,
}


@exercise("exact_zeros.2")
def _a_proximal_step(answer):
    if not callable(answer):
        raise Wrong(
            "The answer should be a function of w, gradient, rate and strength, but it "
            f"is of type {type(answer).__name__}."
        )
    try:
        found = answer(_W.copy(), _G.copy(), _RATE, _STRENGTH)
    except Exception as error:
        raise Wrong(
            "Calling answer(w, gradient, rate, strength) ended in "
            f"{type(error).__name__}: {error}"
        ) from None
    try:
        found = np.asarray(found, dtype="float64")
    except (TypeError, ValueError):
        raise Wrong(
            "The function should return an array of weights, but it returned a "
            f"{type(found).__name__}."
        ) from None
    if found.shape != _W.shape:
        raise Wrong(
            "The function should return as many weights as it is given, "
            f"{_W.shape}, but the result has the shape {found.shape}."
        )
    if not np.isfinite(found).all():
        raise Wrong("Some of the weights that it returns are not finite.")
    for message, wrong in _MISTAKES.items():
        if np.allclose(found, wrong, atol=1e-9):
            raise Wrong(message)
    right = _soft(_W - _RATE * _G, _RATE * _STRENGTH)
    if not np.allclose(found, right, atol=1e-9):
        i = int(np.abs(found - right).argmax())
        raise Wrong(
            f"For w = {_W[i]}, gradient {_G[i]}, rate {_RATE} and strength {_STRENGTH} "
            f"it returned {found[i]:.4g} instead of {right[i]:.4g}."
        )
    if not np.array_equal(found == 0, right == 0):
        raise Wrong("Nearly: but the zeros should be exact, not rounding errors.")
    return "A weight at 0 stays there unless the loss pulls by more than the strength."


@exercise("exact_zeros.3")
def _strength_with_momentum(answer):
    answer = number(answer, "one number, the strength for SoftThreshold")
    mistakes = {
        0.3: "With that the weights settle as if λ were 0.03.",
        0.03: "Turn it over: the threshold was too weak, not too strong.",
        0.27: "That is weaker still. By what does momentum lengthen a step?",
        1 / 3: "Divide by 1 - 0.9, not by 0.9.",
        0.57: "That multiplies by 1 + 0.9. The pushes add up further: 1 + 0.9 + 0.81 …",
    }
    for value, message in mistakes.items():
        if np.isclose(answer, value, rtol=1e-3):
            raise Wrong(message)
    if not np.isclose(answer, 3.0, rtol=1e-3):
        raise Wrong(
            "Momentum m makes the gradient's part of a step 1 / (1 - m) times as long. "
            "Give the threshold the same factor."
        )
    return "The threshold grows with the steps, and the weights settle as L1(0.3) asks."
