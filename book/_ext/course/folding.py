"""Code that is folded, and answers that wait until the reader has predicted.

Which cells are folded, their tags say (see tools/notebooks.py). Here MyST-NB's folded
parts get a name that says what is inside: the cell's title, ``# @title Draw the fits``.
A folded cell without a title, a prediction without an answer and an answer to nothing
are reported, and so end the build.
"""

import re

from docutils import nodes
from sphinx.util import logging

from . import chapters

log = logging.getLogger(__name__)
TITLE = re.compile(r"# @title (\S.*)\n?")
ANSWER = "Answer: "


def fold(app, document):
    if chapters.number(app.env.docname) is None:
        return
    for cell in document.findall(nodes.container):
        if cell.get("nb_element") == "cell_code":
            tags = {*cell["cell_metadata"].get("tags", [])}
            if "hide-input" in tags:
                _name_code(cell)
            if "answer" in tags:
                _fold_answer(cell)
    for problem in unpaired(document):
        log.warning("%s", problem, location=app.env.docname)


def _name_code(cell):
    code = next(cell.findall(nodes.literal_block))
    title = TITLE.match(code.astext())
    if not title:
        log.warning("a folded cell has no title: %s", code.astext(), location=cell)
        return
    cell["prompt_show"] = f"Code: {title[1]}"
    cell["prompt_hide"] = f"Fold the code: {title[1]}"
    text = code.astext()[title.end() :]
    code.children, code.rawsource = [nodes.Text(text)], text


def _fold_answer(cell):
    """Leave the code out, and fold what the cell says."""
    cell.children = [
        child for child in cell if child.get("nb_element") != "cell_code_source"
    ]
    cell["hide_mode"] = "output"
    cell["prompt_show"] = cell["prompt_hide"] = "Answer"
    for strong in cell.findall(nodes.strong):
        if strong.astext() == ANSWER.strip():  # the fold says it already
            strong.parent.remove(strong)
            break


def unpaired(document) -> list[str]:
    """Predictions without an answer, and answers to nothing, section by section."""
    problems, open_ = [], None
    for node in document.findall():
        if isinstance(node, nodes.section) and open_:
            problems.append(f"nothing answers this prediction: {open_}")
            open_ = None
        elif isinstance(node, nodes.block_quote):
            if node.astext().startswith("Predict"):
                if open_:
                    problems.append(f"nothing answers this prediction: {open_}")
                open_ = node.astext()
        elif "tag_answer" in getattr(node, "attributes", {}).get("classes", []):
            if not open_:
                problems.append(f"this answers no prediction: {node.astext()}")
            open_ = None
    if open_:
        problems.append(f"nothing answers this prediction: {open_}")
    return problems


def setup(app):
    app.connect("doctree-read", fold)
