"""Without checksums, readers run in a process that they may end, and are counted."""

import functools
import mmap
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from utils.freezing import process, survey, surveying

# How many copies of each kind to open without checksums.
OPENED = {
    "keras": 20,
    "graph": 20,
    "parts": 20,
    "saved_model": 20,
    "graph_text": 20,
    "litert": 150,
    "onnx": 150,
}
X = np.random.default_rng(0).normal(size=(5, 1)).astype("float32")


@pytest.fixture(scope="module")
def surveyed(tiny):
    """A function from formats to what their readers made of damage, asked once."""

    @functools.cache
    def get(*formats, each):
        return survey([tiny(format) for format in formats], X, each=each)

    return get


@pytest.mark.parametrize(
    "formats",
    [
        # In one process: importing TensorFlow takes longer than to open them.
        ("keras", "graph", "parts", "saved_model", "graph_text"),
        ("litert",),
        pytest.param(("onnx",), marks=pytest.mark.onnx),
    ],
    ids=" ".join,
)
def test_what_readers_notice_without_sums(formats, surveyed):
    surveys = surveyed(*formats, each=OPENED[formats[0]])
    for format, found in zip(formats, surveys, strict=True):
        assert [len(outcomes) for outcomes in found.values()] == [OPENED[format]] * 2
        both = [outcome for outcomes in found.values() for outcome in outcomes]
        assert set(both) <= set(surveying.OUTCOMES)
        if format == "keras":  # a zip holds a checksum of each of its parts
            assert "other answers" not in both and "crash" not in both
            assert both.count("refused") > 0.9 * len(both)


def test_flipped_weights_need_a_sum(surveyed):
    """Why there are checksums: this reader cannot know."""
    (found,) = surveyed("litert", each=OPENED["litert"])
    assert "other answers" in found["flipped"]


def _deadly(*job):
    """Dies when it meets its third copy."""
    return _spoiled(lambda *_: os._exit(11), job)


def _sleepy(*job):
    """Falls asleep there."""
    surveying._PATIENCE = 1
    return _spoiled(lambda *_: time.sleep(600), job)


def _spoiled(act, job):
    damage, copies = surveying.damage, []

    def third(*arguments):
        copies.append(1)
        (act if len(copies) == 3 else damage)(*arguments)

    surveying.damage = third
    return surveying._open_copies(*job)


@pytest.mark.parametrize("reader", [_deadly, _sleepy])
def test_a_reader_that_dies_is_counted(reader, tiny, surveyed, monkeypatch):
    (plain,) = surveyed("litert", each=4)
    monkeypatch.setattr(surveying, "_open_copies", reader)
    (found,) = survey([tiny("litert")], X, each=4)
    both = [outcome for outcomes in found.values() for outcome in outcomes]
    assert [k for k, o in enumerate(both) if o == "crash"] == [2, 5]
    expected = [outcome for outcomes in plain.values() for outcome in outcomes]
    assert [o for o in both if o != "crash"] == [
        o for k, o in enumerate(expected) if k not in (2, 5)
    ]


def _cannot_start(*_):
    raise MemoryError("no room for TensorFlow")
    yield


def test_a_survey_that_cannot_begin_counts_nothing(tiny, tmp_path, monkeypatch):
    good, bad = tiny("litert"), tmp_path / "bad.tflite"
    bad.write_bytes(b"no model")
    with pytest.raises(
        RuntimeError, match=r"(?s)bad.tflite cannot be opened, .*LiteRT"
    ):
        survey([good, bad], X, each=1)
    monkeypatch.setattr(surveying, "_open_copies", _cannot_start)
    with pytest.raises(RuntimeError, match=r"(?s)cannot be opened.*no room for Tensor"):
        survey([good], X, each=1)


@pytest.mark.skipif(sys.platform != "linux", reason="needs limits of Linux")
def test_memory_is_limited_beyond_what_is_there():
    def addresses(size):  # none of which is ever filled
        return mmap.mmap(-1, size << 30, mmap.MAP_PRIVATE, mmap.PROT_READ)

    there = addresses(20)
    with surveying._limits():
        addresses(1).close()
        with pytest.raises(OSError):
            addresses(9)
    addresses(9).close()
    there.close()


def test_an_interrupt_ends_the_process_too(tiny, monkeypatch):
    started, start = [], subprocess.Popen

    def remembered(*command, **settings):
        started.append(start(*command, **settings))
        return started[-1]

    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess, "Popen", remembered)
    monkeypatch.setattr(process.pickle, "load", interrupted)
    with pytest.raises(KeyboardInterrupt):
        survey([tiny("litert")], X, each=100)
    (reader,) = started
    assert reader.returncode == -signal.SIGKILL


def test_bad_numbers(tiny):
    with pytest.raises(ValueError, match="each must be at least 1, got 0"):
        survey([tiny("litert")], X, each=0)
