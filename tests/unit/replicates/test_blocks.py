"""fit_replicates gives the same numbers wherever it trains, and can be interrupted."""

import contextlib
import functools
import multiprocessing
import sys
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from unittest import mock

import numpy as np
import pytest

from tests.unit.replicates.models import (
    WIDE,
    WIDE_Y,
    X,
    Y,
    assert_close,
    interrupt,
    line,
    linear,
    train_for_minutes,
    watch_first_steps,
)
from utils.replicates import fit_replicates, training
from utils.replicates.plan import Plan
from utils.replicates.program import BlockProgram


def make_portable_build():
    def build():
        import keras

        layer = keras.layers.Dense
        model = keras.Sequential([keras.Input((2,)), layer(1)])
        model.compile(keras.optimizers.SGD(0.01), lambda y, p: abs(y - p))
        return model

    return build


@functools.cache
def in_blocks(block, name=None):
    """Train seven replicates in blocks of ``block``, by a kind of executor."""
    # Few numbers and full batches compile in half the time.
    x, y = WIDE[:20, :2], WIDE_Y[:20, :1] + np.arange(7, dtype="float32")[:, None, None]
    options = {"replicates": 7, "epochs": 2, "batch_size": 2, "record_every": 3}
    with (
        mock.patch.object(training, "_BLOCK_REPLICATES", block),
        started(name) as executor,
    ):
        return fit_replicates(
            make_portable_build(), x, y, shuffle=True, executor=executor, **options
        )


class Backwards(Executor):
    """Waits for three jobs, and does the last one first."""

    def __init__(self):
        self.jobs = []

    def submit(self, job, block):
        self.jobs.append((Future(), job, block))
        if len(self.jobs) == 3:
            for future, job, block in reversed(self.jobs):
                future.set_result(job(block))
        return self.jobs[-1][0]


@contextlib.contextmanager
def started(name):
    if name is None:
        yield None
    elif name == "backwards":
        yield Backwards()
    elif name == "threads":
        with ThreadPoolExecutor(2) as executor:
            yield executor
    elif name == "processes":
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=context) as executor:
            yield executor
    else:
        distributed = pytest.importorskip(
            "distributed", reason="Dask is not installed: pip install distributed"
        )
        # In this process, since another one would import TensorFlow, too; how jobs get
        # to other processes, "processes" tests.
        options = {"processes": False, "dashboard_address": None}
        with (
            distributed.LocalCluster(**options) as cluster,
            distributed.Client(cluster) as client,
        ):
            yield client.get_executor()


@pytest.mark.parametrize("name", ["threads", "backwards", "processes", "dask"])
def test_executors_give_the_same_numbers(name):
    ours, theirs = in_blocks(3), in_blocks(3, name)
    for field in ("initial", "weights", "averaged", "history"):
        for a, b in zip(getattr(ours, field), getattr(theirs, field), strict=True):
            assert len(a) == 7
            np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(ours.loss, theirs.loss)


def test_block_size_does_not_matter():
    assert_close(in_blocks(3).weights, in_blocks(7).weights, 1e-6)


def test_a_build_that_cannot_be_pickled_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "cloudpickle", None)
    context = multiprocessing.get_context("spawn")
    with (
        ProcessPoolExecutor(1, mp_context=context) as executor,
        pytest.raises(TypeError, match="build cannot be sent to another process"),
    ):
        fit_replicates(
            make_portable_build(),
            WIDE[:, :2],
            WIDE_Y[:, :1],
            replicates=1,
            epochs=1,
            executor=executor,
        )


@pytest.mark.parametrize("penalty", [None, "l1", "l2"])
def test_the_posts_network_trains_with_the_replicates_last(penalty):
    sample = (("x", (1,), "float32", False), ("y", (1,), "float32", False))
    program = BlockProgram(line(penalty), Plan(40, 1, 1, None, sample))
    assert program.axis == -1


def test_interrupt_ends_the_training(interruptible, monkeypatch):
    at = watch_first_steps(monkeypatch, 1, interrupt)
    with pytest.raises(KeyboardInterrupt):
        train_for_minutes()
    assert time.monotonic() - at[0] < 20


def test_progress_bar_appears_when_asked_for(capfd):
    for progress, shown in ((True, True), (False, False)):
        fit_replicates(linear, X / 10, Y, replicates=1, epochs=1, progress=progress)
        assert ("Training: 100%" in capfd.readouterr().err) is shown
