"""Which cells are folded: in Colab, in JupyterLab and on the website, from one tag.

    hide-input    plumbing: the website folds the code
    remove-input  a sentence or a table: the website leaves the code out
    remove-cell   the website leaves the cell out
    answer        the answer to a prediction: the website folds what it says

The first line of a folded cell says what is folded: ``# @title Draw the two fits``.
"""

import re

import nbformat

# What the tag ``answer`` means to a website that does not know it.
IMPLIED = {"answer": "remove-input"}
FOLDED = {"hide-input", "remove-input", "remove-cell", "answer"}
TITLE = re.compile(r"# @title \S.*")


def folded(cell: nbformat.NotebookNode) -> bool:
    """Whether a cell's code is folded: in Colab, in JupyterLab and on the website."""
    return bool(FOLDED & {*cell.metadata.get("tags", [])})


def folding(cell: nbformat.NotebookNode) -> dict:
    """The settings by which Colab, JupyterLab and Jupyter Book fold a cell, or none.

    Raises:
        ValueError: If it has no title, has one although it is not folded, or two tags
            say how it is folded.
    """
    titled = bool(TITLE.match(cell.source))
    if titled != folded(cell):
        raise ValueError(
            "a folded cell, and no other, begins with `# @title What it does`; "
            f"{'it has no such tag' if titled else 'this one does not'}:\n{cell.source}"
        )
    if not titled:
        return {}
    tags = cell.metadata["tags"]
    own = [tag for tag in tags if tag not in {IMPLIED.get(each) for each in tags}]
    if len(FOLDED & {*own}) > 1:
        raise ValueError(f"one tag says how a cell is folded:\n{cell.source}")
    implied = [IMPLIED[tag] for tag in own if tag in IMPLIED]
    return {
        "cellView": "form",
        "jupyter": {"source_hidden": True},
        "tags": own + implied,
    }
