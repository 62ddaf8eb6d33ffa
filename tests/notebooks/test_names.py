"""Numbers of chapters follow their files, wherever a text speaks of them."""

from pathlib import Path

import pytest

from tools import chapters, names

KNOWN = {
    "why_penalize": Path("notebooks/01_why_penalize.ipynb"),
    "exact_zeros": Path("notebooks/10_exact_zeros.ipynb"),
}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[chapter 7](07_exact_zeros.ipynb)", "[chapter 10](10_exact_zeros.ipynb)"),
        ("[Chapter 7](07_exact_zeros.ipynb)", "[Chapter 10](10_exact_zeros.ipynb)"),
        (
            "[7](../notebooks/07_exact_zeros.ipynb)",
            "[10](../notebooks/10_exact_zeros.ipynb)",
        ),
        (
            "[7 Why so?](notebooks/07_exact_zeros.ipynb)",
            "[10 Why so?](notebooks/10_exact_zeros.ipynb)",
        ),
        (
            "[exercise 7.3](07_exact_zeros.ipynb#x)",
            "[exercise 10.3](10_exact_zeros.ipynb#x)",
        ),
        ("[7.3](07_exact_zeros.ipynb)", "[10.3](10_exact_zeros.ipynb)"),
        ("[7 runs](07_exact_zeros.ipynb)", "[7 runs](10_exact_zeros.ipynb)"),
        (
            "main/notebooks/07_exact_zeros.ipynb)",
            "main/notebooks/10_exact_zeros.ipynb)",
        ),
        ("### 7.3 A heading", "### 7.3 A heading"),
        ("[the post](https://example.org/07_exact_zeros)",) * 2,
    ],
)
def test_links_carry_the_numbers_of_the_files(before, after):
    assert names.renumber(before, KNOWN, "a page") == after
    assert names.renumber(after, KNOWN, "a page") == after


def test_exercises_of_a_chapter_carry_its_number():
    text = "Exercise 7.3 asks.\n\n### 7.1 One\n\n### 7.2 Two\n"
    new = names.renumber(text, KNOWN, "a page", "exact_zeros")
    assert new == "Exercise 10.3 asks.\n\n### 10.1 One\n\n### 10.2 Two\n"


def test_a_link_to_no_chapter_is_named():
    with pytest.raises(ValueError, match=r"a page: .*'exact_zero', which does not"):
        names.renumber("[chapter 7](07_exact_zero.ipynb)", KNOWN, "a page")


def test_numbers_without_links_are_found():
    text = (
        "Chapter 7, see chapters 2 and 3; [chapter 10](10_exact_zeros.ipynb) is fine."
    )
    assert names.loose(text) == ["Chapter 7", "chapters 2"]


@pytest.mark.parametrize(
    ("files", "says"),
    [
        (["01_a.ipynb", "03_b.ipynb"], r"03_b.ipynb: its number should be 02"),
        (["01_a.ipynb", "02_a.ipynb"], r"02_a.ipynb: 01_a.ipynb has the same name"),
        (["a.ipynb"], r"a.ipynb: a chapter's file is called NN_name.ipynb"),
    ],
)
def test_files_that_are_no_chapters_are_named(files, says, tmp_path):
    for file in files:
        (tmp_path / file).touch()
    with pytest.raises(ValueError, match=says):
        chapters.chapters(tmp_path)


def test_a_chapter_that_does_not_exist_is_named():
    with pytest.raises(ValueError, match="there is no chapter 'zeros': there are why_"):
        chapters.one("zeros", KNOWN)
