"""The printed book."""

import itertools

import pypdf
import pytest

from tests.conftest import ROOT
from tests.site.visits import CHAPTERS

PDF = ROOT / "_build/pdf/diamonds-and-circles.pdf"
SINGLE_PAGE = ROOT / "_build/book/_build/singlehtml/book.html"
WIDTH, HEIGHT = 658, 986  # of A4 between margins of 18 mm, in CSS pixels


@pytest.fixture(scope="module")
def pdf(browser):
    if not PDF.exists():
        pytest.fail(f"there is no {PDF}: run `make pdf` first")
    return pypdf.PdfReader(PDF)


def test_the_pdf_is_tagged_and_has_a_title(pdf):
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert pdf.trailer["/Root"]["/Lang"].startswith("en")
    assert "Diamonds and Circles" in pdf.metadata.title


def test_the_pdf_prints_the_lesson_only(pdf):
    """No plumbing, no half-empty pages; where the rest is, each chapter says."""
    assert len(pdf.pages) < 220
    text = "\n".join(page.extract_text() for page in pdf.pages)
    folded = [line for line in text.splitlines() if line.startswith("# @title")]
    assert folded == [] and "Code: " not in text
    for chapter in CHAPTERS:
        assert f"{chapter}.ipynb" in text.replace("\n", "")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_chapter_is_in_the_outline_and_printed_to_its_end(pdf, chapter):
    number = str(int(chapter.split("/")[1][:2]))
    sections = {s.title: s for s in dict(_chapters(pdf.outline))[number]}
    for title in ("Claims checked here", "In short", "Further reading"):
        page = pdf.pages[pdf.get_destination_page_number(sections[title])]
        assert title in page.extract_text()


def _chapters(outline):
    """The number of each chapter and its sections."""
    for entry, below in itertools.pairwise([*outline, []]):
        if isinstance(entry, list):
            yield from _chapters(entry)
        elif entry.title.split(" ")[0].isdigit():
            yield entry.title.split(" ")[0], [s for s in below if "/Title" in s]


def test_nothing_is_cut_off(pdf, browser):
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    page.route("**/widgets.js*", lambda route: route.abort())
    page.emulate_media(media="print")
    page.goto(SINGLE_PAGE.as_uri())
    cut = page.evaluate(
        """async ([width, height]) => {
            const all = [...document.querySelectorAll("article :is(img, table, pre)")];
            for (const node of all) if (node.loading) node.loading = "eager";
            await Promise.all([...document.images].map((image) => image.decode()));
            return all.filter((node) => {
                const box = node.getBoundingClientRect();
                return box.right > width + 1 || node.scrollWidth > node.clientWidth + 1
                    || (node.matches("img") && box.height > height);
            }).map((node) => node.outerHTML.slice(0, 150));
        }""",
        [WIDTH, HEIGHT],
    )
    page.close()
    assert cut == []
