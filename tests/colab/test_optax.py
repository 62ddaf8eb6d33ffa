"""What optax' numbers mean, step by step, in the environment with Colab's versions."""

import keras
import numpy as np
import pytest

from utils.penalties import convert

jax = pytest.importorskip("jax")
optax = pytest.importorskip("optax")

rng = np.random.default_rng(0)
X = rng.standard_normal((40, 4)).astype("float32")
Y = X @ np.array([2, -1, 0.1, 0], "float32")
RATE, STEPS = 0.1, 60


def by_optax(rule):
    w = jax.numpy.full(4, 0.5)
    state = rule.init(w)
    gradient = jax.grad(lambda w: ((X @ w - Y) ** 2).mean())
    for _ in range(STEPS):
        updates, state = rule.update(gradient(w), state, w)
        w = optax.apply_updates(w, updates)
    return np.asarray(w)


def by_keras(optimizer, penalty=None):
    layer = keras.layers.Dense(1, use_bias=False, kernel_regularizer=penalty)
    model = keras.Sequential([keras.Input((4,)), layer])
    layer.kernel.assign(np.full((4, 1), 0.5))
    model.compile(optimizer, loss="mse")
    model.fit(X, Y[:, None], batch_size=len(X), epochs=STEPS, verbose=0)
    return model.get_weights()[0].ravel()


def test_decayed_weights_before_the_optimizer_are_keras_l2():
    wd = convert(0.05, "keras_l2", "optax_add_decayed_weights")
    l2 = keras.regularizers.L2(0.05)
    for ours, theirs in (
        (keras.optimizers.SGD(RATE, momentum=0.9), optax.sgd(RATE, momentum=0.9)),
        (keras.optimizers.Adam(RATE, epsilon=1e-8), optax.adam(RATE, eps=1e-8)),
    ):
        rule = optax.chain(optax.add_decayed_weights(wd), theirs)
        np.testing.assert_allclose(by_keras(ours, l2), by_optax(rule), atol=1e-4)


def test_optax_adamw_is_keras_weight_decay():
    wd = convert(0.3, "keras_weight_decay", "optax_adamw")
    ours = keras.optimizers.AdamW(RATE, weight_decay=0.3, epsilon=1e-8)
    rule = optax.adamw(RATE, eps=1e-8, weight_decay=wd)
    np.testing.assert_allclose(by_keras(ours), by_optax(rule), atol=1e-4)
