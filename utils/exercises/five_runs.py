"""Checkers of ``five_runs``: how many runs, which interval, and when to abstain."""

import numpy as np
from scipy import stats

from utils.exercises.grading import Wrong, exercise, number


def _near(answer: float, value: float) -> bool:
    return bool(np.isclose(answer, value, rtol=0.02))


@exercise("five_runs.1")
def _half_the_gap(answer):
    answer = number(answer, "one number, how many times as many pairs")
    if _near(answer, 2) or _near(answer, np.sqrt(2)):
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
    mistakes = {
        paired / separate: "That is how much *narrower*: turn the ratio over.",
        (separate / paired) ** 2: "That is the ratio of the variances. Take widths.",
        separate: "That is the width of the unpaired interval. Divide by the paired.",
        paired: "That is the width of the paired interval. What of the unpaired one?",
    }
    for value, message in mistakes.items():
        if _near(answer, value):
            raise Wrong(message)
    if answer <= 0:
        raise Wrong("A width is `.high` minus `.low`, so the ratio is above zero.")
    if not _near(answer, separate / paired):
        raise Wrong(
            "Divide the width of `stats.ttest_ind(...)`'s interval by the width of "
            "`stats.ttest_rel(...)`'s."
        )
    return (
        "What both sides share, the data and the start, cancels in a pair. Without "
        f"pairs you would need about {(separate / paired) ** 2:.0f} times as many runs."
    )


def _width(interval) -> float:
    return float(interval.high - interval.low)


def _cases():
    """Names and pairs of arrays, with the right verdict and what else to think of."""
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
    if not callable(answer):
        raise Wrong(
            "The answer should be a function of a and b, but it is of type "
            f"{type(answer).__name__}."
        )
    for a, b, right, advice in _cases():
        trial = f"a with a mean of {_mean(a):.1f}, b with {_mean(b):.1f}"
        try:
            found = answer(a.copy(), b.copy())
        except Exception as error:
            raise Wrong(
                f"For {trial} it ended in {type(error).__name__}: {error}"
            ) from None
        if not isinstance(found, str) or found not in ("a", "b", "undecided"):
            raise Wrong(
                'The function should return "a", "b" or "undecided", but it returned '
                f"{found!r}."
            )
        if found != right:
            raise Wrong(f'For {trial} it said "{found}" instead of "{right}". {advice}')
    return "A judge that says 'undecided' when the numbers do not decide is rare."


def _mean(values) -> float:
    return float(values[np.isfinite(values)].mean())
