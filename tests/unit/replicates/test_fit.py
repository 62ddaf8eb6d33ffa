"""fit_replicates reaches the weights that model.fit reaches."""

import keras
import numpy as np
import pytest
from keras import layers, regularizers

from tests.unit.replicates.models import (
    IMAGES,
    IMAGES_Y,
    LABELS,
    WIDE,
    WIDE_Y,
    Fit,
    X,
    Y,
    absolute_sum,
    assert_close,
    assert_draws_equal_a_compiled_fit,
    compiled,
    dense,
    fitted,
    line,
    linear,
    start_of,
)
from utils.replicates import fit_replicates, starts

# Full batches only: a smaller last one is a second program to compile.
FULL, FULL_Y = WIDE[:20], WIDE_Y[:20]


def assert_equals_fit(build, x, y, *, replicates=2, atol=1e-5, **options):
    runs = fit_replicates(build, x, y, replicates=replicates, **options)
    weights, losses = fitted(build, runs, x, y, **options)
    moved = max(
        np.abs(a - b).max() for a, b in zip(runs.weights, runs.initial, strict=True)
    )
    assert moved > 100 * atol
    assert_close(runs.weights, weights, atol)
    np.testing.assert_allclose(runs.loss, losses, rtol=1e-4, atol=1e-5)
    return runs


def one(optimizer=None, loss="mse", outputs=2, inputs=4, **options):
    """A single layer, for what no second one could show: it compiles in half the time.

    So do steps on few numbers: of samples, outputs and replicates.
    """
    layer = layers.Dense(outputs, **options)
    return compiled(layer, shape=(inputs,), optimizer=optimizer, loss=loss)


def small():
    return one(activation="tanh")


def plane():
    return one(outputs=1, inputs=2)


SHUFFLED = {"epochs": 3, "batch_size": 4, "shuffle": True, "seed": 5}


@pytest.fixture(scope="module")
def small_runs():
    return fit_replicates(small, WIDE, WIDE_Y, replicates=3, **SHUFFLED)


# The network of post A, at the tolerances that the course relies on.


@pytest.mark.parametrize("penalty", [None, regularizers.L2(0.15)])
def test_4000_steps_equal_fit(penalty):
    # One epoch of a hundred copies: the same steps without fit's cost per epoch.
    x, y = np.tile(X, (100, 1)), np.tile(Y, (100, 1))
    assert_equals_fit(lambda: line(penalty), x, y, epochs=1, batch_size=1, replicates=1)


def test_200_steps_with_l1_and_l2_equal_fit():
    penalty = regularizers.L1L2(0.01, 0.15)
    assert_equals_fit(lambda: line(penalty), X, Y, epochs=5, batch_size=1)


def test_relu_with_adam_equals_fit():
    def build():
        model = dense(activation="relu")
        # Many steps in each call take a fraction of the time; the numbers are the same.
        model.compile(keras.optimizers.Adam(0.01), "mse", steps_per_execution=46)
        return model

    # As many steps as in 30 epochs.
    x, y = np.tile(WIDE, (32, 1)), np.tile(WIDE_Y, (32, 1))
    assert_equals_fit(build, x, y, epochs=1, batch_size=4, atol=1e-4)


# One case for each thing that the docstring promises.

# Together where they can be: each program takes most of a second to compile.
OPTIMIZERS = {
    "sgd, nesterov, decay, weight_decay, clipnorm": lambda: keras.optimizers.SGD(
        keras.optimizers.schedules.CosineDecay(0.02, 50),
        momentum=0.9,
        nesterov=True,
        weight_decay=0.1,
        clipnorm=0.3,
    ),
    "nadam, global_clipnorm": lambda: keras.optimizers.Nadam(0.01, global_clipnorm=0.3),
    "rmsprop, centered, clipvalue": lambda: keras.optimizers.RMSprop(
        0.01, centered=True, clipvalue=0.05
    ),
    "ftrl": lambda: keras.optimizers.Ftrl(0.3, l1_regularization_strength=0.01),
    "lamb": lambda: keras.optimizers.Lamb(0.01),
    "adafactor": lambda: keras.optimizers.Adafactor(0.05),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers_equal_fit(name):
    # Adafactor has statistics of rows and of columns.
    inputs, outputs = (4, 2) if name == "adafactor" else (2, 1)

    def build():
        model = one(OPTIMIZERS[name](), "mse", outputs, inputs, activation="tanh")
        model.optimizer.exclude_from_weight_decay(var_list=model.weights[1:])
        return model

    x, y = FULL[:, :inputs], FULL_Y[:, :outputs]
    assert_equals_fit(build, x, y, epochs=2, batch_size=1)


class Dials(layers.Layer):
    """Hands its input on, and holds a rate and a decay that are not trained."""

    def build(self, shape=None):
        for name in ("rate", "decay"):
            weight = self.add_weight(shape=(), trainable=False, name=name)
            setattr(self, name, weight)

    def call(self, x):
        return x


DECAYING = {
    "sgd": lambda: keras.optimizers.SGD(momentum=0.9),
    "adamw, amsgrad": lambda: keras.optimizers.AdamW(amsgrad=True),
}


@pytest.mark.parametrize("name", DECAYING)
def test_one_program_has_a_rate_and_a_decay_for_each_replicate(name):
    settings = np.float32([(0.01, 0), (0.03, 3)])

    def build():
        dials = Dials()
        dials.build()
        optimizer = DECAYING[name]()
        optimizer.learning_rate = lambda: dials.rate  # to set it would copy its value
        optimizer.weight_decay = dials.decay
        optimizer.exclude_from_weight_decay(var_names=["bias"])
        return compiled(layers.Dense(2), dials, optimizer=optimizer)

    def plain(rate, decay):
        optimizer = DECAYING[name]()
        optimizer.learning_rate, optimizer.weight_decay = rate, decay
        optimizer.exclude_from_weight_decay(var_names=["bias"])
        return compiled(layers.Dense(2), optimizer=optimizer)

    start = [np.ones((2, 4, 2), "float32"), np.ones((2, 2), "float32")]
    options = {"epochs": 5, "batch_size": 4}
    runs = fit_replicates(
        build, FULL, FULL_Y, replicates=2, initial=[*start, *settings.T], **options
    )
    np.testing.assert_array_equal(np.transpose(runs.weights[2:]), settings)
    for i, (rate, decay) in enumerate(settings.tolist()):
        fit = Fit(lambda rate=rate, decay=decay: plain(rate, decay))
        theirs, _ = fit([w[i] for w in start], FULL, FULL_Y, **options)
        assert_close([w[i] for w in runs.weights[:2]], theirs)


STACKS = {
    # The penalty and the statistics depend on how many samples there are in a batch.
    "by batch: regularizers, batch_normalization": lambda: [
        layers.Dense(
            2,
            kernel_regularizer=regularizers.L1L2(0.01, 0.02),
            bias_regularizer="l2",
            activity_regularizer=regularizers.L1(0.01),
        ),
        layers.BatchNormalization(),
    ],
    "activations, layer_normalization, orthogonal": lambda: [
        layers.PReLU(),
        layers.Activation("elu"),
        layers.LayerNormalization(),
        layers.Dense(
            2,
            activation="gelu",
            kernel_regularizer=regularizers.OrthogonalRegularizer(),
        ),
        layers.LeakyReLU(),
        layers.Activation("softplus"),
        layers.Softmax(),
    ],
    "float64, frozen, constraints": lambda: [
        layers.Dense(3, trainable=False, dtype="float64"),
        layers.Dense(
            3, kernel_constraint=keras.constraints.MaxNorm(0.5), dtype="float64"
        ),
        layers.Dense(
            2, kernel_constraint="non_neg", bias_constraint="unit_norm", dtype="float64"
        ),
    ],
}


@pytest.mark.parametrize("name", STACKS)
def test_layers_equal_fit(name):
    def build():
        return compiled(*STACKS[name](), optimizer=keras.optimizers.SGD(0.1))

    # Thirty steps, and a smaller last batch where it says something.
    rows = 48 if name.startswith("by batch") else 50
    x, y = np.resize(WIDE, (rows, 4)), np.resize(WIDE_Y, (rows, 2))
    assert_equals_fit(build, x, y, epochs=3, batch_size=5)


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

    x, y = np.resize(IMAGES, (12, 6, 6, 2)), np.resize(IMAGES_Y, (12, 1))
    assert_equals_fit(build, x, y, epochs=4, batch_size=4)


@pytest.mark.parametrize("loss", [["mae"], absolute_sum])
def test_losses_equal_fit(loss):
    """A mean and a sum over a batch, of which the last is smaller."""

    def build():
        return one(loss=loss, outputs=1)

    assert_equals_fit(build, WIDE, WIDE_Y[:, :1], epochs=4, batch_size=3)


@pytest.mark.parametrize("loss", [keras.losses.Huber(0.5), keras.losses.LogCosh()])
def test_other_losses_equal_fit(loss):
    def build():
        return one(loss=loss, outputs=1)

    assert_equals_fit(build, FULL, FULL_Y[:, :1], epochs=6, batch_size=4)


def test_class_labels_equal_fit():
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    def build():
        return one(keras.optimizers.SGD(0.3), loss, outputs=3)

    assert_equals_fit(build, FULL, LABELS[:20], epochs=3, batch_size=2)


class PenalizedModel(keras.Model):
    def compute_loss(self, x, y, y_pred, sample_weight=None, training=True):
        loss = super().compute_loss(x, y, y_pred, sample_weight, training)
        return loss + keras.ops.mean(keras.ops.square(y_pred))


def test_functional_models_with_their_own_compute_loss_equal_fit():
    def build():
        x = keras.Input((4,))
        a = layers.Dense(3, activation="relu")(x)
        model = PenalizedModel(x, layers.Dense(2)(layers.concatenate([a, x])))
        model.compile(keras.optimizers.SGD(0.05), "mse")
        return model

    assert_equals_fit(build, FULL, FULL_Y, epochs=5, batch_size=4)


def test_dropout_masks_are_those_of_a_compiled_fit():
    def build():
        model = compiled(layers.Dense(2), layers.Dropout(0.5))
        model.compile(keras.optimizers.SGD(0.05), "mse", jit_compile=True)
        return model

    assert_draws_equal_a_compiled_fit(build)


# Data, order, records.


def test_each_replicate_may_have_its_own_data():
    features, target = WIDE[:, :2], WIDE_Y[:, :1]
    options = {"epochs": 3, "batch_size": 2}
    x = np.stack([features, features[::-1], 2 * features])
    y = np.stack([target, target[::-1], target + 1])
    runs = fit_replicates(plane, x, y, replicates=3, **options)
    only_y = fit_replicates(plane, features, y, replicates=3, **options)
    fit = Fit(plane)
    for i in range(3):
        for result, own in ((runs, x[i]), (only_y, features)):
            theirs, _ = fit(start_of(result, i), own, y[i], **options)
            assert_close([w[i] for w in result.weights], theirs)


def test_shuffled_orders_differ_and_equal_fit_on_shuffled_data(small_runs):
    fit = Fit(small)
    for i in range(2):
        generator = starts.order_generator(5 + i)
        fit.start(start_of(small_runs, i))
        for rows in starts.draw_order(generator, 3, len(WIDE)):
            theirs, _ = fit.go_on(WIDE[rows], WIDE_Y[rows], batch_size=4)
        assert_close([w[i] for w in small_runs.weights], theirs)


def test_retraining_is_training_by_the_same_program(small_runs):
    again = small_runs.retrain(small_runs.initial)
    for now, then in zip(again.weights, small_runs.weights, strict=True):
        np.testing.assert_array_equal(now, then)
    x, y = WIDE[::-1], np.roll(WIDE_Y, 3, axis=0)
    direct = fit_replicates(small, x, y, replicates=5, **SHUFFLED)
    other = small_runs.retrain(direct.initial, x, y, 5)
    assert_close(other.weights, direct.weights, 1e-6)
    np.testing.assert_allclose(other.loss, direct.loss, rtol=1e-5)


def test_retraining_refuses_what_the_program_was_not_made_for(small_runs):
    first, start = small_runs, [w.copy() for w in small_runs.initial]
    with pytest.raises(ValueError, match=r"initial\[0\].* must have shape \(3, "):
        first.retrain([w[:1] for w in start])
    with pytest.raises(ValueError, match=r"x and y must have one length, got 22 and"):
        first.retrain(start, WIDE[1:])
    with pytest.raises(ValueError, match=r"compiled for: x for all \(23, 4\) .* \(22,"):
        first.retrain(start, WIDE[1:], WIDE_Y[1:])
    with pytest.raises(ValueError, match=r"x for all .* got y for all .* x for each"):
        first.retrain(start, np.stack([WIDE] * 3))
    with pytest.raises(ValueError, match="replicates must be at least 1, got 0"):
        first.retrain(start, replicates=0)
    start[1][1] = np.nan
    with pytest.raises(ValueError, match=r"initial\[1\] must be finite, got nan"):
        first.retrain(start)


def test_history_and_average_are_those_of_the_single_steps(small_runs):
    x, y = FULL[:, :2], FULL_Y[:, :1]
    options = {"replicates": 2, "epochs": 2, "batch_size": 1}
    steps = fit_replicates(plane, x, y, record_every=1, **options).history
    runs = fit_replicates(plane, x, y, record_every=6, **options)
    for every, sixth, last, mean in zip(
        steps, runs.history, runs.weights, runs.averaged, strict=True
    ):
        assert every.shape[:2] == (2, 40)
        theirs = (every[:, 5::6], every[:, -1], every.mean(axis=1))
        assert_close((sixth, last, mean), theirs, 1e-6)
    assert small_runs.history == []


def test_averages_are_those_of_all_steps_of_long_runs():
    x, y = np.tile(X / 10, (50, 1)), np.tile(Y / 10, (50, 1))
    runs = fit_replicates(linear, x, y, replicates=1, epochs=1, record_every=1)
    assert_close(runs.averaged, [every.mean(axis=1) for every in runs.history])


# Results.


def test_predictions_are_those_of_the_single_models(small_runs):
    own = np.stack([WIDE, WIDE + 1, 2 * WIDE])
    for weights in (None, small_runs.averaged):
        kernels, *_ = weights or small_runs.weights
        shared = small_runs.predict(WIDE, weights)
        each = small_runs.predict(own, weights)
        assert shared.shape == each.shape == (3, 23, 2)
        for i in range(3):
            model = small_runs.model(i, weights)
            np.testing.assert_array_equal(model.get_weights()[0], kernels[i])
            for ours, x in ((shared, WIDE), (each, own[i])):
                theirs = model(x, training=False)
                np.testing.assert_allclose(ours[i], theirs, rtol=0, atol=1e-5)


def test_predictions_of_a_model_whose_layers_have_a_single_number():
    @keras.saving.register_keras_serializable("tests")
    class Scale(layers.Layer):
        def build(self, shape):
            self.factor = self.add_weight(shape=(), initializer="ones")

        def call(self, inputs):
            return self.factor * inputs

    def build():
        return compiled(Scale(), layers.Dense(1), shape=(1,))

    start = [np.float32([1, 2]), np.ones((2, 1, 1)), np.zeros((2, 1))]
    runs = fit_replicates(
        build, X, Y, replicates=2, epochs=1, batch_size=40, initial=start
    )
    assert runs.weights[0].shape == (2,)
    theirs = runs.model(1)(X, training=False)
    np.testing.assert_allclose(runs.predict(X)[1], theirs, rtol=0, atol=1e-5)


def test_a_single_model_is_an_ordinary_one(small_runs):
    model = small_runs.model(2)
    for ours, theirs in zip(small_runs.weights, model.get_weights(), strict=True):
        np.testing.assert_array_equal(ours[2], theirs)
    before = model.evaluate(WIDE, WIDE_Y, verbose=0)
    model.fit(WIDE, WIDE_Y, epochs=5, verbose=0)
    assert model.evaluate(WIDE, WIDE_Y, verbose=0) < before
    for bad in (3, -1):
        with pytest.raises(ValueError, match="i must be from 0 to 2"):
            small_runs.model(bad)
    with pytest.raises(ValueError, match=r"x must have shape \(n, 4\)"):
        small_runs.predict(WIDE[:, :3])
    with pytest.raises(ValueError, match="weights must hold 2 arrays"):
        small_runs.predict(WIDE, small_runs.weights[:1])


def test_constraint_that_follows_the_learning_rate():
    penalties = pytest.importorskip("utils.penalties")

    def build():
        schedule = keras.optimizers.schedules.CosineDecay(0.05, 30)
        optimizer = keras.optimizers.SGD(schedule)
        soft = penalties.SoftThreshold(2.0, optimizer)
        return one(optimizer, kernel_constraint=soft)

    runs = assert_equals_fit(build, FULL, FULL_Y, epochs=5, batch_size=4)
    assert (runs.weights[0] == 0).any()


# Divergence.


def test_diverged_replicates_are_reported_with_their_step():
    y = np.stack([Y, 1e30 * Y, Y])
    with pytest.warns(RuntimeWarning, match="1 of 3 replicates diverged.*replicate 1"):
        runs = fit_replicates(linear, X / 10, y, replicates=3, epochs=2, record_every=1)
    assert list(runs.diverged) == [1]
    np.testing.assert_array_equal(runs.finished, [True, False, True])
    assert np.isfinite(runs.loss[runs.finished]).all()
    # The loss of a step belongs to the weights before it.
    step = runs.diverged[1]
    slope = np.concatenate([runs.initial[0][:, None], runs.history[0]], axis=1)[1]
    shift = np.concatenate([runs.initial[1][:, None], runs.history[1]], axis=1)[1]
    with np.errstate(over="ignore", invalid="ignore"):
        rows = np.arange(80) % 40
        error = X[rows] / 10 * slope[:-1, 0] + shift[:-1] - y[1][rows]
        losses = np.square(error.astype("float32")).ravel()
    assert np.isfinite(losses[: step - 1]).all()
    assert not np.isfinite(losses[step - 1])


def test_weights_that_overflow_in_the_last_step_count_as_diverged():
    def build():
        model = linear()
        model.compile(keras.optimizers.SGD(1e38), "mse")
        return model

    with pytest.warns(RuntimeWarning, match="2 of 2 replicates diverged"):
        runs = fit_replicates(build, X[:1], Y[:1] + 100, replicates=2, epochs=1)
    assert runs.diverged == {0: 1, 1: 1}
    assert np.isfinite(runs.loss).all()
