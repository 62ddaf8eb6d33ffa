"""How long each chapter takes beyond its floor, starting a kernel and importing.

And how much memory its kernel had at most, where the system tells (Linux).
"""

import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from tools import chapters
from tools.execute import TIMEOUT

RUNS = 2
STATUS = Path("/proc/self/status")
LIMITS = {"randomized_relu": 60, "colorize": 60}  # seconds; 30 for the others


def rows():
    for name, path in chapters.chapters().items():
        whole, floor = [], []
        for _ in range(RUNS):  # in turns, so that both see the same machine
            floor.append(_run(path, code_cells=2))  # the setup and the imports
            whole.append(_run(path))
        yield {
            "what": f"{path.stem}: seconds beyond kernel start and imports",
            "unit": "s",
            "target": f"at most {LIMITS.get(name, 30)}",
            "values": [w - f for (w, _), (f, _) in zip(whole, floor, strict=True)],
        }
        if STATUS.exists():
            yield {
                "what": f"{path.stem}: peak memory of its kernel",
                "unit": "MB",
                "target": "",
                "values": [memory for _, memory in whole],
            }


def _run(path, code_cells=None) -> tuple[float, float | None]:
    """Execute a chapter, or its first cells of code: seconds, and megabytes."""
    notebook = nbformat.read(path, as_version=4)
    if code_cells:
        code = [c for c in notebook.cells if c.cell_type == "code"]
        notebook.cells = code[:code_cells]
    if STATUS.exists():
        tell = f"print(open('{STATUS}').read().split('VmHWM:')[1].split()[0])"
        notebook.cells.append(nbformat.v4.new_code_cell(tell))
    client = NotebookClient(
        notebook, timeout=TIMEOUT, resources={"metadata": {"path": str(path.parent)}}
    )
    start = time.perf_counter()
    client.execute()
    seconds = time.perf_counter() - start
    told = notebook.cells[-1].outputs if STATUS.exists() else []
    return seconds, int(told[0].text) / 1024 if told else None
