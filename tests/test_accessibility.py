"""Every page, judged by axe-core: both themes, wide and narrow."""

import pytest

from tests.visits import Visit, pages


@pytest.mark.parametrize("page", [*pages(), "search"])
def test_page_is_accessible(browser, address, page):
    with Visit(browser, f"{address}/{page}.html") as visit:
        visit.show_everything()
        assert visit.accessibility_problems() == []
