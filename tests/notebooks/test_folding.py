"""How cells are folded, and how long a chapter is."""

import nbformat
import pytest

from tools import lengths
from tools.folding import FOLDED, folded, folding
from tools.notebooks import normal_form


def cell(source, *tags):
    return nbformat.v4.new_code_cell(source, metadata={"tags": [*tags]})


def text(source):
    return nbformat.v4.new_markdown_cell(source)


@pytest.mark.parametrize("tag", sorted(FOLDED))
def test_one_tag_folds_a_cell_in_colab_and_jupyterlab(tag):
    titled = cell("# @title Draw\nprint(1)", tag, "cover")
    once = normal_form(nbformat.v4.new_notebook(cells=[titled]))
    (kept,) = nbformat.reads(once, as_version=4).cells
    assert kept.metadata == {
        "cellView": "form",
        "jupyter": {"source_hidden": True},
        "tags": [tag, "cover"] + ["remove-input"] * (tag == "answer"),
    }
    assert normal_form(nbformat.reads(once, as_version=4)) == once


def test_a_visible_cell_is_folded_nowhere():
    shown = cell("print(1)", "cover")
    shown.metadata |= {"cellView": "form", "jupyter": {"source_hidden": True}}
    once = normal_form(nbformat.v4.new_notebook(cells=[shown]))
    assert nbformat.reads(once, as_version=4).cells[0].metadata == {"tags": ["cover"]}
    assert not folded(shown)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (cell("print(1)", "hide-input"), r"no other, begins with .* does not:\nprint"),
        (cell("# @title \nprint(1)", "answer"), "this one does not:"),
        (cell("print(1)\n# @title Late", "remove-cell"), "this one does not:"),
        (cell("# @title Draw\nprint(1)"), "it has no such tag:\n# @title Draw"),
        (cell("# @title Draw", "answer", "hide-input"), "one tag says how a cell"),
    ],
)
def test_what_is_folded_wrongly_is_named(wrong, says):
    with pytest.raises(ValueError, match=says):
        folding(wrong)


CHAPTER = nbformat.v4.new_notebook(
    cells=[
        text(
            "# A b\n\nAbout 5 minutes for the core, 5 for all.\n\n"
            "## C d e\n\n> **Predict.** g h i"
        ),
        cell("x = 1\n\ny = 2"),
        cell("# @title Draw\nz = 3", "hide-input"),
        cell("# @title Say\nsay(f'one two {x} three')", "remove-input"),
        text("## Deeper: j\n\nk l m"),
        cell("u = 1\nv = 2\nw = 3"),
        cell("# @title Answer\nsay_answer('four five')", "answer"),
        text("## Try it\n\nn o p q r"),
        cell("answer = ...\nexercises.check('a.1', answer)"),
        text("## In short\n\n- s\n\n## Further reading\n\n- t u"),
    ]
)
CHAPTER.cells[2].metadata["mystnb"] = {"figure": {"name": "fig"}}


def test_the_length_of_a_chapter_and_of_its_core():
    core, whole = lengths.measure(CHAPTER)
    # Words: "# A b", nine of the second line, "## C d e", five; "one two", "three"; ...
    assert core == lengths.Length(
        words=3 + 9 + 4 + 5 + 4 + 5,
        lines=2,
        cells=3,
        figures=1,
        predictions=1,
        longest=3,
    )
    assert whole == lengths.Length(
        words=30 + 6 + 2 + 6,
        lines=7,
        cells=6,
        figures=1,
        predictions=1,
        exercises=1,
        longest=3,
    )
    assert whole.minutes > core.minutes > 30 * lengths.PER_WORD


def test_minutes_are_written_in_steps_of_five():
    chapter = nbformat.from_dict(CHAPTER)
    chapter.cells[0].source += "\n\n" + 2_000 * "word "
    lengths.write_minutes(chapter)
    assert "About 10 minutes for the core, 15 for all." in chapter.cells[0].source
