"""One small network, and its file in each format."""

import shutil

import keras
import numpy as np
import pytest

from tests.unit.freezing.cases import NAMES
from utils.freezing import export
from utils.models import mlp


@pytest.fixture(scope="session")
def model():
    network = mlp(
        (3, 8, 4, 2), activation="tanh", penalty=keras.regularizers.L1(0.1), seed=0
    )
    network.layers[0].bias.assign(np.linspace(-1, 1, 8))
    return network


@pytest.fixture(scope="session")
def x():
    return np.random.default_rng(0).normal(size=(50, 3)).astype("float32")


@pytest.fixture(scope="session")
def exported(model, x, tmp_path_factory):
    """A function from a format to a file in it, written once."""
    folder, done = tmp_path_factory.mktemp("exported"), {}

    def get(format):
        if format not in done:
            place = folder / format
            place.mkdir()
            given = {"representative": x} if format == "litert_int8" else {}
            done[format] = export(model, place / NAMES[format], format, **given)
        return done[format]

    return get


@pytest.fixture
def copied(exported, tmp_path):
    """The same, but a copy that may be spoiled."""

    def get(format):
        path = exported(format)
        shutil.copytree(path.parent, tmp_path, dirs_exist_ok=True)
        return tmp_path / path.name

    return get


@pytest.fixture(scope="session")
def tiny(tmp_path_factory):
    """A function from a format to a file of a very small network, written once."""
    folder, network = tmp_path_factory.mktemp("tiny"), mlp((1, 3, 1), seed=0)
    network.layers[0].bias.assign([0.5, -0.25, 1])

    def get(format):
        path = folder / f"{format}-{NAMES[format]}"
        return path if path.exists() else export(network, path, format)

    return get
