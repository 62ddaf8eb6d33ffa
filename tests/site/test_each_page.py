"""Every page in a browser: whole, on screens of all sizes, and judged by axe-core."""

import functools
import io
from typing import NamedTuple

import pytest
from PIL import Image

from tests.site.visits import CHAPTERS, Visit, pages
from utils.style import THEME

EVERY = [*pages(), "search"]
BROKEN = "[...document.images].filter((i) => !i.naturalWidth).map((i) => i.src)"
TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"
# Texts, tables and figures that are wider than their place: their first words.
SIDEWAYS = """() => {
    for (const folded of document.querySelectorAll("details")) folded.open = true;
    const parts = ["table", ".pst-scrollable-table-container", "img", ".cell_output",
        ".cell_output pre", ".katex-display"];
    return [...document.querySelectorAll(`article :is(${parts})`)]
        .filter((node) => node.scrollWidth > node.clientWidth + 1
            || node.getBoundingClientRect().right > innerWidth + 1)
        .map((node) => (node.alt ?? node.textContent).trim().slice(0, 60));
}"""


class Seen(NamedTuple):
    """What one visit to a page shows.

    ``corners`` are the colors of a figure's paper in the light and in the dark, and
    ``too_wide`` by how many pixels the page is too wide, by the width of the screen.
    """

    broken: list[str]
    corners: list[tuple]
    faults: list[str]
    too_wide: dict[int, int]
    sideways: list[str]
    problems: list[str]


@pytest.fixture(scope="module")
def seen(browser, address):
    """Visit a page once for all tests: to open it takes longer than to look."""

    @functools.cache
    def visit(page):
        url = f"{address}/{page}.html"
        with Visit(browser, url, color_scheme="light") as visit:
            visit.show_everything()
            broken = visit.page.evaluate(BROKEN)
            corners = _corners(visit.page)
            faults = visit.accessibility_problems()
            too_wide, sideways = _beyond_the_screen(visit.page)
        return Seen(broken, corners, faults, too_wide, sideways, visit.problems)

    return visit


def _corners(page):
    figure, found = page.locator('article img[src$=".svg"]'), []
    for theme in ("light", "dark") if figure.count() else ():
        page.emulate_media(color_scheme=theme)
        page.wait_for_timeout(200)
        image = Image.open(io.BytesIO(figure.first.screenshot())).convert("RGB")
        # A little inside its rounded corner.
        found.append(image.getpixel((image.width // 2, 3)))
    return found


def _beyond_the_screen(page):
    """How much too wide the page is on four screens, and what is on a phone."""
    too_wide = {}
    for width in (1280, 768, 320, 360):  # 320: 1280 px, enlarged to 400 %
        page.set_viewport_size({"width": width, "height": 740})
        too_wide[width] = page.evaluate(TOO_WIDE)
    return too_wide, page.evaluate(SIDEWAYS)


@pytest.mark.parametrize("page", EVERY)
def test_page_is_whole(seen, page):
    assert seen(page).problems == []
    assert seen(page).broken == []


@pytest.mark.parametrize("page", EVERY)
def test_page_is_whole_without_a_server(browser, site, page):
    with Visit(browser, f"{site.as_uri()}/{page}.html") as visit:
        visit.show_everything()
        assert visit.page.evaluate(BROKEN) == []
        too_wide, sideways = _beyond_the_screen(visit.page)
        assert max(too_wide.values()) <= 0 and sideways == []
        assert visit.problems == []


@pytest.mark.parametrize("page", EVERY)
def test_page_fits_every_screen(seen, page):
    too_wide = seen(page).too_wide
    assert max(too_wide.values()) <= 0, f"wider than the screen: {too_wide}"
    assert seen(page).sideways == [], "on a phone, only code may scroll sideways"


@pytest.mark.parametrize("page", EVERY)
def test_page_is_accessible(seen, page):
    assert seen(page).faults == []


@pytest.mark.parametrize("page", CHAPTERS)
def test_figures_follow_the_theme(seen, page):
    paper = [tuple(bytes.fromhex(color[1:])) for color in THEME["paper"]]
    assert seen(page).corners == paper


FLAWS = """
    [data-theme=dark] #flaw { color: #333; background: #222; }
    @media (width < 400px) { #flaw { color: #ddd; background: #eee; } }
"""


def test_what_only_one_setting_shows_is_found(browser, address):
    flawed = f"""addEventListener("DOMContentLoaded", () => {{
        document.querySelector("article").insertAdjacentHTML(
            "beforeend", `<p id="flaw">Hard to read</p><style>{FLAWS}</style>`);
    }})"""
    with Visit(browser, f"{address}/book/index.html", flawed) as visit:
        visit.show_everything()
        found = visit.accessibility_problems()
    assert [problem.split(": ")[:2] for problem in found] == [
        ["dark, 1280 px", "color-contrast"],
        ["light, 360 px", "color-contrast"],
    ]


def test_screen_readers_get_each_formula_as_mathml(browser, address):
    with Visit(browser, f"{address}/notebooks/02_shrink_or_select.html") as visit:
        formulas = visit.page.locator(".katex").count()
        session = visit.context.new_cdp_session(visit.page)
        session.send("Accessibility.enable")
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
        told = [n for n in nodes if n["role"]["value"] == "MathMLMath"]
        # Those in folded solutions are told once they are unfolded.
        folded = visit.page.locator("details:not([open]) .katex").count()
    assert len(told) == formulas - folded > 50
