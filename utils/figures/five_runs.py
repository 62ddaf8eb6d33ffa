"""Pictures of many runs: how they spread, how pairs differ, what a setting does.

Every replicate counts: distributions are drawn as violins or strips of dots, and the
mean with its 95 % interval is drawn upon them.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from utils.figures import parts
from utils.figures.parts import HALO, label_ends, line, look
from utils.style import ACCENT, INK, PAPER

Rows = Mapping[str, tuple[str, np.ndarray]]


def few_runs(rows: Rows, *, xlabel: str) -> Figure:
    """A row of markers for each setting, and a line at their mean.

    Args:
        rows: Setting -> penalty and values (1-D, a handful).
        xlabel: What the values are.
    """
    fig, ax = parts.row_axes(rows, xlabel)
    for y, (penalty, values) in enumerate(rows.values()):
        _markers(ax, values, y, look(penalty))
        mean = np.mean(values)
        ax.plot([mean, mean], [y - 0.32, y + 0.32], color=INK, linewidth=2)
        _over(ax, f"mean {mean:.1f}", mean, y)
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
    fig, ax = parts.row_axes(rows, xlabel, height=0.85)
    for y, (penalty, values) in enumerate(rows.values()):
        color = look(penalty).color
        parts.violin(ax, values, y, color)
        _markers(ax, values[:few], y, look(penalty))
        mean = np.mean(values)
        ax.plot([mean, mean], [y - 0.42, y + 0.42], color=INK, linewidth=2)
        _over(ax, f"{mean:.1f}", mean, y)
    for label, values in (marks or {}).items():
        y = list(rows).index(label) + 0.3
        ax.plot(values, np.full(len(values), y), "x", color=INK, markersize=7, mew=2)
    return fig


def spreads(panels: Mapping[str, Mapping[str, np.ndarray]], *, xlabel: str) -> Figure:
    """Strips of dots in panels that share their axes, with standard deviations.

    Args:
        panels: Title -> source of the spread -> values, 1-D. All panels have the same
            sources or leave some out.
        xlabel: What the values are.
    """
    sources = list(dict.fromkeys(s for rows in panels.values() for s in rows))
    fig, axes = plt.subplots(
        len(panels), 1, figsize=(5.4, 0.9 + 1.75 * len(panels)), sharex=True
    )
    rng = np.random.default_rng(0)  # only moves the dots up and down
    for ax, (title, rows) in zip(np.atleast_1d(axes), panels.items(), strict=True):
        for source, values in rows.items():
            y = sources.index(source)
            ax.plot(
                values,
                y + 0.3 * rng.uniform(-1, 1, len(values)),
                ".",
                color=ACCENT,
                alpha=0.5,
                markersize=4,
                mew=0,
                rasterized=True,
            )
            ax.text(
                1.01,
                y,
                f"± {np.std(values, ddof=1):.1f}",
                va="center",
                transform=parts.beside(ax),
                color=INK,
            )
        ax.set_title(title)
        ax.set_yticks(range(len(sources)), sources)
        ax.set_ylim(len(sources) - 0.5, -0.5)
        ax.grid(axis="y", visible=False)
    np.atleast_1d(axes)[-1].set_xlabel(xlabel)
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
    fig, axes = plt.subplots(
        len(panels), 1, figsize=(5.4, 0.6 + 1.75 * len(panels)), sharex=True
    )
    for ax, (title, curves) in zip(axes, panels.items(), strict=True):
        for name, values in curves.items():
            low, high = np.quantile(values, (0.05, 0.95), axis=1)
            ax.fill_between(
                strength, low, high, color=look(name).color, alpha=0.13, linewidth=0
            )
            ax.plot(strength, values.mean(axis=1), **line(name))
        ax.set(title=title, xscale="log", xlim=(strength[0], strength[-1]))
    axes[-1].set_xlabel("λ")
    fig.get_layout_engine().execute(fig)  # the labels need the final positions
    for ax, curves in zip(axes, panels.values(), strict=True):
        label_ends(ax, {name: v[-1].mean() for name, v in curves.items()}, size=10)
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
    for (row, column), share in np.ndenumerate(table):
        # One color, more or less opaque, so that it has its twin in the dark theme.
        ax.add_patch(
            plt.Rectangle((column, row), 1, 1, fc=ACCENT, alpha=share, ec="none")
        )
        ax.text(
            column + 0.5,
            row + 0.5,
            f"{share:.0%}",
            ha="center",
            va="center",
            color=PAPER if share > 0.7 else INK,
        )
    ax.set_xticks(np.arange(len(columns)) + 0.5, columns)
    ax.set_yticks(np.arange(len(rows)) + 0.5, rows)
    ax.set(xlabel=labels[0], xlim=(0, len(columns)))
    ax.set(ylabel=labels[1], ylim=(len(rows), 0))
    ax.grid(visible=False)
    ax.tick_params(length=0)
    return fig


def _markers(ax, values, y, look):
    ax.plot(
        values,
        np.full(len(values), y),
        linestyle="none",
        marker=look.marker,
        color=look.color,
        markersize=8,
        mec=PAPER,
    )


def _over(ax, text, x, y):
    ax.text(x, y - 0.36, text, ha="left", va="bottom", fontsize=10, path_effects=HALO)
