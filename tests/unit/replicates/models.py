"""Small models and data for the tests of fit_replicates, and what fit makes of them."""

import keras
import numpy as np
from keras import layers

from utils.replicates import fit_replicates, inputs

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
    # Ten steps in each call make thousands of steps bearable; the numbers are the same.
    return compiled(*stack, shape=(1,), loss=absolute_sum, steps_per_execution=10)


def linear():
    return compiled(layers.Dense(1), shape=(1,), optimizer=keras.optimizers.SGD(0.01))


def dense(optimizer=None, loss="mse", outputs=2, activation="tanh", **options):
    return compiled(
        layers.Dense(5, activation=activation, **options),
        layers.Dense(outputs, **options),
        optimizer=optimizer,
        loss=loss,
    )


def fitted(build, runs, x, y, **options):
    """Return the weights that ``model.fit`` reaches from each start of ``runs``."""
    weights, losses = [], []
    for i in range(len(runs)):
        model = build()
        model.set_weights([w[i] for w in runs.initial])
        log = model.fit(x, y, shuffle=False, verbose=0, **options)
        weights.append(model.get_weights())
        losses.append(log.history["loss"])
    return [np.stack(w) for w in zip(*weights, strict=True)], np.array(losses)


def assert_draws_equal_a_compiled_fit(build):
    """The second layer is random: each replicate draws as a ``fit`` with its seed."""
    runs = fit_replicates(build, WIDE, WIDE_Y, replicates=3, epochs=3, batch_size=4)
    seeds = inputs.draw_layer_seeds(build(), 3, 0)
    for i in range(3):
        model = build()
        model.set_weights([w[i] for w in runs.initial])
        model.layers[1].seed_generator.state.assign([seeds[i, 0], 0])
        model.fit(WIDE, WIDE_Y, epochs=3, batch_size=4, shuffle=False, verbose=0)
        for ours, theirs in zip(runs.weights, model.get_weights(), strict=True):
            np.testing.assert_allclose(ours[i], theirs, rtol=0, atol=1e-5)
