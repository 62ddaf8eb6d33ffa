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

What ``export`` writes is there whole or not at all, and comes with SHA-256 sums, since
some of the formats cannot tell a damaged file from a whole one. ``load_frozen`` checks
the sums before any reader sees the file, never runs Python code from it, and refuses
graphs with operations that do more than compute. A sum protects from accidents, not
from somebody who writes both file and sum: open what you trust.
"""

from utils.freezing.damage import KINDS, OTHERS, OUTCOMES, damage, survey
from utils.freezing.frozen import Frozen
from utils.freezing.reload import (
    FORMATS,
    Comparison,
    Reloaded,
    compare,
    export,
    freeze,
    gzipped,
    load_frozen,
    milliseconds,
    reload_elsewhere,
)
from utils.freezing.seal import seal, size

__all__ = [
    "FORMATS",
    "KINDS",
    "OTHERS",
    "OUTCOMES",
    "Comparison",
    "Frozen",
    "Reloaded",
    "compare",
    "damage",
    "export",
    "freeze",
    "gzipped",
    "load_frozen",
    "milliseconds",
    "reload_elsewhere",
    "seal",
    "size",
    "survey",
]
