"""Execute notebooks and bring them into the normal form in which they are committed.

``python -m tools.notebooks [NOTEBOOK ...]`` does both, by default for all chapters.

In normal form a notebook holds its source, the tags and website settings of its
cells, and the text outputs of the cells tagged ``nbval-check-output``, which are the
contracts that the tests compare. Nothing else: no images, no widget state, no
order of execution, no timings. Two runs give the same bytes.

The blank cell of an exercise is made from its solution, which stands folded in the
Markdown cell below it, as one fenced block of code. Of the solution's code the blank
keeps what comes before the line ``# answer: what it is`` (or nothing, without such a
line), and the call of ``exercises.check``.
"""

import hashlib
import os
import re
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
CONTRACT = "nbval-check-output"
TIMEOUT = 300  # seconds a cell may take, here and under nbval


def solution(notebook: nbformat.NotebookNode, i: int) -> str | None:
    """The code that solves the exercise whose blank is cell i, None if it is none."""
    cell = notebook.cells[i]
    if cell.cell_type != "code" or "exercises.check(" not in cell.source:
        return None
    below = notebook.cells[i + 1].source if i + 1 < len(notebook.cells) else ""
    folded = re.search(
        r"<summary>Solution</summary>(?:(?!</details>).)*?```python\n(.*?)\n```",
        below,
        re.DOTALL,
    )
    if not folded:
        raise ValueError(f"no solution stands below this exercise:\n{cell.source}")
    return folded[1]


def blank(solution: str) -> str:
    """The cell that asks for a solution."""
    found = re.fullmatch(
        r"(?:(?P<given>(?:.*\n)*?)# answer:(?P<what>.*)\n)?(?:.*\n)*?"
        r"(?P<check>exercises\.check\((?:.*\n?)+)",
        solution,
    )
    if not found:
        raise ValueError(f"a solution ends in a call of exercises.check:\n{solution}")
    what = f"  # {found['what'].strip()}" if (found["what"] or "").strip() else ""
    return f"{found['given'] or ''}answer = ...{what}\n{found['check']}"


def normal_form(notebook: nbformat.NotebookNode) -> str:
    """The text of the notebook's normal form."""
    cells, seen = [], set()
    for i, cell in enumerate(notebook.cells):
        solved = solution(notebook, i)
        source = (blank(solved) if solved else cell.source).strip("\n")
        digest = hashlib.sha256(f"{cell.cell_type}:{source}".encode()).hexdigest()[:8]
        while digest in seen:  # two cells with the same text
            digest = hashlib.sha256(digest.encode()).hexdigest()[:8]
        seen.add(digest)
        metadata = {
            k: cell.metadata[k] for k in ("mystnb", "tags") if k in cell.metadata
        }
        if cell.cell_type == "markdown":
            new = nbformat.v4.new_markdown_cell(source, id=digest, metadata=metadata)
        else:
            new = nbformat.v4.new_code_cell(source, id=digest, metadata=metadata)
            if CONTRACT in metadata.get("tags", []):
                new.outputs = _text_outputs(cell.outputs)
                new.execution_count = 1  # nbval skips a cell that was never run
        cells.append(new)
    normal = nbformat.v4.new_notebook(
        cells=cells,
        metadata={
            "kernelspec": {
                "display_name": "Python 3",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python"},
        },
    )
    return nbformat.writes(normal, version=4) + "\n"


def _text_outputs(outputs):
    """Standard output in one piece, and the plain text of results."""
    kept = []
    for output in outputs:
        if output.output_type == "stream" and output.name == "stdout":
            if kept and kept[-1].output_type == "stream":
                kept[-1].text += output.text
            else:
                kept.append(
                    nbformat.v4.new_output("stream", name="stdout", text=output.text)
                )
        elif output.output_type in ("execute_result", "display_data"):
            data = {"text/plain": output.data["text/plain"]}
            kept.append(nbformat.v4.new_output(output.output_type, data=data))
    return kept


def execute(path: Path) -> nbformat.NotebookNode:
    """Run a notebook in its own folder, with this Python."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook,
        timeout=TIMEOUT,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    return notebook


def replace(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf8") as file:
            file.write(text)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def main(paths: list[Path]) -> None:
    for path in paths:
        print(f"{path.name}: executing", flush=True)
        replace(path, normal_form(execute(path)))


if __name__ == "__main__":
    main([Path(argument).resolve() for argument in sys.argv[1:]] or CHAPTERS)
