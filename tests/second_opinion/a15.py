"""A15: is the smaller shape, 10-10-1-1, what L1 suggests?

1,000 of post A's networks with L1, as the post trained them. Weights up to 0.006, twice
the rate times lambda, are cut. What is left of a layer are the neurons that a path of
uncut weights still joins to the input and to the output.
"""

import numpy as np

from tests.second_opinion import share, show
from tests.second_opinion.post_a import JITTER, many


def left(network, y):
    """Neurons that are left in each of the four layers: (4, replicates)."""
    uncut = [np.abs(kernel) > JITTER for kernel in network.kernels]
    ends = np.ones((1, y.shape[1]), bool)
    reached, read = [ends], [ends]
    for links in uncut:
        reached.append((links & reached[-1][:, None]).any(axis=0))
    for links in reversed(uncut):
        read.insert(0, (links & read[0]).any(axis=1))
    return np.array(
        [(a & b).sum(axis=0) for a, b in zip(reached, read, strict=True)][1:]
    )


def derive():
    shapes = many(left, 1_000, l1=0.3).T
    return {"share that keeps 10-10-1-1": share((shapes == (10, 10, 1, 1)).all(axis=1))}


if __name__ == "__main__":
    show("A15", derive)
