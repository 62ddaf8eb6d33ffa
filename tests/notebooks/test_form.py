"""The notebooks as files: normal form, anatomy, and nothing that only a site can show.

nbval runs them; see the ``test`` target of the Makefile.
"""

import ast
import itertools
import re
import subprocess
import sys

import nbformat
import pytest

from tests.colab.test_each_alone import ADDRESS
from tools import chapters, lengths, names
from tools.chapters import ROOT
from tools.folding import folded
from tools.notebooks import BODY, CONTRACT, blank, normal_form, replace

KNOWN = chapters.chapters()
CHAPTERS = [*KNOWN.values()]
MYST = re.compile(
    r"^\s*(```+|:::+)\{[\w:-]+\}|(?<!`)\{[\w:-]+\}`|^\(\S+\)=\s*$", re.MULTILINE
)


@pytest.fixture(params=CHAPTERS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture
def notebook(path):
    return nbformat.read(path, as_version=4)


def markdown(notebook):
    return [c.source for c in notebook.cells if c.cell_type == "markdown"]


def code(notebook):
    return [c for c in notebook.cells if c.cell_type == "code"]


def tags(cell):
    return cell.metadata.get("tags", [])


def test_normal_form(path, notebook):
    name = chapters.name(path)
    message = f"run `make notebooks` (or python -m tools.notebooks {name})"
    assert path.read_text("utf8") == normal_form(notebook), message


def test_same_setup_cell_everywhere(notebook):
    first = nbformat.read(CHAPTERS[0], as_version=4)
    assert code(notebook)[0].source == code(first)[0].source
    assert f"git+{ADDRESS}\n" in code(notebook)[0].source
    assert "remove-cell" in tags(code(notebook)[0])


@pytest.mark.parametrize("other", ["utils.py", "utils/style.py", "utils/other.txt"])
def test_another_package_of_this_name_is_named(other, tmp_path, monkeypatch):
    """A module, a package with a ``style`` of its own, a folder that is no package."""
    (tmp_path / other).parent.mkdir(exist_ok=True)
    (tmp_path / other).touch()
    source = code(nbformat.read(CHAPTERS[0], as_version=4))[0].source
    program = f"import sys; sys.path.insert(0, '')\n{source.replace('%pip', 'pass  #')}"
    done = subprocess.run(
        [sys.executable, "-S", "-c", program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert "Another `utils` comes before the course's: " in done.stderr
    assert str(tmp_path / "utils") in done.stderr and "Traceback" not in done.stderr


def test_reads_as_plain_commonmark(notebook):
    for source in markdown(notebook):
        assert not (found := MYST.search(source)), f"MyST syntax: {found[0]!r}"


def test_headings_go_down_one_step_at_a_time(notebook):
    text = re.sub(r"```.*?```", "", "\n".join(markdown(notebook)), flags=re.DOTALL)
    levels = [len(m) for m in re.findall(r"^(#+) ", text, re.MULTILINE)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(b <= a + 1 for a, b in itertools.pairwise(levels))


def test_other_chapters_are_named_by_links(notebook):
    for cell in notebook.cells:
        assert not (found := names.loose(cell.source)), f"{found}: in {cell.source}"


def test_numbers_of_chapters_are_those_of_their_files(path, notebook):
    for cell in notebook.cells:
        chapter = chapters.name(path) if cell.cell_type == "markdown" else None
        new = names.renumber(cell.source, KNOWN, path.name, chapter)
        assert new == cell.source, "run `make notebooks`"


def test_exercises_and_figures_carry_the_name_of_their_chapter(path, notebook):
    name = chapters.name(path)
    found = [
        id
        for cell in code(notebook)
        for id in re.findall(r"exercises\.check\(\s*\"([\w.]+)\"", cell.source)
    ]
    assert found == [f"{name}.{k}" for k in range(1, len(found) + 1)]
    headings = re.findall(r"^### (\d+\.\d+) ", "\n".join(markdown(notebook)), re.M)
    own = chapters.number(path)
    assert headings == [f"{own}.{k}" for k in range(1, len(found) + 1)]
    for cell in code(notebook):
        if figure := cell.metadata.get("mystnb", {}).get("figure"):
            prefix = f"fig-{name.replace('_', '-')}-"
            assert figure["name"].startswith(prefix), figure["name"]


def test_helpers_are_entered_by_their_front_doors(notebook):
    for cell in code(notebook):
        for module in re.findall(
            r"^(?:from|import) (utils\.[\w.]+)", cell.source, re.M
        ):
            assert module.count(".") == 1, f"{module} is an inner room: {cell.source}"


def test_anatomy(notebook):
    text = "\n".join(markdown(notebook))
    for part in ("**You will**", "**You need**", "## Try it", "## In short"):
        assert part in text, f"{part} is missing"
    for part in ("## Claims checked here", "**Next", "## Further reading"):
        assert part in text, f"{part} is missing"
    short = text.split("## In short\n")[1].split("\n**Next")[0]
    assert len(re.findall(r"^- ", short, re.M)) == 3, "three bullets answer in short"
    assert sum("cover" in tags(c) for c in code(notebook)) == 1, "one figure is tagged"
    sources = "\n".join(c.source for c in code(notebook))
    assert sources.count("exercises.check(") >= 2
    assert "claims.table()" in sources and "claims.check(" in sources
    assert sum(CONTRACT in tags(c) for c in code(notebook)) >= 2


def test_figures_have_names_captions_and_alternative_texts(notebook):
    names = []
    for cell in code(notebook):
        settings = cell.metadata.get("mystnb", {})
        if "figure" in settings:
            names.append(settings["figure"]["name"])
            assert len(settings["figure"]["caption"]) > 20, names[-1]
            assert len(settings["image"]["alt"]) > 40, names[-1]
        drawn = r"plt\.show\(\)|\b(figures|parts|charts|solids)\.\w+\("
        draws = re.search(drawn, cell.source)
        assert not draws or "figure" in settings, f"no figure name: {cell.source}"
    assert names and len(set(names)) == len(names)


def test_sentences_show_without_the_code_that_says_them(notebook):
    for cell in code(notebook):
        body = ast.parse(
            re.sub(r"^(\s*)[%!]", r"\1pass  #", cell.source, flags=re.M)
        ).body
        only = body and len(body) == 1 and ast.unparse(body[0])
        if only and only.startswith(("say(", "say_answer(")):
            assert {"remove-input", "answer"} & {*tags(cell)}, cell.source


def test_each_prediction_has_its_answer(notebook):
    """In the same section, before the next prediction; and no answer is without one."""
    waits = None
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            text = re.sub(r"```.*?```", "", cell.source, flags=re.DOTALL)
            for found in re.finditer(r"^## .*|^> \*\*Predict.*", text, re.MULTILINE):
                assert waits is None, f"nothing answers: {waits}"
                waits = found[0] if found[0].startswith(">") else None
        elif "answer" in tags(cell):
            assert waits, f"this answers no prediction: {cell.source}"
            waits = None
            assert cell.source.rstrip().endswith(")") and "\nsay_answer(" in cell.source
    assert waits is None, f"nothing answers: {waits}"


def test_cells_are_short(notebook):
    for cell in code(notebook):
        lines = cell.source.splitlines()
        assert len(lines) <= (30 if folded(cell) else 15), cell.source
        assert max(map(len, lines)) <= 88, cell.source


def test_the_budgets(notebook):
    """Of a chapter's code, words and minutes; `python -m tools.lengths` shows them."""
    core, whole = lengths.measure(notebook)
    assert whole.lines <= 150
    assert 1_000 <= whole.words <= 2_000
    assert whole.cells <= 45
    assert core.minutes <= 15 and core.words >= 500


def test_links_lead_somewhere(path, notebook):
    for source in markdown(notebook):
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", source):
            if not target.startswith("http"):
                assert (path.parent / target).exists(), target


# Shares, ratios, times, and whatever has a decimal point.
RESULT = re.compile(
    r"(?<![\w.])(?:\d[\d,]*(?:\.\d+)?(?=\s?(?:%|percent|times|m?s\b|[kM]B))|\d+\.\d+)"
)
NOT_PROSE = re.compile(
    r"```.*?```|<details>.*?</details>|\$\$.*?\$\$|\$[^$]*\$|`[^`]*`|^#.*?$"
    r"|[Ee]xercise \d+\.\d"
    r"|\[10\.[^\]]*\]\([^)]*\)|\]\([^)]*\)",  # a DOI; where a link leads
    re.DOTALL | re.MULTILINE,
)
# What may stand in prose although no cell has it: definitions and references.
EXCEPTIONS = {
    # the median's quantile; 10 · 50 / 40; an exercise; 2 / √12
    "outliers": {"0.5", "12.5", "4.3", "0.58"},
    # 0.3 · (9 + 16); twice the learning rate times λ
    "keras_regularizers": {"7.5", "0.006"},
    # the post's lowest and highest figure
    "five_runs": {"4.8", "41.6"},
}


def test_results_in_prose_are_said_by_cells(path, notebook):
    """A number that looks like a result stands in code, or in an output."""
    cells = [c.source + str(c.outputs) for c in code(notebook)]
    known = {"95"} | EXCEPTIONS.get(
        chapters.name(path), set()
    )  # every interval is of 95 %
    for source in markdown(notebook):
        for found in RESULT.finditer(NOT_PROSE.sub(" ", source)):
            number = re.compile(rf"(?<![\w.]){re.escape(found[0])}(?![\d])")
            assert found[0] in known or any(map(number.search, cells)), (
                f"{found[0]!r} is typed: let a cell say it, in {source!r}"
            )


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path):
    file = tmp_path / "a.txt"
    file.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        replace(file, "new \ud800")  # cannot be written: fails half-way
    assert file.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]
    replace(file, "new")
    assert file.read_text() == "new"


def test_normal_form_is_stable_and_keeps_contracts_only():
    cells = [
        nbformat.v4.new_code_cell(
            "print(1)",
            execution_count=3,
            metadata={"tags": [CONTRACT], "collapsed": True},
            outputs=[
                nbformat.v4.new_output("stream", name="stdout", text="1"),
                nbformat.v4.new_output("stream", name="stderr", text="noise"),
                nbformat.v4.new_output("stream", name="stdout", text="\n"),
                nbformat.v4.new_output(
                    "display_data",
                    data={
                        "text/plain": "<Markdown>",
                        "text/markdown": "**Answer:** two",
                        "image/png": "dropped",
                    },
                ),
            ],
        ),
        nbformat.v4.new_code_cell(
            "1",
            outputs=[nbformat.v4.new_output("stream", name="stdout", text="dropped")],
        ),
    ]
    once = normal_form(nbformat.v4.new_notebook(cells=cells))
    notebook = nbformat.reads(once, as_version=4)
    said, shown = notebook.cells[0].outputs
    assert said.text == "1\n"
    # nbval compares both, so that a contract without the Markdown is never kept.
    assert shown.data == {
        "text/plain": "<Markdown>",
        "text/markdown": "**Answer:** two",
    }
    assert notebook.cells[0].metadata == {"tags": [CONTRACT]}
    assert [c.execution_count for c in notebook.cells] == [1, None]
    assert notebook.cells[1].outputs == []
    assert normal_form(notebook) == once


def test_the_address_of_the_course_stands_in_one_place():
    """In ``_config.yml``; the pages, the badges and the setup cells repeat it."""
    owner_and_name = ADDRESS.removeprefix("https://github.com/")
    course = owner_and_name.split("/")[1]
    texts = [ROOT / "README.md", *(ROOT / "book").glob("*.md"), *CHAPTERS]
    found = re.findall(
        rf"(?:github(?:\.com)?/|gh/)([\w.-]+/{course})\b",
        "".join(path.read_text("utf8") for path in texts),
    )
    assert len(found) > len(CHAPTERS) and set(found) == {owner_and_name}


@pytest.mark.parametrize(
    ("solution", "asks"),
    [
        ("answer = 1\nexercises.check('1.1', answer)", "answer = ...\n"),
        (
            "n = 3\n# answer: a list\ndef f(): ...\n\nanswer = f()\n"
            "exercises.check('1.1', answer,\n  n=n,\n)",
            "n = 3\nanswer = ...  # a list\n",
        ),
        (
            "n = 3\n# answer:\nanswer = n\nexercises.check('1.1')",
            "n = 3\nanswer = ...\n",
        ),
        (
            "def answer(a, b=(1, 2)) -> int:\n    return a\n\nexercises.check('1.1')",
            f"def answer(a, b=(1, 2)):\n    # {BODY}\n    ...\n\n\n",
        ),
        (
            "n = 3\n# answer: a list\ndef other():\n    answer = 2\n\n"
            "def answer(\n    a,\n): return [a]\nexercises.check(\n  '1.1')",
            "n = 3\n\n\ndef answer(a):\n    # a list\n    ...\n\n\n",
        ),
    ],
)
def test_blanks_are_made_from_solutions(solution, asks):
    assert blank(solution) == asks + solution[solution.index("exercises") :]


def test_a_solution_that_checks_nothing_is_named():
    with pytest.raises(ValueError, match=r"ends in a call of .*:\nanswer = 1"):
        blank("answer = 1")
    cells = [nbformat.v4.new_code_cell("answer = ...\nexercises.check('1.1', answer)")]
    with pytest.raises(ValueError, match="no solution stands below this exercise"):
        normal_form(nbformat.v4.new_notebook(cells=cells))
