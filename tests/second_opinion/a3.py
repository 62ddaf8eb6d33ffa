"""A3: is an L1 penalty robust to outliers?

Post A's network and loss, with all outliers 50 too high, once without a penalty and
once with L1. How much nearer to the clean line does the penalty end, if training goes
on until nothing moves? Two ways. 250 networks are trained for 1,000 epochs, while the
rate falls to zero. And 1,000 minima are computed without training: a line of slope s
needs weights of at least 4 |s|**(1/4) in four layers (a single path of four equal
weights), so that a line is all there is to choose; and the best one goes through two of
the 40 points, or is flat, since the loss bends only there and the penalty bends down
everywhere else.
"""

from itertools import combinations

import numpy as np

from tests.second_opinion import mean, show
from tests.second_opinion.post_a import (
    LARGE,
    PLACES,
    RATE,
    TESTS,
    Network,
    draw,
    everywhere,
    off_the_line,
)

EPOCHS, OFFSET = 1_000, 50


def trained(l1):
    rng = np.random.default_rng(103)
    network, y, x = Network(LARGE, 250, rng), draw(250, rng, OFFSET), everywhere(250)
    order = np.tile(np.flatnonzero(~TESTS), EPOCHS)
    for t, i in enumerate(order):
        network.step(x[[i]], y[[i]], RATE * (1 - t / len(order)), l1)
    return off_the_line(network, y)


def best_line(x, y, l1):
    """Distance from the clean line of the best of 780 lines and the flat one."""
    first, other = np.transpose(list(combinations(range(len(x)), 2)))
    slopes = (y[other] - y[first]) / (x[other] - x[first])
    heights = np.append(y[first] - slopes * x[first], np.median(y))
    slopes = np.append(slopes, 0)
    loss = np.abs(slopes[:, None] * x + heights[:, None] - y).mean(axis=1)
    best = np.argmin(loss + l1 * 4 * np.abs(slopes) ** 0.25)
    return np.abs(slopes[best] * PLACES + heights[best] - (2 * PLACES + 1)).mean()


def minima(l1):
    ys = draw(1_000, np.random.default_rng(104), OFFSET)[~TESTS].T
    return np.array([best_line(PLACES[~TESTS], y, l1) for y in ys.astype(float)])


def derive():
    return {
        "saved by L1, trained": mean(trained(0.0) - trained(0.3)),
        "saved by L1, at the minimum": mean(minima(0.0) - minima(0.3)),
    }


if __name__ == "__main__":
    show("A3", derive)
