"""What numbers say for or against a threshold."""

import operator
import re
from collections.abc import Iterable

from scipy import stats

from utils.statistics import LEVEL, Estimate

RELATIONS = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


def threshold(expect: str) -> tuple[str, float]:
    """Return the relation and the number of an ``expect``, such as "> 0".

    Raises:
        ValueError: If it is none.
    """
    match = re.fullmatch(r"(>=|<=|>|<) *([-+.\de]+)", expect)
    if not match:
        raise ValueError(f'expect must be like "> 0" or "<= 1.5", got {expect!r}')
    return match[1], float(match[2])


def meets(found: Estimate | bool, expect: str) -> bool:
    """Return whether the whole interval meets ``expect``; "yes", "no" for a bool."""
    if expect in ("yes", "no"):
        return found is (expect == "yes")
    relation, bound = threshold(expect)
    return all(RELATIONS[relation](end, bound) for end in (found.low, found.high))


def holm(evidence: Iterable[Estimate | bool], expect: str) -> list[bool | None]:
    """Return for each piece of evidence whether it meets ``expect``; None: open.

    One piece is decided by its own 95 % interval. Several are decided together, so
    that the chance that any of them is decided wrongly stays at 5 %: by the steps of
    Holm (1979), from the clearest to the least clear.
    """
    evidence = list(evidence)
    votes: list[bool | None] = [None] * len(evidence)
    by_clearness = sorted(range(len(evidence)), key=lambda k: p(evidence[k], expect))
    for step, k in enumerate(by_clearness):
        if p(evidence[k], expect) > (1 - LEVEL) / (len(evidence) - step) + 1e-12:
            break
        found = evidence[k]
        if isinstance(found, bool):
            votes[k] = found
        else:
            relation, bound = threshold(expect)
            votes[k] = bool(RELATIONS[relation](found.value, bound))
    return votes


def p(found: Estimate | bool, expect: str) -> float:
    """Return the p-value of a number against the threshold of ``expect``.

    From the half of its interval that points to the threshold, as Student's t.
    """
    if isinstance(found, bool):
        return 0.0
    _, bound = threshold(expect)
    half = found.value - found.low if found.value > bound else found.high - found.value
    away = abs(found.value - bound)
    if half <= 0:
        return 0.0 if away else 1.0
    degrees = max(found.n - 1, 1)
    return float(
        2 * stats.t.sf(away / half * stats.t.ppf(0.5 + LEVEL / 2, degrees), degrees)
    )


def shown(found: Estimate | bool) -> str:
    """Return a number with its interval, or yes or no."""
    if isinstance(found, bool):
        return "yes" if found else "no"
    gap = "\N{NO-BREAK SPACE}"
    if found.low == found.high:  # exact
        return f"{found.value:.3g}"
    return f"{found.brief()}, n{gap}={gap}{found.n:,}"
