import hashlib

import numpy as np
import pytest

from utils.exercises import grading


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "in place of the dots"),
        (26_122, "how many numbers"),
        (4 * 25_856, "The biases are not in it"),
        (32 * 26_122, "Those are bits"),
        (8 * 26_122, "float64"),
        (2 * 26_122, "float16"),
        (4 * 26_186, "The 64 inputs are not neurons"),
        (4 * (64 * 128 + 128 * 10 + 138), "two layers"),
        (1000, "layer by layer"),
        ("104488", "of type str"),
        (None, "of type NoneType"),
        (float("nan"), "but it is nan"),
    ],
)
def test_wrong_answers_to_1(answer, says):
    right, message = grading.grade("freeze.1", answer)
    assert not right
    assert says in message


def test_solution_of_1_passes():
    shapes = [(64, 128), (128, 128), (128, 10)]
    right, message = grading.grade("freeze.1", 4 * sum(n * m + m for n, m in shapes))
    assert right, message
    assert "104,488 bytes" in message


def is_whole(path):
    place = path.with_name(path.name + ".sha256")
    if not place.exists():
        return False
    wanted = place.read_text().split()[0]
    return hashlib.sha256(path.read_bytes()).hexdigest() == wanted


def test_solution_of_2_passes():
    right, message = grading.grade("freeze.2", is_whole)
    assert right, message


def whole_line(path):
    place = path.with_name(path.name + ".sha256")
    digits = hashlib.sha256(path.read_bytes()).hexdigest()
    return place.exists() and digits == place.read_text()


def by_size(path):
    return path.stat().st_size == 108 and (path.parent / "net.pb.sha256").exists()


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "in place of the dots"),
        (lambda path: True, "True for a file that has one flipped bit"),
        (lambda path: False, "False for a file that is whole"),
        (whole_line, "Do you compare only the 64 digits"),
        (by_size, "True for a file that has one flipped bit"),
        (lambda path: path.stat().st_size > 9, "has one flipped bit"),
        (
            lambda path: (
                is_whole(path) if path.with_suffix(".pb.sha256").exists() else 1
            ),
            "should return True or False, but it returned 1",
        ),
        (lambda path: path.read_text() == "", "ended in UnicodeDecodeError"),
        (lambda path: None, "returns nothing"),
        (True, "should be a function of path"),
    ],
)
def test_wrong_answers_to_2(answer, says):
    right, message = grading.grade("freeze.2", answer)
    assert not right
    assert says in message


def test_a_missing_sum_is_told_apart():
    def trusting(path):
        place = path.with_name(path.name + ".sha256")
        return is_whole(path) if place.exists() else True

    right, message = grading.grade("freeze.2", trusting)
    assert not right and "has no .sha256 beside it" in message

    def careless(path):
        wanted = path.with_name(path.name + ".sha256").read_text().split()[0]
        return hashlib.sha256(path.read_bytes()).hexdigest() == wanted

    right, message = grading.grade("freeze.2", careless)
    assert not right and "ended in FileNotFoundError" in message


def quantize(w):
    scale = np.abs(w).max() / 127
    return np.rint(w / scale).astype("int8"), scale


@pytest.mark.parametrize("pair", [tuple, list])
def test_solution_of_3_passes(pair):
    right, message = grading.grade("freeze.3", lambda w: pair(quantize(w)))
    assert right, message


def scaled(factor, of=np.abs):
    def answer(w):
        scale = of(w).max() * factor
        return np.rint(w / scale).clip(-127, 127).astype("int8"), scale

    return answer


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "in place of the dots"),
        (scaled(1 / 128), "With 128 the largest weight becomes 128"),
        (scaled(1 / 255), "127 steps on each side"),
        (scaled(1), "the size of one step"),
        (lambda w: (quantize(w)[0], 1 / quantize(w)[1]), "Turn the scale over"),
        (scaled(1 / 127, of=np.asarray), "may be a negative weight"),
        (scaled(1 / 60), "The scale should be"),
        (
            lambda w: ((w / quantize(w)[1]).astype("int8"), quantize(w)[1]),
            "astype cuts off",
        ),
        (
            lambda w: (np.floor(w / quantize(w)[1] + 0.3).astype("i1"), quantize(w)[1]),
            "Half a step is possible",
        ),
        (lambda w: (np.rint(w / quantize(w)[1]), quantize(w)[1]), "of type int8"),
        (lambda w: (quantize(w)[0].ravel()[:3], quantize(w)[1]), "shape (40, 7)"),
        (lambda w: quantize(w)[0], "should return two things"),
        (lambda w: (quantize(w)[0], float("nan")), "but it is nan"),
        (lambda w: (quantize(w)[0], "a"), "of type str"),
        (lambda w: 1 / 0, "ended in ZeroDivisionError"),
        (np.zeros(3), "should be a function of w"),
    ],
)
def test_wrong_answers_to_3(answer, says):
    right, message = grading.grade("freeze.3", answer)
    assert not right
    assert says in message
