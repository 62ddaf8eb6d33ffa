"""Bring notebooks into the normal form in which they are committed.

    python -m tools.notebooks                  # all chapters
    python -m tools.notebooks exact_zeros      # only these

First it writes the chapters' numbers anew, in all notebooks and pages (tools/names.py):
to move a chapter, `git mv` its notebook, move its line in ``_toc.yml``, and run this.
Then it executes what was not executed yet (tools/execute.py), and stores the contracts.

In normal form a notebook holds its source, the tags and website settings of its
cells, and the text outputs of the cells tagged ``nbval-check-output``, which are the
contracts that the tests compare. Nothing else: no images, no widget state, no
order of execution, no timings. Two runs give the same bytes.

How cells are folded follows from their tags (tools/folding.py), and how many minutes a
chapter takes from its length (tools/lengths.py).

The blank cell of an exercise is made from its solution, which stands folded in the
Markdown cell below it, as one fenced block of code. Of the solution's code the blank
keeps what comes before the line ``# answer: what it is`` (or nothing, without such a
line), and the call of ``exercises.check``. Between them stands ``answer = ...``, or, if
the solution defines it, ``def answer(its, arguments):`` with dots for a body.
"""

import ast
import hashlib
import os
import re
import sys
import tempfile
from pathlib import Path

import nbformat

from tools import chapters, lengths, names
from tools.chapters import ROOT
from tools.folding import folding

CONTRACT = "nbval-check-output"
TEXTS = ("text/plain", "text/markdown")
# What stands in the body of a blank function of which no more is said.
BODY = "your code, which ends in a return"


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
        r"(?:(?P<given>(?:.*\n)*?)# answer:(?P<what>.*)\n)?"
        r"(?P<own>(?:.*\n)*?)"
        r"(?P<check>exercises\.check\((?:.*\n?)+)",
        solution,
    )
    if not found:
        raise ValueError(f"a solution ends in a call of exercises.check:\n{solution}")
    given, what = found["given"] or "", (found["what"] or "").strip()
    for node in ast.parse(found["own"]).body:
        if isinstance(node, ast.FunctionDef) and node.name == "answer":
            given = given.rstrip("\n") + "\n\n\n" if given.strip() else ""
            head = f"def answer({ast.unparse(node.args)}):"
            return f"{given}{head}\n    # {what or BODY}\n    ...\n\n\n{found['check']}"
    return f"{given}answer = ...{what and f'  # {what}'}\n{found['check']}"


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
            metadata |= folding(cell)
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
    """Standard output in one piece, and the text of results, plain and in Markdown."""
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
            data = {k: output.data[k] for k in TEXTS if k in output.data}
            kept.append(nbformat.v4.new_output(output.output_type, data=data))
    return kept


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


def renumber(known: dict[str, Path]) -> None:
    """Write the chapters' numbers anew in all pages, and normalize all notebooks."""
    pages = [ROOT / "README.md", *sorted((ROOT / "book").glob("*.md"))]
    texts = {page: page.read_text("utf8") for page in pages}
    new = {p: names.renumber(text, known, p.name) for p, text in texts.items()}
    for name, path in known.items():
        texts[path] = path.read_text("utf8")
        notebook = nbformat.reads(texts[path], as_version=4)
        for cell in notebook.cells:
            chapter = name if cell.cell_type == "markdown" else None
            where = f"{path.name}, cell {cell.get('id')}"
            cell.source = names.renumber(cell.source, known, where, chapter)
        lengths.write_minutes(notebook)
        new[path] = normal_form(notebook)
    for path, text in new.items():
        if text != texts[path]:
            print(f"{path.relative_to(ROOT)}: written anew", flush=True)
            replace(path, text)


def store_contracts(path: Path) -> None:
    """Take the contracts of a notebook from what was executed of it."""
    from tools import execute

    notebook = nbformat.read(path, as_version=4)
    done = iter(execute.state(path).notebook.cells)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = next(done).outputs
    text = normal_form(notebook)
    if text != path.read_text("utf8"):
        print(f"{path.relative_to(ROOT)}: contracts stored", flush=True)
        replace(path, text)
    execute.accept(path)


def main(wanted: list[str]) -> int:
    try:
        known = chapters.chapters()
        paths = [chapters.one(name, known) for name in wanted] or [*known.values()]
        renumber(known)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    from tools import execute  # here: Colab's test uses the rest without these packages

    if failed := execute.main(["--any", *map(chapters.name, paths)]):
        return failed
    for path in paths:
        store_contracts(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
