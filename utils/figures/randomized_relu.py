"""Figures of ``randomized_relu``: activations below zero, and their networks.

Activations are told apart by line and marker; color only sets the randomized ones
apart from the others. A comparison with L2 has L2's look.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator, NullLocator

from utils.figures.parts import (
    HALO,
    band,
    interval,
    intervals,
    label_panels,
    name_rows,
    strip,
    write_beside,
    write_sides,
)
from utils.statistics import Estimate, mean_interval
from utils.style import ACCENT, INK, MUTED, PAPER, PENALTIES

# Activation -> arguments of ``Axes.plot``.
LOOKS = {
    name: {"color": color, "linestyle": linestyle, "marker": marker}
    for name, color, linestyle, marker in (
        ("ReLU", INK, "-", "v"),
        ("leaky 100", MUTED, ":", "<"),
        ("leaky 5.5", MUTED, "--", ">"),
        ("PReLU", INK, "-.", "P"),
        ("ELU", INK, ":", "p"),
        ("RReLU", ACCENT, "-", "*"),
        ("published", ACCENT, "--", "X"),
    )
}

# Beginning of a comparison's name -> how its mean looks.
OF_PENALTIES = {
    "noise": {"color": ACCENT, "marker": "*", "markersize": 15},
    "L2": {
        "color": PENALTIES["l2"].color,
        "marker": PENALTIES["l2"].marker,
        "markersize": 9,
    },
}


def fans(
    x: np.ndarray,
    panels: Mapping[str, tuple[np.ndarray, np.ndarray]],
    *,
    edges: Mapping[str, Mapping[str, float]],
) -> Figure:
    """What an activation returns in a few calls while training, and in inference.

    Args:
        x: Inputs, shape (n,), from below to above 0.
        panels: Title -> outputs of several calls in training, shape (calls, n), and
            of one in inference, shape (n,).
        edges: Title -> label -> slope of a thin line from the origin to the left.
    """
    size = {"figsize": (5.2, 4.4), "squeeze": False}
    fig, axes = plt.subplots(1, len(panels), sharey=True, **size)
    left = x.min()
    # Small dots, drawn as pixels: there are many.
    dots = {"alpha": 0.6, "markersize": 4.5, "mew": 0, "rasterized": True}
    for ax, (title, (training, inference)) in zip(
        axes.flat, panels.items(), strict=True
    ):
        ax.axhline(0, color=MUTED, linewidth=0.8)
        ax.axvline(0, color=MUTED, linewidth=0.8)
        for call in training:
            ax.plot(x, call, ".", color=ACCENT, **dots)
        ax.plot(x, inference, color=INK)
        upper = min(edges[title].values())
        for label, slope in edges[title].items():
            ax.plot([left, 0], [slope * left, 0], ":", color=ACCENT, linewidth=1)
            va = "bottom" if slope == upper else "top"
            away = 7 if slope == upper else -3
            shift = {"xytext": (-4, away), "textcoords": "offset points"}
            ax.annotate(label, (left, slope * left), ha="right", va=va, **shift)
        ax.set(title=title, xlabel="into the activation", xlim=(2.4 * left, x.max()))
    steepest = max(slope for slopes in edges.values() for slope in slopes.values())
    axes[0, 0].set_ylim(bottom=1.12 * steepest * left)  # room for its name
    axes[0, 0].set_ylabel("out of it")
    return fig


def error_curves(
    epochs: Sequence[int],
    panels: Mapping[str, Mapping[str, np.ndarray]],
    *,
    ylabel: str,
    named: Sequence[str],
    rest: str = "the others",
) -> Figure:
    """Means over replicates against the epoch.

    Args:
        epochs: Increasing numbers, shape (t,).
        panels: Title -> activation -> values, shape (R, t).
        ylabel: What the values are; their axis is logarithmic.
        named: Which curves have a name and a band of their 95 % intervals; the others
            are thin.
        rest: What to call these together.
    """
    size = 5.0, 0.5 + 2.6 * len(panels)
    fig, axes = plt.subplots(len(panels), 1, figsize=size, sharex=True, squeeze=False)
    ends = []
    for ax, (title, curves) in zip(axes.flat, panels.items(), strict=True):
        means = {name: values.mean(axis=0) for name, values in curves.items()}
        thin = [means[name] for name in curves if name not in named]
        for mean in thin:
            ax.plot(epochs, mean, color=MUTED, linewidth=1)
        for shift, name in enumerate(name for name in named if name in curves):
            found = intervals(mean_interval(column) for column in curves[name].T)
            style = LOOKS[name] | {"markersize": 7, "mec": PAPER}
            band(ax, epochs, found, markevery=(shift % 3, 3), **style)
        ax.set(title=title, yscale="log", ylabel=ylabel, xlim=(epochs[0], epochs[-1]))
        low, high = np.min([*means.values()]) * 0.85, np.max([*means.values()]) * 1.15
        ticks = [tick for tick in (1, 2, 3, 4, 6, 10, 15, 20, 30) if low < tick < high]
        ax.set_yticks(ticks, [str(tick) for tick in ticks])
        ax.set_ylim(low, high)
        ax.yaxis.set_minor_locator(NullLocator())
        last = {name: means[name][-1] for name in named if name in means}
        ends.append(last | ({rest: np.mean(thin, axis=0)[-1]} if thin else {}))
    ax.set_xlabel("epoch")
    label_panels(axes.flat, ends)
    return fig


def differences(
    panels: Mapping[str, Mapping[str, tuple[np.ndarray, Estimate]]],
    *,
    sides: tuple[str, str],
    xlabel: str,
) -> Figure:
    """Differences of pairs as dots, with an interval of their mean, around zero.

    Args:
        panels: Title -> comparison -> differences, 1-D, and the interval to draw.
        sides: What it means to be left and right of zero.
        xlabel: What the differences are.
    """
    counts = [len(rows) for rows in panels.values()]
    fig, axes = plt.subplots(
        len(panels),
        1,
        figsize=(5.2, 0.9 + 0.42 * sum(counts) + 0.35 * len(panels)),
        sharex=True,
        height_ratios=counts,
        squeeze=False,
    )
    for ax, (title, rows) in zip(axes.flat, panels.items(), strict=True):
        dots = {name: values for name, (values, _) in rows.items()}
        strip(ax, dots, color=MUTED, alpha=0.7, size=3.5, jitter=0.25)
        for y, (name, (_, found)) in enumerate(rows.items()):
            interval(ax, y, found)
            for penalty, style in OF_PENALTIES.items():
                if name.startswith(penalty):
                    ax.plot(found.value, y, mec=PAPER, **style)
            text = f"{found.value:+z.2f}".replace("-", "\N{MINUS SIGN}")
            write_beside(ax, y, text)
        ax.axvline(0, color=INK, linewidth=1)
        name_rows(ax, rows)
        # The first title stands above the names of the sides.
        ax.set_title(title, pad=18 if ax is axes[0, 0] else 6)
    write_sides(axes[0, 0], sides)
    ax.set_xlabel(xlabel)
    return fig


def layer_means(
    panels: Mapping[str, Mapping[str, np.ndarray]], *, xlabel: str
) -> Figure:
    """The mean of each layer's activations: a dot for each replicate, around zero.

    Args:
        panels: Title -> activation -> values, shape (R, layers).
        xlabel: What the values are.
    """
    rows = len(next(iter(panels.values())))
    size = 5.2, 0.9 + 0.5 * rows * len(panels)
    fig, axes = plt.subplots(len(panels), 1, figsize=size, sharex=True, squeeze=False)
    for ax, (title, by_name) in zip(axes.flat, panels.items(), strict=True):
        for y, (name, values) in enumerate(by_name.items()):
            color = LOOKS[name]["color"]
            for k, (column, marker) in enumerate(zip(values.T, "ov", strict=False)):
                dots = {"color": color, "size": 3, "alpha": 0.7, "jitter": 0.1}
                strip(ax, {name: column}, beside=(k, 2), **dots)
                at = y - 0.2 + 0.4 * k
                ax.plot(column.mean(), at, marker, color=color, markersize=8, mec=PAPER)
        for k, column in enumerate(next(iter(by_name.values())).T):
            place = {"xytext": (6, 0), "textcoords": "offset points", "va": "center"}
            right = column.max(), -0.2 + 0.4 * k
            style = {"fontsize": 9.5, "path_effects": HALO}
            ax.annotate(f"layer {k + 1}", right, **place, **style)
        ax.axvline(0, color=INK, linewidth=1)
        name_rows(ax, by_name)
        ax.xaxis.set_major_locator(MultipleLocator(0.5))
        ax.set_title(title)
    ax.set_xlabel(xlabel)
    return fig
