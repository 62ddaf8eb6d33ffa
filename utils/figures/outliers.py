"""Pictures of losses: how hard an error pulls, and what a far point does to a line."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from utils.figures.parts import (
    HALO,
    NEUTRAL,
    band,
    label_panels,
    line,
    look,
    spread,
)
from utils.style import INK


def losses_and_pulls(
    errors: np.ndarray, curves: Mapping[str, tuple[np.ndarray, np.ndarray]]
) -> Figure:
    """Up to three losses above, and their derivatives below.

    Args:
        errors: Increasing numbers, shape (n,).
        curves: Loss -> its values and its derivatives, of n numbers each.
    """
    fig, axes = plt.subplots(2, 1, figsize=(4.9, 5.4), sharex=True)
    for part, ax in enumerate(axes):
        for pair, style in zip(curves.values(), NEUTRAL, strict=False):
            ax.plot(errors, np.ravel(pair[part]), **style)
        ax.set_xlim(errors[0], errors[-1])
    axes[0].set_title("the loss of an error")
    axes[1].set(title="its pull", xlabel="error")
    label_panels(
        axes,
        ({n: np.ravel(pair[k])[-1] for n, pair in curves.items()} for k in (0, 1)),
        size=11,
    )
    colors = {name: look["color"] for name, look in zip(curves, NEUTRAL, strict=False)}
    for text in (text for ax in axes for text in ax.texts):
        text.set_color(colors[text.get_text()])
    return fig


def influence(
    moves: np.ndarray,
    panels: Mapping[str, Mapping[str, np.ndarray]],
    *,
    truth: float,
) -> Figure:
    """The slope of a line against how far one point was moved, a panel for each loss.

    Args:
        moves: Increasing numbers, shape (k,).
        panels: Title -> penalty -> slopes, shape (k, R). The band holds 90 % of the R
            data sets; the curve is their mean.
        truth: The true slope, drawn as a thin line.
    """
    fig, axes = plt.subplots(
        len(panels),
        1,
        figsize=(5.1, 0.6 + 1.75 * len(panels)),
        sharex=True,
        sharey=True,
    )
    for ax, (title, curves) in zip(axes, panels.items(), strict=True):
        ax.axhline(truth, color=INK, linewidth=0.8)
        for name, slopes in curves.items():
            low, high = np.quantile(slopes, (0.05, 0.95), axis=1)
            band(ax, moves, (low, slopes.mean(axis=1), high), **line(name))
        ax.set(title=title, xlim=(moves[0], moves[-1]), ylabel="slope")
    axes[-1].set_xlabel("how far one point was moved up")
    ends = ({n: s[-1].mean() for n, s in curves.items()} for curves in panels.values())
    label_panels(axes, ends)
    return fig


def by_strength(
    strength: np.ndarray,
    groups: Mapping[str, Mapping[str, np.ndarray]],
    *,
    ylabel: str,
) -> Figure:
    """Curves against the strength of a penalty, all losses on one scale.

    Args:
        strength: Increasing values of λ above 0, shape (k,).
        groups: Loss -> penalty -> values, shape (k, R). The curve is the mean over
            the R data sets. The loss is written above the first curve's middle.
        ylabel: What the values are.
    """
    fig, ax = plt.subplots(figsize=(5.1, 3.6))
    ends = {title: {} for title in groups}
    for title, curves in groups.items():
        for shift, (name, values) in enumerate(curves.items()):
            mean = values.mean(axis=1)
            ax.plot(strength, mean, markevery=(2 * shift, 6), **line(name))
            ends[title][name] = mean[-1]
        starts = [values[0].mean() for values in curves.values()]
        ax.annotate(
            title,
            (strength[0], max(starts)),
            xytext=(4, 9),
            textcoords="offset points",
            fontweight="bold",
            path_effects=HALO,
        )
    ax.set(xscale="log", xlim=(strength[0], strength[-1]), xlabel="λ", ylabel=ylabel)
    ax.set_ylim(0, 1.15 * max(max(each.values()) for each in ends.values()))
    label_panels([ax] * len(ends), ends.values())
    return fig


def crossing(
    columns: Mapping[str, Mapping[str, tuple[np.ndarray, np.ndarray]]],
    *,
    xlabel: str,
    ylabel: str,
) -> Figure:
    """Runs as clouds in the plane of two qualities, a column of clouds for each loss.

    Args:
        columns: Loss -> penalty -> horizontal and vertical values, 1-D and equally
            long. The horizontal axis is logarithmic; the columns go from left to right.
        xlabel, ylabel: What the values are.
    """
    fig, ax = plt.subplots(figsize=(5.1, 4.2))
    for clouds in columns.values():
        for name, (x, y) in clouds.items():
            style = line(name) | {"linestyle": "none", "markersize": 4}
            ax.plot(x, y, **style, alpha=0.6, markeredgewidth=0, rasterized=True)
    ax.set(xscale="log", xlabel=xlabel, ylabel=ylabel)
    low, high = ax.get_ylim()
    ax.set_ylim(low - 0.05 * (high - low), high + 0.12 * (high - low))
    left, right = ax.get_xlim()
    ax.set_xlim(left, right * (right / left) ** 0.3)  # room for the names
    for title, clouds in columns.items():
        x = np.concatenate([x for x, _ in clouds.values()])
        bold = {"ha": "center", "va": "top", "fontweight": "bold"}
        ax.text(np.median(x), ax.get_ylim()[1], title, **bold)
        middles = {name: np.median(y) for name, (_, y) in clouds.items()}
        names = sorted(middles, key=middles.get)
        heights = spread([middles[name] for name in names], 0.055 * (high - low))
        right = 1.3 * np.quantile(x, 0.99)  # a stray run must not push it away
        for name, height in zip(names, heights, strict=True):
            style = {"color": look(name).color, "va": "center", "path_effects": HALO}
            ax.text(right, height, look(name).label, **style)
    return fig
