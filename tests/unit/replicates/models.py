"""Small models and data for the tests of fit_replicates, and what fit makes of them."""

import signal
import threading
import time

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from utils.replicates import fit_replicates, starts
from utils.replicates.program import BlockProgram

RNG = np.random.default_rng(0)
X = np.linspace(0.5, 9.5, 40, dtype="float32")[:, None]
Y = 2 * X + RNG.uniform(0, 2, X.shape).astype("float32")
WIDE = RNG.normal(size=(23, 4)).astype("float32")
WIDE_Y = (WIDE @ RNG.normal(size=(4, 2))).astype("float32")
LABELS = np.argmax(WIDE[:, :3], axis=1)
IMAGES = RNG.normal(size=(11, 6, 6, 2)).astype("float32")
IMAGES_Y = RNG.normal(size=(11, 1)).astype("float32")


def absolute_sum(y_true, y_pred):
    return keras.ops.sum(keras.ops.abs(y_true - y_pred))


def compiled(*stack, shape=(4,), optimizer=None, loss="mse", batch=None, **options):
    model = keras.Sequential([keras.Input(shape, batch_size=batch), *stack])
    model.compile(optimizer or keras.optimizers.SGD(0.01), loss, **options)
    return model


def line(penalty=None):
    stack = [layers.Dense(n, kernel_regularizer=penalty) for n in (10, 10, 10, 1)]
    # Forty steps in each call make thousands bearable; the numbers are the same.
    return compiled(*stack, shape=(1,), loss=absolute_sum, steps_per_execution=40)


def linear():
    return compiled(layers.Dense(1), shape=(1,), optimizer=keras.optimizers.SGD(0.01))


def dense(optimizer=None, loss="mse", outputs=2, activation="tanh", **options):
    return compiled(
        layers.Dense(5, activation=activation, **options),
        layers.Dense(outputs, **options),
        optimizer=optimizer,
        loss=loss,
    )


def batches(x, y, size):
    """The batches that ``fit`` takes in order from arrays, at little cost."""
    return as_it_is(tf.data.Dataset.from_tensor_slices((x, y)).batch(size))


def as_it_is(data):
    """Let a small dataset be: to optimize it takes longer than to train on it."""
    options = tf.data.Options()
    options.autotune.enabled = False
    options.experimental_optimization.apply_default_optimizations = False
    return data.with_options(options)


class Fit:
    """``model.fit`` from one start after another, each with a fresh optimizer.

    One model serves all starts, since to build and trace it takes longer than to train
    it.
    """

    def __init__(self, build):
        self.model = build()
        self.optimizer = self.model.optimizer
        self.optimizer.build(self.model.trainable_variables)
        self._fresh = [v.numpy() for v in self.optimizer.variables]

    def start(self, weights):
        self.model.set_weights(weights)
        for variable, value in zip(self.optimizer.variables, self._fresh, strict=True):
            variable.assign(value)

    def go_on(self, x, y, *, batch_size, epochs=1):
        """Train; return the weights and the loss of each epoch.

        A single epoch has the arrays as they are, to see that ``batches`` cuts them as
        ``fit`` does.
        """
        options = {"epochs": epochs, "shuffle": False, "verbose": 0}
        if epochs == 1:
            log = self.model.fit(x, y, batch_size=batch_size, **options)
        else:
            log = self.model.fit(batches(x, y, batch_size), **options)
        return self.model.get_weights(), log.history["loss"]

    def __call__(self, weights, x, y, **options):
        self.start(weights)
        return self.go_on(x, y, **options)


def assert_close(ours, theirs, atol=1e-5):
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=atol)


def start_of(runs, i):
    return [w[i] for w in runs.initial]


def fitted(build, runs, x, y, **options):
    """Return the weights that ``model.fit`` reaches from each start of ``runs``."""
    fit = Fit(build)
    found = [fit(start_of(runs, i), x, y, **options) for i in range(len(runs))]
    weights, losses = zip(*found, strict=True)
    return [np.stack(w) for w in zip(*weights, strict=True)], np.array(losses)


def assert_draws_equal_a_compiled_fit(build, rows=23):
    """The random layers of each replicate draw as those of a ``fit`` with its seeds.

    Returns the runs and the fit.
    """
    x, y = WIDE[:rows], WIDE_Y[:rows]
    runs = fit_replicates(build, x, y, replicates=3, epochs=3, batch_size=4)
    fit = Fit(build)
    random = [layer for layer in fit.model.layers if hasattr(layer, "seed_generator")]
    seeds = starts.draw_layer_seeds(fit.model, 3, 0)
    for i in range(3):
        for layer, seed in zip(random, seeds[i], strict=True):
            layer.seed_generator.state.assign([seed, 0])
        theirs, _ = fit(start_of(runs, i), x, y, epochs=3, batch_size=4)
        assert_close([w[i] for w in runs.weights], theirs)
    return runs, fit


def interrupt():
    """Interrupt the main thread, as Ctrl-C does."""
    signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)


def watch_first_steps(monkeypatch, programs, then):
    """Call ``then`` once, when so many programs have taken their first steps.

    Not after some seconds: on a busy machine they may pass in the middle of something
    that swallows an interrupt. Returns a list, which gets the time of the call.
    """
    advance, lock, running, called = BlockProgram.advance, threading.Lock(), set(), []

    def watched(program, *arguments):
        state = advance(program, *arguments)
        with lock:
            running.add(id(program))
            if len(running) == programs and not called:
                called.append(time.monotonic())
                then()
        return state

    monkeypatch.setattr(BlockProgram, "advance", watched)
    return called


def train_for_minutes():
    x, y = np.tile(X / 10, (1000, 1)), np.tile(Y, (1000, 1))
    return fit_replicates(linear, x, y, replicates=500, epochs=1000, progress=False)
