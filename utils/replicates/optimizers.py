"""The optimizers of Keras as pure functions of their state."""

import keras
import numpy as np
from keras.src.optimizers.base_optimizer import BaseOptimizer


class _PureOptimizer(keras.optimizers.Optimizer):
    """Brings back the methods that Keras' TensorFlow optimizer overrides.

    The overrides write to ``tf.Variable`` objects and so bypass StatelessScope; the
    originals, which the JAX backend uses too, assign through Keras variables.
    """

    assign = BaseOptimizer.assign
    assign_add = BaseOptimizer.assign_add
    assign_sub = BaseOptimizer.assign_sub
    _apply_weight_decay = BaseOptimizer._apply_weight_decay
    _backend_update_step = BaseOptimizer._backend_update_step
    _clip_by_norm = BaseOptimizer._clip_by_norm

    def _var_key(self, variable):
        return self._keys[id(variable)]


def make_pure(optimizer: keras.optimizers.Optimizer, variables: list) -> None:
    """Make ``optimizer`` respect StatelessScope, in place, keeping its settings."""
    _build_checked(optimizer, variables)
    keys = {id(v): optimizer._var_key(v) for v in variables}
    kind = type(optimizer)
    # In the method order _PureOptimizer comes after `kind`, so that what `kind`
    # defines itself still wins, and before the TensorFlow class behind it.
    optimizer.__class__ = type(kind.__name__, (kind, _PureOptimizer), {})
    optimizer._keys = keys


def _build_checked(optimizer, variables):
    """Build the optimizer, and refuse it if its state starts from the weights.

    The state of all replicates starts alike, so it must not depend on where the
    weights start, nor come from an earlier training.
    """
    before = [v.numpy() for v in variables]
    marks = [np.linspace(0.3, 0.7, v.size).reshape(v.shape) for v in before]
    for variable, mark in zip(variables, marks, strict=True):
        variable.assign(mark)
    optimizer.build(variables)
    for variable, value in zip(variables, before, strict=True):
        variable.assign(value)
    for slot in optimizer.variables:
        value = slot.numpy()
        if value.min() != value.max() or any(
            value.shape == mark.shape and np.allclose(value, mark) for mark in marks
        ):
            raise ValueError(
                f"fit_replicates cannot train with {type(optimizer).__name__}, as its "
                f"{slot.path} starts from the weights or from an earlier training"
            )
