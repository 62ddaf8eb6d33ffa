"""Charts and parts of charts that several chapters share.

Curves carry their names at their ends, in the color, line and marker of their penalty
(``utils.style.PENALTIES``). Pictures of trained networks are in
``utils.plotting_networks``.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from utils.style import INK, PAPER, PENALTIES, Look

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


def gaps(
    steps: np.ndarray, runs: Mapping[str, np.ndarray], *, mark: tuple[float, str]
) -> Figure:
    """How far apart two trainings are, step by step, on logarithmic axes.

    Args:
        steps: Numbers of steps above 0, shape (t,).
        runs: Penalty -> difference after each of these numbers, shape (t,); zeros
            are left out.
        mark: A height to mark by a thin line, and what to write there.
    """
    fig, ax = plt.subplots(figsize=(4.9, 3.5))
    positive = np.concatenate([gap[gap > 0] for gap in runs.values()] + [[mark[0]]])
    for shift, (name, gap) in enumerate(runs.items()):
        if (gap > 0).any():
            drawn = np.where(gap > 0, gap, np.nan)
            ax.plot(steps, drawn, markevery=(0.03 + 0.02 * shift, 0.13), **line(name))
    ax.axhline(mark[0], color=INK, linewidth=1)
    ax.text(steps[0] * 1.1, mark[0] * 1.25, mark[1], va="bottom", path_effects=HALO)
    ax.set(xscale="log", yscale="log", xlim=(steps[0], steps[-1]))
    ax.set_ylim(positive.min() / 2, positive.max() * 5)
    ax.set(xlabel="steps of SGD", ylabel="largest difference")
    ends = {name: max(gap[-1], positive.min()) for name, gap in runs.items()}
    label_ends(ax, ends)
    return fig


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
