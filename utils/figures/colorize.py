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
from utils.figures import parts
from utils.figures.parts import HALO, Panels, look
from utils.style import ACCENT, INK, MUTED, PAPER

WIDTH = 4.9  # inches, so that text is legible on a phone


def _photo(ax: Axes, rgb: np.ndarray, height: int) -> None:
    """Show a photograph in its true colors, at most ``height`` pixels high."""
    side = max(1, round(height * min(rgb.shape[:2]) / rgb.shape[0]))
    image = ax.imshow(shrink(rgb, side), interpolation="none", aspect="equal")
    image.set_gid(f"photo-{id(image)}")
    ax.axis("off")


def photographs(photos: Mapping[str, np.ndarray]) -> Figure:
    """Show photographs with their names, four side by side.

    Args:
        photos: Name -> uint8 of shape (H, W, 3); a number of them that 4 divides.
    """
    rows = len(photos) // 4
    fig, axes = plt.subplots(rows, 4, figsize=(WIDTH, 1.25 * rows))
    for ax, (name, photo) in zip(axes.flat, photos.items(), strict=True):
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
    size = {"figsize": (WIDTH, row * len(versions) + 0.55), "width_ratios": ratios}
    fig, axes = plt.subplots(len(versions), len(columns), squeeze=False, **size)
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
    parts.point_out(ax, text, centers[shares.argmax()], corner, va="bottom")
    return fig


def dots(panels: Panels, *, emphasize: Sequence[str]) -> Figure:
    """One dot for each network or rule, and the mean as a bar with its number.

    Args:
        panels: Title -> name of a row -> color error of each network.
        emphasize: Rows drawn in the accent color.
    """
    rows = len(next(iter(panels.values())))
    size = WIDTH, 0.34 * rows * len(panels) + 1.5
    fig, axes = parts.stack(panels, size, sharex=True)
    for ax, found in zip(axes, panels.values(), strict=True):
        for y, (name, values) in enumerate(found.items()):
            color, marker, weight = MUTED, "o", None
            if name in emphasize:
                color, marker, weight = ACCENT, "D", "bold"
            mean = values.mean()
            ax.plot(values, [y] * len(values), marker, color=color, ms=5)
            ax.plot([mean, mean], [y - 0.38, y + 0.38], color=INK, linewidth=2.5)
            parts.write_beside(ax, y, f"{mean:.1f}", fontweight=weight)
        parts.name_rows(ax, found, above=0.6, bare=True)
        ax.set_xlim(left=0)
    ax.set_xlabel("color error (ΔE)")
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
    rows = [list(photos), *([name] * len(photos) for name in curves)]
    fig, axes = plt.subplot_mosaic(rows, figsize=(WIDTH, 5.2), height_ratios=(1, 2, 2))
    for title, photo in photos.items():
        _photo(axes[title], photo, 60)
        center = {"loc": "center", "fontsize": 10, "fontweight": "normal"}
        axes[title].set_title(title, **center)
    marks = {"color": ACCENT, "marker": "D"}, {"color": INK, "marker": "o"}
    for (name, (x, y)), mark in zip(curves.items(), marks, strict=True):
        axes[name].plot(x, y, **mark)
        axes[name].set(title=name, xlim=(0, 1.02))
        axes[name].margins(y=0.2)
    axes["chroma"].axhline(truth, color=MUTED, linestyle=":")
    style = {"va": "bottom", "color": MUTED, "path_effects": HALO}
    above = {"xytext": (0, 4), "textcoords": "offset points"}
    axes["chroma"].annotate("of the photographs", (0.02, truth), **above, **style)
    axes["color error"].set_xlabel("temperature T")
    return fig


def gammas(before: np.ndarray, after: np.ndarray, gone: np.ndarray) -> Figure:
    """Histograms of the scales of normalized channels, and which are to go.

    Args:
        before, after: |gamma| of all channels, without and with a penalty.
        gone: Which of ``after`` are to go; they are hatched.
    """
    titles = "without L1", "with L1; hatched: to go"
    fig, axes = parts.stack(titles, (WIDTH, 3.9), sharex=True)
    edges = np.linspace(0, 1.05 * max(before.max(), after.max()), 43)
    grey, color = look("none").color, look("l1").color
    axes[0].hist(before, edges, color=grey, edgecolor=PAPER, linewidth=0.5)
    fills = {"color": [PAPER, color], "hatch": ["////", ""], "stacked": True}
    both = after[gone], after[~gone]
    axes[1].hist(both, edges, edgecolor=color, linewidth=0.8, **fills)
    for ax in axes:
        ax.set(ylabel="channels", xlim=(0, edges[-1]))
    ax.set_xlabel(r"$|\gamma|$ of a channel")
    return fig
