"""Pictures of trained networks: how they learn, their errors, weights and neurons."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from utils.figures.parts import (
    HALO,
    band,
    heatmaps,
    intervals,
    label_ends,
    label_panels,
    line,
    look,
    mark,
    point_out,
)
from utils.statistics import paired_difference
from utils.style import INK, MUTED, PAPER, PENALTIES

_SHARES = (0.05, 0.5, 0.95)  # the ends of the bands, and the median between them


def learning_curves(
    logs: Mapping[str, Mapping[str, Sequence[float]]], *, training: str, validation: str
) -> Figure:
    """Training and validation loss of each epoch, one panel for each method.

    Args:
        logs: "none" and other penalties, "adamw" or "early stopping" -> histories as
            ``fit`` returns them. The epoch that early stopping keeps is marked in the
            panel of "none".
        training, validation: Names of the two losses in the histories.
    """
    names = [name for name in logs if name != "early stopping"]
    shared = {"sharex": True, "sharey": True, "squeeze": False}
    fig, axes = plt.subplots(-(-len(names) // 2), 2, figsize=(5.0, 4.6), **shared)
    for ax, name in zip(axes.flat, names, strict=False):
        color, losses = PENALTIES[name].color, logs[name][validation]
        epochs = np.arange(1, len(losses) + 1)
        ax.plot(epochs, logs[name][training], color=MUTED, linewidth=1.2)
        ax.plot(epochs, losses, color=color, linewidth=2.6)
        place = {"va": "bottom", "ha": "right", "fontsize": 10, "path_effects": HALO}
        ax.text(epochs[-1], max(losses[-20:]) + 0.05, f"{losses[-1]:.2f}", **place)
        ax.set_title(PENALTIES[name].label, color=color)
    _name_curves(axes[0, 0], logs, training, validation)
    fig.supxlabel("epoch")
    fig.supylabel("cross-entropy, without the penalty")
    return fig


def _name_curves(ax, logs, training, validation):
    """Say which curve is which, and what early stopping keeps."""
    log, stopped = logs["none"], logs["early stopping"][validation]
    ax.set(xlim=(0, len(log[training])), ylim=(0, 1.7))
    keeps = int(np.argmin(stopped)) + 1, min(stopped)
    ax.plot(*keeps, "o", color=INK, markersize=7, mec=PAPER, zorder=3)
    texts = {"fontsize": 10, "va": "center"}
    point_out(ax, "early stopping", keeps, (keeps[0] + 6, 1.25), **texts)
    middle = len(log[training]) // 2
    ax.text(middle, 0.13, "training", color=MUTED, path_effects=HALO, **texts)
    low = log[validation][middle] - 0.15
    ax.text(middle, low, "validation", path_effects=HALO, **texts)


def errors_against_strength(
    strengths: Mapping[str, Sequence[float]],
    panels: Mapping[str, Mapping[str, np.ndarray]],
) -> Figure:
    """Errors against strength, minus those without a penalty of the same replicate.

    Means with their 95 % intervals, one panel for each kind of error.

    Args:
        strengths: "adamw" or a penalty -> its m strengths, above 0.
        panels: Kind of error -> method -> errors (m, R); those of "none", the
            reference, and of "early stopping" have the shape (R,).
    """
    fig, axes = plt.subplots(len(panels), 1, figsize=(4.9, 6.0), sharex=True)
    axes, ends = np.atleast_1d(axes), []
    for ax, (kind, errors) in zip(axes, panels.items(), strict=True):
        for name, x in strengths.items():
            pairs = [paired_difference(e, errors["none"]) for e in errors[name]]
            shape = {
                "linestyle": PENALTIES[name].linestyle,
                "marker": PENALTIES[name].marker,
            }
            band(ax, x, intervals(pairs), color=PENALTIES[name].color, **shape)
            _name_below(ax, name, x, pairs)
        stopped = paired_difference(errors["early stopping"], errors["none"])
        ax.axhspan(stopped.low, stopped.high, color=INK, alpha=0.12, linewidth=0)
        ax.axhline(0, **look("none").stroke)
        ax.set(xscale="log", title=kind)
        ax.margins(y=0.16)
        ends.append({"early stopping": stopped.value, "none": 0.0})
    label_panels(axes, ends)
    axes[-1].set_xlabel("λ of L1 and L2, weight_decay of AdamW")
    return fig


def _name_below(ax, name, x, pairs):
    """Name a curve below its lowest point; L1's above its end, where L2's is not."""
    texts = {"color": PENALTIES[name].color, "fontsize": 10, "ha": "center"}
    texts |= {"textcoords": "offset points", "path_effects": HALO}
    if name == "l1":
        end = x[-1], pairs[-1].high
        ax.annotate(PENALTIES[name].label, end, xytext=(0, 4), va="bottom", **texts)
        return
    place = np.sqrt(x[0] * x[-1]), min(pair.low for pair in pairs)
    ax.annotate(PENALTIES[name].label, place, xytext=(0, -4), va="top", **texts)


def kernels(runs: Mapping[str, Sequence[np.ndarray]]) -> Figure:
    """Heatmaps of a network's kernels, one row per penalty, and their histograms.

    Args:
        runs: Penalty -> kernels in order, each (inputs, outputs). All networks have
            the same shapes.
    """
    widths = [max(2, kernel.shape[1]) for kernel in next(iter(runs.values()))]
    peaks = [max(float(np.abs(k).max()) for k in run) for run in runs.values()]
    fig, axes = plt.subplots(
        len(runs),
        len(widths) + 1,
        figsize=(5.2, 1.6 * len(runs) + 0.5),
        squeeze=False,
        width_ratios=[*widths, 14],
    )
    for ax, (name, run) in zip(axes[:, -1], runs.items(), strict=True):
        _histograms(ax, run, max(peaks) or 1.0, look(name).color)
        ax.tick_params(labelbottom=ax is axes[-1, -1])
    ax.set_xlabel("weight")
    # A network with many small weights would look empty on the scale of the largest
    # weight of all: the colors saturate instead.
    heatmaps(axes[:, :-1], runs, min(peaks) or 1.0, pad=0.02, extend="both")
    return fig


def _histograms(ax, run, largest, color):
    """One histogram per kernel, each as high as the others, stacked downwards."""
    edges = np.linspace(-1.02, 1.02, 42) * largest
    for k, kernel in enumerate(run, start=1):
        _hill(ax, kernel, edges, -k, 0.85, color)
        ax.axhline(-k, color=MUTED, linewidth=0.6)
        ax.text(edges[0], -k + 0.25, f"$W_{k}$", color=MUTED, fontsize=10.5)
    ax.set(ylim=(-len(run) - 0.1, 0.1), yticks=[], xlim=(edges[0], edges[-1]))
    ax.spines["left"].set_visible(False)
    ax.grid(axis="y", visible=False)


def _hill(ax, values, edges, foot, height, color):
    """A filled histogram of the given height that stands on ``foot``."""
    counts = np.histogram(values, edges)[0]
    tops = foot + height * counts / counts.max()
    ax.stairs(tops, edges, baseline=foot, fill=True, color=color)


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
    every = max(1, len(thresholds) // 6)
    medians = {}
    for shift, (name, counts) in enumerate(runs.items()):
        found = np.quantile(counts, _SHARES, axis=0)
        start = 2 + 2 * shift
        band(ax, thresholds, found, markevery=(start, every), **line(name))
        medians[name] = found[1]
    _label_falls(ax, thresholds, medians, total)
    mark(ax, marks)
    ax.set(xscale="log", xlim=(thresholds[0], thresholds[-1]), ylim=(0, total + 0.5))
    ax.set(xlabel="a weight counts if |w| is above", ylabel=f"neurons on, of {total}")
    return fig


def _label_falls(ax, x, curves, total):
    """Name each falling curve beside it, by turns at its left and at its right."""
    order = sorted(curves, key=lambda name: _first_below(x, curves[name], total / 2))
    for place, name in enumerate(order):
        left = place % 2 == 0
        level = total * (0.5 if left else 0.75)
        ax.annotate(
            look(name).label,
            (_first_below(x, curves[name], level), level),
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
    _sizes(top, dict(reversed(weights.items())))
    ends = {}
    for name, values in spectra.items():
        found = np.quantile(values, _SHARES, axis=0)
        rank = np.arange(1, found.shape[1] + 1)
        band(bottom, rank, found, **line(name))
        ends[name] = float(found[1, -1])
    bottom.set(yscale="log", ylim=(1e-7, 5), xlim=(0.8, rank[-1] + 0.2), xticks=rank)
    bottom.set(xlabel="1st, 2nd, … singular value", title="Singular values of $W_2$")
    label_ends(bottom, ends)
    return fig


def _sizes(ax, weights):
    """Histograms of |w| above each other, the first at the bottom."""
    edges = np.linspace(-6, 0.5, 105)
    for foot, (name, values) in enumerate(weights.items()):
        sizes = np.log10(np.maximum(np.abs(values).ravel(), 1e-6))
        _hill(ax, sizes, edges, foot, 0.8, look(name).color)
        ax.plot([np.median(sizes)] * 2, [foot, foot + 0.8], color=INK)
    ax.set_yticks(range(len(weights)), [look(name).label for name in weights])
    for tick, name in zip(ax.get_yticklabels(), weights, strict=True):
        tick.set_color(look(name).color)
    powers = range(-6, 1, 2)
    ax.set_xticks(powers, [f"$10^{{{power}}}$" for power in powers])
    ax.set(xlim=(edges[0], edges[-1]), title="All weights", xlabel="|w| (bar: median)")
    ax.grid(axis="y", visible=False)


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
