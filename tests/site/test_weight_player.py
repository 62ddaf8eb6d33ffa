"""The interactive figures: their Python side, and their module in a browser."""

import base64
import json
import re

import numpy as np
import pytest
from bs4 import BeautifulSoup

from tests.site.visits import Visit
from utils.widgets import WeightPlayer
from utils.widgets.weight_player import quantize

SHAPES = [(1, 10), (10, 10), (10, 10), (10, 1)]


def runs(*penalties, epochs=3, shapes=SHAPES, seed=0):
    rng = np.random.default_rng(seed)
    return {
        penalty: [[rng.normal(size=shape) for shape in shapes] for _ in range(epochs)]
        for penalty in penalties
    }


def as_html(widget):
    data, _ = widget._repr_mimebundle_()
    return BeautifulSoup(data["text/html"], "html.parser").div


def test_quantize_keeps_zero_for_what_is_near_zero():
    weights = np.array([[0.0, 0.003, -0.003, 0.00301, -1e-2, 0.5, -2.0]])
    steps = quantize(weights, 2.0, 0.003)
    assert steps.dtype == np.int8
    assert steps.tolist() == [[0, 0, 0, 1, -1, 32, -127]]


def test_state_says_what_the_weights_are():
    player = WeightPlayer(runs("none", "l1"), epochs=[0, 10, 100])
    state = json.loads(as_html(player)["data-state"])
    weights = np.concatenate([w.ravel() for w in runs("none", "l1")["l1"][2]])
    cells = np.frombuffer(base64.b64decode(state["cells"][1]), np.int8)
    shown = cells.reshape(3, -1)[2] / 127 * state["scale"]
    np.testing.assert_allclose(shown, weights, atol=state["scale"] / 127)
    assert state["largest"][1][2] == pytest.approx(np.abs(weights).max(), rel=0.01)
    assert [look["label"] for look in state["looks"]] == ["no penalty", "L1"]
    assert state["epochs"] == [0, 10, 100]
    assert state["frame"] == 2


def test_fallback_says_it_without_javascript():
    kernels = runs("l1")["l1"]
    kernels[-1][1][:] = 0
    html = as_html(WeightPlayer({"l1": kernels}))
    assert html["data-widget"] == "weight_player"
    assert "epoch 2" in html.caption.text
    assert re.search(r"L1\s*100 of 220", html.tbody.get_text(" "))
    assert html.svg["aria-label"]


def test_player_is_small():
    page = str(
        as_html(WeightPlayer(runs("none", "l1", "l2", "elastic_net", epochs=101)))
    )
    assert len(page) < 150_000
    assert len(WeightPlayer._esm) < 10_000
    assert "import " not in WeightPlayer._esm


def test_all_zero_weights_are_shown():
    zeros = {"l1": [[np.zeros((2, 2))]]}
    assert "4 of 4" in as_html(WeightPlayer(zeros)).get_text(" ")


def _with(frame, kernel, value):
    found = runs("none", "l1")
    found["l1"][frame][kernel] = value
    return found


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({}, "runs must map penalties"),
        (None, "runs must map penalties"),
        ({"l3": runs("l1")["l1"]}, "none, .*got 'l3'"),
        ({"l1": []}, "at least one epoch"),
        ({"l1": [[]]}, r"runs\['l1'\]\[0\] must hold 2-D kernels"),
        (_with(1, 0, np.zeros((2, 10))), r"runs\['l1'\]\[1\] .* same shapes"),
        (_with(0, 0, np.zeros(10)), r"runs\['l1'\]\[0\] must hold 2-D"),
        (_with(2, 1, np.full((10, 10), np.nan)), r"runs\['l1'\]\[2\] must be finite"),
        (_with(2, 1, np.full((10, 10), np.inf)), r"runs\['l1'\]\[2\] must be finite"),
        (runs("none") | runs("l1", epochs=4), "number of epochs"),
        (runs("none") | runs("l1", shapes=[(1, 3), (3, 1)]), "shapes"),
    ],
)
def test_bad_runs_are_named(bad, message):
    with pytest.raises(ValueError, match=message):
        WeightPlayer(bad)


def test_bad_settings_are_named():
    with pytest.raises(ValueError, match="epochs must name each of the 3"):
        WeightPlayer(runs("l1"), epochs=[1, 2])
    for near_zero in (-1, np.nan):
        with pytest.raises(ValueError, match="near_zero must be at least 0"):
            WeightPlayer(runs("l1"), near_zero=near_zero)
    player = WeightPlayer(runs("l1"))
    with pytest.raises(ValueError, match=r"frame must be in 0 \.\.\. 2, got 3"):
        player.frame = 3


# In a browser


def test_player_draws_itself_where_it_is_shown_late(browser):
    """Jupyter puts the element on the page only after the module has run."""
    player = WeightPlayer(runs("none", "l1"))
    page = browser.new_page()
    page.evaluate(
        """async ([module, state]) => {
            const blob = new Blob([module], { type: "text/javascript" });
            const { default: widget } = await import(URL.createObjectURL(blob));
            const model = { get: (name) => state[name], on() {}, off() {} };
            const el = document.createElement("div");
            await widget.render({ model, el });
            await new Promise((done) => setTimeout(done, 50));
            document.body.append(el);
        }""",
        [WeightPlayer._esm, player.state()],
    )
    page.wait_for_timeout(100)
    text = page.locator(".dc-player").inner_text()
    page.close()
    assert "epoch 2 of 2" in text
    assert text.count("of 220 weights within") == 2


# In the website


@pytest.fixture
def player(browser, address):
    with Visit(browser, f"{address}/notebooks/05_keras_regularizers.html") as visit:
        visit.show_everything()
        player = visit.page.locator(".dc-player").first
        player.scroll_into_view_if_needed()
        yield player
        assert visit.problems == []


def _frame(player):
    return int(player.locator("input").input_value())


def _picture(player):
    return player.locator("canvas").nth(1).evaluate("(canvas) => canvas.toDataURL()")


def test_player_does_not_play_by_itself(player):
    frame = _frame(player)
    player.page.wait_for_timeout(500)
    assert _frame(player) == frame


def test_player_by_keyboard(player):
    slider, button = player.locator("input"), player.locator("button")
    last = _frame(player)
    before = _picture(player)
    slider.focus()
    slider.press("Home")
    assert _frame(player) == 0
    assert _picture(player) != before
    assert "poch" in slider.get_attribute("aria-valuetext")
    assert "no penalty" in player.locator("[role=status]").inner_text()
    slider.press("ArrowRight")
    assert _frame(player) == 1
    slider.press("End")
    assert _frame(player) == last

    player.page.keyboard.press("Shift+Tab")
    assert button.evaluate("(button) => button === document.activeElement")
    button.press("Enter")
    assert button.inner_text() == "Pause"
    player.page.wait_for_timeout(600)
    button.press("Enter")
    assert button.inner_text() == "Play"
    stopped = _frame(player)
    assert 1 <= stopped < last
    player.page.wait_for_timeout(300)
    assert _frame(player) == stopped
    slider.press(" ")
    assert button.inner_text() == "Pause"


def test_player_by_mouse(player):
    box = player.locator("input").bounding_box()
    y = box["y"] + box["height"] / 2
    mouse = player.page.mouse
    mouse.move(box["x"] + box["width"] - 5, y)
    mouse.down()
    mouse.move(box["x"] + box["width"] / 2, y, steps=4)
    mouse.up()
    last = int(player.locator("input").get_attribute("max"))
    assert abs(_frame(player) - last / 2) < 0.1 * last


def test_player_leaps_where_motion_is_unwelcome(player):
    player.page.emulate_media(reduced_motion="reduce")
    player.locator("button").click()
    player.page.wait_for_timeout(1300)
    assert _frame(player) == round(
        int(player.locator("input").get_attribute("max")) / 10
    )


def test_player_follows_the_theme(player):
    name = player.locator(".name").first
    color = "(name) => getComputedStyle(name).color"
    light = name.evaluate(color)
    player.page.emulate_media(color_scheme="dark")
    player.page.wait_for_timeout(200)
    assert name.evaluate(color) != light
