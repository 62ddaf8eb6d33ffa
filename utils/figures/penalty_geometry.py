"""Figures of ``penalty_geometry``: penalties and losses in the plane of two weights.

Penalties go by the names of ``utils.geometry``; "power" is the sum of square roots of
absolute weights unless another power is said.
"""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from utils import geometry
from utils.figures.parts import HALO, band, intervals, point_out
from utils.statistics import Estimate
from utils.style import ACCENT, GRID, INK, MUTED, PAPER, PENALTIES, Look

LOOKS = {"power": Look("√|w|", ACCENT, ACCENT, "*", (0, (1, 1)))}
LOOKS |= {name: PENALTIES[name] for name in ("l1", "elastic_net", "l2")}


def costs() -> Figure:
    """What a single weight costs, for several penalties."""
    fig, ax = plt.subplots(figsize=(4.4, 3.4))
    w = np.linspace(-2, 2, 801)
    for name, look in LOOKS.items():
        cost = geometry.cost(w[:, None], name)
        ax.plot(w, cost, **look.stroke)
        ax.plot(w[400::80], cost[400::80], look.marker, color=look.color, ms=6)
        ax.text(2.06, cost[-1], look.label, color=look.color, va="center")
    ax.set(xlim=(-2, 2), ylim=(0, 4.1), xlabel="weight w", ylabel="penalty")
    ax.set_xticks(range(-2, 3))
    return fig


def touching(A, center, lam) -> Figure:
    """For L1 and for L2: the ellipse that touches its ball, and where."""
    fig, axes = plt.subplots(1, 2, figsize=(5.2, 3.1), sharey=True)
    for ax, name in zip(axes, ("l1", "l2"), strict=True):
        look, w = LOOKS[name], geometry.solve(A, center, lam, name)
        _plane(ax, -1.4, 3.1)
        ax.set(ylim=(-2.3, 2.2), yticks=(-1, 0, 1, 2))
        curve = geometry.ball(float(geometry.cost(w, name)), name)
        ax.fill(*curve.T, facecolor=to_rgba(look.color, 0.2), edgecolor=look.color)
        radius = np.sqrt((w - center) @ A @ (w - center))
        for share in (0.5, 1.5, 2):
            ax.plot(*_ellipse(A, center, share * radius), color=MUTED, lw=0.7)
        ax.plot(*_ellipse(A, center, radius), color=INK, lw=2)
        ax.plot(*center, PENALTIES["none"].marker, color=INK, ms=8)
        ax.plot(*w, look.marker, color=look.color, ms=10, mec=PAPER)
        ax.set_title(look.label, color=look.color)
        second = "exactly 0" if w[1] == 0 else f"{w[1]:.2f}"
        text = f"$w_1$ = {w[0]:.2f}\n$w_2$ = {second}"
        # Names stand above and below the ellipses, and beside the axis.
        place = 0.15 if name == "l1" else -1.5, -2.2
        point_out(ax, text, w, place, color=look.color, fontsize=10)
    middle = {"ha": "center", "va": "center", "fontsize": 10}
    point_out(axes[0], "least loss", center, (1.5, 2), **middle)
    return fig


def _plane(ax: Axes, low, high):
    ax.set(xlim=(low, high), ylim=(low, high), aspect="equal", xlabel="$w_1$")
    ticks = np.arange(np.ceil(low), high + 0.01, 1)
    ax.set(xticks=ticks, yticks=ticks)
    ax.set_ylabel("$w_2$" if ax.get_subplotspec().is_first_col() else "")
    ax.grid(False)
    ax.axhline(0, color=MUTED, lw=0.8)
    ax.axvline(0, color=MUTED, lw=0.8)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)


def _ellipse(A, center, radius):
    angle = np.linspace(0, 2 * np.pi, 121)
    circle = np.stack([np.cos(angle), np.sin(angle)])
    root = np.linalg.cholesky(np.linalg.inv(A))
    return np.asarray(center)[:, None] + radius * root @ circle


def paths(A, center, lams, solved: Mapping[str, np.ndarray]) -> Figure:
    """Solutions for growing strength, from the center to 0.

    Args:
        A, center: The loss.
        lams: Increasing strengths, (m,).
        solved: Penalty -> its solutions, (m, 2).
    """
    fig, (left, right) = plt.subplots(2, 1, figsize=(5.2, 7.4), height_ratios=(1.3, 1))
    _plane(left, -0.15, 1.9)
    for radius in (0.4, 0.8, 1.2, 1.6):
        left.plot(*_ellipse(A, center, radius), color=GRID, lw=1)
    for name, path in solved.items():
        look = LOOKS[name]
        jumps = np.flatnonzero(np.abs(np.diff(path, axis=0)).max(1) > 0.15)
        _curve(left, *path.T, look, jumps)
        _curve(right, lams, path[:, 1], look, jumps)
        every = np.linspace(0, len(path) - 1, 9).astype(int)[1:-1]
        left.plot(*path[every].T, look.marker, color=look.color, ms=6, mec=PAPER)
        height, away = {  # the root's and the net's names in the free room below them
            "power": (0, (7, 10)),
            "l1": (0.45, (8, 3)),
            "elastic_net": (0.3, (-24, -28)),
            "l2": (0.5, (8, 3)),
        }[name]
        _label(right, lams, path[:, 1], height * center[1], look, away)
    left.plot(*center, PENALTIES["none"].marker, color=INK, ms=8)
    left.text(*np.add(center, (0.04, 0.08)), "λ = 0", fontsize=10.5)
    left.set_title("the path of the solution")
    right.set(xlim=(0, lams[-1]), xlabel="strength λ", ylim=(-0.03, center[1] + 0.03))
    right.set_title("$w_2$ on its way")
    return fig


def budgets(lams, spent: Mapping[str, np.ndarray]) -> Figure:
    """The penalty of the solution (its budget) against the strength (its price).

    Args:
        lams: Increasing strengths, (m,).
        spent: Penalty -> the penalty of each solution, without its strength, (m,).
    """
    fig, ax = plt.subplots(figsize=(5.2, 3.6))
    for name, t in spent.items():
        look, share = LOOKS[name], t / t[0]
        _curve(ax, lams, share, look, np.flatnonzero(np.diff(share) < -0.05))
        height, away = {
            "power": (0.92, (8, 6)),
            "l1": (0.82, (9, 4)),
            "elastic_net": (0.26, (-8, 38)),
            "l2": (0.14, (-6, -20)),
        }[name]
        _label(ax, lams, share, height, look, away)
    ax.set(xlim=(0, lams[-1]), ylim=(-0.02, 1.02), xlabel="price λ")
    ax.set_ylabel("budget that is spent\n(1: no penalty)")
    return fig


def _curve(ax, x, y, look, jumps):
    """Draw a curve in parts, and thin lines where it jumps from one to the next."""
    for part in np.split(np.arange(len(x)), jumps + 1):
        ax.plot(x[part], y[part], **look.stroke, lw=2.2)
    for k in jumps:
        ax.plot(x[k : k + 2], y[k : k + 2], color=look.color, lw=0.8, alpha=0.7)


def _label(ax, x, y, height, look, away):
    """Mark a falling curve where it passes a height, and write its name there."""
    k = int(np.abs(y - height).argmin())
    ax.plot(x[k], y[k], look.marker, color=look.color, ms=8, mec=PAPER)
    style = {"color": look.color, "path_effects": HALO}
    if max(map(abs, away)) > 30:  # so far away, a line leads to it
        style["arrowprops"] = {"arrowstyle": "-", "color": look.color, "lw": 0.8}
    ax.annotate(look.label, (x[k], y[k]), away, textcoords="offset points", **style)


def kinks() -> Figure:
    """All slopes that fit under |w| and w^2, and how the slope changes at 0."""
    fig, axes = plt.subplots(2, 2, figsize=(5.2, 4.6), sharex=True)
    w = np.linspace(-1.5, 1.5, 301)
    for (top, bottom), name in zip(axes.T, ("l1", "l2"), strict=True):
        look = LOOKS[name]
        if name == "l1":
            for slope in (-0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75):
                top.plot(w, slope * w, color=MUTED, lw=0.8)
            bottom.plot([-1.5, 0, 0, 1.5], [-1, -1, 1, 1], color=look.color)
            bottom.plot([0, 0], [-1, 1], color=look.color, lw=5)
            bottom.text(0.08, -0.5, "every slope\nfrom $-1$ to 1", color=look.color)
        else:
            top.plot(w, 0 * w, color=MUTED, lw=0.8)
            bottom.plot(w, 2 * w, **look.stroke)
            bottom.plot(0, 0, look.marker, color=look.color, ms=8)
            bottom.text(0.15, -0.5, "one slope: 0", color=look.color)
        top.plot(w, geometry.cost(w[:, None], name), color=look.color, lw=2.5)
        top.set(ylim=(-1.1, 2), title="|w|" if name == "l1" else "w²")
        top.title.set_color(look.color)
        bottom.set(ylim=(-2, 2), xlabel="w")
    axes[0, 0].set_ylabel("penalty, lines below it")
    axes[1, 0].set_ylabel("slope")
    return fig


def zones(A, lam, side, solved: Mapping[str, np.ndarray]) -> Figure:
    """Where the loss center leads to zeros, one panel per penalty.

    Args:
        A, lam: The curvature of the loss and the strength.
        side: Coordinates of the centers along each axis, (m,).
        solved: Penalty -> solutions, (m, m, 2), for centers (side[column], side[row]).
    """
    fig, axes = plt.subplots(2, 2, figsize=(5.2, 5.4), sharex=True, sharey=True)
    label = {"ha": "center", "va": "center", "path_effects": HALO}
    ends = side[0], side[-1]
    for ax, (name, w) in zip(axes.flat, solved.items(), strict=True):
        look, zero = LOOKS[name], w == 0
        image = np.zeros((*zero.shape[:2], 4))
        image[zero.any(-1)] = to_rgba(look.color, 0.28)
        image[zero.all(-1)] = to_rgba(look.color, 0.7)
        _plane(ax, *ends)
        ax.imshow(image, origin="lower", extent=ends * 2, interpolation="nearest")
        ax.set(xlabel="center $c_1$", ylabel="center $c_2$")
        ax.label_outer()
        ax.set_title(look.label, color=look.color)
        if name == "l2":  # c = w + 2 lam A^-1 w, for w along an axis
            for way in (np.eye(2) + 2 * lam * np.linalg.inv(A)).T:
                line = np.outer(way, [-side[-1], side[-1]]) / np.abs(way).max()
                ax.plot(*line, color=look.color, lw=1.5)
            ax.text(-1, -1.2, "a zero only\non two lines", **label)
        else:  # near the ends of the axes, in the middle of the zones
            k, one = int(0.88 * len(side)), zero & ~zero.all(-1, keepdims=True)
            ax.text(side[k], side[one[:, k, 1]].mean(), "$w_2$ = 0", **label)
            ax.text(side[one[k, :, 0]].mean(), side[k], "$w_1$ = 0", **label)
            ax.text(0, 0, "both", **label)
    return fig


def shares(correlations, found: Mapping[str, list[Estimate]]) -> Figure:
    """How often the solution holds an exact zero, against the correlation."""
    fig, ax = plt.subplots(figsize=(4.4, 3.6))
    for name, estimates in found.items():
        look, edges = LOOKS[name], intervals(estimates)
        style = look.stroke | {"marker": look.marker}
        band(ax, correlations, edges, alpha=0.2, **style)
        end = correlations[-1] + 0.02, edges[1, -1]
        ax.text(*end, look.label, color=look.color, va="center")
    ax.set(xlim=(correlations[0], correlations[-1]), ylim=(-0.03, 1.03))
    ax.set(xlabel="correlation of the two features", ylabel="share with an exact zero")
    return fig
