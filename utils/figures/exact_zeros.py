"""Figures of ``exact_zeros``: where weights near zero go, and what makes them 0.

All treatments there are ways to apply one and the same penalty, so they are told
apart by name, line and shade, not by the color of a penalty.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from utils.figures import parts
from utils.figures.parts import HALO, Groups, Panels
from utils.style import ACCENT, GRID, INK, MUTED

# From -2 to 2 learning rates times strengths.
_UNITS = (
    r"$-2\eta\lambda$",
    r"$-\eta\lambda$",
    "0",
    r"$\eta\lambda$",
    r"$2\eta\lambda$",
)
# The first and the second of two methods.
_LOOKS = (
    parts.NEUTRAL[0] | {"marker": "D", "markersize": 6},
    parts.NEUTRAL[1] | {"marker": "o", "markersize": 6},
)


def hops(course: np.ndarray, sizes: np.ndarray, *, unit: float) -> Figure:
    """A weight step by step, and how large all weights are.

    Args:
        course: One weight after each of some steps, (t,).
        sizes: Sizes of many weights, 1-D, at least 0.
        unit: The learning rate times the strength, to measure lengths in.
    """
    fig, (top, bottom) = plt.subplots(2, 1, figsize=(5.0, 4.6))
    steps = np.arange(1, len(course) + 1)
    top.axhspan(-1, 1, color=GRID, alpha=0.6, linewidth=0)
    top.axhline(0, color=INK, linewidth=1)
    top.plot(steps, course / unit, ".-", color=ACCENT, linewidth=0.8, markersize=5)
    top.set(title="One weight hops around 0", ylim=(-1.35, 1.35), ylabel="w")
    top.set(xlabel="more steps of training", xlim=(steps[0], steps[-1]))
    top.set_yticks([-1, 0, 1], _UNITS[1:4])
    edges = np.linspace(0, 2.5, 51)
    share = np.histogram(sizes / unit, edges)[0] / len(sizes)
    bottom.stairs(share, edges, color=ACCENT, fill=True, alpha=0.5)
    bottom.set(title="Sizes of all weights", xlabel="|w|", ylabel="share")
    bottom.set_xlim(0, 2.5)
    bottom.set_xticks([0, 1, 2], _UNITS[2:])
    meaning = f"{_UNITS[3]} is the learning\nrate times the strength"
    bottom.text(1.1, share.max(), meaning, color=INK, va="top")
    return fig


def decline(steps: np.ndarray, sizes: Groups, *, bound: Groups) -> Figure:
    """How large the typical weight is while training goes on, on a logarithmic axis.

    Args:
        steps: Numbers of steps, (t,).
        sizes: Treatment -> a typical |w| of each replicate, (R, t). The median is
            drawn, and the band of 90 % of the replicates.
        bound: Treatment -> the learning rate times the strength, (t,), drawn thin.
    """
    fig, ax = plt.subplots(figsize=(5.0, 3.6))
    every = max(1, len(steps) // 6)
    for (name, values), look in zip(sizes.items(), _LOOKS, strict=True):
        found = parts.most(values)
        parts.band(ax, steps, found, markevery=every, label=name, **look)
        ax.plot(steps, bound[name], color=MUTED, linewidth=1)
    first = next(iter(bound.values()))
    ax.text(steps[-1], first[-1] * 1.2, "ηλ", ha="right", va="bottom", color=MUTED)
    ax.set(yscale="log", xlim=(0, steps[-1]), xlabel="step", ylabel="median |w|")
    parts.label_ends(ax)
    return fig


def updates(before: np.ndarray, after: Groups, *, unit: float) -> Figure:
    """What two rules make of weights near zero.

    Args:
        before: Weights after the loss's part of a step, (n,).
        after: Rule -> the same weights after the whole step, (n,).
        unit: The learning rate times the strength, to measure lengths in.
    """
    fig, ax = plt.subplots(figsize=(5.0, 4.0))
    limit = 2.6
    ax.plot([-limit, limit], [-limit, limit], color=MUTED, ls=":", lw=1)
    shown = np.abs(before) <= limit * unit
    looks = (
        ((-0.2, 1.0), "right", {"marker": "x", "color": INK, "ms": 7, "mew": 1.3}),
        ((1.0, -0.4), "left", {"marker": "o", "color": ACCENT, "ms": 5, "mew": 0}),
    )
    for (rule, values), (place, ha, look) in zip(after.items(), looks, strict=True):
        dots = before[shown] / unit, values[shown] / unit
        ax.plot(*dots, linestyle="none", rasterized=True, **look)
        ax.text(*place, rule, color=look["color"], ha=ha, path_effects=HALO)
    ax.set_xticks(range(-2, 3), _UNITS)
    ax.set_yticks(range(-2, 3), _UNITS)
    ax.set(xlim=(-limit, limit), ylim=(-limit, limit))
    ax.set(xlabel="after the step along the loss", ylabel="after the whole step")
    return fig


def counts(panels: Panels, *, limits: Mapping[str, float]) -> Figure:
    """Every replicate as a dot, treatments in rows, in panels below each other.

    Args:
        panels: What is counted -> treatment -> counts, 1-D. All panels have the same
            treatments in the same order.
        limits: What is counted -> how many there are: the end of its axis.
    """
    rows = len(next(iter(panels.values())))
    fig, axes = parts.stack(panels, (4.6, len(panels) * (0.6 + 0.46 * rows)))
    for ax, (title, groups) in zip(axes, panels.items(), strict=True):
        # A long name takes two lines, so that it leaves room for the panels.
        short = {name.replace(", ", ",\n"): v for name, v in groups.items()}
        parts.strip(ax, short, color=ACCENT, jitter=0.32)
        parts.write_beside(ax, -0.75, "mean", color=MUTED, fontsize=10)
        for y, values in enumerate(groups.values()):
            parts.write_beside(ax, y, f"{np.mean(values):.1f}", fontsize=10)
        edge = 0.05 * limits[title]
        ax.set_xlim(-edge, limits[title] + edge)
    return fig


def crossings(panels: Groups, *, minimum: float) -> Figure:
    """Courses of one weight from many starts, a panel for each rule.

    Args:
        panels: Rule -> weights, (steps, starts).
        minimum: Where the objective is smallest, drawn as a line.
    """
    size = 5.0, 2.1 * len(panels) + 0.3
    fig, axes = parts.stack(panels, size, sharex=True, sharey=True)
    for ax, courses in zip(axes, panels.values(), strict=True):
        last = len(courses) - 1
        dead = courses[-1] == 0
        ax.plot(courses[:, ~dead], color=MUTED, linewidth=0.9, rasterized=True)
        if dead.any():
            ax.plot(courses[:, dead], color=ACCENT, linewidth=1.8)
            ax.text(last, -0.06, "dead", color=ACCENT, ha="right", va="top")
        ax.axhline(minimum, color=INK, linewidth=1, linestyle="--")
        ax.text(last, minimum + 0.05, "the minimum", ha="right", path_effects=HALO)
        ax.set(ylabel="weight", xlim=(0, last))
    ax.set_xlabel("step")
    return fig


def excess(panels: Mapping[str, tuple[np.ndarray, Groups]]) -> Figure:
    """How far objectives are above their minimum, in panels that share the y axis.

    Args:
        panels: Title -> numbers of steps, (t,), and two methods -> excess above 0 of
            each replicate, as a share of the minimum, (R, t). The median is drawn, and
            the band of 90 % of them.
    """
    fig, axes = parts.stack(panels, (5.0, 1.75 * len(panels) + 0.4), sharey=True)
    for ax, (steps, runs) in zip(axes, panels.values(), strict=True):
        every = max(1, len(steps) // 6)
        for k, ((name, values), look) in enumerate(
            zip(runs.items(), _LOOKS, strict=True)
        ):
            marks = {"markevery": (2 * k, every), "label": name}
            parts.band(ax, steps, parts.most(values), **marks, **look)
        ax.set(yscale="log", xlim=(0, steps[-1]))
        ax.locator_params(axis="x", nbins=5)
    # The curves coincide: no label could stand beside.
    axes[-1].legend(loc="lower left")
    axes[-1].set_xlabel("step")
    fig.supylabel("objective above its minimum (share of it)", fontsize="medium")
    return fig


def matrices(networks: Mapping[str, Sequence[np.ndarray]]) -> Figure:
    """Heatmaps of the kernels of several networks, a row each, on one scale.

    Args:
        networks: Title -> kernels in order, each (inputs, outputs). All networks have
            the same shapes, and the first kernel a single row.
    """
    widths = [kernel.shape[1] + 1 for kernel in next(iter(networks.values()))]
    largest = max(np.abs(k).max() for kernels in networks.values() for k in kernels)
    shape = len(networks), len(widths)
    size = 5.0, 1.7 * len(networks) + 0.6
    fig, axes = plt.subplots(*shape, figsize=size, width_ratios=widths)
    parts.heatmaps(axes, networks, largest)
    return fig


def settled(asked: np.ndarray, found: Groups, *, truth: np.ndarray) -> Figure:
    """Where single weights come to rest, against where the loss alone would put them.

    Args:
        asked: What the loss asks for, (m,), increasing.
        found: Optimizer -> where the weights ended, (m,).
        truth: The minimum of loss plus penalty, (m,), drawn as a thin line.
    """
    size = 4.6, 1.75 * len(found) + 0.4
    fig, axes = parts.stack(found, size, sharex=True, sharey=True)
    for ax, weights in zip(axes, found.values(), strict=True):
        ax.plot(asked, truth, color=MUTED, linewidth=1)
        zero = weights == 0
        dots = {"markersize": 4, "rasterized": True}
        ax.plot(asked[~zero], weights[~zero], ".", color=ACCENT, **dots)
        ax.plot(asked[zero], weights[zero], "D", color=INK, **dots)
        place = {"transform": ax.transAxes, "va": "top", "path_effects": HALO}
        ax.text(0.02, 0.9, f"{zero.mean():.0%} exactly 0", **place)
        ax.set_ylabel("w")
    ax.set_xlabel("z: what the loss asks for")
    return fig
