"""Color from lightness: colors as bins, bins as colors, whole photographs.

In the Lab color space L is the lightness, from 0 to 100, a goes from green to red and
b from blue to yellow. The grid of squares over a and b reaches from -110 to 110, which
all colors of a screen fit into. The method is that of Zhang, Isola and Efros,
https://doi.org/10.1007/978-3-319-46487-9_40.
"""

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Real

import numpy as np
from scipy.spatial import cKDTree
from skimage.color import lab2rgb, rgb2lab

from utils.color.photographs import as_rgb

REACH = 110  # of the grid, to both sides of 0
MARGIN = 8  # pixels that eight valid 3x3 convolutions take off each side


def to_lab(photo: np.ndarray) -> np.ndarray:
    """Return a photograph (see ``as_rgb``) as L, a, b: float32 of shape (H, W, 3)."""
    return rgb2lab(as_rgb(photo)).astype("float32")


def to_rgb(lightness: np.ndarray, ab: np.ndarray) -> np.ndarray:
    """Return what a screen shows of L and (a, b): uint8 of shape (..., 3).

    Args:
        lightness: (...), from 0 to 100.
        ab: (..., 2). A color that no screen has becomes the nearest of each of red,
            green and blue.

    Raises:
        ValueError: If the shapes do not fit each other.
    """
    lightness, ab = np.asarray(lightness), _pairs(ab)
    if lightness.shape != ab.shape[:-1]:
        raise ValueError(f"ab must be of shape {(*lightness.shape, 2)}, got {ab.shape}")
    with warnings.catch_warnings():  # "negative Z values", which are clipped
        warnings.simplefilter("ignore", UserWarning)
        rgb = lab2rgb(np.concatenate([lightness[..., None], ab], axis=-1))
    return np.rint(np.clip(rgb, 0, 1) * 255).astype("uint8")


def chroma(ab: np.ndarray) -> np.ndarray:
    """Return how vivid colors are: the distance of (a, b) from grey, (...)."""
    return np.linalg.norm(ab, axis=-1)


def color_error(ab: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Return the distance of two colors of the same lightness (ΔE of 1976), (...)."""
    return np.linalg.norm(np.subtract(ab, truth), axis=-1)


# --- Colors as bins -----------------------------------------------------------------


@dataclass(frozen=True)
class Bins:
    """The squares of the grid that some photographs use, in a fixed order.

    Attributes:
        window: Width of a square.
        centers: float32 of shape (Q, 2).
        table: int32, which bin each square of the grid belongs to: squares that are
            not used, to the bin with the nearest center.
    """

    window: float
    centers: np.ndarray
    table: np.ndarray

    def __len__(self) -> int:
        return len(self.centers)

    @classmethod
    def used_in(cls, ab: np.ndarray, window: float = 10) -> "Bins":
        """Find the bins that colors use.

        Args:
            ab: (..., 2), finite. Colors outside the grid count to its edge.
            window: Width of a square, above 0 and at most 110.

        Raises:
            TypeError, ValueError: If an argument is not as described here.
        """
        _number("window", window)
        if not 0 < window <= REACH:
            raise ValueError(
                f"window must be above 0 and at most {REACH}, got {window!r}"
            )
        ab = _pairs(ab)
        if not ab.size:
            raise ValueError("ab must hold at least one color")
        n = math.ceil(2 * REACH / window)  # squares on a side; the last may reach out
        rows, columns = _squares(ab, window, n)
        used = np.unique(rows * n + columns)
        middles = (np.arange(n) + 0.5) * window - REACH
        grid = np.stack(np.meshgrid(middles, middles, indexing="ij"), axis=-1)
        centers = grid.reshape(-1, 2)[used]
        nearest = cKDTree(centers).query(grid.reshape(-1, 2))[1]
        table = nearest.reshape(n, n).astype("int32")
        return cls(float(window), centers.astype("float32"), table)

    def encode(self, ab: np.ndarray) -> np.ndarray:
        """Return the bin of each color by one look into the table.

        Args:
            ab: (..., 2), finite. A color of a used square is at most half a window
                from its bin's center in a and in b; others get the nearest bin.

        Returns:
            int32 of shape (...), from 0 to Q - 1.
        """
        return self.table[_squares(_pairs(ab), self.window, len(self.table))]

    def soft(self, ab: np.ndarray, neighbors: int = 5, sigma: float = 5) -> np.ndarray:
        """Return soft targets: each color shared among its nearest bins.

        Args:
            ab: (..., 2), finite.
            neighbors: How many bins share a color; all, if there are fewer.
            sigma: Shares fall with the distance as a Gaussian of this width.

        Returns:
            float32 of shape (..., Q); each color's shares sum to 1.
        """
        if neighbors < 1:
            raise ValueError(f"neighbors must be at least 1, got {neighbors!r}")
        if not sigma > 0:
            raise ValueError(f"sigma must be above 0, got {sigma!r}")
        ab = _pairs(ab)
        k = list(range(1, min(neighbors, len(self)) + 1))
        distance, bins = cKDTree(self.centers).query(ab.reshape(-1, 2), k=k)
        # Relative to the nearest, so that a color far away does not become 0 / 0.
        closer = distance[:, :1] ** 2 - distance**2
        shares = np.exp(closer / (2 * sigma**2))
        targets = np.zeros((len(bins), len(self)), "float32")
        shares /= shares.sum(axis=1, keepdims=True)
        np.put_along_axis(targets, bins, shares.astype("float32"), axis=1)
        return targets.reshape(*ab.shape[:-1], len(self))

    def shares(self, indices: np.ndarray) -> np.ndarray:
        """Return the share of pixels in each bin, (Q,), of what ``encode`` returned."""
        counts = np.bincount(np.ravel(indices), minlength=len(self))
        return counts / counts.sum()

    def decode(self, logits: np.ndarray, temperature: float = 0.38) -> np.ndarray:
        """Return one color for each distribution over the bins, by the annealed mean.

        The probabilities are raised to the power 1 / T and averaged: T = 1 gives the
        mean of the colors, T -> 0 the most probable color.

        Args:
            logits: (..., Q), logarithms of probabilities up to a constant.
            temperature: T, finite and above 0.

        Returns:
            (a, b), float32 of shape (..., 2).

        Raises:
            TypeError: If the temperature is not a number.
            ValueError: If it is not above 0, or the logits have not Q columns.
        """
        _number("temperature", temperature)
        if not temperature > 0:
            raise ValueError(
                f"temperature must be above 0, got {temperature!r}; a small one such "
                "as 0.01 gives the most probable color"
            )
        logits = np.asarray(logits, "float32")
        if logits.shape[-1:] != (len(self),):
            raise ValueError(
                f"logits must be of shape (..., {len(self)}), got {logits.shape}"
            )
        z = logits - logits.max(axis=-1, keepdims=True)
        with np.errstate(over="ignore"):  # far below the largest: no share
            z = np.exp(z / np.float32(max(temperature, 1e-30)))
        z /= z.sum(axis=-1, keepdims=True)
        return (z @ self.centers).astype("float32")


def class_weights(shares: np.ndarray, mix: float = 0.5) -> np.ndarray:
    """Return weights of the bins that lift rare colors, on average 1.

    They are in proportion to 1 / ((1 - λ) p + λ / Q), scaled so that Σ p w = 1.

    Args:
        shares: p, the share of each bin, (Q,), at least 0, with sum 1.
        mix: λ, from 0 (weights as 1 / p) to 1 (all the same).

    Returns:
        float32 of shape (Q,).

    Raises:
        TypeError: If ``mix`` is not a number.
        ValueError: If an argument is not as described here, or with a mix of 0 a bin
            has no share, so that its weight would be infinite.
    """
    shares = np.asarray(shares, "float64")
    if shares.ndim != 1 or not shares.size or not (shares >= 0).all():
        raise ValueError("shares must be 1-D, not empty and at least 0")
    if not np.isclose(shares.sum(), 1):
        raise ValueError(f"shares must have the sum 1, got {shares.sum()}")
    _number("mix", mix)
    if not 0 <= mix <= 1:
        raise ValueError(f"mix must be from 0 to 1, got {mix!r}")
    blend = (1 - mix) * shares + mix / shares.size
    if not blend.all():
        raise ValueError("mix must be above 0 if a bin has no share")
    weights = 1 / blend
    return (weights / (shares @ weights)).astype("float32")


# --- Whole photographs --------------------------------------------------------------


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
        ValueError: If ``lightness`` is not as described here, the tile is below 1, or
            ``run`` returns another size than it should.
    """
    lightness = np.asarray(lightness)
    if lightness.ndim != 2 or not lightness.size:
        raise ValueError(
            f"lightness must be of shape (H, W) and not empty, got {lightness.shape}"
        )
    if not (lightness.min() >= -0.01 and lightness.max() <= 100.01):
        raise ValueError(
            f"lightness must be from 0 to 100, got {lightness.min()} "
            f"to {lightness.max()}"
        )
    if tile is not None and tile < 1:
        raise ValueError(f"tile must be None or at least 1, got {tile!r}")
    height, width = lightness.shape
    down, across = (tile, tile) if tile else (height, width)
    edges = [(MARGIN, MARGIN + -n % m) for n, m in ((height, down), (width, across))]
    padded = network_input(np.pad(lightness, edges, mode="reflect"))
    rows = []
    for top in range(0, height, down):
        row = []
        for left in range(0, width, across):
            piece = padded[top : top + down + 2 * MARGIN, left:]
            answer = np.asarray(run(piece[None, :, : across + 2 * MARGIN]))
            if answer.shape[:3] != (1, down, across):
                raise ValueError(
                    f"run must return (1, {down}, {across}, k), got {answer.shape}: "
                    "has it eight valid 3x3 convolutions?"
                )
            row.append(decode(answer[0]))
        rows.append(np.concatenate(row, axis=1)[:, :width])
    return np.concatenate(rows)[:height]


def folded(model) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return a network of Conv2D, BatchNormalization and ReLU as plain convolutions.

    What a program without TensorFlow needs: each convolution is valid, of stride 1, and
    followed by a ReLU, except the last. The normalization is inside the kernel and the
    bias.

    Args:
        model: A Sequential model of Conv2D, each with or without a
            BatchNormalization and a ReLU behind it.

    Returns:
        A kernel (3, 3, inputs, outputs) and a bias (outputs,) for each convolution.

    Raises:
        ValueError: If there are other layers, or a ReLU is missing or at the end.
    """
    found, kinds = [], [type(layer).__name__ for layer in model.layers]
    for layer, kind in zip(model.layers, kinds, strict=True):
        if kind == "Conv2D" and layer.padding == "valid":
            kernel = layer.kernel.numpy()
            bias = layer.bias.numpy() if layer.use_bias else np.zeros(kernel.shape[-1])
            found.append((kernel, bias))
        elif kind == "BatchNormalization" and found:
            gamma, beta, mean, variance = (w.numpy() for w in layer.weights)
            scale = gamma / np.sqrt(variance + layer.epsilon)
            kernel, bias = found[-1]
            found[-1] = kernel * scale, (bias - mean) * scale + beta
        elif kind != "ReLU":
            raise ValueError(f"{layer.name} is a {kind}, which cannot be folded")
    if kinds.count("ReLU") != len(found) - 1 or kinds[-1] == "ReLU":
        raise ValueError("model must have a ReLU behind each convolution but the last")
    return [(kernel.astype("f4"), bias.astype("f4")) for kernel, bias in found]


def _squares(ab, window, n):
    """Row and column of each color's square in the grid."""
    places = np.floor((ab + REACH) / window)
    places = np.clip(places, 0, n - 1).astype("int32")
    return places[..., 0], places[..., 1]


def _pairs(ab):
    ab = np.asarray(ab)
    if ab.shape[-1:] != (2,) or ab.dtype.kind not in "fiu":
        raise ValueError(
            f"ab must be numbers of shape (..., 2), got {ab.dtype} of shape {ab.shape}"
        )
    if not np.isfinite(ab).all():
        raise ValueError("ab must be finite, got NaN or infinity")
    return ab


def _number(name, value):
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a number, got {value!r}")
    if not np.isfinite(value):
        raise ValueError(f"{name} must be finite, got {value!r}")
