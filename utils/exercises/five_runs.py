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


def _cases():
    """Pairs of arrays, with the right verdict and what else to think of."""
    rng = np.random.default_rng(0)
    data = rng.normal(20, 10, 100)  # what both sides share
    own = rng.normal(0, 1, (2, 100))
    better, worse = data + own[0], data + own[1] + 2
    broken = worse.copy()
    broken[[3, 40]] = np.nan, np.inf
    even = data + own[1] - own[1].mean() + own[0].mean()
    yield better, worse, "a", "Errors: the *lower* mean wins. Compare in pairs."
    yield worse, better, "b", "Errors: the *lower* mean wins. Compare in pairs."
    yield better, even, "undecided", "Zero is inside the interval: nobody wins."
    yield better, broken, "a", "Leave out the pairs in which a side is not finite."
    yield broken, better, "b", "Leave out the pairs in which a side is not finite."


@exercise("five_runs.3")
def _a_judge_that_can_abstain(answer):
    for a, b, right, advice in _cases():
        case = f"a with a mean of {_mean(a):.1f}, b with {_mean(b):.1f}"
        found = call(answer, a, b, of="a and b", case=case)
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
