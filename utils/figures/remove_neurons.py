"""Pictures of pruning: networks as graphs, the shapes that stay, what is gained."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

from utils.figures.parts import HALO, line, mark, point_out, strip, write_beside
from utils.style import ACCENT, INK, MUTED, PAPER, SIGNS


def graphs(
    networks: Mapping[str, tuple[Sequence[np.ndarray], Sequence[np.ndarray]]],
    *,
    names: Sequence[str],
) -> Figure:
    """Networks as graphs, above each other: neurons as dots, weights as lines.

    A line is the wider the larger its weight is; its color and style say the sign.
    Weights that are 0 are not drawn. Neurons that are off are small and hollow.

    Args:
        networks: Title -> kernels in order, each (inputs, outputs), and for each
            layer, inputs included, which of its units are on: bool (units,).
        names: What to call the layers, inputs included.
    """
    tallest = [max(len(on) for on in layers) for _, layers in networks.values()]
    heights = [0.75 + 0.2 * n for n in tallest]
    fig, axes = plt.subplots(
        len(networks),
        1,
        figsize=(5.0, sum(heights) + 0.3),
        height_ratios=heights,
        sharex=True,
        squeeze=False,
    )
    peak = max(np.abs(k).max() for kernels, _ in networks.values() for k in kernels)
    for ax, (title, (kernels, layers)), n in zip(
        axes.flat, networks.items(), tallest, strict=True
    ):
        for k, kernel in enumerate(kernels):
            _connect(ax, k, kernel, peak)
        for k, on in enumerate(layers):
            _place(ax, k, on)
        ax.set(title=title, ylim=(-n / 2 - 0.1, n / 2 + 0.1), yticks=[])
        ax.grid(visible=False)
        ax.spines[["left", "bottom"]].set_visible(False)
        ax.tick_params(length=0)
    ax.set_xticks(range(len(names)), names)
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
    for sign, name, style in ((1, "positive", "-"), (-1, "negative", (0, (2, 1.2)))):
        rows, columns = np.nonzero(kernel * sign > 0)
        start = np.column_stack([np.full(len(rows), k), left[rows]])
        end = np.column_stack([np.full(len(rows), k + 1), right[columns]])
        looks = {"colors": SIGNS[name][0], "linestyles": style}
        looks["linewidths"] = 0.6 + 2.6 * np.abs(kernel[rows, columns]) / peak
        ax.add_collection(LineCollection(np.stack([start, end], axis=1), **looks))


def _heights(n):
    return (n - 1) / 2 - np.arange(n)


def shape_shares(
    thresholds: np.ndarray,
    shares: Mapping[str, np.ndarray],
    *,
    looks: Mapping[str, dict],
    places: Mapping[str, tuple[float, float]],
    marks: Mapping[str, float],
) -> Figure:
    """Which share of the replicates has each shape, against the threshold.

    Args:
        thresholds: Increasing numbers above 0, shape (t,).
        shares: Label -> shares from 0 to 1, shape (t,).
        looks: Label -> arguments of ``Axes.plot``, its color among them.
        places: Label -> where to write it, x in data and y in axes coordinates.
        marks: Text -> threshold to mark by a thin line.
    """
    fig, ax = plt.subplots(figsize=(5.2, 3.6))
    place = {"transform": ax.get_xaxis_transform(), "path_effects": HALO}
    for label, share in shares.items():
        ax.plot(thresholds, share, **looks[label])
        ax.text(*places[label], label, color=looks[label]["color"], **place)
    mark(ax, marks)
    ax.set(xscale="log", xlim=(thresholds[0], thresholds[-1]), ylim=(-0.03, 1.02))
    ax.set(xlabel="a weight counts if |w| is above", ylabel="share of the runs")
    return fig


LOOKS = {  # of what the digits' figure compares: which numbers count as parameters
    "whole neurons": {"color": ACCENT, "linestyle": "-.", "marker": "^"},
    "single weights": line("l1"),
    "non-zero only": line("l1") | {"mfc": PAPER, "linestyle": (0, (1, 1))},
    "small from the start": line("none"),
}


def trade_off(
    curves: Mapping[str, tuple[np.ndarray, np.ndarray]],
    *,
    places: Mapping[str, tuple[float, float]],
) -> Figure:
    """Accuracy against the number of parameters, every run as a dot, medians joined.

    Args:
        curves: One of ``LOOKS`` -> numbers of parameters and accuracies from 0 to 1,
            both (settings, runs).
        places: The same names -> where to write them, in data coordinates; a thin line
            leads from there to the smallest network.
    """
    fig, ax = plt.subplots(figsize=(5.2, 3.9))
    dots = {"alpha": 0.4, "markersize": 5, "mew": 0, "rasterized": True}
    for name, (parameters, accuracy) in curves.items():
        style = {"markersize": 6} | LOOKS[name]
        color, percent = style["color"], 100 * accuracy
        ax.plot(parameters.ravel(), percent.ravel(), ".", color=color, **dots)
        x, y = np.median(parameters, axis=1), np.median(percent, axis=1)
        ax.plot(x, y, **style)
        smallest = x[x.argmin()], y[x.argmin()]
        arrow = {"shrinkB": 6}
        point_out(ax, name, smallest, places[name], color=color, arrowprops=arrow)
    ax.set(xscale="log", xlabel="parameters", ylabel="digits recognized, %")
    ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.xaxis.set_minor_locator(NullLocator())
    return fig


def strip_rows(
    rows: Mapping[str, np.ndarray],
    *,
    xlabel: str,
    limit: tuple[float, float],
    note: tuple[float, str],
) -> Figure:
    """Every run as a dot, one row for each setting, with medians.

    Args:
        rows: Setting -> values, 1-D; those outside ``limit`` are drawn at its ends.
        xlabel: What the values are.
        limit: Where the axis begins and ends.
        note: A place on the axis, and what to write above it.
    """
    fig, ax = plt.subplots(figsize=(5.4, 0.8 + 0.44 * len(rows)))
    ax.text(note[0], 1.01, note[1], transform=ax.get_xaxis_transform(), ha="center")
    shown = {name: np.clip(values, *limit) for name, values in rows.items()}
    strip(ax, shown, color=MUTED, alpha=0.25)
    for y, values in enumerate(rows.values()):
        middle = float(np.median(values))
        ax.plot([middle] * 2, [y - 0.36, y + 0.36], color=INK, linewidth=3)
        write_beside(ax, y, f"{middle:.1f}")
    ax.set(xlim=limit, xlabel=xlabel)
    return fig
