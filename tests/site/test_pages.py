"""The built website, as a reader's browser sees it."""

import copy
import functools
import itertools
import json
import re
import shutil
import subprocess
import warnings
from urllib.parse import unquote, urldefrag

import pytest
import yaml
from bs4 import BeautifulSoup

from tests.conftest import ROOT
from tests.site.visits import CHAPTERS, Visit, pages


@pytest.mark.parametrize("page", pages())
def test_every_page_of_the_table_of_contents_exists(site, page):
    assert (site / f"{page}.html").is_file()


@pytest.mark.parametrize("host", ["http", "file"])
def test_a_request_to_another_server_would_be_noticed(browser, site, address, host):
    base = address if host == "http" else site.as_uri()
    with Visit(browser, f"{base}/book/glossary.html") as visit:
        visit.page.evaluate(
            """new Promise((done) => Object.assign(new Image(),
                { onerror: done, src: "https://foreign.example/mark.png" }))"""
        )
    assert "foreign: https://foreign.example/mark.png" in visit.problems


@pytest.mark.parametrize("page", pages())
def test_images_have_a_text(site, page):
    soup = _soup(site, page)
    for image in soup.select("article img"):
        if image.find_parent(class_="sd-card"):
            assert image["alt"] == "", "an ornament: the card's title says what it is"
            continue
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
        path.resolve(): _parsed(path)
        for path in site.rglob("*.html")
        if "_static" not in path.parts
    }
    ids = {
        path: {node["id"] for node in soup.select("[id]")}
        for path, soup in soups.items()
    }
    name = _config()["repository"]["url"].split("/")[-1]
    broken = []
    for path, soup in soups.items():
        for node in soup.select("[href], [src]"):
            url, fragment = urldefrag(node.get("href") or node.get("src"))
            if re.match(r"[a-z]+:|//", url):
                continue
            # The page for lost readers may be shown at any depth.
            url = url.split("?")[0].removeprefix(f"/{name}/")
            target = (path.parent / unquote(url)).resolve()
            if not url:
                target = path
            fragment = unquote(fragment)
            if not target.is_file() or (
                fragment and target in ids and fragment not in ids[target]
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
def test_a_chapter_opens_with_its_figure_and_its_answer(site, page):
    """Both stand where they belong, too; the card shows figure and minutes."""
    soup = _soup(site, page)
    opening, cover = soup.select_one(".opening"), soup.select_one(".tag_cover img")
    assert opening.img["src"] == cover["src"] and opening.img["alt"] == cover["alt"]
    assert opening.find_previous_sibling("h1") and opening.find_next_sibling("section")
    short = [item.text for item in soup.select("#in-short > ul > li")]
    assert [item.text for item in opening.select("details li")] == short
    assert len(short) == 3
    [card] = [
        card
        for card in _soup(site, "book/index").select(".sd-card")
        if card.a["href"] == f"../{page}.html"
    ]
    assert card.img["src"] == cover["src"] and card.img["loading"] == "lazy"
    minutes = card.select_one(".minutes").text.strip()
    assert minutes in soup.article.text and re.match(r"\d+ minutes", minutes)


def test_html_is_valid(site):
    java = shutil.which("java")
    if not java:
        warnings.warn("NO JAVA, so nobody checks the HTML: install a JRE", stacklevel=1)
        pytest.skip("no Java for the Nu HTML checker")
    checker = ROOT / "book/node_modules/vnu-jar/build/dist/vnu.jar"
    parts = [site / name for name in ("book", "notebooks", "index.html", "404.html")]
    done = subprocess.run(
        [java, "-jar", checker, "--errors-only", "--skip-non-html", *parts],
        capture_output=True,
        text=True,
    )
    assert done.stderr == "" and done.returncode == 0


@pytest.mark.parametrize("page", CHAPTERS)
def test_papers_of_a_chapter_are_in_the_bibliography(site, page):
    links = _soup(site, page).select('article a[href^="https://doi.org/"]')
    listed = _soup(site, "book/references").select('a[href^="https://doi.org/"]')
    assert {a["href"] for a in links} <= {a["href"] for a in listed}


@pytest.mark.parametrize("page", CHAPTERS)
def test_launch_buttons_open_the_chapter(site, page):
    name = _config()["repository"]["url"].removeprefix("https://github.com/")
    html = (site / f"{page}.html").read_text("utf8")
    assert (
        f"https://colab.research.google.com/github/{name}/blob/main/{page}.ipynb"
        in html
    )
    assert (
        f"https://mybinder.org/v2/gh/{name}/main?urlpath=lab/tree/{page}.ipynb" in html
    )
    tracked = subprocess.run(
        ["git", "ls-files", f"{page}.ipynb"], cwd=ROOT, capture_output=True, text=True
    )
    assert tracked.stdout.strip() == f"{page}.ipynb"


def _config():
    return yaml.safe_load((ROOT / "_config.yml").read_text("utf8"))


def _markdown(page):
    cells = json.loads((ROOT / f"{page}.ipynb").read_text("utf8"))["cells"]
    return "".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")


@pytest.mark.parametrize("page", CHAPTERS)
def test_chapter_reads_without_javascript(browser, site, address, page):
    soup = copy.copy(_soup(site, page))
    if "$" in _markdown(page):
        assert soup.select_one("article .katex math"), "no formula is there"
    for node in soup.select(".katex, code, pre, script, style"):
        node.decompose()
    raw = re.findall(r"\\\(.*|\\\[.*|\$.*\$|\\[a-z]{2,}.*", soup.article.text)
    assert raw == [], "formulas as TeX"
    with Visit(browser, f"{address}/{page}.html", java_script_enabled=False) as visit:
        for widget in visit.page.locator(".course-widget").all():
            assert widget.locator("table").is_visible()


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


def test_only_the_search_page_loads_the_index(site):
    loads = {p.name for p in site.rglob("*.html") if "searchindex.js" in p.read_text()}
    assert loads == {"search.html"}


def test_excerpts_show_each_formula_once(browser, address):
    with Visit(browser, f"{address}/search.html?q=ridge") as visit:
        text = visit.page.evaluate(
            """() => Search.htmlToText('<div role="main">Let <span class="katex">'
                + '<span class="katex-mathml"><math><mi>λ</mi></math></span>'
                + '<span class="katex-html">λ</span></span> grow.</div>')"""
        )
    assert text.split() == ["Let", "λ", "grow."]


def test_chapters_that_were_read_are_marked_here_and_nowhere_else(browser, address):
    with Visit(browser, f"{address}/{CHAPTERS[1]}.html") as visit:
        page = visit.page
        marks = page.locator(".bd-links .read-mark")
        box = page.get_by_label("I have read this chapter")
        assert marks.count() == 0 and not box.is_checked()
        box.focus()
        page.keyboard.press("Space")
        assert marks.count() == 1
        assert "read" in page.locator(".bd-links a:has(.read-mark)").inner_text()
        page.reload()
        assert box.is_checked()
        page.goto(f"{address}/book/index.html")
        assert page.locator(".sd-card .read-mark").count() == 1
        page.goto(f"{address}/{CHAPTERS[1]}.html")
        box.uncheck()
        assert marks.count() == 0
        assert visit.problems == []


@pytest.mark.parametrize("kept", ["{", "7", '{"a": 1}', "null"])
def test_damaged_marks_are_forgotten(browser, address, kept):
    script = f"localStorage.setItem('chapters-read', {kept!r})"
    with Visit(browser, f"{address}/{CHAPTERS[0]}.html", script) as visit:
        assert not visit.page.get_by_label("I have read this chapter").is_checked()
        assert visit.problems == []


def test_lost_readers_find_back(site):
    prefix = _config()["repository"]["url"].split("/")[-1]
    links = {a.get("href") for a in _soup(site, "404").select("a")}
    assert f"/{prefix}/book/index.html" in links


def test_the_sitemap_holds_the_pages(site):
    owner, name = _config()["repository"]["url"].split("/")[-2:]
    text = (site / "sitemap.xml").read_text("utf8")
    found = re.findall(r"<loc>(.*?)</loc>", text)
    base = f"https://{owner}.github.io/{name}/"
    assert set(found) == {f"{base}{page}.html" for page in pages()}


@pytest.mark.parametrize("page", pages())
def test_links_to_a_page_show_a_card(site, page):
    soup = _soup(site, page)
    content = {m.get("property"): m.get("content") for m in soup.select("meta")}
    assert soup.title.text.split(" ")[0] in content["og:title"]
    image = content["og:image"].split(".github.io/")[1].split("/", 1)[1]
    assert (site / image).is_file()


def test_the_ledger_shows_what_the_chapters_say(site):
    """Every claim has the verdict of a chapter's own table, and links to its cell."""
    listed = {}
    for article in _soup(site, "book/claims").select(".ledger article"):
        id, verdict = article.p.strong.text, article["class"][0]
        for link in article.select('a[href*="#claim-"]'):
            page, anchor = link["href"].removeprefix("../").split("#")
            assert _soup(site, page.removesuffix(".html")).find(id=anchor)
            decides = link.previous_sibling.strip(" ·") == "decided in"
            listed[page, id] = verdict if decides else "also tried"
    said = {}
    for page in CHAPTERS:
        for row in _soup(site, page).select("#claims-checked-here tbody tr"):
            id, _, verdict = (cell.text for cell in row.select("td"))
            said[f"{page}.html", id] = verdict
    assert listed == said


def test_the_ledger_is_filtered_without_javascript(browser, address):
    with Visit(browser, f"{address}/book/claims.html", java_script_enabled=False) as v:
        shown = v.page.locator(".ledger article:visible")
        every = shown.count()
        v.page.get_by_label("holds", exact=True).check()
        some = shown.count()
        v.page.get_by_label("6", exact=True).check()
        assert every > some > shown.count() > 0
        assert {t.split("\n")[2].split(".")[0] for t in shown.all_inner_texts()} == {
            "Holds"
        }
        assert not v.page.locator(".untested").is_visible()


def _soup(site, page):
    return _parsed(site / f"{page}.html")


@functools.cache
def _parsed(path):
    """A page, parsed once for all tests, which leave it as it is."""
    return BeautifulSoup(path.read_text("utf8"), "html.parser")
