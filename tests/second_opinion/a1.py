"""A1: does a penalized model generalize better than an unpenalized one?

Two cases. A polynomial of degree 20 through 30 noisy points of a wave, with the
strength of an L2 penalty chosen on seven points that were held back, against least
squares: 500 data sets, distance from the curve. And post A's network with L1, as the
post trained it, against the same network without a penalty: 1,000 pairs, error on the
test points. What is saved is one minus the geometric mean of the ratios, penalized by
unpenalized.
"""

import numpy as np

from tests.second_opinion import ratio, show
from tests.second_opinion.post_a import many, test_error
from tests.second_opinion.wave import (
    draw,
    least_squares,
    off_the_curve,
    pick,
    ridge_path,
    turns,
)


def saved(penalized, unpenalized):
    left, low, high = ratio(penalized, unpenalized)
    return 1 - left, 1 - high, 1 - low


def polynomial():
    rng = np.random.default_rng(101)
    x, y, grid = draw(500, rng)
    errors = []
    for one in y.T:
        held, kept = turns(rng)[0]
        found = ridge_path(x[kept], one[kept], x[held])
        errors.append(((found - one[held]) ** 2).sum(axis=1))
    by_strength = off_the_curve(ridge_path(x, y, grid))
    penalized = pick(np.transpose(errors), by_strength)
    return saved(penalized, off_the_curve(least_squares(x, y, grid, 20)))


def derive():
    by_l1, free = many(test_error, 1_000, l1=0.3), many(test_error, 1_000)
    return {
        "saved, polynomial of degree 20, L2 validated": polynomial(),
        "saved, post A's network, its L1": saved(by_l1, free),
    }


if __name__ == "__main__":
    show("A1", derive)
