"""Accidents to files: 500 truncations and 500 flipped bits for each format.

With the checksums, no reader may ever see a damaged file. Without them, readers run in
a process of their own, which they may end, and what they notice is counted.
"""

import subprocess

import numpy as np
import pytest

from tests.unit.freezing.test_formats import EXACT, NAMES, needs
from utils.freezing import KINDS, OUTCOMES, damage, export, load_frozen, read, survey
from utils.models import mlp

EACH = 500
# How many of each kind to open without checksums. The slower a reader, the fewer.
OPENED = {
    "keras": 50,
    "parts": 20,
    "saved_model": 20,
    "graph": 30,
    "graph_text": 20,
    "litert": 150,
    "onnx": 150,
}
FORMATS = [format for format in EXACT if format in OPENED]
X = np.random.default_rng(0).normal(size=(5, 1)).astype("float32")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """A function from a format to a file of a very small network, written once."""
    folder, model = tmp_path_factory.mktemp("tiny"), mlp((1, 3, 1), seed=0)
    model.layers[0].bias.assign([0.5, -0.25, 1])

    def get(format):
        needs(format)
        path = folder / f"{format}-{NAMES[format]}"
        return path if path.exists() else export(model, path, format)

    return get


@pytest.mark.parametrize("format", FORMATS)
def test_no_reader_sees_a_damaged_file(format, tiny, tmp_path, monkeypatch):
    original = tiny(format)
    opened = []
    monkeypatch.setattr(read.Kind, "read", lambda kind, path: opened.append(1))
    for k in range(len(KINDS) * EACH):
        copy = tmp_path / f"{k}-{original.name}"
        damage(original, copy, KINDS[k % 2], np.random.default_rng([1, k]))
        if copy.is_file():
            line = original.with_name(f"{original.name}.sha256").read_text()
            place = copy.with_name(f"{copy.name}.sha256")
            place.write_text(line.replace(original.name, copy.name))
        with pytest.raises(
            ValueError, match=r"is damaged or was changed|holds neither"
        ):
            load_frozen(copy)
    assert opened == []


@pytest.mark.parametrize("format", FORMATS)
def test_what_readers_notice_without_sums(format, tiny):
    (found,) = survey([tiny(format)], X, each=OPENED[format])
    assert [len(outcomes) for outcomes in found.values()] == [OPENED[format]] * 2
    both = [outcome for outcomes in found.values() for outcome in outcomes]
    assert set(both) <= set(OUTCOMES)
    if format == "keras":  # a zip holds a checksum of each of its parts
        assert "other answers" not in both and "crash" not in both
        assert both.count("refused") > 0.9 * len(both)


def test_flipped_weights_need_a_sum(tiny):
    """Why there are checksums: this reader cannot know."""
    (found,) = survey([tiny("litert")], X, each=100, seed=2)
    assert "other answers" in found["flipped"]


def test_a_reader_that_dies_is_counted(tiny, monkeypatch):
    """The child ends itself when it meets every tenth copy."""
    code = (
        "import os, sys, utils.freezing; "
        "d = sys.modules['utils.freezing.damage']; real = d.damage; "
        "count = [0]\n"
        "def deadly(*a):\n"
        "    count[0] += 1\n"
        "    os._exit(11) if count[0] == 3 else real(*a)\n"
        "d.damage = deadly; from pathlib import Path; d.main(Path(sys.argv[-1]))"
    )
    run = subprocess.Popen
    monkeypatch.setattr(
        subprocess,
        "Popen",
        lambda command, **settings: run(
            [command[0], "-c", code, command[-1]], **settings
        ),
    )
    (found,) = survey([tiny("litert")], X, each=4)
    both = [outcome for outcomes in found.values() for outcome in outcomes]
    assert [k for k, o in enumerate(both) if o == "crash"] == [2, 5]
