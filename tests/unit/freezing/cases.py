"""What the tests of freezing share: formats, and how far a file is from its model."""

import numpy as np
import pytest

from utils.freezing import FORMATS, load_frozen

NAMES = {name: f"net{suffix}" for name, suffix in FORMATS.items()}


def marked(formats):
    """Formats as parameters; ONNX' packages are in an environment of their own."""
    return [
        pytest.param(f, marks=pytest.mark.onnx) if f == "onnx" else f for f in formats
    ]


ALL = marked(FORMATS)
EXACT = marked(f for f in FORMATS if f not in ("litert_float16", "litert_int8"))
READERS = marked(
    ("keras", "parts", "saved_model", "graph", "graph_text", "litert", "onnx")
)


def largest_delta(model, path, x):
    return np.abs(load_frozen(path)(x) - np.asarray(model(x, training=False))).max()
