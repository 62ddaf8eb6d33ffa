"""Pictures of a dial that is turned: what λ does, and where training breaks."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from matplotlib.figure import Figure

from utils.figures.parts import SHADES, Panels, band, label_panels, line, look, stack
from utils.style import INK, PAPER


def strengths(
    strength: Sequence[float], panels: Panels, *, marks: Mapping[str, float]
) -> Figure:
    """Curves against the strength of a penalty, in panels above each other.

    Args:
        strength: Values of λ above 0, shape (k,).
        panels: What is shown -> penalty -> values of all replicates, shape (k, R). The
            band holds 90 % of the replicates; the curve is their mean. Where all
            values are 0 or 1, no or yes, the mean is a share and has no band.
        marks: Two penalties -> the post's λ of each, marked by a thin line, increasing.
    """
    fig, axes = stack(panels, (5.2, 0.6 + 1.75 * len(panels)), sharex=True)
    for ax, curves in zip(axes, panels.values(), strict=True):
        for name, values in curves.items():
            mean = values.mean(axis=1)
            if np.isin(values, (0, 1)).all():
                ax.plot(strength, mean, **line(name))
                continue
            low, high = np.quantile(values, (0.05, 0.95), axis=1)
            band(ax, strength, (low, mean, high), **line(name))
        for name, place in marks.items():
            ax.axvline(place, color=look(name).color, linewidth=1)
        ax.set(xscale="log", xlim=(strength[0], strength[-1]))
    for (name, place), side in zip(marks.items(), ("right", "left"), strict=True):
        above = {"transform": axes[0].get_xaxis_transform(), "ha": side}
        text = f" post's {look(name).label} "
        axes[0].text(place, 1.02, text, color=look(name).color, **above)
    ax.set_xlabel("λ")
    label_panels(axes)
    return fig


def shares(table: np.ndarray, *, rows: Sequence[str], columns: Sequence[str]) -> Figure:
    """A table of shares from 0 to 1 in shades, each written in its field.

    Args:
        table: Shares, shape (len(rows), len(columns)).
        rows, columns: The strengths of L2, and the learning rates.
    """
    fig, ax = plt.subplots(figsize=(5.0, 0.9 + 0.42 * len(rows)))
    shades = {"vmin": 0, "vmax": 1, "cmap": SHADES, "cbar": False}
    names = {"xticklabels": columns, "yticklabels": rows}
    sns.heatmap(table, annot=True, fmt=".0%", ax=ax, **shades, **names)
    for text, share in zip(ax.texts, np.ravel(table), strict=True):
        text.set_color(PAPER if share > 0.7 else INK)
    ax.set(xlabel="learning rate", ylabel="λ of L2")
    ax.grid(visible=False)
    ax.spines[["left", "bottom"]].set_visible(True)
    ax.tick_params(length=0, rotation=0)
    return fig
