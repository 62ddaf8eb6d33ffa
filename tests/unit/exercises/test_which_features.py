import numpy as np
import pytest
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Lasso

from utils.exercises import grade


@pytest.mark.parametrize(
    ("answer", "right", "says"),
    [
        ((5, 4.8), True, "L2 charges less when it is shared"),
        (np.array([[5.0], [4.8]]), True, "L1 charges for the sum, 5"),
        (..., False, "in place of the dots"),
        ((4.8, 5), False, "wrong way around"),
        ((1.25, 1.2), False, "what do they add up to?"),
        ((2, 4.8), False, "L1: λ is paid once for the sum"),
        ((20, 4.8), False, "L1: the copies share one weight"),
        ((1.25, 4.8), False, "L1: that is one copy's weight"),
        ((6, 4.8), False, "L1: that is without a penalty"),
        ((3, 4.8), False, "L1: that is what L2 does to a single feature"),
        ((5, 3), False, "L2: that is right for a single feature"),
        ((5, 1.2), False, "L2: that is one copy's weight"),
        ((5, 12), False, "L2: the copies share one weight"),
        ((5, 6), False, "L2: that is without a penalty"),
        ((7, 7), False, "L1: write the objective as a function of s"),
        ((2, 3), False, "L1: λ is paid once for the sum, not once for each copy. L2:"),
        (5, False, "a pair of numbers"),
        ((5,), False, "it holds 1"),
        ((5, float("nan")), False, "not finite"),
        ("5, 4.8", False, "of type str"),
    ],
)
def test_copies(answer, right, says):
    found, message = grade("which_features.1", answer, least_squares=6, copies=4, lam=1)
    assert (found, says in message) == (right, True), message


def sharing_costs_more(z, m, lam):
    return z / (1 + m * lam)


def test_copies_of_another_size():
    """Where four copies at λ = 1 give a coincidence, another size does not."""
    context = {"least_squares": 10, "copies": 3, "lam": 2}
    assert grade("which_features.1", (8, 6), **context)[0]
    message = grade("which_features.1", (8, sharing_costs_more(10, 3, 2)), **context)[1]
    assert "sharing makes the penalty smaller" in message


@pytest.fixture(scope="module")
def diabetes():
    x, y = load_diabetes(return_X_y=True)
    model = Lasso(alpha=5, fit_intercept=False).fit(x / x.std(axis=0), y - y.mean())
    return {"x": x, "w": model.coef_}


def size(x):
    return np.abs(np.corrcoef(x, rowvar=False))


def good(x, w, t):
    return [j for j in np.flatnonzero(w == 0) if np.any(size(x)[j, w != 0] >= t)]


def by_mask(x, w, t):
    return np.flatnonzero((w == 0) & ((size(x) >= t) & (w != 0)).any(axis=1))


def plain_loop(x, w, t):
    found = []
    for j in range(len(w)):
        for k in range(len(w)):
            alike = abs(np.corrcoef(x[:, j], x[:, k])[0, 1]) >= t
            if w[j] == 0 and w[k] != 0 and alike and j not in found:
                found.append(j)
    return found


def signed(x, w, t):
    close = np.corrcoef(x, rowvar=False) >= t
    return [j for j in np.flatnonzero(w == 0) if np.any(close[j, w != 0])]


def kept_ones(x, w, t):
    return [j for j in np.flatnonzero(w) if np.any(size(x)[j, w == 0] >= t)]


def kept_too(x, w, t):
    return [j for j in range(len(w)) if np.any(size(x)[j, w != 0] >= t)]


def anyone(x, w, t):
    close = size(x) - np.eye(len(w)) >= t
    return [j for j in np.flatnonzero(w == 0) if np.any(close[j])]


def with_itself(x, w, t):
    return [j for j in np.flatnonzero(w == 0) if np.any(size(x)[j] >= t)]


def covariance(x, w, t):
    close = np.abs(np.cov(x, rowvar=False)) >= t
    return [j for j in np.flatnonzero(w == 0) if np.any(close[j, w != 0])]


@pytest.mark.parametrize(
    ("answer", "right", "says"),
    [
        (good, True, "no verdict on the feature"),
        (by_mask, True, "no verdict on the feature"),
        (plain_loop, True, "no verdict on the feature"),
        (lambda *a: set(good(*a)), True, "no verdict on the feature"),
        (lambda *a: tuple(float(j) for j in good(*a)), True, "no verdict"),
        (..., False, "in place of the dots"),
        (signed, False, "without their signs"),
        (kept_ones, False, "features that were kept"),
        (kept_too, False, "features that were kept"),
        (anyone, False, "only a feature whose weight is not 0"),
        (with_itself, False, "always correlated with itself"),
        (covariance, False, "Covariances depend on the units"),
        (lambda x, w, t: [], False, "[1, 2] should be in the list"),
        (lambda x, w, t: good(x, w, 0.99), False, "should be in the list"),
        (lambda x, w, t: [1, 2, 3], False, "[3] should not"),
        (lambda x, w, t: good(x, w, 0.8), False, "For the diabetes data and t = 0."),
        (lambda x, w, t: [99], False, "There is no feature 99"),
        (lambda x, w, t: w == 0, False, "np.flatnonzero turns them"),
        (lambda x, w, t: [-1], False, "whole numbers, from 0 on"),
        (lambda x, w, t: [0.5], False, "whole numbers, from 0 on"),
        (lambda x, w, t: 1, False, "a list of numbers of features"),
        (lambda x, w, t: "1, 2", False, "a list of numbers of features"),
        (lambda x, w, t: [float("nan")], False, "not finite"),
        (lambda x, w, t: None, False, "end in `return`"),
        (lambda x, w, t: 1 / 0, False, "ended in ZeroDivisionError"),
        (lambda x, w: [], False, "ended in TypeError"),
        ([1, 2], False, "a function of x, w and t"),
    ],
)
def test_stand_ins(diabetes, answer, right, says):
    found, message = grade("which_features.2", answer, **diabetes)
    assert (found, says in message) == (right, True), message
