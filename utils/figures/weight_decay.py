"""Figures of ``weight_decay``: where optimizers arrive, and which decay is best."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from scipy.stats import sem

from utils.figures import parts
from utils.figures.parts import HALO, Groups, Panels, line, look, point_out
from utils.style import ACCENT, GRID, INK, MUTED, PAPER


def destinations(
    x: np.ndarray,
    y: np.ndarray,
    free: np.ndarray,
    shared: np.ndarray,
    decayed: Groups,
) -> Figure:
    """Where training ends in the plane of two weights, over lines of equal loss.

    Args:
        x, y: The data of the squared loss, (n, 2) and (n, 1).
        free: The minimum of the loss, (2,).
        shared: Where all optimizers end with an L2 penalty, (2,).
        decayed: Optimizer -> where it ends with decay, (2,).
    """
    fig, ax = plt.subplots(figsize=(4.9, 3.9))
    wide, high = np.meshgrid(np.linspace(0.55, 2.5, 80), np.linspace(0.35, 1.6, 80))
    loss = ((x @ [wide.ravel(), high.ravel()] - y) ** 2).mean(axis=0)
    loss = loss.reshape(wide.shape)
    ax.contour(wide, high, loss, 9, colors=[GRID], linewidths=1.2)
    ax.grid(visible=False)
    big = {"linestyle": "", "zorder": 3}
    ax.plot(*free, **line("none") | big | {"markersize": 9})
    at = free[0] + 0.12, free[1] + 0.16
    point_out(ax, "no penalty", free, at, color=look("none").color)
    ring = {"markersize": 17, "mfc": "none", "mew": 2.5}
    ax.plot(*shared, **line("l2") | big | ring)
    text = "L2 penalty:\nall four optimizers"
    point_out(ax, text, shared, (shared[0] - 0.1, 1.37), color=look("l2").color)
    places = {"SGD": (1.32, 0.72), "SGD with momentum": (1.55, 0.84)}
    for name, place in decayed.items():
        ax.plot(*place, **line("adamw") | big | {"markersize": 9})
        at = places.get(name, (place[0] - 0.18, place[1] - 0.16))
        point_out(ax, name, place, at, color=look("adamw").color)
    key = {"color": look("adamw").color, "transform": ax.transAxes}
    ax.text(0, 1.03, "▲ weight decay of the same strength", **key)
    ax.set(xlabel="first weight", ylabel="second weight", xlim=(0.55, 2.5))
    ax.set_ylim(0.35, 1.6)
    return fig


def effective_rates(
    epochs: np.ndarray, curves: Groups, shares: Mapping[str, float]
) -> Figure:
    """The effective learning rate of a normalized layer, and what was memorized.

    Args:
        epochs: When, (t,).
        curves: "none", "l2" and "matched" -> effective rates, (t, R).
        shares: The same names -> share of the wrong labels that was learned.
    """
    fig, (top, bottom) = plt.subplots(
        2, 1, figsize=(5.1, 4.6), height_ratios=(3, 1.3), gridspec_kw={"hspace": 0.1}
    )
    looks = {"none": look("none").stroke, "l2": look("l2").stroke | {"linewidth": 3}}
    looks["matched"] = {"color": ACCENT, "linestyle": "-", "linewidth": 1.2}
    names = {"none": "no penalty", "l2": "L2"}
    names["matched"] = "no penalty,\nrate grows"
    for name, values in curves.items():
        parts.band(top, epochs, parts.most(values, axis=1), **looks[name])
    top.set(yscale="log", title="Effective learning rate", xlabel="epoch")
    top.set_xlim(0, epochs[-1])
    for y, (name, share) in enumerate(shares.items()):
        bottom.barh(y, share, color=looks[name]["color"], height=0.6, alpha=0.8)
        place = {"ha": "right", "va": "center"}
        bottom.text(share - 0.01, y, f"{share:.0%}", color=PAPER, **place)
    bottom.set_yticks(range(len(shares)), [names[name] for name in shares])
    bottom.set(title="Wrong labels learned", xlim=(0, 1), ylim=(2.5, -0.5))
    bottom.set_xticks([0, 0.5, 1], ["0%", "50%", "100%"])
    bottom.grid(axis="y", visible=False)
    place = epochs[-1] * 0.97, np.median(curves["none"][-1]) * 1.15
    top.text(*place, "no penalty", ha="right", path_effects=HALO)
    both = {"transform": top.transAxes, "path_effects": HALO}
    top.text(0.04, 0.78, "L2, and the rate\nthat grows", **both)
    return fig


def two_ways(decays: Sequence[float], panels: Panels) -> Figure:
    """Errors against the decay for two ways to decay, in panels above each other.

    Args:
        decays: Above 0, (k,).
        panels: Network -> way -> errors of all replicates, (k, R). The band is the
            mean and twice its standard error.
    """
    fig, axes = parts.stack(panels, (5.2, 0.6 + 2 * len(panels)), sharex=True)
    for ax, ways in zip(axes, panels.values(), strict=True):
        for style, (way, values) in zip(parts.NEUTRAL, ways.items(), strict=False):
            mean, error = values.mean(axis=1), 2 * sem(values, axis=1)
            dots = {"marker": "o", "markersize": 5, "label": way}
            found = mean - error, mean, mean + error
            parts.band(ax, decays, found, **dots, **style)
        ax.set(xscale="log", ylabel="test error")
        ax.set(xlim=(decays[0], decays[-1]), ylim=(0, 1))
    ax.set_xlabel("decay")
    parts.label_panels(axes)
    return fig


def planes(
    panels: Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]],
    rates: Sequence[float],
) -> Figure:
    """The plane of learning rate and decay, with the ridge of the best decays.

    Args:
        panels: Optimizer -> (decays, losses, best): decays and losses (rates, k), the
            best decay for each rate (rates,).
        rates: Learning rates, increasing.
    """
    fig, axes = parts.stack(panels, (4.9, 0.4 + 2.1 * len(panels)))
    for ax, (decays, losses, best) in zip(axes, panels.values(), strict=True):
        for y, (row, loss) in enumerate(zip(decays, losses, strict=True)):
            step = np.log(row[1] / row[0]) / 2
            edges = np.append(row * np.exp(-step), row[-1] * np.exp(step))
            excess = np.clip(loss - loss.min(), 0, 0.5)[None]
            shades = {"cmap": parts.SHADES.reversed(), "vmin": 0, "vmax": 0.5}
            frame = {"edgecolors": to_rgba(MUTED, 0.3), "linewidth": 0.3}
            ax.pcolormesh(edges, [y - 0.45, y + 0.45], excess, **shades, **frame)
        heights = range(len(rates))
        ax.plot(best, heights, "o-", color=INK, mec=PAPER, mew=1.5, markersize=8)
        ax.set(xscale="log", ylabel="learning rate", xlabel="decay")
        ax.set_yticks(heights, [f"{rate:g}" for rate in rates])
        ax.grid(visible=False)
    return fig
