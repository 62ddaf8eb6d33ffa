"""Checkers of ``freeze``: bytes, checksums and eight bits."""

import hashlib
import tempfile
from pathlib import Path

import numpy as np

from utils.exercises.grading import Wrong, call, compare, exercise, number


@exercise("freeze.1")
def _bytes_by_hand(answer):
    weights, biases = 64 * 128 + 128 * 128 + 128 * 10, 128 + 128 + 10
    total = weights + biases
    mistakes = {
        "That is how many numbers there are. Each takes 4 bytes.": total,
        "The biases are not in it: each of the 266 neurons has one.": 4 * weights,
        "Those are bits. A byte has eight of them.": 32 * total,
        "That is float64. A float32 takes 4 bytes.": 8 * total,
        "That is float16. A float32 takes 4 bytes.": 2 * total,
        "The 64 inputs are not neurons: no biases there.": 4 * (total + 64),
        "There are two layers of 128 neurons.": 4 * (64 * 128 + 128 * 10 + 128 + 10),
    }
    advice = "Count layer by layer: inputs times neurons, plus neurons, times 4."
    found = number(answer, "one number of bytes")
    compare(found, 4 * total, mistakes, advice, rtol=0, atol=0)
    return (
        f"{4 * total:,} bytes: compare with the line in the figure of the file sizes."
    )


@exercise("freeze.2")
def _is_it_whole(answer):
    content = b"\x00\x01weights\r\n\xff" * 9
    line = f"{hashlib.sha256(content).hexdigest()}  net.pb\n"
    flipped = bytes([content[0] ^ 1]) + content[1:]
    cases = {
        "is whole": (content, line),
        "has one flipped bit": (flipped, line),
        "ends too early": (content[:-1], line),
        "has no .sha256 beside it": (content, None),
        "is empty": (b"", line),
    }
    for what, (found, sums) in cases.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "net.pb")
            path.write_bytes(found)
            if sums is not None:
                Path(folder, "net.pb.sha256").write_text(sums)
            said = call(answer, path, of="path", case=f"a file that {what}")
        if not isinstance(said, (bool, np.bool_)):
            raise Wrong(
                f"The function should return True or False, but it returned {said!r}."
            )
        if what == "is whole" and not said:
            raise Wrong(
                "It says False for a file that is whole. Do you compare only the "
                "64 digits, and take the sum of bytes rather than of text?"
            )
        if what != "is whole" and said:
            raise Wrong(f"It says True for a file that {what}.")
    return "Every flipped bit is noticed, whatever the format can or cannot know."


@exercise("freeze.3")
def _eight_bits(answer):
    rng = np.random.default_rng(0)
    for w in (rng.normal(size=(40, 7)), rng.uniform(-0.02, 0.01, 300)):
        w = w.astype("float32")
        found = call(answer, w, of="w")
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
