"""Pictures of trained networks: how they learn, their errors, weights and neurons."""

from collections.abc import Mapping, Sequence
from itertools import cycle

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from utils.figures import parts
from utils.figures.parts import HALO, Groups, line, look
from utils.statistics import paired_difference
from utils.style import INK, MUTED, PAPER


def learning_curves(logs: Mapping[str, Mapping[str, Sequence[float]]]) -> Figure:
    """Training and validation loss of each epoch, one panel for each method.

    Args:
        logs: "none", three other penalties or "adamw", and "early stopping" -> "bare"
            and "val_bare" -> the loss without the penalty, of training and of
            validation. The epoch that early stopping keeps is marked in the panel of
            "none".
    """
    fig, axes = plt.subplots(2, 2, figsize=(5.0, 4.6), sharex=True, sharey=True)
    names = [name for name in logs if name != "early stopping"]
    for ax, name in zip(axes.flat, names, strict=True):
        color, losses = look(name).color, logs[name]["val_bare"]
        epochs = np.arange(1, len(losses) + 1)
        ax.plot(epochs, logs[name]["bare"], color=MUTED, linewidth=1.2)
        ax.plot(epochs, losses, color=color, linewidth=2.6)
        place = {"va": "bottom", "ha": "right", "fontsize": 10, "path_effects": HALO}
        ax.text(epochs[-1], max(losses[-20:]) + 0.05, f"{losses[-1]:.2f}", **place)
        ax.set_title(look(name).label, color=color)
    _name_curves(axes[0, 0], logs)
    fig.supxlabel("epoch")
    fig.supylabel("cross-entropy, without the penalty")
    return fig


def _name_curves(ax, logs):
    """Say which curve is which, and what early stopping keeps."""
    losses, stopped = (logs[n]["val_bare"] for n in ("none", "early stopping"))
    ax.set(xlim=(0, len(losses)), ylim=(0, 1.7))
    keeps = int(np.argmin(stopped)) + 1, min(stopped)
    ax.plot(*keeps, "o", color=INK, markersize=7, mec=PAPER, zorder=3)
    texts = {"fontsize": 10, "va": "center", "path_effects": HALO}
    parts.point_out(ax, "early stopping", keeps, (keeps[0] + 6, 1.25), **texts)
    middle = len(losses) // 2
    ax.text(middle, 0.13, "training", color=MUTED, **texts)
    ax.text(middle, losses[middle] - 0.15, "validation", **texts)


def errors_against_strength(
    strengths: Mapping[str, Sequence[float]], panels: parts.Panels
) -> Figure:
    """Errors against strength, minus those without a penalty of the same replicate.

    Means with their 95 % intervals, one panel for each kind of error.

    Args:
        strengths: "adamw" or a penalty -> its m strengths, above 0.
        panels: Kind of error -> method -> errors (m, R); those of "none", the
            reference, and of "early stopping" have the shape (R,).
    """
    fig, axes = parts.stack(panels, (4.9, 6.0), sharex=True)
    ends = []
    for ax, errors in zip(axes, panels.values(), strict=True):
        for name, x in strengths.items():
            pairs = [paired_difference(e, errors["none"]) for e in errors[name]]
            found = parts.intervals(pairs)
            parts.band(ax, x, found, **look(name).stroke, marker=look(name).marker)
            _name_below(ax, name, x, pairs)
        stopped = paired_difference(errors["early stopping"], errors["none"])
        ax.axhspan(stopped.low, stopped.high, color=INK, alpha=0.12, linewidth=0)
        ax.axhline(0, **look("none").stroke)
        ax.set_xscale("log")
        ax.margins(y=0.16)
        ends.append({"early stopping": stopped.value, "none": 0.0})
    parts.label_panels(axes, ends)
    axes[-1].set_xlabel("λ of L1 and L2, weight_decay of AdamW")
    return fig


def _name_below(ax, name, x, pairs):
    """Name a curve below its lowest point; L1's above its end, where L2's is not."""
    place, away, va = (x[-1], pairs[-1].high), (0, 4), "bottom"
    if name != "l1":
        lowest = min(pair.low for pair in pairs)
        place, away, va = (np.sqrt(x[0] * x[-1]), lowest), (0, -4), "top"
    texts = {"color": look(name).color, "fontsize": 10, "ha": "center", "va": va}
    texts |= {"textcoords": "offset points", "path_effects": HALO}
    ax.annotate(look(name).label, place, away, **texts)


def kernels(runs: Mapping[str, Sequence[np.ndarray]]) -> Figure:
    """Heatmaps of a network's kernels, one row per penalty, and their histograms.

    Args:
        runs: Penalty -> kernels in order, each (inputs, outputs). All networks have
            the same shapes.
    """
    widths = [max(2, kernel.shape[1]) for kernel in next(iter(runs.values()))]
    peaks = [max(float(np.abs(k).max()) for k in run) for run in runs.values()]
    size = {"figsize": (5.2, 1.6 * len(runs) + 0.5), "width_ratios": [*widths, 14]}
    fig, axes = plt.subplots(len(runs), len(widths) + 1, squeeze=False, **size)
    for ax, (name, run) in zip(axes[:, -1], runs.items(), strict=True):
        _histograms(ax, run, max(peaks) or 1.0, look(name).color)
        ax.tick_params(labelbottom=ax is axes[-1, -1])
    ax.set_xlabel("weight")
    # A network with many small weights would look empty on the scale of the largest
    # weight of all: the colors saturate instead.
    parts.heatmaps(axes[:, :-1], runs, min(peaks) or 1.0, pad=0.02, extend="both")
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
    thresholds: np.ndarray, runs: Groups, *, total: int, marks: Mapping[str, float]
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
        found = parts.most(counts)
        some = 2 + 2 * shift, every
        parts.band(ax, thresholds, found, markevery=some, **line(name))
        medians[name] = found[1]
    _label_falls(ax, thresholds, medians, total)
    parts.mark(ax, marks)
    ax.set(xscale="log", xlim=(thresholds[0], thresholds[-1]), ylim=(0, total + 0.5))
    ax.set(xlabel="a weight counts if |w| is above", ylabel=f"neurons on, of {total}")
    return fig


def _label_falls(ax, x, curves, total):
    """Name each falling curve beside it, by turns at its left and at its right."""
    order = sorted(curves, key=lambda name: _first_below(x, curves[name], total / 2))
    sides = (0.5, -10, "right"), (0.75, 8, "left")
    for name, (share, away, ha) in zip(order, cycle(sides), strict=False):
        place = _first_below(x, curves[name], total * share), total * share
        text = {"color": look(name).color, "path_effects": HALO, "ha": ha}
        text |= {"textcoords": "offset points", "va": "center"}
        ax.annotate(look(name).label, place, (away, 0), **text)


def _first_below(x, y, level):
    """The first x at which y is below ``level``, or the last x."""
    below = y < level
    return x[np.argmax(below)] if below.any() else x[-1]


def sizes_and_spectra(weights: Groups, spectra: Groups) -> Figure:
    """Two views of the same networks: every weight, and the singular values.

    Args:
        weights: Penalty -> weights of any shape; the density of their sizes
            is shown on a logarithmic scale, with the median.
        spectra: Penalty -> decreasing singular values, shape (R, r). The median over
            replicates is drawn, and the band of 90 % of them.
    """
    fig, (top, bottom) = plt.subplots(2, 1, figsize=(4.9, 6.2))
    _sizes(top, dict(reversed(weights.items())))
    for name, values in spectra.items():
        rank = np.arange(1, values.shape[1] + 1)
        parts.band(bottom, rank, parts.most(values), **line(name))
    bottom.set(yscale="log", ylim=(1e-7, 5), xlim=(0.8, rank[-1] + 0.2), xticks=rank)
    bottom.set(xlabel="1st, 2nd, … singular value", title="Singular values of $W_2$")
    parts.label_ends(bottom)
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


def gaps(steps: np.ndarray, runs: Groups, *, mark: tuple[float, str]) -> Figure:
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
    parts.label_ends(ax, ends)
    return fig
