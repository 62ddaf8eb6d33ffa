"""A fresh process ends with whoever started it, and says why it ended."""

import contextlib
import os
import subprocess
import sys
import time

import pytest

from utils.freezing.process import elsewhere


def _work(*numbers):
    print("a reader that prints is not heard")
    for number in numbers:
        os.system("echo nor what it starts")
        yield number, os.getpid()


def _wait():
    yield os.getpid()
    time.sleep(600)


def _fail(how):
    yield 1
    if how == "raise":
        raise KeyError("no such thing")
    os.write(2, b"last words")
    os._exit(7)


def test_what_it_yields_comes_back():
    found = list(elsewhere(_work, 2, 3))
    assert [number for number, _ in found] == [2, 3]
    assert found[0][1] == found[1][1] != os.getpid()


@pytest.mark.parametrize(
    ("how", "said"),
    [("raise", r"code 1: .*KeyError: 'no such thing'"), ("exit", "code 7: last words")],
)
def test_an_early_end_is_told(how, said):
    found = elsewhere(_fail, how)
    assert next(found) == 1
    with pytest.raises(RuntimeError, match=f"(?s){said}"):
        next(found)


def test_it_does_not_outlive_its_caller():
    with (
        pytest.raises(KeyboardInterrupt),
        contextlib.closing(elsewhere(_wait)) as found,
    ):
        process = next(found)
        raise KeyboardInterrupt
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_a_process_that_does_not_even_start(monkeypatch):
    start = subprocess.Popen
    monkeypatch.setattr(
        subprocess,
        "Popen",
        lambda command, **settings: start(
            [sys.executable, "-c", "import sys; sys.exit('no memory')"], **settings
        ),
    )
    with pytest.raises(RuntimeError, match="code 1: no memory"):
        list(elsewhere(_work, "x" * 1_000_000))
