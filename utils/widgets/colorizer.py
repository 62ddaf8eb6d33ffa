"""A colorizer in the page itself: choose a photograph and a temperature."""

import base64
import html
import io
from collections.abc import Mapping

import keras
import numpy as np
import traitlets
from PIL import Image

from utils import checks
from utils.color import (
    SMALLEST,
    Bins,
    chroma,
    color_error,
    folded,
    predict,
    shrink,
    to_lab,
)
from utils.style import THEME
from utils.widgets.base import CourseWidget, source, table


class Colorizer(CourseWidget):
    """A network as plain convolutions, photographs, and an ES module that runs them.

    On the website the reader asks for it first: it is as heavy as its photographs.

    Args:
        model: From lightness to the logits of the bins: a network that
            ``utils.color.folded`` takes, of eight valid 3x3 convolutions.
        bins: The bins that it chooses among.
        photographs: Name -> photograph as in ``utils.color.as_rgb``, at least 32
            pixels on each side. They are shrunk to a short side of 128.
        notes: Name of a photograph -> what to say beside its name.

    Attributes:
        temperature: Of the annealed mean, from 0.01 to 1. It follows the reader, and
            may be set.

    Raises:
        TypeError, ValueError: If an argument is not as described here, the network does
            not fit the bins, or its weights are not finite.
    """

    module = "colorizer"
    ask = "Load the colorizer"
    _esm = source(module)

    weights = traitlets.Unicode().tag(sync=True)
    shapes = traitlets.List().tag(sync=True)
    centers = traitlets.List().tag(sync=True)
    photographs = traitlets.List().tag(sync=True)
    temperature = traitlets.Float(0.38).tag(sync=True)
    accent = traitlets.List(list(THEME["accent"])).tag(sync=True)

    def __init__(
        self,
        model: keras.Sequential,
        bins: Bins,
        photographs: Mapping[str, np.ndarray],
        notes: Mapping[str, str] | None = None,
    ):
        if not isinstance(bins, Bins):
            raise TypeError(f"bins must be Bins, got {type(bins).__name__}")
        layers, notes = folded(model), notes or {}
        _check(layers, bins)
        if not photographs:
            raise ValueError("photographs must hold at least one, got none")
        if unknown := set(notes) - set(photographs):
            raise ValueError(f"notes must be of photographs, got {sorted(unknown)}")
        small = {name: shrink(photo) for name, photo in photographs.items()}
        for name, photo in small.items():
            if min(photo.shape[:2]) < SMALLEST:
                raise ValueError(
                    f"photographs must have {SMALLEST} pixels on each side, but "
                    f"{name!r} has {photo.shape[1]} by {photo.shape[0]}"
                )
        self._layers, self._bins, self._photos = layers, bins, small
        flat = np.concatenate([w.ravel() for layer in layers for w in layer])
        super().__init__(
            weights=base64.b64encode(flat.astype("<f4").tobytes()).decode(),
            shapes=[list(kernel.shape[2:]) for kernel, _ in layers],
            centers=bins.centers.tolist(),
            photographs=[
                {"name": name, "note": notes.get(name, ""), "source": _address(photo)}
                for name, photo in small.items()
            ],
        )

    @traitlets.validate("temperature")
    def _in_range(self, proposal):
        return checks.number("temperature", proposal["value"], 0.01, 1)

    def __repr__(self) -> str:
        weights = sum(w.size for layer in self._layers for w in layer)
        return f"Colorizer({len(self._photos)} photographs, {weights} weights)"

    def predict(self, lightness: np.ndarray) -> np.ndarray:
        """What the module computes: L of shape (H, W) to logits of (H, W, Q)."""
        return predict(self._run, lightness)

    def _run(self, h):
        for kernel, bias in self._layers[:-1]:
            h = keras.ops.relu(keras.ops.conv(h, kernel, padding="valid") + bias)
        kernel, bias = self._layers[-1]
        return keras.ops.conv(h, kernel, padding="valid") + bias

    def fallback(self) -> str:
        """What the colorizer does on each photograph, as a table."""
        rows = []
        for (name, photo), shown in zip(
            self._photos.items(), self.photographs, strict=True
        ):
            light, truth = np.split(to_lab(photo), [1], axis=-1)
            ab = self._bins.decode(self.predict(light[..., 0]), self.temperature)
            numbers = color_error(ab, truth), chroma(truth), chroma(ab)
            label = f"{name} ({shown['note']})" if shown["note"] else name
            means = (f"{values.mean():.1f}" for values in numbers)
            rows.append((html.escape(label), *means))
        return table(
            f"What the small network does at temperature {self.temperature:.2f}, over "
            "whole photographs. With JavaScript, it runs in this page.",
            ("photograph", "color error", "color error of grey", "chroma"),
            rows,
        )


def _check(layers, bins):
    shapes, channels = [kernel.shape for kernel, _ in layers], 1
    for shape in shapes:
        if shape[:3] != (3, 3, channels):
            raise ValueError(f"model must have 3x3 convolutions, got kernels {shapes}")
        channels = shape[3]
    if len(shapes) != 8 or channels != len(bins):
        raise ValueError(
            f"model must have eight convolutions and {len(bins)} outputs, one for each "
            f"bin, got {len(shapes)} and {channels}"
        )
    if not all(np.isfinite(w).all() for layer in layers for w in layer):
        raise ValueError("model must have finite weights, got NaN or infinity")


def _address(photo):
    """A photograph as an address that holds it, without any loss."""
    file = io.BytesIO()
    Image.fromarray(photo).save(file, "WEBP", lossless=True)
    return f"data:image/webp;base64,{base64.b64encode(file.getvalue()).decode()}"
