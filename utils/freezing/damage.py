"""Damaged copies of exported models, and what readers make of them.

The readers run in a process of their own, since a reader written in C++ may end it:

    python -m utils.freezing.damage FOLDER    (called by ``survey`` only)
"""

import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from tqdm import tqdm

from utils.freezing.newer import from_the_future
from utils.freezing.read import FOLDERS, detect, read
from utils.freezing.seal import files

KINDS = ("truncated", "flipped")
OTHERS = ("empty", "wrong format", "newer version")
OUTCOMES = ("refused", "same answers", "other answers", "crash")
_PATIENCE = 60  # seconds for one copy, until it counts as a crash


def damage(original: Path, copy: Path, kind: str, rng: np.random.Generator) -> None:
    """Make a copy with one accident in it.

    Args:
        original: A file or folder.
        copy: Where to; it must not exist.
        kind: One of

            * "truncated": a file ends too early, anywhere from its beginning on; in a
              folder it happens to one file, the likelier the larger it is;
            * "flipped": one bit of one byte is another; folders as above;
            * "empty": the file that is opened first has no content;
            * "wrong format": it holds text instead;
            * "newer version": it says that a much later version wrote it.
        rng: Where chance comes from.

    Raises:
        ValueError: If the kind of accident is not known.
    """
    known = (*KINDS, *OTHERS)
    if kind not in known:
        raise ValueError(f"kind must be one of {', '.join(known)}, got {kind!r}")
    (shutil.copytree if original.is_dir() else shutil.copyfile)(original, copy)
    if kind in KINDS:
        targets = [file for file in files(copy) if file.stat().st_size]
        sizes = np.array([file.stat().st_size for file in targets])
        target = targets[rng.choice(len(targets), p=sizes / sizes.sum())]
    else:
        marks = [copy / mark for mark in FOLDERS if (copy / mark).is_file()]
        target = marks[0] if copy.is_dir() else copy
    content = bytearray(target.read_bytes())
    if kind == "truncated":
        del content[int(rng.integers(len(content))) :]
    elif kind == "flipped":
        content[int(rng.integers(len(content)))] ^= 1 << int(rng.integers(8))
    elif kind == "newer version":
        content = from_the_future(bytes(content), detect(copy).format)
    else:
        content = b"" if kind == "empty" else b"This is not a model.\n" * 20
    target.write_bytes(content)


def survey(
    paths: Iterable[Path],
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
    """
    paths, outcomes = [str(Path(path).resolve()) for path in paths], []
    total = len(paths) * each * len(KINDS)
    with (
        tempfile.TemporaryDirectory() as folder,
        tqdm(total=total, disable=not progress) as bar,
    ):
        np.save(Path(folder, "x.npy"), x)
        log = Path(folder, "log")
        while len(outcomes) < total:
            job = {"paths": paths, "each": each, "seed": seed, "from": len(outcomes)}
            Path(folder, "job.json").write_text(json.dumps(job), "utf8")
            log.write_text("")
            _run(folder, log, bar)
            outcomes += log.read_text("utf8").splitlines()
            if len(outcomes) < total:
                outcomes.append("crash")
                bar.update()
    runs = [outcomes[k : k + each] for k in range(0, total, each)]
    return [
        dict(zip(KINDS, runs[k : k + len(KINDS)], strict=True))
        for k in range(0, len(runs), len(KINDS))
    ]


def _run(folder, log, bar):
    """Start the process, follow its log, and end it if it makes no progress."""
    child = subprocess.Popen(
        [sys.executable, "-m", "utils.freezing.damage", folder],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    seen, since = 0, time.monotonic()
    while child.poll() is None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(0.5)
        lines = len(log.read_text("utf8").splitlines())
        if lines > seen:
            bar.update(lines - seen)
            seen, since = lines, time.monotonic()
        elif time.monotonic() - since > _PATIENCE:
            child.kill()
            child.wait()
    bar.update(len(log.read_text("utf8").splitlines()) - seen)


def _outcomes(job, folder) -> Iterator[str]:
    x, each = np.load(folder / "x.npy"), job["each"]
    for place, path in enumerate(map(Path, job["paths"])):
        first = place * each * len(KINDS)
        numbers = range(max(first, job["from"]), first + each * len(KINDS))
        wanted = read(path)(x) if numbers else None
        for k in numbers:
            rng = np.random.default_rng([job["seed"], k - first])
            yield _outcome(path, KINDS[(k - first) // each], rng, x, wanted, folder)


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


def _limit_memory(gigabytes=12):
    """A damaged size must not take all of the machine's memory."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (gigabytes << 30, gigabytes << 30))
    except (ImportError, ValueError, OSError):  # not on this system
        pass


def main(folder: Path) -> None:
    _limit_memory()
    job = json.loads((folder / "job.json").read_text("utf8"))
    with open(folder / "log", "a", encoding="utf8") as log:
        for outcome in _outcomes(job, folder):
            log.write(outcome + "\n")
            log.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
