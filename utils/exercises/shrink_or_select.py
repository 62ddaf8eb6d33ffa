"""Checkers of ``shrink_or_select``: shrinkage and selection."""

import numpy as np

from utils.exercises.grading import Wrong, compare, exercise, number, numbers


@exercise("shrink_or_select.1")
def threshold(answer, least_squares, lam):
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
def last_weight(answer, x, y):
    """The smallest λ at which all of the lasso's weights are zero."""
    found = number(answer, "one number, the smallest λ")
    pulls = np.asarray(x, dtype=float).T @ np.asarray(y, dtype=float) / len(y)
    right = np.abs(pulls).max()
    mistakes = {
        "Almost: our objective divides the fit by n.": right * len(y),
        "A feature can pull downward, too: take absolute values before you look for "
        "the strongest.": pulls.max(),
        "That is the strength c of L1(c) in Keras with the loss mse: twice our λ.": (
            2 * right
        ),
        "That is half of it: the 2 of 1/(2n) goes when you differentiate.": right / 2,
        "At this λ only the feature that pulls least is out; all have to be.": (
            np.abs(pulls).min()
        ),
    }
    advice = "some weights are left" if found < right else "a smaller λ also does it"
    compare(found, right, mistakes, f"Not this one: here, {advice}.")
    return "From the strongest pull on, every feature stays out."


@exercise("shrink_or_select.3")
def extra_rows(answer, x, y, lam):
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
