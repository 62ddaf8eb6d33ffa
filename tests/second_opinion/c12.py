"""C12: do eight 3x3 valid convolutions take 32x32 to 16x16, and does one pass over the
whole photograph equal the stitched patches?

A convolution is written out with NumPy's windows, with random kernels, as many filters
as in the post (growing by an eighth of the last layer's 32) and a ReLU after each layer
but the last. A grey photograph of 112 by 144 pixels goes through in one pass, and in 48
patches of 32 by 32 that begin 16 pixels apart.
"""

from itertools import pairwise

import numpy as np
from sklearn.datasets import load_sample_image

from tests.second_opinion import show


def convolve(image, kernel):
    """(channels, height, width) by (filters, channels, 3, 3), without padding."""
    windows = np.lib.stride_tricks.sliding_window_view(image, (3, 3), axis=(1, 2))
    return np.einsum("chwij,fcij->fhw", windows, kernel, optimize=True)


def network(image, kernels):
    for kernel in kernels[:-1]:
        image = np.maximum(convolve(image, kernel), 0)
    return convolve(image, kernels[-1])


def derive():
    rng = np.random.default_rng(312)
    filters = [1, *range(4, 33, 4)]
    kernels = [
        rng.normal(0, (2 / (9 * a)) ** 0.5, (b, a, 3, 3)).astype("float32")
        for a, b in pairwise(filters)
    ]
    photograph = load_sample_image("flower.jpg")[150:262, 200:344].mean(axis=2)
    photograph = (photograph[None] / 255 - 0.5).astype("float32")
    whole, stitched = network(photograph, kernels), np.zeros((32, 96, 128), "float32")
    sizes = set()
    for i in range(0, 96, 16):
        for j in range(0, 128, 16):
            patch = network(photograph[:, i : i + 32, j : j + 32], kernels)
            sizes.add(patch.shape)
            stitched[:, i : i + 16, j : j + 16] = patch
    seam = np.abs(whole - stitched).max() / np.abs(whole).max()
    return {
        "32 becomes 16": sizes == {(32, 16, 16)},
        f"the seam, {seam:.1e}, is below 0.00001": bool(seam < 1e-5),
    }


if __name__ == "__main__":
    show("C12", derive)
