"""B8: does L2 keep deep networks numerically stable?

250 of post A's networks at three times the post's learning rate, 0.03, with and without
an L2 penalty of 0.3 times the squared weights. A run has diverged if some weight is no
finite number at its end.
"""

import numpy as np

from tests.second_opinion import share, show
from tests.second_opinion.post_a import many


def stable(network, y):
    return np.isfinite(network.weights).all(axis=0)


def derive():
    with np.errstate(all="ignore"):  # running off to infinity is what is counted
        free = many(stable, 250, rate=0.03).mean()
        penalized = many(stable, 250, rate=0.03, l2=0.3)
    return {f"share that does not diverge (without L2 {free:.2f})": share(penalized)}


if __name__ == "__main__":
    show("B8", derive)
