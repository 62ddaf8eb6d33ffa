"""Figures of ``why_penalize``: curves that were fitted to noisy points.

Distances are mean squared ones. Spread is that over independent data sets.
"""

from collections.abc import Iterable, Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.stats import gmean

from utils.figures import parts
from utils.figures.parts import Groups, look, point_out
from utils.style import ACCENT, GRID, INK, MUTED, PAPER, Look

# A phone scales a figure of this width so little that its text stays readable.
WIDTH = 5.2
SIZE = 10
LIMITS = (-2.4, 2.4)


def fits(panels: Groups, penalties: Iterable[str], x, y, grid, curve) -> Figure:
    """Draw small multiples of one data set: points, true curve, a fit in each panel.

    Args:
        panels: Title -> the fit on the grid, (m,); an even number of panels.
        penalties: A key of ``utils.style.PENALTIES`` for each panel: how its fit looks.
        x, y: The points, (n,) each.
        grid, curve: The true curve, (m,) each; what is between it and a fit is shaded.
    """
    lines = max(title.count("\n") for title in panels)
    rows = len(panels) // 2
    size = (WIDTH, (1.9 + 0.17 * lines) * rows)
    fig, axes = plt.subplots(rows, 2, figsize=size, sharex=True, sharey=True)
    looks = [look(penalty) for penalty in penalties]
    for ax, style, (title, fit) in zip(axes.flat, looks, panels.items(), strict=True):
        _scene(ax, x, y, grid, curve)
        ax.fill_between(grid, fit, curve, color=ACCENT, alpha=0.25, lw=0)
        ax.plot(grid, fit, **style.stroke, lw=3)
        ax.set_title(title, fontsize=SIZE)
    first = next(iter(panels.values()))
    _name(axes.flat[0], "the fit", grid, first, curve, looks[0].color, 2)
    _name(axes.flat[0], "the curve", grid, curve, first, INK, 2)
    return fig


def overlaid(panels: Groups, notes: Iterable[str], grid, curve) -> Figure:
    """Draw fits to many data sets over each other, one panel for each setting.

    Args:
        panels: "no penalty" or what to call an L2 penalty -> fits on the grid,
            (m, data sets).
        notes: What to write below each panel.
        grid, curve: The true curve, (m,) each.
    """
    fig, axes = plt.subplots(1, len(panels), figsize=(WIDTH, 2.9), sharey=True)
    for ax, note, (title, found) in zip(axes, notes, panels.items(), strict=True):
        ax.plot(grid, found, color=_look(title).color, lw=0.7, alpha=0.35)
        ax.plot(grid, curve, color=INK, lw=2)
        ax.set(ylim=LIMITS, yticks=(-2, 0, 2), xticks=(-1, 0, 1))
        ax.set_title(title, fontsize=SIZE)
        ax.set_xlabel(note, fontsize=SIZE)
    middle = found.mean(axis=1)
    at = curve.argmin()
    place = {"ha": "center", "va": "center"}
    point_out(ax, "the curve", (grid[at], curve[at]), (0.1, -1.9), **place)
    at = (middle - curve).argmin()
    place["color"] = look("l2").color
    point_out(ax, "the fits", (grid[at], middle[at]), (0.1, 1.9), **place)
    return fig


def stacked(by_degree: np.ndarray, by_lambda: np.ndarray, lambdas) -> Figure:
    """Draw bias squared and variance on top of each other, by degree and by strength.

    The axes are cut off where the sum is more than ten times its smallest value; the
    first and the last sum are written above them.

    Args:
        by_degree: Bias squared and variance for the degrees from 1 on, (degrees, 2).
        by_lambda: The same for each strength, (strengths, 2).
        lambdas: (strengths,), increasing.
    """
    fig, axes = plt.subplots(2, 1, figsize=(WIDTH, 5.8), sharey=True)
    top = 10 * by_lambda.sum(axis=1).min()
    degrees = np.arange(1, len(by_degree) + 1)
    _parts(axes[0], degrees, by_degree, top, "degree {:g}")
    axes[0].set_title("No penalty: more freedom to the right", fontsize=SIZE, pad=20)
    axes[0].set_xticks([1, 5, 10, 15, 20])
    axes[0].set_xlabel("degree of the polynomial", fontsize=SIZE)
    _parts(axes[1], np.log10(lambdas), by_lambda, top, r"$\lambda = 10^{{{:g}}}$")
    axes[1].set_title("Degree 20: less freedom to the right", fontsize=SIZE, pad=20)
    axes[1].xaxis.set_major_formatter("$10^{{{x:.0f}}}$")
    axes[1].set_xlabel("strength λ of the penalty", fontsize=SIZE)
    fig.get_layout_engine().set(h_pad=0.1)
    fig.supylabel("mean squared distance from the curve", fontsize=SIZE)
    return fig


def _parts(ax: Axes, x, parts, top: float, name: str) -> None:
    """Fill bias squared, and variance on it; name both, and the smallest sum."""
    bias, both = parts[:, 0], parts.sum(axis=1)
    ax.fill_between(x, 0, bias, color=MUTED, alpha=0.5, lw=0)
    ax.fill_between(x, bias, both, color=ACCENT, alpha=0.4, lw=0)
    best = both.argmin()
    middle = (x[0] + x[-1]) / 2
    text = f"smallest sum: {both[best]:.3f}\nat {name.format(round(x[best], 1))}"
    place = (x[best] + middle) / 2, 0.42 * top
    point_out(ax, text, (x[best], both[best]), place, ha="center", fontsize=SIZE)
    named = ("bias²", bias, MUTED), ("variance", both - bias, ACCENT)
    for label, part, color in named:
        # Beside the place where the part grows to three quarters of the height.
        high = np.flatnonzero(part > 0.75 * top)
        left = x[high[0]] < middle
        edge = x[high[-1] + 1] if left else x[high[0] - 1]
        side = {"ha": "left" if left else "right", "color": color}
        ax.text(edge, 0.78 * top, f" {label} ", **side)
    for i, side in ((0, "left"), (-1, "right")):
        ax.text(x[i], 1.02 * top, f"↑ {both[i]:.2f}", ha=side, fontsize=SIZE)
    ax.set(ylim=(0, top), xlim=(x[0], x[-1]))


def two_fits(fits: Groups, x, y, grid, curve) -> Figure:
    """Draw a least-squares fit and one by gradient descent over one data set.

    Args:
        fits: Name -> the fit on the grid, (m,): first the dotted, then the solid one.
        x, y, grid, curve: As in ``fits``.
    """
    fig, ax = plt.subplots(figsize=(WIDTH, 3.2))
    _scene(ax, x, y, grid, curve)
    none, ((name, dotted), (other, solid)) = look("none"), fits.items()
    ax.plot(grid, dotted, **none.stroke, lw=3)
    ax.plot(grid, solid, color=ACCENT, lw=3)
    _name(ax, name, grid, dotted, curve, none.color, 2.1)
    calm = grid.size * 2 // 5
    ax.text(grid[calm], -1.6, other, color=ACCENT, va="center")
    ax.text(grid[calm], 1.6, "thin: the curve", color=INK, ha="right", va="center")
    ax.set_title("Degree 20 twice: same model, loss and data", fontsize=SIZE)
    return fig


def by_degree(from_points: np.ndarray, from_curve: np.ndarray) -> Figure:
    """Draw both distances against the degree, as boxes over the data sets.

    Boxes hold the middle half, whiskers reach from 5 % to 95 %. The degree with the
    smallest geometric mean of ``from_curve`` is marked.

    Args:
        from_points, from_curve: (degrees, data sets), degrees from 1 on.
    """
    degrees = np.arange(1, len(from_curve) + 1)
    best = degrees[gmean(from_curve, axis=1).argmin()]
    fig, axes = plt.subplots(2, 1, figsize=(WIDTH, 5), sharex=True)
    muted = {"boxprops": {"color": MUTED}, "whiskerprops": {"color": MUTED}}
    shape = {"showfliers": False, "widths": 0.6, "showcaps": False}
    shape["medianprops"] = {"color": INK, "lw": 2.5}
    for ax, values in zip(axes, (from_points, from_curve), strict=True):
        ax.boxplot(values.T, whis=(5, 95), **muted, **shape)
        ax.set_yscale("log")
        ax.yaxis.set_major_formatter("{x:g}")
    axes[0].set_title("Distance from the points: falls all the way", fontsize=SIZE)
    axes[1].set_title("Distance from the curve: falls, then rises", fontsize=SIZE)
    axes[1].axvspan(best - 0.5, best + 0.5, color=ACCENT, alpha=0.2, lw=0)
    place = best, from_curve[-1].max() / 4
    axes[1].text(*place, f"best: {best}", color=ACCENT, ha="center")
    axes[1].set_xlabel("degree of the polynomial", fontsize=SIZE)
    axes[1].set_xticks(degrees[::2], degrees[::2])
    return fig


def waiting(
    steps: np.ndarray,
    distances: np.ndarray,
    closed_form: np.ndarray,
    trained: Mapping[int, np.ndarray],
) -> Figure:
    """Draw the distance from the curve against the steps of gradient descent.

    Args:
        steps: (s,), increasing.
        distances: (s, data sets), by the formula.
        closed_form: (data sets,), where the descent ends.
        trained: Steps -> distances of models that were trained so far, (models,).
    """
    fig, ax = plt.subplots(figsize=(WIDTH, 3.8))
    found = low, _, high = parts.most(distances, axis=1)
    parts.band(ax, steps, found, color=ACCENT, alpha=0.2)
    ax.loglog()
    for taken, found in trained.items():
        ax.plot(np.full(len(found), taken), found, "_", color=INK, ms=9, mew=0.8)
    none, end = look("none"), np.median(closed_form)
    ax.axhline(end, **none.stroke)
    ax.text(1, end * 1.2, "closed form (median)", color=none.color, fontsize=SIZE)
    last = max(trained)
    text = "median, 5 % to 95 %"
    ax.text(steps[-1], low.min(), text, color=ACCENT, ha="right", fontsize=SIZE)
    above = high[steps.searchsorted(last)] * 1.5
    ax.text(last, above, "dashes: trained\nin Keras", fontsize=SIZE)
    ax.yaxis.set_major_formatter("{x:g}")
    ax.set_xlabel("steps of gradient descent", fontsize=SIZE)
    ax.set_ylabel("distance from the curve", fontsize=SIZE)
    ax.set_title("Stopping early acts like a penalty", fontsize=SIZE)
    return fig


def _look(name: str) -> Look:
    """The look of a row or panel: all but one have an L2 penalty."""
    return look("none" if name == "no penalty" else "l2")


def ratios(
    rows: Groups, *, title: str, xlabel: str, sides: tuple[str, str] | None = None
) -> Figure:
    """Draw distributions of ratios as strips, one row each; 1 is the line of equals.

    Dots show the first 90 data sets; bars and their numbers are geometric means over
    all of them.

    Args:
        rows: "no penalty" or what to call an L2 penalty -> ratios, (data sets,).
        title, xlabel: Texts of the figure.
        sides: What a ratio below 1 means, and one above; up to 1.1, it is shaded.
    """
    fig, ax = plt.subplots(figsize=(WIDTH, 1 + 0.52 * len(rows)))
    ax.axvline(1, color=INK, lw=1)
    dots = {"size": 3, "alpha": 0.5, "rasterized": False}
    for row, (name, values) in enumerate(rows.items()):
        marks = {"color": _look(name).color, "marker": _look(name).marker}
        parts.strip(ax, {name: values[:90]}, **marks, **dots)
        typical = gmean(values)
        ax.plot(typical, row, "|", color=INK, ms=22, mew=2.5)
        text = f"{typical:.2f}" if typical < 10 else f"{typical:.0f}"
        parts.write_beside(ax, row, text, weight="bold")
    ax.set_xscale("log")
    ax.xaxis.set_major_formatter("{x:g}")
    parts.name_rows(ax, rows, above=1.2 if sides else 0.6)
    if sides:
        ax.axvspan(1, 1.1, color=GRID, lw=0)
        small = {"color": MUTED, "va": "center", "fontsize": SIZE}
        ax.text(0.95, -0.85, sides[0], ha="right", **small)
        ax.text(1.1, -0.85, f" {sides[1]}", **small)
    ax.set_title(title, fontsize=SIZE)
    ax.set_xlabel(xlabel, fontsize=SIZE)
    ax.tick_params(labelsize=SIZE)
    return fig


def _scene(ax: Axes, x, y, grid, curve) -> None:
    ax.plot(grid, curve, color=INK, lw=1)
    ax.plot(x, y, "o", color=MUTED, mfc=PAPER, ms=4)
    ax.set(ylim=LIMITS, yticks=(-2, 0, 2), xticks=(-1, 0, 1))


def _name(ax: Axes, name, grid, line, other, color, height) -> None:
    """Write a line's name beyond it, and point to where it leaves the other."""
    line, other = np.clip(line, -2, 2), np.clip(other, -2, 2)
    at = np.abs(line - other).argmax()
    place = np.clip(grid[at], -0.65, 0.65), height * np.sign(line - other)[at]
    middle = {"ha": "center", "va": "center", "arrowprops": {"shrinkB": 0}}
    point_out(ax, name, (grid[at], line[at]), place, color=color, **middle)
