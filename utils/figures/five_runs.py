"""Pictures of many runs: how they spread, how often few of them mislead.

Every replicate counts: distributions are drawn as violins or strips of dots, and the
mean with its 95 % interval is drawn upon them.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from utils.figures.parts import (
    HALO,
    line,
    look,
    row_axes,
    strip,
    violin,
    write_beside,
)
from utils.style import ACCENT, INK, MUTED, PAPER

Rows = Mapping[str, tuple[str, np.ndarray]]


def few_runs(rows: Rows, *, xlabel: str) -> Figure:
    """A row of markers for each setting, and a line at their mean.

    Args:
        rows: Setting -> penalty and values (1-D, a handful).
        xlabel: What the values are.
    """
    fig, ax = row_axes(rows, xlabel, width=5.2)
    for y, (penalty, values) in enumerate(rows.values()):
        _markers(ax, values, y, penalty)
        _mean(ax, values, y, 0.32, "mean ")
    return fig


def many_runs(
    rows: Rows, *, few: int, xlabel: str, marks: Mapping[str, np.ndarray] | None = None
) -> Figure:
    """A violin for each setting, with its mean and its first few values.

    Args:
        rows: Setting -> penalty and values (1-D).
        few: How many of the first values to show as markers.
        xlabel: What the values are.
        marks: Setting -> other values to compare, shown as crosses below its row.
    """
    fig, ax = row_axes(rows, xlabel, height=0.85, width=5.2)
    for y, (penalty, values) in enumerate(rows.values()):
        violin(ax, values, y, look(penalty).color)
        _markers(ax, values[:few], y, penalty)
        _mean(ax, values, y, 0.42)
    for label, values in (marks or {}).items():
        y = list(rows).index(label) + 0.3
        ax.plot(values, np.full(len(values), y), "x", color=INK, markersize=7, mew=2)
    return fig


def _markers(ax, values, y, penalty):
    style = line(penalty) | {"linestyle": "none", "markersize": 8, "mec": PAPER}
    ax.plot(values, np.full(len(values), y), **style)


def _mean(ax, values, y, half, text=""):
    mean = np.mean(values)
    ax.plot([mean, mean], [y - half, y + half], color=INK, linewidth=2)
    text += f"{mean:.1f}"
    ax.text(mean, y - 0.36, text, va="bottom", fontsize=10, path_effects=HALO)


def spreads(panels: Mapping[str, Mapping[str, np.ndarray]], *, xlabel: str) -> Figure:
    """Strips of dots in panels that share their axes, with standard deviations.

    Args:
        panels: Title -> source of the spread -> values, 1-D. All panels have the same
            sources or leave some out.
        xlabel: What the values are.
    """
    sources = list(dict.fromkeys(s for rows in panels.values() for s in rows))
    size = 5.2, 0.9 + 1.75 * len(panels)
    fig, axes = plt.subplots(len(panels), 1, figsize=size, sharex=True, squeeze=False)
    for ax, (title, rows) in zip(axes.flat, panels.items(), strict=True):
        strip(ax, {s: rows.get(s, ()) for s in sources}, color=ACCENT, alpha=0.5)
        for source, values in rows.items():
            text = f"± {np.std(values, ddof=1):.1f}"
            write_beside(ax, sources.index(source), text)
        ax.set_title(title)
    ax.set_xlabel(xlabel)
    return fig


def wrong_winner(
    runs: Sequence[int],
    curves: Mapping[str, Sequence[float]],
    *,
    places: Sequence[tuple[float, float]],
) -> Figure:
    """How often the wrong one wins, against the number of runs on each side.

    Args:
        runs: Numbers of runs, increasing.
        curves: Label -> shares of wrong winners, one for each number of runs.
        places: Where to write the labels: (runs, share) of their left end, middle.
    """
    fig, ax = plt.subplots(figsize=(5.0, 3.6))
    for k, ((label, shares), place) in enumerate(
        zip(curves.items(), places, strict=True)
    ):
        ax.plot(runs, shares, marker="so^"[k % 3], color=ACCENT)
        ax.text(*place, label, path_effects=HALO)
    ax.axvline(5, color=INK, linewidth=1)
    ax.axhline(0.5, color=INK, linewidth=1)
    ax.text(runs[-1], 0.505, "as good as a coin", ha="right", va="bottom")
    ax.set(xscale="log", ylim=(0, 0.56), xlim=(runs[0], runs[-1]))
    ax.set(xticks=runs, xticklabels=runs)
    ax.set(xlabel="runs on each side", ylabel="share of wrong winners")
    ax.minorticks_off()
    return fig


def one_step_later(ways: Mapping[str, np.ndarray], *, last: int, epoch: int) -> Figure:
    """The error of a network after each of its last steps, a curve for each way.

    Args:
        ways: Way to train -> errors after the last steps, all of one length. The first
            is drawn thin and muted, the second one thick.
        last: Number of the last step.
        epoch: How many steps an epoch has: a thin line stands at each epoch's end.
    """
    fig, ax = plt.subplots(figsize=(5.0, 3.4))
    count = len(next(iter(ways.values())))
    steps = np.arange(last - count + 1, last + 1)
    for (way, errors), color, width in zip(
        ways.items(), (MUTED, ACCENT), (1.5, 3), strict=True
    ):
        ax.plot(steps, errors, color=color, linewidth=width)
        place = {"ha": "right", "va": "bottom", "path_effects": HALO}
        ax.text(steps[-2], errors.max(), way, color=color, **place)
    ends = range(last - epoch, steps[0], -epoch)
    for end in ends:
        ax.axvline(end, color=INK, linewidth=1)
    ax.text(min(ends) + 1, 1, "← epoch ends", path_effects=HALO)
    ax.set(xlabel="step", ylabel="sum of |error|", xlim=(steps[0], last))
    ax.set_ylim(bottom=0)
    return fig
