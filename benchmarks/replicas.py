"""Replicates against ``model.fit``, and against JAX's ``vmap`` and ``scan``.

The work is that of the course's central experiment: layers 1-10-10-10-1 with L2, the
sum of |error|, SGD, 4,000 steps of one sample. JAX is optional:

    pip install -r benchmarks/requirements.txt
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import keras
import numpy as np

from utils.data import line_with_outliers
from utils.models import mlp
from utils.replicates import fit_replicates

REPETITIONS = 5
EPOCHS = 100
STRENGTH = 0.15
RATE = 0.01


def rows() -> Iterator[dict]:
    """Yield the rows of the table, as described in ``benchmarks.run``."""
    data = line_with_outliers(0)
    x, y = data.x_train, data.y_train

    def ours(replicates: int, epochs: int = EPOCHS) -> float:
        return _seconds(
            lambda: fit_replicates(
                build,
                x,
                y,
                replicates=replicates,
                epochs=epochs,
                progress=False,
            )
        )

    def training(replicates: int) -> float:
        """Seconds that the 4,000 steps take, without building and compiling."""
        longer = min(max(3000 // replicates, 1), 300)
        start = min(ours(replicates, 1) for _ in range(2))
        return (ours(replicates, longer * EPOCHS) - start) / longer

    ours(1)  # warms up TensorFlow
    once = [_fit(x, y) for _ in range(3)]
    yield {
        "what": "4,000 steps by model.fit",
        "unit": "s",
        "target": "",
        "values": once,
    }
    yield {
        "what": "build, check, trace and compile the program of 1,000 replicates",
        "unit": "s",
        "target": "at most 1",
        "values": [ours(1000, 1) for _ in range(REPETITIONS)],
    }
    for replicates in (1, 10, 100, 1000):
        pairs = [(_fit(x, y), training(replicates)) for _ in range(3)]
        yield {
            "what": f"per replicate: model.fit / {replicates:,} replicates",
            "unit": "times",
            "target": "at least 2,000" if replicates == 100 else "",
            "values": [a / (b / replicates) for a, b in pairs],
        }
    fast = {"steps_per_execution": len(x), "jit_compile": True}
    pairs = [(_fit(x, y, **fast), training(100)) for _ in range(3)]
    yield {
        "what": (
            "per replicate: model.fit with steps_per_execution and jit_compile / 100 "
            "replicates"
        ),
        "unit": "times",
        "target": "",
        "values": [a / (b / 100) for a, b in pairs],
    }
    for replicates in (100, 1000):
        yield from _against_jax(x, y, replicates, partial(training, replicates))
    yield {
        "what": "peak memory of a process that trains 10,000 replicates",
        "unit": "MB",
        "target": "below 2,000",
        "values": [_peak_megabytes(10_000)],
    }
    yield {
        "what": "peak memory of a process that trains 1 replicate",
        "unit": "MB",
        "target": "",
        "values": [_peak_megabytes(1)],
    }


def build(**options) -> keras.Model:
    """Return the posts' network, compiled."""
    model = mlp(penalty=keras.regularizers.L2(STRENGTH))
    model.compile(keras.optimizers.SGD(RATE), absolute_sum, **options)
    return model


def absolute_sum(y_true, y_pred):
    """The posts' loss."""
    return keras.ops.sum(keras.ops.abs(y_true - y_pred))


def _seconds(call: Callable) -> float:
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def _fit(x, y, **options) -> float:
    """Seconds of ``model.fit`` for all epochs, after a first one that compiles."""
    model = build(**options)
    fit = {"batch_size": 1, "shuffle": False, "verbose": 0}
    model.fit(x, y, epochs=1, **fit)
    return _seconds(lambda: model.fit(x, y, epochs=EPOCHS, **fit))


def _against_jax(x, y, replicates: int, training: Callable) -> Iterator[dict]:
    what = f"{replicates:,} replicates: JAX vmap + scan"
    if not _has_jax():
        yield {
            "what": what,
            "note": "not measured: JAX is not installed "
            "(pip install -r benchmarks/requirements.txt)",
            "target": "",
        }
        return
    for books, title in ((False, "weights only"), (True, "with losses and averages")):
        train, compile_seconds = _jax_program(x, y, replicates, books)
        pairs = [(_seconds(train), training()) for _ in range(REPETITIONS)]
        yield {
            "what": f"{what} ({title}) / ours",
            "unit": "times",
            "target": "at least 1, better 2" if replicates == 1000 else "",
            "values": [a / b for a, b in pairs],
        }
        yield {
            "what": f"{what} ({title}), compiling",
            "unit": "s",
            "target": "",
            "values": [compile_seconds],
        }


def _has_jax() -> bool:
    try:
        import jax  # noqa: F401
    except ImportError:
        return False
    return True


def _jax_program(x, y, replicates: int, books: bool) -> tuple[Callable, float]:
    """Return a function that trains once, and the seconds that compiling it took.

    Args:
        books: Whether to keep what ``fit_replicates`` reports, too: the loss of each
            epoch and the mean of the weights over all steps.
    """
    import jax
    import jax.numpy as jnp

    def loss(weights, x, y):
        hidden = x
        for kernel, bias in weights:
            hidden = hidden @ kernel + bias
        penalty = sum(jnp.sum(jnp.square(kernel)) for kernel, _ in weights)
        return jnp.sum(jnp.abs(y - hidden)) + STRENGTH * penalty

    def descend(weights, gradient):
        return jax.tree.map(lambda w, g: w - RATE * g, weights, gradient)

    def step(weights, batch):
        return descend(weights, jax.grad(loss)(weights, *batch)), None

    def step_with_books(carried, batch):
        weights, mean, count = carried
        value, gradient = jax.value_and_grad(loss)(weights, *batch)
        weights = descend(weights, gradient)
        mean = jax.tree.map(lambda m, w: m + (w - m) / count, mean, weights)
        return (weights, mean, count + 1), value

    batches = (jnp.asarray(x)[:, None], jnp.asarray(y)[:, None])

    def train(weights):
        def epoch(carried, _):
            carried, losses = jax.lax.scan(
                step_with_books if books else step, carried, batches
            )
            return carried, jnp.mean(losses) if books else None

        start = (weights, weights, 1.0) if books else weights
        return jax.lax.scan(epoch, start, length=EPOCHS)

    flat = [np.stack([w] * replicates) for w in build().get_weights()]
    weights = list(zip(flat[::2], flat[1::2], strict=True))
    begin = time.perf_counter()
    compiled = jax.jit(jax.vmap(train)).lower(weights).compile()
    compile_seconds = time.perf_counter() - begin
    return lambda: jax.block_until_ready(compiled(weights)), compile_seconds


def _peak_megabytes(replicates: int) -> float:
    """Return the largest resident memory of a fresh process that trains."""
    code = f"from benchmarks.replicas import print_peak; print_peak({replicates})"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    return float(done.stdout.split()[-1])


def print_peak(replicates: int) -> None:
    """Train, and print the largest resident memory that this process had, in MB."""
    data = line_with_outliers(0)
    fit_replicates(
        build,
        data.x_train,
        data.y_train,
        replicates=replicates,
        epochs=EPOCHS,
        progress=False,
    )
    status = Path("/proc/self/status")
    if status.exists():
        # Not getrusage, which on Linux starts at the size of the parent process.
        (line,) = [s for s in status.read_text().splitlines() if s.startswith("VmHWM")]
        print(int(line.split()[1]) / 1024)
        return
    import resource

    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2)
