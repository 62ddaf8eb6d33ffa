"""A11: over five runs, does L2 score better than L1?

4,000 pairs of post A's network, trained as the post did: with L1, and with the post's
L2, on the same data and from the same start. What is compared is the post's own figure,
the sum of |error| over the ten test points, read after each of the last 20 epochs. The
post read it once, which asks the same with four times the spread: it would take
sixteen times as many pairs.
"""

import numpy as np

from tests.second_opinion import mean, show
from tests.second_opinion.post_a import many


def late_error(network, y):
    return np.mean(network.errors[-20:], axis=0)


def derive():
    by_l1 = many(late_error, 4_000, l1=0.3)
    by_l2 = many(late_error, 4_000, l2=0.15)
    return {"error with L1 minus error with L2": mean(by_l1 - by_l2)}


if __name__ == "__main__":
    show("A11", derive)
