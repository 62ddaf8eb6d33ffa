"""Every page, judged by axe-core: both themes, wide and narrow."""

import pytest

from tests.conftest import ROOT
from tests.visits import Visit, pages

AXE = ROOT / "book/node_modules/axe-core/axe.min.js"


@pytest.mark.parametrize("page", pages())
def test_page_is_accessible(browser, address, page):
    assert AXE.exists(), "axe-core is missing: run `make book` first"
    found = []
    with Visit(browser, f"{address}/{page}.html") as visit:
        visit.show_everything()
        visit.page.add_script_tag(path=AXE)
        for theme in ("light", "dark"):
            visit.page.emulate_media(color_scheme=theme)
            for width in (1280, 360):
                visit.page.set_viewport_size({"width": width, "height": 800})
                visit.page.wait_for_timeout(400)  # the theme reacts after 300
                result = visit.page.evaluate("axe.run()")
                found += [
                    f"{theme}, {width} px: {violation['id']}: {node['html'][:200]}"
                    for violation in result["violations"]
                    for node in violation["nodes"]
                ]
    assert found == []
