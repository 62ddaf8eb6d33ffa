"""The calculator that carries a strength across: on its page."""

import pytest

from tests.site.visits import Visit
from utils.penalties import convert

PAGE = "book/carry_lambda"


@pytest.fixture
def calculator(browser, address):
    with Visit(browser, f"{address}/{PAGE}.html") as visit:
        visit.show_everything()
        yield visit
        assert visit.problems == []


def shown(page):
    return page.locator(".dc-calculator output").inner_text()


def number(page):
    return float(shown(page).rsplit(" = ", 1)[1])


def test_it_says_what_python_says_and_the_line_to_type(calculator):
    page = calculator.page
    page.get_by_label("number", exact=True).fill("0.02")
    page.get_by_label("examples n").fill("150")
    assert number(page) == pytest.approx(
        convert(0.02, "keras_l2", "sklearn_ridge", n=150)
    )
    assert page.locator(".dc-calculator pre").inner_text() == "Ridge(alpha=3)"
    page.get_by_label("to", exact=True).select_option("keras_weight_decay")
    assert "There is no such number" in shown(page)
    assert not page.locator(".dc-calculator pre").is_visible()
    page.get_by_label("number", exact=True).fill("")
    assert shown(page) == "Type a number."


def test_only_the_sizes_that_matter_are_asked_for(calculator):
    page = calculator.page
    assert page.get_by_label("examples n").is_visible()
    assert not page.get_by_label("learning rate").is_visible()
    page.get_by_label("from", exact=True).select_option("adamw_paper")
    page.get_by_label("to", exact=True).select_option("keras_weight_decay")
    assert page.get_by_label("learning rate").is_visible()
    assert not page.get_by_label("examples n").is_visible()
    assert number(page) == pytest.approx(
        convert(0.01, "adamw_paper", "keras_weight_decay", learning_rate=0.001)
    )


def test_the_address_keeps_the_calculation(browser, address, calculator):
    calculator.page.get_by_label("to", exact=True).select_option("tf1_l2")
    url = calculator.page.url
    assert "#strength_calculator&from=keras_l2&to=tf1_l2" in url
    with Visit(browser, url) as visit:
        visit.show_everything()
        assert number(visit.page) == convert(0.01, "keras_l2", "tf1_l2")


@pytest.mark.parametrize("wrong", ["from=x", "s=-1", "to=<img src=x>"])
def test_a_damaged_address_is_told(browser, address, wrong):
    url = f"{address}/{PAGE}.html#strength_calculator&{wrong}"
    with Visit(browser, url) as visit:
        visit.show_everything()
        assert "The link to this calculation is damaged" in shown(visit.page)
        assert visit.problems == []


def test_without_javascript_there_are_tables(browser, address):
    url = f"{address}/{PAGE}.html"
    with Visit(browser, url, java_script_enabled=False) as visit:
        table = visit.page.locator(".course-widget table").first
        assert table.is_visible() and "Ridge(alpha=10)" in table.inner_text()
