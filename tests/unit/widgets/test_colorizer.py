"""A colorizer that runs in the page: in Node the same colors as Keras."""

import base64
import io
import re

import numpy as np
import pytest
from bs4 import BeautifulSoup
from PIL import Image

from tests.unit.color.networks import color_network
from tests.unit.widgets.examples import BINS, network, photos
from tests.unit.widgets.hosts import in_node
from utils.color import chroma, color_error, to_lab, to_rgb
from utils.widgets import Colorizer

# --- The module computes what Keras and scikit-image compute ------------------------


@pytest.mark.parametrize("size", [(32, 47), (40, 33)])
def test_the_module_answers_as_keras(size):
    model = network()
    widget = Colorizer(model, BINS, photos())
    lightness = np.random.default_rng(1).uniform(0, 100, size).astype("float32")
    found = in_node(
        widget,
        "Array.from(await m.run(m.unpack(...data.layers), ...data.photograph))",
        {
            "layers": [widget.weights, widget.shapes],
            "photograph": [lightness.ravel().tolist(), *size],
        },
    )
    padded = np.pad(lightness, 8, mode="reflect")[None, ..., None] / 50 - 1
    wanted = np.asarray(model(padded))[0]
    np.testing.assert_allclose(np.reshape(found, wanted.shape), wanted, atol=1e-3)
    np.testing.assert_allclose(widget.predict(lightness), wanted, atol=1e-3)


def test_temperature_as_in_bins():
    logits = np.random.default_rng(2).normal(0, 3, (50, len(BINS))).astype("float32")
    for temperature in (0.01, 0.38, 1.0):
        found = in_node(
            Colorizer,
            "Array.from(m.decode(new Float32Array(data[0]), data[1], data[2]))",
            [logits.ravel().tolist(), BINS.centers.tolist(), temperature],
        )
        wanted = BINS.decode(logits, temperature)
        np.testing.assert_allclose(np.reshape(found, (-1, 2)), wanted, atol=1e-3)


def test_lab_as_in_scikit_image():
    rgb = np.random.default_rng(3).integers(0, 256, (300, 3))
    rgb = np.concatenate([rgb, [[0] * 3, [255] * 3, [1, 0, 0], [255, 0, 255]]])
    opaque = np.column_stack([rgb, np.full(len(rgb), 255)])
    found = in_node(
        Colorizer,
        "Object.values(m.toLab(data)).map((values) => Array.from(values))",
        opaque.ravel().tolist(),
    )
    lab = to_lab(rgb[None].astype("uint8"))[0]
    np.testing.assert_allclose(found[0], lab[:, 0], atol=2e-3)
    np.testing.assert_allclose(np.reshape(found[1], (-1, 2)), lab[:, 1:], atol=2e-3)


def test_what_is_transparent_shows_white_paper():
    light = in_node(Colorizer, "Array.from(m.toLab([9, 9, 9, 0]).light)")
    assert light == pytest.approx([100], abs=1e-3)


def test_screen_colors_as_in_scikit_image():
    rng = np.random.default_rng(4)
    light = np.concatenate([rng.uniform(0, 100, 300), [0, 100, 50]])
    ab = np.concatenate([rng.uniform(-110, 110, (300, 2)), [[110, 110]] * 2, [[0, 0]]])
    found = in_node(
        Colorizer,
        "Array.from(m.toPixels(data))",
        {"light": light.tolist(), "ab": ab.ravel().tolist()},
    )
    found = np.reshape(found, (-1, 4))
    assert (found[:, 3] == 255).all()
    assert np.abs(found[:, :3] - to_rgb(light, ab).astype(int)).max() <= 1


# --- Its Python side ----------------------------------------------------------------


def test_photographs_are_kept_without_loss():
    widget = Colorizer(network(), BINS, photos(), {"cat": "never seen"})
    for shown, (name, photo) in zip(widget.photographs, photos().items(), strict=True):
        assert shown["name"] == name
        data = base64.b64decode(shown["source"].partition(",")[2])
        np.testing.assert_array_equal(Image.open(io.BytesIO(data)), photo)
    assert [shown["note"] for shown in widget.photographs] == ["never seen", ""]
    assert re.fullmatch(r"Colorizer\(2 photographs, \d+ weights\)", repr(widget))


def test_fallback_says_it_without_javascript():
    model = network()
    widget = Colorizer(model, BINS, photos(), {"cat": "<new>"})
    widget.temperature = 0.5
    table = BeautifulSoup(widget.fallback(), "html.parser")
    assert [cell.text for cell in table.select("tbody th")] == ["cat (<new>)", "flower"]
    lab = to_lab(photos()["flower"])
    padded = np.pad(lab[..., 0], 8, mode="reflect")[None, ..., None] / 50 - 1
    ab = BINS.decode(np.asarray(model(padded))[0], 0.5)
    wanted = color_error(ab, lab[..., 1:]), chroma(lab[..., 1:]), chroma(ab)
    found = [float(cell.text) for cell in table.select("tbody tr")[1].select("td")]
    np.testing.assert_allclose(found, [w.mean() for w in wanted], atol=0.06)


def test_the_module_is_small():
    assert len(Colorizer._esm.encode()) < 15_000
    assert "import " not in Colorizer._esm


def _without(value):
    model = color_network(len(BINS))
    model.layers[0].kernel.assign(np.full(model.layers[0].kernel.shape, value))
    return model


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"bins": None}, TypeError, "bins must be Bins, got NoneType"),
        ({"photographs": {}}, ValueError, "at least one, got none"),
        ({"photographs": {"dot": np.zeros((8, 40), "uint8")}}, ValueError, "'dot' has"),
        ({"notes": {"dog": "?"}}, ValueError, r"must be of photographs, got \['dog'\]"),
        ({"model": network(outputs=3)}, ValueError, "got 8 and 3"),
        (
            {"model": network(widths=(3,) * 6)},
            ValueError,
            "eight conv.* got 7",
        ),
        ({"model": network(channels=3)}, ValueError, "3x3 convolutions, got kernels"),
        ({"model": _without(np.nan)}, ValueError, "finite weights"),
    ],
)
def test_bad_input_is_named(change, error, says):
    given = {"model": network(), "bins": BINS, "photographs": photos()} | change
    with pytest.raises(error, match=says):
        Colorizer(**given)
