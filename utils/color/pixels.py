"""Photographs of every kind as pixels in plain arrays, and pieces to train on."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageOps
from skimage.color import gray2rgb
from skimage.transform import resize

from utils.checks import whole

SMALLEST = 32  # pixels on the short side of a photograph that is worth coloring


def as_rgb(photo: np.ndarray) -> np.ndarray:
    """Return any usual photograph as red, green and blue from 0 to 1.

    Args:
        photo: (H, W) or (H, W, 1) grey, (H, W, 2) grey with alpha, (H, W, 3) RGB or
            (H, W, 4) RGB with alpha; uint8, uint16, bool, or floats from 0 to 1. What
            is transparent shows white paper.

    Returns:
        float32 of shape (H, W, 3).

    Raises:
        TypeError, ValueError: If it is no such array, or has no pixels.
    """
    photo = np.asarray(photo)
    scale = {"|b1": 1, "|u1": 255, "<u2": 65535}.get(photo.dtype.newbyteorder("<").str)
    if scale is None and photo.dtype.kind != "f":
        raise TypeError(
            "photo must be an array of uint8, uint16, bool or floats, "
            f"got {photo.dtype}"
        )
    channels = photo.shape[2] if photo.ndim == 3 else 1
    if photo.ndim not in (2, 3) or not 1 <= channels <= 4 or not photo.size:
        raise ValueError(
            "photo must be of shape (H, W) or (H, W, 1 to 4) and not empty, "
            f"got shape {photo.shape}"
        )
    values = photo.astype("float32").reshape(*photo.shape[:2], channels)
    values /= np.float32(scale or 1)
    # NaN fails the comparison, too.
    if not (values.min() >= 0 and values.max() <= 1):
        raise ValueError(
            "photo must be from 0 to 1 if it holds floats, "
            f"got {values.min()} to {values.max()}"
        )
    if channels in (2, 4):
        alpha = values[..., -1:]
        values = values[..., :-1] * alpha + (1 - alpha)
    return gray2rgb(values[..., 0]) if values.shape[2] == 1 else values


def shrink(photo: np.ndarray, side: int = 128) -> np.ndarray:
    """Return the photograph with a short side of ``side`` pixels; never enlarge it.

    Args:
        photo: As in ``as_rgb``.
        side: At least 1.

    Returns:
        uint8 of shape (height, width, 3).

    Raises:
        TypeError, ValueError: If an argument is not as described here.
    """
    whole("side", side, 1)
    values = as_rgb(photo)
    factor = side / min(values.shape[:2])
    if factor < 1:
        size = [max(1, round(n * factor)) for n in values.shape[:2]]
        values = resize(values, size, anti_aliasing=True)
    return np.rint(np.clip(values, 0, 1) * 255).astype("uint8")


class Folder(NamedTuple):
    """What ``read_folder`` found: photographs, and why other files are none."""

    photographs: dict[str, np.ndarray]
    skipped: dict[str, str]

    def __str__(self) -> str:
        lines = [f"{len(self.photographs)} photographs, {len(self.skipped)} skipped"]
        return "\n".join(
            lines + [f"  {name}: {why}" for name, why in self.skipped.items()]
        )


def read_folder(folder: str | os.PathLike, side: int = 128) -> Folder:
    """Read all photographs of a folder, small; name what could not be read, and why.

    Files are read one by one in the order of their names, subfolders are not looked
    into, and hidden files are passed over.

    Args:
        folder: Where they are.
        side: As in ``shrink``.

    Returns:
        File name -> uint8 of shape (height, width, 3), and file name -> reason, for
        files that are no image, are damaged, or have fewer than 32 pixels on a side.

    Raises:
        NotADirectoryError: If there is no such folder.
        TypeError, ValueError: If no photograph is left, or for ``side`` as ``shrink``.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise NotADirectoryError(f"folder must be an existing folder, got {folder}")
    whole("side", side, 1)
    found = Folder({}, {})
    for path in sorted(folder.iterdir()):
        if not path.is_file() or path.name.startswith("."):
            continue
        try:
            photo = _read(path, side)
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as why:
            found.skipped[path.name] = str(why).replace(str(path), path.name)
            continue
        found.photographs[path.name] = shrink(photo, side)
    if not found.photographs:
        raise ValueError(f"folder must hold photographs, but {folder}: {found}")
    return found


def _read(path, side):
    with Image.open(path) as image:
        if min(image.size) < SMALLEST:
            width, height = image.size
            raise ValueError(
                f"{width} by {height} pixels, but {SMALLEST} are needed on each side"
            )
        image.draft("RGB", (4 * side, 4 * side))  # saves time with huge JPEG files
        image = ImageOps.exif_transpose(image)
        if image.mode.startswith("I;16"):
            return np.asarray(image).astype("uint16")
        if image.mode in ("I", "F"):
            raise ValueError(f"pixels of mode {image.mode}, whose range is not known")
        return np.asarray(image.convert("RGBA"))


class Halves(NamedTuple):
    """A photograph's left part, to train on, and its right part, to test on."""

    left: slice
    right: slice


def halves(width: int, gap: int = 16) -> Halves:
    """Return the columns of the two halves, with a gap between them.

    With the default, no input of the eight convolutions is in both halves.

    Raises:
        TypeError, ValueError: If a number is not whole, the gap negative, or the
            photograph so narrow that a half would be empty.
    """
    whole("width", width, whole("gap", gap, 0) + 2)
    left, right = (width - gap) // 2, (width + gap + 1) // 2
    return Halves(slice(0, left), slice(right, width))


def crops(
    photos: Mapping[str, np.ndarray], n: int, *, size: int = 32, seed: int = 0
) -> np.ndarray:
    """Cut square pieces out of photographs at random places; mirror half of them.

    Every photograph gives the same number of pieces, or one more.

    Args:
        photos: Name -> (H, W, channels), at least ``size`` high and wide; at least one.
        n: How many, at least 1.
        size: Pixels on each side, at least 1.
        seed: Seed of ``numpy.random.default_rng``.

    Returns:
        (n, size, size, channels), of the photographs' dtype, in random order.

    Raises:
        TypeError, ValueError: If an argument is not as described here.
    """
    whole("n", n, 1)
    whole("size", size, 1)
    if not photos:
        raise ValueError("photos must hold at least one photograph, got none")
    for name, photo in photos.items():
        if min(photo.shape[:2]) < size:
            raise ValueError(
                f"photos must have at least {size} pixels on each side, "
                f"but {name!r} has {photo.shape[0]} by {photo.shape[1]}"
            )
    rng, pieces = np.random.default_rng(seed), []
    choice = rng.permutation(np.arange(n) % len(photos))
    for photo in map(list(photos.values()).__getitem__, choice):
        top, left = (rng.integers(m - size + 1) for m in photo.shape[:2])
        piece = photo[top : top + size, left : left + size]
        pieces.append(piece[:, :: rng.choice([-1, 1])])
    return np.stack(pieces)
