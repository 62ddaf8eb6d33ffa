"""Pictures of many runs: how they spread, how often few of them mislead.

Every replicate counts: distributions are drawn as violins or strips of dots, and the
mean with its 95 % interval is drawn upon them.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from utils.figures import parts
from utils.figures.parts import HALO, Groups, Panels
from utils.style import ACCENT, INK, MUTED, PAPER

# Setting -> penalty and values, 1-D.
Rows = Mapping[str, tuple[str, np.ndarray]]


def few_runs(rows: Rows) -> Figure:
    """A row of markers for each setting, a handful, and a line at their mean."""
    fig, ax = plt.subplots(figsize=(5.2, 0.8 + 0.7 * len(rows)))
    parts.name_rows(ax, rows, above=0.6)
    ax.set_xlabel("sum of |error| on 10 test points")
    for y, (penalty, values) in enumerate(rows.values()):
        _row(ax, y, penalty, values, np.mean(values), 0.32, "mean ")
    return fig


def many_runs(rows: Rows, *, marks: Groups) -> Figure:
    """A violin for each setting, with its mean, and its first five values as markers.

    Args:
        rows: What to draw.
        marks: Setting -> other values to compare, shown as crosses below its row.
    """
    fig, ax = plt.subplots(figsize=(5.2, 0.8 + 0.85 * len(rows)))
    parts.name_rows(ax, rows, above=0.6)
    ax.set_xlabel("sum of |error|")
    for y, (penalty, values) in enumerate(rows.values()):
        parts.violin(ax, values, y, parts.look(penalty).color)
        _row(ax, y, penalty, values[:5], np.mean(values), 0.42)
    for label, values in marks.items():
        y = list(rows).index(label) + 0.3
        ax.plot(values, np.full(len(values), y), "x", color=INK, markersize=7, mew=2)
    return fig


def _row(ax, y, penalty, shown, mean, half, text=""):
    """Some values as markers, and the mean as a line with its number."""
    style = parts.line(penalty) | {"linestyle": "none", "markersize": 8, "mec": PAPER}
    ax.plot(shown, np.full(len(shown), y), **style)
    ax.plot([mean, mean], [y - half, y + half], color=INK, linewidth=2)
    style = {"va": "bottom", "fontsize": 10, "path_effects": HALO}
    ax.text(mean, y - 0.36, f"{text}{mean:.1f}", **style)


def spreads(panels: Panels) -> Figure:
    """Strips of dots in panels that share their axes, with standard deviations.

    Args:
        panels: Title -> source of the spread -> values, 1-D. All panels have the same
            sources or leave some out.
    """
    sources = list(dict.fromkeys(s for rows in panels.values() for s in rows))
    fig, axes = parts.stack(panels, (5.2, 0.9 + 1.75 * len(panels)), sharex=True)
    for ax, rows in zip(axes, panels.values(), strict=True):
        parts.strip(ax, {s: rows.get(s, ()) for s in sources}, color=ACCENT, alpha=0.5)
        for source, values in rows.items():
            text = f"± {np.std(values, ddof=1):.1f}"
            parts.write_beside(ax, sources.index(source), text)
    ax.set_xlabel("sum of |error|")
    return fig


def wrong_winner(runs: Sequence[int], curves: Mapping[str, Sequence[float]]) -> Figure:
    """How often the wrong one wins, against the number of runs on each side.

    Args:
        runs: Numbers of runs, increasing.
        curves: Three labels -> shares of wrong winners, one for each number of runs.
    """
    fig, ax = plt.subplots(figsize=(5.0, 3.6))
    places = (5.4, 0.13), (12, 0.43), (1.05, 0.02)  # of the labels: runs, share
    names = zip(curves.items(), places, "so^", strict=True)
    for (label, shares), place, marker in names:
        ax.plot(runs, shares, marker=marker, color=ACCENT)
        ax.text(*place, label, path_effects=HALO)
    ax.axvline(5, color=INK, linewidth=1)
    ax.axhline(0.5, color=INK, linewidth=1)
    ax.text(runs[-1], 0.505, "as good as a coin", ha="right", va="bottom")
    ax.set(xscale="log", ylim=(0, 0.56), xlim=(runs[0], runs[-1]))
    ax.set(xticks=runs, xticklabels=runs)
    ax.set(xlabel="runs on each side", ylabel="share of wrong winners")
    ax.minorticks_off()
    return fig


def one_step_later(ways: Groups, *, last: int, epoch: int) -> Figure:
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
    looks = zip(ways.items(), (MUTED, ACCENT), (1.5, 3), strict=True)
    for (way, errors), color, width in looks:
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
