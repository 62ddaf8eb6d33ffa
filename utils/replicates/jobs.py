"""Several trainings in threads, all of which an interrupt ends."""

import contextvars
import threading
import time
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait

from tqdm import tqdm

# Seconds between two looks at the clock: how long an interrupt may have to wait.
LOOK_SECONDS = 0.25
# Seconds that jobs get to end after an interrupt or an error.
_GRACE_SECONDS = 1
# Set in the threads of two_at_a_time: whether to stop what they train.
_STOP = contextvars.ContextVar("stop", default=None)


class Stopped(Exception):
    """Ends a training early, after an interrupt or an error elsewhere."""


def as_they_end(futures: Iterable[Future]) -> Iterator[Future]:
    """Yield each future when it is done.

    Raises:
        Stopped: If this thread works for a ``two_at_a_time`` that has come to an end.
    """
    stop, waiting = _STOP.get(), set(futures)
    while waiting:
        # With a time limit, since a wait without one cannot be interrupted on every
        # system.
        done, waiting = wait(waiting, LOOK_SECONDS, FIRST_COMPLETED)
        if stop is not None and stop.is_set():
            raise Stopped
        yield from done


def two_at_a_time(
    train: Callable, jobs: Mapping | Iterable[Hashable], desc: str | None = None
) -> dict:
    """Call ``train`` for each job, in two threads, with a progress bar.

    Building and compiling a program keeps one core busy; so one program is compiled
    while another one trains.

    An interrupt or an error drops the jobs that have not begun and stops those that
    have, within about a second, if they are in ``fit_replicates``. Nothing can stop
    other work in a thread: it goes on unseen, and its result is lost.

    Args:
        train: A function of one argument, such as one that calls ``fit_replicates``.
        jobs: Name -> argument, or just the arguments, which then name themselves.
        desc: What to write before the progress bar.

    Returns:
        Name -> what ``train`` returned, in the order of the jobs.

    Raises:
        TypeError: If ``train`` is not callable. What it raises is passed on.
    """
    if not callable(train):
        raise TypeError(f"train must be callable, got {train!r}")
    names = list(jobs)
    arguments = [jobs[name] for name in names] if isinstance(jobs, Mapping) else names
    futures = [Future() for _ in names]
    waiting, stop = zip(futures, arguments, strict=True), threading.Event()

    def work():
        _STOP.set(stop)
        for future, argument in waiting:
            if stop.is_set():
                return
            try:
                future.set_result(train(argument))
            except Stopped:
                return
            except BaseException as error:
                stop.set()
                future.set_exception(error)

    # Not a pool, whose threads Python would wait for before it exits.
    threads = [threading.Thread(target=work, daemon=True) for _ in range(2)]
    try:
        for thread in threads:
            thread.start()
        for future in tqdm(as_they_end(futures), desc=desc, total=len(names)):
            if future.exception():
                break
    finally:
        stop.set()
        until = time.monotonic() + _GRACE_SECONDS
        for thread in threads:
            thread.join(max(until - time.monotonic(), 0))
    # If several failed, the first of them speaks.
    results = [future.result() for future in futures if future.done()]
    return dict(zip(names, results, strict=True))
