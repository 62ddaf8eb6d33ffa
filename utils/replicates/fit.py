"""Train blocks of replicates, and hold what became of them."""

import functools
import os
import pickle
import threading
import time
import warnings
from collections.abc import Callable, Hashable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

import keras
import numpy as np
import tensorflow as tf
from tqdm import tqdm

from utils.replicates import inputs
from utils.replicates.program import BlockProgram, Plan, Predictor

# Weights of one block, in bytes: small enough to stay in a core's cache.
_BLOCK_BYTES = 64 * 1024
_BLOCK_REPLICATES = 1024
# About how many values of one layer to hold at once while predicting.
_PREDICT_VALUES = 2**24
# Sample orders that are drawn ahead for one block, in bytes.
_ORDER_BYTES = 16 * 2**20
# Seconds between two looks at the clock: how long an interrupt may have to wait.
_CALL_SECONDS = 0.25
# A progress bar appears for what takes longer than this.
_BAR_AFTER_SECONDS = 5


@dataclass(frozen=True, eq=False)
class Replicates:
    """What ``fit_replicates`` returns. R replicates, weights as ``get_weights()``.

    Attributes:
        initial: Weights before the first step: a list of arrays (R, ...).
        weights: Weights after the last step: a list of arrays (R, ...).
        averaged: Mean of the weights over all steps: a list of arrays (R, ...).
        history: Weights after every ``record_every`` steps: a list of arrays
            (R, records, ...); empty if nothing was recorded.
        loss: Loss of each epoch, penalties included, as in ``fit``'s history:
            float32 (R, epochs).
        diverged: Which replicates diverged, and from which step: the first (counted
            from 1) whose loss was not finite, or the last one if only the weights
            were not.
    """

    initial: list[np.ndarray]
    weights: list[np.ndarray]
    averaged: list[np.ndarray]
    history: list[np.ndarray]
    loss: np.ndarray
    diverged: dict[int, int]
    _training: "_Training" = field(repr=False)

    def __len__(self) -> int:
        return len(self.loss)

    @property
    def finished(self) -> np.ndarray:
        """Return which replicates did not diverge, as bool (R,)."""
        finished = np.ones(len(self), bool)
        finished[list(self.diverged)] = False
        return finished

    def predict(self, x, weights: list[np.ndarray] | None = None) -> np.ndarray:
        """Predict with every replicate.

        Args:
            x: Array (n, ...) for all replicates or (R, n, ...), one for each.
            weights: Which weights to use: ``.weights`` if None; ``.averaged``,
                ``.initial`` or any list of arrays (R, ...) of the same shapes.

        Returns:
            Array (R, n, ...), float32. Rows of diverged replicates are not finite.

        Raises:
            TypeError: If ``x`` does not hold numbers.
            ValueError: If a shape does not fit or ``x`` is not finite.
        """
        model = self._training.model
        x, own = inputs.check_features(model, x, len(self))
        weights = self.weights if weights is None else weights
        weights = inputs.check_weights(model, "weights", weights, len(self))
        widest = max((v.shape[-1] for v in model.weights if len(v.shape)), default=1)
        features = x[0] if own else x
        size = _PREDICT_VALUES // max(features.size * widest, 1)
        size = min(max(size, 1), _BLOCK_REPLICATES)
        blocks = [slice(i, i + size) for i in range(0, len(self), size)]
        return np.concatenate(
            [
                self._training.predict([w[b] for w in weights], x[b] if own else x, own)
                for b in blocks
            ]
        )

    def model(self, i: int, weights: list[np.ndarray] | None = None) -> keras.Model:
        """Return replicate ``i`` as a model of its own, fresh from ``build()``.

        Args:
            i: From 0 to R - 1.
            weights: As in ``predict``.

        Raises:
            TypeError: If ``i`` is not a whole number.
            ValueError: If ``i`` is out of range, or the weights do not fit.
        """
        inputs.check_whole("i", i, 0, len(self) - 1)
        weights = self.weights if weights is None else weights
        weights = inputs.check_weights(
            self._training.model, "weights", weights, len(self)
        )
        model = self._training.trainer.build()
        model.set_weights([w[i] for w in weights])
        return model

    def retrain(
        self, initial: list[np.ndarray], x=None, y=None, replicates: int | None = None
    ) -> "Replicates":
        """Train once more from other weights, without compiling anything again.

        All else is as in the call of ``fit_replicates`` that returned this: the model,
        the settings, the seeds and so the orders of samples. With a number that the
        model reads from a weight that is not trained, this tries other values.

        Args:
            initial: As for ``fit_replicates``.
            x, y: Other data of the same shapes; None: those from before.
            replicates: R; None: as many as before.

        Raises:
            TypeError, ValueError: As ``fit_replicates``, or if a shape differs from
                what the program was compiled for.
        """
        training = self._training
        replicates = len(self) if replicates is None else replicates
        inputs.check_whole("replicates", replicates, 1)
        shared, own, _ = training.data
        given = shared | own
        x = given["x"] if x is None else x
        y = given["y"] if y is None else y
        data = inputs.check_data(training.model, x, y, replicates)
        found, expected = (_shapes(d) for d in (data, training.data))
        if found != expected:
            raise ValueError(
                "x and y must have the shapes and types that the program was compiled "
                f"for: {expected}, got {found}"
            )
        return training.run(initial, data, replicates)


def fit_replicates(
    build: Callable[[], keras.Model],
    x,
    y,
    *,
    replicates: int,
    epochs: int,
    batch_size: int = 1,
    shuffle: bool = False,
    seed: int = 0,
    initial: list[np.ndarray] | None = None,
    record_every: int | None = None,
    executor: Executor | None = None,
    progress: bool | None = None,
) -> Replicates:
    """Train ``replicates`` copies of a model, each from its own start.

    Replicate i depends on ``seed + i``, the model and the data alone: not on how many
    replicates there are, nor on where they are trained (rounding apart, if their
    number changes). Two models of the same shapes and initializers start alike and
    see the samples in the same order, so that replicates can be compared in pairs.

    Args:
        build: Returns a built and compiled model. Called once; once more in each
            worker process of ``executor``, and by ``Replicates.model``.
        x: Features: array (n, ...) for all replicates, or (R, n, ...), one for each.
        y: Targets: array (n, ...) or (R, n, ...); labels are integers (n,) or (R, n).
        replicates: R, at least 1.
        epochs: Passes over the data, at least 1.
        batch_size: Samples in a step; the last batch of an epoch may be smaller.
        shuffle: Whether to draw a new order in each epoch, for each replicate.
        seed: At least 0; replicate i draws with ``seed + i``: its weights from the
            layers' initializers, the seeds of its random layers, and its orders.
        initial: Starting weights instead of drawn ones: a list of arrays (R, ...) in
            the order of ``model.get_weights()``.
        record_every: Keep the weights after every so many steps.
        executor: Trains the blocks elsewhere: any ``concurrent.futures.Executor``,
            such as Dask's ``client.get_executor()``. Worker processes get ``build``
            by pickle (by cloudpickle where that is installed); use the "spawn"
            method, since TensorFlow does not survive a fork. None: a thread for each
            core of this machine.
        progress: Whether to show a bar; None shows one after five seconds.

    Returns:
        Replicates. If some diverged, a RuntimeWarning says how many.

    Raises:
        TypeError, ValueError: Before any training, if an argument is not as described
            here, or the model uses something that the module's docstring refuses.
    """
    model = _checked_model(build)
    inputs.check_whole("replicates", replicates, 1)
    inputs.check_whole("epochs", epochs, 1)
    inputs.check_whole("batch_size", batch_size, 1)
    inputs.check_whole("seed", seed, 0)
    inputs.check_flag("shuffle", shuffle)
    if progress is not None:
        inputs.check_flag("progress", progress)
    if executor is not None and not hasattr(executor, "submit"):
        raise TypeError(
            f"executor must be a concurrent.futures.Executor, got {executor!r}"
        )
    data = *_, n = inputs.check_data(model, x, y, replicates)
    if record_every is not None:
        steps = -(-n // batch_size) * epochs
        inputs.check_whole("record_every", record_every, 1, steps)
    plan = Plan(n, batch_size, epochs, record_every, _sample(data, shuffle))
    training = _Training(
        model=model,
        trainer=_BlockTrainer(build, plan, model),
        predict=Predictor(model),
        data=data,
        block=_block_size(model, replicates),
        seed=seed,
        shuffle=shuffle,
        executor=executor,
        progress=progress,
    )
    if initial is None:
        initial = inputs.draw_initial(model, replicates, seed)
    return training.run(initial, data, replicates)


def two_at_a_time(
    train: Callable, jobs: Mapping | Iterable[Hashable], desc: str | None = None
) -> dict:
    """Call ``train`` for each job, in two threads, with a progress bar.

    Building and compiling a program keeps one core busy; so one program is compiled
    while another one trains.

    Args:
        train: A function of one argument, such as one that calls ``fit_replicates``.
        jobs: Name -> argument, or just the arguments, which then name themselves.
        desc: What to write before the progress bar.

    Returns:
        Name -> what ``train`` returned, in the order of the jobs.

    Raises:
        TypeError: If ``train`` is not callable. What it raises is passed on, and jobs
            that have not begun are dropped.
    """
    if not callable(train):
        raise TypeError(f"train must be callable, got {train!r}")
    names = list(jobs)
    arguments = [jobs[name] for name in names] if isinstance(jobs, Mapping) else names
    pool = ThreadPoolExecutor(2)
    try:
        results = list(tqdm(pool.map(train, arguments), desc=desc, total=len(names)))
    finally:
        pool.shutdown(cancel_futures=True)
    return dict(zip(names, results, strict=True))


def _checked_model(build):
    if isinstance(build, keras.Model) or not callable(build):
        raise TypeError(
            "build must be a function without arguments that returns a compiled "
            f"model, got {build!r}"
        )
    model = build()
    inputs.check_model(model)
    return model


def _shapes(data) -> str:
    """Describe what ``check_data`` returned, without the replicates' own axis."""
    shared, own, _ = data
    whose = {"for all": shared, "for each": own}
    return ", ".join(
        f"{name} {who} {array.shape[kind is own :]} {array.dtype}"
        for who, kind in whose.items()
        for name, array in kind.items()
    )


def _sample(data, shuffle: bool) -> tuple:
    """Return what a ``Plan`` says of one sample of what ``check_data`` returned."""
    *both, _ = data
    return tuple(
        (name, array.shape[own:][1:], array.dtype.name, own or shuffle)
        for own, kind in zip((False, True), both, strict=True)
        for name, array in kind.items()
    )


def _block_size(model: keras.Model, replicates: int) -> int:
    """Return how many replicates to train side by side; the same on every machine."""
    weights = sum(int(np.prod(v.shape)) for v in model.weights)
    largest = min(max(_BLOCK_BYTES // (4 * weights), 1), _BLOCK_REPLICATES)
    blocks = -(-replicates // largest)
    return -(-replicates // blocks)


def _join(parts, replicates):
    """Concatenate blocks of arrays, or of lists of arrays; drop the repetitions."""
    if isinstance(parts[0], list):
        return [_join(list(p), replicates) for p in zip(*parts, strict=True)]
    return np.concatenate(parts)[:replicates]


@dataclass(frozen=True, eq=False)
class _Training:
    """A compiled program and all that ``fit_replicates`` was told, but for a start."""

    model: keras.Model
    trainer: "_BlockTrainer"
    predict: Predictor
    data: tuple[dict, dict, int]
    block: int
    seed: int
    shuffle: bool
    executor: Executor | None
    progress: bool | None

    def run(self, initial: list[np.ndarray], data, replicates: int) -> Replicates:
        """Train from ``initial`` on what ``check_data`` returned."""
        initial = inputs.check_weights(self.model, "initial", initial, replicates)
        for k, array in enumerate(initial):
            inputs.check_finite(f"initial[{k}]", array)
        layer_seeds = inputs.draw_layer_seeds(self.model, replicates, self.seed)
        shared, own, _ = data
        blocks = []
        for first in range(0, replicates, self.block):
            # All blocks have one size, so that one program serves all: the last block
            # repeats its last replicate.
            rows = np.minimum(np.arange(first, first + self.block), replicates - 1)
            blocks.append(
                {
                    "weights": [w[rows] for w in initial],
                    "layer_seeds": layer_seeds[rows],
                    "order_seeds": self.seed + rows if self.shuffle else None,
                    "shared": shared,
                    "own": {name: array[rows] for name, array in own.items()},
                }
            )
        parts = _run(self.trainer, blocks, self.executor, self.progress)
        joined = {
            name: _join([part[name] for part in parts], replicates) for name in parts[0]
        }
        diverged = joined.pop("diverged")
        which = np.flatnonzero(diverged)
        if len(which):
            warnings.warn(
                f"{len(which)} of {replicates} replicates diverged, first replicate "
                f"{which[0]} at step {diverged[which[0]]}: see .diverged, and "
                ".finished for those that did not",
                RuntimeWarning,
                stacklevel=3,
            )
        return Replicates(
            initial=initial,
            **joined,
            diverged={int(i): int(diverged[i]) for i in which},
            _training=self,
        )


class _BlockTrainer:
    """Trains one block: a job for an executor, here or in another process."""

    def __init__(self, build, plan: Plan, model: keras.Model):
        self.build = build
        self._plan = plan
        self.steps = plan.steps
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
                steps = max(int(steps * min(_CALL_SECONDS / seconds, 8)), 1)
                first = last
        return program.finish(state)

    def _orders(self, seeds):
        """Yield orders of the samples, their first epoch and the step they end at."""
        plan = self._plan
        if seeds is None:
            yield None, 0, plan.steps
            return
        generators = [inputs.order_generator(int(seed)) for seed in seeds]
        ahead = _ORDER_BYTES // (4 * plan.samples * len(seeds))
        ahead = min(max(ahead, 1), plan.epochs)
        for epoch in range(0, plan.epochs, ahead):
            orders = [inputs.draw_order(g, ahead, plan.samples) for g in generators]
            orders = tf.constant(np.reshape(orders, (len(seeds), -1)))
            until = min(epoch + ahead, plan.epochs) * plan.steps_per_epoch
            yield orders, epoch, until


@functools.lru_cache(maxsize=4)
def _unpickled_trainer(build: bytes, plan: Plan) -> _BlockTrainer:
    """Return a trainer in a worker process: one, and one compilation, for all jobs."""
    build = pickle.loads(build)
    return _BlockTrainer(build, plan, _checked_model(build))


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


class _Stopped(Exception):
    """Ends a block early, after an interrupt or an error elsewhere."""


def _run(trainer, blocks, executor, progress):
    """Train all blocks, in this process or by ``executor``; return their results."""
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
            raise _Stopped
        with one_at_a_time:
            bar.update(steps)

    threads = None
    if executor is None:
        threads = ThreadPoolExecutor(min(len(blocks), os.cpu_count() or 1))
        futures = [threads.submit(trainer, block, after_call) for block in blocks]
    else:
        futures = [executor.submit(trainer, block) for block in blocks]
    try:
        waiting = set(futures)
        while waiting:
            # With a time limit, since a wait without one cannot be interrupted on
            # every system.
            done, waiting = wait(waiting, _CALL_SECONDS, FIRST_COMPLETED)
            for future in done:
                future.result()
                if threads is None:
                    bar.update(trainer.steps)
        return [future.result() for future in futures]
    finally:
        # After an error or an interrupt: end what waits, then what runs here.
        stop.set()
        for future in futures:
            future.cancel()
        if threads is not None:
            threads.shutdown()
        bar.close()
