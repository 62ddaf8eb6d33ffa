"""B8: does L2 keep deep networks numerically stable?

250 networks of nine layers, eight of them of ten neurons, on post A's data and with its
loss, for 15 epochs at three times its learning rate, 0.03: with and without an L2
penalty of 0.3 times the squared weights. A run has diverged if some weight is no finite
number at its end. The question makes sense only where most runs without the penalty
diverge. (Post A's own four layers are stable at this rate without any.)
"""

import numpy as np

from tests.second_opinion import share, show, verdict
from tests.second_opinion.post_a import many

DEEP = (1, *[10] * 8, 1)


def stable(network, y):
    return np.isfinite(network.weights).all(axis=0)


def derive():
    setting = {"sizes": DEEP, "rate": 0.03, "epochs": 15}
    with np.errstate(all="ignore"):  # running off to infinity is what is counted
        free = share(many(stable, 250, **setting))
        penalized = share(many(stable, 250, **setting, l2=0.3))
    if verdict("B8", {"": free}) != "fails":
        raise ValueError(f"without L2, a share of {free[0]:.2f} is stable as well")
    return {f"share that does not diverge (without L2 {free[0]:.2f})": penalized}


if __name__ == "__main__":
    show("B8", derive)
