"""B1: does a polynomial of large degree overfit?

Degrees 1 to 20 are fitted by least squares to 30 noisy points of a wave. Which degree
is best is said by 500 data sets, and how many times as far from the curve degree 20
ends is measured on 500 others: so the ratio is not above one by construction.
"""

import numpy as np

from tests.second_opinion import ratio, show
from tests.second_opinion.wave import draw, least_squares, off_the_curve


def derive():
    x, y, grid = draw(1_000, np.random.default_rng(201))
    distances = np.array(
        [off_the_curve(least_squares(x, y, grid, degree)) for degree in range(1, 21)]
    )
    best = np.log(distances[:, :500]).mean(axis=1).argmin()
    others = distances[:, 500:]
    return {f"degree 20 by degree {best + 1}": ratio(others[-1], others[best])}


if __name__ == "__main__":
    show("B1", derive)
