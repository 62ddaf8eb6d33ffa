"""A9: do the lasso's non-zero weights show which ten of 50 features matter?

200 draws of 100 rows, with a sixteenth as much noise as signal. Five-fold
cross-validation gives an error for each of 100 strengths, and the largest strength
whose error is within one standard error of the smallest is taken. The list of features
that it leaves is judged by its F1 score: 1 for the ten and nothing else.
"""

import numpy as np
from sklearn.metrics import f1_score
from sklearn.model_selection import KFold

from tests.second_opinion import mean, show
from tests.second_opinion.lasso import draw, path, strengths


def score(rng):
    x, y, weights, _ = draw(rng, matter=10, noise_to_signal=1 / 16)
    grid, errors = strengths(x, y, 0.001, 100), []
    for kept, held in KFold(5).split(x):
        missed = y[held, None] - x[held] @ path(x[kept], y[kept], grid)
        errors.append((missed**2).mean(axis=0))
    error, spread = np.mean(errors, axis=0), np.std(errors, axis=0, ddof=1)
    limit = error.min() + spread[error.argmin()] / np.sqrt(5)
    first = np.flatnonzero(error <= limit)[0]  # the strengths fall
    return f1_score(weights != 0, path(x, y, grid)[:, first] != 0)


def derive():
    rng = np.random.default_rng(109)
    return {"F1 by the one-standard-error rule": mean([score(rng) for _ in range(200)])}


if __name__ == "__main__":
    show("A9", derive)
