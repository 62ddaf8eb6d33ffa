"""How long each chapter takes beyond its floor: starting a kernel and importing."""

import time

import nbformat
from nbclient import NotebookClient

from tests.notebooks import CHAPTERS, TIMEOUT

RUNS = 3


def rows():
    for path in CHAPTERS:
        whole, floor = [], []
        for _ in range(RUNS):  # in turns, so that both see the same machine
            floor.append(_seconds(path, code_cells=2))  # the setup and the imports
            whole.append(_seconds(path))
        yield {
            "what": f"{path.stem}: seconds beyond kernel start and imports",
            "unit": "s",
            "target": "at most 40" if path.stem.startswith("06") else "at most 30",
            "values": [w - f for w, f in zip(whole, floor, strict=True)],
        }


def _seconds(path, code_cells=None):
    notebook = nbformat.read(path, as_version=4)
    if code_cells:
        code = [c for c in notebook.cells if c.cell_type == "code"]
        notebook.cells = code[:code_cells]
    client = NotebookClient(
        notebook, timeout=TIMEOUT, resources={"metadata": {"path": str(path.parent)}}
    )
    start = time.perf_counter()
    client.execute()
    return time.perf_counter() - start
