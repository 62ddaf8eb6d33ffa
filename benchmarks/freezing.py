"""How long a frozen network takes to open and to answer, and how large its file is."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import tensorflow as tf

from utils.freezing import FORMATS, export, load_frozen, milliseconds, size
from utils.models import mlp

ROUNDS = 5


def rows() -> Iterator[dict]:
    """Yield the rows of the table, as described in ``benchmarks.run``."""
    model = mlp(seed=0)  # post A's: 1-10-10-10-1
    x = np.linspace(0, 10, 100, dtype="float32")[:, None]
    with tempfile.TemporaryDirectory() as folder:
        for format, suffix in FORMATS.items():
            path = Path(folder, f"{format}{suffix}")
            typical = {"representative": x} if format == "litert_int8" else {}
            what = f"1-10-10-10-1 frozen as {format}"
            try:
                export(model, path, format, **typical)
                frozen = load_frozen(path)
            except ModuleNotFoundError as error:
                note = f"{error.name or 'a package'} is not installed"
                yield {"what": what, "unit": "", "target": "", "note": note}
                continue
            yield from _rows(what, format, model, frozen, path, x[:1])


def _rows(what, format, model, frozen, path, one) -> Iterator[dict]:
    for name, call, times in _live(model, one):
        wanted = format == "litert" and name == "model.predict"
        yield {
            "what": f"answer for one input: {name} / {what}",
            "unit": "times",
            "target": "at least 100" if wanted else "",
            "values": [
                milliseconds(call, times) / milliseconds(lambda: frozen(one), 300)
                for _ in range(ROUNDS)
            ],
        }
    yield {
        "what": f"open {what}",
        "unit": "ms",
        "target": "",
        "values": [milliseconds(lambda: load_frozen(path), 1) for _ in range(ROUNDS)],
    }
    yield {
        "what": f"bytes of {what}",
        "unit": "bytes",
        "target": "",
        "values": [size(path)],
    }


def _live(model, one) -> list[tuple[str, Callable[[], object], int]]:
    """Three ways to ask the live model, and how often to ask in each round."""
    tensor, compiled = tf.constant(one), tf.function(model)
    return [
        ("model.predict", lambda: model.predict(one, verbose=0), 3),
        ("model(x)", lambda: model(tensor).numpy(), 50),
        ("tf.function", lambda: compiled(tensor).numpy(), 300),
    ]
