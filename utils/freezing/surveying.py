"""What readers make of damaged copies, in a process that they may end."""

import contextlib
import faulthandler
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from tqdm import tqdm

from utils.checks import whole
from utils.freezing.damaging import KINDS, damage
from utils.freezing.process import elsewhere
from utils.freezing.reading import read

OUTCOMES = ("refused", "same answers", "other answers", "crash")
_OPENED = "opened"  # said of each path before its copies
_PATIENCE = 60  # seconds for one copy, until it counts as a crash


def survey(
    paths: Iterable[str | os.PathLike],
    x: np.ndarray,
    *,
    each: int,
    seed: int = 0,
    progress: bool = False,
) -> list[dict[str, list[str]]]:
    """Let the readers open damaged copies, without looking at checksums.

    Args:
        paths: Exported files and folders.
        x: A batch on which answers are compared.
        each: How many copies of each path to make for each kind of damage.
        seed: Seed of the accidents.
        progress: Whether to show a progress bar on stderr.

    Returns:
        For each path, "truncated" and "flipped" -> ``each`` times one of ``OUTCOMES``.
        Answers count as others if they differ by more than rounding, or are not finite.

    Raises:
        RuntimeError: If a path cannot be opened while it is whole.
    """
    paths = [Path(path).absolute() for path in paths]
    whole("each", each, 1)
    whole("seed", seed, 0)
    outcomes, total = [], len(paths) * each * len(KINDS)
    with (
        tempfile.TemporaryDirectory() as folder,
        tqdm(total=total, disable=not progress) as bar,
    ):
        while len(outcomes) < total:
            job = paths, np.asarray(x), each, seed, len(outcomes), folder
            with contextlib.closing(_one_process(*job)) as found:
                for outcome in found:
                    outcomes.append(outcome)
                    bar.update()
    runs = [outcomes[k : k + each] for k in range(0, total, each)]
    return [
        dict(zip(KINDS, runs[k : k + len(KINDS)], strict=True))
        for k in range(0, len(runs), len(KINDS))
    ]


def _one_process(paths, x, each, seed, done, folder):
    """Yield what one process finds; if it ends early, a "crash" is the last of it."""
    per_path, opened, said = each * len(KINDS), False, ""
    with contextlib.closing(
        elsewhere(_open_copies, paths, x, each, seed, done, folder)
    ) as found:
        try:
            for outcome in found:
                opened = outcome == _OPENED or (done + 1) % per_path > 0
                if outcome != _OPENED:
                    done += 1
                    yield outcome
        except RuntimeError as error:
            said = str(error)
    if done == len(paths) * per_path:
        return
    if not opened:
        path = paths[done // per_path]
        raise RuntimeError(f"{path} cannot be opened, though it is whole: {said}")
    yield "crash"


def _open_copies(paths, x, each, seed, done, folder) -> Iterator[str]:
    for place, path in enumerate(paths):
        first = place * each * len(KINDS)
        numbers = range(max(first, done), first + each * len(KINDS))
        if not numbers:
            continue
        wanted = read(path)(x)
        yield _OPENED
        for k in numbers:
            kind = KINDS[(k - first) // each]
            rng = np.random.default_rng([seed, k - first])
            with _limits():
                outcome = _outcome(path, kind, rng, x, wanted, folder)
            yield outcome


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
