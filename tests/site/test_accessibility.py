"""Every page, judged by axe-core: both themes, wide and narrow."""

import pytest

from tests.site.visits import Visit, pages


@pytest.mark.parametrize("page", [*pages(), "search"])
def test_page_is_accessible(browser, address, page):
    with Visit(browser, f"{address}/{page}.html") as visit:
        visit.show_everything()
        assert visit.accessibility_problems() == []


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
