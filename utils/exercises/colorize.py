"""Checkers of ``colorize``: what a pixel sees, the annealed mean, weights of colors."""

import numpy as np

from utils.exercises.grading import call, compare, exercise, number


@exercise("colorize.1")
def _receptive_field(answer):
    mistakes = {
        "That is how many pixels the patch loses. One pixel is left of how many?": 16,
        "The squares overlap: a second convolution adds two pixels, not three.": 24,
        "That is one convolution. There are eight.": 3,
        "That is one side of the center and the center: there are two sides.": 9,
        "That is how far it sees to one side. There are two sides, and the center.": 8,
        "That is the number of pixels in the square. We asked for its side.": 289,
        "Sizes add up here, they do not multiply.": 3**8,
        "That is the patch. It makes sixteen pixels, not one.": 32,
    }
    advice = (
        "Begin with one output pixel and go backward: each 3x3 convolution needs "
        "one more pixel on every side."
    )
    found = number(answer, "one number of pixels")
    compare(found, 17, mistakes, advice, rtol=0, atol=0)
    return (
        "17: from so small a window, brighter or darker texture is all it can go by. "
        "It cannot see that there is a cat."
    )


@exercise("colorize.2")
def _annealed_mean(answer):
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.ones(6), (3, 4))
    centers = rng.uniform(-100, 100, (6, 2))
    for T in (0.38, 1.0, 2.0):
        right = _scaled(p ** (1 / T)) @ centers
        mistakes = {
            "The powers no longer sum to 1: divide by their sum over the bins.": (
                p ** (1 / T) @ centers
            ),
            "That is p to the power T. Small T should sharpen: take 1 / T.": (
                _scaled(p**T) @ centers
            ),
            "That is the plain mean: T does nothing yet.": p @ centers,
            "That is the most probable color: T does nothing yet.": (
                centers[p.argmax(axis=-1)]
            ),
            "That is softmax(p / T). p are probabilities already: use their "
            "logarithms, or powers.": _scaled(np.exp(p / T)) @ centers,
        }
        case = f"p of shape {p.shape} and T = {T}"
        of = "p, centers and T"
        found = call(answer, p, centers, T, of=of, shape=right.shape, case=case)
        advice = f"At T = {T} a color is off by {np.abs(found - right).max():.3g}."
        compare(found, right, mistakes, advice, rtol=1e-5, atol=1e-3)
    return "One line, and it holds all from the most probable color to the mean."


@exercise("colorize.3")
def _weights(answer):
    p = np.array([0.6, 0.25, 0.1, 0.05])
    for mix in (0.5, 0.2):
        raw = 1 / ((1 - mix) * p + mix / p.size)
        swapped = 1 / (mix * p + (1 - mix) / p.size)
        right = raw / (p @ raw)
        mistakes = {
            "The formula is right. Now scale the weights so that Σ p w = 1.": raw,
            "Their plain mean is 1, but most pixels are of the common colors: it is "
            "Σ p w that should be 1.": raw / raw.mean(),
            "Their sum is 1. It is Σ p w that should be 1.": _scaled(raw),
            "λ and 1 - λ have changed places: λ = 1 should give equal weights.": (
                swapped / (p @ swapped)
            ),
            "That is 1 / p, scaled: λ has no part in it yet.": 1 / p / p.size,
            "These weights grow with p. Rare colors should get the large ones.": (
                1 / raw / (p @ (1 / raw))
            ),
        }
        case = f"p = {p.tolist()} and mix = {mix}"
        found = call(answer, p, mix, of="p and mix", shape=p.shape, case=case)
        advice = (
            f"For {case} the first weight should be {right[0]:.4f}, but it is "
            f"{found[0]:.4f}."
        )
        compare(found, right, mistakes, advice, rtol=1e-5, atol=1e-8)
    return "A pixel counts for 1 on average, so the learning rate can stay as it is."


def _scaled(weights):
    """Weights whose sum over the last axis is 1."""
    return weights / weights.sum(axis=-1, keepdims=True)
