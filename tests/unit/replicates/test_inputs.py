"""fit_replicates draws its starts as documented, and refuses what it cannot train."""

import keras
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from keras import layers

from tests.unit.replicates.models import (
    LABELS,
    WIDE,
    WIDE_Y,
    assert_close,
    compiled,
    dense,
    fitted,
)
from utils.replicates import blocks, fit_replicates, starts

# Starts.


def test_starts_are_what_the_initializers_draw():
    model = compiled(
        layers.Dense(3, kernel_initializer="he_normal", bias_initializer="ones"),
        layers.PReLU(alpha_initializer=keras.initializers.RandomNormal(seed=1)),
        layers.BatchNormalization(),
        layers.Dense(2, kernel_initializer="orthogonal", trainable=False),
    )
    drawn = starts.draw_initial(model, 3, seed=7)
    words = starts.seed_words(7, 3, 0, len(model.weights))
    expected = {
        0: lambda seed: keras.initializers.HeNormal(seed)((4, 3)),
        1: lambda seed: np.ones(3),
        2: lambda seed: keras.initializers.RandomNormal(seed=seed)((3,)),
        7: lambda seed: model.get_weights()[7],
    }
    for k, draw in expected.items():
        for i in range(3):
            np.testing.assert_array_equal(drawn[k][i], draw(int(words[i, k])))
    assert not np.array_equal(drawn[0][0], drawn[0][1])


@settings(max_examples=5)
@example(seed=2**31, shift=3)
@given(seed=st.integers(0, 2**31), shift=st.integers(1, 3))
def test_replicates_are_numbered_through_from_seed_to_seed(seed, shift):
    model = dense()
    ours = starts.draw_initial(model, 4, seed)
    shifted = starts.draw_initial(model, 4, seed + shift)
    for a, b in zip(ours, shifted, strict=True):
        np.testing.assert_array_equal(a[shift:], b[: 4 - shift])


def test_weights_without_an_initializer_need_initial():
    class Scale(layers.Layer):
        def build(self, shape):
            self.scale = self.add_weight(shape=(shape[-1],), initializer="ones")

        def call(self, x):
            return x * self.scale

    def build():
        return compiled(Scale(), layers.Dense(2))

    with pytest.raises(ValueError, match=r"no Keras initializer is known.*initial="):
        fit_replicates(build, WIDE, WIDE_Y, replicates=2, epochs=1)
    initial = [np.stack([w, 2 * w]) for w in build().get_weights()]
    x, y, options = WIDE[:20], WIDE_Y[:20], {"epochs": 1, "batch_size": 4}
    runs = fit_replicates(build, x, y, replicates=2, initial=initial, **options)
    weights, _ = fitted(build, runs, x, y, **options)
    assert_close(runs.weights, weights)


@given(
    seed=st.integers(0, 2**40),
    samples=st.integers(1, 50),
    epochs=st.lists(st.integers(1, 4), min_size=1, max_size=4),
)
def test_orders_are_permutations_however_they_are_drawn(seed, samples, epochs):
    generator = starts.order_generator(seed)
    pieces = [starts.draw_order(generator, e, samples) for e in epochs]
    whole = starts.draw_order(starts.order_generator(seed), sum(epochs), samples)
    np.testing.assert_array_equal(np.concatenate(pieces), whole)
    np.testing.assert_array_equal(np.sort(whole), np.arange(samples)[None] + 0 * whole)


# Bad input: one clear error, before any training.

GOOD = {
    "build": dense,
    "x": WIDE,
    "y": WIDE_Y,
    "replicates": 2,
    "epochs": 1,
    "batch_size": 4,
}
NAN = WIDE.copy()
NAN[3, 1] = np.nan


def unbuilt():
    model = keras.Sequential([layers.Dense(2)])
    model.compile("sgd", "mse")
    return model


def own_step():
    class OwnStep(keras.Model):
        def train_step(self, data):
            return super().train_step(data)

    x = keras.Input((4,))
    model = OwnStep(x, layers.Dense(2)(x))
    model.compile("sgd", "mse")
    return model


def subclassed():
    class Subclassed(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(2)

        def call(self, x):
            return self.dense(x)

    model = Subclassed()
    model(WIDE)
    model.compile("sgd", "mse")
    return model


def two_inputs():
    a, b = keras.Input((4,)), keras.Input((4,))
    model = keras.Model([a, b], layers.Dense(2)(layers.add([a, b])))
    model.compile("sgd", "mse")
    return model


def with_metrics():
    model = dense()
    model.compile("sgd", "mse", metrics=["mae"])
    return model


def mixed():
    return dense(dtype="mixed_bfloat16")


def by(**options):
    return lambda: dense(keras.optimizers.SGD(0.01, **options))


def labelled():
    return dense(loss="sparse_categorical_crossentropy")


class GlobalNoise(layers.Layer):
    def call(self, x):
        return x + keras.random.normal((4,))


BAD = {
    "such as the global seed": {
        "build": lambda: compiled(GlobalNoise(), layers.Dense(2))
    },
    "replicates must be at least 1, got 0": {"replicates": 0},
    "replicates must be a whole number, got 2.0": {"replicates": 2.0},
    "epochs must be at least 1, got 0": {"epochs": 0},
    "batch_size must be at least 1, got -1": {"batch_size": -1},
    "seed must be at least 0, got -1": {"seed": -1},
    "record_every must be from 1 to 6, got 7": {"record_every": 7},
    "record_every must be a whole number, got 'epoch'": {"record_every": "epoch"},
    "shuffle must be True or False, got 'batch'": {"shuffle": "batch"},
    "progress must be True or False, got 1": {"progress": 1},
    "executor must be a concurrent.futures.Executor, got 2": {"executor": 2},
    "build must be a function without arguments": {"build": dense()},
    r"build\(\) must return a keras.Model, got None": {"build": lambda: None},
    "not built: add keras.Input": {"build": unbuilt},
    "not compiled": {
        "build": lambda: keras.Sequential([keras.Input((4,)), layers.Dense(2)])
    },
    "whose input shape is known, got Subclassed": {"build": subclassed},
    "one input and one output, got 2 and 1": {"build": two_inputs},
    "its own train_step: OwnStep.train_step": {"build": own_step},
    "metrics, which keep a running state": {"build": with_metrics},
    "mixed precision: .* computes in bfloat16": {"build": mixed},
    r"SGD\(use_ema=True\)": {"build": by(use_ema=True)},
    r"SGD\(gradient_accumulation_steps=2\)": {
        "build": by(gradient_accumulation_steps=2)
    },
    "an optimizer that wraps another: LossScaleOptimizer": {
        "build": lambda: dense(
            keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.1))
        )
    },
    "keeps a state between batches": {
        "build": lambda: compiled(
            layers.Reshape((2, 2)), layers.GRU(2, stateful=True), batch=4
        )
    },
    r"x must be finite, got nan at \[3, 1\]": {"x": NAN},
    r"y must be finite, got inf at \[0, 0\]": {"y": WIDE_Y + np.float32(np.inf)},
    "x must be an array of numbers": {"x": WIDE.astype(str)},
    r"x must have shape \(n, 4\), or \(2, n, 4\).*got \(23,\)": {"x": WIDE[:, 0]},
    r"x must have shape .*got \(23, 3\)": {"x": WIDE[:, :3]},
    "x has shape .* so it holds 3 sets for 2 replicates": {"x": np.stack([WIDE] * 3)},
    r"y must have shape \(n, 2\).*got \(23, 1\)": {"y": WIDE_Y[:, :1]},
    "one length, got 23 and 22 samples": {"y": WIDE_Y[:22]},
    "at least one sample": {"x": WIDE[:0], "y": WIDE_Y[:0]},
    "y must hold floats for mean_squared_error, got int64": {
        "y": WIDE_Y.astype("int64")
    },
    "y must hold integer labels for sparse_categorical_crossentropy": {
        "build": labelled,
        "y": WIDE_Y[:, 0],
    },
    "y must hold labels from 0 to 1.*got 0 to 2": {"build": labelled, "y": LABELS},
    "initial must be a list of arrays": {"initial": 3},
    "initial must hold 4 arrays, .* got 1": {"initial": [WIDE]},
    r"initial\[0\] .* must have shape \(2, 4, 5\), got \(4, 5\)": {
        "initial": dense().get_weights()
    },
    r"initial\[0\] must be finite": {
        "initial": [np.stack([w, NAN[3, 1] + w]) for w in dense().get_weights()]
    },
}


class FollowsWeights(keras.optimizers.SGD):
    """Like ScheduleFreeAdamW, which older versions of Keras do not have."""

    def build(self, variables):
        super().build(variables)
        for slot, variable in zip(self.momentums, variables, strict=True):
            slot.assign(variable)


def test_optimizers_that_start_from_the_weights_are_refused():
    def build():
        return dense(FollowsWeights(0.1, momentum=0.5))

    with pytest.raises(ValueError, match=r"FollowsWeights, as its .* starts from"):
        fit_replicates(build, WIDE, WIDE_Y, replicates=2, epochs=1)


def test_recurrent_layers_are_refused():
    def build():
        return compiled(layers.Reshape((2, 2)), layers.SimpleRNN(2))

    with pytest.raises(ValueError, match="that XLA cannot compile, such as one with"):
        fit_replicates(build, WIDE, WIDE_Y, replicates=2, epochs=1)


@pytest.mark.parametrize("message", BAD)
def test_bad_input_is_refused_before_training(message, monkeypatch):
    monkeypatch.setattr(blocks, "run", None)  # would be called to train
    with pytest.raises((TypeError, ValueError), match=message):
        fit_replicates(**{**GOOD, **BAD[message]})
