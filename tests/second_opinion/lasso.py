"""Sparse linear data, and the lasso's exact path by least-angle regression.

All over, the objective is |y - Xw|**2 / (2n) + s * sum(|w|), without an intercept.
"""

import numpy as np
from sklearn.linear_model import lars_path


def draw(rng, matter, noise_to_signal, rows=100, features=50):
    """x with independent features, y, the true weights, the variance of the noise.

    The first weights matter: random signs, sizes from U(0.5, 1.5). The others are 0.
    """
    weights = np.zeros(features)
    weights[:matter] = rng.choice([-1, 1], matter) * rng.uniform(0.5, 1.5, matter)
    x = rng.normal(size=(rows, features))
    variance = noise_to_signal * np.sum(weights**2)
    return x, x @ weights + rng.normal(0, variance**0.5, rows), weights, variance


def strengths(x, y, lowest, count):
    """From the strength that leaves no weight down to ``lowest`` times that."""
    return np.abs(x.T @ y).max() / len(y) * np.geomspace(1, lowest, count)


def path(x, y, strengths):
    """The minimum for each strength, (features, strengths).

    The path is straight between its knots, and there are no other exact zeros than
    those that the knots at both sides share.
    """
    knots, _, weights = lars_path(x, y, method="lasso")
    place = np.interp(strengths, knots[::-1], np.arange(len(knots))[::-1])
    left = np.minimum(place.astype(int), len(knots) - 2)
    return weights[:, left] * (1 - place + left) + weights[:, left + 1] * (place - left)
