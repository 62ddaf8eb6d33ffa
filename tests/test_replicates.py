"""fit_replicates trains as model.fit does, says what it refuses, and scales out."""

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keras import layers, regularizers

from utils import _replica_inputs as inputs
from utils.replicates import fit_replicates

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


def compiled(*stack, shape=(4,), optimizer=None, loss="mse"):
    model = keras.Sequential([keras.Input(shape), *stack])
    optimizer = optimizer or keras.optimizers.SGD(0.01)
    # Many steps for each call keep the reference quick; the numbers stay the same.
    model.compile(optimizer, loss, steps_per_execution=100)
    return model


def line(penalty=None, **options):
    stack = [layers.Dense(n, kernel_regularizer=penalty) for n in (10, 10, 10, 1)]
    return compiled(*stack, shape=(1,), loss=absolute_sum, **options)


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


def assert_equals_fit(build, x, y, *, replicates=2, atol=1e-5, **options):
    runs = fit_replicates(build, x, y, replicates=replicates, **options)
    weights, losses = fitted(build, runs, x, y, **options)
    moved = max(
        np.abs(a - b).max() for a, b in zip(runs.weights, runs.initial, strict=True)
    )
    assert moved > 100 * atol
    for ours, theirs in zip(runs.weights, weights, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=atol)
    np.testing.assert_allclose(runs.loss, losses, rtol=1e-4, atol=1e-5)


# The network of post A, at the tolerances that the course relies on.


@pytest.mark.parametrize("penalty", [None, regularizers.L2(0.15)])
def test_4000_steps_equal_fit(penalty):
    # One epoch of a hundred copies: the same steps without fit's cost per epoch.
    x, y = np.tile(X, (100, 1)), np.tile(Y, (100, 1))
    assert_equals_fit(lambda: line(penalty), x, y, epochs=1, batch_size=1, replicates=1)


def test_200_steps_with_l1_equal_fit():
    assert_equals_fit(lambda: line("l1"), X, Y, epochs=5, batch_size=1)


def test_relu_with_adam_equals_fit():
    def build():
        return dense(keras.optimizers.Adam(0.01), activation="relu")

    assert_equals_fit(build, WIDE, WIDE_Y, epochs=30, batch_size=4, atol=1e-4)


# One case for each thing that the docstring promises.

OPTIMIZERS = {
    "momentum": lambda: keras.optimizers.SGD(0.01, momentum=0.9),
    "nesterov": lambda: keras.optimizers.SGD(0.01, momentum=0.9, nesterov=True),
    "decay": lambda: keras.optimizers.SGD(
        keras.optimizers.schedules.CosineDecay(0.05, 50)
    ),
    "weight_decay": lambda: keras.optimizers.SGD(0.05, weight_decay=0.1),
    "clipnorm": lambda: keras.optimizers.SGD(0.1, clipnorm=0.3),
    "global_clipnorm": lambda: keras.optimizers.SGD(0.1, global_clipnorm=0.3),
    "clipvalue": lambda: keras.optimizers.SGD(0.1, clipvalue=0.05),
    "adam": lambda: keras.optimizers.Adam(0.01, amsgrad=True),
    "nadam": lambda: keras.optimizers.Nadam(0.01),
    "adamw": lambda: keras.optimizers.AdamW(0.01, weight_decay=0.1),
    "rmsprop": lambda: keras.optimizers.RMSprop(0.01, centered=True),
    "adagrad": lambda: keras.optimizers.Adagrad(0.1),
    "ftrl": lambda: keras.optimizers.Ftrl(0.3, l1_regularization_strength=0.01),
    "lamb": lambda: keras.optimizers.Lamb(0.01),
    "adafactor": lambda: keras.optimizers.Adafactor(0.05),
    "lion": lambda: keras.optimizers.Lion(0.003),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers_equal_fit(name):
    def build():
        return dense(OPTIMIZERS[name]())

    assert_equals_fit(build, WIDE, WIDE_Y, epochs=6, batch_size=4, atol=1e-5)


def test_variables_excluded_from_weight_decay_stay_excluded():
    def build():
        optimizer = keras.optimizers.SGD(0.05, weight_decay=0.5)
        model = dense(optimizer)
        optimizer.exclude_from_weight_decay(var_list=[model.weights[0]])
        return model

    assert_equals_fit(build, WIDE, WIDE_Y, epochs=4, batch_size=4)


STACKS = {
    "regularizers": lambda: [
        layers.Dense(
            3,
            kernel_regularizer=regularizers.L1L2(0.01, 0.02),
            bias_regularizer="l2",
            activity_regularizer=regularizers.L1(0.01),
        ),
        layers.Dense(2, kernel_regularizer=regularizers.OrthogonalRegularizer()),
    ],
    "constraints": lambda: [
        layers.Dense(3, kernel_constraint=keras.constraints.MaxNorm(0.5)),
        layers.Dense(2, kernel_constraint="non_neg", bias_constraint="unit_norm"),
    ],
    "activations": lambda: [
        layers.Dense(4, activation="elu"),
        layers.PReLU(),
        layers.Dense(4, activation="gelu"),
        layers.LeakyReLU(),
        layers.Dense(2, activation="softplus"),
    ],
    "batch_normalization": lambda: [
        layers.Dense(4, use_bias=False),
        layers.BatchNormalization(),
        layers.Activation("relu"),
        layers.Dense(2),
    ],
    "layer_normalization": lambda: [
        layers.Dense(4),
        layers.LayerNormalization(),
        layers.Dense(2, activation="softmax"),
    ],
    "frozen": lambda: [layers.Dense(3, trainable=False), layers.Dense(2)],
}


@pytest.mark.parametrize("name", STACKS)
def test_layers_equal_fit(name):
    def build():
        return compiled(*STACKS[name]())

    assert_equals_fit(build, WIDE, WIDE_Y, epochs=6, batch_size=5)


def test_convolutions_equal_fit():
    def build():
        return compiled(
            layers.Conv2D(3, 3, padding="same", kernel_regularizer="l2"),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.MaxPooling2D(),
            layers.Conv2D(2, 2, strides=2, activation="tanh"),
            layers.Flatten(),
            layers.Dense(1),
            shape=(6, 6, 2),
        )

    assert_equals_fit(build, IMAGES, IMAGES_Y, epochs=4, batch_size=4)


@pytest.mark.parametrize(
    "loss", ["mae", keras.losses.Huber(0.5), absolute_sum, keras.losses.LogCosh()]
)
def test_losses_equal_fit(loss):
    assert_equals_fit(lambda: dense(loss=loss), WIDE, WIDE_Y, epochs=5, batch_size=4)


def test_class_labels_equal_fit():
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    def build():
        return dense(loss=loss, outputs=3, optimizer=keras.optimizers.SGD(0.3))

    assert_equals_fit(build, WIDE, LABELS, epochs=5, batch_size=4)


def test_functional_models_equal_fit():
    def build():
        x = keras.Input((4,))
        a = layers.Dense(3, activation="relu")(x)
        model = keras.Model(x, layers.Dense(2)(layers.concatenate([a, x])))
        model.compile(keras.optimizers.SGD(0.05), "mse")
        return model

    assert_equals_fit(build, WIDE, WIDE_Y, epochs=4, batch_size=4)


class PenalizedModel(keras.Model):
    def compute_loss(self, x, y, y_pred, sample_weight=None, training=True):
        loss = super().compute_loss(x, y, y_pred, sample_weight, training)
        return loss + keras.ops.mean(keras.ops.square(y_pred))


def test_own_compute_loss_equals_fit():
    def build():
        x = keras.Input((4,))
        model = PenalizedModel(x, layers.Dense(2)(x))
        model.compile(keras.optimizers.SGD(0.05), "mse")
        return model

    assert_equals_fit(build, WIDE, WIDE_Y, epochs=4, batch_size=4)


def test_dropout_masks_are_those_of_a_compiled_fit():
    def build():
        model = compiled(layers.Dense(6), layers.Dropout(0.5), layers.Dense(2))
        model.compile(keras.optimizers.SGD(0.05), "mse", jit_compile=True)
        return model

    runs = fit_replicates(build, WIDE, WIDE_Y, replicates=3, epochs=3, batch_size=4)
    seeds = inputs.draw_layer_seeds(build(), 3, 0)
    for i in range(3):
        model = build()
        model.set_weights([w[i] for w in runs.initial])
        model.layers[1].seed_generator.state.assign([seeds[i, 0], 0])
        model.fit(WIDE, WIDE_Y, epochs=3, batch_size=4, shuffle=False, verbose=0)
        for ours, theirs in zip(runs.weights, model.get_weights(), strict=True):
            np.testing.assert_allclose(ours[i], theirs, rtol=0, atol=1e-5)


# Data, order, records.


def test_each_replicate_may_have_its_own_data():
    x = np.stack([WIDE, WIDE[::-1], 2 * WIDE])
    y = np.stack([WIDE_Y, WIDE_Y[::-1], WIDE_Y + 1])
    runs = fit_replicates(dense, x, y, replicates=3, epochs=4, batch_size=4)
    only_y = fit_replicates(dense, WIDE, y, replicates=3, epochs=4, batch_size=4)
    for i in range(3):
        for result, features in ((runs, x[i]), (only_y, WIDE)):
            model = dense()
            model.set_weights([w[i] for w in result.initial])
            model.fit(features, y[i], epochs=4, batch_size=4, shuffle=False, verbose=0)
            for ours, theirs in zip(result.weights, model.get_weights(), strict=True):
                np.testing.assert_allclose(ours[i], theirs, rtol=0, atol=1e-5)


def test_shuffled_orders_differ_and_equal_fit_on_shuffled_data():
    runs = fit_replicates(
        dense, WIDE, WIDE_Y, replicates=2, epochs=3, batch_size=4, shuffle=True, seed=5
    )
    for i in range(2):
        generator = inputs.order_generator(5 + i)
        model = dense()
        model.set_weights([w[i] for w in runs.initial])
        for rows in inputs.draw_order(generator, 3, len(WIDE)):
            model.fit(WIDE[rows], WIDE_Y[rows], batch_size=4, shuffle=False, verbose=0)
        for ours, theirs in zip(runs.weights, model.get_weights(), strict=True):
            np.testing.assert_allclose(ours[i], theirs, rtol=0, atol=1e-5)


@given(
    seed=st.integers(0, 2**40),
    samples=st.integers(1, 50),
    epochs=st.lists(st.integers(1, 4), min_size=1, max_size=4),
)
def test_orders_are_permutations_however_they_are_drawn(seed, samples, epochs):
    generator = inputs.order_generator(seed)
    pieces = [inputs.draw_order(generator, e, samples) for e in epochs]
    whole = inputs.draw_order(inputs.order_generator(seed), sum(epochs), samples)
    np.testing.assert_array_equal(np.concatenate(pieces), whole)
    np.testing.assert_array_equal(np.sort(whole), np.arange(samples)[None] + 0 * whole)


def test_history_and_average_are_those_of_the_single_steps():
    options = {"replicates": 2, "batch_size": 4}
    steps = fit_replicates(
        dense, WIDE, WIDE_Y, epochs=3, record_every=1, **options
    ).history
    runs = fit_replicates(dense, WIDE, WIDE_Y, epochs=3, record_every=5, **options)
    for every, fifth, last, mean in zip(
        steps, runs.history, runs.weights, runs.averaged, strict=True
    ):
        assert every.shape[:2] == (2, 18)
        np.testing.assert_allclose(fifth, every[:, 4::5], rtol=0, atol=1e-6)
        np.testing.assert_allclose(last, every[:, -1], rtol=0, atol=1e-6)
        np.testing.assert_allclose(mean, every.mean(axis=1), rtol=0, atol=1e-6)
    plain = fit_replicates(dense, WIDE, WIDE_Y, epochs=1, **options)
    assert plain.history == []
