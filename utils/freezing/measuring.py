"""How large a file is, how fast it answers, and what a process makes of it that has
never seen the model."""

import contextlib
import gzip
import os
import statistics
import timeit
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from utils.checks import whole
from utils.freezing.process import elsewhere
from utils.freezing.reading import load_frozen
from utils.freezing.sealing import files


def size(path: str | os.PathLike) -> int:
    """Bytes of a file, or of all files in a folder, without checksums."""
    return sum(file.stat().st_size for file in files(Path(path)))


def gzipped(path: str | os.PathLike) -> int:
    """Bytes of a file, or of all files in a folder one by one, after gzip -9."""
    return sum(len(gzip.compress(f.read_bytes(), 9)) for f in files(Path(path)))


def milliseconds(call: Callable[[], object], repeats: int = 20) -> float:
    """Median duration of a call, after one that does not count."""
    call()
    durations = timeit.repeat(call, number=1, repeat=whole("repeats", repeats, 1))
    return 1e3 * statistics.median(durations)


@dataclass(frozen=True)
class Reloaded:
    """What became of a file in a process that has never seen the model.

    Attributes:
        outputs: For the batch, (n, ...); None if it could not be opened.
        one, batch: Median milliseconds for one input and for the whole batch.
        variables: How many arrays training could still change.
        learns: Whether one step of gradient descent did change an output.
        losses: How many regularization losses came along.
        error: What was wrong, if it could not be opened.
    """

    outputs: np.ndarray | None = None
    one: float = float("nan")
    batch: float = float("nan")
    variables: int = 0
    learns: bool = False
    losses: int = 0
    error: str = ""


def reload_elsewhere(
    paths: Iterable[str | os.PathLike], x: np.ndarray
) -> list[Reloaded]:
    """Open files in one new Python process that knows nothing but this module.

    Args:
        paths: Files and folders, in any of the formats.
        x: A batch to run and to time, (n, ...).

    Returns:
        One entry for each path, in order.

    Raises:
        RuntimeError: If the process ends early; with what it wrote to stderr.
    """
    paths = [os.path.abspath(path) for path in paths]
    with contextlib.closing(elsewhere(_reload, paths, np.asarray(x))) as found:
        return list(found)


def _reload(paths, x) -> Iterator[Reloaded]:
    for path in paths:
        try:
            frozen = load_frozen(path)
            yield Reloaded(
                outputs=frozen(x),
                one=milliseconds(lambda frozen=frozen: frozen(x[:1]), 200),
                batch=milliseconds(lambda frozen=frozen: frozen(x), 50),
                variables=len(frozen.variables),
                learns=_learns(frozen, x),
                losses=len(getattr(frozen.model, "losses", ())),
            )
        except (OSError, ValueError, ModuleNotFoundError) as error:
            yield Reloaded(error=f"{type(error).__name__}: {error}")


def _learns(frozen, x):
    """Take one step down the gradient, and see whether the outputs move."""
    if not frozen.variables:
        return False
    import tensorflow as tf

    # Keras wraps the variables of TensorFlow, which a SavedModel has bare.
    variables = [v if isinstance(v, tf.Variable) else v.value for v in frozen.variables]
    before = frozen(x)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(frozen.function(tf.constant(x, frozen.dtype)) ** 2)
    gradients = tape.gradient(loss, variables)
    for variable, gradient in zip(variables, gradients, strict=True):
        if gradient is not None:
            variable.assign_sub(1e-3 * gradient)
    return bool(np.abs(frozen(x) - before).max() > 0)
