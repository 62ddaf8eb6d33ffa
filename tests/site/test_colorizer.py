"""A colorizer that runs in the page, on a bare one and in the website."""

import base64
import gzip
import io
import json
import re

import keras
import numpy as np
import pytest
from bs4 import BeautifulSoup
from PIL import Image

from tests.site import widgets
from tests.site.visits import Visit
from tests.unit.widgets import examples
from tests.unit.widgets.examples import BINS, network
from tools import chapters
from utils.color import chroma, color_error, shrink, to_lab, to_rgb
from utils.data import photographs
from utils.widgets import Colorizer

PAGE = f"notebooks/{chapters.one('colorize').stem}.html"


# --- On a page ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def photos():
    return examples.photos()


@pytest.fixture
def shown(browser, photos):
    """The widget on a page, with a model such as its two hosts give it."""
    widget = Colorizer(network(), BINS, photos)
    with widgets.shown(browser, widget) as page:
        yield widget, page


def said(page, name):
    """The numbers that are said of a photograph, when it is done."""
    status = page.locator("[role=status]")
    status.get_by_text(re.compile(f"^{re.escape(name)} at temp")).wait_for()
    return [float(n) for n in re.findall(r"\d+\.\d+", status.inner_text())]


def as_keras(widget, photo, temperature):
    lab = to_lab(photo)
    ab = widget._bins.decode(widget.predict(lab[..., 0]), temperature)
    error = color_error(ab, lab[..., 1:]).mean()
    true = chroma(lab[..., 1:]).mean()
    return [temperature, error, true, chroma(ab).mean(), true]


def test_choose_a_photograph_and_a_temperature_by_keyboard(shown, photos):
    widget, page = shown
    wanted = as_keras(widget, photos["cat"], 0.38)
    assert said(page, "cat") == pytest.approx(wanted, abs=0.06)
    page.locator("select").focus()
    page.keyboard.press("ArrowDown")
    assert said(page, "flower") == pytest.approx(
        as_keras(widget, photos["flower"], 0.38), abs=0.06
    )
    page.keyboard.press("Tab")
    page.keyboard.press("Home")
    assert said(page, "flower")[0] == 0.01
    page.keyboard.press("End")
    assert said(page, "flower") == pytest.approx(
        as_keras(widget, photos["flower"], 1), abs=0.06
    )
    assert page.evaluate("state.temperature") == 1
    label = page.locator("canvas").nth(1).get_attribute("aria-label")
    assert label == "flower, colored by the network at temperature 1.00"


def pixels(page, k):
    """What the k-th canvas shows, (height, width, 3)."""
    address = page.locator("canvas").nth(k).evaluate("(c) => c.toDataURL()")
    data = base64.b64decode(address.partition(",")[2])
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(int)


def test_pictures_are_those_of_python(shown, photos):
    widget, page = shown
    said(page, "cat")
    light, truth = np.split(to_lab(photos["cat"]), [1], axis=-1)
    light = light[..., 0]
    ab = BINS.decode(widget.predict(light), 0.38)
    for k, colors in enumerate((np.zeros_like(ab), ab, truth)):
        assert np.abs(pixels(page, k) - to_rgb(light, colors)).max() <= 1


def file_of(photo, format="PNG"):
    file = io.BytesIO()
    Image.fromarray(photo).save(file, format)
    return {"name": "mine", "mimeType": "image/png", "buffer": file.getvalue()}


def test_a_photograph_of_ones_own(shown, photos):
    widget, page = shown
    own = np.ascontiguousarray(photos["cat"][:, ::-1])
    page.locator("[type=file]").set_input_files(file_of(own))
    wanted = as_keras(widget, own, 0.38)
    assert said(page, "mine") == pytest.approx(wanted, abs=0.06)
    page.locator("select").select_option("flower")
    said(page, "flower")
    assert page.locator("[type=file]").input_value() == ""


def test_a_photograph_can_be_dropped(shown, photos):
    _, page = shown
    data = base64.b64encode(file_of(photos["flower"])["buffer"]).decode()
    page.evaluate(
        """async (data) => {
            const blob = await (await fetch(`data:image/png;base64,${data}`)).blob();
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([blob], "dropped"));
            document.querySelector(".dc-color").dispatchEvent(
                new DragEvent("drop", { dataTransfer, cancelable: true }));
        }""",
        data,
    )
    said(page, "dropped")


def test_fifty_megapixels_are_shrunk(shown):
    _, page = shown
    ramp = np.linspace(0, 255, 8700).astype("uint8")
    huge = np.broadcast_to(ramp[None, :, None], (5800, 8700, 3))
    page.locator("[type=file]").set_input_files(file_of(huge, "JPEG"))
    said(page, "mine")
    assert pixels(page, 0).shape == (128, 192, 3)


@pytest.mark.parametrize(
    ("file", "says"),
    [
        (b"no image", "mine is no photograph that this browser can read"),
        (b"", "mine is no photograph that this browser can read"),
        ((31, 100), "mine is 100 by 31 pixels, but 32 are needed on each side"),
        ((40, 4000), "mine is 4000 by 40 pixels, which is too long"),
    ],
)
def test_bad_files_are_named_and_nothing_is_lost(shown, file, says):
    _, page = shown
    before = said(page, "cat")
    if isinstance(file, tuple):
        chosen = file_of(np.zeros((*file, 3), "uint8"))
    else:
        chosen = {"name": "mine", "mimeType": "image/png", "buffer": file}
    page.locator("[type=file]").set_input_files(chosen)
    page.get_by_role("alert").get_by_text(says).wait_for()
    assert said(page, "cat") == before


# --- In the website -----------------------------------------------------------------


def state_of(site):
    """Address and content of the file that waits for the reader."""
    soup = BeautifulSoup((site / PAGE).read_text("utf8"), "html.parser")
    place = soup.select_one(".course-widget[data-widget=colorizer]")
    assert not place.has_attr("data-state"), "the page itself should stay light"
    file = (site / PAGE).parent / place["data-state-file"]
    text = file.read_text("utf8")
    return place, file, json.loads(text[text.index("{") : text.rindex("}") + 1])


def test_its_file_is_light_enough(site):
    place, file, state = state_of(site)
    packed = len(gzip.compress(file.read_bytes()))
    assert packed < 1_500_000
    assert f"({packed / 1000:.0f} kB)" in place["data-ask"]
    assert len(state["photographs"]) == 8


@pytest.mark.parametrize("over", ["http", "file"])
def test_in_the_website(browser, site, address, over):
    place, file, state = state_of(site)
    url = f"{address}/{PAGE}" if over == "http" else (site / PAGE).as_uri()
    with Visit(browser, url) as visit:
        page, asked = visit.page, []
        page.on("request", lambda request: asked.append(request.url))
        button = page.get_by_role("button", name=place["data-ask"])
        button.wait_for()  # there before the reader is near
        visit.show_everything()
        assert not any(file.name in url for url in asked), "loaded without being asked"
        button.focus()
        button.press("Enter")
        first = state["photographs"][0]["name"]
        found = said(page, first)
        assert any(file.name in url for url in asked)
        assert page.locator("select").evaluate("(s) => s === document.activeElement")
        # The colors beside those that the same weights give in Python
        weights = np.frombuffer(base64.b64decode(state["weights"]), "<f4")
        wanted = _with_weights(weights, state, first)
        assert found == pytest.approx(wanted, abs=0.06)
        assert visit.problems == []


def _with_weights(weights, state, name):
    photo = shrink(photographs()[name], 96)  # as the chapter has them
    lab, at = to_lab(photo), 0
    h = np.pad(lab[..., 0], 8, mode="reflect")[None, ..., None] / 50 - 1
    for k, (inputs, outputs) in enumerate(state["shapes"]):
        n = 9 * inputs * outputs
        kernel = weights[at : at + n].reshape(3, 3, inputs, outputs)
        h = keras.ops.conv(h, kernel, padding="valid") + weights[at + n :][:outputs]
        h = h if k == 7 else keras.ops.relu(h)
        at += n + outputs
    assert at == weights.size
    z = np.asarray(h)[0] / state["temperature"]
    z = np.exp(z - z.max(axis=-1, keepdims=True))
    ab = z / z.sum(axis=-1, keepdims=True) @ np.array(state["centers"])
    true = chroma(lab[..., 1:]).mean()
    error = color_error(ab, lab[..., 1:]).mean()
    return [state["temperature"], error, true, chroma(ab).mean(), true]


def test_open_it_is_for_everyone(browser, address):
    with Visit(browser, f"{address}/{PAGE}") as visit:
        visit.show_everything()
        visit.page.locator("[data-widget=colorizer] > button").click()
        said(visit.page, "astronaut")
        assert visit.accessibility_problems() == []
        assert visit.page.evaluate("document.body.scrollWidth") <= 360


def test_a_file_that_does_not_come_can_be_asked_for_again(browser, address):
    with Visit(browser, f"{address}/{PAGE}") as visit:
        visit.show_everything()
        visit.page.route("**/states/*", lambda route: route.abort())
        visit.page.locator("[data-widget=colorizer] > button").click()
        again = visit.page.get_by_text("It could not be loaded. Try again")
        again.wait_for()
        assert visit.page.locator("[data-widget=colorizer] table").is_visible()
        visit.page.unroute("**/states/*")
        again.click()
        said(visit.page, "astronaut")
