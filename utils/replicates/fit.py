"""Check all that ``fit_replicates`` is told, and train."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace

import keras
import numpy as np

from utils.checks import flag, whole
from utils.replicates import inputs, starts
from utils.replicates.blocks import BlockTrainer
from utils.replicates.plan import Plan
from utils.replicates.predictor import Predictor
from utils.replicates.replicates import Replicates
from utils.replicates.training import Training, block_size


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
    model = inputs.checked_model(build)
    replicates = whole("replicates", replicates, 1)
    seed, shuffle = whole("seed", seed, 0), flag("shuffle", shuffle)
    if progress is not None:
        progress = flag("progress", progress)
    if executor is not None and not hasattr(executor, "submit"):
        raise TypeError(
            f"executor must be a concurrent.futures.Executor, got {executor!r}"
        )
    data = inputs.check_data(model, x, y, replicates)
    plan = _plan(data, batch_size, epochs, record_every, shuffle)
    training = Training(
        model=model,
        trainer=BlockTrainer(build, plan, model),
        predict=Predictor(model),
        data=data,
        block=block_size(model, replicates),
        seed=seed,
        shuffle=shuffle,
        executor=executor,
        progress=progress,
    )
    if initial is None:
        initial = starts.draw_initial(model, replicates, seed)
    return training.run(initial, data, replicates)


def _plan(data, batch_size, epochs, record_every, shuffle) -> Plan:
    sample = tuple(
        (name, shape[1:], dtype, own or shuffle)
        for name, shape, dtype, own in data.parts()
    )
    epochs = whole("epochs", epochs, 1)
    plan = Plan(len(data), whole("batch_size", batch_size, 1), epochs, None, sample)
    if record_every is None:
        return plan
    return replace(
        plan, record_every=whole("record_every", record_every, 1, plan.steps)
    )
