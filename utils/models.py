"""The small networks that several chapters train."""

from collections.abc import Sequence

import keras
import numpy as np

from utils.checks import whole


def mlp(
    sizes: Sequence[int] = (1, 10, 10, 10, 1),
    *,
    activation: str | None = None,
    penalty: keras.regularizers.Regularizer | str | None = None,
    constraint: keras.constraints.Constraint | str | None = None,
    seed: int | None = None,
) -> keras.Sequential:
    """Build a multilayer perceptron of Dense layers.

    Args:
        sizes: Width of the input, of each hidden layer and of the output; each at
            least 1.
        activation: Activation of the hidden layers; the output layer is linear.
        penalty: ``kernel_regularizer`` of every layer: a Keras regularizer or the
            name of one ("l1", "l2", "l1_l2"). Biases are never penalized.
        constraint: ``kernel_constraint`` of every layer.
        seed: Seed of the kernels' Glorot uniform initializers, which draw
            independently of each other, at least 0; None draws anew each time.

    Returns:
        A built, uncompiled model from (n, sizes[0]) to (n, sizes[-1]), float32.

    Raises:
        TypeError, ValueError: If an argument is not as described here, or a penalty,
            constraint or activation is not known to Keras.
    """
    if isinstance(sizes, str) or not isinstance(sizes, Sequence):
        raise TypeError(f"sizes must be a sequence of whole numbers, got {sizes!r}")
    if len(sizes) < 2:
        raise ValueError(
            f"sizes must hold at least an input and an output width, got {sizes!r}"
        )
    for k, size in enumerate(sizes):
        whole(f"sizes[{k}]", size, 1)
    penalty = _known("penalty", keras.regularizers.get, penalty, "l1, l2, l1_l2")
    constraint = _known(
        "constraint", keras.constraints.get, constraint, "max_norm, non_neg"
    )
    activation = _known(
        "activation", keras.activations.get, activation, "relu, tanh, linear"
    )

    widths = sizes[1:]
    seeds = [None] * len(widths)
    if seed is not None:
        whole("seed", seed, 0)
        drawn = np.random.SeedSequence(seed).generate_state(len(widths))
        seeds = [int(s) >> 1 for s in drawn]  # Keras takes 31 bits
    names = [f"hidden_{k}" for k in range(1, len(widths))] + ["output"]
    layers = [
        keras.layers.Dense(
            width,
            activation=activation if name != "output" else None,
            kernel_initializer=keras.initializers.GlorotUniform(seed=layer_seed),
            kernel_regularizer=penalty,
            kernel_constraint=constraint,
            name=name,
        )
        for name, width, layer_seed in zip(names, widths, seeds, strict=True)
    ]
    return keras.Sequential([keras.Input((sizes[0],)), *layers])


def _known(name, get, value, examples):
    """Look ``value`` up in Keras, or say in one sentence that it is not there."""
    try:
        return get(value)
    except (ValueError, TypeError):
        raise ValueError(
            f"{name} must be None, a Keras object or the name of one "
            f"(for example {examples}), got {value!r}"
        ) from None
