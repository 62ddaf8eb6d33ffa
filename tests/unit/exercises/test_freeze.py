import hashlib

import numpy as np
import pytest
import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import (
    convert_variables_to_constants_v2,
)

from utils.exercises import grading


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "in place of the dots"),
        ((35, 31), "the later 10 comes too late"),
        ((11, 11), "the value that the variable has at that moment"),
        ((7, 7), "Tracing does not copy a variable"),
        ((7, 11), "the wrong way round"),
        ((35, 35), "neither follows a Python number"),
        ((31, 7), "the other way round"),
        ((1, 2), "was it copied"),
        (11, "a pair of numbers"),
        ((11, 7, 7), "it holds 3"),
        (("11", 7), "of type str"),
        (None, "of type NoneType"),
        ((float("nan"), 7), "nan"),
    ],
)
def test_wrong_answers_to_1(answer, says):
    right, message = grading.grade("freeze.1", answer)
    assert not right
    assert says in message


def test_solution_of_1_is_what_tensorflow_does():
    settings = {"scale": 2.0}
    shift = tf.Variable(1.0)

    @tf.function(input_signature=[tf.TensorSpec((), tf.float32)])
    def program(x):
        return settings["scale"] * x + shift

    traced = program.get_concrete_function()
    frozen = convert_variables_to_constants_v2(traced)
    settings["scale"] = 10.0
    shift.assign(5.0)
    x = tf.constant(3.0)
    for answer in (
        (traced(x), frozen(x)),
        (float(program(x)), float(frozen(x)[0])),
        [11, 7],
        np.array([11.0, 7.0]),
    ):
        right, message = grading.grade("freeze.1", answer)
        assert right, message


def is_whole(path):
    place = path.with_name(path.name + ".sha256")
    if not place.exists():
        return False
    wanted = place.read_text().split()[:1]
    return [hashlib.sha256(path.read_bytes()).hexdigest()] == wanted


def by_the_first_64(path):
    place = path.with_suffix(".pb.sha256")
    sums = place.read_text() if place.is_file() else ""
    return sums[:64] == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("answer", [is_whole, by_the_first_64])
def test_right_answers_to_2(answer):
    right, message = grading.grade("freeze.2", answer)
    assert right, message


def whole_line(path):
    place = path.with_name(path.name + ".sha256")
    digits = hashlib.sha256(path.read_bytes()).hexdigest()
    return place.exists() and digits == place.read_text()


def sum_and_digits(path):
    place = path.with_name(path.name + ".sha256")
    sums = place.read_text() if place.exists() else ""
    return sums, hashlib.sha256(path.read_bytes()).hexdigest()


def anywhere(path):
    sums, digits = sum_and_digits(path)
    return digits in sums


def first_eight(path):
    sums, digits = sum_and_digits(path)
    return sums[:8] == digits[:8]


def as_long_as_it_is(path):
    sums, digits = sum_and_digits(path)
    return bool(sums) and digits.startswith(sums.split()[0])


def without_a_look_at_empty_ones(path):
    """The course's own solution, once: an empty file has no first word."""
    place = path.with_name(path.name + ".sha256")
    if not place.exists():
        return False
    wanted = place.read_text().split()[0]
    return hashlib.sha256(path.read_bytes()).hexdigest() == wanted


def trusts_an_empty_one(path):
    sums, digits = sum_and_digits(path)
    place = path.with_name(path.name + ".sha256")
    return place.exists() and (not sums or sums.split()[0] == digits)


def with_suffix(path):
    place = path.with_suffix(".sha256")
    return place.exists() and is_whole_by(path, place)


def is_whole_by(path, place):
    digits = hashlib.sha256(path.read_bytes()).hexdigest()
    return place.read_text().split()[:1] == [digits]


def by_size(path):
    return path.stat().st_size == 108 and (path.parent / "net.pb.sha256").exists()


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "in place of the dots"),
        (lambda path: True, "True for a file that has one flipped bit"),
        (lambda path: False, "False for a file that is whole"),
        (whole_line, "Do you compare only the first word"),
        (with_suffix, "`with_suffix` replaces .pb"),
        (anywhere, "a file that has its sum only in the second line"),
        (first_eight, "a file that has only the first 8 digits"),
        (as_long_as_it_is, "a file that has only the first 8 digits"),
        (without_a_look_at_empty_ones, "an empty .sha256 ended in IndexError"),
        (trusts_an_empty_one, "True for a file that has an empty .sha256"),
        (by_size, "True for a file that has one flipped bit"),
        (lambda path: path.stat().st_size > 9, "has one flipped bit"),
        (
            lambda path: (
                is_whole(path) if path.with_suffix(".pb.sha256").exists() else 1
            ),
            "should return True or False, but it returned 1",
        ),
        (lambda path: path.read_text() == "", "ended in UnicodeDecodeError"),
        (lambda path: [].sort(), "returns nothing"),
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
