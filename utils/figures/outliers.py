"""Pictures of losses: how hard an error pulls, and what a far point does to a line."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from utils.figures import parts
from utils.figures.parts import HALO, Panels, line, look
from utils.style import INK


def losses_and_pulls(
    errors: np.ndarray, curves: Mapping[str, tuple[np.ndarray, np.ndarray]]
) -> Figure:
    """Up to three losses above, and their derivatives below.

    Args:
        errors: Increasing numbers, shape (n,).
        curves: Loss -> its values and its derivatives, of n numbers each.
    """
    titles = "the loss of an error", "its pull"
    fig, axes = parts.stack(titles, (4.9, 5.4), sharex=True)
    for (name, pair), style in zip(curves.items(), parts.NEUTRAL, strict=False):
        for ax, values in zip(axes, pair, strict=True):
            ax.plot(errors, np.ravel(values), label=name, **style)
    axes[1].set(xlabel="error", xlim=(errors[0], errors[-1]))
    parts.label_panels(axes, size=11)
    colors = {curve.get_label(): curve.get_color() for curve in axes[0].lines}
    for text in (*axes[0].texts, *axes[1].texts):
        text.set_color(colors[text.get_text()])
    return fig


def influence(moves: np.ndarray, panels: Panels, *, truth: float) -> Figure:
    """The slope of a line against how far one point was moved, a panel for each loss.

    Args:
        moves: Increasing numbers, shape (k,).
        panels: Title -> penalty -> slopes, shape (k, R). The band holds 90 % of the R
            data sets; the curve is their mean.
        truth: The true slope, drawn as a thin line.
    """
    size = 5.1, 0.6 + 1.75 * len(panels)
    fig, axes = parts.stack(panels, size, sharex=True, sharey=True)
    for ax, curves in zip(axes, panels.values(), strict=True):
        ax.axhline(truth, color=INK, linewidth=0.8)
        for name, slopes in curves.items():
            low, high = np.quantile(slopes, (0.05, 0.95), axis=1)
            parts.band(ax, moves, (low, slopes.mean(axis=1), high), **line(name))
        ax.set(xlim=(moves[0], moves[-1]), ylabel="slope")
    axes[-1].set_xlabel("how far one point was moved up")
    parts.label_panels(axes)
    return fig


def by_strength(strength: np.ndarray, groups: Panels) -> Figure:
    """Distances from the clean line against the strength of a penalty.

    Args:
        strength: Increasing values of λ above 0, shape (k,).
        groups: Loss -> penalty -> values, shape (k, R). The curve is the mean over
            the R data sets. The loss is written above the first curve's middle.
    """
    fig, ax = plt.subplots(figsize=(5.1, 3.6))
    ends = {title: {} for title in groups}
    for title, curves in groups.items():
        for shift, (name, values) in enumerate(curves.items()):
            mean = values.mean(axis=1)
            ax.plot(strength, mean, markevery=(2 * shift, 6), **line(name))
            ends[title][name] = mean[-1]
        start = strength[0], max(values[0].mean() for values in curves.values())
        above = {"xytext": (4, 9), "textcoords": "offset points"}
        ax.annotate(title, start, **above, fontweight="bold", path_effects=HALO)
    ax.set(xscale="log", xlim=(strength[0], strength[-1]), xlabel="λ")
    ax.set_ylabel("distance from the clean line")
    ax.set_ylim(0, 1.15 * max(max(each.values()) for each in ends.values()))
    parts.label_panels([ax] * len(ends), ends.values())
    return fig


def crossing(
    columns: Mapping[str, Mapping[str, tuple[np.ndarray, np.ndarray]]],
) -> Figure:
    """Runs as clouds in the plane of two qualities, a column of clouds for each loss.

    Args:
        columns: Loss -> penalty -> distances from the clean line, and shares of weights
            near zero, 1-D and equally long. The columns go from left to right.
    """
    fig, ax = plt.subplots(figsize=(5.1, 4.2))
    for clouds in columns.values():
        for name, (x, y) in clouds.items():
            style = line(name) | {"linestyle": "none", "markersize": 4}
            ax.plot(x, y, **style, alpha=0.6, markeredgewidth=0, rasterized=True)
    ax.set(xscale="log", xlabel="distance from the clean line")
    ax.set_ylabel("share of weights near zero")
    low, high = ax.get_ylim()
    ax.set_ylim(low - 0.05 * (high - low), high + 0.12 * (high - low))
    left, right = ax.get_xlim()
    ax.set_xlim(left, right * (right / left) ** 0.3)  # room for the names
    for title, clouds in columns.items():
        x = np.concatenate([x for x, _ in clouds.values()])
        bold = {"ha": "center", "va": "top", "fontweight": "bold"}
        ax.text(np.median(x), ax.get_ylim()[1], title, **bold)
        middles = {name: np.median(y) for name, (_, y) in clouds.items()}
        right = 1.3 * np.quantile(x, 0.99)  # a stray run must not push it away
        for name, height in parts.spread(middles, 0.055 * (high - low)).items():
            style = {"color": look(name).color, "va": "center", "path_effects": HALO}
            ax.text(right, height, look(name).label, **style)
    return fig
