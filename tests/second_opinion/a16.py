"""A16: does the smaller network do as well or better?

4,000 networks of the post's smaller shape, 10-10-1-1, and as many of 10-10-10-1, on the
same data, all trained as in the post, with its L1. "As well" means: less than 1.0 worse
in the sum of |error| over the ten test points.
"""

from tests.second_opinion import mean, show
from tests.second_opinion.post_a import SMALL, many, test_error


def derive():
    small = many(test_error, 4_000, sizes=SMALL, l1=0.3)
    large = many(test_error, 4_000, l1=0.3)
    return {"error of the smaller minus error of the large": mean(small - large)}


if __name__ == "__main__":
    show("A16", derive)
