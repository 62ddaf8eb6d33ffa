"""Figures of ``shrink_or_select``: what penalties do to the weights of a linear model.

Penalties come as keys of ``utils.style.PENALTIES``, in whose look they are drawn. What
is not a penalty is drawn in ink, in the accent color or in gray.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

from utils.figures.parts import NEUTRAL, band, intervals, label_ends, line, look, strip
from utils.statistics import mean_interval
from utils.style import INK, MUTED

# Shapes that are no penalty's.
_SHAPES = {"crosses": "x", "dots": ".", "plus signs": "+"}


def shrinkage(factors: Mapping[float, np.ndarray], flat: tuple[str, float]) -> Figure:
    """Draw by which factor ridge multiplies each singular direction.

    Args:
        factors: λ -> factors, (p,), from the direction of most variation on.
        flat: Name and height of a line to compare with.
    """
    fig, ax = plt.subplots(figsize=(5.8, 3.6))
    for lam, values in factors.items():
        place = np.arange(1, len(values) + 1)
        ax.plot(place, values, **line("l2"))
        end = len(values) + 0.3
        ax.text(end, values[-1], f"λ = {lam:g}", color=look("l2").color, va="center")
    ax.plot(place, np.full(len(values), flat[1]), color=MUTED, ls=":")
    ax.text(end, flat[1], flat[0], color=MUTED, va="center")
    ax.set(xlim=(0.6, 1.4 * len(values)), ylim=(-0.03, 1.05), xticks=place)
    ax.set(xlabel="direction, from most to least variation", ylabel="factor")
    ax.set_title("L2 shrinks most where the data vary least")
    return fig


def operators(
    z: np.ndarray, curves: Mapping[str, np.ndarray], found: Mapping[str, np.ndarray]
) -> Figure:
    """Draw the weight that each penalty leaves against the one that the data ask for.

    Args:
        z: What the data ask for, (m,), increasing.
        curves: Penalty -> weights by the formula, (m,).
        found: Penalty -> weights found in another way, (m,), shown as markers.
    """
    fig, ax = plt.subplots(figsize=(5.8, 4))
    ax.plot(z, z, **look("none").stroke)
    every = slice(None, None, max(1, len(z) // 6))
    for name, curve in curves.items():
        style = look(name)
        ax.plot(z, curve, **style.stroke)
        ax.plot(z[every], found[name][every], style.marker, color=style.color)
    arrow = {"arrowstyle": "->", "color": INK}
    ax.annotate("exactly 0", (0.3, 0), (0.9, -1.2), arrowprops=arrow)
    ax.set(xlim=(z[0], z[-1] + 0.1), ylim=(z[0], z[-1] + 0.1))
    ax.set(xlabel="z: what the data ask for", ylabel="w: what they get")
    ax.set_title("L1 subtracts, L2 divides")
    label_ends(ax, {"none": z[-1], **{name: c[-1] for name, c in curves.items()}})
    return fig


def convergence(courses: Mapping[str, np.ndarray], floor: float = 3e-13) -> Figure:
    """Draw how far objectives are above their minimum, on logarithmic axes.

    Args:
        courses: Method -> share above the minimum, (problems, passes); at most three,
            from the slowest to the fastest. A band holds all problems, a line is
            their median.
        floor: Where the axis ends; what is below, zeros too, is not shown.
    """
    fig, ax = plt.subplots(figsize=(5.8, 3.6))
    for (name, course), style in zip(courses.items(), NEUTRAL, strict=False):
        passes = np.arange(1, course.shape[1] + 1)
        low, middle, high = np.quantile(
            np.maximum(course, floor / 10), (0, 0.5, 1), axis=0
        )
        band(ax, passes, (low, middle, high), alpha=0.2, lw=2.5, **style)
        last = np.flatnonzero(middle > floor)[-1]
        fastest = name == list(courses)[-1]
        at = int((0.9 if fastest else 0.6) * last)
        x, y = (0.5, 1) if fastest else (1.5, 4)  # to the left of it, or above
        side = "right" if fastest else "left"
        ax.text(passes[at] * x, middle[at] * y, name, color=style["color"], ha=side)
    ax.loglog()
    ax.set(xlim=(0.9, passes[-1] * 3), ylim=(floor, 3))
    ax.set(xlabel="passes over the data", ylabel="objective above its minimum")
    ax.set_title("Two arrive, one creeps")
    return fig


def paths(
    lams: np.ndarray,
    weights: Mapping[str, np.ndarray],
    *,
    names: Mapping[str, int] | None = None,
    matters: np.ndarray | None = None,
) -> Figure:
    """Draw all weights against λ, a panel for each penalty.

    Args:
        lams: (m,), increasing.
        weights: Penalty -> weights, (m, p).
        names: Name -> number of a weight to name at the left end.
        matters: (p,) booleans; the other weights are drawn thin and gray.
    """
    size = next(iter(weights.values())).shape[1]
    strong = np.ones(size, bool) if matters is None else matters
    fig, axes = plt.subplots(1, len(weights), figsize=(5.8, 4), sharey=True)
    for ax, (penalty, path) in zip(np.atleast_1d(axes), weights.items(), strict=True):
        style = look(penalty)
        ax.semilogx(lams, path[:, ~strong], ":", color=MUTED, lw=0.7, rasterized=True)
        ax.semilogx(lams, path[:, strong], **style.stroke, lw=1.6)
        for name, j in (names or {}).items():
            ax.text(lams[0] * 0.9, path[0, j], name, ha="right", va="center")
        ax.set_xlim(lams[0] * (0.15 if names else 0.8), lams[-1])
        ax.set(xlabel="λ", title=f"{style.label}: {size} weights")
        if matters is not None:
            high, low = path.max(), path[0, strong].min()
            text = f"the {matters.sum()}\nthat matter"
            ax.text(lams[-1], high, text, color=style.color, ha="right", va="top")
            text = f"gray: the other {(~matters).sum()}"
            ax.text(lams[0], low * 1.2, text, color=MUTED, va="top")
            ax.set_ylim(low * 1.4, high * 1.1)
    np.atleast_1d(axes)[0].set_ylabel("weight")
    return fig


def twins(
    total: float,
    cloud: tuple[str, np.ndarray],
    points: Mapping[str, tuple[str, np.ndarray]],
) -> Figure:
    """Draw where the weights of a feature and of its copy end up.

    Args:
        total: What the two weights add up to on L1's line of minima.
        cloud: Name and weights, (runs, 2), of many L1 solutions.
        points: Name -> penalty and weights, (2,), of single solutions.
    """
    l1 = look("l1")
    fig, ax = plt.subplots(figsize=(5.8, 4.2))
    ax.plot([0, total], [total, 0], color=l1.color, lw=12, alpha=0.25)
    ax.text(0.08 * total, total, "L1: all of this line is minimal", color=l1.color)
    ax.plot(*cloud[1].T, l1.marker, color=l1.color, ms=3, mew=0, rasterized=True)
    ax.text(0.3 * total, 0.78 * total, f"small: {cloud[0]}", color=l1.color)
    for name, (penalty, w) in points.items():
        style = look(penalty)
        ax.plot(*w, style.marker, color=style.color, ms=10, mec=INK)
        side = (12, 4) if penalty == "l1" else (-24, -16)
        ax.annotate(name, w, side, textcoords="offset points", color=INK)
    ax.set(xlim=(-0.15 * total, 1.85 * total), ylim=(-0.15 * total, 1.15 * total))
    ax.set(xlabel="weight of the feature", ylabel="weight of its copy", aspect="equal")
    ax.set_title("L1 does not mind, so the algorithm decides")
    return fig


def against_noise(
    levels: Sequence[float],
    panels: Mapping[str, Mapping[str, Sequence[np.ndarray]]],
    penalties: Mapping[str, str],
) -> Figure:
    """Draw means with 95 % intervals against the signal-to-noise ratio.

    Args:
        levels: The ratios.
        panels: Title -> name of a curve -> values, (replicates,), for each level. The
            names are written in the last panel.
        penalties: Name of a curve -> its penalty. Curves of the same penalty differ by
            the dashes.
    """
    fig, axes = plt.subplots(len(panels), 1, figsize=(5.8, 6.4), sharex=True)
    for ax, (title, curves) in zip(axes, panels.items(), strict=True):
        dashes = {"l1": iter(("-", "--", ":"))}
        ends = {}
        for name, groups in curves.items():
            style = line(penalties[name]) | {"markersize": 5}
            kind = next(dashes.get(penalties[name], iter(())), style["linestyle"])
            low, middle, high = intervals(mean_interval(values) for values in groups)
            ax.vlines(levels, low, high, style["color"])
            ax.plot(levels, middle, **style | {"linestyle": kind})
            ends[name] = middle[-1]
        ax.set(title=title, xscale="log", xlim=(levels[0] * 0.8, levels[-1] * 1.25))
        ax.set_xticks(levels, [f"{level:g}" for level in levels])
        ax.set_xticks([], minor=True)
    label_ends(axes[-1], ends)
    axes[-1].set_xlabel("signal-to-noise ratio")
    return fig


def ratio_strips(
    groups: Mapping[str, Mapping[str, np.ndarray]],
    *,
    xlabel: str,
    ylabel: str,
    title: str,
    sides: tuple[str, str],
) -> Figure:
    """Draw ratios as strips around the line of equals, with their geometric means.

    Args:
        groups: Name of a kind -> place on the x axis -> ratios above 0; at most three
            kinds, which have the same places.
        xlabel, ylabel, title: Texts of the figure.
        sides: What a ratio above 1 means, and one below.
    """
    fig, ax = plt.subplots(figsize=(5.8, 4.4))
    width = 0.8 / len(groups)
    kinds = list(zip(groups, NEUTRAL, _SHAPES.items(), strict=False))
    for k, (kind, style, (_, marker)) in enumerate(kinds):
        places = {"orient": "v", "beside": (k, len(groups)), "jitter": 0.24}
        dots = {"marker": marker, "size": 4, "linewidth": 1, "alpha": 0.5}
        strip(ax, groups[kind], color=style["color"], **places, **dots)
        middles = [np.exp(np.log(values).mean()) for values in groups[kind].values()]
        left = np.arange(len(middles)) - 0.4 + width * (k + 1 / 12)
        ax.hlines(middles, left, left + width / 1.2, style["color"], lw=3)
    ax.axhline(1, color=MUTED, ls=":")
    for text, factor, va in ((sides[0], 1.04, "bottom"), (sides[1], 0.96, "top")):
        ax.text(len(middles) - 0.5, factor, f" {text}", color=MUTED, va=va)
    ax.set(yscale="log", xlabel=xlabel, ylabel=ylabel)
    ax.set_title(title, pad=10 + 17 * len(groups))
    _tick_plainly(ax)
    for row, (kind, style, (shape, _)) in enumerate(reversed(kinds)):
        place = {"xycoords": "axes fraction", "textcoords": "offset points"}
        text, corner = f"{shape}: {kind}", (0, 5 + 17 * row)
        ax.annotate(text, (0, 1), corner, color=style["color"], **place)
    return fig


def _tick_plainly(ax: Axes) -> None:
    """Tick a logarithmic y axis at a few plain numbers."""
    low, high = ax.get_ylim()
    ticks = (1, 1.2, 1.5, 2, 3, 4, 6, 8) if high < 10 * low else (1,)
    ax.yaxis.set_major_locator(LogLocator(subs=ticks))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter("{x:g}")


def priors(w: np.ndarray, densities: Mapping[str, tuple[str, np.ndarray]]) -> Figure:
    """Draw prior densities on a logarithmic axis.

    Args:
        w: Weights, (m,), increasing.
        densities: Penalty -> name and density, (m,), above 0.
    """
    fig, ax = plt.subplots(figsize=(5.8, 3.6))
    for penalty, (name, density) in densities.items():
        style = look(penalty)
        ax.semilogy(w, density, **style.stroke)
        text = f" {style.label}: {name}"
        ax.text(w[-1], density[-1], text, color=style.color, va="center")
    ax.set(xlabel="weight", ylabel="density of the prior", xlim=(w[0], w[-1]))
    ax.set_title("L1 expects small weights and a few large ones")
    return fig
