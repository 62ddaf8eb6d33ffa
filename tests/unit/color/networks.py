"""A small network of valid convolutions, as the chapter colorize has it."""

import keras
import numpy as np
from keras import layers


def color_network(
    outputs=5, widths=(3, 4, 4, 4, 4, 4, 4), *, channels=1, bias=False, seed=0
):
    """Untrained, with normalizations that do something."""
    keras.utils.set_random_seed(seed)
    parts = [keras.Input((None, None, channels))]
    for width in widths:
        parts += [
            layers.Conv2D(width, 3, use_bias=bias),
            layers.BatchNormalization(),
            layers.ReLU(),
        ]
    model = keras.Sequential([*parts, layers.Conv2D(outputs, 3)])
    rng = np.random.default_rng(seed)
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.set_weights([rng.uniform(0.5, 1.5, w.shape) for w in layer.weights])
    return model
