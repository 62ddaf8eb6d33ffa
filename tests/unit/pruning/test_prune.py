import json
import math
from itertools import pairwise

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from keras import layers

from utils.models import mlp
from utils.penalties import GroupSoftThreshold, SoftThreshold
from utils.pruning import prune, surviving_units

ACTIVATIONS = ["relu", "linear", "tanh", "sigmoid", "gelu", "leaky_relu", "elu"]
MERGES = [
    layers.Average,
    layers.Maximum,
    layers.Minimum,
    layers.Multiply,
    layers.Subtract,
]
UNIT_BY_UNIT = [
    layers.ReLU,
    layers.LeakyReLU,
    layers.ELU,
    layers.PReLU,
    layers.BatchNormalization,
    lambda: layers.BatchNormalization(scale=False),
    lambda: layers.BatchNormalization(center=False),
    lambda: layers.Dropout(0.5),
    lambda: layers.GaussianNoise(0.5),
    lambda: layers.Activation("softplus"),
]


# --- Random networks ----------------------------------------------------------------


def randomize(model, rng, zeros):
    """Draw weights of which many are 0: single ones, and all of what a unit reads."""
    for layer in model.layers:
        for variable in layer.weights:
            value = rng.normal(size=variable.shape)
            if variable.name == "kernel":
                value /= math.sqrt(math.prod(value.shape[:-1]))
                value[rng.random(value.shape) < zeros] = 0
                value[..., rng.random(value.shape[-1]) < zeros / 2] = 0
                value[..., rng.random(value.shape[-2]) < zeros / 2, :] = 0
            elif variable.name == "moving_variance":
                value = 0.5 + np.abs(value)
            else:
                value[rng.random(value.shape) < zeros / 2] = 0
            variable.assign(value)


class Builder:
    """Puts layers on top of each other as Hypothesis draws them.

    Their kernels begin at 0, which is quick: ``randomize`` draws others.
    """

    def __init__(self, draw):
        self.draw = draw

    def one_of(self, *options):
        return self.draw(st.sampled_from(options))

    def dense(self, x, width=None):
        return layers.Dense(
            width or self.one_of(1, 3, 6),
            activation=self.one_of(*ACTIVATIONS),
            use_bias=self.one_of(True, True, False),
            kernel_initializer="zeros",
        )(x)

    def convolve(self, x, width=None, padding=None):
        kind = layers.Conv1D if len(x.shape) == 3 else layers.Conv2D
        return kind(
            width or self.one_of(1, 3, 5),
            self.one_of(1, 2, 3),
            activation=self.one_of(*ACTIVATIONS),
            padding=padding or self.one_of("valid", "same"),
            use_bias=self.one_of(True, True, False),
            kernel_initializer="zeros",
        )(x)

    def reshape(self, x):
        if len(x.shape) == 3:
            options = [layers.MaxPooling1D, layers.AveragePooling1D]
        else:
            options = [layers.MaxPooling2D, layers.AveragePooling2D]
        if self.one_of(True, False):
            return self.one_of(*options)(2, padding=self.one_of("valid", "same"))(x)
        if len(x.shape) == 3:
            return self.one_of(layers.ZeroPadding1D, layers.UpSampling1D)()(x)
        return self.one_of(layers.ZeroPadding2D, layers.UpSampling2D)()(x)

    def extend(self, x):
        flat, image = len(x.shape) == 2, len(x.shape) == 4
        options = ["weights", "weights", "unit by unit", "merge", "concatenate"]
        what = self.one_of(*options, *([] if flat else ["reshape", "flatten"]))
        weights = self.dense if flat else self.convolve
        small = not flat and min(x.shape[1:-1]) < 4
        if what == "unit by unit":
            return self.one_of(*UNIT_BY_UNIT)()(x)
        if what == "flatten" or small:
            pool = layers.GlobalAveragePooling2D if image else layers.GlobalMaxPooling1D
            return self.one_of(layers.Flatten, pool)()(x)
        if what == "reshape":
            return self.reshape(x)
        if what == "merge" or what == "concatenate":
            settings = {} if flat else {"padding": "same"}
            if what == "concatenate":
                order = [x, weights(x, **settings)]
                return layers.Concatenate()(self.draw(st.permutations(order)))
            other = weights(x, width=x.shape[-1], **settings)
            return self.one_of(
                layers.Add, layers.Add, layers.Average, layers.Maximum
            )()([x, other])
        return weights(x)


def branching(draw):
    """A functional model of Dense, convolutions and what may stand between them."""
    build = Builder(draw)
    inputs, outputs = [keras.Input(build.one_of((4,), (9, 2), (8, 7, 2)))], []
    x = inputs[0]
    for _ in range(draw(st.integers(0, 5))):
        x = build.extend(x)
    if build.one_of(True, False, False):
        outputs.append(x)
    if len(x.shape) > 2:
        x = layers.Flatten()(x)
    x = build.dense(x)
    if build.one_of(True, False, False):
        inputs.append(keras.Input((3,)))
        x = layers.Concatenate()([build.dense(inputs[1]), x])
    x = build.dense(build.dense(x))
    outputs.append(layers.Dense(2, activation=build.one_of(None, "softmax"))(x))
    return keras.Model(one_or_all(inputs), one_or_all(outputs))


def chain(draw):
    """A Sequential model of Dense layers."""
    sizes = draw(st.lists(st.integers(1, 12), min_size=2, max_size=6))
    return mlp(sizes, activation=draw(st.sampled_from(ACTIVATIONS)))


def one_or_all(items):
    return items if len(items) > 1 else items[0]


MAKERS = [chain, branching, branching]
SEEDS = st.integers(0, 2**32 - 1)
ZEROS = st.sampled_from([0.3, 0.6, 0.8, 0.95])
SLOW = settings(max_examples=60, suppress_health_check=list(HealthCheck))


def data_for(model, rng):
    x = [rng.normal(size=(20, *t.shape[1:])).astype("float32") for t in model.inputs]
    return one_or_all(x)


def predict(model, x):
    return [np.asarray(y) for y in keras.tree.flatten(model(x, training=False))]


def relative_delta(model, smaller, x):
    """Largest |change| of an output, in units of the largest output (at least 1)."""
    pairs = list(zip(predict(model, x), predict(smaller, x), strict=True))
    return max(np.abs(a - b).max() / max(1, np.abs(a).max()) for a, b in pairs)


def state(model):
    return json.dumps(model.get_config(), default=str), model.get_weights()


@SLOW
@given(data=st.data(), make=st.sampled_from(MAKERS), seed=SEEDS, zeros=ZEROS)
def test_the_function_is_kept(data, make, seed, zeros):
    model = make(data.draw)
    rng = np.random.default_rng(seed)
    randomize(model, rng, zeros)
    x = data_for(model, rng)
    config, weights = state(model)

    smaller, report = prune(model, 0)

    assert type(smaller) is type(model)
    assert relative_delta(model, smaller, x) <= 1e-5
    assert report.largest_ignored == 0
    assert all(units >= 1 for units in report.units[1])
    for layer in report.layers:
        gone = layer.constant + layer.unread
        assert sorted(layer.kept + gone) == list(range(layer.units[0]))
        assert smaller.get_layer(layer.name).kernel.shape[-1] == len(layer.kept)
    for why in ("constant", "unread"):
        event(f"{why}: {any(getattr(layer, why) for layer in report.layers)}")

    # Nothing is left to be done, and the input model is what it was.
    left = {layer.name: layer.units[1] for layer in report.layers}
    assert {k: len(v) for k, v in surviving_units(smaller).items()} == left
    assert state(model)[0] == config
    for before, after in zip(weights, model.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)


@SLOW
@given(data=st.data(), seed=SEEDS, threshold=st.floats(0.01, 1))
def test_weights_up_to_the_threshold_count_as_0(data, seed, threshold):
    model = chain(data.draw)
    rng = np.random.default_rng(seed)
    randomize(model, rng, 0.3)
    try:
        found = surviving_units(model, threshold)
    except ValueError as error:
        assert "would leave nothing" in str(error)
        return
    weights = [
        np.where(np.abs(w) <= threshold, 0, w) if w.ndim == 2 else w
        for w in model.get_weights()
    ]
    as_zero = surviving_units(model, 0, weights)
    assert {k: v.tolist() for k, v in found.items()} == {
        k: v.tolist() for k, v in as_zero.items()
    }
    smaller, report = prune(model, threshold)
    assert report.largest_ignored <= threshold
    kept = {layer.name: list(layer.kept) for layer in report.layers}
    assert kept == {k: v.tolist() for k, v in found.items()}
    if report.largest_ignored == 0:
        assert relative_delta(model, smaller, data_for(model, rng)) <= 1e-5


# --- One rule at a time -------------------------------------------------------------


def set_weights(model, **weights):
    """Set kernels, or tuples (kernel, bias), by the names of their layers."""
    for name, values in weights.items():
        layer = model.get_layer(name)
        values = values if isinstance(values, tuple) else (values,)
        for variable, value in zip(layer.weights, values, strict=False):
            variable.assign(value)


def test_a_neuron_that_nobody_reads_goes_and_takes_its_sources_along():
    model = mlp((2, 3, 2, 1), activation="relu", seed=0)
    set_weights(
        model,
        # The first unit of hidden_1 is read by the first of hidden_2 alone.
        hidden_2=[[2, 0], [0, 1], [0, 1]],
        output=[[0], [1]],
    )
    _, report = prune(model, 0)
    assert report.units == ((3, 2, 1), (2, 1, 1))
    assert [layer.unread for layer in report.layers] == [(0,), (0,), ()]
    assert [layer.kept for layer in report.layers] == [(1, 2), (1,), (0,)]


def test_a_constant_neuron_goes_into_the_next_bias_and_may_make_another():
    model = mlp((1, 2, 2, 1), activation="tanh", seed=0)
    set_weights(
        model,
        hidden_1=([[0, 1]], [0.5, 0]),
        hidden_2=([[2, 3], [0, 1]], [1, 1]),
        output=([[4], [5]], [6]),
    )
    smaller, report = prune(model, 0, np.linspace(-1, 1, 9)[:, None])
    assert [layer.constant for layer in report.layers] == [(0,), (0,), ()]
    assert report.max_delta < 1e-6
    first = np.tanh(0.5)
    np.testing.assert_allclose(smaller.get_layer("hidden_2").bias, [1 + 3 * first])
    expected = 6 + 4 * np.tanh(1 + 2 * first)
    np.testing.assert_allclose(smaller.get_layer("output").bias, [expected], rtol=1e-6)


def test_a_dead_network_keeps_one_neuron_in_each_layer():
    model = mlp((3, 5, 4, 2), activation="relu", seed=0)
    set_weights(model, hidden_1=np.zeros((3, 5)))
    x = np.random.default_rng(0).normal(size=(9, 3))
    _, report = prune(model, 0, x)
    assert report.units[1] == (1, 1, 2)
    assert report.max_delta <= 1e-6
    assert "keeps one unit, though none is needed" in report.left_alone["hidden_1"]


def convolutions(padding, size=3, middle=(), bias=1.0, use_bias=True):
    """Two convolutions; the first channel of the first one is constantly ``bias``."""
    model = keras.Sequential(
        [
            keras.Input((6, 6, 2)),
            layers.Conv2D(3, 3, name="first"),
            *middle,
            layers.Conv2D(4, size, padding=padding, use_bias=use_bias, name="second"),
        ]
    )
    kernel, _ = model.get_layer("first").get_weights()
    kernel[..., 0] = 0
    set_weights(model, first=(kernel, [bias, 0.1, 0.2]))
    x = np.random.default_rng(0).normal(size=(5, 6, 6, 2)).astype("float32")
    smaller, report = prune(model, 0, x)
    assert report.max_delta < 1e-6
    return smaller, report


def test_constant_channels_are_folded_where_no_border_sees_padding():
    for padding, size in (("valid", 3), ("same", 1)):
        _, report = convolutions(padding, size)
        assert report.units[1] == (2, 4)
    _, report = convolutions("same")
    assert report.units[1] == (3, 4)
    assert report.left_alone == {
        "first": "keeps constant units (1), as what reads them cannot take them over"
    }


def test_channels_that_are_constantly_0_go_under_any_padding():
    relu = [layers.ReLU()]
    assert convolutions("same", middle=relu, bias=-1.0)[1].units[1] == (2, 4)
    assert convolutions("same", middle=relu, bias=1.0)[1].units[1] == (3, 4)
    padding = [layers.ZeroPadding2D()]
    assert convolutions("valid", middle=padding, bias=0.0)[1].units[1] == (2, 4)
    assert convolutions("valid", middle=padding, bias=1.0)[1].units[1] == (3, 4)


def test_a_layer_without_a_bias_gets_one_if_a_constant_has_to_go_there():
    smaller, _ = convolutions("valid", use_bias=False)
    assert smaller.get_layer("second").use_bias
    smaller, _ = convolutions("valid", use_bias=False, bias=0.0)
    assert not smaller.get_layer("second").use_bias


def colorizer():
    """Valid convolutions with BatchNormalization and ReLU, for images of any size."""
    model = keras.Sequential([keras.Input((None, None, 1))])
    for i, width in enumerate((8, 12, 8, 6)):
        model.add(layers.Conv2D(width, 3, use_bias=False, name=f"conv_{i}"))
        model.add(layers.BatchNormalization(name=f"norm_{i}"))
        model.add(layers.ReLU())
    model.add(layers.Conv2D(5, 1))
    rng = np.random.default_rng(0)
    randomize(model, rng, 0.0)
    for i in range(4):
        gamma = model.get_layer(f"norm_{i}").gamma
        gamma.assign(gamma * (rng.random(gamma.shape) > 0.5))
    return model


def test_channels_that_batch_normalization_switches_off():
    model = colorizer()
    x = np.random.default_rng(1).normal(size=(4, 17, 13, 1)).astype("float32")
    smaller, report = prune(model, 0, x)
    on = [np.count_nonzero(model.get_layer(f"norm_{i}").gamma) for i in range(4)]
    assert report.units[1] == (*on, 5)
    assert relative_delta(model, smaller, x) <= 1e-5
    for i in range(4):
        # The normalization takes the constants over: no layer got a bias for them.
        assert not smaller.get_layer(f"conv_{i}").use_bias
        assert smaller.get_layer(f"norm_{i}").moving_mean.shape == (on[i],)
    # In training, too: batch statistics do not see a constant that is gone.
    np.testing.assert_allclose(
        smaller(x, training=True), model(x, training=True), atol=1e-4
    )


def test_a_constant_before_an_activation_is_no_matter_of_the_normalization():
    model = keras.Sequential(
        [
            keras.Input((4,)),
            layers.Dense(3, name="a"),
            layers.Dense(2, name="b", use_bias=False, activation="relu"),
            layers.BatchNormalization(),
        ]
    )
    kernel = np.random.default_rng(0).normal(size=(4, 3))
    model.layers[0].set_weights([kernel * [1, 0, 1], np.ones(3)])
    smaller, report = prune(model, 0, X)
    assert report.units[1] == (2, 2)
    assert smaller.get_layer("b").use_bias
    assert relative_delta(model, smaller, X) <= 1e-5


def test_what_add_sums_goes_together_or_not_at_all():
    start = keras.Input((3,))
    a, b = (layers.Dense(3, name=name)(start) for name in "ab")
    outputs = layers.Dense(1, name="c")(layers.Add()([a, b]))
    model = keras.Model(start, outputs)
    eye = np.eye(3)
    set_weights(model, a=eye * [0, 1, 0], b=eye * [0, 0, 1], c=[[1], [1], [0]])
    _, report = prune(model, 0)
    assert {layer.name: layer.kept for layer in report.layers} == {
        "a": (1,),
        "b": (1,),
        "c": (0,),
    }
    assert report.left_alone["b"].startswith("keeps constant units (1)")


def test_sums_in_a_chain_keep_the_same_units():
    """What the first is read for has to get to the last part of the last one."""
    start = keras.Input((3,))
    parts = [layers.Dense(4, name=name)(start) for name in "abcd"]
    sums = [layers.Add()(pair) for pair in pairwise(parts)]
    ends = [layers.Dense(1, name=f"end_{k}")(total) for k, total in enumerate(sums)]
    model = keras.Model(start, ends)
    for k in range(3):
        model.get_layer(f"end_{k}").kernel.assign(np.eye(4)[:, [k]])
    _, report = prune(model, 0)
    kept = {layer.name: layer.kept for layer in report.layers}
    assert [kept[name] for name in "abcd"] == [(0, 1, 2)] * 4


def test_other_inputs_and_outputs_of_a_dictionary():
    left, right = keras.Input((2,), name="left"), keras.Input((3,), name="right")
    hidden = layers.Dense(4, activation="relu", name="hidden")(left)
    both = layers.Concatenate()([hidden, layers.Dense(2, name="other")(right)])
    outputs = {"hidden": hidden, "sum": layers.Dense(1, name="sum")(both)}
    model = keras.Model({"left": left, "right": right}, outputs)
    set_weights(model, hidden=np.zeros((2, 4)), sum=[[1], [0], [0], [0], [0], [1]])
    x = {"left": np.ones((5, 2)), "right": np.random.rand(5, 3)}
    smaller, report = prune(model, 0, x)
    # What the model returns stays, even if it is constant.
    assert report.units[1] == (4, 1, 1)
    assert smaller(x)["sum"].shape == (5, 1) and report.max_delta < 1e-6


# --- What is left alone -------------------------------------------------------------


@keras.saving.register_keras_serializable("tests")
class Doubled(layers.Layer):
    def call(self, x):
        return 2 * x


def normalized(x):
    return x / (1 + keras.ops.sum(abs(x), axis=-1, keepdims=True))


LEFT_ALONE = {
    "of another type": (layers.LayerNormalization, "is not a type that can be pruned"),
    "of one's own": (Doubled, "Doubled is not a type that can be pruned"),
    "Lambda": (lambda: layers.Lambda(lambda x: 2 * x), "Lambda is not a type"),
    "Softmax": (layers.Softmax, "Softmax is not a type"),
    "softmax": (lambda: layers.Activation("softmax"), "not known to treat each unit"),
    "a model": (
        lambda: keras.Sequential([layers.Dense(4)]),
        "Sequential is not a type",
    ),
    "an operation": (lambda: keras.ops.sin, "Sin is not a type"),
    "training": (
        lambda: lambda x: layers.BatchNormalization()(x, training=True),
        "called with more arguments than its input",
    ),
    "called twice": (
        lambda: (lambda layer: lambda x: layer(layer(x)))(layers.Dense(4)),
        "it is called more than once",
    ),
    "axis": (
        lambda: lambda x: layers.Concatenate(axis=1)([x, x]),
        "its axis is 1, not the last",
    ),
    "shapes": (
        lambda: lambda x: layers.Add()([x, x[:, :1]]),
        "it broadcasts tensors of several shapes",
    ),
    "groups": (lambda: layers.Conv1D(4, 1, groups=2), "it is a grouped convolution"),
}


@pytest.mark.parametrize("case", LEFT_ALONE)
def test_what_is_left_alone_is_named_and_keeps_its_units(case):
    make, reason = LEFT_ALONE[case]
    start = keras.Input((3, 2))
    x = layers.Dense(5, name="before", activation="relu")(start)
    x = make()(layers.Dense(4, name="input")(x))
    x = layers.Dense(3, name="after")(layers.Dense(4, name="output")(x))
    model = keras.Model(start, x)
    randomize(model, np.random.default_rng(0), 0.0)
    # Dead units all over the place.
    for name, shape in (("before", (2, 5)), ("input", (5, 4)), ("output", (4, 4))):
        kernel = np.random.default_rng(1).normal(size=shape)
        kernel[:, 1] = 0
        set_weights(model, **{name: kernel})
    data = np.random.default_rng(2).normal(size=(6, 3, 2))
    smaller, report = prune(model, 0, data)
    assert any(reason in why for why in report.left_alone.values())
    assert relative_delta(model, smaller, data) <= 1e-5
    units = {layer.name: layer.units for layer in report.layers}
    assert units["before"] == (5, 4)
    assert units["input"] == (4, 4)
    assert units["output"] == (4, 3)


def test_an_activation_of_ones_own_keeps_its_units_but_not_what_it_reads():
    model = keras.Sequential(
        [
            keras.Input((2,)),
            layers.Dense(3, name="before"),
            layers.Dense(3, activation=normalized, name="own"),
            layers.Dense(1, name="after"),
        ]
    )
    set_weights(model, before=[[1, 0, 1], [1, 0, 1]], after=[[1], [0], [1]])
    _, report = prune(model, 0, np.random.default_rng(0).normal(size=(9, 2)))
    assert report.units[1] == (2, 3, 1)
    assert report.max_delta < 1e-6
    assert "not known to treat each unit by itself" in report.left_alone["own"]


def test_what_preprocessing_layers_learned_is_copied():
    rng = np.random.default_rng(0)
    normalization, lookup = layers.Normalization(), layers.StringLookup()
    normalization.adapt(rng.normal(3, 5, size=(50, 2)))
    lookup.adapt(np.array(["red", "green", "blue"]))
    number, word = keras.Input((2,)), keras.Input((1,), dtype="string")
    inner = keras.Sequential([keras.Input((2,)), normalization])
    embedded = layers.Flatten()(layers.Embedding(5, 3)(lookup(word)))
    x = layers.Concatenate()([inner(number), embedded])
    model = keras.Model([number, word], layers.Dense(1)(layers.Dense(4)(x)))
    x = [rng.normal(size=(3, 2)), tf.constant([["red"], ["blue"], ["?"]])]
    assert prune(model, 0, x).report.max_delta == 0


# --- What the smaller model is ------------------------------------------------------


def penalized(**compiled):
    sgd = keras.optimizers.SGD(0.05)
    model = keras.Sequential(
        [
            keras.Input((4,), name="features"),
            layers.Dense(
                8,
                activation="relu",
                kernel_constraint=SoftThreshold(0.3, sgd),
                bias_regularizer="l2",
                name="one",
            ),
            layers.Dense(
                8,
                activation="relu",
                kernel_constraint=GroupSoftThreshold(0.1, sgd),
                kernel_regularizer=keras.regularizers.L1L2(0.1, 0.2),
                name="two",
            ),
            layers.Dense(1, name="three"),
        ],
        name="penalized",
    )
    model.compile(sgd, **({"loss": "mse"} | compiled))
    randomize(model, np.random.default_rng(0), 0.8)
    return model


X = np.random.default_rng(3).normal(size=(16, 4)).astype("float32")


def test_it_trains_on_as_before():
    model = penalized(run_eagerly=True)
    model.optimizer.learning_rate = 0.02
    smaller, report = prune(model, 0, X)
    assert sum(report.units[1]) < sum(report.units[0])
    assert smaller.name == "penalized"
    assert [layer.name for layer in smaller.layers] == ["one", "two", "three"]
    assert smaller.layers[1].kernel_regularizer.get_config() == (
        model.layers[1].kernel_regularizer.get_config()
    )
    assert float(smaller.optimizer.learning_rate) == pytest.approx(0.02)
    assert smaller.optimizer is not model.optimizer
    for layer in smaller.layers[:2]:
        assert layer.kernel_constraint.optimizer is smaller.optimizer
    before = model.get_weights()
    smaller.fit(X, X[:, :1], verbose=0)
    model.fit(X, X[:, :1], verbose=0)  # its own constraints are still its own
    assert any((a != b).any() for a, b in zip(before, model.get_weights(), strict=True))


def test_losses_and_metrics_of_ones_own():
    def loss(y, prediction):
        return keras.ops.mean((y - prediction) ** 2)

    mine = keras.metrics.RootMeanSquaredError(name="rmse")
    model = penalized(loss=loss, metrics=["mae", mine], jit_compile=True)
    smaller, _ = prune(model, 0)
    assert smaller.jit_compile
    for each in (model, smaller):  # to compile them takes longer
        each.jit_compile, each.run_eagerly = False, True
    first = smaller.evaluate(X, X[:, :1], verbose=0, return_dict=True)
    assert mine.result() == 0  # the smaller model has one of its own
    again = model.evaluate(X, X[:, :1], verbose=0, return_dict=True)
    assert first["rmse"] == pytest.approx(again["rmse"], rel=1e-5)
    assert first["mae"] == pytest.approx(again["mae"], rel=1e-5)


def test_regularizers_that_were_never_registered():
    class Cubic(keras.regularizers.Regularizer):
        def __call__(self, w):
            return keras.ops.sum(abs(w) ** 3)

        def get_config(self):
            return {}

    model = mlp((4, 3, 1), penalty=Cubic())
    assert isinstance(prune(model, 0).model.layers[0].kernel_regularizer, Cubic)


def test_it_is_saved_and_loaded_as_any_model(tmp_path):
    smaller, _ = prune(penalized(run_eagerly=True), 0)
    smaller.save(tmp_path / "small.keras")
    loaded = keras.models.load_model(tmp_path / "small.keras")
    np.testing.assert_array_equal(loaded(X), smaller(X))
    loaded.fit(X, X[:, :1], verbose=0)


def test_what_is_frozen_stays_so():
    model = penalized()
    model.layers[0].trainable = False
    smaller, _ = prune(model, 0)
    assert [layer.trainable for layer in smaller.layers] == [False, True, True]
    model.trainable = False
    assert not prune(model, 0).model.trainable_variables


@pytest.mark.parametrize("policy", ["float64", "mixed_float16"])
def test_other_dtypes(policy):
    model = keras.Sequential(
        [
            keras.Input((4,)),
            layers.Dense(6, activation="gelu", dtype=policy),
            layers.BatchNormalization(dtype=policy),
            layers.Dense(2, dtype=policy),
        ]
    )
    randomize(model, np.random.default_rng(0), 0.8)
    smaller, report = prune(model, 0)
    assert sum(report.units[1]) < sum(report.units[0])
    assert smaller.dtype_policy == model.dtype_policy
    tolerance = 1e-12 if policy == "float64" else 1e-2
    assert relative_delta(model, smaller, X) <= tolerance


def test_other_weights_for_the_units_that_survived():
    model = penalized()
    initial = [np.full(w.shape, i, w.dtype) for i, w in enumerate(model.get_weights())]
    pruned = prune(model, 0)
    surviving = pruned.surviving(initial)
    pruned.model.set_weights(surviving)
    assert [set(w.flat) for w in surviving] == [{i} for i in range(6)]
    # The weights that were kept are those of the smaller model, but for its biases.
    smaller, _ = prune(model, 0)
    kernels = [w for w in pruned.surviving(model.get_weights()) if w.ndim == 2]
    expected = [w for w in smaller.get_weights() if w.ndim == 2]
    for kernel, other in zip(kernels, expected, strict=True):
        np.testing.assert_array_equal(kernel, other)
    with pytest.raises(
        ValueError, match=r"weights must have the shapes of model.get_w"
    ):
        pruned.surviving(initial[1:])


def test_a_bias_that_was_added_is_0_in_other_weights():
    model = keras.Sequential(
        [
            keras.Input((2,)),
            layers.Dense(2, name="a"),
            layers.Dense(1, use_bias=False, name="b"),
        ]
    )
    set_weights(model, a=([[0, 1], [0, 1]], [1, 1]), b=[[2], [3]])
    pruned = prune(model, 0)
    assert pruned.model.layers[1].bias.numpy() == [2]
    surviving = pruned.surviving(model.get_weights())
    assert [w.tolist() for w in surviving] == [[[1], [1]], [1], [[3]], [0]]


def test_surviving_units_of_many_weights():
    model = penalized()
    found = surviving_units(model, 0)
    report = prune(model, 0).report
    assert {k: tuple(v) for k, v in found.items()} == {
        layer.name: layer.kept for layer in report.layers
    }
    dense = [np.ones_like(w) for w in model.get_weights()]
    assert [len(v) for v in surviving_units(model, 0, dense).values()] == [8, 8, 1]


def test_the_report_reads_as_a_table():
    model = mlp((2, 3, 2, 1), activation="relu", seed=0)
    set_weights(
        model,
        hidden_1=(np.ones((2, 3)), [1, 1, 1]),
        hidden_2=[[1, 0], [1, 0], [0, 0]],
        output=[[1], [0.01]],
    )
    report = prune(model, 0.1, np.ones((1, 2))).report
    assert str(report) == report._repr_markdown_()
    assert (
        str(report)
        == """\
| layer | units | parameters | multiply-adds | units gone |
|---|--:|--:|--:|---|
| hidden_1 | 3 → 2 | 9 → 6 | 6 → 4 | 1 unread |
| hidden_2 | 2 → 1 | 8 → 3 | 6 → 2 | 1 constant |
| output | 1 | 3 → 2 | 2 → 1 |  |
| **whole model** |  | 20 → 11 | 14 → 7 |  |

- Threshold 0.1; the largest weight that was ignored is 0.
- Largest change of an output: 0."""
    )


# --- What is refused ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("threshold", "says"),
    [(-0.1, "at least 0, got -0.1"), (math.nan, "finite"), (math.inf, "finite")],
)
def test_bad_thresholds(threshold, says):
    with pytest.raises(ValueError, match=f"threshold must be {says}"):
        prune(mlp(), threshold)


@pytest.mark.parametrize("threshold", ["0.1", None, True])
def test_thresholds_that_are_no_numbers(threshold):
    with pytest.raises(TypeError, match="threshold must be a number, got"):
        prune(mlp(), threshold)


@pytest.mark.parametrize("end", [[], [layers.Softmax()]])
def test_a_threshold_that_would_leave_nothing(end):
    model = keras.Sequential([*mlp((2, 3, 3), seed=0).layers, *end])
    model.build((None, 2))
    with pytest.raises(ValueError, match="threshold 9 would leave nothing that leads"):
        prune(model, 9)


def test_models_that_cannot_be_rebuilt():
    class Mine(keras.Model):
        pass

    start = keras.Input((2,))
    with pytest.raises(TypeError, match="code of a class like Mine cannot"):
        prune(Mine(start, layers.Dense(1)(start)), 0)
    with pytest.raises(TypeError, match="model must be a Keras model, got 3"):
        prune(3, 0)
    with pytest.raises(ValueError, match="must be built, but 'new' is not: begin it"):
        prune(keras.Sequential([layers.Dense(1)], name="new"), 0)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_weights_that_are_not_finite(bad):
    model = mlp((2, 3, 1))
    model.get_layer("hidden_1").bias.assign([0, bad, 0])
    with pytest.raises(
        ValueError, match=r"weights must be finite, but .*hidden_1/bias"
    ):
        prune(model, 0)


def test_layers_that_cannot_be_copied():
    class Scaled(layers.Layer):
        def __init__(self, factor):
            super().__init__(name="scaled")
            self.factor = [factor]

        def call(self, x):
            return x * self.factor[0]

    start = keras.Input((2,))
    model = keras.Model(start, layers.Dense(1)(Scaled(2.0)(start)))
    model.get_layer("scaled").get_config = lambda: {"no": "such argument"}
    with pytest.raises(ValueError, match=r"layer 'scaled' \(Scaled\) cannot be copied"):
        prune(model, 0)


def test_weights_that_two_layers_share():
    class Wrapped(layers.Layer):
        def __init__(self, inner):
            super().__init__(name="wrapped")
            self.inner = inner

        def call(self, x):
            return self.inner(x)

    start, dense = keras.Input((2,)), layers.Dense(2, name="dense")
    model = keras.Model(start, Wrapped(dense)(dense(start)))
    with pytest.raises(ValueError, match=r"'dense' and 'wrapped' share .*/kernel"):
        prune(model, 0)


def test_networks_without_anything_to_remove():
    model = mlp((2, 1))
    assert prune(model, 0, np.ones((1, 2))).report.units == ((1,), (1,))
    nothing = keras.Sequential([keras.Input((2,)), layers.ReLU()])
    assert prune(nothing, 0, np.ones((1, 2))).report.max_delta == 0
