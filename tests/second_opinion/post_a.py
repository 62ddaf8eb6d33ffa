"""The experiment of the post on L1 against L2, for many replicates side by side.

x is 50 equally spaced places from 0.5 to 9.5, y = 2x + U(0, 2), and every fifth point
is an outlier, lifted by one offset from U(0, 10). The points in the middle between two
outliers, every fifth again, are for testing. The network has layers of 1-10-10-10-1
neurons without an activation, Glorot's uniform start and zero biases. Each step of SGD
takes one of the 40 other points, in order, and lowers |error| + penalty of the weights
(not of the biases); the rate is 0.01, and 100 epochs make 4,000 steps. The post's
lambda of 0.3 is 0.3 * |w| for L1, and 0.15 * w**2 for TensorFlow 1's L2.

Here the last axis of every array counts the replicates.
"""

from functools import cache
from itertools import pairwise

import numpy as np

LARGE, SMALL = (1, 10, 10, 10, 1), (1, 10, 10, 1, 1)
RATE, EPOCHS, BLOCK = 0.01, 100, 250
JITTER = 2 * RATE * 0.3  # how far a step of SGD with L1 may throw a weight off zero
SEED = 20_260
PLACES = np.linspace(0.5, 9.5, 50)
TESTS = np.arange(50) % 5 == 2


class Network:
    """Kernels (inputs, outputs, replicates), all in one array; and biases."""

    def __init__(self, sizes, replicates, rng):
        pairs = list(pairwise(sizes))
        ends = np.cumsum([a * b for a, b in pairs])
        self.weights = np.empty((ends[-1], replicates), "float32")
        self.pulls = np.empty_like(self.weights)  # one step's change by the errors
        self.kernels, self.changes = (
            [
                part.reshape(a, b, replicates)
                for part, (a, b) in zip(np.split(whole, ends[:-1]), pairs, strict=True)
            ]
            for whole in (self.weights, self.pulls)
        )
        for kernel, (a, b) in zip(self.kernels, pairs, strict=True):
            kernel[:] = rng.uniform(-1, 1, kernel.shape) * np.sqrt(6 / (a + b))
        self.biases = [np.zeros((b, 1, replicates), "float32") for _, b in pairs]
        self.errors = []  # the post's figure after each epoch, each (replicates,)

    def activations(self, x):
        """Of each layer, for x of shape (points, replicates)."""
        layers = [x[None]]
        for kernel, bias in zip(self.kernels, self.biases, strict=True):
            layers.append(np.einsum("ijr,ipr->jpr", kernel, layers[-1]) + bias)
        return layers

    def predict(self, x):
        return self.activations(x)[-1][0]

    def step(self, x, y, rate=RATE, l1=0.0, l2=0.0):
        """One step on the mean |error| of a batch (points, replicates) + penalty."""
        *layers, predicted = self.activations(x)
        pull = np.float32(rate / len(x)) * np.sign(predicted - y)
        for k in reversed(range(len(layers))):
            np.einsum("ipr,jpr->ijr", layers[k], pull, out=self.changes[k])
            below = np.einsum("ijr,jpr->ipr", self.kernels[k], pull) if k else None
            self.biases[k] -= pull.sum(axis=1, keepdims=True)
            pull = below
        if l1:
            self.pulls += np.float32(rate * l1) * np.sign(self.weights)
        if l2:
            self.weights *= np.float32(1 - 2 * rate * l2)
        self.weights -= self.pulls


def draw(replicates, rng, offset=None):
    """y at the 50 places, (50, replicates), with a given offset of the outliers."""
    y = 2 * PLACES[:, None] + rng.uniform(0, 2, (50, replicates))
    y[::5] += rng.uniform(0, 10, replicates) if offset is None else offset
    return y.astype("float32")


def everywhere(replicates):
    """The 50 places, once for each replicate: (50, replicates)."""
    return np.repeat(PLACES[:, None], replicates, axis=1).astype("float32")


@cache
def block(number, sizes=LARGE, l1=0.0, l2=0.0, offset=None, rate=RATE, epochs=EPOCHS):
    """250 networks, trained as in the post, and their data y.

    Block 7 has the same data, and for the same sizes the same start, whatever else.
    """
    y = draw(BLOCK, np.random.default_rng([SEED, number, 0]), offset)
    network = Network(sizes, BLOCK, np.random.default_rng([SEED, number, *sizes]))
    x, points = everywhere(BLOCK), np.flatnonzero(~TESTS)
    for _ in range(epochs):
        for i in points:
            network.step(x[[i]], y[[i]], rate, l1, l2)
        network.errors.append(test_error(network, y))
    return network, y


def many(measure, replicates, **setting):
    """``measure`` of each network and its data, for all replicates together."""
    blocks = [block(k, **setting) for k in range(replicates // BLOCK)]
    return np.concatenate([measure(*trained) for trained in blocks], axis=-1)


def test_error(network, y):
    """The post's figure: the sum of |error| over the ten test points."""
    x = everywhere(y.shape[1])[TESTS]
    return np.abs(network.predict(x) - y[TESTS]).sum(axis=0)


def off_the_line(network, y):
    """Mean distance from the clean line, y = 2x + 1, over the 50 places."""
    x = everywhere(y.shape[1])
    return np.abs(network.predict(x) - (2 * x + 1)).mean(axis=0)
