"""Figures of ``randomized_relu``: activations below zero, and their networks.

Activations are told apart by line and marker; color only sets the randomized ones
apart from the others.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator, NullLocator

from utils.figures.parts import HALO, label_ends
from utils.statistics import Estimate, mean_interval
from utils.style import ACCENT, INK, MUTED, PAPER

# Activation -> color, line, marker.
LOOKS = {
    "ReLU": (INK, "-", "v"),
    "leaky 100": (MUTED, ":", "<"),
    "leaky 5.5": (MUTED, "--", ">"),
    "PReLU": (INK, "-.", "P"),
    "ELU": (INK, ":", "p"),
    "RReLU": (ACCENT, "-", "*"),
    "published": (ACCENT, "--", "X"),
}
# Small dots, drawn as pixels: there are many.
DOTS = {"markersize": 4.5, "mew": 0, "rasterized": True}


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
    fig, axes = plt.subplots(1, len(panels), figsize=(5.6, 4.6), sharey=True)
    axes = np.atleast_1d(axes)
    for ax, (title, (training, inference)) in zip(axes, panels.items(), strict=True):
        ax.axhline(0, color=MUTED, linewidth=0.8)
        ax.axvline(0, color=MUTED, linewidth=0.8)
        for call in training:
            ax.plot(x, call, ".", color=ACCENT, alpha=0.6, **DOTS)
        ax.plot(x, inference, color=INK)
        left = x.min()
        for label, slope in edges[title].items():
            ax.plot([left, 0], [slope * left, 0], ":", color=ACCENT, linewidth=1)
            upper = slope == min(edges[title].values())
            ax.annotate(
                label,
                (left, slope * left),
                xytext=(-4, 0),
                textcoords="offset points",
                ha="right",
                va="bottom" if upper else "top",
            )
        ax.set_xlim(2.4 * left, x.max())
        ax.set(title=title, xlabel="into the activation")
    axes[0].set_ylabel("out of it")
    return fig


def error_curves(
    epochs: Sequence[int],
    panels: Mapping[str, Mapping[str, np.ndarray]],
    *,
    ylabel: str,
) -> Figure:
    """Means over replicates against the epoch, with bands of their 95 % intervals.

    Args:
        epochs: Increasing numbers, shape (t,).
        panels: Title -> activation -> values, shape (R, t).
        ylabel: What the values are; their axis is logarithmic.
    """
    fig, axes = plt.subplots(
        len(panels), 1, figsize=(5.4, 0.5 + 2.6 * len(panels)), sharex=True
    )
    for ax, (title, curves) in zip(np.atleast_1d(axes), panels.items(), strict=True):
        for shift, (name, values) in enumerate(curves.items()):
            color, linestyle, marker = LOOKS[name]
            found = [mean_interval(column) for column in values.T]
            ax.fill_between(
                epochs,
                [e.low for e in found],
                [e.high for e in found],
                color=color,
                alpha=0.12,
                linewidth=0,
            )
            ax.plot(
                epochs,
                [e.value for e in found],
                color=color,
                linestyle=linestyle,
                marker=marker,
                markevery=(shift % 3, 3),
                markersize=7,
                mec=PAPER,
            )
        ax.set(title=title, yscale="log", ylabel=ylabel, xlim=(epochs[0], epochs[-1]))
        means = [values.mean(axis=0) for values in curves.values()]
        low, high = np.min(means) * 0.7, np.max(means) * 1.2
        ticks = [tick for tick in (1, 2, 3, 4, 6, 10, 20, 50) if low < tick < high]
        ax.set_yticks(ticks, [str(tick) for tick in ticks])
        ax.set_ylim(low, high)
        ax.yaxis.set_minor_locator(NullLocator())
    ax.set_xlabel("epoch")
    fig.get_layout_engine().execute(fig)  # the labels need the final positions
    for ax, curves in zip(np.atleast_1d(axes), panels.values(), strict=True):
        label_ends(ax, {n: float(v[:, -1].mean()) for n, v in curves.items()}, size=10)
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
        figsize=(5.4, 0.9 + 0.42 * sum(counts) + 0.35 * len(panels)),
        sharex=True,
        height_ratios=counts,
    )
    rng = np.random.default_rng(0)  # only moves the dots up and down
    for ax, (title, rows) in zip(np.atleast_1d(axes), panels.items(), strict=True):
        for y, (values, found) in enumerate(rows.values()):
            ax.plot(
                values,
                y + 0.25 * rng.uniform(-1, 1, len(values)),
                ".",
                color=MUTED,
                alpha=0.45,
                **DOTS,
            )
            ax.plot([found.low, found.high], [y, y], color=INK, linewidth=3)
            ax.plot(found.value, y, "o", color=INK, markersize=6, mec=PAPER)
            ax.text(
                1.01,
                y,
                f"{found.value:+z.2f}".replace("-", "\N{MINUS SIGN}"),
                va="center",
                transform=ax.get_yaxis_transform(),
            )
        ax.axvline(0, color=INK, linewidth=1)
        ax.set_yticks(range(len(rows)), list(rows))
        ax.set_ylim(len(rows) - 0.5, -0.5)
        ax.set_title(title, pad=18 if ax is np.atleast_1d(axes)[0] else 6)
        ax.grid(axis="y", visible=False)
    first = np.atleast_1d(axes)[0]
    for text, x, align in ((sides[0], 0, "left"), (sides[1], 1, "right")):
        first.text(x, 1.0, text, transform=first.transAxes, ha=align, va="bottom")
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
    fig, axes = plt.subplots(
        len(panels), 1, figsize=(5.4, 0.9 + 0.5 * rows * len(panels)), sharex=True
    )
    rng = np.random.default_rng(0)  # only moves the dots up and down
    for ax, (title, by_name) in zip(np.atleast_1d(axes), panels.items(), strict=True):
        for y, (name, values) in enumerate(by_name.items()):
            for k, (column, marker) in enumerate(zip(values.T, "ov", strict=False)):
                at = y - 0.18 + 0.36 * k
                jitter = 0.1 * rng.uniform(-1, 1, len(column))
                color = LOOKS[name][0]
                ax.plot(column, at + jitter, ".", color=color, alpha=0.3, **DOTS)
                ax.plot(column.mean(), at, marker, color=color, markersize=8, mec=PAPER)
                if y == 0:
                    ax.annotate(
                        f"layer {k + 1}",
                        (column.max(), at),
                        xytext=(6, 0),
                        textcoords="offset points",
                        va="center",
                        fontsize=9.5,
                        path_effects=HALO,
                    )
        ax.axvline(0, color=INK, linewidth=1)
        ax.set_yticks(range(len(by_name)), list(by_name))
        ax.set_ylim(len(by_name) - 0.5, -0.5)
        ax.xaxis.set_major_locator(MultipleLocator(0.5))
        ax.set_title(title)
        ax.grid(axis="y", visible=False)
    ax.set_xlabel(xlabel)
    return fig
