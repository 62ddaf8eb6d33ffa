"""Verdicts of the ledger, derived a second time by programs that share nothing.

Each program here, named by its claim, starts from the claim's primary condition as
``claims.toml`` words it and goes all the way to a verdict: with NumPy, SciPy or
scikit-learn alone, data drawn by code of its own, seeds of its own, and where there is
one, another method. From ``utils`` comes the threshold, and nothing else. So a slip of
the first program, or an unlucky seed, would show as a disagreement.

    python -m tests.second_opinion.a11

prints what a program finds. Conditions, seeds and numbers of replicates were written
down before the first run, and are not to be tuned: where the two programs disagree,
one of them is wrong, or the data do not say.
"""

import operator
import time

import numpy as np
from scipy import stats
from threadpoolctl import threadpool_limits

from utils.claims import CLAIMS

RELATIONS = {">": operator.gt, "<": operator.lt}


def expected(claim):
    """What the claim implies for the numbers: "> 0.5", "< 1.1", or "yes"."""
    return CLAIMS[claim]["expect"]


def mean(values):
    """Mean and its 95 % interval (Student's t) over independent replicates."""
    values = np.asarray(values, "float64")
    half = stats.t.ppf(0.975, len(values) - 1) * stats.sem(values)
    return values.mean(), values.mean() - half, values.mean() + half


def ratio(a, b):
    """Geometric mean of the paired ratios a / b, and its 95 % interval."""
    return tuple(np.exp(mean(np.log(a) - np.log(b))))


def share(flags):
    """Share of replicates that are true, and its exact 95 % interval."""
    test = stats.binomtest(int(np.sum(flags)), len(flags))
    return test.statistic, *test.proportion_ci(method="exact")


def verdict(claim, found):
    """What {case: (estimate, low, high), or true or false} makes of the claim."""
    bears = [_bears(expected(claim), value) for value in found.values()]
    by_cases = "cases" in CLAIMS[claim]
    if by_cases and set(bears) == {True, False}:
        return "depends"
    if all(each is True for each in bears):
        return "holds"
    fails = all if by_cases else any  # otherwise every part has to meet the threshold
    return "fails" if fails(each is False for each in bears) else "open"


def _bears(expect, found):
    """True, False, or None where the interval contains the threshold."""
    if expect == "yes":
        return bool(found)
    relation, threshold = expect.split()
    ends = {bool(RELATIONS[relation](end, float(threshold))) for end in found[1:]}
    return ends.pop() if len(ends) == 1 else None


def show(claim, derive):
    """Run a program and print what it found."""
    began = time.process_time()
    with threadpool_limits(1):  # for matrices this small, one thread is the fastest
        found = derive()
    print(f"{claim}: {CLAIMS[claim]['claim']}")
    for case, value in found.items():
        if isinstance(value, tuple):
            estimate, low, high = value
            value = f"{estimate:.4g}, 95 % interval {low:.4g} to {high:.4g}"
        print(f"  {case}: {value}")
    print(f"  threshold: {expected(claim)}")
    print(f"  verdict: {verdict(claim, found)}; ledger: {CLAIMS[claim]['verdict']}")
    print(f"  ({time.process_time() - began:.1f} seconds of one processor)")
