"""How long pruning takes, what it gains, and what proximal steps cost."""

import time
from collections.abc import Iterator

import keras
import numpy as np
import tensorflow as tf

from utils.data import digits
from utils.models import mlp
from utils.penalties import GroupSoftThreshold, SoftThreshold
from utils.pruning import prune
from utils.replicates import fit_replicates


def rows() -> Iterator[dict]:
    """Yield the rows of the table, as described in ``benchmarks.run``."""
    model = _half_off()
    yield {
        "what": "prune a network of 784-1024-1024-10 neurons, half of them off",
        "unit": "s",
        "target": "at most 1",
        "values": [_seconds(lambda: prune(model)) for _ in range(5)],
    }
    yield {
        "what": "proximal step / SGD with L1, 1,000 replicates, batch of 1",
        "unit": "times",
        "target": "at most 1.1",
        "values": _proximal_cost(),
    }
    full, small = _digits_networks()
    for size in (1, 256):
        x = digits().x_test[:size]
        yield {
            "what": (
                f"answer for {size} digits: full network {_shape(full)} / pruned "
                f"{_shape(small)}"
            ),
            "unit": "times",
            "target": "",
            "values": _latency_ratios(full, small, x),
        }


def _seconds(call) -> float:
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def _half_off() -> keras.Model:
    model = mlp((784, 1024, 1024, 10), activation="relu", seed=0)
    weights = model.get_weights()
    for kernel in weights[0:4:2]:
        kernel[:, ::2] = 0
    model.set_weights(weights)
    return model


def _proximal_cost() -> list[float]:
    rng = np.random.default_rng(0)
    x = rng.uniform(0.5, 9.5, (40, 1)).astype("float32")
    y = 2 * x + rng.uniform(0, 2, x.shape).astype("float32")

    def penalized():
        model = mlp(penalty=keras.regularizers.L1(0.3))
        model.compile(keras.optimizers.SGD(0.001), "mae")
        return model

    def proximal():
        sgd = keras.optimizers.SGD(0.001)
        model = mlp(constraint=SoftThreshold(0.3, sgd))
        model.compile(sgd, "mae")
        return model

    def seconds(build, epochs):
        return _seconds(
            lambda: fit_replicates(
                build, x, y, replicates=1000, epochs=epochs, progress=False
            )
        )

    def training(build):
        # Two lengths, so that building and compiling cancel out.
        return seconds(build, 260) - seconds(build, 10)

    return [training(proximal) / training(penalized) for _ in range(3)]


def _digits_networks() -> tuple[keras.Model, keras.Model]:
    """Train a network on the digits by the group lasso, and prune it."""
    keras.utils.set_random_seed(0)
    split, epochs = digits(), 40
    steps = -(-len(split.x_train) // 32) * epochs
    rate = keras.optimizers.schedules.PolynomialDecay(0.2, steps, 0.0)
    sgd = keras.optimizers.SGD(rate)
    off = GroupSoftThreshold(0.001, sgd)
    model = mlp((64, 512, 512, 10), activation="relu", constraint=off, seed=0)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(sgd, loss)
    model.fit(split.x_train, split.y_train, epochs=epochs, batch_size=32, verbose=0)
    return model, prune(model).model


def _shape(model) -> str:
    return "-".join(str(layer.kernel.shape[-1]) for layer in model.layers)


def _latency_ratios(full, small, x, calls=200) -> list[float]:
    x = tf.constant(x)
    compiled = [tf.function(model, jit_compile=True) for model in (full, small)]

    def seconds(call):
        return _seconds(lambda: [call(x) for _ in range(calls)])

    for call in compiled:
        seconds(call)  # compiles
    return [seconds(compiled[0]) / seconds(compiled[1]) for _ in range(9)]
