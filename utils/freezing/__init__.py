"""Save a model in every format that works today, and open it again with care.

=============== ========= ============================================================
format          ends in   what it is
=============== ========= ============================================================
keras           .keras    one zip with structure, weights and the training's settings
parts           (folder)  the structure as JSON, and the weights as HDF5
saved_model     (folder)  TensorFlow's operations, and the variables
graph           .pb       a frozen graph: operations and constants, nothing to train
graph_text      .pbtxt    the same as text
litert          .tflite   for phones, float32
litert_float16  .tflite   ... with weights stored in half the bits
litert_dynamic  .tflite   ... with the larger weights stored in int8
litert_int8     .tflite   ... that computes in int8 throughout
onnx            .onnx     for other programs; needs onnx, tf2onnx and onnxruntime
=============== ========= ============================================================

::

    path = export(model, "net.tflite", "litert")
    load_frozen(path)(x)      # as model(x), from an array to an array

What ``export`` writes is there whole or not at all, and comes with SHA-256 sums, since
some of the formats cannot tell a damaged file from a whole one. ``load_frozen`` checks
the sums before any reader sees the file and never runs Python code from it. A sum
protects from accidents, not from somebody who writes both file and sum: open what you
trust.

**Is refused:** models with several inputs or outputs; the loops of recurrent layers
(``unroll=True`` has none) in TensorFlow's and LiteRT's formats; files whose sums are
missing or wrong, or that a newer version wrote; layers that Keras does not know, and
Lambda; graphs with operations that keep a state or take text, such as the name of a
file: they could do more than compute.

**What it is worth:** a LiteRT file answers for a patch of 32 x 32 pixels 254 times as
fast as ``model.predict`` (``benchmarks/results_colorize.md``).
"""

from typing import TYPE_CHECKING

from utils.freezing.damaging import OTHERS, damage
from utils.freezing.formats import FORMATS
from utils.freezing.frozen import Frozen
from utils.freezing.measuring import (
    Reloaded,
    gzipped,
    milliseconds,
    reload_elsewhere,
    size,
)
from utils.freezing.reading import load_frozen
from utils.freezing.sealing import seal
from utils.freezing.surveying import survey

if TYPE_CHECKING:
    from utils.freezing.writing import export

__all__ = [
    "FORMATS",
    "OTHERS",
    "Frozen",
    "Reloaded",
    "damage",
    "export",
    "gzipped",
    "load_frozen",
    "milliseconds",
    "reload_elsewhere",
    "seal",
    "size",
    "survey",
]


def __getattr__(name):
    """Import ``export`` when it is asked for: only who writes needs TensorFlow."""
    if name != "export":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from utils.freezing.writing import export

    return export


def __dir__():
    return __all__
