"""Pictures of many runs: how they spread, how pairs differ, what a setting does.

Every replicate counts: distributions are drawn as violins or strips of dots, and the
mean with its 95 % interval is drawn upon them.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from utils.plotting import HALO, label_ends, line, look
from utils.statistics import mean_interval
from utils.style import ACCENT, INK, MUTED, PAPER

Rows = Mapping[str, tuple[str, np.ndarray]]


def few_runs(rows: Rows, *, xlabel: str) -> Figure:
    """A row of markers for each setting, and a line at their mean.

    Args:
        rows: Setting -> penalty and values (1-D, a handful).
        xlabel: What the values are.
    """
    fig, ax = _rows(rows, xlabel)
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
    fig, ax = _rows(rows, xlabel, height=0.85)
    for y, (penalty, values) in enumerate(rows.values()):
        color = look(penalty).color
        _violin(ax, values, y, color)
        _markers(ax, values[:few], y, look(penalty))
        mean = np.mean(values)
        ax.plot([mean, mean], [y - 0.42, y + 0.42], color=INK, linewidth=2)
        _over(ax, f"{mean:.1f}", mean, y)
    for label, values in (marks or {}).items():
        y = list(rows).index(label) + 0.3
        ax.plot(values, np.full(len(values), y), "x", color=INK, markersize=7, mew=2)
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
    fig, ax = _rows(rows, xlabel, height=0.62, width=5.4)
    for y, values in enumerate(rows.values()):
        inside = values[np.abs(values) <= limit]
        _violin(ax, inside, y, MUTED)
        found = mean_interval(values)
        ax.plot([found.low, found.high], [y, y], color=INK, linewidth=3)
        ax.plot(found.value, y, "o", color=INK, markersize=6, mec=PAPER)
        ax.text(
            1.01,
            y,
            f"{found.value:+z.1f}",
            va="center",
            transform=_beside(ax),
            color=INK,
        )
    ax.axvline(0, color=INK, linewidth=1)
    ax.set_xlim(-limit, limit)
    for text, x, align in ((sides[0], 0, "left"), (sides[1], 1, "right")):
        ax.text(x, 1.01, text, transform=ax.transAxes, ha=align, color=INK)
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
                transform=_beside(ax),
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


def _rows(rows: Mapping, xlabel: str, *, height: float = 0.7, width: float = 5.6):
    """Axes with one row for each entry, the first one on top."""
    fig, ax = plt.subplots(figsize=(width, 0.8 + height * len(rows)))
    ax.set_yticks(range(len(rows)), list(rows))
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlabel(xlabel)
    ax.grid(axis="y", visible=False)
    return fig, ax


def _violin(ax: Axes, values: np.ndarray, y: float, color: str) -> None:
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


def _beside(ax):
    """Coordinates: x in those of the axes, y in those of the data."""
    return ax.get_yaxis_transform()
