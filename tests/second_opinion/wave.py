"""Post B's polynomial, for many data sets at once: 30 noisy points of a wave.

The points stand from -1 to 1, both ends included; the curve is sin(4x + 1), and the
noise has a standard deviation of 0.3. A fit is judged by its mean squared distance from
the curve at 201 places. Points at the ends are never held back: beyond its outermost
point a polynomial has to guess.
"""

import numpy as np
from numpy.polynomial import chebyshev

STRENGTHS = np.logspace(-16, 1, 52)


def curve(x):
    return np.sin(4 * x + 1)


def draw(sets, rng):
    """x (30,), y (30, sets), and the 201 places where fits are judged."""
    x = np.linspace(-1, 1, 30)
    y = curve(x)[:, None] + rng.normal(0, 0.3, (30, sets))
    return x, y, np.linspace(-1, 1, 201)


def off_the_curve(predicted):
    """For predictions (..., 201, sets): (..., sets)."""
    truth = curve(np.linspace(-1, 1, 201))[:, None]
    return ((predicted - truth) ** 2).mean(axis=-2)


def least_squares(x, y, where, degree):
    """Chebyshev's polynomials span the same curves as powers, and are told apart."""
    weights = chebyshev.chebfit(x, y, degree)
    return chebyshev.chebval(where, weights).T


def ridge_path(x, y, where, degree=20):
    """Plain L2 on the weights of x, x**2, ...: the mean squared error + s * sum(w**2).

    The bias is free. Returns predictions (strengths, places), or with y (points, sets)
    (strengths, places, sets).
    """
    powers = np.arange(1, degree + 1)
    columns, wanted = x[:, None] ** powers, where[:, None] ** powers
    center = columns.mean(axis=0)
    u, d, vt = np.linalg.svd(columns - center, full_matrices=False)
    along = np.tensordot(u.T, y - y.mean(axis=0), 1)  # (directions,) or (.., sets)
    kept = d / (d**2 + len(x) * STRENGTHS[:, None])
    onto = (wanted - center) @ vt.T
    return y.mean(axis=0) + np.einsum("wd,sd,d...->sw...", onto, kept, along)


def turns(rng):
    """The 28 inner points in four random turns of seven: (held back, kept) of each."""
    return [
        (held, np.setdiff1d(np.arange(30), held))
        for held in rng.permutation(np.arange(1, 29)).reshape(4, 7)
    ]


def pick(errors, outcomes):
    """Of each data set, the outcome of the setting with the smallest error."""
    return outcomes[errors.argmin(axis=0), np.arange(errors.shape[1])]
