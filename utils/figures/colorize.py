"""Pictures for the colorizer: photographs side by side, bins, errors, temperature.

Photographs are drawn as images whose ``gid`` begins with "photo", so that the website
can tell them from drawings: in dark mode these are recolored, photographs are not.
Their colors are true, since the reader is asked to judge them; what keeps the files
light is the number of pixels.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure

from utils.color import shrink, to_rgb
from utils.figures.parts import (
    HALO,
    look,
    name_rows,
    point_out,
    write_beside,
)
from utils.style import ACCENT, INK, MUTED, PAPER

WIDTH = 4.9  # inches, so that text is legible on a phone


def _photo(ax: Axes, rgb: np.ndarray, height: int) -> None:
    """Show a photograph in its true colors, at most ``height`` pixels high."""
    side = max(1, round(height * min(rgb.shape[:2]) / rgb.shape[0]))
    image = ax.imshow(shrink(rgb, side), interpolation="none", aspect="equal")
    image.set_gid(f"photo-{id(image)}")
    ax.axis("off")


def photographs(photos: Mapping[str, np.ndarray], *, columns: int = 4) -> Figure:
    """Show photographs with their names.

    Args:
        photos: Name -> uint8 of shape (H, W, 3).
        columns: How many side by side.
    """
    rows = -(-len(photos) // columns)
    fig, axes = plt.subplots(rows, columns, figsize=(WIDTH, 1.25 * rows))
    for ax in axes.flat:
        ax.axis("off")
    for ax, (name, photo) in zip(axes.flat, photos.items(), strict=False):
        _photo(ax, photo, 64)
        ax.set_title(name, loc="center")
    return fig


def side_by_side(columns: Mapping[str, Mapping[str, np.ndarray]]) -> Figure:
    """Show the same photographs in several versions, in rows with a title each.

    Args:
        columns: Name of a photograph -> name of a version -> uint8 of shape (H, W, 3).
            All have the same versions; a column may show a part of its photograph.
    """
    versions = list(next(iter(columns.values())))
    shapes = [photos[versions[0]].shape for photos in columns.values()]
    # A name takes as much room as a narrow photograph.
    ratios = [max(width / height, 0.6) for height, width, _ in shapes]
    row = 0.91 * WIDTH / sum(ratios) + 0.24  # photographs, and the title above them
    fig, axes = plt.subplots(
        len(versions),
        len(columns),
        figsize=(WIDTH, row * len(versions) + 0.55),
        width_ratios=ratios,
        squeeze=False,
    )
    for column, (name, photos) in zip(axes.T, columns.items(), strict=True):
        for ax, version in zip(column, versions, strict=True):
            _photo(ax, photos[version], 60)
        below = {"ha": "center", "va": "top", "transform": column[-1].transAxes}
        column[-1].text(0.5, -0.05, name, fontsize=10, **below)
    for ax, version in zip(axes[:, 0], versions, strict=True):
        ax.set_title(version, fontsize=11)
    return fig


def bins(centers: np.ndarray, window: float, shares: np.ndarray) -> Figure:
    """Draw the used squares of the grid in their own colors, larger where more pixels.

    Args:
        centers: (Q, 2).
        window: Width of a square.
        shares: (Q,), the share of pixels in each.
    """
    fig, ax = plt.subplots(figsize=(WIDTH, 4.4))
    logs = np.log(np.maximum(shares, 1e-5) / 1e-5) / np.log(shares.max() / 1e-5)
    half = window / 2 * np.sqrt(0.06 + 0.94 * logs)
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    squares = centers[:, None] + half[:, None, None] * corners
    fills = to_rgb(np.full(len(centers), 65.0), centers) / 255
    drawn = PolyCollection(squares, facecolors=fills, edgecolors="none")
    drawn.set_gid("photo-bins")
    ax.add_collection(drawn)
    low, high = centers.min(axis=0) - window, centers.max(axis=0) + window
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), aspect="equal")
    ax.set(xlabel="a: green to red", ylabel="b: blue to yellow")
    corner = low[0] + 0.03 * (high[0] - low[0]), low[1] + 6
    text = f"{shares.max():.0%} of\nthe pixels"
    point_out(ax, text, centers[shares.argmax()], corner, va="bottom")
    return fig


def dots(
    panels: Mapping[str, Mapping[str, np.ndarray]],
    *,
    xlabel: str,
    emphasize: Sequence[str] = (),
) -> Figure:
    """One dot for each network or rule, and the mean as a bar with its number.

    Args:
        panels: Title -> name of a row -> one number for each network.
        xlabel: What the numbers are.
        emphasize: Rows drawn in the accent color.
    """
    rows = list(next(iter(panels.values())))
    size = WIDTH, 0.34 * len(rows) * len(panels) + 1.5
    fig, axes = plt.subplots(len(panels), 1, figsize=size, sharex=True, squeeze=False)
    for ax, (title, found) in zip(axes.flat, panels.items(), strict=True):
        for y, name in enumerate(rows):
            color, marker, weight = MUTED, "o", None
            if name in emphasize:
                color, marker, weight = ACCENT, "D", "bold"
            mean = found[name].mean()
            ax.plot(found[name], [y] * len(found[name]), marker, color=color, ms=5)
            ax.plot([mean, mean], [y - 0.38, y + 0.38], color=INK, linewidth=2.5)
            write_beside(ax, y, f"{mean:.1f}", fontweight=weight)
        name_rows(ax, rows, above=0.6, bare=True)
        ax.set_title(title)
        ax.set_xlim(left=0)
    ax.set_xlabel(xlabel)
    return fig


def temperatures(
    photos: Mapping[str, np.ndarray],
    curves: Mapping[str, tuple[np.ndarray, np.ndarray]],
    truth: float,
) -> Figure:
    """One photograph at several temperatures, above its curves.

    Args:
        photos: Title, such as a temperature -> uint8 of shape (H, W, 3).
        curves: "chroma" and "color error" -> temperatures, means over networks.
        truth: Mean chroma of the photographs as they are.
    """
    fig = plt.figure(figsize=(WIDTH, 5.2))
    grid = fig.add_gridspec(3, len(photos), height_ratios=(1, 2, 2))
    for k, (title, photo) in enumerate(photos.items()):
        ax = fig.add_subplot(grid[0, k])
        _photo(ax, photo, 60)
        ax.set_title(title, loc="center", fontsize=10, fontweight="normal")
    axes = [fig.add_subplot(grid[row, :]) for row in (1, 2)]
    marks = {"color": ACCENT, "marker": "D"}, {"color": INK, "marker": "o"}
    for ax, (name, (x, y)), mark in zip(axes, curves.items(), marks, strict=True):
        ax.plot(x, y, **mark)
        ax.set(title=name, xlim=(0, 1.02))
        ax.margins(y=0.2)
    axes[0].axhline(truth, color=MUTED, linestyle=":")
    above = {"xytext": (0, 4), "textcoords": "offset points", "va": "bottom"}
    text = "of the photographs"
    axes[0].annotate(text, (0.02, truth), color=MUTED, path_effects=HALO, **above)
    axes[1].set_xlabel("temperature T")
    return fig


def gammas(before: np.ndarray, after: np.ndarray, gone: np.ndarray) -> Figure:
    """Histograms of the scales of normalized channels, and which are to go.

    Args:
        before, after: |gamma| of all channels, without and with a penalty.
        gone: Which of ``after`` are to go; they are hatched.
    """
    fig, axes = plt.subplots(2, 1, figsize=(WIDTH, 3.9), sharex=True)
    edges = np.linspace(0, 1.05 * max(before.max(), after.max()), 43)
    grey, color = look("none").color, look("l1").color
    axes[0].hist(before, edges, color=grey, edgecolor=PAPER, linewidth=0.5)
    axes[1].hist(
        [after[gone], after[~gone]],
        edges,
        stacked=True,
        color=[PAPER, color],
        edgecolor=color,
        hatch=["////", ""],
        linewidth=0.8,
    )
    titles = "without L1", "with L1; hatched: to go"
    for ax, title in zip(axes, titles, strict=True):
        ax.set(title=title, ylabel="channels", xlim=(0, edges[-1]))
    ax.set_xlabel(r"$|\gamma|$ of a channel")
    return fig
