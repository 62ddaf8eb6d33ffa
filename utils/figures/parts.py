"""Charts and parts of charts that several chapters share.

Curves carry their names at their ends, in the color, line and marker of their penalty
(``utils.style.PENALTIES``). Pictures of trained networks are in
``utils.figures.keras_regularizers``.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from utils.statistics import mean_interval
from utils.style import INK, MUTED, PAPER, PENALTIES, Look

# Keeps text readable where lines pass behind it.
HALO = [withStroke(linewidth=3, foreground=PAPER)]


def look(name: str) -> Look:
    """The look of a penalty; a ValueError if there is none of this name."""
    if name not in PENALTIES:
        known = ", ".join(PENALTIES)
        raise ValueError(f"a penalty must be one of {known}, got {name!r}")
    return PENALTIES[name]


def line(name: str) -> dict:
    """Arguments for ``Axes.plot`` that draw a curve in the look of a penalty."""
    found = look(name)
    return {
        "color": found.color,
        "linestyle": found.linestyle,
        "marker": found.marker,
        "markersize": 6,
    }


def label_ends(ax: Axes, ends: Mapping[str, float], *, size: float = 11) -> None:
    """Write the name of each curve to the right of ``ax``, none over another.

    Call it last: it needs the final limits of the axes.

    Args:
        ax: Axes with linear or logarithmic y.
        ends: Name -> y in data coordinates, where the curve ends. The name of a
            penalty is written as its label in its color, any other name as it is.
        size: Font size in points.
    """
    names = sorted(ends, key=ends.get)
    to_axes = ax.transData + ax.transAxes.inverted()
    heights = [
        np.clip(to_axes.transform((ax.get_xlim()[1], ends[name]))[1], 0, 1)
        for name in names
    ]
    points = ax.get_position().height * ax.figure.get_size_inches()[1] * 72
    for name, y in zip(names, spread(heights, 1.35 * size / points), strict=True):
        label, color = name, INK
        if name in PENALTIES:
            label, color = PENALTIES[name].label, PENALTIES[name].color
        ax.text(
            1.02,
            y,
            label,
            color=color,
            fontsize=size,
            va="center",
            transform=ax.transAxes,
        )


def spread(values: Sequence[float], gap: float) -> np.ndarray:
    """Move numbers apart, as little as possible, until neighbors are ``gap`` apart.

    Args:
        values: Increasing numbers.
        gap: The smallest distance wanted, at least 0.

    Returns:
        As many increasing numbers, ``gap`` or more apart.
    """
    groups: list[list[float]] = []
    for value in values:
        groups.append([float(value)])
        # Two groups that touch become one, laid out evenly around its mean.
        while (
            len(groups) > 1
            and _ends(groups[-1], gap)[0] - gap < (_ends(groups[-2], gap)[1])
        ):
            groups[-2:] = [groups[-2] + groups[-1]]
    return np.array(
        [_ends(g, gap)[0] + gap * place for g in groups for place in range(len(g))]
    )


def _ends(group, gap):
    middle, half = np.mean(group), gap * (len(group) - 1) / 2
    return middle - half, middle + half


def strips(
    groups: Mapping[str, Mapping[str, np.ndarray]], *, xlabel: str, ylabel: str
) -> Figure:
    """Every replicate as a dot, beside each other by penalty, with the medians.

    Args:
        groups: Penalty -> setting -> values, 1-D. Settings are shown from left to
            right in the order in which they first appear.
        xlabel, ylabel: What the settings and the values are.
    """
    settings = list(dict.fromkeys(s for group in groups.values() for s in group))
    fig, ax = plt.subplots(figsize=(4.9, 3.5))
    rng = np.random.default_rng(0)  # only moves the dots sideways
    width = 0.8 / len(groups)
    for k, (name, group) in enumerate(groups.items()):
        style = line(name)
        center = np.array([settings.index(s) for s in group]) - 0.4 + width * (k + 0.5)
        for x, values in zip(center, group.values(), strict=True):
            values = np.asarray(values)
            ax.plot(
                x + width * 0.35 * rng.uniform(-1, 1, len(values)),
                values,
                ".",
                color=style["color"],
                alpha=0.25,
                markersize=4,
                markeredgewidth=0,
                rasterized=True,
            )
        medians = [float(np.median(values)) for values in group.values()]
        ax.plot(center, medians, **{**style, "markersize": 8, "markeredgecolor": PAPER})
    ax.set_xticks(range(len(settings)), settings)
    ax.set(xlabel=xlabel, ylabel=ylabel, xlim=(-0.5, len(settings) - 0.5))
    ax.grid(axis="x", visible=False)
    label_ends(
        ax, {n: float(np.median(list(g.values())[-1])) for n, g in groups.items()}
    )
    return fig


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
    fig, ax = row_axes(rows, xlabel, height=0.62, width=5.4)
    for y, values in enumerate(rows.values()):
        inside = values[np.abs(values) <= limit]
        violin(ax, inside, y, MUTED)
        found = mean_interval(values)
        ax.plot([found.low, found.high], [y, y], color=INK, linewidth=3)
        ax.plot(found.value, y, "o", color=INK, markersize=6, mec=PAPER)
        ax.text(
            1.01,
            y,
            f"{found.value:+z.1f}",
            va="center",
            transform=beside(ax),
            color=INK,
        )
    ax.axvline(0, color=INK, linewidth=1)
    ax.set_xlim(-limit, limit)
    for text, x, align in ((sides[0], 0, "left"), (sides[1], 1, "right")):
        ax.text(x, 1.01, text, transform=ax.transAxes, ha=align, color=INK)
    return fig


def settings(
    panels: Mapping[str, Mapping[str, Mapping[str, np.ndarray]]],
    *,
    ylabel: str,
    mark: tuple[float, str] | None = None,
    lowest: float | None = None,
) -> Figure:
    """Every replicate as a dot for several settings, in panels with one scale.

    Args:
        panels: What is varied -> penalty -> setting -> values above 0, 1-D. Values
            that are not finite are left out.
        ylabel: What the values are; their axis is logarithmic.
        mark: A height to mark by a thin line, and what to write there.
        lowest: Where the axis begins.
    """
    fig, axes = plt.subplots(
        len(panels), 1, figsize=(5.4, 0.4 + 2.1 * len(panels)), sharey=True
    )
    rng = np.random.default_rng(0)  # only moves the dots sideways
    axes = np.atleast_1d(axes)
    for ax, (title, groups) in zip(axes, panels.items(), strict=True):
        names = list(dict.fromkeys(s for group in groups.values() for s in group))
        width = 0.8 / len(groups)
        for k, (penalty, group) in enumerate(groups.items()):
            centers = np.arange(len(names)) - 0.4 + width * (k + 0.5)
            medians = []
            for center, name in zip(centers, names, strict=True):
                values = np.asarray(group[name])
                values = values[np.isfinite(values)]
                medians.append(np.median(values) if len(values) else np.nan)
                ax.plot(
                    center + 0.35 * width * rng.uniform(-1, 1, len(values)),
                    values,
                    ".",
                    color=look(penalty).color,
                    alpha=0.4,
                    markersize=4,
                    mew=0,
                    rasterized=True,
                )
            ax.plot(centers, medians, **line(penalty), mec=PAPER)
        ax.set_xticks(range(len(names)), names)
        ax.set(title=title, xlim=(-0.5, len(names) - 0.5), ylabel=ylabel)
        ax.grid(axis="x", visible=False)
        ax.set_yscale("log")
        ax.set_ylim(bottom=lowest)
        if mark:
            ax.axhline(mark[0], color=INK, linewidth=1)
            ax.text(-0.48, mark[0], mark[1], va="bottom", path_effects=HALO)
    fig.get_layout_engine().execute(fig)  # the labels need the final positions
    for ax, groups in zip(axes, panels.values(), strict=True):
        ends = {}
        for penalty, group in groups.items():
            finite = [np.median(v) for v in group.values() if np.isfinite(v).all()]
            ends[penalty] = float(finite[-1])
        label_ends(ax, ends, size=10)
    return fig


def row_axes(rows: Mapping, xlabel: str, *, height: float = 0.7, width: float = 5.6):
    """Axes with one row for each entry, the first one on top."""
    fig, ax = plt.subplots(figsize=(width, 0.8 + height * len(rows)))
    ax.set_yticks(range(len(rows)), list(rows))
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlabel(xlabel)
    ax.grid(axis="y", visible=False)
    return fig, ax


def violin(ax: Axes, values: np.ndarray, y: float, color: str) -> None:
    sns.violinplot(
        x=values,
        y=np.full(len(values), y),
        orient="h",
        native_scale=True,
        color=color,
        fill=True,
        saturation=1,
        alpha=0.3,
        inner=None,
        linewidth=0,
        cut=0,
        density_norm="width",
        width=0.8,
        gridsize=80,
        ax=ax,
        legend=False,
    )


def beside(ax):
    """Coordinates: x in those of the axes, y in those of the data."""
    return ax.get_yaxis_transform()
