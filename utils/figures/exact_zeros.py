"""Figures of ``exact_zeros``: where weights near zero go, and what makes them 0.

All treatments there are ways to apply one and the same penalty, so they are told
apart by name, line and shade, not by the color of a penalty.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import blended_transform_factory

from utils.figures.keras_regularizers import SIGNED
from utils.figures.parts import HALO, label_ends
from utils.style import ACCENT, GRID, INK, MUTED

# Color, line and marker of the first and the second of two methods.
_LOOKS = ((INK, "-", "D"), (ACCENT, "--", "o"))


def hops(
    course: tuple[np.ndarray, np.ndarray], sizes: np.ndarray, *, unit: float, name: str
) -> Figure:
    """A weight step by step, and how large all weights are.

    Args:
        course: Step numbers, and one weight after each of them, both (t,).
        sizes: Sizes of many weights, 1-D, at least 0.
        unit: The length to measure in.
        name: What to call it, as TeX.
    """
    fig, (top, bottom) = plt.subplots(2, 1, figsize=(5.0, 4.6))
    steps, weights = course
    top.axhspan(-1, 1, color=GRID, alpha=0.6, linewidth=0)
    top.axhline(0, color=INK, linewidth=1)
    top.plot(steps, weights / unit, ".-", color=ACCENT, linewidth=0.8, markersize=5)
    top.set(title="One weight", ylim=(-1.35, 1.35), xlim=(steps[0], steps[-1]))
    top.set_yticks([-1, 0, 1], [f"$-{name}$", "0", f"${name}$"])
    top.set(xlabel="step", ylabel="w")
    edges = np.linspace(0, 2.5, 51)
    share = np.histogram(sizes / unit, edges)[0] / len(sizes)
    bottom.stairs(share, edges, color=ACCENT, fill=True, alpha=0.5)
    bottom.set(title="All weights", xlim=(0, 2.5), xlabel="|w|", ylabel="share")
    bottom.set_xticks([0, 1, 2], ["0", f"${name}$", f"$2{name}$"])
    return fig


def decline(
    steps: np.ndarray,
    sizes: Mapping[str, np.ndarray],
    *,
    bound: Mapping[str, np.ndarray],
    unit: str,
) -> Figure:
    """How large the typical weight is while training goes on, on a logarithmic axis.

    Args:
        steps: Numbers of steps, (t,).
        sizes: Treatment -> a typical |w| of each replicate, (R, t). The median is
            drawn, and the band of 90 % of the replicates.
        bound: Treatment -> a curve to compare with, (t,), drawn thin.
        unit: What to call those curves.
    """
    fig, ax = plt.subplots(figsize=(5.0, 3.6))
    ends = {}
    for (name, values), (color, line, marker) in zip(
        sizes.items(), _LOOKS, strict=False
    ):
        low, middle, high = np.quantile(values, (0.05, 0.5, 0.95), axis=0)
        ax.fill_between(steps, low, high, color=color, alpha=0.15, linewidth=0)
        every = max(1, len(steps) // 6)
        ax.plot(
            steps, middle, color=color, ls=line, marker=marker, markevery=every, ms=6
        )
        ax.plot(steps, bound[name], color=MUTED, linewidth=1)
        ends[name] = float(middle[-1])
    first = next(iter(bound.values()))
    ax.text(steps[-1], first[-1] * 1.2, unit, ha="right", va="bottom", color=MUTED)
    ax.set(yscale="log", xlim=(0, steps[-1]), xlabel="step", ylabel="median |w|")
    label_ends(ax, ends)
    return fig


def updates(
    before: np.ndarray, after: Mapping[str, np.ndarray], *, unit: float, name: str
) -> Figure:
    """What two rules make of weights near zero.

    Args:
        before: Weights after the loss's part of a step, (n,).
        after: Rule -> the same weights after the whole step, (n,).
        unit: The length to measure in.
        name: What to call it, as TeX.
    """
    fig, ax = plt.subplots(figsize=(5.0, 4.0))
    limit = 2.6
    ax.plot([-limit, limit], [-limit, limit], color=MUTED, ls=":", lw=1)
    shown = np.abs(before) <= limit * unit
    looks = (("x", INK, 7, 1.3), ("o", ACCENT, 5, 0))
    places = ((-0.2, 1.0, "right"), (1.0, -0.4, "left"))
    for (rule, values), (marker, color, size, edge), (px, py, align) in zip(
        after.items(), looks, places, strict=True
    ):
        ax.plot(
            before[shown] / unit,
            values[shown] / unit,
            marker,
            color=color,
            ms=size,
            mew=edge,
            rasterized=True,
        )
        ax.text(px, py, rule, color=color, ha=align, path_effects=HALO)
    ticks = range(-2, 3)
    names = [f"$-2{name}$", f"$-{name}$", "0", f"${name}$", f"$2{name}$"]
    ax.set_xticks(ticks, names)
    ax.set_yticks(ticks, names)
    ax.set(xlim=(-limit, limit), ylim=(-limit, limit))
    ax.set(xlabel="after the step along the loss", ylabel="after the whole step")
    return fig


def counts(
    panels: Mapping[str, Mapping[str, np.ndarray]], *, limits: Mapping[str, float]
) -> Figure:
    """Every replicate as a dot, treatments in rows, in panels beside each other.

    Args:
        panels: What is counted -> treatment -> counts, 1-D. All panels have the same
            treatments in the same order.
        limits: What is counted -> how many there are: the end of its axis.
    """
    rows = list(next(iter(panels.values())))
    fig, axes = plt.subplots(
        1, len(panels), figsize=(5.6, 0.7 + 0.42 * len(rows)), sharey=True
    )
    rng = np.random.default_rng(0)  # only moves the dots up and down
    for ax, (title, groups) in zip(axes, panels.items(), strict=True):
        height = np.repeat(np.arange(len(rows)), [len(v) for v in groups.values()])
        ax.plot(
            np.concatenate(list(groups.values())),
            height + 0.32 * rng.uniform(-1, 1, len(height)),
            ".",
            color=ACCENT,
            alpha=0.3,
            markersize=4,
            mew=0,
            rasterized=True,
        )
        beside = {"transform": ax.get_yaxis_transform(), "fontsize": 10}
        ax.text(1.03, -0.75, "mean", color=MUTED, **beside)
        for y, values in enumerate(groups.values()):
            ax.text(1.03, y, f"{np.mean(values):.1f}", va="center", **beside)
        edge = 0.05 * limits[title]
        ax.set(title=title, xlim=(-edge, limits[title] + edge))
        # A long name takes two lines, so that it leaves room for the panels.
        ax.set_yticks(range(len(rows)), [row.replace(", ", ",\n") for row in rows])
        ax.set_ylim(len(rows) - 0.5, -0.5)
        ax.grid(axis="y", visible=False)
    return fig


def crossings(
    panels: Mapping[str, np.ndarray], *, minimum: float, stuck: str, there: str
) -> Figure:
    """Courses of one weight from many starts, a panel for each rule.

    Args:
        panels: Rule -> weights, (steps, starts).
        minimum: Where the objective is smallest, drawn as a line.
        stuck, there: What to write at 0 and at the minimum.
    """
    fig, axes = plt.subplots(
        len(panels), 1, figsize=(5.0, 2.1 * len(panels) + 0.3), sharex=True, sharey=True
    )
    for ax, (title, courses) in zip(np.atleast_1d(axes), panels.items(), strict=True):
        dead = courses[-1] == 0
        ax.plot(courses[:, ~dead], color=MUTED, linewidth=0.9, rasterized=True)
        if dead.any():
            ax.plot(courses[:, dead], color=ACCENT, linewidth=1.8)
            ax.text(len(courses) - 1, -0.06, stuck, color=ACCENT, ha="right", va="top")
        ax.axhline(minimum, color=INK, linewidth=1, linestyle="--")
        ax.text(len(courses) - 1, minimum + 0.05, there, ha="right", path_effects=HALO)
        ax.set(title=title, ylabel="weight", xlim=(0, len(courses) - 1))
    axes[-1].set_xlabel("step")
    return fig


def excess(
    panels: Mapping[str, tuple[np.ndarray, Mapping[str, np.ndarray]]], *, ylabel: str
) -> Figure:
    """How far objectives are above their minimum, in panels that share the y axis.

    Args:
        panels: Title -> numbers of steps, (t,), and two methods -> excess above 0 of
            each replicate, (R, t). The median is drawn, and the band of 90 % of them.
        ylabel: What the excess is.
    """
    fig, axes = plt.subplots(
        len(panels), 1, figsize=(5.0, 1.75 * len(panels) + 0.4), sharey=True
    )
    for ax, (title, (steps, runs)) in zip(axes, panels.items(), strict=True):
        for values, (color, line, marker) in zip(runs.values(), _LOOKS, strict=True):
            low, middle, high = np.quantile(values, (0.05, 0.5, 0.95), axis=0)
            ax.fill_between(steps, low, high, color=color, alpha=0.13, linewidth=0)
            every = (2 if marker == "o" else 0, max(1, len(steps) // 6))
            ax.plot(
                steps,
                middle,
                color=color,
                ls=line,
                marker=marker,
                markevery=every,
                ms=6,
            )
        ax.set(title=title, yscale="log", xlim=(0, steps[-1]))
    axes[-1].set_xlabel("step")
    fig.supylabel(ylabel, fontsize="medium")
    fig.get_layout_engine().execute(fig)  # the labels need the final positions
    for ax, (_, runs) in zip(axes, panels.values(), strict=True):
        label_ends(ax, {n: np.median(v[:, -1]) for n, v in runs.items()}, size=10)
    return fig


def matrices(networks: Mapping[str, Sequence[np.ndarray]]) -> Figure:
    """Heatmaps of the kernels of several networks, a row each, on one scale.

    Args:
        networks: Title -> kernels in order, each (inputs, outputs). All networks have
            the same shapes, and the first kernel a single row.
    """
    shapes = [kernel.shape for kernel in next(iter(networks.values()))]
    largest = max(np.abs(k).max() for kernels in networks.values() for k in kernels)
    fig, axes = plt.subplots(
        len(networks),
        len(shapes),
        figsize=(5.0, 1.7 * len(networks) + 0.6),
        width_ratios=[width + 1 for _, width in shapes],
    )
    for row, (title, kernels) in zip(axes, networks.items(), strict=True):
        for k, (ax, kernel) in enumerate(zip(row, kernels, strict=True), start=1):
            # "none" stores the few cells themselves instead of a big picture.
            image = ax.imshow(
                kernel, cmap=SIGNED, vmin=-largest, vmax=largest, interpolation="none"
            )
            ax.set(xticks=[], yticks=[])
            ax.set_title(f"$W_{k}$", fontsize=10, loc="center", pad=3)
            ax.grid(False)
            for spine in ax.spines.values():
                spine.set(visible=True, color=MUTED)
        # The first kernel has one row only: above it is room for the name.
        corner = blended_transform_factory(row[0].transAxes, row[-1].transAxes)
        row[0].text(0, 1, title, fontweight="bold", va="top", transform=corner)
    fig.colorbar(
        image,
        ax=axes,
        orientation="horizontal",
        label="weight",
        shrink=0.8,
        aspect=30,
        ticks=MaxNLocator(4, symmetric=True),
    )
    return fig


def settled(
    asked: np.ndarray, found: Mapping[str, np.ndarray], *, truth: np.ndarray
) -> Figure:
    """Where single weights come to rest, against where the loss alone would put them.

    Args:
        asked: What the loss asks for, (m,), increasing.
        found: Optimizer -> where the weights ended, (m,).
        truth: The minimum of loss plus penalty, (m,), drawn as a thin line.
    """
    fig, axes = plt.subplots(
        len(found), 1, figsize=(4.6, 1.75 * len(found) + 0.4), sharex=True, sharey=True
    )
    for ax, (title, weights) in zip(np.atleast_1d(axes), found.items(), strict=True):
        ax.plot(asked, truth, color=MUTED, linewidth=1)
        zero = weights == 0
        dots = {"color": ACCENT, "markersize": 4, "rasterized": True}
        ax.plot(asked[~zero], weights[~zero], ".", **dots)
        dots["color"] = INK
        ax.plot(asked[zero], weights[zero], "D", **dots)
        ax.text(
            0.02,
            0.9,
            f"{zero.mean():.0%} exactly 0",
            transform=ax.transAxes,
            va="top",
            path_effects=HALO,
        )
        ax.set(title=title, ylabel="w")
    axes[-1].set_xlabel("z: what the loss asks for")
    return fig
