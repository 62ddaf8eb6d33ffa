"""The weights of a network over its training, as heatmaps that the reader plays."""

import base64
import html
from collections.abc import Mapping, Sequence

import numpy as np
import traitlets

from utils import checks
from utils.style import PENALTIES, SIGNS
from utils.widgets.base import CourseWidget, look, source, table

_LEVELS = 127


class WeightPlayer(CourseWidget):
    """Heatmaps of a network's kernels over the epochs, one group per penalty.

    The reader plays, pauses and drags. All heatmaps share one color scale. A cell is
    blank if, and only if, its weight is within ``near_zero`` of 0.

    Args:
        runs: Penalty ("none", "l1", "l2", "elastic_net") -> for each recorded epoch
            the network's kernels in order, each a real (inputs, outputs) array. All
            runs have the same number of epochs and the same shapes.
        near_zero: A weight at most this far from 0 counts as "near 0".

    Attributes:
        frame: Index of the recorded epoch that is shown. It follows the reader, and
            may be set.

    Raises:
        ValueError: If an argument is not as described here, or a weight not finite.
    """

    module = "weight_player"
    _esm = source(module)

    looks = traitlets.List().tag(sync=True)
    signs = traitlets.Dict(SIGNS).tag(sync=True)
    shapes = traitlets.List().tag(sync=True)
    epochs = traitlets.List().tag(sync=True)
    near_zero = traitlets.Float().tag(sync=True)
    scale = traitlets.Float().tag(sync=True)
    largest = traitlets.List().tag(sync=True)
    cells = traitlets.List().tag(sync=True)
    frame = traitlets.Int().tag(sync=True)

    def __init__(
        self,
        runs: Mapping[str, Sequence[Sequence[np.ndarray]]],
        *,
        near_zero: float = 0.003,
    ):
        near_zero = checks.number("near_zero", near_zero, 0)
        shapes, tables = _tables(runs)
        frames = len(tables[0])
        scale = float(np.abs(tables).max()) or 1.0
        super().__init__(
            looks=[look(name) for name in runs],
            shapes=[list(shape) for shape in shapes],
            epochs=list(range(frames)),
            near_zero=near_zero,
            scale=float(f"{scale:.3g}"),
            largest=[
                [float(f"{w:.3g}") for w in weights]
                for weights in np.abs(tables).max(axis=2)
            ],
            cells=[
                base64.b64encode(quantize(weights, scale, near_zero)).decode()
                for weights in tables
            ],
            frame=frames - 1,
        )

    @traitlets.validate("frame")
    def _frame_exists(self, proposal):
        return checks.whole("frame", proposal["value"], 0, len(self.epochs) - 1)

    def __repr__(self) -> str:
        weights = sum(rows * columns for rows, columns in self.shapes)
        return (
            f"WeightPlayer({len(self.looks)} runs, {len(self.epochs)} epochs, "
            f"{weights} weights)"
        )

    def fallback(self) -> str:
        """The epoch that is shown, as a table of pictures and numbers."""
        weights = sum(rows * columns for rows, columns in self.shapes)
        rows = []
        for drawn, largest, cells in zip(
            self.looks, self.largest, self.cells, strict=True
        ):
            cells = np.frombuffer(base64.b64decode(cells), np.int8)
            shown = cells.reshape(-1, weights)[self.frame]
            near = int((shown == 0).sum())
            label = html.escape(drawn["label"])
            picture = self._picture(shown, label, near)
            at_most = f"{largest[self.frame]:g}"
            rows.append((label, picture, f"{near} of {weights}", at_most))
        return table(
            f"The weights at epoch {self.epochs[self.frame]}. With JavaScript, this "
            "table is a player for all epochs.",
            (
                "penalty",
                "weights",
                f"within {self.near_zero:g} of 0",
                "largest |weight|",
            ),
            rows,
        )

    def _picture(self, shown, label, near):
        """All kernels of one run side by side as an SVG with eight tints."""
        squares = {}
        frames, left, start = [], 0, 0
        height = max(rows for rows, _ in self.shapes)
        for rows, columns in self.shapes:
            top = (height - rows) / 2
            frames.append(f"M{left} {top:g}h{columns}v{rows}h-{columns}z")
            kernel = shown[start : start + rows * columns].reshape(rows, columns)
            for row, column in np.argwhere(kernel).tolist():
                level = int(kernel[row, column])
                sign = "positive" if level > 0 else "negative"
                square = f"M{left + column} {top + row:g}h1v1h-1z"
                squares.setdefault((sign, (abs(level) + 31) // 32), []).append(square)
            left, start = left + columns + 1, start + rows * columns
        paths = "".join(
            f'<path style="fill:light-dark({",".join(self.signs[sign])})" '
            f'opacity="{strength / 4:g}" d="{"".join(parts)}"/>'
            for (sign, strength), parts in sorted(squares.items())
        )
        return (
            f'<svg role="img" width="{left * 7}" viewBox="-.1 -.1 {left - 0.8:g} '
            f'{height + 0.2:g}" aria-label="Heatmaps of the layers of the network '
            f'with {label}: {near} cells are blank, near 0.">{paths}'
            f'<path d="{"".join(frames)}" fill="none" stroke="currentColor" '
            'stroke-width=".1"/></svg>'
        )


def quantize(weights: np.ndarray, scale: float, near_zero: float) -> np.ndarray:
    """Whole numbers from -127 to 127 in proportion to the weights, as int8.

    0 stands for weights within ``near_zero`` of 0, and for no others.
    """
    steps = np.clip(np.rint(np.abs(weights) / scale * _LEVELS), 1, _LEVELS)
    steps[np.abs(weights) <= near_zero] = 0
    return (np.sign(weights) * steps).astype(np.int8)


def _tables(runs):
    """The shapes of the kernels, and all weights as (runs, epochs, weights)."""
    if not isinstance(runs, Mapping) or not runs:
        raise ValueError(f"runs must map penalties to their epochs, got {runs!r}")
    shapes, tables = [], {name: [] for name in runs}
    for name, run in runs.items():
        checks.one_of("each penalty of runs", name, PENALTIES)
        for index, kernels in enumerate(run):
            kernels = [np.asarray(kernel) for kernel in kernels]
            found = [kernel.shape for kernel in kernels]
            shapes = shapes or found
            if (
                not found
                or found != shapes
                or any(len(s) != 2 or 0 in s for s in found)
            ):
                raise ValueError(
                    f"runs[{name!r}][{index}] must hold 2-D kernels of the same shapes "
                    f"as at the first epoch, {shapes}, got {found}"
                )
            row = np.concatenate([kernel.ravel() for kernel in kernels]).astype(float)
            tables[name].append(checks.finite(f"runs[{name!r}][{index}]", row))
    epochs = {name: len(rows) for name, rows in tables.items()}
    if len({*epochs.values()}) > 1 or 0 in epochs.values():
        raise ValueError(
            "runs must have the same number of epochs, and at least one epoch each, "
            f"got {epochs}"
        )
    return shapes, np.array([*tables.values()])
