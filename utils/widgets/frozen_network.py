"""A trained network in the page itself: type x, read the answer."""

import keras
import numpy as np
import traitlets
from scipy.special import expit

from utils import checks
from utils.style import THEME
from utils.widgets.base import CourseWidget, source, table

_ACTIVATIONS = {
    "linear": lambda v: v,
    "relu": lambda v: np.maximum(v, 0),
    "sigmoid": expit,
    "tanh": np.tanh,
}


class FrozenNetwork(CourseWidget):
    """The weights of a small network as JSON, and a plain ES module that runs them.

    Args:
        model: A built Keras Sequential model of Dense layers, from one number to one
            number, with the activations linear, relu, sigmoid or tanh. Dropout, which
            does nothing in inference, may stand between them.
        low, high: Between which x the slider moves.

    Attributes:
        x: The input that is shown, at first the middle. It follows the reader, and may
            be set.

    Raises:
        TypeError, ValueError: If an argument is not as described here, or a weight or a
            number not finite.
    """

    module = "frozen_network"
    _esm = source(module)

    layers = traitlets.List().tag(sync=True)
    low = traitlets.Float().tag(sync=True)
    high = traitlets.Float().tag(sync=True)
    x = traitlets.Float().tag(sync=True)
    accent = traitlets.List(list(THEME["accent"])).tag(sync=True)

    def __init__(self, model: keras.Sequential, low: float, high: float):
        low, high = checks.number("low", low), checks.number("high", high)
        if low >= high:
            raise ValueError(f"low must be below high, got {low:g} and {high:g}")
        super().__init__(layers=_layers(model), low=low, high=high, x=(low + high) / 2)

    @traitlets.validate("x")
    def _finite(self, proposal):
        return checks.number("x", proposal["value"])

    def __repr__(self) -> str:
        shape = "-".join(str(len(layer["bias"])) for layer in self.layers)
        return f"FrozenNetwork(1-{shape}, x={self.x:g})"

    def predict(self, x) -> np.ndarray:
        """What the module computes, in NumPy: (n,) to (n,)."""
        h = np.asarray(x, float).reshape(-1, 1)
        for layer in self.layers:
            kernel = np.float32(layer["kernel"]).astype(float)
            bias = np.float32(layer["bias"]).astype(float)
            h = _ACTIVATIONS[layer["activation"]](h @ kernel + bias)
        return h[:, 0]

    def fallback(self) -> str:
        """Some answers as a table."""
        xs = np.linspace(self.low, self.high, 5)
        return table(
            "What the frozen network answers. With JavaScript, you can ask it for any "
            "x.",
            ("x", "ŷ"),
            (
                (f"{x:.2f}", f"{y:.6f}")
                for x, y in zip(xs, self.predict(xs), strict=True)
            ),
        )


def _layers(model):
    """The Dense layers as JSON, in the fewest digits that give the same float32."""
    if not isinstance(model, keras.Sequential):
        raise TypeError(
            f"model must be a Keras Sequential model, got {type(model).__name__}"
        )
    found = []
    for layer in model.layers:
        if isinstance(layer, keras.layers.Dropout):
            continue
        if not isinstance(layer, keras.layers.Dense) or not layer.built:
            raise ValueError(
                f"model must hold built Dense layers, but {layer.name!r} is not one"
            )
        activation = keras.activations.serialize(layer.activation)
        if activation not in _ACTIVATIONS:
            raise ValueError(
                f"activations must be one of {', '.join(_ACTIVATIONS)}, got "
                f"{activation!r} in {layer.name!r}"
            )
        kernel = np.asarray(layer.kernel, "float32")
        bias = np.zeros(layer.units, "float32")
        if layer.use_bias:
            bias = np.asarray(layer.bias, "float32")
        found.append(
            {
                "kernel": [_short(row) for row in kernel],
                "bias": _short(bias),
                "activation": activation,
            }
        )
    if not found or len(found[0]["kernel"]) != 1 or len(found[-1]["bias"]) != 1:
        raise ValueError("model must lead from one number to one number")
    return found


def _short(values):
    if not np.isfinite(values).all():
        raise ValueError("model must have finite weights, got NaN or infinity")
    return [float(str(value)) for value in values]
