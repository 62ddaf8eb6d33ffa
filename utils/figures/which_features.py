"""Figures of ``which_features``: what L1 and L2 make of features that matter or not.

Penalties come as keys of ``utils.style.PENALTIES``, in whose look they are drawn. What
is not a penalty is drawn in ink, in the accent color or in gray.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

from utils.figures.parts import (
    NEUTRAL,
    intervals,
    label_ends,
    line,
    look,
    mark,
    strip,
)
from utils.statistics import mean_interval
from utils.style import INK, MUTED, PAPER

# Inches; narrow, so that the text can be read on a phone.
WIDTH = 4.8
# Shapes that are no penalty's.
_SHAPES = {"crosses": "x", "dots": ".", "plus signs": "+"}


def paths(
    lams: np.ndarray,
    weights: Mapping[str, np.ndarray],
    matters: np.ndarray,
    entries: Mapping[str, np.ndarray] | None = None,
) -> Figure:
    """Draw all weights against λ, a panel for each penalty.

    Args:
        lams: (m,), increasing.
        weights: Penalty -> weights, (m, p).
        matters: (p,) booleans; the other weights are drawn thin and gray.
        entries: Penalty -> λ below which each weight is not zero, (p,). The first of
            the others is marked by a line, and by dots what is in by then.
    """
    fig, axes = plt.subplots(len(weights), 1, figsize=(WIDTH, 5.4), sharex=True)
    for ax, (penalty, path) in zip(np.atleast_1d(axes), weights.items(), strict=True):
        style = look(penalty)
        ax.semilogx(lams, path[:, ~matters], ":", color=MUTED, lw=0.7, rasterized=True)
        ax.semilogx(lams, path[:, matters], **style.stroke, lw=1.6)
        ax.set_xlim(lams[0] * 0.8, lams[-1])
        ax.set(title=f"{style.label}: {len(matters)} weights", ylabel="weight")
        if entries and penalty in entries:
            _mark_first_wrong(ax, lams, path, matters, entries[penalty])
        high, low = path.max(), path.min()
        text = f"the {matters.sum()}\nthat matter"
        ax.text(lams[-1], high, text, color=style.color, ha="right", va="top")
        text = f"gray: the\nother {(~matters).sum()}"
        ax.text(lams[-1], low, text, color=MUTED, ha="right", va="bottom")
    ax.set_xlabel("λ")
    return fig


def _mark_first_wrong(ax, lams, path, matters, entry):
    """A line where the first weight comes in that does not matter, dots before it."""
    first = entry[~matters].max()
    mark(ax, {"first wrong one": first})
    at = [np.interp(np.log(first), np.log(lams), w) for w in path[:, entry > first].T]
    dots = {"color": INK, "mec": PAPER, "markersize": 5.5, "zorder": 3}
    ax.plot([first] * len(at), at, "o", **dots)


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
    fig, ax = plt.subplots(figsize=(WIDTH, 4.2))
    ax.plot([0, total], [total, 0], color=l1.color, lw=12, alpha=0.25)
    ax.text(0.14 * total, total, "L1: all of this line is minimal", color=l1.color)
    ax.plot(*cloud[1].T, l1.marker, color=l1.color, ms=3, mew=0, rasterized=True)
    ax.text(0.36 * total, 0.78 * total, f"small: {cloud[0]}", color=l1.color)
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
            names stand beside the last panel, and in the corner of the others.
        penalties: Name of a curve -> its penalty. Curves of the same penalty differ by
            the dashes.
    """
    fig, axes = plt.subplots(len(panels), 1, figsize=(WIDTH, 6.4), sharex=True)
    for ax, (title, curves) in zip(axes, panels.items(), strict=True):
        dashes = {"l1": iter(("-", "--", ":"))}
        ends = {}
        for name, groups in curves.items():
            style = line(penalties[name]) | {"markersize": 5}
            kind = next(dashes.get(penalties[name], iter(())), style["linestyle"])
            low, middle, high = intervals(mean_interval(values) for values in groups)
            ax.vlines(levels, low, high, style["color"])
            ax.plot(levels, middle, **style | {"linestyle": kind}, label=name)
            ends[name] = middle[-1]
        ax.set(title=title, xscale="log", xlim=(levels[0] * 0.8, levels[-1] * 1.25))
        ax.set_xticks(levels, [f"{level:g}" for level in levels])
        ax.set_xticks([], minor=True)
    for ax in axes[:-1]:
        shape = {"frameon": False, "fontsize": 10, "handlelength": 2.4}
        ax.legend(loc="lower right", borderaxespad=0.1, **shape)
    label_ends(axes[-1], ends)
    axes[-1].set_xlabel("signal-to-noise ratio (less noise: right)")
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
    fig, ax = plt.subplots(figsize=(WIDTH, 4.4))
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
