"""Penalties that Keras lacks: proximal steps, and one for a model that is built.

``apply_penalty`` puts a regularizer on the weights of a model that exists already.
The rest of the file is about proximal operators, and constraints that turn SGD into
proximal SGD.

The proximal operator of a penalty p maps w to

    argmin over u of  ½ ‖u - w‖² + p(u),

the point that trades staying close to w against a small penalty. Proximal SGD takes
a step along the gradient of the loss alone, and then this one. The penalty's corner
at 0 is met exactly instead of being stepped over, so weights become exactly 0.
"""

import contextlib
import math
import warnings

import keras
import numpy as np
from keras import ops

from utils.checks import flag, number

# --- Proximal operators -------------------------------------------------------------
#
# Each takes a NumPy array (or what NumPy makes one of) and returns a NumPy array, or a
# TensorFlow tensor or Keras variable and returns a tensor, of the same shape and
# floating dtype; whole numbers become float64. NaN stays NaN.


def soft_threshold(w, t):
    """Move each weight toward 0 by ``t``, and to exactly 0 if it is no farther.

    Args:
        w: Weights, of any shape.
        t: How far, at least 0: a number, or an array that broadcasts against ``w``.

    Returns:
        ``sign(w) * max(|w| - t, 0)``, like ``w``.

    Raises:
        TypeError: If ``w`` does not hold real numbers or ``t`` is not a number.
        ValueError: If ``t`` is negative or NaN (tensors are not looked into).
    """
    xp, w, t = _prepare(w, t=t)
    return w - xp.clip(w, -t, t)


def prox_l1(w, t):
    """Proximal operator of t · Σ|w|, Keras' ``L1(t)``: the soft threshold.

    Arguments, result and errors are those of ``soft_threshold``.
    """
    return soft_threshold(w, t)


def prox_l2(w, t):
    """Proximal operator of t · Σw², Keras' ``L2(t)`` (without a factor ½).

    It scales every weight by 1 / (1 + 2t) and makes none of them 0. Arguments and
    errors are those of ``soft_threshold``.
    """
    _, w, t = _prepare(w, t=t)
    return w / (1 + 2 * t)


def prox_group_lasso(w, t, axis=0):
    """Proximal operator of t · Σ‖w_g‖₂ over groups g of weights.

    It shortens each group's vector by ``t``, and makes the whole group exactly 0 if it
    is no longer than that: all of its weights, or none.

    Args:
        w: Weights, of any shape.
        t: How far, at least 0: a number, or an array that broadcasts against ``w``.
        axis: The axis or axes that one group runs along, as in
            ``keras.constraints.MaxNorm``. For the kernel (inputs, outputs) of a Dense
            layer, 0 groups what comes into each of its units, and 1 what each unit of
            the layer before sends on. For the kernel of a Conv2D layer these are
            (0, 1, 2) and (0, 1, 3).

    Returns:
        w · max(1 - t / ‖w_g‖₂, 0), like ``w``.

    Raises:
        TypeError, ValueError: As ``soft_threshold``.
    """
    xp, w, t = _prepare(w, t=t)
    length = xp.sqrt(xp.sum(w * w, axis=axis, keepdims=True))
    # Where the length is 0 the weights are, too: any finite divisor will do.
    return w * xp.maximum(length - t, 0) / xp.where(length > 0, length, 1)


# --- Constraints: proximal SGD in Keras ---------------------------------------------


class _ProximalStep(keras.constraints.Constraint):
    """A proximal step of the size of the optimizer's current learning rate.

    An optimizer calls a constraint with each weight that it has just updated, before
    it counts the update. So its learning rate, schedule or not, is still the one that
    the update was made with.
    """

    def __init__(self, strength: float, optimizer: keras.optimizers.Optimizer = None):
        self.strength = number("strength", strength, 0)
        self.optimizer = None
        if optimizer is not None:
            self.follow(optimizer)

    def follow(self, optimizer: keras.optimizers.Optimizer) -> None:
        """Take the learning rate of this optimizer from now on."""
        if not isinstance(optimizer, keras.optimizers.Optimizer):
            raise TypeError(
                "optimizer must be a Keras optimizer object, such as "
                f"keras.optimizers.SGD(0.01), got {optimizer!r}"
            )
        # Mixed precision wraps the optimizer that makes the updates into another one.
        optimizer = getattr(optimizer, "inner_optimizer", optimizer)
        _check_update_rule(optimizer, type(self).__name__)
        self.optimizer = optimizer

    def __call__(self, w):
        name, optimizer = type(self).__name__, self.optimizer
        if optimizer is None:
            raise ValueError(
                f"{name} needs a learning rate: give it the optimizer, as in "
                f"{name}(0.3, sgd), or call follow_optimizer(model) after compiling"
            )
        if isinstance(w, keras.Variable) and not any(
            w is known for known in optimizer._trainable_variables
        ):
            raise ValueError(
                f"{name} follows the learning rate of an optimizer that does not train "
                f"{w.path}, perhaps because the model was copied or compiled again: "
                "call follow_optimizer(model) after compiling"
            )
        rate = ops.cast(optimizer.learning_rate, w.dtype)
        return self.prox(w, rate * self.strength)

    def get_config(self):
        return {"strength": self.strength, "optimizer": _serialize(self.optimizer)}

    @classmethod
    def from_config(cls, config):
        optimizer = keras.saving.deserialize_keras_object(config["optimizer"])
        return cls(**{**config, "optimizer": optimizer})


@keras.saving.register_keras_serializable("diamonds_and_circles")
class SoftThreshold(_ProximalStep):
    """Turns SGD into proximal SGD with the penalty strength · Σ|w|.

    After each update it moves every weight of its kernel toward 0 by the learning rate
    times ``strength``, and to exactly 0 if it is no farther. It takes the place of the
    regularizer: the loss that Keras shows has no penalty in it. ::

        sgd = keras.optimizers.SGD(0.01)
        layer = keras.layers.Dense(10, kernel_constraint=SoftThreshold(0.3, sgd))
        ...
        model.compile(sgd, "mse")

    Biases are left alone, as it is given to kernels only. It works in ``model.fit``, in
    loops that call ``optimizer.apply``, and compiled by XLA; it follows learning rate
    schedules and callbacks. A saved model is loaded with it and trains on. After
    ``keras.models.clone_model`` or a second ``compile`` call ``follow_optimizer``.

    The step is the exact proximal one for SGD without momentum; clipping, weight decay
    and a smooth penalty beside it (``kernel_regularizer="l2"`` gives the elastic net)
    only change the gradient. With other optimizers it warns, and makes exact zeros of
    another meaning:

    * SGD with momentum m: weights settle as if the penalty were (1 - m) · strength,
      since momentum makes the gradient's part of a step 1 / (1 - m) times as long, but
      not this one. What to do: divide the strength by 1 - m.
    * Adam and others that scale each weight's step: a weight stays 0 as long as its
      *scaled* step is no longer than ``strength``. The strength is measured against
      the optimizer's step, not against the loss, and there is no penalty that this
      minimizes. What to do: use SGD, or train with a regularizer and set small weights
      to 0 afterwards.

    Weights that an optimizer averages (``use_ema``) are means over steps: few are 0.

    Args:
        strength: The factor λ of the penalty, finite and at least 0.
        optimizer: The Keras optimizer that trains the weights, not its name. Without
            it, ``follow_optimizer`` must be called before training.

    Raises:
        TypeError: If an argument is of the wrong kind.
        ValueError: If ``strength`` is out of range; if the optimizer accumulates
            gradients over steps, as Keras calls constraints in between; in training,
            if the optimizer is missing or trains other weights.
    """

    def prox(self, w, t):
        """Return what becomes of the weights ``w`` in a step of size ``t``."""
        return soft_threshold(w, t)


@keras.saving.register_keras_serializable("diamonds_and_circles")
class GroupSoftThreshold(_ProximalStep):
    """Turns SGD into proximal SGD with the group lasso: whole units become 0.

    The penalty is strength · Σ √(size of g) · ‖w_g‖₂ over the groups g of the kernel
    (Yuan and Lin, https://doi.org/10.1111/j.1467-9868.2005.00532.x). All the rest is
    as in ``SoftThreshold``.

    Args:
        strength, optimizer: As in ``SoftThreshold``.
        axis: The axis or axes that one group runs along; see ``prox_group_lasso``. 0
            switches off units of a Dense layer itself, 1 those of the layer before.

    Raises:
        TypeError, ValueError: As ``SoftThreshold``.
    """

    def __init__(self, strength, optimizer=None, axis=0):
        super().__init__(strength, optimizer)
        self.axis = tuple(axis) if isinstance(axis, (list, tuple)) else axis

    def prox(self, w, t):
        """Return what becomes of the weights ``w`` in a step of size ``t``."""
        axes = self.axis if isinstance(self.axis, tuple) else (self.axis,)
        size = math.prod(w.shape[a] for a in axes)
        return prox_group_lasso(w, t * math.sqrt(size), self.axis)

    def get_config(self):
        return {**super().get_config(), "axis": self.axis}


def follow_optimizer(model: keras.Model) -> None:
    """Let a model's proximal constraints follow the optimizer it is compiled with.

    Needed where they cannot know it: when they were made without one, after
    ``keras.models.clone_model``, and after compiling again.

    Raises:
        ValueError: If the model is not compiled.
    """
    if getattr(model, "optimizer", None) is None:
        raise ValueError(f"model must be compiled first, but {model.name!r} is not")
    for weight in model.trainable_variables:
        if isinstance(weight.constraint, _ProximalStep):
            weight.constraint.follow(model.optimizer)


# --- A penalty for a model that is built --------------------------------------------

# Where Keras' layers hold a weight -> under which name they keep its penalty.
_KERNELS = {
    "kernel": "kernel_regularizer",
    "depthwise_kernel": "depthwise_regularizer",
    "pointwise_kernel": "pointwise_regularizer",
    "recurrent_kernel": "recurrent_regularizer",
}
_BIASES = {"bias": "bias_regularizer"}
_NORMALIZATION = {"gamma": "gamma_regularizer", "beta": "beta_regularizer"}


def apply_penalty(
    model: keras.Model,
    regularizer: keras.regularizers.Regularizer | str,
    *,
    kernels: bool = True,
    biases: bool = False,
    normalization: bool = False,
) -> list[str]:
    """Put a penalty on the weights of a model that is built, for example pretrained.

    Keras hands a layer's penalty to its weights when it creates them: to set
    ``layer.kernel_regularizer`` later changes nothing. This sets the penalty of the
    weights, which ``model.losses`` collects, and that of the layers, so that it is
    still there after saving and loading, or ``clone_model``. It reaches the layers of
    nested models and of composite layers, too. ::

        apply_penalty(model, keras.regularizers.L2(1e-4))
        assert sum(model.losses) > 0

    * A penalty that these weights have is **replaced**, not added to; one of strength
      0 switches it off. Penalties of other weights and of activities stay.
    * A layer that is used several times has one kernel, which counts once.
    * A **frozen** layer gets the penalty, too. Keras leaves it out of ``model.losses``
      until the layer is trained again.
    * A compiled model stays compiled. Its next ``fit`` is traced anew, with the
      penalty. If it is part of a larger model, give the larger one.
    * What makes its layers in code of its own (a subclassed model), or has no argument
      for the penalty (a warning names it), loses it on loading: apply it again.

    Args:
        model: A built Keras model.
        regularizer: A Keras regularizer, or the name of one ("l1", "l2", "l1_l2").
        kernels: Whether to penalize kernels: of dense, convolution and attention
            layers, depthwise and pointwise ones, recurrent ones. Embeddings are left
            alone, since a penalty shrinks the rows of words that a batch lacks.
        biases: Whether to penalize biases.
        normalization: Whether to penalize gamma and beta of normalization layers.

    Returns:
        The paths of the weights that have the penalty now.

    Raises:
        TypeError: If an argument is of the wrong kind.
        ValueError: If the regularizer's name is unknown, or the model is not built, or
            has no such weights.
    """
    if not isinstance(model, keras.Model):
        raise TypeError(f"model must be a Keras model, got {model!r}")
    regularizer = _checked_regularizer(regularizer)
    wanted = _KERNELS if flag("kernels", kernels) else {}
    wanted = wanted | (_BIASES if flag("biases", biases) else {})
    wanted = wanted | (_NORMALIZATION if flag("normalization", normalization) else {})
    if not model.built:
        raise ValueError(
            f"model must be built first, but {model.name!r} has no weights yet: give "
            "it an Input, or call it on data"
        )
    places = [(layer, *n) for layer in model._flatten_layers() for n in wanted.items()]
    found = {id(w): w for place in places if (w := _weight(*place)) is not None}
    if not found:
        raise ValueError(
            f"model {model.name!r} has nothing to penalize with kernels={kernels}, "
            f"biases={biases}, normalization={normalization}"
        )
    kept = {id(_weight(*place)) for place in places if _keep(*place, regularizer)}
    if lost := [weight.path for key, weight in found.items() if key not in kept]:
        warnings.warn(
            f"{', '.join(lost)}: the layer has no argument for this penalty, which "
            "will be lost when the model is saved and loaded",
            stacklevel=2,
        )
    for weight in found.values():
        weight.regularizer = regularizer
    # What fit and evaluate have traced does not know of the penalty.
    model.train_function = model.test_function = None
    return [weight.path for weight in found.values()]


def _checked_regularizer(value):
    """Return a Keras regularizer that is given as such or by its name."""
    if isinstance(value, keras.regularizers.Regularizer):
        return value
    if not isinstance(value, str):
        raise TypeError(
            "regularizer must be a Keras regularizer, such as "
            f"keras.regularizers.L2(1e-4), or the name of one, got {value!r}"
        )
    try:
        return keras.regularizers.get(value)
    except ValueError:
        raise ValueError(
            "regularizer must be the name of a Keras regularizer (for example l1, l2, "
            f"l1_l2), got {value!r}"
        ) from None


def _weight(layer, attribute, _):
    """Return the weight that a layer holds under this name, or None."""
    # With LoRA, a layer computes its kernel from the weight `_kernel`.
    for name in (attribute, f"_{attribute}"):
        # Some layers raise for a kernel that is not there yet.
        weight = getattr(layer, name, None) if layer.built else None
        if isinstance(weight, keras.Variable):
            return weight
    return None


def _keep(layer, attribute, name, regularizer):
    """Set what the layer's config says of a penalty; return whether it has a place."""
    if attribute == "kernel" and hasattr(layer, "depthwise_regularizer"):
        name = "depthwise_regularizer"
    # Attention layers hand `_kernel_regularizer` to the layers that they consist of.
    places = [place for place in (name, f"_{name}") if hasattr(layer, place)]
    for place in places:
        # LSTM and its kin only show what their cell keeps, which is a layer itself.
        with contextlib.suppress(AttributeError):
            setattr(layer, place, regularizer)
    return bool(places)


# --- Plumbing -----------------------------------------------------------------------


def _prepare(w, t):
    """Return the module to compute with, NumPy or keras.ops, and its arrays."""
    if not _is_tensor(t):
        steps = np.asarray(t)
        if steps.dtype.kind not in "fiu":
            raise TypeError(f"t must be a number or an array of numbers, got {t!r}")
        if not (steps >= 0).all():
            raise ValueError(f"t must be at least 0, got {t!r}")
    if _is_tensor(w):
        w = ops.convert_to_tensor(w)
        return ops, w, ops.cast(t, w.dtype)
    w = np.asarray(w)
    if w.dtype.kind not in "fiu":
        raise TypeError(f"w must hold real numbers, got dtype {w.dtype}")
    w = w if w.dtype.kind == "f" else w.astype("float64")
    return np, w, np.asarray(t, w.dtype)


def _is_tensor(value) -> bool:
    return ops.is_tensor(value) or isinstance(value, keras.Variable)


def _check_update_rule(optimizer, name):
    """Refuse what would be wrong, and warn of what is not the proximal step."""
    if optimizer.gradient_accumulation_steps:
        raise ValueError(
            f"{name} cannot be used with gradient_accumulation_steps: Keras applies "
            "constraints also in the steps that only accumulate"
        )
    momentum = getattr(optimizer, "momentum", 0)
    if not isinstance(optimizer, keras.optimizers.SGD):
        warnings.warn(
            f"After {type(optimizer).__name__}, {name} gives exact zeros but is not "
            "the proximal step of a penalty; use keras.optimizers.SGD for that",
            stacklevel=4,
        )
    elif momentum:
        warnings.warn(
            f"With momentum {momentum}, {name} acts like a penalty of "
            f"{1 - momentum:.3g} times its strength; divide the strength by that",
            stacklevel=4,
        )


def _serialize(optimizer):
    """Return the optimizer's config, so that loading gives the model's own one.

    In a saved model Keras marks an object that it meets again with a shared id, and
    loads all that bear it as one. The first description carries no such mark yet.
    """
    keras.saving.serialize_keras_object(optimizer)
    return keras.saving.serialize_keras_object(optimizer)
