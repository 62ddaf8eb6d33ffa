"""fit_replicates gives the same numbers wherever it trains, and can be interrupted."""

import functools
import multiprocessing
import signal
import sys
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest

from tests.unit.replicates.models import WIDE, WIDE_Y, X, Y, line, linear
from utils.replicates import fit, fit_replicates
from utils.replicates.program import BlockProgram, Plan


def make_portable_build():
    def build():
        import keras

        layer = keras.layers.Dense
        model = keras.Sequential([keras.Input((4,)), layer(3), layer(2)])
        model.compile(keras.optimizers.SGD(0.01), lambda y, p: abs(y - p))
        return model

    return build


@functools.cache
def in_blocks(name=None):
    """Train ten replicates in blocks of four, by a kind of executor."""
    y = WIDE_Y + np.arange(10, dtype="float32")[:, None, None]
    run = functools.partial(
        fit_replicates,
        make_portable_build(),
        WIDE,
        y,
        replicates=10,
        epochs=3,
        batch_size=5,
        shuffle=True,
        record_every=4,
    )
    if name is None:
        return run()
    if name == "threads":
        with ThreadPoolExecutor(2) as executor:
            return run(executor=executor)
    if name == "processes":
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(2, mp_context=context) as executor:
            return run(executor=executor)
    distributed = pytest.importorskip(
        "distributed", reason="Dask is not installed: pip install distributed"
    )
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with (
        distributed.LocalCluster(**options) as cluster,
        distributed.Client(cluster) as client,
    ):
        return run(executor=client.get_executor())


@pytest.mark.parametrize("name", ["threads", "processes", "dask"])
def test_executors_give_the_same_numbers(name, monkeypatch):
    monkeypatch.setattr(fit, "_BLOCK_REPLICATES", 4)
    ours, theirs = in_blocks(), in_blocks(name)
    for field in ("initial", "weights", "averaged", "history"):
        for a, b in zip(getattr(ours, field), getattr(theirs, field), strict=True):
            assert len(a) == 10
            np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(ours.loss, theirs.loss)


def test_block_size_does_not_matter(monkeypatch):
    monkeypatch.setattr(fit, "_BLOCK_REPLICATES", 4)
    ours = in_blocks()
    monkeypatch.undo()
    in_blocks.cache_clear()
    for a, b in zip(ours.weights, in_blocks().weights, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-6)


def test_a_build_that_cannot_be_pickled_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "cloudpickle", None)
    context = multiprocessing.get_context("spawn")
    with (
        ProcessPoolExecutor(1, mp_context=context) as executor,
        pytest.raises(TypeError, match="build cannot be sent to another process"),
    ):
        fit_replicates(
            make_portable_build(),
            WIDE,
            WIDE_Y,
            replicates=1,
            epochs=1,
            executor=executor,
        )


@pytest.mark.parametrize("penalty", [None, "l1", "l2"])
def test_the_posts_network_trains_with_the_replicates_last(penalty):
    sample = (("x", (1,), "float32", False), ("y", (1,), "float32", False))
    program = BlockProgram(line(penalty), Plan(40, 1, 1, None, sample))
    assert program.axis == -1


def test_interrupt_ends_the_training():
    def interrupt():
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

    timer = threading.Timer(3, interrupt)
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            fit_replicates(line, X, Y, replicates=1000, epochs=10_000)
    finally:
        timer.cancel()


def test_progress_bar_appears_when_asked_for(capfd):
    for progress, shown in ((True, True), (False, False)):
        fit_replicates(linear, X / 10, Y, replicates=1, epochs=1, progress=progress)
        assert ("Training: 100%" in capfd.readouterr().err) is shown
