"""Degree and penalty: in a page of its own, and in the website."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.site import widgets
from tests.site.visits import TWO_FRAMES, Visit
from tests.unit.widgets.polynomials import FIT, cases, example, largest_differences
from tools import chapters
from utils.style import PENALTIES
from utils.widgets import DegreeAndPenalty

LAMBDAS = [10 ** (k / 2 - 16) for k in range(35)]
WIDGET = DegreeAndPenalty(**example(), lambdas=LAMBDAS)
STANDARD = "Too little penalty: the validation error is"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return widgets.write_page(tmp_path_factory.mktemp("degree"), WIDGET)


@pytest.fixture(scope="module")
def url(folder, serve):
    return f"{serve(folder)}/index.html"


@pytest.fixture
def visit(browser, url):
    """A fresh page; nothing may go wrong in its console."""
    with Visit(browser, url) as visit:
        yield visit
        assert visit.problems == []


@pytest.fixture
def dial(visit):
    visit.page.locator(".course-widget[data-ready]").wait_for()
    return visit.page.locator(".dc-degree")


def says(dial, verdict):
    expect(dial.locator(".verdict")).to_have_text(re.compile(f"^{verdict}"))


def sliders(dial):
    return (dial.get_by_role("slider", name=n) for n in ("Degree", "Strength λ"))


def address(dial):
    return dial.page.evaluate("location.hash")


def shown(dial):
    """Training and validation error, as the page writes them."""
    texts = (dial.locator(f".{n}").inner_text() for n in ("trained", "validated"))
    return [float(text.rsplit(" ", 1)[1]) for text in texts]


def test_a_thousand_cases_agree_with_scikit_learn(browser, record_property):
    given = cases()
    page = browser.new_page()
    found = page.evaluate(
        f"async ([text, data]) => {{ {widgets.LOAD} const m = module; return {FIT} }}",
        [DegreeAndPenalty._esm, given],
    )
    page.close()
    off = largest_differences(given, found)
    record_property("largest differences", json.dumps(off))
    assert max(off.values()) < 1e-6, off


@pytest.mark.parametrize("host", ["http", "file"])
@pytest.mark.parametrize("width", [1280, 360, 320])  # the last is 1280 at 400 %
def test_it_starts_and_fits(browser, url, folder, host, width):
    page = url if host == "http" else (folder / "index.html").as_uri()
    with Visit(browser, page, viewport={"width": width, "height": 800}) as visit:
        dial = visit.page.locator(".dc-degree")
        says(dial, STANDARD)
        wide = "document.documentElement.scrollWidth - innerWidth"
        assert visit.page.evaluate(wide) <= 0
        smallest = dial.locator("text").evaluate_all(
            """(texts) => Math.min(...texts.map((text) => {
                const scale = text.ownerSVGElement.getScreenCTM().a;
                return scale * parseFloat(getComputedStyle(text).fontSize);
            }))"""
        )
        assert smallest >= 9, f"a text is {smallest:.1f} px high"
        assert dial.evaluate(TOUCHING) == []
        assert address(dial) == "", "nobody asked for another address"
        assert visit.problems == []


TOUCHING = """(root) => {
    const found = [];
    for (const panel of root.querySelectorAll("svg")) {
        const edge = panel.getBoundingClientRect();
        const boxes = [...panel.querySelectorAll("text")].map((text) =>
            [text.textContent, text.getBoundingClientRect()]);
        boxes.forEach(([name, a], k) => {
            if (a.left < edge.left || a.right > edge.right || a.bottom > edge.bottom)
                found.push(`${name} leaves the picture`);
            for (const [other, b] of boxes.slice(k + 1))
                if (a.left < b.right && b.left < a.right && a.top + 3 < b.bottom - 3
                    && b.top + 3 < a.bottom - 3) found.push(`${name} touches ${other}`);
        });
    }
    return found;
}"""


def test_it_is_accessible(dial, visit):
    assert visit.accessibility_problems() == []
    for panel in dial.get_by_role("img").all():
        assert len(panel.get_attribute("aria-label")) > 20


def test_everything_by_keyboard(dial):
    press = dial.page.keyboard.press
    focused = dial.page.locator(":focus")
    press("Tab")
    expect(focused).to_have_accessible_name("Degree of the polynomial")
    assert focused.evaluate("(node) => getComputedStyle(node).outlineStyle") == "solid"
    expect(focused).to_have_attribute("aria-valuetext", "20")
    press("ArrowLeft")
    expect(focused).to_have_attribute("aria-valuetext", "19")
    press("Home")
    expect(focused).to_have_attribute("aria-valuetext", "1")
    press("End")
    press("Tab")
    expect(focused).to_have_accessible_name("Strength λ of the penalty")
    expect(focused).to_have_attribute("aria-valuetext", "no penalty")
    press("ArrowRight")
    expect(focused).to_have_attribute("aria-valuetext", "10 to the minus 16")
    press("ArrowRight")
    spoken = "3.2 times 10 to the minus 16"
    expect(focused).to_have_attribute("aria-valuetext", spoken)
    press("End")
    expect(focused).to_have_attribute("aria-valuetext", "10")
    says(dial, "Too much penalty")


def test_all_moves_together(dial):
    degree, strength = sliders(dial)
    curve, bars = dial.locator(".curve"), dial.locator(".bars")
    seen = set()
    for d, k in ((20, 0), (20, 24), (9, 24), (9, 34), (2, 0)):
        degree.fill(str(d))
        strength.fill(str(k))
        lam = [0, *LAMBDAS][k]
        largest = abs(WIDGET.model(d, lam)[-1].coef_).max()
        expect(dial.locator(".fit")).to_have_attribute(
            "aria-label", re.compile(f"degree {d}$")
        )
        wanted = WIDGET.errors(d)[:, k]
        dial.page.evaluate(TWO_FRAMES)
        assert shown(dial) == pytest.approx(list(wanted), rel=0.06)
        heaviest = dial.locator(".largest").inner_text().rsplit(" ", 1)[1]
        assert float(heaviest.replace(",", "")) == pytest.approx(largest, rel=0.06)
        assert bars.get_attribute("d").count("M") == d
        seen.add((curve.get_attribute("d"), bars.get_attribute("d")))
    assert len(seen) == 5


def test_it_marks_where_one_stands_and_where_the_best_is(dial):
    _, strength = sliders(dial)
    place = "(node) => new DOMMatrix(getComputedStyle(node).transform).e"
    marks = [dial.locator(s) for s in (".star", ".errors circle", ".errors rect")]
    star, *own = (mark.evaluate(place) for mark in marks)
    assert own[0] == own[1] < star
    strength.fill(str(WIDGET.errors()[1].argmin()))
    says(dial, "The best for this degree.")
    star, *own = (mark.evaluate(place) for mark in marks)
    assert own == [star, star]


def test_news_is_told_when_it_rests(dial):
    said = dial.locator("[role=status]")
    degree, _ = sliders(dial)
    dial.page.clock.install(time=0)
    dial.page.clock.pause_at(60_000)
    for _ in range(5):
        degree.press("ArrowLeft")
        dial.page.clock.run_for(100)
        assert said.inner_text() == ""
    dial.page.clock.run_for(600)
    assert re.match(r"Training error 0\.0\d+, validation error 0\.", said.inner_text())
    assert len(said.inner_text()) < 200


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_nothing_moves_by_itself(dial, motion):
    dial.page.emulate_media(reduced_motion=motion)
    degree, _ = sliders(dial)
    degree.press("ArrowLeft")
    own = "(root) => root.getAnimations({ subtree: true }).length"
    assert dial.evaluate(own) == 0


def test_a_picture_can_be_linked(browser, url, dial):
    degree, strength = sliders(dial)
    degree.fill("12")
    strength.fill("25")
    expect(dial.locator(".shared")).to_be_visible()
    assert address(dial) == "#degree_and_penalty&degree=12&lambda=0.0001"
    with Visit(browser, f"{url}{address(dial)}") as visit:
        other = visit.page.locator(".dc-degree")
        expect(other.locator(".verdict")).to_have_text(
            dial.locator(".verdict").inner_text()
        )
        assert shown(other) == shown(dial)
        assert not other.locator(".notice").is_visible()
        assert visit.problems == []


HTML = "%3Cimg%20src=x%20onerror=alert(1)%3E"
DAMAGED = [
    *(("degree", v) for v in ("", "0", "21", "2.5", "-3", "1e1", "9" * 5_000, HTML)),
    *(("lambda", v) for v in ("", "-1", "NaN", "Infinity", "2e-4", "1e999", HTML)),
    ("lambda", "%E0%A4%A"),
    ("lambda", "constructor"),
]


def link(name, value):
    state = {"degree": "20", "lambda": "1", name: value}
    return "#degree_and_penalty" + "".join(f"&{k}={v}" for k, v in state.items())


def test_damaged_links_show_the_standard_picture(dial, url):
    dial.page.on("dialog", lambda dialog: pytest.fail("a script ran"))
    notice = dial.locator(".notice")
    for name, value in DAMAGED:
        dial.page.goto(f"{url}{link('lambda', '1')}")
        says(dial, "Too much penalty")
        assert not notice.is_visible()
        dial.page.goto(f"{url}{link(name, value)}")
        says(dial, STANDARD)
        assert "damaged" in notice.inner_text(), value
        assert notice.inner_text().count(".") == 1, "one sentence"
        assert dial.locator("img, script").count() == 0
    dial.page.goto(f"{url}#degree_and_penalty")
    says(dial, STANDARD)
    assert notice.is_visible()
    degree, _ = sliders(dial)
    degree.press("ArrowLeft")
    expect(notice).not_to_be_visible()  # the reader goes on


@pytest.mark.parametrize("state", DAMAGED[6:8], ids=["long", "HTML"])
def test_pages_open_with_a_damaged_link(browser, url, state):
    with Visit(browser, f"{url}{link(*state)}") as visit:
        dial = visit.page.locator(".dc-degree")
        expect(dial.locator(".notice")).to_contain_text("damaged")
        says(dial, STANDARD)
        assert visit.problems == []


def test_other_addresses_are_left_alone(browser, url):
    with Visit(browser, f"{url}#in-short") as visit:
        dial = visit.page.locator(".dc-degree")
        says(dial, STANDARD)
        assert not dial.locator(".notice").is_visible()
        assert address(dial) == "#in-short"


def test_without_storage(browser, url):
    forbidden = """for (const name of ["localStorage", "sessionStorage"])
        Object.defineProperty(window, name, { get() { throw new Error("none"); } });"""
    with Visit(browser, url, script=forbidden) as visit:
        says(visit.page.locator(".dc-degree"), STANDARD)
        assert visit.problems == []


@pytest.mark.parametrize("width", [1280, 360])
def test_without_javascript_there_is_a_picture_and_a_table(browser, url, width):
    size = {"width": width, "height": 800}
    with Visit(browser, url, java_script_enabled=False, viewport=size) as visit:
        place = visit.page.locator(".course-widget")
        assert place.locator("svg").is_visible()
        assert "the best" in place.locator("table").inner_text()
        assert place.locator("svg").bounding_box()["width"] <= width


def test_colors_follow_the_theme(dial):
    word = dial.locator(".verdict b")
    look = PENALTIES["none"]
    expect(word).to_have_css("color", _css(look.color))
    dial.page.emulate_media(color_scheme="dark")
    expect(word).to_have_css("color", _css(look.dark))


def _css(color):
    return "rgb({}, {}, {})".format(*bytes.fromhex(color[1:]))


def test_a_kernel_hears_and_is_heard(browser):
    with widgets.shown(browser, WIDGET) as page:
        dial = page.locator(".dc-degree")
        degree, strength = sliders(dial)
        degree.fill("7")
        strength.fill("25")
        assert page.evaluate("state.degree") == 7
        assert page.evaluate("state.lam") == LAMBDAS[24]
        assert not dial.locator(".shared").is_visible()  # not this page's address


def test_in_the_website(browser, address):
    url = f"{address}/notebooks/{chapters.one('why_penalize').stem}.html"
    with Visit(browser, url) as visit:
        visit.show_everything()
        dial = visit.page.locator(".course-widget[data-widget=degree_and_penalty]")
        state = json.loads(dial.get_attribute("data-state"))
        names = ("x", "y", "x_val", "y_val", "lambdas")
        widget = DegreeAndPenalty(*(state[name] for name in names))
        _, strength = sliders(dial)
        strength.fill("25")
        visit.page.evaluate(TWO_FRAMES)
        assert shown(dial) == pytest.approx(list(widget.errors()[:, 25]), rel=0.06)
        assert visit.problems == []
