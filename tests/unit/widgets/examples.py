"""What the widgets show in several tests."""

import functools

import numpy as np

from tests.unit.color.networks import color_network
from utils.color import Bins, shrink
from utils.data import photographs

BINS = Bins.used_in(np.random.default_rng(0).uniform(-40, 40, (40, 2)), 20)
SHAPES = [(1, 10), (10, 10), (10, 10), (10, 1)]


@functools.cache
def network(outputs=None, **options):
    """One for all tests: whoever changes it takes a ``color_network`` of their own."""
    return color_network(outputs or len(BINS), **options)


@functools.cache
def photos():
    found = photographs()
    return {name: shrink(found[name], 40) for name in ("cat", "flower")}


def runs(*penalties, epochs=3, shapes=SHAPES, seed=0):
    rng = np.random.default_rng(seed)
    return {
        penalty: [[rng.normal(size=shape) for shape in shapes] for _ in range(epochs)]
        for penalty in penalties
    }
