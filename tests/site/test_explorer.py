"""The penalty explorer in a page of its own."""

import math
import re

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.site import widgets
from tests.site.visits import Visit
from utils.style import PENALTIES
from utils.widgets import PenaltyExplorer
from utils.widgets.penalty_explorer import STORIES


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return widgets.write_page(tmp_path_factory.mktemp("explorer"), PenaltyExplorer())


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
def explorer(visit):
    # Only a figure that is drawn can take keys and clicks.
    visit.page.locator(".course-widget[data-ready]").wait_for()
    return visit.page.locator(".dc-explorer")


def says(explorer, verdict):
    """Wait until the sentence beside the picture begins so."""
    expect(explorer.locator(".verdict")).to_have_text(re.compile(f"^{verdict}"))


def bars(explorer):
    return explorer.locator(".bars").get_attribute("aria-label")


def center_is(explorer, c1, c2, within=0.0):
    explorer.page.wait_for_function(
        """([c1, c2, within]) => {
            const handle = document.querySelector(".center");
            const [a, b] = handle.getAttribute("aria-valuetext").split(", ");
            return Math.max(Math.abs(a - c1), Math.abs(b - c2)) <= within + 1e-9;
        }""",
        arg=[c1, c2, within],
        timeout=5_000,
    )


def address(explorer):
    return explorer.page.evaluate("location.hash")


def middle(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.parametrize("host", ["http", "file"])
@pytest.mark.parametrize("width", [1280, 360])
def test_explorer_starts(browser, url, folder, host, width):
    page = url if host == "http" else (folder / "index.html").as_uri()
    with Visit(browser, page, viewport={"width": width, "height": 800}) as visit:
        explorer = visit.page.locator(".dc-explorer")
        says(explorer, "w₂ is exactly 0: the ellipse touches the diamond")
        assert bars(explorer) == (
            "w1 is 0.81, w2 is exactly 0; without a penalty 1.8 and 0.6"
        )
        wide = "document.documentElement.scrollWidth - innerWidth"
        assert visit.page.evaluate(wide) <= 0
        plot = explorer.locator(".plot").bounding_box()
        assert plot["y"] + plot["height"] < 800, "the picture is not in sight"
        assert address(explorer) == "", "nobody asked for another address"
        assert visit.problems == []


@pytest.mark.parametrize("story", ["Why zero?", "Sharper than a diamond"])
def test_explorer_is_accessible(explorer, visit, story):
    explorer.get_by_role("button", name=story).click()
    explorer.locator(f"button[aria-pressed=true]:text-is('{story}')").wait_for()
    assert visit.accessibility_problems() == []


def test_center_can_be_dragged(explorer):
    mouse = explorer.page.mouse
    x, y = middle(explorer.locator(".knob"))
    unit = explorer.locator(".plot").bounding_box()["width"] / 5
    mouse.move(x + 3, y + 3)  # not exactly in the middle: it does not jump
    mouse.down()
    mouse.move(x + 3 - unit, y + 3 - unit, steps=5)
    center_is(explorer, 0.8, 1.6, within=0.03)
    says(explorer, "w₁ is exactly 0")
    mouse.move(0, 0)  # outside: it stays in the picture
    mouse.up()
    center_is(explorer, -1.9, 3.1)


def test_center_can_be_dragged_by_touch(browser, url):
    phone = {"width": 360, "height": 740}
    with Visit(browser, url, has_touch=True, viewport=phone) as visit:
        explorer = visit.page.locator(".dc-explorer")
        x, y = middle(explorer.locator(".knob"))
        unit = explorer.locator(".plot").bounding_box()["width"] / 5
        touch = visit.context.new_cdp_session(visit.page)
        for kind, dx in (("Start", 0), ("Move", 0.5), ("Move", 1), ("End", None)):
            points = [] if dx is None else [{"x": x - dx * unit, "y": y - dx * unit}]
            touch.send(
                "Input.dispatchTouchEvent",
                {"type": f"touch{kind}", "touchPoints": points},
            )
        center_is(explorer, 0.8, 1.6, within=0.05)
        assert visit.page.evaluate("scrollY") == 0, "the page was scrolled instead"
        assert visit.problems == []


FOCUS_IS_SEEN = """(node) => [node, node.parentNode].some((each) =>
    getComputedStyle(each).outlineStyle === "solid")
    || getComputedStyle(node.querySelector(".ring")).stroke !== 'none'"""


def test_everything_by_keyboard(explorer):
    press = explorer.page.keyboard.press
    focused = explorer.page.locator(":focus")

    def next_is(name):
        press("Tab")
        expect(focused).to_have_accessible_name(name)
        assert focused.evaluate(FOCUS_IS_SEEN), f"nobody sees the focus on {name}"

    next_is("Ellipse: left and right turn it, up and down stretch it")
    for key in ("ArrowLeft", "ArrowUp", "Shift+ArrowUp"):
        press(key)
    expect(focused).to_have_attribute("aria-valuetext", "35 degrees, 1.92 to 1")
    next_is("Center of the loss, moved by arrow keys")
    for key in ("ArrowLeft", "ArrowUp", "ArrowUp", "Shift+ArrowRight"):
        press(key)
    center_is(explorer, 1.71, 0.8)
    next_is("L1")
    press("ArrowRight")
    expect(explorer.get_by_label("elastic net")).to_be_checked()
    expect(explorer.get_by_role("slider", name="Blend")).to_be_visible()
    next_is("Strength λ")
    press("End")
    expect(focused).to_have_attribute("aria-valuetext", "10.00")
    next_is("Blend, L2 to L1")
    press("Home")
    expect(focused).to_have_attribute("aria-valuetext", "0.00")
    next_is("Turn the ellipse")
    next_is("Stretch the ellipse")
    press("ArrowRight")
    expect(focused).to_have_attribute("aria-valuetext", "2.0 : 1")
    next_is(STORIES[0]["title"])
    next_is(STORIES[1]["title"])
    press("Enter")
    expect(explorer.get_by_label("L2", exact=True)).to_be_checked()
    expect(focused).to_have_attribute("aria-pressed", "true")
    says(explorer, "Both weights stay")


def test_grip_turns_and_stretches(explorer):
    mouse = explorer.page.mouse
    x, y = middle(explorer.locator(".center .hit"))
    unit = explorer.locator(".plot").bounding_box()["width"] / 5
    mouse.move(*middle(explorer.locator(".dot")))
    mouse.down()
    mouse.move(x - 0.2, y - 1.4 * unit, steps=4)
    mouse.up()
    expect(explorer.locator(".grip")).to_have_attribute(
        "aria-valuetext", "90 degrees, 2.4 to 1"
    )
    expect(explorer.locator(".correlation")).to_contain_text("correlation 0.00")


def test_sliders_move_the_solution(explorer):
    strength = explorer.get_by_role("slider", name="Strength λ")
    strength.fill("0")
    says(explorer, "No penalty")
    strength.fill("60")
    says(explorer, "Both weights are exactly 0: the diamond has shrunk to a point")
    explorer.get_by_label("L2", exact=True).check(force=True)
    says(explorer, "Both weights stay")
    assert "exactly" not in bars(explorer)


def test_verdict_tells_small_from_zero(explorer, url):
    explorer.page.goto(f"{url}{link(lam=5, c2=0.02)}")
    expect(explorer.locator(".bars")).to_have_attribute(
        "aria-label", re.compile("w2 is almost 0, not 0")
    )
    explorer.page.goto(f"{url}{link(lam=5, c2=0)}")
    says(explorer, "w₂ is exactly 0, by chance")


def test_news_is_told_when_it_rests(explorer):
    said = explorer.locator("[role=status]")
    explorer.page.clock.install(time=0)
    explorer.page.clock.pause_at(60_000)  # a slow machine does not let it rest
    for _ in range(5):
        explorer.locator(".center").press("ArrowUp")
        explorer.page.clock.run_for(100)
        assert said.inner_text() == ""
    explorer.page.clock.run_for(500)
    assert said.inner_text().startswith("L1: Both weights stay")
    assert "w1 is" in said.inner_text()


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_stories_travel_unless_motion_is_unwelcome(explorer, motion):
    explorer.page.clock.install()
    explorer.page.emulate_media(reduced_motion=motion)
    story = STORIES[2]
    explorer.get_by_role("button", name=story["title"]).click()
    explorer.page.clock.run_for(200)
    pressed = explorer.locator("[aria-pressed=true]")
    assert pressed.all_inner_texts() == ([story["title"]] * (motion == "reduce"))
    explorer.page.clock.run_for(800)
    assert pressed.all_inner_texts() == [story["title"]]
    center_is(explorer, *story["state"]["center"])
    assert explorer.locator(".story").inner_text() == story["text"]


def test_a_picture_can_be_linked(browser, url, explorer):
    explorer.get_by_role("button", name="A bit of both").click()
    expect(explorer.locator(".shared")).to_be_visible()
    assert "penalty=elastic_net" in address(explorer)
    with Visit(browser, f"{url}{address(explorer)}") as visit:
        other = visit.page.locator(".dc-explorer")
        assert bars(other) == bars(explorer)
        assert not other.locator(".notice").is_visible()
        assert visit.problems == []


def link(**change):
    state = {"penalty": "l2", "c1": 1, "c2": 1, "turn": 0, "stretch": 1, "lam": 1}
    state |= {"blend": 0.5, "q": 0.5, **change}
    state["lambda"] = state.pop("lam")
    return "#penalty_explorer" + "".join(
        f"&{key}={value}" for key, value in state.items() if value is not None
    )


HTML = "%3Cimg%20src=x%20onerror=alert(1)%3E"
DAMAGED = [
    {"lam": -1},
    {"lam": "NaN"},
    {"lam": "Infinity"},
    {"lam": "1e1"},
    {"lam": ""},
    {"lam": None},
    {"c1": "9" * 5_000},
    {"c1": 99},
    {"c2": HTML},
    {"penalty": HTML},
    {"penalty": "constructor"},
    {"penalty": None},
    {"stretch": 0},
    {"q": 0},
    {"blend": 1.01},
    {"turn": "%E0%A4%A"},
]


def test_damaged_links_show_the_standard_picture(explorer, url):
    explorer.page.on("dialog", lambda dialog: pytest.fail("a script ran"))
    notice = explorer.locator(".notice")
    for change in DAMAGED:
        explorer.page.goto(f"{url}{link()}")
        says(explorer, "Both weights stay")
        assert not notice.is_visible()
        explorer.page.goto(f"{url}{link(**change)}")
        says(explorer, "w₂ is exactly 0: the ellipse touches the diamond")
        assert "damaged" in notice.inner_text(), change
        assert explorer.locator("img, script").count() == 0
    explorer.locator(".center").press("ArrowUp")
    expect(notice).not_to_be_visible()  # the reader goes on


@pytest.mark.parametrize("change", [{"c2": HTML}, {"c1": "9" * 5_000}], ids=str)
def test_pages_open_with_a_damaged_link(browser, url, change):
    with Visit(browser, f"{url}{link(**change)}") as visit:
        explorer = visit.page.locator(".dc-explorer")
        expect(explorer.locator(".notice")).to_contain_text("damaged")
        says(explorer, "w₂ is exactly 0: the ellipse touches the diamond")
        assert visit.problems == []


def test_other_addresses_are_left_alone(browser, url):
    with Visit(browser, f"{url}#in-short") as visit:
        explorer = visit.page.locator(".dc-explorer")
        says(explorer, "w₂ is exactly 0")
        assert not explorer.locator(".notice").is_visible()
        assert address(explorer) == "#in-short"


@pytest.mark.parametrize("width", [1280, 360])
def test_without_javascript_there_is_a_picture_and_a_table(browser, url, width):
    size = {"width": width, "height": 800}
    with Visit(browser, url, java_script_enabled=False, viewport=size) as visit:
        place = visit.page.locator(".course-widget")
        assert place.locator("svg").is_visible()
        assert "exactly 0" in place.locator("table").inner_text()
        assert place.locator("svg").bounding_box()["width"] <= width


def test_colors_follow_the_theme(explorer):
    word = explorer.locator(".verdict b")
    look = PENALTIES["l1"]
    expect(word).to_have_css("color", _css(look.color))
    explorer.page.emulate_media(color_scheme="dark")
    expect(word).to_have_css("color", _css(look.dark))


def _css(color):
    return "rgb({}, {}, {})".format(*bytes.fromhex(color[1:]))


@pytest.mark.parametrize("kind", ["elastic net", "power q"])
def test_frames_while_dragging(explorer, kind, record_property):
    """Measured and reported (run with -s), not asserted: machines differ."""
    explorer.get_by_role("radio", name=kind).check(force=True)
    x, y = middle(explorer.locator(".knob"))
    explorer.page.evaluate(
        """() => {
            window.frames_ = [];
            let last = performance.now();
            const next = (now) => {
                frames_.push(now - last);
                last = now;
                requestAnimationFrame(next);
            };
            requestAnimationFrame(next);
        }"""
    )
    mouse = explorer.page.mouse
    mouse.move(x, y)
    mouse.down()
    for k in range(90):
        mouse.move(x - 60 + 60 * math.cos(k / 9), y + 60 * math.sin(k / 9))
    mouse.up()
    frames = explorer.page.evaluate("frames_.slice(2)")
    median, most = np.percentile(frames, [50, 95])
    report = f"median {median:.1f} ms, 95 % within {most:.1f} ms, n = {len(frames)}"
    record_property("frames while dragging", report)
    print(f"{kind}: {report}")
    says(explorer, "Both weights|w")
