import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.formatters import DisplayFormatter

from utils import report
from utils.report import say, say_answer, table, tiny

CELLS = st.text(st.characters(exclude_characters="\n\\"), max_size=8)


def shown(result):
    data, _ = DisplayFormatter().format(result)
    return data["text/markdown"]


@pytest.mark.parametrize(
    "text", ["**12** of $n$", "", "https://an.example", "report.md", "http is a word"]
)
def test_say_shows_the_text_itself(text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "report.md").write_text("another text")
    said = []
    monkeypatch.setattr(report, "display", said.append)
    say(text)
    assert [shown(result) for result in said] == [text]


def test_an_answer_is_bold_as_a_whole(monkeypatch):
    said = []
    monkeypatch.setattr(report, "display", said.append)
    say_answer(" Twice as far: 2.1 [1.9, 2.3]. ")
    assert [shown(each) for each in said] == [
        "**Answer:** **Twice as far: 2.1 [1.9, 2.3].**"
    ]


@pytest.mark.parametrize("text", ["", "  ", "one\n\ntwo", "it is **half** of it"])
def test_what_is_no_single_sentence_is_no_answer(text):
    with pytest.raises(ValueError, match="one paragraph, all of it bold, got"):
        say_answer(text)


def test_an_answer_is_a_text():
    with pytest.raises(TypeError, match="only texts can be shown, got 12"):
        say_answer(12)


@given(
    st.integers(1, 4).flatmap(
        lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n), min_size=1)
    )
)
def test_a_table_keeps_its_cells(rows):
    head, *rest = rows
    first, line, *others = shown(table(rest, head)).split("\n")
    assert line == "|---" * len(head) + "|"
    found = [
        [cell[1:-1].replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", row)[1:-1]]
        for row in (first, *others)
    ]
    assert found == rows


def test_rows_may_come_one_by_one():
    rows = ((name, f"{k}") for k, name in enumerate(("a|b", "$c$")))
    expected = "| name | k |\n|---|---|\n| a\\|b | 0 |\n| $c$ | 1 |"
    assert shown(table(rows, ("name", "k"))) == expected


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: say(3), TypeError, "only texts can be shown, got 3"),
        (lambda: table([("a", 1)], ("x", "y")), TypeError, "texts can be shown, got 1"),
        (lambda: table([("a",)], ("x", "y")), ValueError, "2 texts.* got \\['a'\\]"),
        (lambda: table([("a", "b")], ("x",)), ValueError, "must have 1 texts"),
    ],
)
def test_bad_input_is_named(call, error, says):
    with pytest.raises(error, match=says):
        call()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.1234, "0.1"),
        (0.0001, "0.0001"),
        (3.6e-7, "4 x 10⁻⁷"),
        (2e-12, "2 x 10⁻¹²"),
    ],
)
def test_what_is_tiny_is_a_power_of_ten(value, text):
    shown = tiny(value).replace("\N{MULTIPLICATION SIGN}", "x")
    assert shown.replace("\N{NO-BREAK SPACE}", " ") == text
    assert " " not in shown  # a line must not break there


@pytest.mark.parametrize("value", [-1e-7, float("nan")])
def test_what_has_no_size_is_refused(value):
    with pytest.raises(ValueError, match=f"at least 0, got {value}"):
        tiny(value)
