"""Checkers of ``randomized_relu``: mean slope, shared draws, many comparisons."""

import numpy as np
from scipy.stats import false_discovery_control

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
        "Nearly: give three decimals, to tell it from the others.": 0.2,
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
def _one_draw_per_unit(answer):
    x = np.random.default_rng(0).normal(size=(20, 3_000))
    x[0], x[1], x[2] = -np.abs(x[0]), np.abs(x[1]), 0
    rng = np.random.default_rng(1)
    slopes = _slopes(answer, x, True, rng, "training")
    again = _slopes(answer, x, True, rng, "training")
    fresh = _slopes(answer, x, True, np.random.default_rng(1), "training")
    _check_draws(slopes)
    refuse(
        {
            "A second call draws the same again: draw from the `rng` that is given, "
            "and do not make one.": np.allclose(slopes, again, equal_nan=True),
            "The same `rng` gives other draws: draw from it, and from nothing else.": (
                not np.allclose(slopes, fresh, rtol=1e-4, equal_nan=True)
            ),
        }
    )
    resting = _slopes(answer, x, False, None, "inference")
    found, right = np.nanmean(resting), np.log(_UPPER / _LOWER) / (_UPPER - _LOWER)
    mistakes = {
        "That is the slope of the paper in inference, 1 divided by the mean of alpha. "
        "Take the mean slope.": 2 / (_LOWER + _UPPER),
        "In inference nothing happens below zero yet.": 1,
        "In inference it is a plain ReLU. Keep the mean slope.": 0,
        "In inference you multiply by the mean of alpha.": (_LOWER + _UPPER) / 2,
    }
    advice = f"In inference the slope should be {right:.3f}, but it is {found:.3f}."
    if np.nanmax(resting) - np.nanmin(resting) > 1e-4:
        raise Wrong("In inference all units have the same slope, the mean.")
    compare(found, right, mistakes, advice, rtol=5e-3, atol=0)
    return (
        "Noise that a whole batch shares, and an inference that is right on average, "
        "which the paper's is not."
    )


def _slopes(answer, x, training, rng, case):
    """y / x below zero and NaN elsewhere: (examples, units)."""
    given = {"x": x, "training": training, "rng": rng}
    y = call(answer, **given, shape=x.shape, case=case)
    above = x >= 0
    if not np.allclose(y[above], x[above], rtol=1e-5, atol=1e-6):
        raise Wrong("Values of 0 and above should come back as they are.")
    return np.where(above, np.nan, y / np.where(above, 1, x))


def _check_draws(slopes):
    """Raise ``Wrong`` if the slopes are not one fair draw of alpha for each unit."""
    low, high = np.nanmin(slopes), np.nanmax(slopes)
    within_unit = np.nanmax(np.nanmax(slopes, 0) - np.nanmin(slopes, 0))
    whole = np.isfinite(slopes).any(axis=1)
    within_example = np.nanmax(
        np.nanmax(slopes[whole], 1) - np.nanmin(slopes[whole], 1)
    )
    refuse(
        {
            "All values below zero share one slope: that is the published program. "
            "Each unit draws its own.": high - low < 1e-4,
            "The examples have slopes of their own, and the units share them. It "
            "should be the other way round: one draw per column of x.": (
                within_example < 1e-4
            ),
            "Every element draws for itself: that is RReLU. Here all examples of the "
            "batch share a unit's draw.": within_unit > 1e-4,
            f"The slopes lie between {low:.1f} and {high:.1f}: you multiply by alpha. "
            "The paper divides.": low > 1,
            f"The slopes lie between {low:.3f} and {high:.3f}, but should be between "
            "1/8 and 1/3.": low < 0.999 / _UPPER or high > 1.001 / _LOWER,
        }
    )
    alpha = 1 / slopes[0]
    order = np.corrcoef(alpha, np.arange(alpha.size))[0, 1]
    refuse(
        {
            "The draws follow an order: do not sort them.": abs(order) > 0.2,
            "The bounds are right, the distribution is not: alpha is uniform between 3 "
            "and 8, so that the slope 1/alpha is not.": (
                not np.isclose(alpha.mean(), 5.5, rtol=0.02)
            ),
            f"Alpha lies between {alpha.min():.1f} and {alpha.max():.1f}, but should "
            "be uniform between 3 and 8.": not np.isclose(
                alpha.std(), (_UPPER - _LOWER) / np.sqrt(12), rtol=0.05
            ),
        }
    )


_FAMILIES = (
    np.array([0.04, 0.001, 0.3]),
    np.array([0.02, 0.001, 0.3]),
    np.array([0.024, 0.3, 0.02]),
    np.array([0.03, 0.001, 0.9, 0.012]),
    np.array([0.2, 0.0168, 0.6]),
    np.array([0.049]),
)


@exercise("randomized_relu.3")
def _all_together(answer):
    said = []
    for p in _FAMILIES:
        case = f"p = {p.tolist()}"
        found = np.asarray(call(answer, p=p, case=case))
        if found.dtype != bool or found.shape != p.shape:
            raise Wrong(
                f"It should return one True or False for each p-value, but for {case} "
                f"it returned {found.tolist()!r}."
            )
        said.append(found)
    for p, found in zip(_FAMILIES, said, strict=True):
        if not np.array_equal(found, _holm(p)):
            start = f"For p = {p.tolist()} it said {found.tolist()}. "
            for say, rule in _OTHER_RULES.items():
                if all(map(np.array_equal, said, map(rule, _FAMILIES))):
                    raise Wrong(start + say)
            raise Wrong(f"{start}Holm says {_holm(p).tolist()}.")
    return (
        "Holm's steps keep the promise of Bonferroni's, one false alarm in twenty "
        "families, and let more true differences through."
    )


def _left(p):
    """How many comparisons are left at each step: m, m - 1, ..., 1."""
    return np.arange(p.size, 0, -1)


def _steps(p, thresholds, stop=True):
    """Which p-values pass the threshold of their rank, until the first one fails."""
    order = np.argsort(p)
    passes = p[order] <= thresholds
    passes = np.logical_and.accumulate(passes) if stop else passes
    return passes[np.argsort(order)]


def _holm(p):
    """Which p-values stand at 5 % together by Holm."""
    return _steps(p, 0.05 / _left(p))


_OTHER_RULES = {
    "That looks at each p-value as if it were the only one.": lambda p: p <= 0.05,
    "That is Bonferroni: it is safe, but Holm's second step compares with 0.05 "
    "divided by one less.": lambda p: p <= 0.05 / p.size,
    "The verdicts are sorted: give them in the order of p.": (
        lambda p: _holm(np.sort(p))
    ),
    "`ok[order]` does not undo the sorting: write `result[order] = ok`.": (
        lambda p: _holm(np.sort(p))[np.argsort(p)]
    ),
    "Once a step fails, all larger p-values fail too.": (
        lambda p: _steps(p, 0.05 / _left(p), stop=False)
    ),
    "That is Šidák's variant, which needs independent comparisons. Divide by how many "
    "are left.": lambda p: _steps(p, 1 - 0.95 ** (1 / _left(p))),
    "That is Benjamini and Hochberg: it limits the share of false alarms among those "
    "that stand, which promises less.": (lambda p: false_discovery_control(p) <= 0.05),
    "The number of comparisons is that of p, not always 3.": (
        lambda p: _steps(p, 0.05 / np.maximum(3 - np.arange(p.size), 1))
    ),
}
