"""Predict with all replicates at once."""

import keras
import numpy as np
import tensorflow as tf


class Predictor:
    """Predicts with R sets of weights of one model; traced once for each shape.

    The model's own weights are not read.
    """

    def __init__(self, model: keras.Model):
        self._model = model
        self._function = tf.function(self._all_replicates, autograph=False)

    def __call__(self, weights: list[np.ndarray], x: np.ndarray, own: bool):
        """Return what the model makes of ``x``, as an array (R, n, ...).

        Args:
            weights: Arrays (R, ...), in the order of ``get_weights()``.
            x: Array (n, ...), or (R, n, ...) if ``own``.
            own: Whether each replicate has its own ``x``.
        """
        arguments = [tf.constant(w) for w in weights], tf.constant(x), own
        run = self._function.get_concrete_function(*arguments)
        return run(*arguments).numpy()

    def _all_replicates(self, weights, x, own):
        def one_replicate(elements):
            values, *of_this = elements
            with keras.StatelessScope(zip(self._model.weights, values, strict=True)):
                return self._model(of_this[0] if own else x, training=False)

        return tf.vectorized_map(one_replicate, (weights, x) if own else (weights,))
