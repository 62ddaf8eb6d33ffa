"""two_at_a_time keeps order, passes errors on, and ends when it is interrupted."""

import threading
import time

import pytest

from tests.unit.replicates.models import (
    interrupt,
    train_for_minutes,
    watch_first_steps,
)
from utils.replicates import two_at_a_time


def test_names_and_order_are_kept():
    def slow_first(seconds):
        time.sleep(seconds)
        return seconds * 2

    found = two_at_a_time(slow_first, {"a": 0.05, "b": 0.0, "c": 0.01})
    assert list(found.items()) == [("a", 0.1), ("b", 0), ("c", 0.02)]
    assert two_at_a_time(str, (3, 1, 2)) == {3: "3", 1: "1", 2: "2"}
    assert two_at_a_time(str, {}) == {}


def test_errors_are_passed_on_and_the_rest_is_dropped():
    begun = []

    def fail(job):
        begun.append(job)
        time.sleep(0.05)
        raise ZeroDivisionError(job)

    with pytest.raises(ZeroDivisionError, match="0"):
        two_at_a_time(fail, range(50))
    assert len(begun) < 10
    with pytest.raises(TypeError, match="train must be callable, got 3"):
        two_at_a_time(3, [1])


# What would take a minute or more ends at once: within a second on a machine that has
# nothing else to do.
SOON = 20


def test_an_interrupt_ends_both_trainings(interruptible, monkeypatch):
    threads = []

    def train(_):
        threads.append(threading.current_thread())
        train_for_minutes()

    at = watch_first_steps(monkeypatch, 2, interrupt)
    with pytest.raises(KeyboardInterrupt):
        two_at_a_time(train, range(5))
    assert time.monotonic() - at[0] < SOON
    for thread in threads:
        thread.join(SOON)
    assert len(threads) == 2 and not any(thread.is_alive() for thread in threads)


def test_an_error_in_one_training_ends_the_other(monkeypatch):
    running = threading.Event()

    def train(job):
        if job == "long":
            return train_for_minutes()
        running.wait()
        raise ZeroDivisionError("the short one")

    at = watch_first_steps(monkeypatch, 1, running.set)
    with pytest.raises(ZeroDivisionError, match="the short one"):
        two_at_a_time(train, ["long", "short"])
    assert time.monotonic() - at[0] < SOON


def test_an_interrupt_does_not_wait_for_what_nothing_can_stop(interruptible):
    threads, end = [], threading.Event()
    both = threading.Barrier(2, interrupt)

    def train(_):
        threads.append(threading.current_thread())
        both.wait()
        end.wait(3 * SOON)

    begin = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        two_at_a_time(train, range(5))
    assert time.monotonic() - begin < SOON
    # Nor does Python wait for them before it exits.
    assert all(thread.is_alive() and thread.daemon for thread in threads)
    end.set()
    for thread in threads:
        thread.join(SOON)
    assert len(threads) == 2, "no other job begins"
