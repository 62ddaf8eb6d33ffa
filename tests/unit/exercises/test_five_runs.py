from functools import partial

import numpy as np
import pytest
from scipy import stats

from utils.exercises import grading
from utils.statistics import paired_difference


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "in place of the dots"),
        (2.0, "More than that"),
        (2**0.5, "More than that"),
        (0.25, "more pairs, not fewer"),
        (8_930, "Divide it by that for 1.0"),
        (7, "Divide pairs_needed"),
        ("4", "of type str"),
        (None, "of type NoneType"),
        (float("nan"), "it is nan"),
    ],
)
def test_wrong_answers_to_1(answer, says):
    right, message = grading.grade("five_runs.1", answer)
    assert not right
    assert says in message


@pytest.mark.parametrize("answer", [4, 4.0, np.float64(8_930 / 2_233)])
def test_right_answers_to_1(answer):
    right, message = grading.grade("five_runs.1", answer)
    assert right, message


@pytest.fixture
def pairs():
    rng = np.random.default_rng(0)
    shared = rng.normal(10, 3, 200)
    return {
        "a": shared + rng.normal(0, 1, 200),
        "b": shared + rng.normal(0.5, 1, 200),
    }


def widths(a, b):
    both = stats.ttest_rel(a, b), stats.ttest_ind(a, b, equal_var=False)
    return [i.high - i.low for i in (t.confidence_interval() for t in both)]


def test_solution_of_2_passes(pairs):
    paired, separate = widths(**pairs)
    right, message = grading.grade("five_runs.2", separate / paired, **pairs)
    assert right, message
    assert separate / paired > 1.5  # or the exercise would teach nothing


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda paired, separate: ..., "in place of the dots"),
        (lambda paired, separate: paired / separate, "turn the ratio over"),
        (lambda paired, separate: (separate / paired) ** 2, "ratio of the variances"),
        (lambda paired, separate: separate, "width of the unpaired interval"),
        (lambda paired, separate: paired, "width of the paired interval"),
        (lambda paired, separate: -2.0, "above zero"),
        (lambda paired, separate: 50.0, "Divide the width"),
        (lambda paired, separate: [paired, separate], "of type list"),
        (lambda paired, separate: float("inf"), "it is inf"),
    ],
)
def test_wrong_answers_to_2(pairs, wrong, says):
    right, message = grading.grade("five_runs.2", wrong(*widths(**pairs)), **pairs)
    assert not right
    assert says in message


def solution(a, b):
    whole = np.isfinite(a) & np.isfinite(b)
    difference = paired_difference(a[whole], b[whole])
    if difference.high < 0:
        return "a"
    if difference.low > 0:
        return "b"
    return "undecided"


def test_solution_of_3_passes():
    right, message = grading.grade("five_runs.3", solution)
    assert right, message


def swapped(a, b):
    return {"a": "b", "b": "a"}.get(solution(a, b), "undecided")


def forced(a, b):
    return "a" if np.nanmean(a) < np.nanmean(b) else "b"


def unpaired(a, b):
    whole = np.isfinite(a) & np.isfinite(b)
    interval = stats.ttest_ind(a[whole], b[whole]).confidence_interval()
    return "a" if interval.high < 0 else "b" if interval.low > 0 else "undecided"


def judged(high, a, b):
    whole = np.isfinite(a) & np.isfinite(b)
    gap = (a - b)[whole]
    reach = high(gap)
    return "undecided" if abs(gap.mean()) < reach else "a" if gap.mean() < 0 else "b"


def by_errors(count):
    return partial(judged, lambda gap: count * stats.sem(gap))


def at_level(level):
    """By this quantile of Student's t, as 0.975 is for 95 %."""
    return partial(
        judged, lambda gap: stats.sem(gap) * stats.t.ppf(level, len(gap) - 1)
    )


def filled(value):
    return lambda a, b: solution(*(np.where(np.isfinite(e), e, value) for e in (a, b)))


def all_runs(a, b):
    difference = paired_difference(a, b)
    return "a" if difference.high < 0 else "b" if difference.low > 0 else "undecided"


def shifted(a, b):
    return solution(a[np.isfinite(a)], b[np.isfinite(b)])


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "in place of the dots"),
        (swapped, "the *lower* mean wins"),
        (forced, "Zero is inside the 95 % interval"),
        (unpaired, "Compare in pairs"),
        (all_runs, "ended in ValueError"),
        (shifted, "ended in ValueError"),
        (by_errors(1), 'instead of "undecided". Zero is inside'),
        (by_errors(2), "For 9 pairs"),  # Student's t needs more for so few
        (by_errors(3), "does not contain zero"),
        (at_level(0.95), "Zero is inside"),  # one-sided
        (at_level(0.995), "does not contain zero"),  # 99 %
        (partial(judged, lambda gap: 0.5), "does not contain zero"),
        (partial(judged, lambda gap: 0.1), "Zero is inside"),
        (filled(0), "Leave out the pairs"),
        (filled(1e3), "Leave out the pairs"),
        (filled(20), "Leave out the pairs"),
        (lambda a, b: True, "it returned True"),
        (lambda a, b: None, "returns nothing"),
        (lambda a: "a", "ended in TypeError"),
        ("a", "of type str"),
        (float("nan"), "of type float"),
    ],
)
def test_wrong_answers_to_3(answer, says):
    right, message = grading.grade("five_runs.3", answer)
    assert not right
    assert says in message
