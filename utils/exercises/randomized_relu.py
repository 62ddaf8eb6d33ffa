"""Checkers of ``randomized_relu``: mean slope, RReLU by hand, many comparisons."""

import numpy as np

from utils.exercises.grading import Wrong, call, compare, exercise, number, refuse

_LOWER, _UPPER = 3, 8


@exercise("randomized_relu.1")
def _mean_slope(answer):
    answer = number(answer, "one number, a slope")
    mean = np.log(_UPPER / _LOWER) / (_UPPER - _LOWER)
    mistakes = {
        "That is the slope in inference, 1 divided by the mean of alpha. The mean of "
        "1/alpha is another number.": 2 / (_LOWER + _UPPER),
        "That is the mean of alpha. The slope is 1/alpha.": (_LOWER + _UPPER) / 2,
        "That is 1 divided by the mean slope: turn it over.": 1 / mean,
        "That is the middle between the two bounds of the slope. It would be the mean "
        "if the slope were uniform; here alpha is.": (1 / _LOWER + 1 / _UPPER) / 2,
    }
    advice = (
        "The slope is 1/alpha, and alpha is above zero."
        if answer < 0
        else "Draw many alpha between 3 and 8, and take the mean of 1/alpha."
    )
    compare(answer, mean, mistakes, advice, rtol=0.01, atol=1e-8)
    return (
        f"{mean:.3f}, not 1/5.5 = {1 / 5.5:.3f}: in inference the network meets a "
        "slightly smaller leak than in training, on average."
    )


@exercise("randomized_relu.2")
def _rrelu_by_hand(answer):
    x = np.random.default_rng(0).normal(size=(200, 300))
    rng, below = np.random.default_rng(1), x < 0
    y = call(answer, x, rng, of="x and rng", shape=x.shape)
    if not np.array_equal(y[~below], x[~below]):
        raise Wrong("Values of 0 and above should come back as they are.")
    slope = y[below] / x[below]
    low, high = slope.min(), slope.max()
    shared = np.ptp(y[0][below[0]] / x[0][below[0]]) < 1e-9
    distinct = len(np.unique(slope.round(9)))
    refuse(
        {
            "All values below zero share one slope: that is the published program. In "
            "the paper each draws its own.": high - low < 1e-9,
            "Some elements share a draw. Draw an array of the shape of x.": (
                shared or distinct < slope.size / 2
            ),
            f"The slopes lie between {low:.1f} and {high:.1f}: you multiply by alpha. "
            "The paper divides.": low > 1,
            f"The slopes lie between {low:.3f} and {high:.3f}, but should be between "
            "1/8 and 1/3.": low < 1 / _UPPER - 1e-9 or high > 1 / _LOWER + 1e-9,
        }
    )
    if not np.isclose((1 / slope).mean(), 5.5, rtol=0.01):
        raise Wrong(
            "The bounds are right, the distribution is not: alpha is uniform between 3 "
            "and 8, so that the slope 1/alpha is not."
        )
    return "A leaky ReLU with noise in it, in three lines."


_FAMILIES = [0.04, 0.001, 0.3], [0.02, 0.001, 0.3], [0.024, 0.3, 0.02]


@exercise("randomized_relu.3")
def _all_together(answer):
    for p in map(np.array, _FAMILIES):
        case = f"p = {p.tolist()}"
        found = np.asarray(call(answer, p, of="p", case=case))
        if found.dtype != bool or found.shape != p.shape:
            raise Wrong(
                f"It should return one True or False for each p-value, but for {case} "
                f"it returned {found.tolist()!r}."
            )
        right, stepwise = _holm(p)
        trial = f"For {case} it said {found.tolist()}. "
        mistakes = {
            "That looks at each p-value as if it were the only one.": p <= 0.05,
            "That is Bonferroni: it is safe, but Holm's second step compares with 0.05 "
            "divided by one less.": p <= 0.05 / p.size,
            "The verdicts are sorted: give them in the order of p.": (
                right[np.argsort(p)]
            ),
            "Once a step fails, all larger p-values fail too.": stepwise,
        }
        mistakes = {trial + say: verdicts for say, verdicts in mistakes.items()}
        compare(found, right, mistakes, f"{trial}Holm says {right.tolist()}.")
    return (
        "Holm's steps keep the promise of Bonferroni's, one false alarm in twenty "
        "families, and let more true differences through."
    )


def _holm(p):
    """Which p-values stand at 5 % together by Holm, and which pass their own step."""
    order = np.argsort(p)
    passes = p[order] <= 0.05 / np.arange(p.size, 0, -1)
    back = np.argsort(order)
    return np.logical_and.accumulate(passes)[back], passes[back]
