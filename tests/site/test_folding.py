"""Folded code and folded answers: with and without JavaScript, kept, and in print."""

import pytest
from bs4 import BeautifulSoup

from tests.site.visits import CHAPTERS, Visit

PAGE = CHAPTERS[0]
CODE, ANSWERS = ".tag_hide-input details.hide", ".tag_answer details.hide"
BLOCKED = (
    "Object.defineProperty(window, 'localStorage', { configurable: true, "
    "get() { throw new DOMException('denied', 'SecurityError'); } })"
)


def opened(page, selector):
    return page.locator(f"{selector}[open]").count(), page.locator(selector).count()


@pytest.mark.parametrize("page", CHAPTERS)
def test_what_is_folded_says_what_it_is(site, page):
    soup = BeautifulSoup((site / f"{page}.html").read_text("utf8"), "html.parser")
    folds = soup.select(CODE)
    assert folds and soup.select(ANSWERS)
    for fold in folds:
        shown = fold.summary.select_one(".collapsed").text
        assert shown.startswith("Code: ") and len(shown.split()) > 2, shown
        assert fold.pre.text.strip() and "# @title" not in fold.pre.text
    for fold in soup.select(ANSWERS):
        assert fold.summary.select_one(".collapsed").text == "Answer"
        said = fold.select_one(".cell_output").text.strip()
        assert len(said.split()) > 5 and not said.startswith("Answer")
    assert "# @title" not in soup.article.text


def test_without_javascript_folds_open_and_nothing_asks_for_it(browser, address):
    url = f"{address}/{PAGE}.html"
    with Visit(browser, url, java_script_enabled=False) as visit:
        assert visit.page.locator(".fold-controls").count() == 0
        for selector, inside in ((CODE, "pre"), (ANSWERS, ".cell_output")):
            fold = visit.page.locator(selector).first
            assert not fold.locator(inside).first.is_visible()
            fold.locator("summary").click()
            assert fold.locator(inside).first.is_visible()
        assert visit.problems == []


def test_one_switch_shows_all_code_and_one_all_answers(browser, address):
    with Visit(browser, f"{address}/{PAGE}.html") as visit:
        page = visit.page
        assert opened(page, CODE)[0] == opened(page, ANSWERS)[0] == 0
        assert not page.locator(".on-paper").is_visible()
        page.get_by_label("Show all answers").focus()
        page.keyboard.press("Space")
        shown, there = opened(page, ANSWERS)
        assert shown == there > 0 and opened(page, CODE)[0] == 0
        page.get_by_label("Show all code").check()
        page.goto(f"{address}/{CHAPTERS[1]}.html")  # both are remembered
        for selector in (CODE, ANSWERS):
            shown, there = opened(page, selector)
            assert shown == there > 0
        page.get_by_label("Show all code").uncheck()
        page.reload()
        assert opened(page, CODE)[0] == 0 < opened(page, ANSWERS)[0]
        assert visit.problems == []


def test_the_switches_work_where_storage_is_blocked(browser, address):
    with Visit(browser, f"{address}/{PAGE}.html", BLOCKED) as visit:
        visit.page.get_by_label("Show all code").check()
        shown, there = opened(visit.page, CODE)
        assert shown == there > 0
        assert visit.problems == []


def test_a_page_without_folds_has_no_switches(browser, address):
    with Visit(browser, f"{address}/book/glossary.html") as visit:
        assert visit.page.locator(".fold-controls").count() == 0


def test_print_shows_lessons_and_answers_and_no_plumbing(browser, address):
    with Visit(browser, f"{address}/{PAGE}.html") as visit:
        page = visit.page
        page.emulate_media(media="print")
        assert not page.locator(CODE).first.is_visible()
        assert not page.locator(".fold-controls").is_visible()
        assert f"{PAGE}.ipynb" in page.locator(".on-paper").inner_text()
        for answer in page.locator(f"{ANSWERS} .cell_output").all():
            assert answer.bounding_box()["height"] > 10
        lesson = page.locator("article .cell:not(.tag_hide-input) > .cell_input").first
        assert lesson.is_visible()
