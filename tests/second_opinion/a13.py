"""A13: are most neurons switched off under L1?

1,000 of post A's networks with L1, as the post trained them. A hidden neuron is on if
some weight into it and some weight out of it are above 0.006, twice the rate times
lambda, and off otherwise.
"""

from itertools import pairwise

import numpy as np

from tests.second_opinion import mean, show
from tests.second_opinion.post_a import JITTER, many


def off(network, y):
    strong = [np.abs(kernel) > JITTER for kernel in network.kernels]
    on = [a.any(axis=0) & b.any(axis=1) for a, b in pairwise(strong)]
    return 1 - np.concatenate(on).mean(axis=0)


def derive():
    return {"share of 30 hidden neurons": mean(many(off, 1_000, l1=0.3))}


if __name__ == "__main__":
    show("A13", derive)
