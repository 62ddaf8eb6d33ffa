import signal
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from utils.exercises import grading


@pytest.fixture
def doubling(monkeypatch):
    monkeypatch.setattr(grading, "_checkers", {})

    @grading.exercise("0.1")
    def checker(answer, x):
        answer = grading.number(answer, "twice x")
        if answer == x:
            raise grading.Wrong("That is x itself: double it.")
        if answer != 2 * x:
            raise grading.Wrong("That is not twice x.")
        return "Doubling doubles."


@pytest.mark.parametrize(
    ("answer", "right", "says"),
    [
        (6, True, "Doubling doubles."),
        (np.float32(6), True, "Doubling doubles."),
        (np.array([[6.0]]), True, "Doubling doubles."),
        (..., False, "Not answered yet"),
        (3, False, "That is x itself"),
        (7, False, "not twice x"),
        ("6", False, "twice x, but it is of type str"),
        (None, False, "twice x, but it is of type NoneType"),
        ([6, 6], False, "twice x, but it is of type list"),
        (float("nan"), False, "twice x, but it is nan"),
    ],
)
def test_grade(doubling, answer, right, says):
    found, message = grading.grade("0.1", answer, x=3)
    assert found is right
    assert says in message


def test_check_prints_one_line(doubling, capsys):
    grading.check("0.1", 6, x=3)
    grading.check("0.1", 3, x=3)
    assert capsys.readouterr().out == (
        "Right (0.1). Doubling doubles.\nNot yet (0.1). That is x itself: double it.\n"
    )


def test_unknown_exercise_is_named(doubling):
    with pytest.raises(ValueError, match=r"id must be one of 0\.1, got '9\.9'"):
        grading.grade("9.9", 1)


@pytest.fixture
def calling(monkeypatch):
    monkeypatch.setattr(grading, "_checkers", {})
    monkeypatch.setattr(grading, "SECONDS", 0.3)
    grading.exercise("0.2")(lambda answer: str(answer()))


def test_an_answer_that_fails_is_told_how(calling):
    right, message = grading.grade("0.2", lambda: 1 / 0)
    assert not right
    assert "ended in ZeroDivisionError: division by zero" in message


@pytest.mark.parametrize("handler", [signal.default_int_handler, signal.SIG_IGN])
def test_an_answer_that_never_ends_is_stopped(calling, handler):
    def answer():
        while True:
            pass

    before = signal.signal(signal.SIGINT, handler)
    try:
        right, message = grading.grade("0.2", answer)
        assert signal.getsignal(signal.SIGINT) == handler
    finally:
        signal.signal(signal.SIGINT, before)
    assert not right
    assert "longer than 0.3 seconds" in message and "loop" in message
    assert grading.grade("0.2", lambda: "next") == (True, "next")


def test_answers_are_checked_in_other_threads_too(calling):
    with ThreadPoolExecutor(1) as pool:
        found = pool.submit(grading.grade, "0.2", lambda: "there").result()
    assert found == (True, "there")


def test_an_interrupt_of_the_reader_is_theirs(calling):
    def answer():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        grading.grade("0.2", answer)
