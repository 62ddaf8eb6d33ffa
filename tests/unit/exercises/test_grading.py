import itertools
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from utils.exercises import grading

ROOT = Path(__file__).parents[3]
CHAPTERS = [path.stem[3:] for path in sorted(ROOT.glob("notebooks/[0-9]*.ipynb"))]


@pytest.fixture
def own_exercises():
    """Exercises that a test makes are gone after it; those that it loads stay."""
    yield
    for id in [id for id in grading._checkers if id.startswith("0.")]:
        del grading._checkers[id]


@pytest.fixture
def doubling(own_exercises):
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
        (np.array([6], dtype=object), True, "Doubling doubles."),
        ([6], True, "Doubling doubles."),
        ((6.0,), True, "Doubling doubles."),
        ([[np.array([6])]], True, "Doubling doubles."),
        (Fraction(6), True, "Doubling doubles."),
        (..., False, "in place of the dots"),
        (3, False, "That is x itself"),
        (7, False, "not twice x"),
        ("6", False, "twice x, but it is of type str"),
        (None, False, "twice x, but it is of type NoneType"),
        ([6, 6], False, "twice x, but it is of type list"),
        (float("nan"), False, "twice x, but it is nan"),
        ([True], False, "twice x, but it is of type bool"),
        (["6"], False, "twice x, but it is of type str"),
        ([], False, "twice x, but it is of type list"),
        (6 + 0j, False, "twice x, but it is of type complex"),
        (10**400, False, "twice x, but it is far too large."),
        ({6: 6}, False, "twice x, but it is of type dict"),
        (None, False, "what `print` gives, and a function without `return`."),
        (lambda x: 6, False, "of type function. Has it to be called?"),
    ],
)
def test_grade(doubling, answer, right, says):
    found, message = grading.grade("0.1", answer, x=3)
    assert found is right
    assert says in message


def test_check_prints_one_line(doubling, capsys):
    for answer in (6, 3, ...):
        grading.check("0.1", answer, x=3)
    assert capsys.readouterr().out == (
        "Right (0.1). Doubling doubles.\nNot yet (0.1). That is x itself: double it.\n"
        "Your turn (0.1). Put your answer in place of the dots, and run the cell.\n"
    )


def blank(a, b):
    # as the cell has it
    ...


def passing(a, b=2):
    """Not yet."""
    pass


def giving_dots(a, b):
    return ...


def with_a_line(a, b):
    a + b


def with_an_inner(a, b):
    def inner(): ...


def printing(a, b):
    print(a + b)


def giving_none(a, b):
    a + b
    return None


@pytest.mark.parametrize("right", [False, True])
@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (blank, "Your turn (0.3). Put"),
        (passing, "Your turn (0.3). Put"),
        (giving_dots, "Your turn (0.3). Put"),
        (lambda a, b: ..., "Your turn (0.3). Put"),
        (with_a_line, "Not yet (0.3). The function returns nothing. Does it end in"),
        (with_an_inner, "Not yet (0.3). The function returns nothing."),
        (giving_none, "Not yet (0.3). The function returns nothing."),
        (printing, "3\nNot yet (0.3). The function prints, but it returns nothing:"),
        (lambda a, b: print(a), "1\nNot yet (0.3). The function prints, but"),
        (lambda a, b: print("so") or a + b, "so\nRight (0.3). Sum."),
    ],
)
def test_dots_in_a_function_invite_and_no_return_is_told(
    own_exercises, capsys, answer, verdict, right
):
    """Whether or not the checker reads the result as numbers."""

    @grading.exercise("0.3")
    def checker(answer):
        grading.call(answer, a=1, b=2, shape=() if right else None)
        return "Sum."

    grading.check("0.3", answer)
    assert capsys.readouterr().out.startswith(verdict)


@pytest.mark.parametrize(
    ("id", "says"),
    [
        ("0.9", "id must be one of 0.1, got '0.9'"),
        ("freeze.9", "id must be one of freeze.1, freeze.2, freeze.3, got 'freeze.9'"),
        ("frieze.1", "chapter one of colorize, exact_zeros, five_runs, freeze, keras"),
        ("frieze.1", "why_penalize, got 'frieze.1'"),
        ("grading.1", "got 'grading.1'"),
        ("freeze", "got 'freeze'"),
        ("../freeze.1", "got '../freeze.1'"),
        (5.1, "got 5.1"),
        (None, "got None"),
    ],
)
def test_an_unknown_exercise_is_named(doubling, id, says):
    with pytest.raises(ValueError) as error:
        grading.grade(id, 1)
    assert says in str(error.value)


@pytest.mark.parametrize("answer", [6, ...])
@pytest.mark.parametrize(
    ("context", "says"),
    [
        ({}, "was not looked at, since the cell must call check('0.1', answer, x=…)"),
        ({}, "must call check('0.1', answer, x=…): x is missing"),
        ({"y": 3}, "must call check('0.1', answer, x=…): x is missing, y is unknown"),
        ({"x": 3, "y": 3}, "y is unknown"),
    ],
)
def test_a_call_that_leaves_out_the_context_says_which(doubling, answer, context, says):
    with pytest.raises(TypeError) as error:
        grading.check("0.1", answer, **context)
    assert says in str(error.value)


def test_a_chapter_is_loaded_when_it_is_asked_for():
    program = """
import sys
from utils import exercises

def loaded(*names):
    return [name for name in names if name in sys.modules]

heavy = "tensorflow", "keras", "matplotlib", "sklearn", "scipy"
assert not loaded(*heavy, "utils.exercises.freeze"), loaded(*heavy)
exercises.check("freeze.1", (11, 7))
assert loaded("utils.exercises.freeze") and not loaded("utils.exercises.outliers")
for chapter in sys.argv[1:]:
    try:
        exercises.grade(f"{chapter}.0", ...)
    except ValueError as error:
        assert f"must be one of {chapter}.1, {chapter}.2" in str(error), error
assert not loaded("tensorflow", "keras", "matplotlib"), loaded(*heavy)
"""
    command = [sys.executable, "-c", program, *CHAPTERS]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Right (freeze.1). Tracing copies what Python")


@pytest.fixture
def calling(own_exercises, monkeypatch):
    monkeypatch.setattr(grading, "SECONDS", 0.3)
    grading.exercise("0.2")(lambda answer: str(answer()))


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda: 1 / 0, "ended in ZeroDivisionError: division by zero. Call it"),
        (sys.exit, "ended in SystemExit. Call it"),
        (lambda: sys.exit("bye"), "ended in SystemExit: bye. Call it"),
    ],
)
def test_an_answer_that_fails_is_told_how(calling, answer, says):
    right, message = grading.grade("0.2", answer)
    assert not right
    assert says in message


@pytest.mark.parametrize("answer", [2, lambda: 2])
def test_cells_above_may_be_to_blame_and_are_named(calling, answer):
    """A name that the reader used for something else is no fault of the answer."""

    @grading.exercise("0.4")
    def checker(answer, x, y, z):
        return x.sum() + y + z

    right, message = grading.grade("0.4", answer, x="mine", y=1, z=2)
    assert not right
    assert (
        "Perhaps it is not your answer: the check also uses `x`, `y` and `z`" in message
    )
    assert ("Call it yourself" in message) is callable(answer)


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


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ([1, 2], [1, 2]),
        ((1, 2), [1, 2]),
        (np.array([[1], [2]]), [1, 2]),
        ([[1], [2.0]], [1, 2]),
        (range(1, 3), [1, 2]),
        ((n for n in (1, 2)), [1, 2]),
        ([np.float32(1), np.array([2])], [1, 2]),
    ],
)
def test_numbers_out_of_all_that_holds_them(answer, found):
    values = grading.numbers(answer, "two numbers", 2)
    assert values.dtype == float and values.tolist() == found


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (None, "should be two numbers, but it is of type NoneType."),
        (1, "two numbers, but it is of type int."),
        ("12", "two numbers, but it is of type str."),
        ([1, "2"], "two numbers, but one of them is of type str."),
        ([1, True], "two numbers, but one of them is of type bool."),
        ([[1, 2], [3]], "two numbers, but one of them is of type list."),
        ([1, np.inf], "two numbers, but one of them is inf, which is not finite."),
        (np.array([np.nan, 1]), "one of them is nan, which is not finite."),
        ([1, 2, 3], "two numbers, but it holds 3."),
        (itertools.count(), "two numbers, but it holds more than 100,000."),
        (range(10**12), "two numbers, but it holds more than 100,000."),
        ({1: 1, 2: 2}, "two numbers, but it is of type dict."),
        (print, "of type builtin_function_or_method. Has it to be called?"),
    ],
)
def test_what_is_no_array_of_numbers(answer, says):
    with pytest.raises(grading.Wrong) as wrong:
        grading.numbers(answer, "two numbers", 2)
    assert says in str(wrong.value)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (
            3,
            "a function of a and b, but it is of type int. Begin it with `def answer(a",
        ),
        (lambda a: a, "Calling answer(a, b) for b = 0 ended in TypeError: "),
        (lambda a, b: sys.exit(2), "answer(a, b) for b = 0 ended in SystemExit: 2."),
        (lambda a, b: None, "returns nothing. Does it end in `return`?"),
        (lambda a, b: 1.0, "of shape (2,), but the function returned the shape ()."),
        (lambda a, b: [1, 2, 3], "returned the shape (3,)."),
        (lambda a, b: ["1", 2], "but one of them is of type str."),
        (lambda a, b: a + 1j, "but one of them is of type complex."),
        (lambda a, b: a * np.nan, "but one of them is nan, which is not finite."),
    ],
)
def test_what_a_function_may_do_wrong(answer, says):
    with pytest.raises(grading.Wrong) as wrong:
        grading.call(answer, a=np.ones(2), b=0, shape=(2,), case="b = 0")
    assert says in str(wrong.value)


@pytest.mark.parametrize("kind", [list, tuple, np.array])
def test_a_function_may_return_lists_and_cannot_spoil_its_arguments(kind):
    def answer(a):
        a += 1
        return kind(a.tolist())

    given = np.zeros(2)
    assert grading.call(answer, a=given, shape=(2,)).tolist() == [1, 1]
    assert given.tolist() == [0, 0]


def test_compare_tells_the_first_mistake_that_fits():
    mistakes = {"Half.": [1.0, 2.0], "Also half.": [1.0, 2.0], "None.": [0.0, 0.0]}
    for found, says in (
        ([1, 2], "Half."),
        ([0, 0], "None."),
        ([2, 4.1], "Double it."),
        ([2, np.nan], "Double it."),
    ):
        with pytest.raises(grading.Wrong) as wrong:
            grading.compare(found, [2, 4], mistakes, "Double it.")
        assert str(wrong.value) == says
    grading.compare([2, 4.003], [2, 4], mistakes, "Double it.")
    grading.compare([2, 4.1], [2, 4], mistakes, "Double it.", rtol=0.1)
    with pytest.raises(grading.Wrong):
        grading.compare([2, 4.003], [2, 4], mistakes, "Double it.", rtol=0, atol=0)
