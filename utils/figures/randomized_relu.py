"""Figures of ``randomized_relu``: activations below zero, and their networks.

Activations are told apart by line and marker; color only sets the randomized ones
apart from the others. A comparison with L2 has L2's look.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator, NullLocator

from utils.figures import parts
from utils.figures.parts import HALO, Panels
from utils.statistics import Estimate, mean_interval
from utils.style import ACCENT, INK, MUTED, PAPER

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
    "L2": parts.line("l2") | {"linestyle": "-", "markersize": 9},
}


def fans(
    x: np.ndarray, panels: Mapping[str, tuple], *, edges: Mapping[str, Mapping]
) -> Figure:
    """What an activation returns in a few calls while training, and in inference.

    Args:
        x: Inputs, shape (n,), from below to above 0.
        panels: Title -> outputs of several calls in training, shape (calls, n), and
            of one in inference, shape (n,).
        edges: Title -> label -> slope of a thin line from the origin to the left.
    """
    fig, axes = plt.subplots(1, len(panels), figsize=(5.2, 4.4), sharey=True)
    left = x.min()
    # Small dots, drawn as pixels: there are many.
    dots = {"alpha": 0.6, "markersize": 4.5, "mew": 0, "rasterized": True}
    for ax, (title, (training, inference)) in zip(axes, panels.items(), strict=True):
        ax.axhline(0, color=MUTED, linewidth=0.8)
        ax.axvline(0, color=MUTED, linewidth=0.8)
        for call in training:
            ax.plot(x, call, ".", color=ACCENT, **dots)
        ax.plot(x, inference, color=INK)
        upper = min(edges[title].values())
        for label, slope in edges[title].items():
            ax.plot([left, 0], [slope * left, 0], ":", color=ACCENT, linewidth=1)
            va, away = ("bottom", 7) if slope == upper else ("top", -3)
            shift = {"xytext": (-4, away), "textcoords": "offset points"}
            ax.annotate(label, (left, slope * left), ha="right", va=va, **shift)
        ax.set(title=title, xlabel="into the activation", xlim=(2.4 * left, x.max()))
    steepest = max(slope for slopes in edges.values() for slope in slopes.values())
    axes[0].set_ylim(bottom=1.12 * steepest * left)  # room for its name
    axes[0].set_ylabel("out of it")
    return fig


def error_curves(
    epochs: Sequence[int], panels: Panels, *, named: Sequence[str]
) -> Figure:
    """Means of test errors over replicates against the epoch, on a logarithmic axis.

    Args:
        epochs: Increasing numbers, shape (t,).
        panels: Title -> activation -> values in %, shape (R, t).
        named: Which curves have a name and a band of their 95 % intervals; the others
            are thin.
    """
    fig, axes = parts.stack(panels, (5.0, 0.5 + 2.6 * len(panels)), sharex=True)
    ends = []
    for ax, curves in zip(axes, panels.values(), strict=True):
        means = {name: values.mean(axis=0) for name, values in curves.items()}
        thin = [mean for name, mean in means.items() if name not in named]
        for mean in thin:
            ax.plot(epochs, mean, color=MUTED, linewidth=1)
        for shift, name in enumerate(named):
            found = parts.intervals(mean_interval(column) for column in curves[name].T)
            style = LOOKS[name] | {"markersize": 7, "mec": PAPER}
            parts.band(ax, epochs, found, markevery=(shift % 3, 3), **style)
        ax.set(yscale="log", ylabel="test error, %", xlim=(epochs[0], epochs[-1]))
        low, high = np.min([*means.values()]) * 0.85, np.max([*means.values()]) * 1.15
        ticks = [tick for tick in (1, 2, 3, 4, 6, 10, 15, 20, 30) if low < tick < high]
        ax.set_yticks(ticks, [str(tick) for tick in ticks])
        ax.set_ylim(low, high)
        ax.yaxis.set_minor_locator(NullLocator())
        last = {name: means[name][-1] for name in named}
        ends.append(last | {"the others": np.mean(thin, axis=0)[-1]})
    ax.set_xlabel("epoch")
    parts.label_panels(axes, ends)
    return fig


def differences(
    panels: Mapping[str, Mapping[str, tuple[np.ndarray, Estimate]]], *, xlabel: str
) -> Figure:
    """Differences of pairs as dots, with an interval of their mean, around zero.

    Args:
        panels: Title -> comparison -> differences, 1-D, and the interval to draw.
        xlabel: What the differences are; it is better to be left of zero.
    """
    counts = [len(rows) for rows in panels.values()]
    size = 5.2, 0.9 + 0.3 * sum(counts) + 0.35 * len(panels)
    fig, axes = parts.stack(panels, size, sharex=True, height_ratios=counts)
    for ax, rows in zip(axes, panels.values(), strict=True):
        dots = {name: values for name, (values, _) in rows.items()}
        parts.strip(ax, dots, color=MUTED, alpha=0.7, size=3.5, jitter=0.25)
        for y, (name, (_, found)) in enumerate(rows.items()):
            parts.interval(ax, y, found)
            for penalty, style in OF_PENALTIES.items():
                if name.startswith(penalty):
                    ax.plot(found.value, y, **style | {"mec": PAPER})
            parts.write_beside(ax, y, parts.signed(found.value, 2))
        ax.axvline(0, color=INK, linewidth=1)
        parts.name_rows(ax, rows)
    # The first title stands above the names of the sides.
    axes[0].set_title(axes[0].get_title("left"), pad=18)
    parts.write_sides(axes[0], ("← better", "worse →"))
    ax.set_xlabel(xlabel)
    return fig


def layer_means(panels: Panels) -> Figure:
    """The mean of each layer's activations: a dot for each replicate, around zero.

    Args:
        panels: Title -> activation -> means over standard deviations, (R, layers).
    """
    rows = len(next(iter(panels.values())))
    size = 5.2, 0.9 + 0.5 * rows * len(panels)
    fig, axes = parts.stack(panels, size, sharex=True)
    for ax, by_name in zip(axes, panels.values(), strict=True):
        for y, (name, values) in enumerate(by_name.items()):
            color = LOOKS[name]["color"]
            for k, (column, marker) in enumerate(zip(values.T, "ov", strict=False)):
                dots = {"color": color, "size": 3, "alpha": 0.7, "jitter": 0.1}
                parts.strip(ax, {name: column}, beside=(k, 2), **dots)
                at = y - 0.2 + 0.4 * k
                ax.plot(column.mean(), at, marker, color=color, markersize=8, mec=PAPER)
        for k, column in enumerate(next(iter(by_name.values())).T):
            right = column.max(), -0.2 + 0.4 * k
            style = {"va": "center", "fontsize": 9.5, "path_effects": HALO}
            beside = {"xytext": (6, 0), "textcoords": "offset points"}
            ax.annotate(f"layer {k + 1}", right, **beside, **style)
        ax.axvline(0, color=INK, linewidth=1)
        parts.name_rows(ax, by_name)
        ax.xaxis.set_major_locator(MultipleLocator(0.5))
    ax.set_xlabel("mean / standard deviation")
    return fig
