"""C7: does RReLU divide by alpha, and the published code multiply?

Both are written anew, from their sources: the paper (Xu, Wang, Chen and Li 2015) draws
an alpha from U(3, 8) for each element and returns x / alpha below zero; the post's
program (github.com/jmlipman/LAID, Tensorflow/Tutorial/5_customizedActivationRReLU.py)
draws one alpha from the same bounds for each layer and step, and returns relu(x) -
relu(-x) * alpha. The slopes below zero are what comes out divided by what went in, in
1,000 steps.
"""

import numpy as np

from tests.second_opinion import show


def paper(x, rng):
    return np.where(x < 0, x / rng.uniform(3, 8, x.shape), x)


def published(x, rng):
    return np.maximum(x, 0) - np.maximum(-x, 0) * rng.uniform(3, 8)


def slopes(activation):
    rng = np.random.default_rng(307)
    below = [-np.abs(rng.normal(size=200)) for _ in range(1_000)]
    return np.concatenate([activation(x, rng) / x for x in below])


def between(values, low, high):
    rounding = 1e-12
    return bool(np.all((values > low - rounding) & (values < high + rounding)))


def derive():
    return {
        "the paper's form: from 1/8 to 1/3": between(slopes(paper), 1 / 8, 1 / 3),
        "the published one: from 3 to 8": between(slopes(published), 3, 8),
    }


if __name__ == "__main__":
    show("C7", derive)
