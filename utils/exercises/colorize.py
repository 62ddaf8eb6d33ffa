"""Checkers of ``colorize``: what a pixel sees, the annealed mean, weights of colors."""

import numpy as np

from utils.exercises.grading import Wrong, exercise, number


@exercise("colorize.1")
def _receptive_field(answer):
    answer = number(answer, "one number of pixels")
    mistakes = {
        16: "That is how many pixels the patch loses. One pixel is left of how many?",
        24: "The squares overlap: a second convolution adds two pixels, not three.",
        3: "That is one convolution. There are eight.",
        9: "That is one side of the center and the center: there are two sides.",
        8: "That is how far it sees to one side. There are two sides, and the center.",
        289: "That is the number of pixels in the square. We asked for its side.",
        3**8: "Sizes add up here, they do not multiply.",
        32: "That is the patch. It makes sixteen pixels, not one.",
    }
    if answer in mistakes:
        raise Wrong(mistakes[answer])
    if answer != 17:
        raise Wrong(
            "Begin with one output pixel and go backward: each 3x3 convolution needs "
            "one more pixel on every side."
        )
    return (
        "17: from so small a window, brighter or darker texture is all it can go by. "
        "It cannot see that there is a cat."
    )


@exercise("colorize.2")
def _annealed_mean(answer):
    _check_function(answer, "p, centers and T")
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.ones(6), (3, 4))
    centers = rng.uniform(-100, 100, (6, 2))
    for temperature in (0.38, 1.0, 2.0):
        found = _called(answer, p, centers, temperature)
        right = _annealed(p, centers, 1 / temperature)
        if found.shape != right.shape:
            raise Wrong(
                f"For p of shape {p.shape} the colors should be of shape "
                f"{right.shape}, but they are {found.shape}."
            )
        if not np.isfinite(found).all():
            raise Wrong("Some of the colors are not finite.")
        if np.allclose(found, right, atol=1e-3):
            continue
        mistakes = {
            "The powers no longer sum to 1: divide by their sum over the bins.": (
                p ** (1 / temperature) @ centers
            ),
            "That is p to the power T. Small T should sharpen: take 1 / T.": (
                _annealed(p, centers, temperature)
            ),
            "That is the plain mean: T does nothing yet.": p @ centers,
            "That is the most probable color: T does nothing yet.": (
                centers[p.argmax(axis=-1)]
            ),
            "That is softmax(p / T). p are probabilities already: use their "
            "logarithms, or powers.": _softmax(p / temperature) @ centers,
        }
        for message, wrong in mistakes.items():
            if np.allclose(found, wrong, atol=1e-3):
                raise Wrong(message)
        raise Wrong(
            f"At T = {temperature} a color is off by {np.abs(found - right).max():.3g}."
        )
    return "One line, and it holds all from the most probable color to the mean."


@exercise("colorize.3")
def _weights(answer):
    _check_function(answer, "p and mix")
    p = np.array([0.6, 0.25, 0.1, 0.05])
    for mix in (0.5, 0.2):
        found = _called(answer, p, mix)
        if found.shape != p.shape:
            raise Wrong(
                f"There should be {p.size} weights, but the shape is {found.shape}."
            )
        raw = 1 / ((1 - mix) * p + mix / p.size)
        swapped = 1 / (mix * p + (1 - mix) / p.size)
        if np.allclose(found, raw / (p @ raw)):
            continue
        mistakes = {
            "The formula is right. Now scale the weights so that Σ p w = 1.": raw,
            "Their plain mean is 1, but most pixels are of the common colors: it is "
            "Σ p w that should be 1.": raw / raw.mean(),
            "Their sum is 1. It is Σ p w that should be 1.": raw / raw.sum(),
            "λ and 1 - λ have changed places: λ = 1 should give equal weights.": (
                swapped / (p @ swapped)
            ),
            "That is 1 / p, scaled: λ has no part in it yet.": 1 / p / p.size,
            "These weights grow with p. Rare colors should get the large ones.": (
                1 / raw / (p @ (1 / raw))
            ),
        }
        for message, wrong in mistakes.items():
            if np.allclose(found, wrong):
                raise Wrong(message)
        raise Wrong(
            f"For p = {p.tolist()} and mix = {mix} the first weight should be "
            f"{(raw / (p @ raw))[0]:.4f}, but it is {found[0]:.4f}."
        )
    return "A pixel counts for 1 on average, so the learning rate can stay as it is."


def _check_function(answer, of):
    if not callable(answer):
        raise Wrong(
            f"The answer should be a function of {of}, but it is of type "
            f"{type(answer).__name__}."
        )


def _called(answer, *arguments):
    try:
        found = answer(*(np.copy(a) if np.ndim(a) else a for a in arguments))
        return np.asarray(found, dtype="float64")
    except Exception as error:
        raise Wrong(
            f"Calling the function ended in {type(error).__name__}: {error}"
        ) from None


def _annealed(p, centers, power):
    powers = p**power
    return powers / powers.sum(axis=-1, keepdims=True) @ centers


def _softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)
