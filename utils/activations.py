"""RReLU, the randomized leaky ReLU: the paper's, and one that was once published."""

import keras
from keras import ops

from utils.checks import flag, number, whole


@keras.saving.register_keras_serializable("diamonds_and_circles")
class RReLU(keras.layers.Layer):
    """A leaky ReLU whose leak is drawn anew in each training step.

    y = x where x is not below 0, and y = x / alpha where it is. In training, every
    element draws its own alpha from U(lower, upper); in inference alpha is the mean of
    the bounds, and nothing is random. So the slope lies between 1 / upper and
    1 / lower. With equal bounds this is ``LeakyReLU(negative_slope=1 / lower)``.
    Defined by Xu, Wang, Chen and Li, https://doi.org/10.48550/arXiv.1505.00853, whose
    bounds are the default.

    Takes and returns floats of any shape. Draws are made in the layer's
    ``variable_dtype``, which is float32 under mixed precision.

    Args:
        lower, upper: Bounds of alpha: finite, above 0, ``lower`` not above ``upper``.
        seed: Seed of the layer's ``keras.random.SeedGenerator``, from 0 to 2**31 - 1;
            None draws one.

    Raises:
        TypeError, ValueError: If an argument is not as described here.
    """

    def __init__(self, lower=3.0, upper=8.0, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.lower = number("lower", lower, above=0)
        self.upper = number("upper", upper, above=0)
        if self.lower > self.upper:
            raise ValueError(f"lower must not be above upper, got {lower!r}, {upper!r}")
        self.seed = None if seed is None else whole("seed", seed, 0, 2**31 - 1)
        self.seed_generator = keras.random.SeedGenerator(self.seed)
        self.supports_masking = True

    def call(self, x, training=False):
        alpha = (self.lower + self.upper) / 2
        if training:
            alpha = ops.cast(self.draw(ops.shape(x)), x.dtype)
        return ops.where(x < 0, self.leak(x, alpha), x)

    def draw(self, shape):
        """Return alpha for a training step on an input of this shape."""
        return keras.random.uniform(
            shape,
            self.lower,
            self.upper,
            dtype=self.variable_dtype,
            seed=self.seed_generator,
        )

    def leak(self, x, alpha):
        """Return what becomes of values below 0."""
        return x / alpha

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        own = {"lower": self.lower, "upper": self.upper, "seed": self.seed}
        return {**super().get_config(), **own}


@keras.saving.register_keras_serializable("diamonds_and_circles")
class PublishedRReLU(RReLU):
    """RReLU as in the program of a published review: there to be reviewed itself.

    It differs from the paper in two things: negative values are *multiplied* by alpha,
    in inference too, so that the slope lies between ``lower`` and ``upper``; and each
    call draws a single alpha for all its elements.

    Args:
        lower, upper, seed: As in ``RReLU``.
        per_call: Whether all elements share one draw; else each has its own.

    Raises:
        TypeError, ValueError: If an argument is not as described here.
    """

    def __init__(self, lower=3.0, upper=8.0, seed=None, per_call=True, **kwargs):
        super().__init__(lower, upper, seed, **kwargs)
        self.per_call = flag("per_call", per_call)

    def draw(self, shape):
        return super().draw(() if self.per_call else shape)

    def leak(self, x, alpha):
        return x * alpha

    def get_config(self):
        return {**super().get_config(), "per_call": self.per_call}
