"""A network that runs in the page: in Node the same answers as Keras."""

import json

import keras
import numpy as np
import pytest
from bs4 import BeautifulSoup

from tests.unit.widgets.hosts import as_html, in_node
from utils.models import mlp
from utils.widgets import FrozenNetwork

X = np.concatenate([np.linspace(-20, 20, 201), [0.0, 1e-8, -1e6, 1e6]])


def networks():
    rng = np.random.default_rng(0)
    for name, sizes, activation in (
        ("line", (1, 1, 1, 1, 1), None),
        ("relu", (1, 10, 10, 10, 1), "relu"),
        ("tanh", (1, 5, 4, 1), "tanh"),
        ("sigmoid", (1, 7, 1), "sigmoid"),
    ):
        model = mlp(sizes, activation=activation, seed=1)
        model.set_weights(
            [w + rng.normal(0, 0.3, w.shape) for w in model.get_weights()]
        )
        yield pytest.param(model, id=name)


def in_float64(model, x):
    """What Keras answers with the same weights in double precision."""
    layers = [
        keras.layers.Dense.from_config(layer.get_config() | {"dtype": "float64"})
        for layer in model.layers
    ]
    with_doubles = keras.Sequential([keras.Input((1,), dtype="float64"), *layers])
    with_doubles.set_weights(model.get_weights())
    return np.asarray(with_doubles(x[:, None].astype("float64")))[:, 0]


@pytest.mark.parametrize("model", networks())
def test_the_module_answers_as_keras(model):
    widget = FrozenNetwork(model, -20, 20)
    answers = in_node(
        widget,
        "data.xs.map((x) => m.run(data.layers, [x])[0])",
        {"layers": widget.layers, "xs": X.tolist()},
    )
    exact = in_float64(model, X)
    np.testing.assert_allclose(answers, exact, rtol=1e-12, atol=1e-12)
    floats = np.asarray(model(X[:, None].astype("float32")))[:, 0]
    near = np.abs(X) <= 20
    scale = np.maximum(np.abs(exact), 1)
    assert np.max((np.abs(answers - floats) / scale)[near]) < 1e-6
    np.testing.assert_allclose(widget.predict(X), exact, rtol=1e-12, atol=1e-12)


def test_the_module_is_small():
    assert len(FrozenNetwork._esm.encode()) < 5_000
    assert "import " not in FrozenNetwork._esm


def test_state_holds_every_weight_in_few_digits():
    model = mlp((1, 3, 1), seed=0)
    div = as_html(FrozenNetwork(model, 0, 10))
    state = json.loads(div["data-state"])
    assert div["data-widget"] == "frozen_network"
    for layer, found in zip(model.layers, state["layers"], strict=True):
        assert np.array_equal(np.float32(found["kernel"]), layer.kernel.numpy())
        assert np.array_equal(np.float32(found["bias"]), layer.bias.numpy())
    assert max(len(str(v)) for row in state["layers"][0]["kernel"] for v in row) <= 13
    assert state["x"] == 5


def test_fallback_answers_without_javascript():
    model = mlp((1, 2, 1), seed=0)
    widget = FrozenNetwork(model, 0, 4)
    table = BeautifulSoup(widget.fallback(), "html.parser")
    found = [float(cell.text) for cell in table.select("td")]
    wanted = np.asarray(model(np.arange(5.0)[:, None]))[:, 0]
    np.testing.assert_allclose(found, wanted, atol=2e-6)


def test_dropout_and_layers_without_bias():
    keras.utils.set_random_seed(0)
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((1,)),
            layers.Dense(4, "relu", use_bias=False),
            layers.Dropout(0.5),
            layers.Dense(1),
        ]
    )
    found = FrozenNetwork(model, 0, 1).predict([0.3, -2.0])
    np.testing.assert_allclose(found, model(np.array([[0.3], [-2]]))[:, 0], atol=1e-6)


def _with(value):
    model = mlp((1, 2, 1))
    model.layers[0].bias.assign([value, 0])
    return model


@pytest.mark.parametrize(
    ("model", "error", "message"),
    [
        (
            keras.layers.Dense(1),
            TypeError,
            "must be a Keras Sequential model, got Dense",
        ),
        (mlp((2, 1)), ValueError, "from one number to one number"),
        (mlp((1, 2)), ValueError, "from one number to one number"),
        (mlp((1, 2, 1), activation="elu"), ValueError, "one of linear, .* got 'elu'"),
        (keras.Sequential([keras.layers.Dense(1)]), ValueError, "built Dense layers"),
        (_with(np.nan), ValueError, "finite weights"),
    ],
)
def test_bad_models(model, error, message):
    with pytest.raises(error, match=message):
        FrozenNetwork(model, 0, 1)


def test_bad_limits():
    model = mlp((1, 1))
    with pytest.raises(ValueError, match="low must be below high, got 3 and 2"):
        FrozenNetwork(model, 3, 2)
    with pytest.raises(ValueError, match="low must be finite, got nan"):
        FrozenNetwork(model, float("nan"), 2)
    with pytest.raises(TypeError, match="high must be a number, got '2'"):
        FrozenNetwork(model, 0, "2")
    widget = FrozenNetwork(model, 0, 1)
    with pytest.raises(ValueError, match="x must be finite"):
        widget.x = float("inf")
