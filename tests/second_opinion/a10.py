"""A10: L1 is not differentiable at 0: can it be minimized all the same?

100 problems of 100 rows and 50 features, all at once, with a tenth of the strength that
leaves no weight. Proximal gradient and coordinate descent go 200 times through the
data, from zero. The minimum that they are compared with comes from another algorithm,
which follows the exact path from knot to knot.
"""

import numpy as np

from tests.second_opinion import mean, show
from tests.second_opinion.lasso import draw, path, strengths


def objective(x, y, w, s):
    missed = y - np.einsum("dnp,dp->dn", x, w)
    return (missed**2).mean(axis=1) / 2 + s * np.abs(w).sum(axis=1)


def toward_zero(w, by):
    return np.sign(w) * np.maximum(np.abs(w) - by, 0)


def proximal_gradient(x, y, s):
    w, n = np.zeros((x.shape[0], x.shape[2])), x.shape[1]
    step = n / np.linalg.norm(x, 2, axis=(1, 2))[:, None] ** 2
    for _ in range(200):
        missed = y - np.einsum("dnp,dp->dn", x, w)
        w = w + step * np.einsum("dnp,dn->dp", x, missed) / n
        w = toward_zero(w, step * s[:, None])
    return w


def coordinate_descent(x, y, s):
    w, missed = np.zeros((x.shape[0], x.shape[2])), y.copy()
    for j in np.tile(np.arange(x.shape[2]), 200):
        column, before = x[:, :, j], w[:, j].copy()
        size = (column**2).mean(axis=1)
        pull = (column * missed).mean(axis=1) + size * before
        w[:, j] = toward_zero(pull, s) / size
        missed += column * (before - w[:, j])[:, None]
    return w


def derive():
    rng = np.random.default_rng(110)
    drawn = [draw(rng, matter=10, noise_to_signal=1 / 4)[:2] for _ in range(100)]
    s = np.array([strengths(x, y, 0.1, 2)[-1] for x, y in drawn])
    exact = [path(*pair, [each])[:, 0] for pair, each in zip(drawn, s, strict=True)]
    x, y = (np.array(part) for part in zip(*drawn, strict=True))
    lowest = objective(x, y, np.array(exact), s)
    return {
        f"above the minimum, {method.__name__.replace('_', ' ')}": mean(
            objective(x, y, method(x, y, s), s) / lowest - 1
        )
        for method in (proximal_gradient, coordinate_descent)
    }


if __name__ == "__main__":
    show("A10", derive)
