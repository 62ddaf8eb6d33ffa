"""Pictures of pruning: networks as graphs, the shapes that stay, what is gained."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

from utils.figures import parts
from utils.figures.parts import HALO, Groups, line
from utils.style import ACCENT, INK, MUTED, PAPER


def graphs(
    networks: Mapping[str, tuple[Sequence[np.ndarray], Sequence[np.ndarray]]],
) -> Figure:
    """Networks as graphs, above each other: neurons as dots, weights as lines.

    A line is the wider the larger its weight is; its color and style say the sign.
    Weights that are 0 are not drawn. Neurons that are off are small and hollow.

    Args:
        networks: Title -> kernels in order, each (inputs, outputs), and for each
            layer, inputs included, which of its units are on: bool (units,).
    """
    tallest = [max(len(on) for on in layers) for _, layers in networks.values()]
    heights = [0.75 + 0.2 * n for n in tallest]
    size = 5.0, sum(heights) + 0.3
    fig, axes = parts.stack(networks, size, height_ratios=heights, sharex=True)
    peak = max(np.abs(k).max() for kernels, _ in networks.values() for k in kernels)
    panels = zip(axes, networks.values(), tallest, strict=True)
    for ax, (kernels, layers), n in panels:
        for k, kernel in enumerate(kernels):
            _connect(ax, k, kernel, peak)
        for k, on in enumerate(layers):
            _place(ax, k, on)
        ax.set(ylim=(-n / 2 - 0.1, n / 2 + 0.1), yticks=[])
        ax.grid(visible=False)
        ax.spines[["left", "bottom"]].set_visible(False)
        ax.tick_params(length=0)
    hidden = [f"layer {k}" for k in range(1, len(layers) - 1)]
    ax.set_xticks(range(len(layers)), ["x", *hidden, "prediction"])
    return fig


def _place(ax, k, on):
    """Draw the units of a layer in column ``k``."""
    y = _heights(len(on))
    ax.plot(np.full(on.sum(), k), y[on], "o", color=INK, markersize=9)
    off = {"mfc": PAPER, "mec": MUTED, "markersize": 6}
    ax.plot(np.full((~on).sum(), k), y[~on], "o", **off)


def _connect(ax, k, kernel, peak):
    """Draw the lines of a kernel, from column ``k`` to the next."""
    left, right = (_heights(n) for n in kernel.shape)
    for sign, color, style in ((1, INK, "-"), (-1, ACCENT, (0, (2, 1.2)))):
        rows, columns = np.nonzero(kernel * sign > 0)
        start = np.column_stack([np.full(len(rows), k), left[rows]])
        end = np.column_stack([np.full(len(rows), k + 1), right[columns]])
        looks = {"colors": color, "linestyles": style}
        looks["linewidths"] = 0.8 + 2.4 * np.abs(kernel[rows, columns]) / peak
        ax.add_collection(LineCollection(np.stack([start, end], axis=1), **looks))


def _heights(n):
    return (n - 1) / 2 - np.arange(n)


# Shape -> what to write, where (x in data, y in axes coordinates), and how to draw.
_SHAPES = {
    "10-10-10-1": ("10-10-10-1", (4e-5, 0.9), {"color": MUTED, "linestyle": ":"}),
    "1-1-1-1": ("1-1-1-1", (0.02, 0.9), line("l1") | {"marker": ""}),
    "10-10-1-1": (
        "10-10-1-1,\nthe post's",
        (0.012, 0.06),
        {"color": ACCENT, "linestyle": "-", "linewidth": 4},
    ),
    "others": ("all other\nshapes", (2.5e-4, 0.6), {"color": INK, "linestyle": "--"}),
}


def shape_shares(thresholds: np.ndarray, shares: Groups, *, hop: float) -> Figure:
    """Which share of the replicates has each shape, against the threshold.

    Args:
        thresholds: Increasing numbers above 0, shape (t,).
        shares: One of the shapes above -> shares from 0 to 1, shape (t,).
        hop: The learning rate times the strength; it and its double are marked.
    """
    fig, ax = plt.subplots(figsize=(5.0, 3.6))
    place = {"transform": ax.get_xaxis_transform(), "path_effects": HALO}
    for shape, share in shares.items():
        label, at, style = _SHAPES[shape]
        ax.plot(thresholds, share, **style)
        ax.text(*at, label, color=style["color"], **place)
    parts.mark(ax, {r"$\eta\lambda$": hop, r"$2\eta\lambda$": 2 * hop})
    ax.set(xscale="log", xlim=(thresholds[0], thresholds[-1]), ylim=(-0.03, 1.02))
    ax.set(xlabel="a weight counts if |w| is above", ylabel="share of the runs")
    return fig


LOOKS = {  # of what the digits' figure compares: which numbers count as parameters
    "whole neurons": {"color": ACCENT, "linestyle": "-.", "marker": "^"},
    "single weights": line("l1"),
    "non-zero only": line("l1") | {"mfc": PAPER, "linestyle": (0, (1, 1))},
    "small from the start": line("none"),
}


# Where their names stand, in data coordinates.
_PLACES = {
    "whole neurons": (1800, 92.6),
    "single weights": (3000, 93.6),
    "non-zero only": (750, 96.4),
    "small from the start": (700, 93.2),
}


def trade_off(curves: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> Figure:
    """Accuracy against the number of parameters, every run as a dot, medians joined.

    Args:
        curves: One of ``LOOKS`` -> numbers of parameters and accuracies from 0 to 1,
            both (settings, runs). A thin line leads from each name to the smallest
            network.
    """
    fig, ax = plt.subplots(figsize=(5.0, 3.9))
    dots = {"alpha": 0.4, "markersize": 5, "mew": 0, "rasterized": True}
    for name, (parameters, accuracy) in curves.items():
        style = {"markersize": 6} | LOOKS[name]
        color, percent = style["color"], 100 * accuracy
        ax.plot(parameters.ravel(), percent.ravel(), ".", color=color, **dots)
        x, y = np.median(parameters, axis=1), np.median(percent, axis=1)
        ax.plot(x, y, **style)
        smallest, near = (x[x.argmin()], y[x.argmin()]), {"arrowprops": {"shrinkB": 6}}
        parts.point_out(ax, name, smallest, _PLACES[name], color=color, **near)
    ax.set(xscale="log", xlabel="parameters", ylabel="digits recognized, %")
    ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.xaxis.set_minor_locator(NullLocator())
    return fig


def strip_rows(rows: Groups) -> Figure:
    """Every run as a dot, one row for each setting, with medians.

    Args:
        rows: Setting -> sums of |error|, 1-D; what is above 65 is drawn there.
    """
    fig, ax = plt.subplots(figsize=(5.0, 0.8 + 0.44 * len(rows)))
    ax.text(47, 1.01, "constants", transform=ax.get_xaxis_transform(), ha="center")
    shown = {name: np.minimum(values, 65) for name, values in rows.items()}
    parts.strip(ax, shown, color=MUTED, alpha=0.25)
    for y, values in enumerate(rows.values()):
        middle = float(np.median(values))
        ax.plot([middle] * 2, [y - 0.36, y + 0.36], color=INK, linewidth=3)
        parts.write_beside(ax, y, f"{middle:.1f}")
    ax.set(xlim=(0, 65), xlabel="sum of |error|")
    return fig
