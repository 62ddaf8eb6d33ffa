"""A2: does L1 yield sparse weights?

1,000 of post A's networks with L1, as the post trained them. A weight counts as close
to zero if it is within 0.006 of it: a step of SGD that crosses zero lands within twice
the rate times lambda.
"""

import numpy as np

from tests.second_opinion import mean, show
from tests.second_opinion.post_a import JITTER, many


def close_to_zero(network, y):
    return (np.abs(network.weights) <= JITTER).mean(axis=0)


def derive():
    return {"share of 220 weights": mean(many(close_to_zero, 1_000, l1=0.3))}


if __name__ == "__main__":
    show("A2", derive)
