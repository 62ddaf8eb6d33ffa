"""Colors as bins: encode, weigh, and decode again.

The grid of squares over a and b reaches from -110 to 110, which all colors of a screen
fit into. The method is that of Zhang, Isola and Efros,
https://doi.org/10.1007/978-3-319-46487-9_40.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from utils.checks import number
from utils.color.lab import pairs

REACH = 110  # of the grid, to both sides of 0


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
        number("window", window, high=REACH, above=0)
        ab = pairs(ab)
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
        return self.table[_squares(pairs(ab), self.window, len(self.table))]

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
            TypeError, ValueError: If an argument is not as described here.
        """
        if number("temperature", temperature) <= 0:
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
            z /= np.float32(max(temperature, 1e-30))
        np.exp(z, out=z)
        return (z @ self.centers) / z.sum(axis=-1, keepdims=True)


def class_weights(shares: np.ndarray, mix: float = 0.5) -> np.ndarray:
    """Return weights of the bins that lift rare colors, on average 1.

    They are in proportion to 1 / ((1 - λ) p + λ / Q), scaled so that Σ p w = 1.

    Args:
        shares: p, the share of each bin, (Q,), at least 0, with sum 1.
        mix: λ, from 0 (weights as 1 / p) to 1 (all the same).

    Returns:
        float32 of shape (Q,).

    Raises:
        TypeError, ValueError: If an argument is not as described here, or with a mix of
            0 a bin has no share, so that its weight would be infinite.
    """
    shares = np.asarray(shares, "float64")
    if shares.ndim != 1 or not shares.size or not (shares >= 0).all():
        raise ValueError("shares must be 1-D, not empty and at least 0")
    if not np.isclose(shares.sum(), 1):
        raise ValueError(f"shares must have the sum 1, got {shares.sum()}")
    number("mix", mix, 0, 1)
    blend = (1 - mix) * shares + mix / shares.size
    if not blend.all():
        raise ValueError("mix must be above 0 if a bin has no share")
    weights = 1 / blend
    return (weights / (shares @ weights)).astype("float32")


def _squares(ab, window, n):
    """Row and column of each color's square in the grid."""
    places = np.floor((ab + REACH) / window)
    places = np.clip(places, 0, n - 1).astype("int32")
    return places[..., 0], places[..., 1]
