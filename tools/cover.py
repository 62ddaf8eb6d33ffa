"""Draw the cover, ``book/_static/cover.svg``: `python -m tools.cover`.

It shows why a diamond gives zeros. Beside it ``mark.png``, the mark on the cards that
links to the pages show elsewhere.
"""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from tools.chapters import ROOT
from utils import style

CENTER = np.array([0.75, 1.9])  # where the loss alone is smallest
CURVATURE = np.array([[1.0, -0.2], [-0.2, 0.8]])
BUDGET = 1.0


def loss(points):
    """The quadratic loss at points of shape (..., 2)."""
    apart = points - CENTER
    return np.einsum("...i,ij,...j", apart, CURVATURE, apart) / 2


def draw(axes, name, ball):
    """One panel: the loss, the ball of the budget, and the point where they touch."""
    look = style.PENALTIES[name]
    grid = np.stack(np.meshgrid(*[np.linspace(-1.5, 4, 80)] * 2), axis=-1)
    touch = ball[loss(ball).argmin()]
    levels = loss(touch) * np.array([0.1, 0.4, 1.0])
    axes.contour(*grid.T, loss(grid).T, levels, colors=style.MUTED, linewidths=1)
    axes.fill(*ball.T, color=look.color, alpha=0.25, lw=0)
    axes.plot(*ball.T, color=look.color)
    axes.plot(*CENTER, "+", color=style.INK, ms=9, mew=1.5)
    axes.annotate("loss", CENTER + np.array([0.1, 0.08]), color=style.INK)
    axes.plot(*touch, look.marker, color=look.color, ms=9, zorder=3)
    zero = np.isclose(touch, 0, atol=1e-9)
    says = "$w_1 = 0$ exactly" if zero[0] else f"$w_1 = {touch[0]:.2f}$"
    side, offset = ("right", (-12, 10)) if zero[0] else ("center", (14, -30))
    axes.annotate(
        says, touch, offset, textcoords="offset points", ha=side, color=look.color
    )
    axes.axhline(0, color=style.MUTED, lw=0.8, zorder=0)
    axes.axvline(0, color=style.MUTED, lw=0.8, zorder=0)
    axes.set(aspect="equal", xlim=(-1.6, 2.3), ylim=(-1.2, 3.1), title=look.label)
    axes.set_axis_off()


def main(folder: Path = ROOT / "book/_static"):
    style.use()
    angle = np.linspace(0, 2 * np.pi, 721)  # every half degree, so with all corners
    circle = BUDGET * np.column_stack([np.cos(angle), np.sin(angle)])
    diamond = BUDGET * circle / np.abs(circle).sum(axis=1, keepdims=True)
    figure, panels = plt.subplots(1, 2, figsize=(7.2, 3.7))
    draw(panels[0], "l1", diamond)
    draw(panels[1], "l2", circle)
    figure.savefig(folder / "cover.svg", metadata={"Date": None})

    figure, axes = plt.subplots(figsize=(4, 4))
    for name, ball, shift in (("l2", circle, 0.35), ("l1", 1.2 * diamond, -0.25)):
        color = style.PENALTIES[name].color
        axes.fill(*(ball + shift).T, fc=f"{color}26", ec=color, lw=14)
    axes.set(aspect="equal", xlim=(-1.65, 1.6), ylim=(-1.65, 1.6))
    axes.set_axis_off()
    figure.savefig(folder / "mark.png", dpi=100, transparent=True)


if __name__ == "__main__":
    main()
