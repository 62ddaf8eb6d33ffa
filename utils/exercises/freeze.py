"""Checkers of ``freeze``: what a graph keeps, checksums and eight bits."""

import hashlib
import tempfile
from pathlib import Path

import numpy as np

from utils.exercises.grading import Wrong, call, compare, exercise, number, numbers


@exercise("freeze.1")
def _what_freezing_takes_along(answer):
    mistakes = {
        "Tracing reads a plain Python number once and keeps it: the later 10 comes too "
        "late, for both.": (35, 31),
        "Freezing keeps the value that the variable has at that moment. The later 5 "
        "comes too late for the frozen graph.": (11, 11),
        "Tracing does not copy a variable: the graph reads it anew in each call.": (
            7,
            7,
        ),
        "You have them the wrong way round: which of the two graphs still has a "
        "variable?": (7, 11),
        "One of the two is frozen: that one cannot follow a variable, and neither "
        "follows a Python number.": (35, 35),
        "It is the other way round: the Python number is kept, the variable is read.": (
            31,
            7,
        ),
    }
    advice = (
        "Write scale · 3 + shift, and ask of each number and each graph: was it copied "
        "when the graph was made, or is it read in each call?"
    )
    found = numbers(answer, "a pair of numbers, of `traced` and `frozen`", 2)
    compare(found, (11, 7), mistakes, advice)
    return (
        "Tracing copies what Python computes, freezing copies the variables as well. "
        "Train on, and a frozen file stays what it was."
    )


@exercise("freeze.2")
def _is_it_whole(answer):
    content = b"\x00\x01weights\r\n\xff" * 9
    digits, other = (hashlib.sha256(c).hexdigest() for c in (content, b""))
    line, flipped = f"{digits}  net.pb\n", bytes([content[0] ^ 1]) + content[1:]
    if not _says(answer, "is whole", content, line):
        if _says(answer, "is whole", content, f"{other}  net.pb\n", line):
            raise Wrong(
                "You look for the sum in net.sha256, as `with_suffix` replaces .pb. "
                "It is in net.pb.sha256."
            )
        raise Wrong(
            "It says False for a file that is whole. Do you compare only the first "
            "word of net.pb.sha256, and take the sum of bytes rather than of text?"
        )
    cases = {
        "has one flipped bit": (flipped, line),
        "ends too early": (content[:-1], line),
        "has no .sha256 beside it": (content, None),
        "is empty": (b"", line),
        "has an empty .sha256": (content, ""),
        "has only the first 8 digits of its sum": (content, f"{digits[:8]}  net.pb\n"),
        "has the same first 8 digits, and others then": (
            content,
            f"{digits[:8]}{other[8:]}  net.pb\n",
        ),
        "has its sum only in the second line": (content, f"{other}  old.pb\n{line}"),
    }
    for what, (found, sums) in cases.items():
        if _says(answer, what, found, sums):
            raise Wrong(f"It says True for a file that {what}.")
    return "Every flipped bit is noticed, whatever the format can or cannot know."


def _says(answer, what, content, sums, misplaced=None):
    """What the function says of net.pb, with its sums in their file, or misplaced."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "net.pb")
        path.write_bytes(content)
        for name, text in {"net.pb.sha256": sums, "net.sha256": misplaced}.items():
            if text is not None:
                Path(folder, name).write_text(text)
        said = call(answer, path=path, case=f"a file that {what}")
    if not isinstance(said, (bool, np.bool_)):
        raise Wrong(
            f"The function should return True or False, but it returned {said!r}."
        )
    return said


@exercise("freeze.3")
def _eight_bits(answer):
    rng = np.random.default_rng(0)
    for w in (rng.normal(size=(40, 7)), rng.uniform(-0.02, 0.01, 300)):
        w = w.astype("float32")
        found = call(answer, w=w)
        if not isinstance(found, tuple | list) or len(found) != 2:
            raise Wrong("The function should return two things: int8 array, scale.")
        q, scale = found
        q, scale = np.asarray(q), number(scale, "an array and one number, scale")
        if q.dtype != np.int8:
            raise Wrong(f"The array should be of type int8, but it is {q.dtype}.")
        if q.shape != w.shape:
            raise Wrong(f"The array should have the shape {w.shape}, got {q.shape}.")
        _compare_quantized(w, q, scale)
    return "One byte a weight, and never off by more than half a step."


def _compare_quantized(w, q, scale):
    right = float(np.abs(w).max()) / 127
    mistakes = {
        "With 128 the largest weight becomes 128, which int8 cannot hold: divide by "
        "127.": right * 127 / 128,
        "Weights go from -max to max: 127 steps on each side, not 255.": (
            right * 127 / 255
        ),
        "The scale is the size of one step: divide max|w| by 127.": right * 127,
        "Turn the scale over: q * scale should be w again.": 1 / right,
        "The largest |w| may be a negative weight: take the absolute value.": (
            float(w.max()) / 127
        ),
    }
    advice = f"The scale should be {right:.6f} here, but it is {scale:.6f}."
    compare(scale, right, mistakes, advice, rtol=1e-4, atol=1e-8)
    off = float(np.abs(q * scale - w).max()) / right
    if off > 0.9:
        raise Wrong("A weight is off by a whole step: round before astype cuts off.")
    if off > 0.501:
        raise Wrong(f"A weight is off by {off:.2f} steps. Half a step is possible.")
