"""A pytest plugin: keep what nbval executed, for the website and for the next test.

``tools.execute`` loads it (``-p tools.recorder --record FILE``) for one notebook at a
time. nbval executes the cells and compares the contracts; when the last one is done,
the file gets, as JSON:

    notebook   the notebook with all outputs, or null if a cell failed to execute
    passed     whether every contract was kept
    seconds    from the first cell to the last
    helpers    what the notebook used of utils/: file -> SHA-256
"""

import copy
import hashlib
import json
import time
from pathlib import Path

import pytest

from tools.chapters import ROOT

# In these packages a chapter uses single files; any other one is used as a whole.
SHELVES = ("figures", "exercises", "widgets")
# Runs in the kernel. Its name for the list is no name that a reader would choose.
ASK = """
import json as _json, sys as _sys
with open({path!r}, "w") as _file:
    _json.dump([f for m in list(_sys.modules.values())
                if (f := getattr(m, "__file__", None))], _file)
"""


def pytest_addoption(parser):
    parser.addoption("--record", help="where to keep what nbval executed")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.when == "call":
        item.kept = report.passed


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item, nextitem):
    if not hasattr(item.parent, "begin"):
        item.parent.begin = time.perf_counter()
        item.parent.done = []
    item.parent.done.append(item)
    yield


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item, nextitem):
    """After the last cell, while the kernel still runs."""
    if nextitem is None:
        file = item.parent
        target = Path(item.config.getoption("record"))
        found = {
            "seconds": time.perf_counter() - file.begin,
            "passed": all(getattr(cell, "kept", False) for cell in file.done),
            "notebook": executed(file.nb, file.done),
            "helpers": fingerprints(used(ask(file.kernel, target), ROOT / "utils")),
        }
        target.write_text(json.dumps(found), "utf8")


def executed(notebook, cells):
    """Return the notebook with all outputs, None if a cell failed or never ran."""
    whole = copy.deepcopy(notebook)
    code = [cell for cell in whole.cells if cell.cell_type == "code"]
    for number, (cell, item) in enumerate(zip(code, cells, strict=True), start=1):
        outputs = item.test_outputs
        if outputs is None or any(o.output_type == "error" for o in outputs):
            return None
        # Jupyter shows no result of a cell that ends in ";". nbval executes without a
        # history, and then IPython does not see it.
        silent = cell.source.rstrip().endswith(";")
        cell.outputs = [
            output
            for output in outputs
            if not (silent and output.output_type == "execute_result")
        ]
        cell.execution_count = number
    return whole


def ask(kernel, target: Path) -> list[str]:
    """Return the files of all modules that a kernel has loaded."""
    answer = target.with_suffix(".modules")
    message = kernel.execute_cell_input(ASK.format(path=str(answer)))
    kernel.await_reply(message, timeout=30)
    files = json.loads(answer.read_text("utf8"))
    answer.unlink()
    return files


def used(files: list[str], package: Path) -> set[Path]:
    """Return which files of ``package`` a kernel depends on that loaded ``files``.

    A folder counts as a whole, for some of its files are loaded by other processes or
    are no Python; of a shelf, the files that were loaded and what has the same name.
    """
    found = set()
    for path in map(Path, files):
        if path.is_relative_to(package):
            folder = path.parent
            shelf = folder == package or folder.name in SHELVES
            found |= set(folder.glob(f"{path.stem}.*" if shelf else "*.*"))
    return {path for path in found if path.is_file()}


def fingerprints(files) -> dict[str, str]:
    """Return the SHA-256 of files by their places in the course."""
    return {
        path.relative_to(ROOT).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(files)
    }
