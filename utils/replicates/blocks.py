"""Train blocks of replicates: in threads, or by an executor in other processes."""

import functools
import os
import pickle
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor

import keras
import numpy as np
import tensorflow as tf
from tqdm import tqdm

from utils.replicates import starts
from utils.replicates.inputs import checked_model
from utils.replicates.jobs import LOOK_SECONDS, Stopped, as_they_end
from utils.replicates.plan import Plan
from utils.replicates.program import BlockProgram

# Sample orders that are drawn ahead for one block, in bytes.
_ORDER_BYTES = 16 * 2**20
# A progress bar appears for what takes longer than this.
_BAR_AFTER_SECONDS = 5


class BlockTrainer:
    """Trains one block: a job for an executor, here or in another process."""

    def __init__(self, build, plan: Plan, model: keras.Model):
        self.build = build
        self.steps = plan.steps
        self._plan = plan
        self._program = BlockProgram(model, plan)

    def __reduce__(self):
        return _unpickled_trainer, (_dumps(self.build), self._plan)

    def __call__(self, block: dict, after_call: Callable[[int], None] | None = None):
        """Train a block and return its results as NumPy arrays (size, ...).

        ``after_call(steps)`` runs several times a second; what it raises ends the
        training.
        """
        # On the processor even where there is a GPU: the ops are too small for it.
        with tf.device("CPU:0"):
            return self._train(block, after_call)

    def _train(self, block, after_call):
        program = self._program
        shared, own = (
            {name: tf.constant(array) for name, array in block[kind].items()}
            for kind in ("shared", "own")
        )
        state = program.start(block["weights"], block["layer_seeds"])
        first, steps = 0, 1
        for order, epoch, until in self._orders(block["order_seeds"]):
            while first < until:
                last = min(first + steps, until)
                began = time.perf_counter()
                state = program.advance(state, shared, own, order, epoch, first, last)
                seconds = time.perf_counter() - began
                if after_call is not None:
                    after_call(last - first)
                # Grow slowly: the first call compiles, which says nothing.
                steps = max(int(steps * min(LOOK_SECONDS / seconds, 8)), 1)
                first = last
        return program.finish(state)

    def _orders(self, seeds):
        """Yield orders of the samples, their first epoch and the step they end at."""
        plan = self._plan
        if seeds is None:
            yield None, 0, plan.steps
            return
        generators = [starts.order_generator(int(seed)) for seed in seeds]
        ahead = _ORDER_BYTES // (4 * plan.samples * len(seeds))
        ahead = min(max(ahead, 1), plan.epochs)
        for epoch in range(0, plan.epochs, ahead):
            orders = [starts.draw_order(g, ahead, plan.samples) for g in generators]
            orders = tf.constant(np.reshape(orders, (len(seeds), -1)))
            until = min(epoch + ahead, plan.epochs) * plan.steps_per_epoch
            yield orders, epoch, until


@functools.lru_cache(maxsize=4)
def _unpickled_trainer(build: bytes, plan: Plan) -> BlockTrainer:
    """Return a trainer in a worker process: one, and one compilation, for all jobs."""
    build = pickle.loads(build)
    return BlockTrainer(build, plan, checked_model(build))


def _dumps(build) -> bytes:
    try:
        from cloudpickle import dumps
    except ImportError:
        from pickle import dumps
    try:
        return dumps(build)
    except Exception as error:
        raise TypeError(
            "build cannot be sent to another process: define it at the top level of a "
            f"module, or install cloudpickle ({error})"
        ) from error


def run(
    trainer: BlockTrainer,
    blocks: list[dict],
    executor: Executor | None,
    progress: bool | None,
) -> list[dict]:
    """Train all blocks, in this process or by ``executor``; return their results.

    After an error or an interrupt, what waits is dropped, and what runs in this
    process ends.
    """
    stop, one_at_a_time = threading.Event(), threading.Lock()
    bar = tqdm(
        desc="Training",
        total=len(blocks) * trainer.steps,
        bar_format="{desc}: {percentage:3.0f}%|{bar}| {elapsed}<{remaining}",
        delay=0 if progress else _BAR_AFTER_SECONDS,
        disable=progress is False,
    )

    def after_call(steps):
        if stop.is_set():
            raise Stopped
        with one_at_a_time:
            bar.update(steps)

    threads, job = None, trainer
    if executor is None:
        threads = ThreadPoolExecutor(min(len(blocks), os.cpu_count() or 1))
        job = functools.partial(trainer, after_call=after_call)
    futures = [(threads or executor).submit(job, block) for block in blocks]
    try:
        for future in as_they_end(futures):
            future.result()
            if threads is None:
                bar.update(trainer.steps)
        return [future.result() for future in futures]
    finally:
        stop.set()
        for future in futures:
            future.cancel()
        if threads is not None:
            threads.shutdown()
        bar.close()
