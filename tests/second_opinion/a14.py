"""A14: do most weights end up very small under L2?

1,000 of post A's networks with the post's L2, as the post trained them. "Very small"
means below 0.1; typical weights begin at a few tenths.
"""

import numpy as np

from tests.second_opinion import mean, show
from tests.second_opinion.post_a import many


def small(network, y):
    return (np.abs(network.weights) < 0.1).mean(axis=0)


def derive():
    return {"share of 220 weights": mean(many(small, 1_000, l2=0.15))}


if __name__ == "__main__":
    show("A14", derive)
