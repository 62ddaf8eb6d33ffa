"""Checkers of ``shrink_or_select``: shrinkage and selection."""

import numpy as np

from utils.exercises.grading import Wrong, compare, exercise, number, numbers


@exercise("shrink_or_select.1")
def _threshold(answer, least_squares, lam):
    """The lasso's weights for orthonormal features."""
    z = np.asarray(least_squares, dtype=float)
    mistakes = {
        "These are the weights without a penalty: where is λ?": z,
        "That is what L2 does: it divides. L1 subtracts.": z / (1 + lam),
        "Small weights do go to zero, but the large ones do not stay as they are: they "
        "lose λ, too.": np.where(np.abs(z) > lam, z, 0),
        "Mind the signs: toward zero is down for a positive weight and up for a "
        "negative one.": z - lam,
        "No weight passes through zero: where λ is more than the weight has, it stops "
        "there.": np.sign(z) * (np.abs(z) - lam),
    }
    right = np.sign(z) * np.maximum(np.abs(z) - lam, 0)
    found = numbers(answer, f"{z.size} numbers, one for each weight", z.size)
    compare(found, right, mistakes, "Go through the three cases for each weight again.")
    return "Every weight moves toward zero by λ, and one of them arrives."


@exercise("shrink_or_select.2")
def _last_weight(answer, x, y, l1_ratio):
    """The smallest alpha at which all of the elastic net's weights are zero."""
    found = number(answer, "one number, the smallest alpha")
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    pulls = x.T @ y / len(y)
    strongest = np.abs(pulls).max()
    right = strongest / l1_ratio
    mistakes = {
        "Almost: the objective divides the fit by n.": right * len(y),
        "You divide by the number of features, the objective by that of rows.": (
            right * len(y) / x.shape[1]
        ),
        "A feature can pull downward, too: take absolute values before you look for "
        "the strongest.": pulls.max() / l1_ratio,
        "That would be the lasso's. Here only a part of alpha is L1.": strongest,
        "Only a part of alpha is L1, so it takes more of it, not less.": (
            strongest * l1_ratio
        ),
        "That is the share of L2. Which of the two can hold a weight at zero?": (
            strongest / (1 - l1_ratio)
        ),
        "There is a factor 2 too much: that of 1/(2n) goes when you differentiate.": (
            2 * right
        ),
        "That is half of it: the 2 of 1/(2n) goes when you differentiate.": right / 2,
        "At this alpha only the feature that pulls least is out; all have to be.": (
            np.abs(pulls).min() / l1_ratio
        ),
    }
    advice = "some weights are left" if found < right else "a smaller alpha also does"
    compare(found, right, mistakes, f"Not this one: here, {advice}.")
    return (
        "At zero the L2 part has no slope, so L1 alone must hold against the strongest "
        "pull."
    )


@exercise("shrink_or_select.3")
def _extra_rows(answer, x, y, lam):
    """Data on which ordinary least squares gives ridge's weights."""
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    n, p = x.shape
    x_more, y_more = _rows(answer, n, p)
    found = np.linalg.lstsq(x_more, y_more, rcond=None)[0]

    def ridge(alpha, pull=0.0):
        return np.linalg.solve(x.T @ x + alpha * np.eye(p), x.T @ y + pull)

    mistakes = {
        "The new rows change nothing: this is plain least squares.": ridge(0),
        "The errors of the new rows get squared, too: take the square root of nλ.": (
            ridge((n * lam) ** 2)
        ),
        "Our objective divides the fit by n, so ridge adds nλ, not λ.": ridge(lam),
        "The errors of the new rows get squared, and our objective divides the fit by "
        "n: it is the square root of nλ that you need.": ridge(lam**2),
        "The new targets pull the weights away from zero: what should they be?": (
            ridge(n * lam, pull=np.sqrt(n * lam))
        ),
    }
    advice = "Compare the squared errors of the new rows with nλ times the sum of w²."
    compare(found, ridge(n * lam), mistakes, advice)
    return "An L2 penalty is a row of made-up data for every weight."


def _rows(answer, n, p):
    """The answer as (x_more, y_more), or Wrong if least squares cannot use them."""
    if not isinstance(answer, (tuple, list)) or len(answer) != 2:
        raise Wrong("The answer should be a pair: answer = (x_more, y_more).")
    x_more = numbers(answer[0], "a pair, with a matrix x_more of finite numbers first")
    y_more = numbers(answer[1], "a pair, with finite targets y_more second").ravel()
    if x_more.ndim != 2 or x_more.shape[1] != p:
        raise Wrong(
            f"x_more should have {p} columns, one for each feature; its shape is "
            f"{x_more.shape}."
        )
    if len(x_more) != len(y_more):
        raise Wrong(
            f"x_more has {len(x_more)} rows and y_more {len(y_more)} targets: every "
            "new row needs a target."
        )
    if len(x_more) <= n:
        raise Wrong(f"The data have {n} rows; keep them and put new rows below.")
    return x_more, y_more
