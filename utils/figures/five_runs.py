"""Pictures of many runs: how they spread, how pairs differ, what a setting does.

Every replicate counts: distributions are drawn as violins or strips of dots, and the
mean with its 95 % interval is drawn upon them.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from matplotlib.colors import LinearSegmentedColormap, to_rgba
from matplotlib.figure import Figure

from utils.figures.parts import (
    HALO,
    band,
    label_panels,
    line,
    look,
    row_axes,
    strip,
    violin,
    write_beside,
)
from utils.style import ACCENT, INK, PAPER

Rows = Mapping[str, tuple[str, np.ndarray]]
# One color, more or less opaque, so that it has its twin in the dark theme.
# (Matplotlib before 3.11 would read a pair as a place and its color.)
_SHADES = LinearSegmentedColormap.from_list("shades", [to_rgba(ACCENT, 0), ACCENT])


def few_runs(rows: Rows, *, xlabel: str) -> Figure:
    """A row of markers for each setting, and a line at their mean.

    Args:
        rows: Setting -> penalty and values (1-D, a handful).
        xlabel: What the values are.
    """
    fig, ax = row_axes(rows, xlabel)
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
    fig, ax = row_axes(rows, xlabel, height=0.85)
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
    size = 5.4, 0.9 + 1.75 * len(panels)
    fig, axes = plt.subplots(len(panels), 1, figsize=size, sharex=True, squeeze=False)
    for ax, (title, rows) in zip(axes.flat, panels.items(), strict=True):
        strip(ax, {s: rows.get(s, ()) for s in sources}, color=ACCENT, alpha=0.5)
        for source, values in rows.items():
            text = f"± {np.std(values, ddof=1):.1f}"
            write_beside(ax, sources.index(source), text)
        ax.set_title(title)
    ax.set_xlabel(xlabel)
    return fig


def strengths(
    strength: Sequence[float], panels: Mapping[str, Mapping[str, np.ndarray]]
) -> Figure:
    """Curves against the strength of a penalty, in panels above each other.

    Args:
        strength: Values of λ above 0, shape (k,).
        panels: What is shown -> penalty -> values of all replicates, shape (k, R). The
            band holds 90 % of the replicates; the curve is their mean.
    """
    size = 5.4, 0.6 + 1.75 * len(panels)
    fig, axes = plt.subplots(len(panels), 1, figsize=size, sharex=True, squeeze=False)
    ends = []
    for ax, (title, curves) in zip(axes.flat, panels.items(), strict=True):
        means = {name: values.mean(axis=1) for name, values in curves.items()}
        for name, mean in means.items():
            low, high = np.quantile(curves[name], (0.05, 0.95), axis=1)
            band(ax, strength, (low, mean, high), **line(name))
        ax.set(title=title, xscale="log", xlim=(strength[0], strength[-1]))
        ends.append({name: mean[-1] for name, mean in means.items()})
    ax.set_xlabel("λ")
    label_panels(axes.flat, ends)
    return fig


def shares(
    table: np.ndarray, *, rows: Sequence[str], columns: Sequence[str], labels: Sequence
) -> Figure:
    """A table of shares from 0 to 1 in shades, each written in its field.

    Args:
        table: Shares, shape (len(rows), len(columns)).
        rows, columns: Names of the rows and columns.
        labels: What the columns and the rows are: (xlabel, ylabel).
    """
    fig, ax = plt.subplots(figsize=(5.0, 0.9 + 0.42 * len(rows)))
    sns.heatmap(
        table,
        vmin=0,
        vmax=1,
        cmap=_SHADES,
        annot=True,
        fmt=".0%",
        annot_kws={"color": INK},
        cbar=False,
        xticklabels=columns,
        yticklabels=rows,
        ax=ax,
    )
    for text, share in zip(ax.texts, np.ravel(table), strict=True):
        text.set_color(PAPER if share > 0.7 else INK)
    ax.set(xlabel=labels[0], ylabel=labels[1])
    ax.grid(visible=False)
    ax.spines[["left", "bottom"]].set_visible(True)
    ax.tick_params(length=0, rotation=0)
    return fig
