"""The Lab color space: photographs to L, a, b and back, and distances in it.

L is the lightness, from 0 to 100; a goes from green to red and b from blue to yellow.
"""

import warnings

import numpy as np
from skimage.color import lab2rgb, rgb2lab

from utils import checks
from utils.color.pixels import as_rgb


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
    lightness, ab = np.asarray(lightness), pairs(ab)
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


def pairs(ab) -> np.ndarray:
    """Return finite numbers (a, b) of shape (..., 2), or raise ValueError."""
    ab = np.asarray(ab)
    if ab.shape[-1:] != (2,) or ab.dtype.kind not in "fiu":
        raise ValueError(
            f"ab must be numbers of shape (..., 2), got {ab.dtype} of shape {ab.shape}"
        )
    return checks.finite("ab", ab)
