"""Pictures of trained networks: what they predict, their weights, their neurons."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap, to_rgba
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import blended_transform_factory

from utils.data import Split
from utils.figures.parts import HALO, label_ends, line, look
from utils.style import ACCENT, INK, MUTED, PAPER, SIGNS

# The sign of a weight, in the colors of the weight player. Zero is transparent, so
# that it is the paper's color on light and on dark paper.
SIGNED = LinearSegmentedColormap.from_list(
    "signed",
    [
        (0.0, to_rgba(SIGNS["negative"][0])),
        (0.5, to_rgba(SIGNS["negative"][0], alpha=0)),
        (0.5, to_rgba(SIGNS["positive"][0], alpha=0)),
        (1.0, to_rgba(SIGNS["positive"][0])),
    ],
)


def fitted_lines(
    split: Split, lines: Mapping[str, np.ndarray], truth: np.ndarray
) -> Figure:
    """What each network predicts over its last epochs, one panel per penalty.

    A training point more than 4 above the clean line is drawn as an outlier.

    Args:
        split: The data, with ``x_*`` of shape (n, 1).
        lines: Penalty -> predictions at equally spaced x from the smallest to the
            largest of the data, shape (epochs, m). The last row is drawn strong.
        truth: The clean line at the same x, shape (m,).
    """
    x_all = np.concatenate([split.x_train, split.x_test])
    x = np.linspace(x_all.min(), x_all.max(), len(truth))
    far = (split.y_train - np.interp(split.x_train, x, truth) > 4).ravel()
    columns = min(2, len(lines))
    fig, axes = plt.subplots(
        -(-len(lines) // columns),
        columns,
        figsize=(5.0, 5.2),
        sharex=True,
        sharey=True,
        squeeze=False,
    )
    for ax in axes.flat[len(lines) :]:
        ax.remove()
    for ax, (name, epochs) in zip(axes.flat, lines.items(), strict=False):
        style = line(name)
        ax.plot(split.x_train[~far], split.y_train[~far], ".", color=MUTED, mew=0)
        ax.plot(split.x_train[far], split.y_train[far], "^", color=ACCENT, mew=0)
        ax.plot(split.x_test, split.y_test, "o", mfc=PAPER, mec=INK, markersize=5)
        ax.plot(x, np.transpose(epochs), color=style["color"], alpha=0.25, linewidth=1)
        ax.plot(x, epochs[-1], markevery=max(1, len(x) // 4), **style)
        ax.plot(x, truth, color=INK, linewidth=1.2)
        ax.set_title(look(name).label, color=style["color"])
        ax.label_outer()
    first = axes[0, 0]
    first.set_ylim(top=first.get_ylim()[1] * 1.08)
    if far.any():
        corner = split.x_train[far][-1, 0], split.y_train[far][-1, 0]
        _point_out(first, "outliers", corner, (0.5, 0.93), ACCENT)
    lowest = split.x_test[1, 0], split.y_test[1, 0]
    _point_out(first, "test points", lowest, (0.55, 0.06), INK)
    _point_out(first, "clean line", (x[-1], truth[-1]), (0.64, 0.24), INK)
    fig.supxlabel("x")
    fig.supylabel("y")
    return fig


def _point_out(ax, text, point, place, color):
    """Write ``text`` at ``place``, in axes coordinates, with a line to ``point``."""
    ax.annotate(
        text,
        point,
        place,
        textcoords="axes fraction",
        color=color,
        ha="center",
        va="center",
        fontsize=10,
        path_effects=HALO,
        arrowprops={"arrowstyle": "-", "color": color, "linewidth": 0.8},
    )


def kernels(runs: Mapping[str, Sequence[np.ndarray]]) -> Figure:
    """Heatmaps of a network's kernels, one row per penalty, and their histograms.

    Args:
        runs: Penalty -> kernels in order, each (inputs, outputs). All networks have
            the same shapes.
    """
    shapes = [kernel.shape for kernel in next(iter(runs.values()))]
    peaks = [max(float(np.abs(k).max()) for k in run) for run in runs.values()]
    # A network with many small weights would look empty on the scale of the largest
    # weight of all: the colors saturate instead.
    limit = min(peaks) or 1.0
    fig, axes = plt.subplots(
        len(runs),
        len(shapes) + 1,
        figsize=(5.2, 1.6 * len(runs) + 0.5),
        squeeze=False,
        width_ratios=[max(2, width) for _, width in shapes] + [14],
    )
    image = None
    for row, (name, run) in zip(axes, runs.items(), strict=True):
        color = look(name).color
        for k, (ax, kernel) in enumerate(zip(row, run, strict=False), start=1):
            # "none" stores the few cells themselves instead of a big picture.
            image = ax.imshow(
                kernel, cmap=SIGNED, vmin=-limit, vmax=limit, interpolation="none"
            )
            ax.set(xticks=[], yticks=[])
            ax.set_title(f"$W_{k}$", fontsize=10, loc="center", pad=3)
            ax.grid(False)
            for spine in ax.spines.values():
                spine.set(visible=True, color=MUTED)
        _histograms(row[-1], run, max(peaks) or 1.0, color)
        row[-1].tick_params(labelbottom=name == list(runs)[-1])
        # The first matrix has one row only: its column has room for the name.
        corner = blended_transform_factory(row[0].transAxes, row[-1].transAxes)
        row[0].text(
            0,
            1,
            look(name).label,
            color=color,
            fontweight="bold",
            va="top",
            transform=corner,
        )
    axes[-1, -1].set_xlabel("weight")
    fig.colorbar(
        image,
        ax=axes[:, :-1],
        orientation="horizontal",
        label="weight",
        shrink=0.8,
        aspect=30,
        pad=0.02,
        extend="both",
        ticks=MaxNLocator(4, symmetric=True),
    )
    return fig


def _histograms(ax, run, largest, color):
    """One histogram per kernel, each as high as the others, stacked downwards."""
    edges = np.linspace(-1.02, 1.02, 42) * largest
    for k, kernel in enumerate(run, start=1):
        share = np.histogram(kernel, edges)[0] / kernel.size
        ax.stairs(
            share / share.max() * 0.85 - k, edges, baseline=-k, fill=True, color=color
        )
        ax.axhline(-k, color=MUTED, linewidth=0.6)
        ax.text(edges[0], -k + 0.25, f"$W_{k}$", color=MUTED, fontsize=9)
    ax.set(ylim=(-len(run) - 0.1, 0.1), yticks=[], xlim=(edges[0], edges[-1]))
    ax.spines["left"].set_visible(False)
    ax.grid(axis="y", visible=False)


def neuron_counts(
    thresholds: np.ndarray,
    runs: Mapping[str, np.ndarray],
    *,
    total: int,
    marks: Mapping[str, float],
) -> Figure:
    """How many neurons count as on, against the threshold that defines it.

    Args:
        thresholds: Increasing numbers above 0, shape (t,).
        runs: Penalty -> number of neurons on in each replicate at each threshold,
            shape (R, t). The median is drawn, and the band of 90 % of replicates.
        total: How many neurons there are.
        marks: Text -> threshold to mark by a thin line.
    """
    fig, ax = plt.subplots(figsize=(4.9, 3.6))
    for shift, (name, counts) in enumerate(runs.items()):
        style = line(name)
        low, middle, high = np.quantile(counts, [0.05, 0.5, 0.95], axis=0)
        ax.fill_between(
            thresholds, low, high, color=style["color"], alpha=0.18, linewidth=0
        )
        every = max(1, len(thresholds) // 6)
        ax.plot(thresholds, middle, markevery=(2 + 2 * shift, every), **style)
    _label_falls(ax, thresholds, runs, total)
    over = blended_transform_factory(ax.transData, ax.transAxes)
    for text, x in marks.items():
        ax.axvline(x, color=INK, linewidth=1)
        ax.text(x, 1.02, text, transform=over, ha="center", fontsize=10)
    ax.set(xscale="log", xlim=(thresholds[0], thresholds[-1]), ylim=(0, total + 0.5))
    ax.set(xlabel="a weight counts if |w| is above", ylabel=f"neurons on, of {total}")
    return fig


def _label_falls(ax, thresholds, runs, total):
    """Name each falling curve beside it, by turns at its left and at its right."""
    half = {}
    for name, counts in runs.items():
        half[name] = _first_below(thresholds, np.median(counts, axis=0), total / 2)
    for place, name in enumerate(sorted(half, key=half.get)):
        left = place % 2 == 0
        level = total * (0.5 if left else 0.75)
        x = _first_below(thresholds, np.median(runs[name], axis=0), level)
        ax.annotate(
            look(name).label,
            (x, level),
            (-10 if left else 8, 0),
            textcoords="offset points",
            va="center",
            ha="right" if left else "left",
            color=look(name).color,
            path_effects=HALO,
        )


def _first_below(x, y, level):
    """The first x at which y is below ``level``, or the last x."""
    below = y < level
    return x[np.argmax(below)] if below.any() else x[-1]


def sizes_and_spectra(
    weights: Mapping[str, np.ndarray], spectra: Mapping[str, np.ndarray]
) -> Figure:
    """Two views of the same networks: every weight, and the singular values.

    Args:
        weights: Penalty -> weights of any shape; the density of their sizes
            is shown on a logarithmic scale, with the median.
        spectra: Penalty -> decreasing singular values, shape (R, r). The median over
            replicates is drawn, and the band of 90 % of them.
    """
    fig, (top, bottom) = plt.subplots(2, 1, figsize=(4.9, 6.2))
    edges = np.linspace(-6, 0.5, 105)
    for place, (name, values) in enumerate(reversed(weights.items())):
        sizes = np.log10(np.maximum(np.abs(values).ravel(), 1e-6))
        share = np.histogram(sizes, edges)[0]
        share = share / share.max() * 0.8
        color = look(name).color
        top.stairs(place + share, edges, baseline=place, fill=True, color=color)
        top.plot([np.median(sizes)] * 2, [place, place + 0.8], color=INK)
    top.set_yticks(range(len(weights)), [look(n).label for n in reversed(weights)])
    for tick, name in zip(top.get_yticklabels(), reversed(weights), strict=True):
        tick.set_color(look(name).color)
    top.set_xticks(range(-6, 1, 2), [f"$10^{{{p}}}$" for p in range(-6, 1, 2)])
    top.set(xlim=(edges[0], edges[-1]), title="All weights", xlabel="|w| (bar: median)")
    top.grid(axis="y", visible=False)
    ends = {}
    for name, values in spectra.items():
        color = look(name).color
        low, middle, high = np.quantile(values, [0.05, 0.5, 0.95], axis=0)
        rank = np.arange(1, values.shape[1] + 1)
        bottom.fill_between(rank, low, high, color=color, alpha=0.18, linewidth=0)
        bottom.plot(rank, middle, **line(name))
        ends[name] = float(middle[-1])
    bottom.set(yscale="log", ylim=(1e-7, 5), xlim=(0.8, values.shape[1] + 0.2))
    bottom.set(xlabel="1st, 2nd, … singular value", title="Singular values of $W_2$")
    bottom.set_xticks(rank)
    label_ends(bottom, ends)
    return fig


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
