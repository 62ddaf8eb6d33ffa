"""The built website, as a reader's browser sees it."""

import io
import itertools
import json
import re
from urllib.parse import unquote, urldefrag

import pytest
import yaml
from bs4 import BeautifulSoup
from PIL import Image

from tests.conftest import ROOT
from tests.visits import CHAPTERS, Visit, pages
from utils.style import THEME


@pytest.mark.parametrize("page", pages())
def test_every_page_of_the_table_of_contents_exists(site, page):
    assert (site / f"{page}.html").is_file()


@pytest.mark.parametrize("page", [*pages(), "search"])
@pytest.mark.parametrize("host", ["http", "file"])
def test_page_is_whole(browser, site, address, page, host):
    base = address if host == "http" else site.as_uri()
    with Visit(browser, f"{base}/{page}.html") as visit:
        visit.show_everything()
        broken = visit.page.evaluate(
            "[...document.images].filter((i) => !i.naturalWidth).map((i) => i.src)"
        )
        visit.page.set_viewport_size({"width": 360, "height": 740})
        too_wide = visit.page.evaluate(
            "document.documentElement.scrollWidth - innerWidth"
        )
        assert visit.problems == []
        assert broken == []
        assert too_wide <= 0, f"{too_wide} px wider than a phone"


@pytest.mark.parametrize("page", pages())
def test_images_have_a_text(site, page):
    soup = _soup(site, page)
    for image in soup.select("article img"):
        alt = image.get("alt", "")
        assert len(alt.split()) >= 5, f"{image['src']} says only {alt!r}"
        assert not re.search(r"\.(svg|png|jpe?g)$", alt)
        assert image.get("width") and image.get("height"), f"{alt!r} has no size"


@pytest.mark.parametrize("page", pages())
def test_headings_are_in_order(site, page):
    soup = _soup(site, page)
    levels = [int(h.name[1]) for h in soup.select("article :is(h1, h2, h3, h4)")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    steps = itertools.pairwise(levels)
    assert all(below <= above + 1 for above, below in steps)


def test_links_inside_the_site_lead_somewhere(site):
    soups = {
        path.resolve(): BeautifulSoup(path.read_text("utf8"), "html.parser")
        for path in site.rglob("*.html")
        if "_static" not in path.parts
    }
    broken = []
    for path, soup in soups.items():
        for node in soup.select("[href], [src]"):
            url, fragment = urldefrag(node.get("href") or node.get("src"))
            if re.match(r"[a-z]+:|//", url):
                continue
            target = (path.parent / unquote(url.split("?")[0])).resolve()
            if not url:
                target = path
            fragment = unquote(fragment)
            page = soups.get(target)
            if not target.is_file() or (
                fragment and page and not page.find(id=fragment)
            ):
                broken.append(f"{path.relative_to(site.resolve())}: {node}")
    assert broken == []


def test_every_chapter_has_a_card_with_its_title(site):
    cards = _soup(site, "book/index").select(".sd-card")
    found = {
        card.a["href"].removeprefix("../"): card.select_one(".sd-card-title").text
        for card in cards
    }
    for page in CHAPTERS:
        number, title = _soup(site, page).h1.text.removesuffix("#").split(" ", 1)
        assert found[f"{page}.html"].strip() == f"{number} · {title}"


@pytest.mark.parametrize("page", CHAPTERS)
def test_papers_of_a_chapter_are_in_the_bibliography(site, page):
    links = _soup(site, page).select('article a[href^="https://doi.org/"]')
    listed = _soup(site, "book/references").select('a[href^="https://doi.org/"]')
    assert {a["href"] for a in links} <= {a["href"] for a in listed}


@pytest.mark.parametrize("page", CHAPTERS)
def test_launch_buttons_open_the_chapter(site, page):
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf8"))
    name = config["repository"]["url"].removeprefix("https://github.com/")
    html = (site / f"{page}.html").read_text("utf8")
    assert (
        f"https://colab.research.google.com/github/{name}/blob/main/{page}.ipynb"
        in html
    )
    assert (
        f"https://mybinder.org/v2/gh/{name}/main?urlpath=lab/tree/{page}.ipynb" in html
    )
    assert (ROOT / f"{page}.ipynb").is_file()


def _markdown(page):
    cells = json.loads((ROOT / f"{page}.ipynb").read_text("utf8"))["cells"]
    return "".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")


@pytest.mark.parametrize("page", CHAPTERS)
def test_chapter_reads_without_javascript(browser, site, address, page):
    soup = _soup(site, page)
    if "$" in _markdown(page):
        assert soup.select_one("article .katex math"), "no formula is there"
    for node in soup.select(".katex, code, pre, script, style"):
        node.decompose()
    raw = re.findall(r"\\\(.*|\\\[.*|\$.*\$|\\[a-z]{2,}.*", soup.article.text)
    assert raw == [], "formulas as TeX"
    with Visit(browser, f"{address}/{page}.html", java_script_enabled=False) as visit:
        for widget in visit.page.locator(".course-widget").all():
            assert widget.locator("table").is_visible()


@pytest.mark.parametrize("page", CHAPTERS)
def test_figures_follow_the_theme(browser, address, page):
    with Visit(browser, f"{address}/{page}.html", color_scheme="light") as visit:
        visit.show_everything()
        figure = visit.page.locator('article img[src$=".svg"]').first
        seen = [_corner(figure)]
        visit.page.emulate_media(color_scheme="dark")
        visit.page.wait_for_timeout(200)
        seen.append(_corner(figure))
    assert seen == [_rgb(color) for color in THEME["paper"]]


def _corner(figure):
    """The color of the figure's paper, a little inside its rounded corner."""
    image = Image.open(io.BytesIO(figure.screenshot())).convert("RGB")
    return image.getpixel((image.width // 2, 3))


def _rgb(color):
    return tuple(bytes.fromhex(color[1:]))


def test_theme_can_be_chosen_where_storage_is_blocked(browser, address):
    blocked = (
        "Object.defineProperty(window, 'localStorage', { configurable: true, "
        "get() { throw new DOMException('denied', 'SecurityError'); } })"
    )
    with Visit(browser, f"{address}/book/index.html", blocked) as visit:
        themes = set()
        for _ in range(3):
            visit.page.locator(".theme-switch-button:visible").first.click()
            themes.add(visit.page.evaluate("document.documentElement.dataset.theme"))
        assert themes == {"light", "dark"}
        assert visit.problems == []


def test_search_finds_pages_with_excerpts(browser, address):
    with Visit(browser, f"{address}/search.html?q=elastic") as visit:
        results = visit.page.locator("#search-results li")
        results.first.wait_for()
        assert "Glossary" in " ".join(results.all_inner_texts())
        assert visit.page.locator("#search-results .context").first.inner_text()
        assert visit.problems == []


def _soup(site, page):
    return BeautifulSoup((site / f"{page}.html").read_text("utf8"), "html.parser")
