"""A19: does batch size 1 make training noisier?

250 of post A's networks with the post's L2, on batches of 1, 8 and 40 of the 40 points.
Each network shuffles its points anew in each epoch. The error on the test points is
taken after each step of the last 20 epochs; its standard deviation within a run is the
jitter. All three sizes have the same data and starts, and the loss is the mean over a
batch.
"""

import numpy as np

from tests.second_opinion import mean, show
from tests.second_opinion.post_a import (
    LARGE,
    TESTS,
    Network,
    draw,
    everywhere,
    test_error,
)

RUNS = 250


def jitter(size):
    rng = np.random.default_rng(119)
    network, all_y, all_x = Network(LARGE, RUNS, rng), draw(RUNS, rng), everywhere(RUNS)
    x, y, errors = all_x[~TESTS], all_y[~TESTS], []
    for epoch in range(100):
        order = rng.permuted(np.tile(np.arange(40)[:, None], RUNS), axis=0)
        for batch in np.split(order, 40 // size):
            network.step(x[batch, range(RUNS)], y[batch, range(RUNS)], l2=0.15)
            if epoch >= 80:
                errors.append(test_error(network, all_y))
    return np.std(errors, axis=0, ddof=1)


def derive():
    one = jitter(1)
    return {f"jitter, 1 minus {size}": mean(one - jitter(size)) for size in (8, 40)}


if __name__ == "__main__":
    show("A19", derive)
