"""Color from lightness: photographs as arrays, colors as bins, bins as colors."""

from utils.color.bins import (
    Bins,
    chroma,
    class_weights,
    color_error,
    folded,
    network_input,
    predict,
    to_lab,
    to_rgb,
)
from utils.color.photographs import SMALLEST, as_rgb, crops, halves, read_folder, shrink

__all__ = [
    "SMALLEST",
    "Bins",
    "as_rgb",
    "chroma",
    "class_weights",
    "color_error",
    "crops",
    "folded",
    "halves",
    "network_input",
    "predict",
    "read_folder",
    "shrink",
    "to_lab",
    "to_rgb",
]
