"""Every figure of the website at the width of a phone, and its colors in both themes.

Matplotlib writes each text as a group ``text_...`` of outlines, whose size and place
a browser knows.
"""

import functools

import pytest

from tests.site.visits import CHAPTERS, Visit
from utils.style import THEME

PHONE = 360  # CSS pixels
SMALLEST = 9  # of a text there, in pixels
READ, SEEN = 4.5, 3.0  # contrast of a text, and of a line
SIZES = """() => [...document.querySelectorAll('article figure img[src$=".svg"]')]
    .filter((image) => !image.closest(".opening"))
    .map((image) => [image.closest("figure").id, image.clientWidth, image.src])"""
# The texts {says, size, box, color} of a figure and the colors of its lines.
LOOK = """([name, width, text]) => {
    document.body.innerHTML = `<div style="width: ${width}px">${text}</div>`;
    const svg = document.querySelector("svg");
    svg.removeAttribute("height");
    svg.setAttribute("width", "100%");
    const frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('g[id^="text_"]')].map((group) => {
        const parts = [...group.querySelectorAll("use, path")];
        const glyph = parts.find((part) => part.closest("defs") === null);
        const m = (glyph ?? group).parentNode.closest("g").getScreenCTM();
        const box = group.getBoundingClientRect();
        return {
            says: [...group.childNodes].find((n) => n.nodeType === 8)?.data.trim(),
            size: 100 * Math.hypot(m.a, m.b),
            box: [box.left - frame.left, box.top - frame.top,
                  box.right - frame.left, box.bottom - frame.top],
            color: glyph ? getComputedStyle(glyph).fill : null,
        };
    }).filter((text) => text.says && text.color && text.box[2] > text.box[0]);
    const lines = [...svg.querySelectorAll('g[id^="line2d_"] > path')]
        .map((path) => getComputedStyle(path))
        .filter((style) => parseFloat(style.strokeWidth) >= 1.5
            && style.strokeOpacity === "1" && style.opacity === "1")
        .map((style) => style.stroke);
    return {
        name, width: frame.width, height: frame.height, texts,
        lines: [...new Set(lines)],
    };
}"""


@pytest.fixture(scope="module")
def look(browser, site, address):
    """Look at a chapter's figures in a theme, each as wide as on a phone.

    Each stands alone on a bare page, as in an ``img``, which takes nothing of the page
    around it; and a chapter is long to lay out.
    """

    @functools.cache
    def sized(page):
        context = {"viewport": {"width": PHONE, "height": 740}}
        with Visit(browser, f"{address}/{page}.html", **context) as visit:
            sizes = visit.page.evaluate(SIZES)
        return [
            [name, width, (site / src.removeprefix(f"{address}/")).read_text("utf8")]
            for name, width, src in sizes
        ]

    def looked(page, theme="light"):
        bare.emulate_media(color_scheme=theme)
        return [bare.evaluate(LOOK, figure) for figure in sized(page)]

    bare = browser.new_page(viewport={"width": PHONE, "height": 740})
    yield looked
    bare.close()


def small(texts):
    return [
        f"{t['says']!r} {t['size']:.1f} px"
        for t in texts
        if t["size"] < SMALLEST - 0.05
    ]


def outside(texts, width, height):
    return [
        t["says"]
        for t in texts
        for left, top, right, bottom in [t["box"]]
        if left < -1 or top < -1 or right > width + 1 or bottom > height + 1
    ]


def over_each_other(texts, slack=1.5):
    """Pairs whose boxes share more than an edge."""
    found = []
    for k, one in enumerate(texts):
        for other in texts[k + 1 :]:
            (a, b, c, d), (e, f, g, h) = one["box"], other["box"]
            if min(c, g) - max(a, e) > slack and min(d, h) - max(b, f) > slack:
                found.append((one["says"], other["says"]))
    return found


def luminance(rgb):
    parts = [v / 255 for v in rgb]
    parts = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(color, paper):
    one, other = sorted((luminance(color), luminance(paper)))
    return (other + 0.05) / (one + 0.05)


def numbers(css):
    inside = css[css.index("(") + 1 : -1]
    return tuple(float(part) for part in inside.split(",")[:3])


def from_hex(text):
    return tuple(bytes.fromhex(text[1:]))


@pytest.mark.parametrize("page", CHAPTERS)
def test_figures_can_be_read_on_a_phone(look, page):
    faults = {}
    for figure in look(page):
        texts = figure["texts"]
        assert texts, figure["name"]
        faults[figure["name"]] = {
            "small": small(texts),
            "outside": outside(texts, figure["width"], figure["height"]),
            "over each other": over_each_other(texts),
        }
    assert faults
    assert {n: f for n, f in faults.items() if any(f.values())} == {}


@pytest.mark.parametrize("page", CHAPTERS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colors_of_figures_stand_out(look, page, theme):
    paper, grid = (from_hex(THEME[n][theme == "dark"]) for n in ("paper", "grid"))
    pale = []
    for figure in look(page, theme):
        colors = [(t["color"], READ, t["says"]) for t in figure["texts"]]
        colors += [(color, SEEN, "a line") for color in figure["lines"]]
        for css, least, what in colors:
            # What has the paper's color is written on something else.
            if css.startswith("rgb") and numbers(css) not in (grid, paper):
                ratio = contrast(numbers(css), paper)
                if ratio < least:
                    pale.append((figure["name"], what, css, round(ratio, 1)))
    assert pale == []


def test_faults_would_be_noticed():
    def text(says, size, *box):
        return {"says": says, "size": size, "box": box, "color": "rgb(0, 0, 0)"}

    texts = [text("a", 8.9, 0, 0, 9, 9), text("b", 9, 7, 7, 20, 20)]
    assert small(texts) == ["'a' 8.9 px"]
    assert over_each_other(texts) == [("a", "b")]
    assert over_each_other([texts[0], text("c", 9, 8, 0, 20, 9)]) == []
    assert outside(texts, 18, 30) == ["b"] and outside(texts, 20, 20) == []
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast(numbers("rgb(119, 119, 119)"), (255,) * 3) == pytest.approx(4.48, 2)
