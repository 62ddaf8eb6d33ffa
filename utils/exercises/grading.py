"""The machinery: register a checker, run it on an answer, say what came out."""

import _thread
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from numbers import Real

import numpy as np

# How long checking an answer may take; an endless loop ends then.
SECONDS = 60

_checkers: dict[str, Callable] = {}


class Wrong(Exception):
    """Raised by a checker: what is wrong with the answer, and what to look at."""


def exercise(id: str) -> Callable:
    """Register the decorated function as the checker of exercise ``id``.

    It is called as ``checker(answer, **context)``, raises ``Wrong`` for a wrong
    answer, and returns one sentence on what the right answer teaches.
    """

    def register(checker):
        _checkers[id] = checker
        return checker

    return register


def grade(id: str, answer, **context) -> tuple[bool, str]:
    """Run the checker of exercise ``id``: (right or not, one or two sentences).

    Args:
        id: Chapter and number, like "5.1".
        answer: What the reader wrote; ``...`` stands for "not answered yet".
        context: What the checker needs from the notebook, by name.

    Raises:
        ValueError: If there is no such exercise.
    """
    if id not in _checkers:
        known = ", ".join(sorted(_checkers))
        raise ValueError(f"id must be one of {known}, got {id!r}")
    if answer is ...:
        return False, "Not answered yet: put your answer in place of the dots."
    try:
        with _time_limit(SECONDS):
            return True, _checkers[id](answer, **context)
    except Wrong as wrong:
        return False, str(wrong)
    except Exception as error:
        return False, (
            f"Trying your answer ended in {type(error).__name__}: {error} Call it "
            "yourself in a cell, to see where."
        )


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Raise ``Wrong`` if what is inside takes longer; in the main thread only."""
    if threading.current_thread() is not threading.main_thread():
        yield  # other threads cannot be interrupted
        return
    # Where interrupts are ignored, as in a shell's background job, ours would be too.
    before = signal.getsignal(signal.SIGINT) or signal.SIG_DFL
    signal.signal(signal.SIGINT, signal.default_int_handler)
    state, one_at_a_time = {"over": False, "late": False}, threading.Lock()

    def interrupt():
        with one_at_a_time:
            if not state["over"]:
                state["late"] = True
                _thread.interrupt_main()

    timer = threading.Timer(seconds, interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    except KeyboardInterrupt:
        if not state["late"]:
            raise
        raise Wrong(
            f"Trying your answer took longer than {seconds:g} seconds, so it was "
            "stopped. Does a loop in it never end?"
        ) from None
    finally:
        with one_at_a_time:
            state["over"] = True
        timer.cancel()
        signal.signal(signal.SIGINT, before)


def check(id: str, answer, **context) -> None:
    """Print what ``grade`` says."""
    right, message = grade(id, answer, **context)
    print(f"{'Right' if right else 'Not yet'} ({id}). {message}")


def number(answer, what: str = "a number") -> float:
    """The answer as a float, or ``Wrong`` if it is not one finite number."""
    if hasattr(answer, "numpy"):
        answer = answer.numpy()
    if isinstance(answer, np.ndarray) and answer.size == 1:
        answer = answer.item()
    if isinstance(answer, bool) or not isinstance(answer, Real):
        raise Wrong(
            f"The answer should be {what}, but it is of type {type(answer).__name__}."
        )
    if not np.isfinite(answer):
        raise Wrong(f"The answer should be {what}, but it is {answer}.")
    return float(answer)
