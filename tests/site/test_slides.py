"""Slides that are made of the chapters."""

import pytest
from bs4 import BeautifulSoup

from tests.site.visits import CHAPTERS, Visit


def soup_of(site, page):
    return BeautifulSoup((site / f"{page}.html").read_text("utf8"), "html.parser")


def slides_of(page):
    return page.replace("notebooks/", "slides/")


@pytest.mark.parametrize("page", CHAPTERS)
def test_slides_hold_every_figure_and_prediction(site, page):
    chapter, slides = soup_of(site, page), soup_of(site, slides_of(page))
    sections = chapter.article.select("section > section:not(#try-it)")
    captions = {c.get_text() for s in sections for c in s.select(".caption-text")}
    assert captions == {c.get_text() for c in slides.select(".caption-text")}
    wanted = {q.get_text() for s in sections for q in s.select("blockquote")}
    wanted = {text for text in wanted if text.strip().startswith("Predict")}
    found = {q.get_text() for q in slides.select("blockquote")}
    assert wanted and wanted == found
    answers = [a.get_text() for a in chapter.select(".tag_answer .cell_output")]
    assert answers and sorted(answers) == sorted(
        a.get_text() for a in slides.select(".answer")
    )
    for image in slides.select("img"):
        assert image["alt"] and ((site / "slides") / image["src"]).exists()
    last = slides.select("section")[-1]
    assert last.h2.get_text() == "In short" and len(last.select("li")) >= 3
    assert slides.select("table")


@pytest.mark.parametrize("page", CHAPTERS)
def test_each_slide_leads_to_its_place_in_the_chapter(site, page):
    chapter, slides = soup_of(site, page), soup_of(site, slides_of(page))
    for number, section in enumerate(slides.select("section"), start=1):
        target, _, anchor = section.select_one(":is(h1, h2) a")["href"].partition("#")
        assert ((site / "slides") / target).resolve() == site / f"{page}.html"
        assert not anchor or chapter.find(id=anchor)
        count = section.footer.select("span")[-1].get_text()
        assert count == f"{number} / {len(slides.select('section'))}"
        content = section.select(":scope > :not(h1, h2, footer)")
        assert content, f"slide {number} has only a heading"


def test_the_page_for_teachers_links_them(site):
    links = {a["href"] for a in soup_of(site, "book/for_teachers").select("article a")}
    assert {f"../{slides_of(page)}.html" for page in CHAPTERS} <= links


@pytest.mark.parametrize("page", CHAPTERS)
@pytest.mark.parametrize("theme", ["light", "dark"])  # as it is when they are opened
def test_slides_are_for_everyone(browser, address, page, theme):
    url = f"{address}/{slides_of(page)}.html"
    with Visit(browser, url, color_scheme=theme) as visit:
        assert visit.accessibility_problems([(theme, 1280), (theme, 360)]) == []
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360
        assert visit.problems == []


def test_arrow_keys_turn_the_slides(browser, site):
    url = (site / f"{slides_of(CHAPTERS[4])}.html").as_uri()
    with Visit(browser, url) as visit:
        slides = visit.page.locator("section")
        for key, at in (("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1)):
            visit.page.keyboard.press(key)
            visit.page.wait_for_timeout(200)
            assert abs(slides.nth(at).bounding_box()["y"]) < 2
        assert visit.problems == []
