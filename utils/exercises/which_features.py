"""Checkers of ``which_features``: selection and correlated features."""

import numpy as np

from utils.exercises.grading import Wrong, call, compare, exercise, numbers, refuse


@exercise("which_features.1")
def _copies(answer, least_squares, copies, lam):
    """What the weights of a feature's copies add up to, under L1 and under L2."""
    z, m = float(least_squares), int(copies)
    right = np.array([z - lam, m * z / (m + lam)])
    l1, l2 = right
    found = numbers(answer, "a pair of numbers: the sum under L1, under L2", 2)
    mistakes = {
        "The two are the wrong way around: first L1, then L2.": right[::-1],
        "Each number is one copy's weight when all share evenly: what do they add up "
        "to?": right / m,
    }
    said = []
    for k, mistakes_of in enumerate((_mistakes_l1, _mistakes_l2)):
        advice = "write the objective as a function of s."
        try:
            compare(found[k], right[k], mistakes_of(z, m, lam), advice)
        except Wrong as wrong:
            said.append(f"L{k + 1}: {wrong}")
    compare(found, right, mistakes, " ".join(said))
    return (
        f"L1 charges for the sum, {l1:g}. L2 charges less when it is shared, so more "
        f"is left than the {z / (1 + lam):g} of a single feature: {l2:g}."
    )


def _mistakes_l1(z, m, lam):
    return {
        "λ is paid once for the sum, not once for each copy.": max(z - m * lam, 0),
        "the copies share one weight; it is not found once for each.": m * (z - lam),
        "that is one copy's weight when all share evenly, not their sum.": (
            (z - lam) / m
        ),
        "that is without a penalty.": z,
        "that is what L2 does to a single feature.": z / (1 + lam),
    }


def _mistakes_l2(z, m, lam):
    return {
        "that is right for a single feature, and copies can share.": z / (1 + lam),
        "that is one copy's weight, not their sum.": z / (m + lam),
        "the copies share one weight; it is not found once for each.": (
            m * z / (1 + lam)
        ),
        "sharing makes the penalty smaller, not larger: Σw² is s²/m.": (
            z / (1 + m * lam)
        ),
        "that is without a penalty.": z,
    }


@exercise("which_features.2")
def _stand_ins(answer, x, w):
    """Which dropped features are correlated with one that was kept."""
    x, w = np.asarray(x, dtype=float), np.asarray(w, dtype=float)
    # Feature 1 follows 0, 2 opposes it, 3 and 4 are alike, 5 is like no other.
    a, b, c, d, e = 3 * np.random.default_rng(0).normal(size=(60, 5)).T
    follows, opposes = 0.01 * (a + 0.3 * b) + 5, -a + 0.2 * b
    made = np.column_stack([a, follows, opposes, c, c + 0.1 * d, e])
    cases = [
        ("a made-up case", made, np.array([-2.0, 0, 0, 0, 0, 0]), 0.8),
        ("another made-up case", made[:, ::-1], np.array([0, 0, 0, 0, 1.0, -1.0]), 0.8),
        ("a case in which nothing is kept", made, np.zeros(6), 0.8),
        *((f"the diabetes data and t = {t}", x, w, t) for t in (0.5, 0.7, 0.95)),
    ]
    for case, x_, w_, t in cases:
        found = call(answer, x=x_, w=w_, t=t, case=case)
        _compare_sets(_places(found, case, len(w_)), x_, w_, t, case)
    return "A zero whose place may have been taken is no verdict on the feature."


def _places(found, case, p):
    """The answer as a set of numbers of features."""
    wanted = f"a list of numbers of features, for {case}, too"
    found = list(found) if isinstance(found, set | frozenset | range) else found
    if np.size(found) == 0 and np.ndim(found) == 1:
        return set()
    if np.asarray(found).dtype == bool:
        raise Wrong("These are booleans. np.flatnonzero turns them into numbers.")
    values = numbers(found, wanted)
    refuse(
        {
            f"The answer should be {wanted}: whole numbers, from 0 on.": bool(
                np.any(values != np.round(values)) or values.min() < 0
            ),
            f"There is no feature {values.max():g} in {case}.": values.max() >= p,
        }
    )
    return set(values.astype(int).ravel().tolist())


def _compare_sets(found, x, w, t, case):
    out, kept = np.flatnonzero(w == 0), np.flatnonzero(w)

    def those(matrix, rows, columns):
        return {int(j) for j in rows if np.any(matrix[j, columns] >= t)}

    signed = np.corrcoef(x, rowvar=False)
    size, others = np.abs(signed), np.abs(signed) - np.eye(len(w))
    if found == (right := those(size, out, kept)):
        return
    every = np.arange(len(w))
    refuse(
        {
            "A feature that falls when another rises says the same: take the "
            "correlations without their signs.": found == those(signed, out, kept),
            "You list features that were kept; asked are those whose weight is 0.": (
                found == those(others, kept, out) or found == right | set(kept.tolist())
            ),
            "That is no matter of who was kept: only a feature whose weight is not 0 "
            "can stand in.": found == those(others, out, every),
            "A feature is always correlated with itself, so all dropped ones are in "
            "your list. Look at the columns of the kept ones only.": (
                bool(right != set(out.tolist())) and found == set(out.tolist())
            ),
            "Covariances depend on the units. Correlations do not.": bool(
                found and found == those(np.abs(np.cov(x, rowvar=False)), out, kept)
            ),
        }
    )
    missing, extra = sorted(right - found), sorted(found - right)
    said = [f"{missing} should be in the list"] if missing else []
    said += [f"{extra} should not"] if extra else []
    raise Wrong(f"For {case}, {' and '.join(said)}.")
