"""Checkers of ``five_runs``: how many runs, which interval, and when to abstain."""

import numpy as np
from scipy import stats

from utils.exercises.grading import Wrong, call, compare, exercise, number


@exercise("five_runs.1")
def _half_the_gap(answer):
    answer = number(answer, "one number, how many times as many pairs")
    if np.isclose(answer, [2, np.sqrt(2)], rtol=0.02).any():
        raise Wrong(
            "More than that. Twice as many pairs make the interval narrower only by "
            "the square root of two."
        )
    if 0 < answer < 1:
        raise Wrong("A smaller gap is harder to see: it takes more pairs, not fewer.")
    if answer > 100:
        raise Wrong("That looks like the number of pairs. Divide it by that for 1.0.")
    if not 3.8 < answer < 4.2:
        raise Wrong("Divide pairs_needed(0.5, spread) by pairs_needed(1.0, spread).")
    return "Half the gap, four times the pairs: the price grows with the square."


@exercise("five_runs.2")
def _what_pairs_are_worth(answer, *, a, b):
    answer = number(answer, "one number, the ratio of two widths")
    paired = _width(stats.ttest_rel(a, b).confidence_interval())
    separate = _width(stats.ttest_ind(a, b, equal_var=False).confidence_interval())
    ratio = separate / paired
    mistakes = {
        "That is how much *narrower*: turn the ratio over.": 1 / ratio,
        "That is the ratio of the variances. Take widths.": ratio**2,
        "That is the width of the unpaired interval. Divide by the paired.": separate,
        "That is the width of the paired interval. What of the unpaired one?": paired,
    }
    advice = (
        "Divide the width of `stats.ttest_ind(...)`'s interval by the width of "
        "`stats.ttest_rel(...)`'s."
        if answer > 0
        else "A width is `.high` minus `.low`, so the ratio is above zero."
    )
    compare(answer, ratio, mistakes, advice, rtol=0.02, atol=0)
    return (
        "What both sides share, the data and the start, cancels in a pair. Without "
        f"pairs you would need about {ratio**2:.0f} times as many runs."
    )


def _width(interval) -> float:
    return float(interval.high - interval.low)


def _pair(p, n=100, scale=1.0, seed=0):
    """Errors a and b of n pairs, b the higher ones, with this p-value (two-sided)."""
    rng = np.random.default_rng(seed)
    own = rng.normal(size=n)
    own = (own - own.mean()) / own.std(ddof=1)
    by = stats.t.isf(p / 2, n - 1) / np.sqrt(n)
    shared = rng.normal(20, 10, n)  # data and start: the same for both
    return scale * shared, scale * (shared + own + by)


def _cases():
    """Pairs of arrays, with the right verdict and what else to think of."""
    lower = "Errors: the *lower* mean wins. Compare in pairs."
    inside = "Zero is inside the 95 % interval (with Student's t): nobody wins."
    sure = "The 95 % interval of the paired difference does not contain zero."
    whole = "Leave out the pairs in which a side is not finite, and only those."
    better, worse = _pair(1e-9)
    yield better, worse, "a", lower
    yield worse, better, "b", lower
    pairs = (0.95, 100, 1), (0.03, 100, 1), (0.07, 100, 1), (0.03, 100, 0.01)
    for p, n, scale in (*pairs, (0.07, 100, 30), (0.03, 9, 1), (0.07, 9, 1)):
        better, worse = _pair(p, n, scale, seed=n)
        clear = p < 0.05
        yield better, worse, "a" if clear else "undecided", sure if clear else inside
        yield worse, better, "b" if clear else "undecided", sure if clear else inside
    better, worse = _pair(0.01)
    for side in (0, 1):  # zeros would win, and large numbers would lose
        a, b = both = np.array([better, worse])
        both[side, [3, 40, 41, 77]], both[side, [50, 90]] = np.nan, np.inf
        both[1 - side, 8] = np.nan
        kept = np.isfinite(a) & np.isfinite(b)
        high = stats.ttest_rel(a[kept], b[kept]).confidence_interval().high
        right = "undecided" if high > 0 else "a"
        yield a, b, right, whole
        yield b, a, "b" if right == "a" else right, whole


@exercise("five_runs.3")
def _a_judge_that_can_abstain(answer):
    for a, b, right, advice in _cases():
        case = f"{len(a)} pairs with means of {_mean(a):.4g} and {_mean(b):.4g}"
        found = call(answer, a=a, b=b, case=case)
        if not isinstance(found, str) or found not in ("a", "b", "undecided"):
            raise Wrong(
                'The function should return "a", "b" or "undecided", but it returned '
                f"{found!r}."
            )
        if found != right:
            raise Wrong(f'For {case} it said "{found}" instead of "{right}". {advice}')
    return "A judge that says 'undecided' when the numbers do not decide is rare."


def _mean(values) -> float:
    return float(values[np.isfinite(values)].mean())
