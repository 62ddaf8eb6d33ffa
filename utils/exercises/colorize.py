"""Checkers of ``colorize``: dilated kernels, large logits, undone weights."""

import numpy as np

from utils.exercises.grading import call, compare, exercise, numbers


@exercise("colorize.1")
def _dilated_receptive_field(answer):
    mistakes = {
        "That is without dilation, where each convolution adds two pixels.": (17, 24),
        "That is one side of the center and the center: there are two sides.": (24, 31),
        "That is how many pixels the patch loses. The center itself is left.": (46, 54),
        "The width is right. The first of the 8 pixels sees 47: how many more does "
        "each of the next seven need?": (47, 55),
        "The width is right. That is the patch for one pixel.": (47, 47),
        "The width is right. The patches of the 8 pixels overlap.": (47, 8 * 47),
        "A kernel with dilation d reaches d pixels to each side, not d + 1.": (63, 70),
    }
    advice = (
        "Go backward from one output pixel: a 3x3 kernel with dilation d needs d more "
        "pixels on every side. A patch loses as many."
    )
    found = numbers(answer, "a pair of numbers of pixels", 2)
    compare(found, (47, 54), mistakes, advice, rtol=0, atol=0)
    return (
        "Nearly three times as wide, with not one weight more: a cat's ear, perhaps. "
        "Zhang and others dilate some of their convolutions, too."
    )


@exercise("colorize.2")
def _annealed_mean_of_logits(answer):
    rng = np.random.default_rng(0)
    centers = rng.uniform(-100, 100, (6, 2))
    z, near = rng.normal(0, 2, (3, 4, 6)), rng.integers(-3, 4, (5, 6)) / 64
    for T in (0.38, 1.0, 2.0):
        case = f"logits of shape {z.shape} and T = {T}"
        _compare_colors(answer, z, centers, T, case, atol=1e-3)
    for top in (1_000, -1_000):
        z = np.float32(near + top)
        case = f"float32 logits near {top:,} and T = 0.01"
        _compare_colors(answer, z, centers, 0.01, case, atol=2)
    return (
        "Dividing logits is taking powers of probabilities, and taking the largest "
        "away first changes nothing but keeps the numbers in range."
    )


def _compare_colors(answer, logits, centers, T, case, atol):
    z = logits.astype(float)
    right, p = _softmax(z / T) @ centers, _softmax(z)
    given = {"logits": logits, "centers": centers, "T": T}
    found = call(answer, **given, shape=right.shape, case=case)
    with np.errstate(over="ignore", invalid="ignore"):
        powers = np.exp(z / T)
    mistakes = {
        "The powers do not sum to 1: divide by their sum over the bins.": (
            powers @ centers
        ),
        "Small T should sharpen: divide the logits by T.": _softmax(z * T) @ centers,
        "That is the plain mean: T does nothing yet.": p @ centers,
        "That is the most probable color: T does nothing yet.": (
            centers[z.argmax(axis=-1)]
        ),
        "That is softmax(p / T). Divide the logits by T, or take powers of p.": (
            _softmax(p / T) @ centers
        ),
        "The sum runs over all pixels. Each pixel's powers should sum to 1.": (
            powers / powers.sum() @ centers
        ),
    }
    advice = f"For {case} a color is off by {np.abs(found - right).max():.3g}."
    compare(found, right, mistakes, advice, rtol=1e-5, atol=atol)


@exercise("colorize.3")
def _undo_the_weights(answer):
    rng = np.random.default_rng(0)
    w = np.array([0.4, 0.9, 1.7, 4.0])
    for shape in ((4,), (3, 5, 4)):
        q = _scaled(rng.uniform(0.05, 1, shape))
        right = _scaled(q / w)
        mistakes = {
            "That rebalances a second time: divide.": _scaled(q * w),
            "That rebalances a second time, and does not sum to 1: divide.": q * w,
            "Each pixel's probabilities should sum to 1.": q / w,
            "That is what the network says: nothing is undone yet.": q,
            "The sum runs over all pixels. Each pixel's should sum to 1.": (
                q / w / (q / w).sum()
            ),
        }
        case = f"q of shape {shape} and w = {w.tolist()}"
        found = call(answer, q=q, w=w, shape=shape, case=case)
        off = np.abs(found - right).max()
        advice = f"For {case} a probability is off by {off:.3g}."
        compare(found, right, mistakes, advice, rtol=1e-4, atol=1e-6)
    return (
        "What a weight did to the loss, it did to the probabilities, and one division "
        "undoes it, without training again."
    )


def _softmax(z):
    return _scaled(np.exp(z - z.max(axis=-1, keepdims=True)))


def _scaled(weights):
    """Weights whose sum over the last axis is 1."""
    return weights / weights.sum(axis=-1, keepdims=True)
