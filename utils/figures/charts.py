"""Whole charts that several chapters share."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

from utils.figures import parts
from utils.statistics import mean_interval
from utils.style import INK, MUTED, PAPER


def strips(
    groups: Mapping[str, Mapping[str, np.ndarray]], *, xlabel: str, ylabel: str
) -> Figure:
    """Every replicate as a dot, beside each other by penalty, with the medians.

    Args:
        groups: Penalty -> setting -> values, 1-D. Settings are shown from left to
            right in the order in which they first appear.
        xlabel, ylabel: What the settings and the values are.
    """
    fig, ax = plt.subplots(figsize=(4.9, 3.5))
    ends = _beside(ax, groups, alpha=0.25, markersize=8)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    parts.label_ends(ax, ends)
    return fig


def settings(
    panels: Mapping[str, Mapping[str, Mapping[str, np.ndarray]]],
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
    fig, axes = plt.subplots(
        len(panels),
        1,
        figsize=(5.1, 0.4 + 2.1 * len(panels)),
        sharey=True,
        squeeze=False,
    )
    ends, medians = [], {} if joined else {"linestyle": "none"}
    for ax, (title, groups) in zip(axes.flat, panels.items(), strict=True):
        ends.append(_beside(ax, groups, alpha=0.6, size=2.6, **medians))
        ax.set(title=title, ylabel=ylabel, yscale="log")
        ax.set_ylim(bottom=lowest)
        if mark:
            ax.axhline(mark[0], color=INK, linewidth=1)
            ax.text(-0.48, mark[0], mark[1], va="bottom", path_effects=parts.HALO)
    axes[-1, 0].set_xlabel(xlabel)
    _name_heights(axes.flat[0])
    parts.label_panels(axes.flat, ends)
    return fig


def _name_heights(ax: Axes) -> None:
    """Number a logarithmic y axis at 1, 2, 5, ..., a long one at 1, 10, ... only."""
    low, high = ax.get_ylim()
    ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if high < 300 * low else (1,)))
    ax.yaxis.set_major_formatter("{x:g}")
    ax.yaxis.set_minor_locator(NullLocator())


def _beside(
    ax: Axes, groups, *, alpha: float, size: float = 2, **medians
) -> dict[str, float]:
    """Draw the finite values of penalties beside each other, with their medians.

    Returns:
        Penalty -> its last median.
    """
    names = list(dict.fromkeys(name for group in groups.values() for name in group))
    width, ends = 0.8 / len(groups), {}
    for k, (penalty, group) in enumerate(groups.items()):
        found = {name: np.asarray(group.get(name, ())) for name in names}
        found = {name: values[np.isfinite(values)] for name, values in found.items()}
        parts.strip(
            ax,
            found,
            color=parts.look(penalty).color,
            orient="v",
            beside=(k, len(groups)),
            alpha=alpha,
            size=size,
        )
        middles = [np.median(v) if len(v) else np.nan for v in found.values()]
        centers = np.arange(len(names)) - 0.4 + width * (k + 0.5)
        ax.plot(centers, middles, **parts.line(penalty) | {"mec": PAPER} | medians)
        ends[penalty] = [float(m) for m in middles if np.isfinite(m)][-1]
    return ends


def paired(
    rows: Mapping[str, np.ndarray], *, sides: tuple[str, str], xlabel: str, limit: float
) -> Figure:
    """Differences of pairs: a violin each, with the mean and its 95 % interval.

    Args:
        rows: Comparison -> differences, 1-D.
        sides: What it means to be left and right of zero.
        xlabel: What the differences are.
        limit: The axis runs from -limit to limit; violins are cut there.
    """
    return paired_scales({limit: rows}, sides=sides, xlabel=xlabel)


def paired_scales(
    panels: Mapping[float, Mapping[str, np.ndarray]],
    *,
    sides: tuple[str, str],
    xlabel: str,
) -> Figure:
    """``paired`` in panels below each other, each on a scale of its own.

    Args:
        panels: Limit -> the rows that are drawn from -limit to limit.
        sides, xlabel: As in ``paired``.
    """
    heights = [len(rows) for rows in panels.values()]
    size = 5.4, 0.8 + 0.62 * sum(heights) + 0.5 * (len(heights) - 1)
    fig, axes = plt.subplots(
        len(panels), 1, figsize=size, height_ratios=heights, squeeze=False
    )
    for ax, (limit, rows) in zip(axes.flat, panels.items(), strict=True):
        for y, values in enumerate(rows.values()):
            parts.violin(ax, values[np.abs(values) <= limit], y, MUTED)
            found = mean_interval(values)
            parts.interval(ax, y, found)
            mean = f"{found.value:+z.{1 if limit > 5 else 2}f}"
            parts.write_beside(ax, y, mean.replace("-", "\N{MINUS SIGN}"))
        ax.axvline(0, color=INK, linewidth=1)
        parts.name_rows(ax, rows, above=0.6)
        ax.set_xlim(-limit, limit)
    parts.write_sides(axes[0, 0], sides)
    ax.set_xlabel(xlabel)
    return fig
