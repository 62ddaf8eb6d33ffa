"""A network that runs in the page: on a bare page, and in the website."""

import json

import numpy as np
import pytest

from tests.site import widgets
from tests.site.visits import Visit
from tools import chapters
from utils.models import mlp
from utils.widgets import FrozenNetwork


@pytest.fixture
def shown(browser):
    """The widget on a page, with a model such as its two hosts give it."""
    model = mlp((1, 3, 1), activation="relu", seed=0)
    with widgets.shown(browser, FrozenNetwork(model, 0, 10)) as page:
        yield model, page


def answer(page):
    return float(page.locator("output").inner_text().removeprefix("ŷ = "))


def keras_answers(model, x):
    return float(np.asarray(model(np.array([[x]], "float32")))[0, 0])


def test_type_a_number_and_read_the_answer(shown):
    model, page = shown
    assert answer(page) == pytest.approx(keras_answers(model, 5), abs=2e-6)
    number = page.locator("[type=number]")
    for x in (7.25, -3, 123.5):
        number.fill(str(x))
        assert answer(page) == pytest.approx(
            keras_answers(model, x), rel=1e-6, abs=2e-6
        )
    number.fill("")
    assert "type a number" in page.locator("output").inner_text()


def test_slider_by_keyboard(shown):
    model, page = shown
    slider = page.locator("[type=range]")
    slider.focus()
    slider.press("Home")
    assert answer(page) == pytest.approx(keras_answers(model, 0), abs=2e-6)
    slider.press("End")
    assert answer(page) == pytest.approx(keras_answers(model, 10), abs=2e-6)
    assert "x 10.00, prediction" in slider.get_attribute("aria-valuetext")
    assert page.evaluate("state.x") == 10


def test_in_the_website(browser, address):
    url = f"{address}/notebooks/{chapters.one('freeze').stem}.html"
    with Visit(browser, url) as visit:
        place = visit.page.locator(".course-widget[data-widget=frozen_network]")
        layers = json.loads(place.get_attribute("data-state"))["layers"]
        visit.show_everything()
        place.locator("[type=number]").fill("2.5")
        found = float(place.locator("output").inner_text().removeprefix("ŷ = "))
        h = np.array([2.5])
        for layer in layers:
            assert layer["activation"] == "linear"
            h = h @ np.float32(layer["kernel"]) + np.float32(layer["bias"])
        assert found == pytest.approx(h.item(), abs=1e-5)
        assert visit.problems == []
