"""Color from lightness: photographs as arrays, colors as bins, bins as colors.

A network gets the lightness L of a photograph and answers how probable each of some
bins of color is (Zhang, Isola and Efros, https://doi.org/10.1007/978-3-319-46487-9_40).

* Photographs: ``read_folder``, ``as_rgb``, ``shrink``; pieces of them to train on:
  ``halves``, ``crops``.
* The Lab color space: ``to_lab``, ``to_rgb``, ``chroma``, ``color_error``.
* Colors as bins and back: ``Bins``, ``class_weights``.
* The network: ``network_input``, ``predict`` over whole photographs, and ``folded``,
  which writes it as plain convolutions for a program without TensorFlow.

It refuses, with one sentence that says what was given: arrays that are no photographs,
files that cannot be read (named, and skipped), colors that are not finite, and networks
that plain convolutions would not compute exactly.

Worth: against loops over pixels and bins, the table of bins is about 1,400 times and
the annealed mean 900 times as fast; one pass over a photograph is 30 times as fast as
patches of 16 by 16 (``benchmarks/results_colorize.md``). Keras is not loaded.
"""

from utils.color.bins import Bins, class_weights
from utils.color.lab import chroma, color_error, to_lab, to_rgb
from utils.color.network import folded, network_input, predict
from utils.color.pixels import SMALLEST, as_rgb, crops, halves, read_folder, shrink

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
