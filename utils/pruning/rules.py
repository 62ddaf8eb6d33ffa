"""How each kind of layer treats units, which are kept or removed one by one.

A *unit* is one place on the last axis of a tensor: a neuron of a Dense layer, a
channel of a convolution. A ``Rule`` answers three questions about the units of one
layer: which value they have if it does not depend on the data, which units of the
input they read, and what becomes of the layer's weights when some of them go.
"""

import math

import keras
import numpy as np
from keras import layers, ops

# What a unit's value may be, besides a finite number, which it then has for all data
# and at all positions.
VARIES = np.nan  # with the data
FIXED = np.inf  # the same for all data, but not one number that is known

SIMPLE_ACTIVATIONS = (layers.ReLU, layers.LeakyReLU, layers.ELU)
IDENTITIES = (  # in inference, on a constant
    layers.ActivityRegularization,
    layers.Dropout,
    layers.GaussianDropout,
    layers.GaussianNoise,
    layers.Identity,
    layers.SpatialDropout1D,
    layers.SpatialDropout2D,
)
POSITIONS = (  # they move positions about or choose among them; constants stay
    layers.AveragePooling1D,
    layers.AveragePooling2D,
    layers.Cropping1D,
    layers.Cropping2D,
    layers.GlobalAveragePooling1D,
    layers.GlobalAveragePooling2D,
    layers.GlobalMaxPooling1D,
    layers.GlobalMaxPooling2D,
    layers.MaxPooling1D,
    layers.MaxPooling2D,
    layers.UpSampling1D,
    layers.UpSampling2D,
)
PADDINGS = (layers.ZeroPadding1D, layers.ZeroPadding2D)
MERGES = (
    layers.Add,
    layers.Average,
    layers.Maximum,
    layers.Minimum,
    layers.Multiply,
    layers.Subtract,
)
ELEMENTWISE = [
    getattr(keras.activations, name)
    for name in (
        *("celu", "elu", "exponential", "gelu", "leaky_relu", "linear", "log_sigmoid"),
        *("hard_shrink", "hard_sigmoid", "hard_silu", "hard_tanh", "mish", "relu"),
        *("relu6", "selu", "sigmoid", "silu", "soft_shrink", "softplus", "softsign"),
        *("sparse_plus", "sparse_sigmoid", "squareplus", "tanh", "tanh_shrink"),
    )
    if hasattr(keras.activations, name)
]


def is_elementwise(activation) -> bool:
    """Whether it is known to compute each unit from that unit alone."""
    return activation in ELEMENTWISE or type(activation) in SIMPLE_ACTIVATIONS


def apply(function, values: np.ndarray) -> np.ndarray:
    """Apply an elementwise function to the constants among ``values``."""
    result, known = values.copy(), np.isfinite(values)
    if known.any():
        constants = ops.convert_to_tensor(values[known], "float64")
        result[known] = ops.convert_to_numpy(function(constants))
        result[known & ~np.isfinite(result)] = FIXED
    return result


class Rule:
    """How one layer treats units. This one, for any other layer, leaves them alone.

    ``inputs`` and ``outputs`` name tensors by their ``id``. ``values`` and ``marks``
    (of units that are live, or kept) hold one array for each tensor, float64 and bool.
    The analysis sets ``weights``, the layer's arrays in the order of
    ``layer.weights``, and ``threshold``, up to which a weight counts as 0.
    """

    weights: list
    threshold: float

    def __init__(self, node, reason: str = ""):
        self.layer = node.operation
        self.inputs = [id(t) for t in node.input_tensors]
        self.outputs = [id(t) for t in node.outputs]
        self.reason = reason  # why it is left alone

    def find_values(self, values: dict) -> None:
        """Set the values of the output's units."""
        varies = any(np.isnan(values[t]).any() for t in self.inputs)
        for t in self.outputs:
            values[t][:] = VARIES if varies or not self.inputs else FIXED

    def mark_read(self, live: dict, values: dict) -> None:
        """Mark the inputs' units that live units of the output read."""

    def mark_tied(self, marks: dict) -> None:
        """Mark units that can only stay or go together with marked ones."""
        for t in (*self.inputs, *self.outputs):
            marks[t][:] = True

    def select(self, arrays: list, keep: dict) -> list:
        """Return arrays like the layer's weights without the units that go."""
        return list(arrays)

    def largest_ignored(self, values: dict, live: dict) -> float:
        """Return the largest |weight| that was treated as if it were 0."""
        return 0.0


class Weighted(Rule):
    """Dense and convolution layers: every output unit reads every input unit."""

    def __init__(self, node):
        super().__init__(node)
        # How often a sample meets the kernel; an unknown size counts as 1.
        self.positions = math.prod(n or 1 for n in node.outputs[0].shape[1:-1])
        size = getattr(self.layer, "kernel_size", (1,))
        # At the borders, such a layer sees zeros instead of its input.
        self.pads = getattr(self.layer, "padding", "valid") != "valid" and max(size) > 1
        if not is_elementwise(self.layer.activation):
            self.reason = "its activation is not known to treat each unit by itself"

    def foldable(self, values):
        """Which input units are constants that a bias can take over exactly."""
        value = values[self.inputs[0]]
        return np.isfinite(value) & ((value == 0) | (not self.pads))

    def kernel(self):
        """Return the kernel as (positions, inputs, outputs)."""
        return self.weights[0].reshape(-1, *self.weights[0].shape[-2:])

    def strength(self):
        """Return the largest |weight| from each input unit to each output unit."""
        return np.abs(self.kernel()).max(axis=0)

    def contribution(self, units, values):
        """Return what some constant input units add to each output unit."""
        value = values[self.inputs[0]][units]
        return value @ self.kernel()[:, units].sum(axis=0, dtype="float64")

    def find_values(self, values):
        value, foldable = values[self.inputs[0]], self.foldable(values)
        reads = self.strength() > self.threshold
        bias = self.weights[1] if self.layer.use_bias else 0.0
        result = bias + self.contribution(foldable, values)
        result[reads[~foldable].any(axis=0)] = FIXED
        result[reads[np.isnan(value)].any(axis=0)] = VARIES
        if is_elementwise(self.layer.activation):
            result = apply(self.layer.activation, result)
        else:
            result[:] = VARIES if np.isnan(result).any() else FIXED
        values[self.outputs[0]] = result

    def mark_read(self, live, values):
        # The bias alone makes a constant.
        readers = live[self.outputs[0]] & ~np.isfinite(values[self.outputs[0]])
        read = (self.strength()[:, readers] > self.threshold).any(axis=1)
        live[self.inputs[0]] |= read & ~self.foldable(values)

    def mark_tied(self, marks):
        if self.reason:
            marks[self.outputs[0]][:] = True

    def select(self, arrays, keep):
        rows, columns = keep[self.inputs[0]], keep[self.outputs[0]]
        return [
            arrays[0][..., rows, :][..., columns],
            *(a[columns] for a in arrays[1:]),
        ]

    def largest_ignored(self, values, live):
        strength, foldable = self.strength(), self.foldable(values)
        dropped = ~live[self.inputs[0]] & ~foldable
        constant = np.isfinite(values[self.outputs[0]])
        into_live = strength[dropped][:, live[self.outputs[0]] & ~constant]
        into_constant = strength[~foldable][:, constant]
        return max(into_live.max(initial=0), into_constant.max(initial=0))

    def multiply_adds(self, weights: list) -> int:
        """Return how many multiplications one sample takes."""
        return weights[0].size * self.positions


class UnitByUnit(Rule):
    """Layers whose every unit depends on the same unit of the input alone."""

    def find_values(self, values):
        value = values[self.inputs[0]]
        if isinstance(self.layer, PADDINGS):
            value = np.where(np.isfinite(value) & (value != 0), FIXED, value)
        elif not isinstance(self.layer, IDENTITIES + POSITIONS):
            value = apply(self.layer.call, value)
        values[self.outputs[0]] = value.copy()

    def mark_tied(self, marks):
        tensors = (*self.inputs, *self.outputs)
        together = np.any([marks[t] for t in tensors], axis=0)
        for t in tensors:
            marks[t] = together.copy()

    def select(self, arrays, keep):
        return [a[..., keep[self.outputs[0]]] for a in arrays]


class Normalized(UnitByUnit):
    """BatchNormalization in inference: unit · scale + shift."""

    def parts(self):
        """Return scale and shift (in inference), beta, and |gamma|."""
        mean, variance = (w.astype("float64") for w in self.weights[-2:])
        gamma = self.weights[0] if self.layer.scale else np.ones_like(mean)
        beta = self.weights[-3] if self.layer.center else np.zeros_like(mean)
        scale = gamma / np.sqrt(variance + self.layer.epsilon)
        return scale, beta - mean * scale, beta, np.abs(gamma)

    def find_values(self, values):
        value = values[self.inputs[0]]
        scale, shift, beta, gamma = self.parts()
        off = (gamma <= self.threshold) & ~np.isfinite(value)
        constant = np.where(np.isfinite(value), value, 0) * scale + shift
        result = np.where(np.isfinite(value), constant, value)
        values[self.outputs[0]] = np.where(off, beta, result)

    def largest_ignored(self, values, live):
        value, gamma = values[self.inputs[0]], self.parts()[-1]
        off = (gamma <= self.threshold) & ~np.isfinite(value)
        return gamma[off & ~live[self.outputs[0]]].max(initial=0)


class Parametric(UnitByUnit):
    """PReLU, whose slope may differ between positions."""

    def find_values(self, values):
        slope = self.weights[0].reshape(-1, self.weights[0].shape[-1])
        value = values[self.inputs[0]]
        result = value * np.where(value < 0, slope[0], 1)
        uneven = np.ptp(slope, axis=0) > 0
        values[self.outputs[0]] = np.where((value < 0) & uneven, FIXED, result)


class Merged(UnitByUnit):
    """Add and its like, of tensors of one shape."""

    def find_values(self, values):
        together = np.stack([values[t] for t in self.inputs])
        result = np.where(np.isnan(together).any(axis=0), VARIES, FIXED)
        known = np.isfinite(together).all(axis=0)
        if known.any():
            constants = [ops.convert_to_tensor(v[None]) for v in together[:, known]]
            result[known] = ops.convert_to_numpy(self.layer.call(constants))[0]
        values[self.outputs[0]] = result


class Concatenated(Rule):
    """Concatenate along the last axis."""

    def find_values(self, values):
        values[self.outputs[0]] = np.concatenate([values[t] for t in self.inputs])

    def mark_tied(self, marks):
        ends = np.cumsum([len(marks[t]) for t in self.inputs])[:-1]
        parts = np.split(marks[self.outputs[0]], ends)
        for t, part in zip(self.inputs, parts, strict=True):
            marks[t] |= part
            part |= marks[t]


class Flattened(Rule):
    """Flatten: the units come again for each position."""

    def find_values(self, values):
        value, output = values[self.inputs[0]], self.outputs[0]
        values[output] = np.tile(value, len(values[output]) // len(value))

    def mark_tied(self, marks):
        mark, output = marks[self.inputs[0]], self.outputs[0]
        mark |= marks[output].reshape(-1, len(mark)).any(axis=0)
        marks[output] = np.tile(mark, len(marks[output]) // len(mark))
