"""B6: is L2 usually more accurate than L1?

200 draws of 100 rows and 50 features, with a tenth as much noise as signal, where
either all features matter or ten. Both penalties choose their strength on 100 other
rows. Their error on new data needs no test set: for independent features it is the
variance of the noise plus the squared distance of the weights from the true ones.
"""

import numpy as np

from tests.second_opinion import ratio, show
from tests.second_opinion.lasso import draw, path, strengths


def ridge_path(x, y, strengths):
    n, (values, vectors) = len(y), np.linalg.eigh(x.T @ x)
    along = vectors.T @ (x.T @ y)
    return vectors @ (along[:, None] / (values[:, None] + n * strengths))


def errors(rng, matter):
    """Of L1 and of L2."""
    x, y, weights, variance = draw(rng, matter, noise_to_signal=0.1, rows=200)
    x, x_held, y, y_held = *np.split(x, 2), *np.split(y, 2)
    found = []
    for weighed in (
        path(x, y, strengths(x, y, 1e-4, 100)),
        ridge_path(x, y, np.geomspace(1e-5, 1e3, 100)),
    ):
        held = ((y_held[:, None] - x_held @ weighed) ** 2).sum(axis=0)
        off = weighed[:, held.argmin()] - weights
        found.append(variance + np.sum(off**2))
    return found


def derive():
    rng = np.random.default_rng(206)
    return {
        f"error of L1 by that of L2, {matter} of 50 matter": ratio(
            *np.transpose([errors(rng, matter) for _ in range(200)])
        )
        for matter in (50, 10)
    }


if __name__ == "__main__":
    show("B6", derive)
