"""A process that has never seen the model opens its files."""

import signal
import subprocess
import sys

import keras
import numpy as np
import pytest

from utils.freezing import (
    FORMATS,
    export,
    gzipped,
    milliseconds,
    process,
    reload_elsewhere,
    size,
)
from utils.models import mlp
from utils.penalties import SoftThreshold


class Twice(keras.layers.Layer):
    """A layer that no other program has heard of."""

    def call(self, inputs):
        return 2 * inputs


TOLD = ("keras", "parts", "saved_model", "graph", "litert")


@pytest.fixture(scope="module")
def networks(model):
    return {
        "small": model,
        "twice": keras.Sequential([keras.Input((3,)), Twice()]),
        "constrained": mlp(
            (3, 2), constraint=SoftThreshold(0.1, keras.optimizers.SGD(0.1))
        ),
    }


@pytest.fixture(scope="module")
def reloaded(networks, exported, x, tmp_path_factory):
    """(network, format) -> path and what became of it, all in one process."""
    folder = tmp_path_factory.mktemp("elsewhere")
    paths = {("small", format): exported(format) for format in TOLD}
    paths["small", "missing"] = exported("keras").with_name("no.pb")
    for format in TOLD:
        path = folder / f"twice_{format}{FORMATS[format]}"
        paths["twice", format] = export(networks["twice"], path, format)
    path = folder / "constrained.keras"
    paths["constrained", "keras"] = export(networks["constrained"], path, "keras")
    found = reload_elsewhere(paths.values(), x)
    return {key: (paths[key], r) for key, r in zip(paths, found, strict=True)}


def test_constraints_of_the_course_come_along(reloaded, networks, x):
    _, found = reloaded["constrained", "keras"]
    assert found.error == ""
    np.testing.assert_allclose(found.outputs, networks["constrained"](x), atol=1e-6)


def test_a_fresh_process_finds_the_same(reloaded, model, x):
    found = {format: reloaded["small", format][1] for format in TOLD}
    for one in found.values():
        np.testing.assert_allclose(one.outputs, model(x), atol=1e-6)
        assert min(one.one, one.batch) > 0
    assert {f: r.variables for f, r in found.items()} == {
        "keras": 6, "parts": 6, "saved_model": 6, "graph": 0, "litert": 0
    }  # fmt: skip
    assert {f for f, r in found.items() if r.learns} == {
        "keras", "parts", "saved_model"
    }  # fmt: skip
    assert [r.losses for r in found.values()] == [3, 3, 0, 0, 0]
    _, missing = reloaded["small", "missing"]
    assert missing.outputs is None
    assert missing.error.startswith("FileNotFoundError: path must exist")


def test_a_layer_that_is_not_registered(reloaded, x):
    for format in TOLD[:2]:
        path, found = reloaded["twice", format]
        assert found.error.startswith(f"ValueError: {path} could not be opened")
        assert "Twice" in found.error
    for format in TOLD[2:]:
        np.testing.assert_allclose(reloaded["twice", format][1].outputs, 2 * x)


def test_phones_need_no_tensorflow(exported, x):
    code = (
        "import sys; from utils.freezing import load_frozen; "
        "load_frozen(sys.argv[1])([[1, 2, 3]]); "
        "assert 'ai_edge_litert' in sys.modules; "
        "assert not {'tensorflow', 'keras'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, exported("litert")], check=True)


def test_an_interrupt_ends_the_process_too(exported, x, monkeypatch):
    started, start = [], subprocess.Popen

    def remembered(*command, **settings):
        started.append(start(*command, **settings))
        return started[-1]

    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess, "Popen", remembered)
    monkeypatch.setattr(process.pickle, "load", interrupted)
    with pytest.raises(KeyboardInterrupt):
        reload_elsewhere([exported("litert")] * 20, x)
    (reader,) = started
    assert reader.returncode == -signal.SIGKILL


def test_sizes_leave_checksums_out(tmp_path):
    (tmp_path / "net").mkdir()
    for name in ("a", "SHA256SUMS"):
        (tmp_path / "net" / name).write_bytes(bytes(1000))
    assert size(tmp_path / "net") == size(tmp_path / "net" / "a") == 1000
    assert 10 < gzipped(tmp_path / "net") < 100


def test_the_first_call_does_not_count():
    calls = []
    assert milliseconds(lambda: calls.append(0), repeats=5) < 1
    assert len(calls) == 6
    with pytest.raises(ValueError, match="repeats must be at least 1, got 0"):
        milliseconds(print, 0)
