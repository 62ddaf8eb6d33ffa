"""How long color targets, decoding and the colorizer take, next to plainer ways."""

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import keras
import numpy as np
from keras import layers

from tools.browser import NoBrowser, chromium
from utils.color import Bins, network_input, predict, shrink, to_lab
from utils.data import photographs
from utils.freezing import export, load_frozen
from utils.widgets import Colorizer

ROUNDS = 5
TEMPERATURE = 0.38
WIDTHS = (8, 12, 16, 16, 16, 16, 16)  # of ``colorize``


def rows() -> Iterator[dict]:
    """Yield the rows of the table, as described in ``benchmarks.run``."""
    photo = shrink(photographs()["flower"])
    lab = to_lab(photo)
    bins = Bins.used_in(lab[..., 1:])
    patch = lab[:32, :32, 1:]  # loops over more would take minutes
    logits = np.random.default_rng(0).normal(size=(32, 32, len(bins))).astype("f4")
    assert np.array_equal(bins.encode(patch), _encode_by_loops(bins, patch))
    gap = bins.decode(logits, TEMPERATURE) - _decode_by_loops(bins, logits)
    assert np.abs(gap).max() < 1e-3
    yield {
        "what": f"bins of 32 x 32 pixels, Q = {len(bins)}: loop over pixels / table",
        "unit": "times",
        "target": "at least 100",
        "values": _ratios(
            lambda: _encode_by_loops(bins, patch), lambda: bins.encode(patch)
        ),
    }
    yield {
        "what": f"decode 32 x 32 pixels, Q = {len(bins)}: loop over pixels and bins / "
        "annealed mean",
        "unit": "times",
        "target": "at least 100",
        "values": _ratios(
            lambda: _decode_by_loops(bins, logits),
            lambda: bins.decode(logits, TEMPERATURE),
        ),
    }
    model = _network(len(bins))
    yield from _networks(model, lab[..., 0])
    yield _in_the_page(model, bins, photo, lab[..., 0])


def _networks(model, lightness) -> Iterator[dict]:
    whole = network_input(np.pad(lightness, 8, mode="reflect"))[None]
    size = " x ".join(map(str, lightness.shape))
    yield {
        "what": f"color {size} pixels: stitched patches of 16 x 16 / one pass",
        "unit": "times",
        "target": "",
        "values": _ratios(
            lambda: predict(model, lightness, tile=16),
            lambda: predict(model, lightness),
        ),
    }
    for what, x in ((f"{size} pixels", whole), ("32 x 32", whole[:, :32, :32])):
        # LiteRT plans its memory while it opens a file: the size has to be fixed.
        fixed = keras.Sequential([keras.Input(x.shape[1:]), *model.layers])
        with tempfile.TemporaryDirectory() as folder:
            frozen = load_frozen(export(fixed, Path(folder, "c.tflite"), "litert"))
        np.testing.assert_allclose(frozen(x), model(x), atol=1e-3)
        yield {
            "what": f"colorizer on {what}: model.predict / LiteRT",
            "unit": "times",
            "target": "",
            "values": _ratios(
                lambda x=x: model.predict(x, verbose=0),
                lambda x=x, frozen=frozen: frozen(x),
            ),
        }


def _in_the_page(model, bins, photo, lightness) -> dict:
    row = {"what": "colorizer in the page / model.predict", "unit": "times"}
    row["target"] = ""
    widget = Colorizer(model, bins, {"flower": photo})
    whole = network_input(np.pad(lightness, 8, mode="reflect"))[None]
    try:
        with chromium() as browser:
            page = browser.new_page()
            page.evaluate(
                """async ([text, weights, shapes, light, height, width]) => {
                    const blob = new Blob([text], { type: "text/javascript" });
                    const module = await import(URL.createObjectURL(blob));
                    const layers = module.unpack(weights, shapes);
                    window.color = async () =>
                        (await module.run(layers, light, height, width)).length;
                }""",
                [
                    widget._esm,
                    widget.weights,
                    widget.shapes,
                    lightness.ravel().tolist(),
                    *lightness.shape,
                ],
            )
            assert page.evaluate("color()") == lightness.size * len(bins)
            row["values"] = _ratios(
                lambda: page.evaluate("color()"),
                lambda: model.predict(whole, verbose=0),
            )
    except NoBrowser as error:
        row["note"] = f"not measured: {error}"
    return row


def _network(outputs: int) -> keras.Model:
    parts = [keras.Input((None, None, 1))]
    for width in WIDTHS:
        parts.append(layers.Conv2D(width, 3, use_bias=False))
        parts += [layers.BatchNormalization(), layers.ReLU()]
    return keras.Sequential([*parts, layers.Conv2D(outputs, 3)])


def _encode_by_loops(bins, ab):
    """For each pixel, look for the nearest center of a square."""
    found = np.empty(ab.shape[:2], "int32")
    for i, row in enumerate(ab):
        for j, (a, b) in enumerate(row):
            best = np.inf
            a = (a + 110) // bins.window * bins.window - 110 + bins.window / 2
            b = (b + 110) // bins.window * bins.window - 110 + bins.window / 2
            for k, (x, y) in enumerate(bins.centers):
                distance = (a - x) ** 2 + (b - y) ** 2
                if distance < best:
                    best, found[i, j] = distance, k
    return found


def _decode_by_loops(bins, logits):
    found = np.empty((*logits.shape[:2], 2), "float32")
    for i, row in enumerate(logits):
        for j, z in enumerate(row):
            total, mean = 0.0, np.zeros(2)
            for value, center in zip(z, bins.centers, strict=True):
                share = np.exp((value - z.max()) / TEMPERATURE)
                total, mean = total + share, mean + share * center
            found[i, j] = mean / total
    return found


def _ratios(slow: Callable[[], object], fast: Callable[[], object]) -> list[float]:
    slow(), fast()  # the first calls do not count
    return [_seconds(slow, 1) / _seconds(fast, 10) for _ in range(ROUNDS)]


def _seconds(call, times) -> float:
    begin = time.perf_counter()
    for _ in range(times):
        call()
    return (time.perf_counter() - begin) / times
