"""What may go into ``fit_replicates``.

Everything here runs before any training, so that a mistake costs a message and not
an hour.
"""

from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np

from utils.checks import finite

# Names of Keras' losses, as classes or functions, in lower case without underscores.
_REGRESSION = {
    "cosinesimilarity",
    "huber",
    "logcosh",
    "meanabsoluteerror",
    "meanabsolutepercentageerror",
    "meansquarederror",
    "meansquaredlogarithmicerror",
    "poisson",
}
_LABELS = "sparsecategoricalcrossentropy"


def checked_model(build: Callable[[], keras.Model]) -> keras.Model:
    """Build a model; refuse what cannot be trained exactly as ``model.fit`` would.

    Raises:
        TypeError: If ``build`` is not a function, or what it returns not a Keras model
            with one input and one output.
        ValueError: If it is not built or not compiled, or uses something of the list
            in the docstring of ``utils.replicates``.
    """
    if isinstance(build, keras.Model) or not callable(build):
        raise TypeError(
            "build must be a function without arguments that returns a compiled "
            f"model, got {build!r}"
        )
    model = build()
    if not isinstance(model, keras.Model):
        raise TypeError(f"build() must return a keras.Model, got {model!r}")
    if not model.built:
        raise ValueError("build() returned a model that is not built: add keras.Input")
    if not isinstance(getattr(model, "inputs", None), list):
        raise TypeError(
            "build() must return a Sequential or functional model, whose input shape "
            f"is known, got {type(model).__name__}"
        )
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        raise TypeError(
            "build() must return a model with one input and one output, got "
            f"{len(model.inputs)} and {len(model.outputs)}"
        )
    if not model.compiled or model.optimizer is None or model.loss is None:
        raise ValueError(
            "build() returned a model that is not compiled: call "
            "model.compile(optimizer, loss) before returning it"
        )
    for what in _unsupported(model):
        raise ValueError(f"fit_replicates cannot train a model with {what}")
    return model


def _unsupported(model):
    """Yield, in words, each thing that would make the result differ from ``fit``."""
    for method in ("fit", "train_step", "make_train_function"):
        if getattr(type(model), method) is not getattr(keras.Model, method):
            yield f"its own {method}: {type(model).__name__}.{method}"
    metrics = [m.name for m in model.metrics if m.name != "loss"]
    if metrics:
        yield (
            f"metrics, which keep a running state: {', '.join(metrics)}. Compile it "
            "without them and compute them from .predict(x)"
        )
    optimizer = model.optimizer
    name = type(optimizer).__name__
    if not isinstance(optimizer, keras.optimizers.Optimizer):
        yield f"an optimizer that is no keras.optimizers.Optimizer: {name}"
    elif hasattr(optimizer, "inner_optimizer") or hasattr(optimizer, "optimizers"):
        yield f"an optimizer that wraps another: {name}"
    else:
        for option in ("use_ema", "gradient_accumulation_steps"):
            if getattr(optimizer, option, None):
                yield f"{name}({option}={getattr(optimizer, option)!r})"
    for layer in model._flatten_layers():
        if layer.compute_dtype != layer.variable_dtype:
            yield f"mixed precision: {layer.name} computes in {layer.compute_dtype}"
        if getattr(layer, "stateful", False):
            yield f"a layer that keeps a state between batches: {layer.name}"


def check_features(model, x, replicates: int) -> tuple[np.ndarray, bool]:
    """Return ``x`` in the model's dtype, and whether each replicate has its own.

    Raises:
        TypeError: If ``x`` does not hold numbers.
        ValueError: If its shape does not fit, or a value is not finite.
    """
    wanted = model.inputs[0]
    x = _as_numbers("x", x).astype(wanted.dtype, copy=False)
    return x, _has_own("x", x, tuple(wanted.shape), replicates)


def check_targets(model, y, replicates: int) -> tuple[np.ndarray, bool]:
    """Return ``y`` as the loss wants it, and whether each replicate has its own.

    Raises:
        TypeError: If ``y`` does not hold the kind of numbers that the loss compares.
        ValueError: If its shape or a label does not fit, or a value is not finite.
    """
    y = _as_numbers("y", y)
    shape = tuple(model.outputs[0].shape)
    loss = model.loss
    if isinstance(loss, list | tuple | dict):
        (loss,) = loss.values() if isinstance(loss, dict) else loss
    loss = keras.losses.get(loss)
    named = loss if hasattr(loss, "__name__") else type(loss)
    name = named.__name__
    key = name.lower().replace("_", "")
    if key == _LABELS:
        classes = shape[-1]
        shape = shape[:-1]
        if y.dtype.kind not in "iu":
            raise TypeError(f"y must hold integer labels for {name}, got {y.dtype}")
        if y.size and not 0 <= y.min() <= y.max() < classes:
            raise ValueError(
                f"y must hold labels from 0 to {classes - 1}, as the model has "
                f"{classes} outputs, got {y.min()} to {y.max()}"
            )
    elif key in _REGRESSION and y.dtype.kind != "f":
        raise TypeError(
            f"y must hold floats for {name}, got {y.dtype}: use y.astype('float32')"
        )
    elif not named.__module__.startswith("keras."):
        # Somebody's own loss: only they know how long the axes of y must be.
        shape = (None,) * len(shape)
    if y.dtype.kind == "f":
        y = y.astype(keras.config.floatx(), copy=False)
    return y, _has_own("y", y, shape, replicates)


@dataclass(frozen=True, eq=False)
class Data:
    """Features and targets: "x" and "y", each in one of two dictionaries.

    Attributes:
        shared: What all replicates share: arrays (n, ...).
        own: What each replicate has its own of: arrays (R, n, ...).
    """

    shared: dict[str, np.ndarray]
    own: dict[str, np.ndarray]

    def parts(self) -> list[tuple[str, tuple[int, ...], str, bool]]:
        """Return of each array: name, shape (n, ...), dtype, and whether it is own."""
        return [
            (name, array.shape[is_own:], array.dtype.name, is_own)
            for is_own, arrays in ((False, self.shared), (True, self.own))
            for name, array in arrays.items()
        ]

    def __str__(self) -> str:
        return ", ".join(
            f"{name} for {'each' if is_own else 'all'} {shape} {dtype}"
            for name, shape, dtype, is_own in self.parts()
        )

    def __len__(self) -> int:
        return self.parts()[0][1][0]


def check_data(model, x, y, replicates: int) -> Data:
    """Return features and targets as the model and its loss want them.

    Raises:
        TypeError, ValueError: As ``check_features`` and ``check_targets``.
        ValueError: If x and y differ in length.
    """
    x, own_x = check_features(model, x, replicates)
    y, own_y = check_targets(model, y, replicates)
    n, n_y = x.shape[own_x], y.shape[own_y]
    if n != n_y:
        raise ValueError(f"x and y must have one length, got {n} and {n_y} samples")
    if n == 0:
        raise ValueError("x and y must hold at least one sample, got none")
    shared, own = {}, {}
    (own if own_x else shared)["x"] = x
    (own if own_y else shared)["y"] = y
    return Data(shared, own)


def _as_numbers(name, value):
    array = np.asarray(value)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{name} must be an array of numbers, got {type(value)}")
    return finite(name, array)


def _has_own(name, array, shape, replicates) -> bool:
    """Return whether ``array`` has a leading replicate axis, checking its shape."""
    own = array.ndim == len(shape) + 1
    inner = array.shape[2:] if own else array.shape[1:]
    fits = array.ndim in (len(shape), len(shape) + 1) and all(
        want in (None, have) for want, have in zip(shape[1:], inner, strict=False)
    )
    if not fits:
        rest = "".join(f", {'any' if s is None else s}" for s in shape[1:])
        raise ValueError(
            f"{name} must have shape (n{rest}), or ({replicates}, n{rest}) with one "
            f"set for each replicate, got {array.shape}"
        )
    if own and len(array) != replicates:
        raise ValueError(
            f"{name} has shape {array.shape}, so it holds {len(array)} sets for "
            f"{replicates} replicates"
        )
    return own


def check_weights(model, name: str, weights, replicates: int) -> list[np.ndarray]:
    """Return ``weights`` as arrays (R, ...) of the shapes of ``get_weights()``.

    Raises:
        TypeError: If it is not a list or tuple of arrays of numbers.
        ValueError: If the number of arrays or a shape does not fit.
    """
    if not isinstance(weights, list | tuple):
        raise TypeError(f"{name} must be a list of arrays, got {type(weights)}")
    if len(weights) != len(model.weights):
        raise ValueError(
            f"{name} must hold {len(model.weights)} arrays, one for each of "
            f"model.get_weights(), got {len(weights)}"
        )
    arrays = [np.asarray(value) for value in weights]
    for k, (array, variable) in enumerate(zip(arrays, model.weights, strict=True)):
        shape = (replicates, *variable.shape)
        if array.shape != shape:
            raise ValueError(
                f"{name}[{k}] ({variable.path}) must have shape {shape}, got "
                f"{array.shape}"
            )
        if array.dtype.kind not in "fiub":
            raise TypeError(f"{name}[{k}] must hold numbers, got {array.dtype}")
    return [a.astype(v.dtype) for a, v in zip(arrays, model.weights, strict=True)]
