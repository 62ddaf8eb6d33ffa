"""The weight player: what its page gets."""

import base64
import json
import re

import numpy as np
import pytest

from tests.unit.widgets.examples import runs
from tests.unit.widgets.hosts import as_html
from utils.widgets import WeightPlayer
from utils.widgets.weight_player import quantize


def test_quantize_keeps_zero_for_what_is_near_zero():
    weights = np.array([[0.0, 0.003, -0.003, 0.00301, -1e-2, 0.5, -2.0]])
    steps = quantize(weights, 2.0, 0.003)
    assert steps.dtype == np.int8
    assert steps.tolist() == [[0, 0, 0, 1, -1, 32, -127]]


def test_state_says_what_the_weights_are():
    player = WeightPlayer(runs("none", "l1"))
    state = json.loads(as_html(player)["data-state"])
    weights = np.concatenate([w.ravel() for w in runs("none", "l1")["l1"][2]])
    cells = np.frombuffer(base64.b64decode(state["cells"][1]), np.int8)
    shown = cells.reshape(3, -1)[2] / 127 * state["scale"]
    np.testing.assert_allclose(shown, weights, atol=state["scale"] / 127)
    assert state["largest"][1][2] == pytest.approx(np.abs(weights).max(), rel=0.01)
    assert [look["label"] for look in state["looks"]] == ["no penalty", "L1"]
    assert state["epochs"] == [0, 1, 2]
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
    for near_zero, says in ((-1, "at least 0, got -1"), (np.nan, "finite, got nan")):
        with pytest.raises(ValueError, match=f"near_zero must be {says}"):
            WeightPlayer(runs("l1"), near_zero=near_zero)
    player = WeightPlayer(runs("l1"))
    with pytest.raises(ValueError, match="frame must be from 0 to 2, got 3"):
        player.frame = 3
