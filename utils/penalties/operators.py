"""Proximal operators, of NumPy arrays and of tensors.

Each takes a NumPy array (or what NumPy makes one of) and returns a NumPy array, or a
TensorFlow tensor or Keras variable and returns a tensor, of the same shape and floating
dtype; whole numbers become float64. NaN stays NaN.
"""

import keras
import numpy as np
from keras import ops


def soft_threshold(w, t):
    """Move each weight toward 0 by ``t``, and to exactly 0 if it is no farther.

    Args:
        w: Weights, of any shape.
        t: How far, at least 0: a number, or an array that broadcasts against ``w``.

    Returns:
        ``sign(w) * max(|w| - t, 0)``, like ``w``.

    Raises:
        TypeError, ValueError: If an argument is not as described here (tensors are not
            looked into).
    """
    xp, w, t = _prepare(w, t=t)
    return w - xp.clip(w, -t, t)


def prox_l1(w, t):
    """Proximal operator of t · Σ|w|, Keras' ``L1(t)``: the soft threshold.

    Arguments, result and errors are those of ``soft_threshold``.
    """
    return soft_threshold(w, t)


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
