"""Checkers of ``randomized_relu``: mean slope, RReLU by hand, many comparisons."""

import numpy as np

from utils.exercises.grading import Wrong, exercise, number

_LOWER, _UPPER = 3, 8


@exercise("randomized_relu.1")
def _mean_slope(answer):
    answer = number(answer, "one number, a slope")
    mean = np.log(_UPPER / _LOWER) / (_UPPER - _LOWER)
    mistakes = {
        2 / (_LOWER + _UPPER): "That is the slope in inference, 1 divided by the mean "
        "of alpha. The mean of 1/alpha is another number.",
        (_LOWER + _UPPER) / 2: "That is the mean of alpha. The slope is 1/alpha.",
        1 / mean: "That is 1 divided by the mean slope: turn it over.",
        (1 / _LOWER + 1 / _UPPER) / 2: "That is the middle between the two bounds of "
        "the slope. It would be the mean if the slope were uniform; here alpha is.",
    }
    for value, message in mistakes.items():
        if np.isclose(answer, value, rtol=0.005):
            raise Wrong(message)
    if answer < 0:
        raise Wrong("The slope is 1/alpha, and alpha is above zero.")
    if not np.isclose(answer, mean, rtol=0.01):
        raise Wrong("Draw many alpha between 3 and 8, and take the mean of 1/alpha.")
    return (
        f"{mean:.3f}, not 1/5.5 = {1 / 5.5:.3f}: in inference the network meets a "
        "slightly smaller leak than in training, on average."
    )


@exercise("randomized_relu.2")
def _rrelu_by_hand(answer):
    if not callable(answer):
        raise Wrong(
            "The answer should be a function of x and rng, but it is of type "
            f"{type(answer).__name__}."
        )
    x = np.random.default_rng(0).normal(size=(200, 300))
    try:
        y = answer(x.copy(), np.random.default_rng(1))
    except Exception as error:
        raise Wrong(f"It ended in {type(error).__name__}: {error}") from None
    if np.shape(y) != x.shape:
        raise Wrong(f"For x of shape {x.shape} it returned the shape {np.shape(y)}.")
    y = np.asarray(y)
    if y.dtype.kind != "f" or not np.isfinite(y).all():
        raise Wrong("It should return finite floats.")
    below = x < 0
    if not np.array_equal(y[~below], x[~below]):
        raise Wrong("Values of 0 and above should come back as they are.")
    slope = y[below] / x[below]
    if np.ptp(slope) < 1e-9:
        raise Wrong(
            "All values below zero share one slope: that is the published program. "
            "In the paper each draws its own."
        )
    if np.ptp(y[0][below[0]] / x[0][below[0]]) < 1e-9 or (
        len(np.unique(slope.round(9))) < slope.size / 2
    ):
        raise Wrong("Some elements share a draw. Draw an array of the shape of x.")
    if slope.min() > 1:
        raise Wrong(
            f"The slopes lie between {slope.min():.1f} and {slope.max():.1f}: you "
            "multiply by alpha. The paper divides."
        )
    if slope.min() < 1 / _UPPER - 1e-9 or slope.max() > 1 / _LOWER + 1e-9:
        raise Wrong(
            f"The slopes lie between {slope.min():.3f} and {slope.max():.3f}, but "
            "should be between 1/8 and 1/3."
        )
    if not np.isclose((1 / slope).mean(), 5.5, rtol=0.01):
        raise Wrong(
            "The bounds are right, the distribution is not: alpha is uniform between 3 "
            "and 8, so that the slope 1/alpha is not."
        )
    return "A leaky ReLU with noise in it, in three lines."


def _holm(p):
    """Which p-values stand at 5 % for all together, by Holm's steps."""
    stands = np.zeros(p.size, bool)
    for k, i in enumerate(np.argsort(p)):
        if p[i] > 0.05 / (p.size - k):
            break
        stands[i] = True
    return stands


def _unstopped(p):
    order = np.argsort(p)
    stands = np.zeros(p.size, bool)
    stands[order] = p[order] <= 0.05 / (p.size - np.arange(p.size))
    return stands


_FAMILIES = tuple(
    map(np.array, ([0.04, 0.001, 0.3], [0.02, 0.001, 0.3], [0.024, 0.3, 0.02]))
)


@exercise("randomized_relu.3")
def _all_together(answer):
    if not callable(answer):
        raise Wrong(
            "The answer should be a function of an array of p-values, but it is of "
            f"type {type(answer).__name__}."
        )
    for p in _FAMILIES:
        right = _holm(p)
        try:
            found = np.asarray(answer(p.copy()))
        except Exception as error:
            raise Wrong(
                f"For p = {p.tolist()} it ended in {type(error).__name__}: {error}"
            ) from None
        if found.dtype != bool or found.shape != p.shape:
            raise Wrong(
                "It should return one True or False for each p-value, but for p = "
                f"{p.tolist()} it returned {found.tolist()!r}."
            )
        if not np.array_equal(found, right):
            raise Wrong(_what_went_wrong(p, found, right))
    return (
        "Holm's steps keep the promise of Bonferroni's, one false alarm in twenty "
        "families, and let more true differences through."
    )


def _what_went_wrong(p, found, right):
    trial = f"For p = {p.tolist()} it said {found.tolist()}. "
    if np.array_equal(found, p <= 0.05):
        return trial + "That looks at each p-value as if it were the only one."
    if np.array_equal(found, p <= 0.05 / p.size):
        return trial + (
            "That is Bonferroni: it is safe, but Holm's second step compares with "
            "0.05 divided by one less."
        )
    if np.array_equal(found, right[np.argsort(p)]):
        return trial + "The verdicts are sorted: give them in the order of p."
    if np.array_equal(found, _unstopped(p)):
        return trial + "Once a step fails, all larger p-values fail too."
    return trial + f"Holm says {right.tolist()}."
