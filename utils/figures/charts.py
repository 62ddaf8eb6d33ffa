"""Whole charts that several chapters share."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

from utils.figures import parts
from utils.figures.parts import Groups, Panels
from utils.statistics import mean_interval
from utils.style import INK, MUTED, PAPER


def strips(groups: Panels, *, xlabel: str, ylabel: str) -> Figure:
    """Every replicate as a dot, beside each other by penalty, with the medians.

    Args:
        groups: Penalty -> setting -> values, 1-D. Settings are shown from left to
            right in the order in which they first appear.
        xlabel, ylabel: What the settings and the values are.
    """
    fig, ax = plt.subplots(figsize=(4.9, 3.5))
    _beside(ax, groups, alpha=0.25, markersize=8)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    parts.label_ends(ax)
    return fig


def settings(
    panels: Mapping[str, Panels],
    *,
    ylabel: str,
    xlabel: str = "",
    mark: tuple[float, str] | None = None,
    lowest: float | None = None,
    joined: bool = True,
) -> Figure:
    """Every replicate as a dot for several settings, in panels with one scale.

    Args:
        panels: What is varied -> penalty -> setting -> values above 0, 1-D. Values
            that are not finite are left out.
        ylabel: What the values are; their axis is logarithmic.
        xlabel: What the settings are.
        mark: A height to mark by a thin line, and what to write there.
        lowest: Where the axis begins.
        joined: Whether lines join the medians.
    """
    fig, axes = parts.stack(panels, (5.1, 0.4 + 2.1 * len(panels)), sharey=True)
    medians = {} if joined else {"linestyle": "none"}
    for ax, groups in zip(axes, panels.values(), strict=True):
        _beside(ax, groups, alpha=0.6, size=2.6, **medians)
        ax.set(ylabel=ylabel, yscale="log")
        ax.set_ylim(bottom=lowest)
        if mark:
            ax.axhline(mark[0], color=INK, linewidth=1)
            ax.text(-0.48, mark[0], mark[1], va="bottom", path_effects=parts.HALO)
    axes[-1].set_xlabel(xlabel)
    name_heights(axes[0])
    parts.label_panels(axes)
    return fig


def name_heights(ax: Axes, few: tuple = (1, 2, 5), span: float = 300) -> None:
    """Number a logarithmic y axis at a ``few`` plain numbers in each power of ten.

    Where it ends at more than ``span`` times its beginning, only at 1, 10, ...
    """
    low, high = ax.get_ylim()
    ax.yaxis.set_major_locator(LogLocator(subs=few if high < span * low else (1,)))
    ax.yaxis.set_major_formatter("{x:g}")
    ax.yaxis.set_minor_locator(NullLocator())


def _beside(ax: Axes, groups: Panels, *, alpha: float, size: float = 2, **medians):
    """Draw the finite values of penalties beside each other, with their medians."""
    names = list(dict.fromkeys(name for group in groups.values() for name in group))
    for k, (penalty, group) in enumerate(groups.items()):
        found = {name: np.asarray(group.get(name, ())) for name in names}
        found = {name: values[np.isfinite(values)] for name, values in found.items()}
        color, beside = parts.look(penalty).color, (k, len(groups))
        dots = {"orient": "v", "beside": beside, "alpha": alpha, "size": size}
        parts.strip(ax, found, color=color, **dots)
        middles = [np.median(v) if len(v) else np.nan for v in found.values()]
        centers = np.arange(len(names)) - 0.4 + 0.8 / len(groups) * (k + 0.5)
        ax.plot(centers, middles, **parts.line(penalty) | {"mec": PAPER} | medians)


def paired(
    panels: Mapping[float, Groups], *, sides: tuple[str, str], xlabel: str
) -> Figure:
    """Differences of pairs: a violin each, with the mean and its 95 % interval.

    Args:
        panels: Limit -> comparison -> differences, 1-D. Each panel has a scale of its
            own, which runs from -limit to limit; violins are cut there.
        sides: What it means to be left and right of zero.
        xlabel: What the differences are.
    """
    heights = [len(rows) for rows in panels.values()]
    size = 5.4, 0.8 + 0.62 * sum(heights) + 0.5 * (len(heights) - 1)
    fig, axes = parts.stack([""] * len(panels), size, height_ratios=heights)
    for ax, (limit, rows) in zip(axes, panels.items(), strict=True):
        for y, values in enumerate(rows.values()):
            parts.violin(ax, values[np.abs(values) <= limit], y, MUTED)
            found = mean_interval(values)
            parts.interval(ax, y, found)
            parts.write_beside(ax, y, parts.signed(found.value, 1 if limit > 5 else 2))
        ax.axvline(0, color=INK, linewidth=1)
        parts.name_rows(ax, rows, above=0.6)
        ax.set_xlim(-limit, limit)
    parts.write_sides(axes[0], sides)
    ax.set_xlabel(xlabel)
    return fig
