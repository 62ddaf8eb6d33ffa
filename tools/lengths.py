"""How long a chapter is, for its reader: words, lines of code, figures, minutes.

    python -m tools.lengths

Words are those of the text, the bibliography included, and of the sentences that
cells say. Exercises do not count, nor does code that is folded. A section whose heading
begins with "Deeper:" does not belong to the core, nor does the bibliography.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import nbformat

from tools import chapters
from tools.folding import folded

BEYOND_THE_CORE = ("Deeper: ", "Further reading")
ASIDE, PREDICTION = "Try it", "> **Predict.**"
# What a reader takes, in minutes: 200 words, or fifteen lines of code; a look at a
# figure; half a minute to think before a prediction; an exercise that is tried.
PER_WORD, PER_LINE, PER_FIGURE = 1 / 200, 1 / 15, 1 / 5
PER_PREDICTION, PER_EXERCISE = 1 / 2, 4


@dataclass
class Length:
    """Of a part of a chapter.

    Attributes:
        words: In the text, and in what cells say.
        lines: Of code that is not folded, blank ones left out.
        cells: With code.
        figures: That have a name.
        predictions: That are asked for.
        exercises: That are to be tried.
        longest: Lines of the longest cell whose code is not folded.
    """

    words: int = 0
    lines: int = 0
    cells: int = 0
    figures: int = 0
    predictions: int = 0
    exercises: int = 0
    longest: int = 0

    @property
    def minutes(self) -> float:
        return (
            self.words * PER_WORD
            + self.lines * PER_LINE
            + self.figures * PER_FIGURE
            + self.predictions * PER_PREDICTION
            + self.exercises * PER_EXERCISE
        )

    def add(self, cell: nbformat.NotebookNode, aside: bool) -> None:
        """Add a cell; ``aside`` says that its words do not count."""
        if cell.cell_type == "markdown":
            self.words += 0 if aside else len(cell.source.split())
            self.predictions += cell.source.count(PREDICTION)
            return
        self.cells += 1
        self.figures += "figure" in cell.metadata.get("mystnb", {})
        self.exercises += "exercises.check(" in cell.source
        if not aside:
            self.words += sum(len(text.split()) for text in said(cell.source))
        if not folded(cell):
            lines = cell.source.splitlines()
            self.lines += sum(bool(line.strip()) for line in lines)
            self.longest = max(self.longest, len(lines))


def said(source: str) -> Iterator[str]:
    """The texts that a cell hands to ``say`` or ``say_answer``."""
    if "say(" not in source and "say_answer(" not in source:
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in (
            "say",
            "say_answer",
        ):
            for argument in node.args:
                yield _text(argument)


def _text(node: ast.AST) -> str:
    """The text in an expression; a value that is put into it counts as a digit."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.FormattedValue):
        return "1"
    return "".join(map(_text, ast.iter_child_nodes(node)))


def measure(notebook: nbformat.NotebookNode) -> tuple[Length, Length]:
    """The length of a chapter's core, and of the whole chapter."""
    core, whole, heading = Length(), Length(), ""
    for cell in notebook.cells:
        # Several sections may share a cell of text.
        parts = [cell]
        if cell.cell_type == "markdown":
            texts = re.split(r"^(?=## )", cell.source, flags=re.M)
            parts = [nbformat.v4.new_markdown_cell(text) for text in texts if text]
        for part in parts:
            if part.cell_type == "markdown" and part.source.startswith("## "):
                heading = part.source.splitlines()[0].removeprefix("## ")
            aside = heading == ASIDE
            whole.add(part, aside)
            if not (aside or heading.startswith(BEYOND_THE_CORE)):
                core.add(part, aside)
    return core, whole


MINUTES = re.compile(r"About \d+ minutes for the core, \d+ for all")


def write_minutes(notebook: nbformat.NotebookNode) -> None:
    """Write into a chapter's first cell how many minutes it takes, in steps of five."""
    core, whole = (max(5, 5 * round(part.minutes / 5)) for part in measure(notebook))
    said = f"About {core} minutes for the core, {whole} for all"
    notebook.cells[0].source = MINUTES.sub(said, notebook.cells[0].source)


def main() -> None:
    print(f"{'chapter':20} minutes (core)  lines (core)   words (core)  cells  longest")
    for name, path in chapters.chapters().items():
        core, whole = measure(nbformat.read(path, as_version=4))
        print(
            f"{name:20} {whole.minutes:4.0f} ({core.minutes:4.0f}) "
            f"{whole.lines:9} ({core.lines:4}) {whole.words:9} ({core.words:5}) "
            f"{whole.cells:7} {whole.longest:7}"
        )


if __name__ == "__main__":
    sys.exit(main())
