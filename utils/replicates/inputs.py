"""What may go into ``fit_replicates``, and where each replicate starts.

Everything here runs before any training, so that a mistake costs a message and not
an hour.
"""

from numbers import Integral

import keras
import numpy as np
import tensorflow as tf

from utils.replicates.program import seed_variables

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

# Each purpose draws from its own stream of the replicate's seed.
_WEIGHTS, _LAYERS, _ORDER = 0, 1, 2


def check_model(model) -> None:
    """Refuse what cannot be trained exactly as ``model.fit`` would train it.

    Raises:
        TypeError: If ``model`` is not a Keras model with one input and one output.
        ValueError: If it is not built or not compiled, or uses something of the list
            in the docstring of ``utils.replicates``.
    """
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


def check_whole(name: str, value, low: int, high: int | None = None) -> None:
    """Raise TypeError or ValueError unless ``value`` is an int in [low, high]."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name} must be a whole number, got {value!r}")
    if value < low or (high is not None and value > high):
        allowed = f"at least {low}" if high is None else f"from {low} to {high}"
        raise ValueError(f"{name} must be {allowed}, got {value!r}")


def check_flag(name: str, value) -> None:
    """Raise TypeError unless ``value`` is True or False."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} must be True or False, got {value!r}")


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


def check_data(model, x, y, replicates: int) -> tuple[dict, dict, int]:
    """Return two dictionaries, which together hold "x" and "y", and the length n.

    The first holds what all replicates share, arrays (n, ...); the second what each
    has its own of, arrays (R, n, ...). Raises what ``check_features`` and
    ``check_targets`` raise, and ValueError if x and y differ in length.
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
    return shared, own, n


def _as_numbers(name, value):
    array = np.asarray(value)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{name} must be an array of numbers, got {type(value)}")
    check_finite(name, array)
    return array


def check_finite(name: str, array: np.ndarray) -> None:
    """Raise ValueError if ``array`` holds NaN or inf, saying where."""
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        where = tuple(map(int, np.argwhere(~np.isfinite(array))[0]))
        raise ValueError(f"{name} must be finite, got {array[where]} at {where}")


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


def draw_initial(model, replicates: int, seed: int) -> list[np.ndarray]:
    """Draw the starting weights of each replicate from the layers' initializers.

    Replicate i draws its k-th weight (in the order of ``get_weights()``) from the
    initializer of the layer, whose ``seed`` is replaced by word k of
    ``numpy.random.SeedSequence(seed + i, spawn_key=(0,))``. So replicate i of seed 5
    is replicate i + 5 of seed 0, and two models of the same shape and initializers
    start alike. Weights that are not trainable keep what ``build()`` gave them.

    Returns:
        Arrays (R, ...), in the order of ``get_weights()``.

    Raises:
        ValueError: If a trainable weight has no initializer with a seed.
    """
    words = seed_words(seed, replicates, _WEIGHTS, len(model.weights))
    generator = keras.random.SeedGenerator(0)
    constant, random = {}, {}
    for k, variable in enumerate(model.weights):
        initializer = _initializer(model, variable) if variable.trainable else None
        if initializer is None:
            constant[k] = variable.numpy()
        elif "seed" in (config := initializer.get_config()):
            config["seed"] = generator
            random[k] = type(initializer).from_config(config)
        else:
            constant[k] = np.asarray(initializer(variable.shape, variable.dtype))

    def draw_one(seeds):
        weights = {}
        for k, initializer in random.items():
            key = tf.stack([seeds[k], 0])
            with keras.StatelessScope([(generator.state, key)]):
                variable = model.weights[k]
                weights[k] = initializer(variable.shape, variable.dtype)
        return weights

    def draw_all(seeds):
        types = {k: model.weights[k].dtype for k in random}
        return tf.map_fn(draw_one, seeds, fn_output_signature=types)

    drawn = {}
    if random:
        seeds = tf.constant(words, generator.state.dtype)
        draw = tf.function(draw_all, autograph=False).get_concrete_function(seeds)
        drawn = {int(k): value.numpy() for k, value in draw(seeds).items()}
    drawn |= {
        k: np.repeat(value[None], replicates, axis=0) for k, value in constant.items()
    }
    return [drawn[k] for k in range(len(model.weights))]


def _initializer(model, variable):
    """Return the initializer that a layer keeps for ``variable``."""
    owners = [
        layer
        for layer in model._flatten_layers()
        if any(variable is weight for weight in layer.weights)
    ]
    # Outer layers come first and have at least as many weights.
    owner = min(reversed(owners), key=lambda layer: len(layer.weights))
    stem = variable.name.removesuffix("_kernel")
    for name in (variable.name, stem, f"depthwise_{variable.name}", "depthwise"):
        initializer = getattr(owner, f"{name}_initializer", None)
        if isinstance(initializer, keras.initializers.Initializer):
            return initializer
    raise ValueError(
        f"no Keras initializer is known for {variable.path} of the layer "
        f"{owner.name} ({type(owner).__name__}): pass initial="
    )


def draw_layer_seeds(model, replicates: int, seed: int) -> np.ndarray:
    """Return one seed for each replicate and random layer, int (R, layers)."""
    return seed_words(seed, replicates, _LAYERS, len(seed_variables(model)))


def seed_words(seed: int, replicates: int, purpose: int, count: int) -> np.ndarray:
    """Return ``count`` independent 31-bit numbers for each of R replicates."""
    if count == 0:
        return np.zeros((replicates, 0), np.int64)
    words = [
        np.random.SeedSequence(seed + i, spawn_key=(purpose,)).generate_state(count)
        for i in range(replicates)
    ]
    return np.stack(words).astype(np.int64) & 0x7FFFFFFF


def order_generator(seed: int) -> np.random.Generator:
    """Return the generator that shuffles the samples of the replicate ``seed``."""
    sequence = np.random.SeedSequence(seed, spawn_key=(_ORDER,))
    return np.random.default_rng(sequence)


def draw_order(generator: np.random.Generator, epochs: int, samples: int):
    """Return int32 (epochs, samples), each row a new order of the samples."""
    rows = np.tile(np.arange(samples, dtype=np.int32), (epochs, 1))
    return generator.permuted(rows, axis=1)
