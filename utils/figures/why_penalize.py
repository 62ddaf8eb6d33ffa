"""Figures of ``why_penalize``: curves that were fitted to noisy points.

Distances are mean squared distances, on logarithmic scales. Where spread is shown, it
is that over independent data sets.
"""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from utils.figures.parts import band, look, name_rows, point_out, strip, write_beside
from utils.style import ACCENT, GRID, INK, MUTED, PAPER


def fits(panels: Mapping[str, np.ndarray], penalty: str, x, y, grid, curve) -> Figure:
    """Draw small multiples of one data set: points, true curve, a fit in each panel.

    Args:
        panels: Title -> the fit on the grid, (m,); an even number of panels.
        penalty: A key of ``utils.style.PENALTIES``: how the fits look.
        x, y: The points, (n,) each.
        grid, curve: The true curve, (m,) each.
    """
    style = look(penalty)
    fig, axes = plt.subplots(
        len(panels) // 2, 2, figsize=(7.2, 2.7 * len(panels) / 2), sharex=True
    )
    for ax, (title, fit) in zip(axes.flat, panels.items(), strict=True):
        _scene(ax, x, y, grid, curve)
        ax.plot(grid, fit, **style.stroke)
        ax.set_title(title)
    first = np.clip(next(iter(panels.values())), -2, 2)
    side = np.sign(first - curve)[np.abs(first - curve).argmax()]
    _name(axes.flat[0], "the fit", grid, first, curve, style.color, 1.95 * side)
    _name(axes.flat[0], "the curve", grid, curve, first, INK, -1.95 * side)
    return fig


def two_fits(fits: Mapping[str, np.ndarray], x, y, grid, curve) -> Figure:
    """Draw a fit without a penalty and one by gradient descent over one data set.

    Args:
        fits: Name -> the fit on the grid, (m,): first the dotted, then the solid one.
        x, y, grid, curve: As in ``fits``.
    """
    fig, ax = plt.subplots(figsize=(7.2, 3.8))
    _scene(ax, x, y, grid, curve)
    none, (dotted, solid) = look("none"), fits.items()
    ax.plot(grid, dotted[1], **none.stroke, lw=2.5)
    ax.plot(grid, solid[1], color=ACCENT, lw=2.5)
    swing = np.clip(dotted[1], -2, 2)
    height = 2.1 * np.sign(swing - curve)[np.abs(swing - curve).argmax()]
    _name(ax, dotted[0], grid, swing, curve, none.color, height)
    calm = grid.size * 2 // 5
    ax.text(grid[calm], -1.5, solid[0], color=ACCENT, va="center")
    ax.text(grid[calm], 1.6, "thin: the curve", color=INK, ha="right", va="center")
    ax.set_title("Degree 20 twice: the same model, loss and data")
    return fig


def by_degree(from_points: np.ndarray, from_curve: np.ndarray) -> Figure:
    """Draw both distances against the degree, as boxes over the data sets.

    Args:
        from_points, from_curve: (degrees, data sets), degrees from 1 on.

    Returns:
        Boxes hold the middle half, whiskers reach from 5 % to 95 %. The degree with
        the smallest geometric mean of ``from_curve`` is marked.
    """
    degrees = np.arange(1, len(from_curve) + 1)
    best = degrees[np.log(from_curve).mean(axis=1).argmin()]
    fig, axes = plt.subplots(2, 1, figsize=(7.2, 5.6), sharex=True)
    panels = {
        "Distance from the points: every degree comes closer": from_points,
        "Distance from the curve: falls, then rises": from_curve,
    }
    for ax, (title, values) in zip(axes, panels.items(), strict=True):
        ax.boxplot(
            values.T,
            whis=(5, 95),
            showfliers=False,
            widths=0.6,
            showcaps=False,
            boxprops={"color": MUTED},
            whiskerprops={"color": MUTED},
            medianprops={"color": INK, "lw": 2.5},
        )
        ax.set_yscale("log")
        ax.yaxis.set_major_formatter("{x:g}")
        ax.set_title(title)
    axes[1].axvspan(best - 0.5, best + 0.5, color=ACCENT, alpha=0.2, lw=0)
    axes[1].text(
        best, from_curve[-1].max() / 4, f"best: {best}", color=ACCENT, ha="center"
    )
    axes[1].set_xlabel("degree of the polynomial")
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
    fig, ax = plt.subplots(figsize=(7.2, 4))
    low, middle, high = np.quantile(distances, [0.05, 0.5, 0.95], axis=1)
    band(ax, steps, (low, middle, high), color=ACCENT, alpha=0.2)
    ax.loglog()
    for taken, found in trained.items():
        ax.plot(np.full(len(found), taken), found, "_", color=INK, ms=9, mew=0.8)
    none, end = look("none"), np.median(closed_form)
    ax.axhline(end, **none.stroke)
    ax.text(1, end * 1.2, "closed form (median)", color=none.color)
    last = max(trained)
    ax.text(last * 5, low.min(), "formula: median, 5 % to 95 %", color=ACCENT, va="top")
    ax.text(last, high[steps.searchsorted(last)] * 1.5, "dashes: trained\nin Keras")
    ax.yaxis.set_major_formatter("{x:g}")
    ax.set(xlabel="steps of gradient descent", ylabel="distance from the curve")
    ax.set_title("Stopping early is a penalty in disguise")
    return fig


def ratios(
    rows: Mapping[str, np.ndarray],
    penalties: Mapping[str, str],
    *,
    title: str,
    xlabel: str,
    sides: tuple[str, str] | None = None,
    limit: float | None = None,
) -> Figure:
    """Draw distributions of ratios as strips, one row each; 1 is the line of equals.

    Args:
        rows: Name -> ratios, (data sets,).
        penalties: Name -> key of ``utils.style.PENALTIES``, for the rows' looks.
        title, xlabel: Texts of the figure.
        sides: What a ratio below 1 means, and one above.
        limit: Shade the ratios from 1 to here.

    Returns:
        Dots for the first 90 data sets; bars and their numbers are geometric means over
        all of them.
    """
    fig, ax = plt.subplots(figsize=(7.2, 0.9 + 0.52 * len(rows)))
    if limit is not None:
        ax.axvspan(1, limit, color=GRID, lw=0)
    ax.axvline(1, color=INK, lw=1)
    dots = {"size": 3, "alpha": 0.5, "rasterized": False}
    for row, (name, values) in enumerate(rows.items()):
        style = look(penalties[name])
        shown = {name: values[:90]}
        strip(ax, shown, color=style.color, marker=style.marker, **dots)
        typical = np.exp(np.log(values).mean())
        ax.plot(typical, row, "|", color=INK, ms=22, mew=2.5)
        text = f"{typical:.2f}" if typical < 10 else f"{typical:.0f}"
        write_beside(ax, row, text, weight="bold")
    ax.set_xscale("log")
    ax.xaxis.set_major_formatter("{x:g}")
    name_rows(ax, rows, above=0.6 if sides is None else 1.2)
    if sides is not None:
        ax.text(0.95, -0.85, sides[0], color=MUTED, ha="right", va="center")
        ax.text(limit or 1.05, -0.85, f" {sides[1]}", color=MUTED, va="center")
    ax.set(title=title, xlabel=xlabel)
    return fig


def _scene(ax: Axes, x, y, grid, curve) -> None:
    ax.plot(grid, curve, color=INK, lw=1)
    ax.plot(x, y, "o", color=MUTED, mfc=PAPER, ms=4)
    ax.set(ylim=(-2.4, 2.4), yticks=(-2, 0, 2), xticks=(-1, 0, 1))


def _name(ax: Axes, name, grid, line, other, color, height) -> None:
    """Write a line's name at some height, and point to where it leaves the other."""
    at = np.abs(line - other).argmax()
    place = np.clip(grid[at], -0.65, 0.65), height
    middle = {"ha": "center", "va": "center", "arrowprops": {"shrinkB": 0}}
    point_out(ax, name, (grid[at], line[at]), place, color=color, **middle)
