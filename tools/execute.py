"""Execute the chapters once, two at a time, for the tests and for the website.

    python -m tools.execute                   # what is missing or out of date
    python -m tools.execute exact_zeros       # only these chapters
    python -m tools.execute --fresh           # all, whatever was executed before
    python -m tools.execute --any             # a contract that is not kept is no error

Each notebook is executed by pytest with nbval. What came out goes into the cache that
the website is built from (``_build/chapters``), with what it depends on: the notebook's
cells, the files of ``utils/`` that it loaded and the versions of all packages. As long
as none of them changes, a chapter is not executed again.
"""

import argparse
import hashlib
import json
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.cache.db import NbCacheRecord

from tools import chapters
from tools.chapters import ROOT
from tools.recorder import fingerprints

CACHE = ROOT / "_build/chapters"
FORMAT = 1  # of what stands beside a cached notebook
TIMEOUT = 900  # seconds a cell may take: a slow machine is no wrong result
AT_A_TIME = 2


@dataclass(frozen=True)
class State:
    """What the cache knows of a chapter.

    Attributes:
        reason: Why it must be executed; "" if the cache has it as it is now.
        passed: Whether its contracts were kept.
        notebook: The notebook as it was executed, its text cells left out.
    """

    reason: str
    passed: bool = False
    notebook: nbformat.NotebookNode | None = None


def versions() -> str:
    """Return one line that tells this Python and all of its packages from others."""
    names = sorted(f"{d.name}=={d.version}" for d in distributions())
    text = "\n".join([platform.python_version(), *names])
    return hashlib.sha256(text.encode()).hexdigest()


def contracts(notebook: nbformat.NotebookNode) -> str:
    """Return what tells a notebook's stored outputs and the cells' tags from others."""
    cells = [
        [cell.source, cell.metadata.get("tags", []), cell.outputs]
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]
    return hashlib.sha256(json.dumps(cells, sort_keys=True).encode()).hexdigest()


def state(path: Path, folder: Path = CACHE, now: str | None = None) -> State:
    """Look a notebook up in the cache.

    Args:
        path: The notebook.
        folder: The cache.
        now: What ``versions()`` returns, if it is known.
    """
    notebook, cache = nbformat.read(path, as_version=4), get_cache(folder)
    try:
        record = cache.match_cache_notebook(notebook)
        bundle = cache.get_cache_bundle(record.pk)
    except KeyError:
        return State("not executed yet, or its cells changed")
    data = record.data
    if data.get("format") != FORMAT:
        return State("executed by another version of tools/execute.py")
    if data["versions"] != (now or versions()):
        return State("other versions of packages")
    here = {name: ROOT / name for name in data["helpers"]}
    found = fingerprints(place for place in here.values() if place.is_file())
    changed = [name for name, sha in data["helpers"].items() if found.get(name) != sha]
    if changed:
        return State(f"{', '.join(changed[:3])} changed")
    passed = data["passed"] == contracts(notebook)
    return State("", passed, bundle.nb)


def keep(path: Path, found: dict, folder: Path = CACHE) -> None:
    """Put what was executed into the cache; see ``tools.recorder`` for what it is."""
    notebook = nbformat.from_dict(found["notebook"])
    data = {
        "format": FORMAT,
        "execution_seconds": found["seconds"],
        "helpers": found["helpers"],
        "versions": versions(),
        "passed": contracts(nbformat.read(path, as_version=4)) * found["passed"],
    }
    _store(folder, path, notebook, data)


def accept(path: Path, folder: Path = CACHE) -> None:
    """Note that a notebook's contracts are those that its execution gave."""
    cache, notebook = get_cache(folder), nbformat.read(path, as_version=4)
    bundle = cache.get_cache_bundle(cache.match_cache_notebook(notebook).pk)
    data = {**bundle.record.data, "passed": contracts(notebook)}
    if data != bundle.record.data:
        _store(folder, path, bundle.nb, data)


def _store(folder: Path, path: Path, notebook: nbformat.NotebookNode, data: dict):
    get_cache(folder).cache_notebook_bundle(
        CacheBundleIn(notebook, str(path), data=data),
        check_validity=False,
        overwrite=True,
    )


def forget(path: Path, folder: Path = CACHE) -> None:
    """Take a notebook out of the cache, half entries too."""
    cache = get_cache(folder)
    notebook = nbformat.read(path, as_version=4)
    with suppress(KeyError):
        record = cache.match_cache_notebook(notebook)
        shutil.rmtree(Path(folder, "executed", record.hashkey), ignore_errors=True)
        NbCacheRecord.remove_records([record.pk], cache.db)


def command(path: Path, record: Path) -> list[str]:
    """Return the command that executes one notebook as a test."""
    options = "--nbval-lax --nbval-current-env -q --no-header -p no:cacheprovider"
    return [
        *(sys.executable, "-m", "pytest", str(path), *options.split()),
        f"--nbval-cell-timeout={TIMEOUT}",
        *("-p", "tools.recorder", "--record", str(record)),
    ]


class Executor:
    """Runs chapters, each in a process of its own, and ends them when interrupted."""

    def __init__(self, folder: Path = CACHE):
        self.folder, self.lock = folder, threading.Lock()
        self.running: set[subprocess.Popen] = set()
        self.stopped = False

    def execute(self, path: Path) -> tuple[bool, bool, float, str]:
        """Execute a notebook: (executed, contracts kept, seconds, what pytest said)."""
        with tempfile.TemporaryDirectory() as place:
            record = Path(place, "record.json")
            with self.lock:
                if self.stopped:
                    return False, False, 0.0, "stopped"
                forget(path, self.folder)
                process = subprocess.Popen(
                    command(path, record),
                    cwd=ROOT,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                    start_new_session=True,  # Ctrl-C reaches it by ``stop`` only
                )
                self.running.add(process)
            said, _ = process.communicate()
            with self.lock:
                self.running.discard(process)
                if self.stopped or not record.exists():
                    return False, False, 0.0, said
                found = json.loads(record.read_text("utf8"))
                if found["notebook"] is None:
                    return False, False, found["seconds"], said
                keep(path, found, self.folder)
            return True, found["passed"], found["seconds"], said

    def stop(self) -> None:
        """End what runs, as Ctrl-C does, kernels included."""
        with self.lock:
            self.stopped = True
            for process in self.running:
                process.send_signal(signal.SIGINT)
        for process in list(self.running):
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()


def execute(paths: Iterable[Path], folder: Path = CACHE) -> dict[Path, tuple]:
    """Execute notebooks, two at a time, the slowest first, and say how it goes."""
    paths = sorted(paths, key=lambda path: -path.stat().st_size)
    executor, results = Executor(folder), {}
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        jobs = {pool.submit(executor.execute, path): path for path in paths}
        try:
            for job in as_completed(jobs):
                path, result = jobs[job], job.result()
                results[path] = result
                ran, kept, seconds, said = result
                word = "executed" if kept else "CONTRACT BROKEN" if ran else "FAILED"
                count = f"[{len(results)}/{len(jobs)}]"
                print(f"{count} {path.stem}: {word} in {seconds:.0f} s", flush=True)
                if not (ran and kept):
                    print(said, flush=True)
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            executor.stop()
            raise
    return results


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.execute")
    parser.add_argument("names", nargs="*", help="chapters; all, if none is named")
    parser.add_argument("--fresh", action="store_true", help="execute all of them")
    parser.add_argument(
        "--any", action="store_true", help="do not ask whether contracts are kept"
    )
    options = parser.parse_args(arguments)
    try:
        known = chapters.chapters()
        paths = [chapters.one(n, known) for n in options.names] or [*known.values()]
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    now, todo = versions(), {}
    for path in paths:
        found = state(path, now=now)
        if options.fresh:
            todo[path] = "asked for"
        elif found.reason:
            todo[path] = found.reason
        elif not (found.passed or options.any):
            todo[path] = "its contracts were not kept, or changed"
    if len(todo) < len(paths):
        print(f"{len(paths) - len(todo)} of {len(paths)} chapters are as executed.")
    for path, why in todo.items():
        print(f"{path.stem}: to be executed ({why})", flush=True)
    try:
        results = execute(todo)
    except KeyboardInterrupt:
        print("Interrupted: what was finished is kept.", file=sys.stderr)
        return 130
    return int(
        not all(ran and (kept or options.any) for ran, kept, _, _ in results.values())
    )


if __name__ == "__main__":
    sys.exit(main())
