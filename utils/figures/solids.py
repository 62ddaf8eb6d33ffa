"""Figures of ``penalty_geometry`` in 3-D: landscapes and balls of penalties."""

from collections.abc import Mapping
from itertools import product

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from mpl_toolkits.mplot3d.art3d import Poly3DCollection

from utils import geometry
from utils.figures.penalty_geometry import LOOKS
from utils.style import GRID, MUTED, PAPER

SPACE = {"projection": "3d", "computed_zorder": 0}


def landscapes() -> Figure:
    """Surfaces over two weights, and their level curves on the floor."""
    fig, axes = plt.subplots(2, 2, figsize=(5.2, 5.2), subplot_kw=SPACE)
    side = np.linspace(-1, 1, 41)
    plane = np.stack(np.meshgrid(side, side), -1)
    for ax, (name, look) in zip(axes.flat, LOOKS.items(), strict=True):
        cost = geometry.cost(plane, name)
        for level in (0.4, 0.8, 1.2):
            curve = geometry.ball(level, name, points=96)
            curve = np.where(np.abs(curve) > 1, np.nan, curve)
            x, y = np.concatenate([curve, curve[:1]]).T
            ax.plot(x, y, -1.3, color=look.color, lw=1.6)
        style = {"color": look.color, "alpha": 0.8, "lw": 0, "antialiased": False}
        count = {"rcount": len(side), "ccount": len(side)}
        surface = ax.plot_surface(*np.moveaxis(plane, -1, 0), cost, **style, **count)
        surface.set_rasterized(True)
        ax.set(xlim=(-1, 1), ylim=(-1, 1), zlim=(-1.3, 2), zticks=[0, 1, 2])
        _three(ax, [-1, 0], [0, 1])  # not at the corner where both axes end
        ax.set_title(look.label, color=look.color, loc="center", y=0.97)
    return fig


def bodies(points: Mapping[str, np.ndarray]) -> Figure:
    """The balls of L1 and L2 for three weights, each with a solution on it.

    Args:
        points: "l1" and "l2" -> the solution, (3,).
    """
    fig, axes = plt.subplots(1, 2, figsize=(4.9, 2.9), subplot_kw=SPACE)
    for ax, (name, w) in zip(axes, points.items(), strict=True):
        look = LOOKS[name]
        size = float(geometry.cost(w, name)) ** (1 if name == "l1" else 0.5)
        if name == "l1":
            faces = [size * np.diag(signs) for signs in product((1, -1), repeat=3)]
            style = {"facecolor": look.color, "edgecolor": look.color}
            # alpha first, so that it applies to the edges too
            ax.add_collection3d(Poly3DCollection(faces, alpha=0.35, **style))
        else:
            angle = np.linspace(0, np.pi, 31)
            across, around = np.meshgrid(angle, 2 * angle, indexing="ij")
            x, y = np.sin(across) * [np.cos(around), np.sin(around)]
            ball = size * np.array([x, y, np.cos(across)])
            style = {"color": look.color, "edgecolor": look.color, "lw": 0.15}
            ax.plot_surface(*ball, alpha=0.3, **style).set_rasterized(True)
        ax.plot(*w[:, None], look.marker, color=look.color, ms=10, mec=PAPER)
        for k in range(3):
            arm = np.zeros((3, 2))
            arm[k] = -1.15 * size, 1.15 * size
            ax.plot(*arm, color=MUTED, lw=0.9)
        side = -size, size
        ax.set(xlim=side, ylim=side, zlim=side, zlabel="$w_3$")
        _three(ax, [0], [0])
        ax.set(zticks=[0], box_aspect=(1, 1, 1))
        ax.zaxis.labelpad = -8
        title = f"{look.label}: {int((w == 0).sum())} of 3 weights are 0"
        ax.set_title(title, color=look.color, loc="center")
    return fig


def _three(ax, first, second):
    """The frame of a plot of two or three weights in three dimensions."""
    ax.set(xticks=first, yticks=second, xlabel="$w_1$", ylabel="$w_2$")
    ax.view_init(24, -58)
    for axis in (ax.xaxis, ax.yaxis, ax.zaxis):
        axis.pane.set(facecolor="none", edgecolor=GRID)
        axis.line.set_color(MUTED)
        axis._axinfo["grid"].update(color=GRID, linewidth=0.6)
    ax.tick_params(labelsize=10, pad=-2)
    ax.xaxis.labelpad = ax.yaxis.labelpad = 0
    ax.patch.set_alpha(0)
