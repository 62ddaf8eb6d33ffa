"""Pictures of a dial that is turned: what λ does, and where training breaks."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from matplotlib.colors import LinearSegmentedColormap, to_rgba
from matplotlib.figure import Figure

from utils.figures.parts import band, label_panels, line, look
from utils.style import ACCENT, INK, PAPER

# One color, more or less opaque, so that it has its twin in the dark theme.
# (Matplotlib before 3.11 would read a pair as a place and its color.)
_SHADES = LinearSegmentedColormap.from_list("shades", [to_rgba(ACCENT, 0), ACCENT])


def strengths(
    strength: Sequence[float],
    panels: Mapping[str, Mapping[str, np.ndarray]],
    *,
    marks: Mapping[str, float],
    whose: str,
) -> Figure:
    """Curves against the strength of a penalty, in panels above each other.

    Args:
        strength: Values of λ above 0, shape (k,).
        panels: What is shown -> penalty -> values of all replicates, shape (k, R). The
            band holds 90 % of the replicates; the curve is their mean. Where all
            values are 0 or 1, no or yes, the mean is a share and has no band.
        marks: Two penalties -> a λ of each to mark by a thin line, increasing.
        whose: What to write there before the name of the penalty.
    """
    size = 5.2, 0.6 + 1.75 * len(panels)
    fig, axes = plt.subplots(len(panels), 1, figsize=size, sharex=True, squeeze=False)
    ends = []
    for ax, (title, curves) in zip(axes.flat, panels.items(), strict=True):
        means = {name: values.mean(axis=1) for name, values in curves.items()}
        for name, mean in means.items():
            if np.isin(curves[name], (0, 1)).all():
                ax.plot(strength, mean, **line(name))
                continue
            low, high = np.quantile(curves[name], (0.05, 0.95), axis=1)
            band(ax, strength, (low, mean, high), **line(name))
        for name, place in marks.items():
            ax.axvline(place, color=look(name).color, linewidth=1)
        ax.set(title=title, xscale="log", xlim=(strength[0], strength[-1]))
        ends.append({name: mean[-1] for name, mean in means.items()})
    for (name, place), side in zip(marks.items(), ("right", "left"), strict=True):
        above = {"transform": axes[0, 0].get_xaxis_transform(), "ha": side}
        text = f" {whose} {look(name).label} "
        axes[0, 0].text(place, 1.02, text, color=look(name).color, **above)
    ax.set_xlabel("λ")
    label_panels(axes.flat, ends)
    return fig


def shares(
    table: np.ndarray, *, rows: Sequence[str], columns: Sequence[str], labels: Sequence
) -> Figure:
    """A table of shares from 0 to 1 in shades, each written in its field.

    Args:
        table: Shares, shape (len(rows), len(columns)).
        rows, columns: Names of the rows and columns.
        labels: What the columns and the rows are: (xlabel, ylabel).
    """
    fig, ax = plt.subplots(figsize=(5.0, 0.9 + 0.42 * len(rows)))
    sns.heatmap(
        table,
        vmin=0,
        vmax=1,
        cmap=_SHADES,
        annot=True,
        fmt=".0%",
        annot_kws={"color": INK},
        cbar=False,
        xticklabels=columns,
        yticklabels=rows,
        ax=ax,
    )
    for text, share in zip(ax.texts, np.ravel(table), strict=True):
        text.set_color(PAPER if share > 0.7 else INK)
    ax.set(xlabel=labels[0], ylabel=labels[1])
    ax.grid(visible=False)
    ax.spines[["left", "bottom"]].set_visible(True)
    ax.tick_params(length=0, rotation=0)
    return fig
