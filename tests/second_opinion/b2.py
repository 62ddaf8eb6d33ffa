"""B2: does a soft penalty replace cutting the degree?

On 500 data sets of a wave, a polynomial of degree 20 with a plain L2 penalty meets a
polynomial without a penalty. One chooses its strength, the other its degree, both by
the same points held back: four turns of seven, drawn anew for each data set. "Replaces"
means: ends at most a tenth farther from the curve.
"""

import numpy as np

from tests.second_opinion import ratio, show
from tests.second_opinion.wave import (
    draw,
    least_squares,
    off_the_curve,
    pick,
    ridge_path,
    turns,
)

DEGREES = range(1, 21)


def polynomials(x, y, where):
    return np.array([least_squares(x, y, where, degree) for degree in DEGREES])


def validated(fits, rng):
    """Distance from the curve of each data set, for the setting that it chooses."""
    x, y, grid = draw(500, np.random.default_rng(202))
    errors = []
    for one in y.T:
        errors.append(0)
        for held, kept in turns(rng):
            found = fits(x[kept], one[kept], x[held])
            errors[-1] += ((found - one[held]) ** 2).sum(axis=1)
    return pick(np.transpose(errors), off_the_curve(fits(x, y, grid)))


def derive():
    soft = validated(ridge_path, np.random.default_rng(203))
    cut = validated(polynomials, np.random.default_rng(203))
    return {"distance, soft by cut": ratio(soft, cut)}


if __name__ == "__main__":
    show("B2", derive)
