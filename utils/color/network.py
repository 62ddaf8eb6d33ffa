"""A small fully convolutional network: what it gets, whole photographs, plain parts."""

from collections.abc import Callable

import numpy as np

from utils import checks

MARGIN = 8  # pixels that eight valid 3x3 convolutions take off each side

# How a layer must be set so that a plain convolution or ReLU computes the same.
_SETTINGS = {
    "Conv2D": {
        "padding": ("valid",),
        "strides": ((1, 1),),
        "dilation_rate": ((1, 1),),
        "groups": (1,),
        "data_format": ("channels_last",),
        "activation": ("linear",),
    },
    "BatchNormalization": {"axis": (-1, 3)},
    "ReLU": {"negative_slope": (0,), "max_value": (None,), "threshold": (0,)},
}


def network_input(lightness: np.ndarray) -> np.ndarray:
    """Return L as the network gets it: from -1 to 1, float32 of shape (..., 1)."""
    return (np.asarray(lightness, "float32") / 50 - 1)[..., None]


def predict(
    run: Callable[[np.ndarray], np.ndarray],
    lightness: np.ndarray,
    decode: Callable[[np.ndarray], np.ndarray] = np.asarray,
    *,
    tile: int | None = None,
) -> np.ndarray:
    """Run a fully convolutional network over a whole photograph.

    The photograph is mirrored at its edges, so that the answer is as large as it is.

    Args:
        run: From (1, h, w, 1) to (1, h - 16, w - 16, k), such as a Keras model.
        lightness: (H, W), from 0 to 100.
        decode: What to make of the answers (..., k), such as ``Bins.decode``.
        tile: None for one pass. Otherwise stitches answers of tile by tile pixels, each
            from an input of the same size: for photographs that are too large for the
            memory, and for networks of a fixed size.

    Returns:
        What ``decode`` makes of the answers, (H, W, ...).

    Raises:
        TypeError, ValueError: If an argument is not as described here, or ``run``
            returns another size than it should.
    """
    height, width = (lightness := _lightness(lightness)).shape
    size = (height, width) if tile is None else (checks.whole("tile", tile, 1),) * 2
    down, across = size
    edges = [(MARGIN, MARGIN + -n % m) for n, m in ((height, down), (width, across))]
    padded = network_input(np.pad(lightness, edges, mode="reflect"))

    def answer(top, left):
        """The decoded tile whose upper left corner is here."""
        piece = padded[top : top + down + 2 * MARGIN, left : left + across + 2 * MARGIN]
        found = np.asarray(run(piece[None]))
        if found.shape[:3] != (1, *size):
            raise ValueError(
                f"run must return (1, {down}, {across}, k), got {found.shape}: "
                "has it eight valid 3x3 convolutions?"
            )
        return decode(found[0])

    rows = [
        np.concatenate([answer(top, left) for left in range(0, width, across)], axis=1)
        for top in range(0, height, down)
    ]
    return np.concatenate(rows)[:height, :width]


def _lightness(given):
    found = np.asarray(given)
    if found.ndim != 2 or not found.size:
        raise ValueError(
            f"lightness must be of shape (H, W) and not empty, got {found.shape}"
        )
    if not (found.min() >= -0.01 and found.max() <= 100.01):  # not of NaN, either
        raise ValueError(
            f"lightness must be from 0 to 100, got {found.min()} to {found.max()}"
        )
    return found


def folded(model) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return a network of Conv2D, BatchNormalization and ReLU as plain convolutions.

    What a program without TensorFlow needs: each convolution is valid, of stride 1, and
    followed by a ReLU, except the last. The normalization, as in inference, is inside
    the kernel and the bias.

    Args:
        model: A Sequential model of Conv2D, BatchNormalization and ReLU, in this order
            and again, without a ReLU at the end. A normalization may be missing.

    Returns:
        A kernel (height, width, inputs, outputs) and a bias (outputs,) for each
        convolution, float32.

    Raises:
        TypeError: If the model is not Sequential.
        ValueError: If plain convolutions would not compute the same, because of another
            layer, a setting (strides, dilation, groups, padding, an activation, a ReLU
            that is none), or the order; the message names the layer.
    """
    if type(model).__name__ != "Sequential":  # without loading Keras for it
        raise TypeError(f"model must be Sequential, got {type(model).__name__}")
    found, before = [], None
    for layer in model.layers:
        kind = _plain(layer)
        _check_order(layer, kind, before)
        if kind == "Conv2D":
            kernel = np.asarray(layer.kernel)
            found.append((kernel, np.asarray(layer.bias) if layer.use_bias else 0.0))
        elif kind == "BatchNormalization":
            found[-1] = _normalized(*found[-1], layer)
        before = layer
    if not found or type(before).__name__ == "ReLU":
        last = f"{before.name!r} is the last layer" if found else "there is none"
        raise ValueError(f"model must end with a convolution without a ReLU: {last}")
    return [
        (kernel.astype("f4"), np.broadcast_to(bias, kernel.shape[-1:]).astype("f4"))
        for kernel, bias in found
    ]


def _plain(layer) -> str:
    """Return what a layer is; raise ValueError if plain layers do not compute it."""
    kind = type(layer).__name__
    if kind not in _SETTINGS:
        raise ValueError(f"{layer.name!r} is a {kind}, which cannot be folded")
    if not layer.built:
        raise ValueError(f"{layer.name!r} is not built: begin the model with Input")
    config = layer.get_config()
    for setting, allowed in _SETTINGS[kind].items():
        if config[setting] not in allowed:
            raise ValueError(
                f"{layer.name!r} is a {kind} with {setting}={config[setting]!r}, which "
                f"cannot be folded: it must be {allowed[0]!r}"
            )
    return kind


def _check_order(layer, kind, before):
    """Raise ValueError unless a layer may come behind ``before``."""
    previous = type(before).__name__ if before else "ReLU"
    if kind == "Conv2D" and previous != "ReLU":
        raise ValueError(
            f"model must have a ReLU behind each convolution but the last, and there "
            f"is none between {before.name!r} and {layer.name!r}"
        )
    if kind != "Conv2D" and previous == "ReLU":
        raise ValueError(
            f"{layer.name!r} is a {kind} that is not behind a convolution or its "
            "normalization, so it cannot be folded"
        )


def _normalized(kernel, bias, layer):
    """Return a convolution with the BatchNormalization behind it inside."""
    scale = 1 / np.sqrt(np.asarray(layer.moving_variance) + layer.epsilon)
    if layer.scale:
        scale *= np.asarray(layer.gamma)
    shift = np.asarray(layer.beta) if layer.center else 0.0
    return kernel * scale, (bias - np.asarray(layer.moving_mean)) * scale + shift
