"""Constraints that turn SGD into proximal SGD."""

import math
import warnings

import keras
from keras import ops

from utils.checks import number
from utils.penalties.operators import prox_group_lasso, soft_threshold


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
