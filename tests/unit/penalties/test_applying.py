"""apply_penalty: on layers of all kinds, in nested models, saved and loaded.

Needs no fixtures, so that it also runs by ``pytest --noconftest`` with Colab's Keras.
"""

import json

import keras
import numpy as np
import pytest
from keras import layers

from utils.penalties import apply_penalty

L2 = keras.regularizers.L2(0.5)


def squares(*weights):
    return sum(float((np.asarray(w) ** 2).sum()) for w in weights)


def model_of(*parts, shape=(8, 8, 3)):
    return keras.Sequential([keras.Input(shape), *parts])


def recurrent(layer):
    return model_of(layer, shape=(5, 3))


# name: (model, number of kernels, names of the penalties in the config)
KINDS = {
    "Dense": (lambda: model_of(layers.Dense(4), shape=(3,)), 1, ["kernel"]),
    "EinsumDense": (
        lambda: model_of(layers.EinsumDense("ab,bc->ac", 4), shape=(3,)),
        1,
        ["kernel"],
    ),
    "Conv1D": (lambda: model_of(layers.Conv1D(4, 3), shape=(8, 3)), 1, ["kernel"]),
    "Conv2D": (lambda: model_of(layers.Conv2D(4, 3)), 1, ["kernel"]),
    "Conv2DTranspose": (lambda: model_of(layers.Conv2DTranspose(4, 3)), 1, ["kernel"]),
    "DepthwiseConv2D": (lambda: model_of(layers.DepthwiseConv2D(3)), 1, ["depthwise"]),
    "SeparableConv2D": (
        lambda: model_of(layers.SeparableConv2D(4, 3)),
        2,
        ["depthwise", "pointwise"],
    ),
    "SimpleRNN": (
        lambda: recurrent(layers.SimpleRNN(4)),
        2,
        ["kernel", "recurrent"],
    ),
    "LSTM": (lambda: recurrent(layers.LSTM(4)), 2, ["kernel", "recurrent"]),
    "GRU": (lambda: recurrent(layers.GRU(4)), 2, ["kernel", "recurrent"]),
    "Bidirectional": (lambda: recurrent(layers.Bidirectional(layers.GRU(4))), 4, []),
    "TimeDistributed": (
        lambda: recurrent(layers.TimeDistributed(layers.Dense(4))),
        1,
        [],
    ),
    "nested": (lambda: model_of(model_of(layers.Conv2D(4, 3))), 1, []),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_kernel_saved_and_loaded(kind, tmp_path):
    build, count, names = KINDS[kind]
    model = build()
    assert model.losses == []
    paths = apply_penalty(model, L2)
    assert len(paths) == len(set(paths)) == count
    kernels = [w for w in model.weights if "kernel" in w.name]
    assert len(kernels) == count == len(model.losses)
    expected = 0.5 * squares(*kernels)
    np.testing.assert_allclose(float(sum(model.losses)), expected, rtol=1e-6)
    config = model.layers[0].get_config()
    for name in names:
        assert config[f"{name}_regularizer"]["class_name"] == "L2"
    assert "L2" in json.dumps(config)

    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert len(loaded.losses) == count
    np.testing.assert_allclose(float(sum(loaded.losses)), expected, rtol=1e-6)
    assert len(keras.models.clone_model(model).losses) == count


def test_attention_with_its_four_kernels_saved_and_loaded(tmp_path):
    x = keras.Input((5, 6))
    model = keras.Model(x, layers.MultiHeadAttention(2, 3)(x, x))
    assert len(apply_penalty(model, L2, biases=True)) == 8 == len(model.losses)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(float(sum(loaded.losses)), float(sum(model.losses)))


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({}, {"kernel"}),
        ({"biases": True}, {"kernel", "bias"}),
        ({"kernels": False, "biases": True}, {"bias"}),
        ({"normalization": True}, {"kernel", "gamma", "beta"}),
        ({"kernels": False, "normalization": True}, {"gamma", "beta"}),
    ],
)
def test_which_weights_are_penalized(chosen, expected, tmp_path):
    model = model_of(layers.Conv2D(4, 3), layers.BatchNormalization())
    paths = apply_penalty(model, L2, **chosen)
    assert {path.split("/")[-1] for path in paths} == expected
    assert {w.name for w in model.weights if w.regularizer} == expected
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert {w.name for w in loaded.weights if w.regularizer} == expected


def test_layer_normalization_has_gamma_and_beta():
    model = model_of(layers.LayerNormalization(), shape=(3,))
    apply_penalty(model, L2, normalization=True)
    assert len(model.losses) == 2


def test_embeddings_and_slopes_are_left_alone():
    model = model_of(layers.Embedding(7, 3), layers.PReLU(), shape=(5,))
    with pytest.raises(ValueError, match="nothing to penalize with kernels=True"):
        apply_penalty(model, L2)
    model = model_of(layers.Embedding(7, 3), layers.Dense(2), shape=(5,))
    assert len(apply_penalty(model, L2, biases=True, normalization=True)) == 2


def test_a_penalty_is_replaced_and_others_stay():
    dense = layers.Dense(
        4,
        kernel_regularizer="l1",
        bias_regularizer="l1",
        activity_regularizer="l1",
        bias_initializer="ones",
    )
    model = model_of(dense, shape=(3,))
    apply_penalty(model, L2)
    assert dense.kernel.regularizer is L2
    assert isinstance(dense.bias.regularizer, keras.regularizers.L1)
    assert isinstance(dense.activity_regularizer, keras.regularizers.L1)
    assert len(model.losses) == 2
    apply_penalty(model, L2)  # twice is once
    assert len(model.losses) == 2
    apply_penalty(model, keras.regularizers.L2(0.0), biases=True)
    assert float(sum(model.losses)) == 0


def test_a_shared_layer_counts_once():
    dense, x = layers.Dense(3), keras.Input((3,))
    model = keras.Model(x, dense(dense(x)))
    assert len(apply_penalty(model, L2)) == 1
    dense.kernel.assign(np.arange(9).reshape(3, 3))  # whose squares have an exact sum
    assert [float(loss) for loss in model.losses] == [0.5 * 204]


def test_a_frozen_layer_counts_once_it_is_trained_again(tmp_path):
    model = model_of(layers.Dense(4), layers.Dense(2), shape=(3,))
    model.layers[0].trainable = False
    assert len(apply_penalty(model, L2)) == 2
    assert len(model.losses) == 1
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    loaded.layers[0].trainable = True
    assert len(loaded.losses) == 2


def test_nested_and_subclassed_models():
    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.inner = model_of(layers.Dense(3), shape=(3,))
            self.heads = [layers.Dense(1), layers.Dense(1)]

        def call(self, x):
            return self.heads[0](self.inner(x)) + self.heads[1](x)

    model = Own()
    with pytest.raises(ValueError, match="must be built first"):
        apply_penalty(model, L2)
    model(np.zeros((1, 3), "float32"))
    assert len(apply_penalty(model, L2)) == 3 == len(model.losses)


def test_what_was_traced_before_gets_the_penalty():
    x, y = np.ones((4, 3), "float32"), np.zeros((4, 1), "float32")
    model = model_of(layers.Dense(1), shape=(3,))
    model.compile(keras.optimizers.SGD(0.0), loss="mse")
    before = model.fit(x, y, verbose=0).history["loss"][0]
    assert model.evaluate(x, y, verbose=0) == pytest.approx(before)
    apply_penalty(model, L2)
    penalty = float(sum(model.losses))
    assert penalty > 0
    after = model.fit(x, y, verbose=0).history["loss"][0]
    assert after == pytest.approx(before + penalty, rel=1e-5)
    assert model.evaluate(x, y, verbose=0) == pytest.approx(after)


def test_training_is_that_of_a_model_built_with_the_penalty():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(20, 3)), rng.normal(size=(20, 1))
    late, early = (
        model_of(layers.Dense(4, "relu", kernel_regularizer=p), shape=(3,))
        for p in (None, L2)
    )
    early.set_weights(late.get_weights())
    apply_penalty(late, L2)
    for model in (late, early):
        model.compile(keras.optimizers.SGD(0.1), loss="mse")
        model.fit(x, y, epochs=3, shuffle=False, verbose=0)
    for one, other in zip(late.get_weights(), early.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_lora_keeps_the_penalty_on_the_weight_itself():
    dense = layers.Dense(4)
    model = model_of(dense, shape=(3,))
    dense.enable_lora(2)
    assert apply_penalty(model, L2) == [dense._kernel.path]


def test_a_layer_without_an_argument_for_it_is_named():
    class Own(layers.Layer):
        def build(self, shape):
            self.kernel = self.add_weight(shape=(3, 2), name="kernel")

        def call(self, x):
            return x @ self.kernel

    model = model_of(Own(name="mine"), shape=(3,))
    with pytest.warns(UserWarning, match="mine/kernel: the layer has no argument"):
        apply_penalty(model, L2)
    assert len(model.losses) == 1


def test_a_network_of_keras_applications_saved_and_loaded(tmp_path):
    model = keras.applications.MobileNet(
        input_shape=(32, 32, 3), alpha=0.25, weights=None, classes=10
    )
    kernels = [w for w in model.weights if w.name == "kernel"]
    assert len(apply_penalty(model, "l2")) == len(kernels) == len(model.losses) == 28
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert len(loaded.losses) == 28
    np.testing.assert_allclose(
        float(sum(loaded.losses)), float(sum(model.losses)), rtol=1e-5
    )


@pytest.mark.parametrize(
    ("bad", "error", "message"),
    [
        (0.01, TypeError, "regularizer must be .* got 0.01"),
        (None, TypeError, "got None"),
        (keras.regularizers.L2, TypeError, "got <class"),
        (abs, TypeError, "got <built-in function abs>"),
        ("l3", ValueError, "name of a Keras regularizer .* got 'l3'"),
    ],
)
def test_a_bad_regularizer_is_named(bad, error, message):
    model = model_of(layers.Dense(2), shape=(3,))
    with pytest.raises(error, match=message):
        apply_penalty(model, bad)
    assert model.losses == []


@pytest.mark.parametrize("bad", [None, "model", layers.Dense(2)])
def test_what_is_no_model_is_named(bad):
    with pytest.raises(TypeError, match="model must be a Keras model, got"):
        apply_penalty(bad, L2)


@pytest.mark.parametrize("name", ["kernels", "biases", "normalization"])
def test_flags_are_flags(name):
    model = model_of(layers.Dense(2), shape=(3,))
    with pytest.raises(TypeError, match=f"{name} must be True or False, got 1"):
        apply_penalty(model, L2, **{name: 1})


def test_models_without_such_weights_are_refused():
    unbuilt = keras.Sequential([layers.Dense(2)])
    with pytest.raises(ValueError, match="must be built first"):
        apply_penalty(unbuilt, L2)
    flat = model_of(layers.Flatten())
    with pytest.raises(ValueError, match="nothing to penalize"):
        apply_penalty(flat, L2)
    dense = model_of(layers.Dense(2), shape=(3,))
    with pytest.raises(ValueError, match="kernels=False, biases=False"):
        apply_penalty(dense, L2, kernels=False)
