"""Checkers of ``freeze``: bytes, checksums and eight bits."""

import hashlib
import tempfile
from pathlib import Path

import numpy as np

from utils.exercises.grading import Wrong, exercise, number


@exercise("freeze.1")
def _bytes_by_hand(answer):
    answer = number(answer, "one number of bytes")
    weights, biases = 64 * 128 + 128 * 128 + 128 * 10, 128 + 128 + 10
    right = 4 * (weights + biases)
    mistakes = {
        weights + biases: "That is how many numbers there are. Each takes 4 bytes.",
        4 * weights: "The biases are not in it: each of the 266 neurons has one.",
        32 * (weights + biases): "Those are bits. A byte has eight of them.",
        8 * (weights + biases): "That is float64. A float32 takes 4 bytes.",
        2 * (weights + biases): "That is float16. A float32 takes 4 bytes.",
        4 * (weights + biases + 64): "The 64 inputs are not neurons: no biases there.",
        4 * (64 * 128 + 128 * 10 + 128 + 10): "There are two layers of 128 neurons.",
    }
    for value, message in mistakes.items():
        if answer == value:
            raise Wrong(message)
    if answer != right:
        raise Wrong(
            "Count layer by layer: inputs times neurons, plus neurons, times 4."
        )
    return f"{right:,} bytes: compare with the line in the figure of the file sizes."


@exercise("freeze.2")
def _is_it_whole(answer):
    if not callable(answer):
        raise Wrong(
            "The answer should be a function of a path, but it is of type "
            f"{type(answer).__name__}."
        )
    content = b"\x00\x01weights\r\n\xff" * 9
    line = f"{hashlib.sha256(content).hexdigest()}  net.pb\n"
    flipped = bytes([content[0] ^ 1]) + content[1:]
    cases = {
        "is whole": (content, line, True),
        "has one flipped bit": (flipped, line, False),
        "ends too early": (content[:-1], line, False),
        "has no .sha256 beside it": (content, None, False),
        "is empty": (b"", line, False),
    }
    for what, (found, sums, wanted) in cases.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "net.pb")
            path.write_bytes(found)
            if sums is not None:
                Path(folder, "net.pb.sha256").write_text(sums)
            _expect(answer, path, what, wanted)
    return "Every flipped bit is noticed, whatever the format can or cannot know."


def _expect(answer, path, what, wanted):
    try:
        said = answer(path)
    except Exception as error:
        raise Wrong(
            f"For a file that {what}, answer(path) ended in {type(error).__name__}: "
            f"{error}"
        ) from None
    if not isinstance(said, (bool, np.bool_)):
        raise Wrong(
            f"The function should return True or False, but it returned {said!r}."
        )
    if said == wanted:
        return
    if wanted:
        raise Wrong(
            "It says False for a file that is whole. Do you compare only the "
            "64 digits, and take the sum of bytes rather than of text?"
        )
    raise Wrong(f"It says True for a file that {what}.")


@exercise("freeze.3")
def _eight_bits(answer):
    if not callable(answer):
        raise Wrong(
            "The answer should be a function of w, but it is of type "
            f"{type(answer).__name__}."
        )
    rng = np.random.default_rng(0)
    for w in (rng.normal(size=(40, 7)), rng.uniform(-0.02, 0.01, 300)):
        w = w.astype("float32")
        q, scale = _quantized(answer, w)
        _compare(w, q, scale)
    return "One byte a weight, and never off by more than half a step."


def _quantized(answer, w):
    try:
        found = answer(w.copy())
    except Exception as error:
        raise Wrong(
            f"Calling answer(w) ended in {type(error).__name__}: {error}"
        ) from None
    if not isinstance(found, tuple) or len(found) != 2:
        raise Wrong("The function should return two things: the int8 array, the scale.")
    q, scale = np.asarray(found[0]), number(found[1], "an array and one number, scale")
    if q.dtype != np.int8:
        raise Wrong(f"The array should be of type int8, but it is {q.dtype}.")
    if q.shape != w.shape:
        raise Wrong(f"The array should have the shape {w.shape} of w, got {q.shape}.")
    return q, scale


def _compare(w, q, scale):
    right = float(np.abs(w).max()) / 127
    for factor, message in {
        127 / 128: "With 128 the largest weight becomes 128, which int8 cannot hold: "
        "divide by 127.",
        127 / 255: "Weights go from -max to max: 127 steps on each side, not 255.",
        127.0: "The scale is the size of one step: divide max|w| by 127.",
        right**-2: "Turn the scale over: q * scale should be w again.",
    }.items():
        if np.isclose(scale, right * factor, rtol=1e-4):
            raise Wrong(message)
    if np.isclose(scale, float(w.max()) / 127, rtol=1e-4) and w.max() < -w.min():
        raise Wrong(
            "The largest |w| may be a negative weight: take the absolute value."
        )
    if not np.isclose(scale, right, rtol=1e-4):
        raise Wrong(f"The scale should be {right:.6f} here, but it is {scale:.6f}.")
    off = float(np.abs(q * scale - w).max()) / right
    if off > 0.9:
        raise Wrong(
            "A weight is off by a whole step: astype cuts off, so round before it."
        )
    if off > 0.501:
        raise Wrong(f"A weight is off by {off:.2f} steps. Half a step is possible.")
