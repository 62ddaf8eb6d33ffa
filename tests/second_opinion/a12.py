"""A12: does neither L1 nor L2 do well with far outliers?

500 of post A's networks for each penalty, as the post trained them, but all outliers 50
too high. A network does well if its mean distance from the clean line is below the
standard deviation of the noise, 2 / sqrt(12) = 0.58.
"""

from tests.second_opinion import mean, show
from tests.second_opinion.post_a import many, off_the_line


def derive():
    return {
        "off the clean line, L1": mean(many(off_the_line, 500, l1=0.3, offset=50)),
        "off the clean line, L2": mean(many(off_the_line, 500, l2=0.15, offset=50)),
    }


if __name__ == "__main__":
    show("A12", derive)
