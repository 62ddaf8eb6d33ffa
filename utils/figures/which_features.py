"""Figures of ``which_features``: what L1 and L2 make of features that matter or not.

Penalties come as keys of ``utils.style.PENALTIES``, in whose look they are drawn.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from utils.figures import parts
from utils.figures.charts import name_heights
from utils.figures.parts import Groups, Panels, line, look
from utils.statistics import mean_interval
from utils.style import ACCENT, INK, MUTED, PAPER

# Inches; narrow, so that the text can be read on a phone.
WIDTH = 4.8


def paths(
    lams: np.ndarray, weights: Groups, matters: np.ndarray, entries: Groups
) -> Figure:
    """Draw all weights against λ, a panel for each penalty.

    Args:
        lams: (m,), increasing.
        weights: Penalty -> weights, (m, p).
        matters: (p,) booleans; the other weights are drawn thin and gray.
        entries: Penalty -> λ below which each weight is not zero, (p,). The first of
            the others is marked by a line, and by dots what is in by then.
    """
    titles = [f"{look(penalty).label}: {len(matters)} weights" for penalty in weights]
    fig, axes = parts.stack(titles, (WIDTH, 5.4), sharex=True)
    for ax, (penalty, path) in zip(axes, weights.items(), strict=True):
        style = look(penalty)
        ax.semilogx(lams, path[:, ~matters], ":", color=MUTED, lw=0.7, rasterized=True)
        ax.semilogx(lams, path[:, matters], **style.stroke, lw=1.6)
        ax.set(xlim=(lams[0] * 0.8, lams[-1]), ylabel="weight")
        if penalty in entries:
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
    parts.mark(ax, {"first wrong one": first})
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
    fig, axes = parts.stack(panels, (WIDTH, 6.4), sharex=True)
    for ax, curves in zip(axes, panels.values(), strict=True):
        dashes = {"l1": iter(("-", "--", ":"))}
        for name, groups in curves.items():
            style = line(penalties[name]) | {"markersize": 5, "label": name}
            kind = next(dashes.get(penalties[name], iter(())), style["linestyle"])
            found = (mean_interval(values) for values in groups)
            low, middle, high = parts.intervals(found)
            ax.vlines(levels, low, high, style["color"])
            ax.plot(levels, middle, **style | {"linestyle": kind})
        ax.set(xscale="log", xlim=(levels[0] * 0.8, levels[-1] * 1.25))
        ax.set_xticks(levels, [f"{level:g}" for level in levels])
        ax.set_xticks([], minor=True)
    for ax in axes[:-1]:
        shape = {"frameon": False, "fontsize": 10, "handlelength": 2.4}
        ax.legend(loc="lower right", borderaxespad=0.1, **shape)
    parts.label_ends(axes[-1])
    axes[-1].set_xlabel("signal-to-noise ratio (less noise: right)")
    return fig


def ratio_strips(groups: Panels) -> Figure:
    """Draw errors of L1 / errors of L2 as strips, with their geometric means.

    Args:
        groups: Name of a kind -> how many features matter -> ratios above 0; two kinds,
            which have the same numbers of features.
    """
    fig, ax = plt.subplots(figsize=(WIDTH, 4.4))
    width = 0.8 / len(groups)
    shapes = ("crosses", "x"), ("dots", ".")
    kinds = list(zip(groups, (INK, ACCENT), shapes, strict=True))
    for k, (kind, color, (_, marker)) in enumerate(kinds):
        places = {"orient": "v", "beside": (k, len(groups)), "jitter": 0.24}
        dots = {"marker": marker, "size": 4, "linewidth": 1, "alpha": 0.5}
        parts.strip(ax, groups[kind], color=color, **places, **dots)
        middles = [np.exp(np.log(values).mean()) for values in groups[kind].values()]
        left = np.arange(len(middles)) - 0.4 + width * (k + 1 / 12)
        ax.hlines(middles, left, left + width / 1.2, color, lw=3)
    ax.axhline(1, color=MUTED, ls=":")
    ax.text(len(middles) - 0.5, 1.04, " L2 better", color=MUTED, va="bottom")
    ax.text(len(middles) - 0.5, 0.96, " L1 better", color=MUTED, va="top")
    ax.set(yscale="log", xlabel="features that matter")
    ax.set_ylabel("error of L1 / error of L2")
    ax.set_title("L1 wins where few features matter", pad=10 + 17 * len(groups))
    name_heights(ax, (1, 1.2, 1.5, 2, 3, 4, 6, 8), span=10)
    for row, (kind, color, (shape, _)) in enumerate(reversed(kinds)):
        place = {"xycoords": "axes fraction", "textcoords": "offset points"}
        text, corner = f"{shape}: {kind}", (0, 5 + 17 * row)
        ax.annotate(text, (0, 1), corner, color=color, **place)
    return fig
