"""The weight player on a bare page, and in the website."""

import pytest

from tests.site.visits import Visit
from tests.unit.widgets.examples import runs
from tools import chapters
from utils.widgets import WeightPlayer


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
    chapter = chapters.one("keras_regularizers").stem
    with Visit(browser, f"{address}/notebooks/{chapter}.html") as visit:
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
