"""The printed book."""

import itertools
from collections import Counter
from typing import NamedTuple

import pypdf
import pypdfium2 as pdfium
import pypdfium2.raw as raw
import pytest
from bs4 import BeautifulSoup

from tests.conftest import ROOT
from tests.site.visits import CHAPTERS

PDF = ROOT / "_build/pdf/diamonds-and-circles.pdf"
SINGLE_PAGE = ROOT / "_build/book/_build/singlehtml/book.html"
WIDTH, HEIGHT = 658, 986  # of A4 between margins of 18 mm, in CSS pixels
MARGIN = 18 / 25.4 * 72  # in points


@pytest.fixture(scope="module")
def pdf(browser):
    if not PDF.exists():
        pytest.fail(f"there is no {PDF}: run `make pdf` first")
    return pypdf.PdfReader(PDF)


def test_the_pdf_is_tagged_and_has_a_title(pdf):
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert pdf.trailer["/Root"]["/Lang"].startswith("en")
    assert "Diamonds and Circles" in pdf.metadata.title


class Printed(NamedTuple):
    """The text of each page, how many letters of each size, and what each page leaves.

    ``left`` is the share of a page, margins aside, below its last line. Figures have
    captions, so that they count.
    """

    pages: list[str]
    sizes: Counter
    left: list[float]

    @property
    def text(self):
        return "\n".join(self.pages)


@pytest.fixture(scope="module")
def printed(pdf):
    """Read by PDFium: pypdf takes ten times as long, for the outlines of figures."""
    found = Printed([], Counter(), [])
    for page in pdfium.PdfDocument(PDF):
        text, matrix = page.get_textpage(), raw.FS_MATRIX()
        found.pages.append(text.get_text_range().replace("\r\n", "\n"))
        for k in range(text.count_chars()):
            if raw.FPDFText_IsGenerated(text, k):
                continue  # a space that is not printed
            raw.FPDFText_GetMatrix(text, k, matrix)
            size = raw.FPDFText_GetFontSize(text, k) * abs(matrix.d)
            found.sizes[round(size, 1)] += 1
        height = page.get_height()
        boxes = (text.get_rect(k) for k in range(text.count_rects()))
        # What is lower is the number of the page.
        bottoms = [bottom for _, bottom, _, _ in boxes if bottom > MARGIN]
        lowest = min(bottoms, default=height - MARGIN)
        found.left.append((lowest - MARGIN) / (height - 2 * MARGIN))
    return found


@pytest.fixture(scope="module")
def single_page():
    return BeautifulSoup(SINGLE_PAGE.read_text("utf8"), "html.parser")


def test_the_pdf_is_short_with_full_pages_and_type_to_read(pdf, printed):
    assert len(pdf.pages) < 220
    assert sum(left > 0.5 for left in printed.left) < 0.03 * len(pdf.pages)
    ((body, _),) = printed.sizes.most_common(1)
    small = sum(n for size, n in printed.sizes.items() if size < 8)
    assert body >= 9
    assert small < 0.03 * printed.sizes.total()  # indices and exponents


def test_the_pdf_prints_the_lessons_and_their_answers(printed, single_page):
    text = _close(printed.text)
    answers = single_page.select(".tag_answer .cell_output")
    lessons = [
        cell for cell in single_page.select(".cell_input pre")
        if not cell.find_parent(class_="tag_hide-input")
    ]  # fmt: skip
    assert len(answers) > 5 * len(CHAPTERS) and len(lessons) > 5 * len(CHAPTERS)
    assert printed.text.splitlines().count("Answer") == len(answers)
    lines = [_close(cell.get_text().strip().splitlines()[0]) for cell in lessons]
    assert [line for line in lines if line not in text] == []


def test_the_pdf_leaves_out_what_it_says(printed):
    """Plumbing, numbers, solutions, the helpers' reference; and where they are."""
    lines = printed.text.splitlines()
    assert [line for line in lines if line.startswith("# @title")] == []
    assert "Code: " not in printed.text and "Your turn (" not in printed.text
    assert not {"Solution", "Numbers", "Decides:"} & {
        line.strip("▼▾ ") for line in lines
    }
    text = _close(printed.text)
    for chapter in CHAPTERS:
        assert f"{chapter}.ipynb" in text and f"{chapter}.html" in text
    assert "book/api.html" in text and "book/claims.html" in text


def test_links_lead_to_the_book_or_to_the_web(pdf):
    """None to a file of the machine that printed it, none to nowhere."""
    links = [
        annotation.get_object()
        for page in pdf.pages
        for annotation in page.get("/Annots", [])
    ]
    addresses = [link["/A"]["/URI"] for link in links if "/URI" in link.get("/A", {})]
    assert [a for a in addresses if not a.startswith(("http", "mailto:"))] == []
    names = [str(link["/Dest"]) for link in links if "/Dest" in link]
    assert len(names) > 100
    assert {*names} <= {*pdf.named_destinations}


def _close(text):
    return "".join(text.split())


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_chapter_is_in_the_outline_and_printed_to_its_end(pdf, printed, chapter):
    number = str(int(chapter.split("/")[1][:2]))
    sections = {s.title: s for s in dict(_chapters(pdf.outline))[number]}
    for title in ("Claims checked here", "In short", "Further reading"):
        page = printed.pages[pdf.get_destination_page_number(sections[title])]
        assert title in page


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
