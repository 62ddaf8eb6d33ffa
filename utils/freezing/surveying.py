"""What readers make of damaged copies, in a process that they may end."""

import contextlib
import faulthandler
import os
import tempfile
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path

import numpy as np

from utils.checks import whole
from utils.freezing.damaging import KINDS, damage
from utils.freezing.process import elsewhere
from utils.freezing.reading import read

OUTCOMES = ("refused", "same answers", "other answers", "crash")
_PATIENCE = 60  # seconds for one copy, until it counts as a crash


def survey(
    paths: Iterable[str | os.PathLike], x: np.ndarray, *, each: int
) -> list[dict[str, list[str]]]:
    """Let the readers open damaged copies, without looking at checksums.

    Args:
        paths: Exported files and folders.
        x: A batch on which answers are compared.
        each: How many copies of each path to make for each kind of damage.

    Returns:
        For each path, "truncated" and "flipped" -> ``each`` times one of ``OUTCOMES``.
        Answers count as others if they differ by more than rounding, or are not finite.

    Raises:
        RuntimeError: If a path cannot be opened while it is whole.
    """
    paths = [Path(path).absolute() for path in paths]
    kinds = [kind for kind in KINDS for _ in range(whole("each", each, 1))]
    copies = [(path, kind, k) for path in paths for k, kind in enumerate(kinds)]
    outcomes = []
    with tempfile.TemporaryDirectory() as folder:
        while len(outcomes) < len(copies):
            left = copies[len(outcomes) :]
            outcomes += _one_process(left, np.asarray(x), folder)
    following = iter(outcomes)
    return [{kind: [*islice(following, each)] for kind in KINDS} for _ in paths]


def _one_process(copies, x, folder) -> list[str]:
    """What one process finds; if it ends early, a "crash" is the last of it."""
    outcomes, opened, said = [], set(), ""
    with contextlib.closing(elsewhere(_open_copies, copies, x, folder)) as found:
        try:
            for path, outcome in found:
                if outcome is None:
                    opened.add(path)
                else:
                    outcomes.append(outcome)
        except RuntimeError as error:
            said = error
    if len(outcomes) < len(copies):
        path, *_ = copies[len(outcomes)]
        if path not in opened:
            raise RuntimeError(f"{path} cannot be opened, though it is whole: {said}")
        outcomes.append("crash")
    return outcomes


def _open_copies(copies, x, folder) -> Iterator[tuple[Path, str | None]]:
    """Yield each path with None once it was opened whole, then with each outcome."""
    for path, damaged in groupby(copies, itemgetter(0)):
        wanted = read(path)(x)
        yield path, None
        for _, kind, seed in damaged:
            rng = np.random.default_rng([0, seed])
            with _limits():
                outcome = _outcome(path, kind, rng, x, wanted, folder)
            yield path, outcome


def _outcome(path, kind, rng, x, wanted, folder):
    with tempfile.TemporaryDirectory(dir=folder) as place:
        copy = Path(place, path.name)
        damage(path, copy, kind, rng)
        try:
            found = read(copy)(x)
        except Exception:  # whatever it is, it was noticed
            return "refused"
    if found.shape == wanted.shape and np.allclose(
        found, wanted, rtol=1e-5, atol=1e-6 * float(np.abs(wanted).max())
    ):
        return "same answers"
    return "other answers"


@contextlib.contextmanager
def _limits(gigabytes=8):
    """End the process if it takes too long, and let it take so much more memory.

    A damaged size must not take all that the machine has. What the process has already
    does not count: libraries reserve more addresses, the more processors there are.
    """
    faulthandler.dump_traceback_later(_PATIENCE, exit=True)
    with contextlib.ExitStack() as undo:
        undo.callback(faulthandler.cancel_dump_traceback_later)
        # Not on every system.
        with contextlib.suppress(ImportError, ValueError, OSError):
            import resource

            pages = int(Path("/proc/self/statm").read_text().split()[0])
            soft, hard = resource.getrlimit(resource.RLIMIT_AS)
            limit = pages * resource.getpagesize() + (gigabytes << 30)
            resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
            undo.callback(resource.setrlimit, resource.RLIMIT_AS, (soft, hard))
        yield
