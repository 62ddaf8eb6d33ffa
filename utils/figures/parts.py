"""Blocks of which the chapters' figures are built: dots, bands, heatmaps, labels.

Curves carry their names at their ends, in the color, line and marker of their penalty
(``utils.style.PENALTIES``). What is no penalty is drawn in the ``NEUTRAL`` styles.
"""

from collections.abc import Iterable, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgba
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import blended_transform_factory
from scipy.optimize import isotonic_regression

from utils.checks import one_of
from utils.statistics import Estimate
from utils.style import ACCENT, INK, MUTED, PAPER, PENALTIES, SIGNED, Look

# Keeps text readable where lines pass behind it.
HALO = [withStroke(linewidth=3, foreground=PAPER)]

# One color, more or less opaque, so that it has its twin in the dark theme.
# (Matplotlib before 3.11 would read a pair as a place and its color.)
SHADES = LinearSegmentedColormap.from_list("shades", [to_rgba(ACCENT, 0), ACCENT])

# What is drawn -> its values, and what a panel shows -> such values.
Groups = Mapping[str, np.ndarray]
Panels = Mapping[str, Groups]

# Arguments of ``Axes.plot`` for up to three things that are no penalties.
NEUTRAL = (
    {"color": INK, "linestyle": "-"},
    {"color": ACCENT, "linestyle": "--"},
    {"color": MUTED, "linestyle": "-."},
)


def look(name: str) -> Look:
    """The look of a penalty; a ValueError if there is none of this name."""
    return PENALTIES[one_of("a penalty", name, PENALTIES)]


def line(name: str) -> dict:
    """Arguments for ``Axes.plot`` that draw a curve in the look of a penalty."""
    marks = {"marker": look(name).marker, "markersize": 6, "label": name}
    return look(name).stroke | marks


def stack(panels: Iterable[str], size: tuple[float, float], **shared):
    """A figure of this size, and its panels: one below the other, titled as given.

    Other arguments are those of ``plt.subplots``.
    """
    titles = list(panels)
    fig, axes = plt.subplots(len(titles), figsize=size, squeeze=False, **shared)
    for ax, title in zip(axes.flat, titles, strict=True):
        ax.set_title(title)
    return fig, axes[:, 0]


def band(ax: Axes, x, found, *, alpha: float = 0.15, **style) -> None:
    """Draw a curve with its interval.

    Args:
        ax: Where to draw.
        x: Numbers, (m,).
        found: Low ends, middles and high ends, (3, m), as of ``most`` or ``intervals``.
        alpha: How dense the band is.
        style: Arguments of ``Axes.plot`` for the curve, its color among them.
    """
    low, middle, high = found
    ax.fill_between(x, low, high, color=style["color"], alpha=alpha, linewidth=0)
    ax.plot(x, middle, **style)


def most(values: np.ndarray, axis: int = 0) -> np.ndarray:
    """Ends of the band that holds 90 % of the values, around the median: (3, m)."""
    return np.quantile(values, (0.05, 0.5, 0.95), axis=axis)


def intervals(estimates: Iterable[Estimate]) -> np.ndarray:
    """Low ends, values and high ends, (3, m), for ``band``."""
    return np.array([(e.low, e.value, e.high) for e in estimates]).T


def strip(
    ax: Axes,
    rows: Mapping[str, np.ndarray],
    *,
    color: str,
    orient: str = "h",
    beside: tuple[int, int] = (0, 1),
    jitter: float = 0.3,
    **style,
) -> None:
    """Draw every value as a dot, in rows that it names; the same dots at each call.

    Args:
        ax: Where to draw; what is already drawn may have the same rows, or fewer.
        rows: Name -> values, 1-D, maybe none. The first row is on top.
        color: Color of the dots.
        orient: "v" for columns from left to right instead of rows.
        beside: (k, n) if this is number k of n strips that share each row.
        jitter: How far dots are moved aside, as a share of a row's height.
        style: Other arguments of ``seaborn.stripplot``.
    """
    names = np.repeat(list(rows), [len(values) for values in rows.values()])
    values = np.concatenate([np.asarray(values, float) for values in rows.values()])
    k, n = beside
    x, y = (values, names) if orient == "h" else (names, values)
    places = {"order": list(rows), "orient": orient, "jitter": jitter, "dodge": n > 1}
    hues = {"hue": np.full(len(values), k), "hue_order": range(n), "legend": False}
    colors = {"palette": [color] * n, "edgecolor": color, "alpha": 0.3}
    # Pixels, since there are many; whole ones, since these take less room.
    dots = {"size": 2, "linewidth": 0, "rasterized": True, "snap": True, "zorder": 2}
    state = np.random.get_state()  # seaborn draws from NumPy's global generator
    np.random.seed(0)
    try:
        sns.stripplot(x=x, y=y, ax=ax, **places, **hues, **colors | dots | style)
    finally:
        np.random.set_state(state)


def heatmaps(
    axes: np.ndarray, networks: Mapping[str, Sequence[np.ndarray]], limit: float, **bar
) -> None:
    """Draw kernels on one scale, a network for each row of axes, and a color bar.

    Args:
        axes: (networks, kernels).
        networks: Title -> kernels in order, each (inputs, outputs); the first one has a
            single row. The name of a penalty is written as its label in its color.
        limit: The scale runs from -limit to limit.
        bar: Other arguments of ``Figure.colorbar``.
    """
    for row, (title, kernels) in zip(axes, networks.items(), strict=True):
        for k, (ax, kernel) in enumerate(zip(row, kernels, strict=True), start=1):
            # "none" stores the few cells themselves instead of a big picture.
            cells = {"interpolation": "none", "vmin": -limit, "vmax": limit}
            image = ax.imshow(kernel, cmap=SIGNED, **cells)
            ax.set(xticks=[], yticks=[])
            ax.set_title(f"$W_{k}$", fontsize=10, loc="center", pad=3)
            ax.grid(False)
            ax.spines[:].set(visible=True, color=MUTED)
        # The first kernel has one row only: above it is room for the name.
        corner = blended_transform_factory(row[0].transAxes, row[-1].transAxes)
        label, color = _named(title)
        bold = {"fontweight": "bold", "va": "top", "transform": corner}
        row[0].text(0, 1, label, color=color, **bold)
    bar |= {"orientation": "horizontal", "shrink": 0.8, "aspect": 30}
    ticks = MaxNLocator(4, symmetric=True)
    row[0].figure.colorbar(image, ax=axes, label="weight", ticks=ticks, **bar)


def _named(name: str) -> tuple[str, str]:
    """What to write for a name, and in which color."""
    if name in PENALTIES:
        return PENALTIES[name].label, PENALTIES[name].color
    return name, INK


def label_ends(
    ax: Axes, ends: Mapping[str, float] | None = None, *, size: float = 11
) -> None:
    """Write the name of each curve to the right of ``ax``, none over another.

    Call it last: it needs the final limits of the axes.

    Args:
        ax: Axes with linear or logarithmic y.
        ends: Name -> y in data coordinates; by default, where the curves that have a
            label are for the last time. The name of a penalty is written as its label
            in its color, any other name as it is.
        size: Font size in points.
    """
    ends = _ends(ax) if ends is None else ends
    to_axes = ax.transData + ax.transAxes.inverted()
    heights = {
        name: np.clip(to_axes.transform((ax.get_xlim()[1], ends[name]))[1], 0, 1)
        for name in sorted(ends, key=ends.get)
    }
    points = ax.get_position().height * ax.figure.get_size_inches()[1] * 72
    for name, y in spread(heights, 1.35 * size / points).items():
        label, color = _named(name)
        place = {"va": "center", "transform": ax.transAxes}
        ax.text(1.02, y, label, color=color, fontsize=size, **place)


def _ends(ax: Axes) -> dict[str, float]:
    """Label of each curve that has one -> its last finite height."""
    curves = [line for line in ax.lines if not line.get_label().startswith("_")]
    heights = {curve.get_label(): np.asarray(curve.get_ydata()) for curve in curves}
    return {name: float(y[np.isfinite(y)][-1]) for name, y in heights.items()}


def label_panels(panels: Sequence[Axes], ends=None, *, size: float = 10) -> None:
    """``label_ends`` in each of several panels, whose heights the layout decides."""
    panels[0].figure.draw_without_rendering()
    for ax, names in zip(panels, ends or map(_ends, panels), strict=True):
        label_ends(ax, names, size=size)


def spread(heights: Mapping[str, float], gap: float) -> dict[str, float]:
    """Move heights apart, as little as possible, until neighbors are ``gap`` apart.

    Args:
        heights: Name -> height; at least one.
        gap: The smallest distance wanted, at least 0.

    Returns:
        Name -> height, increasing by ``gap`` or more, with the least sum of squared
        moves.
    """
    names = sorted(heights, key=heights.get)
    steps = gap * np.arange(len(names))
    moved = isotonic_regression([heights[name] for name in names] - steps).x + steps
    return dict(zip(names, moved, strict=True))


def name_rows(
    ax: Axes, names: Iterable[str], *, above: float = 0.5, bare: bool = False
) -> None:
    """Name rows at the heights 0, 1, ... from top to bottom.

    Args:
        ax: Where the rows are.
        names: Their names.
        above: How much room there is above the first height, in rows; there is as
            much below the last one, but at most 0.6.
        bare: Draw no line and no ticks between the names and the rows.
    """
    names = list(names)
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 1 + min(above, 0.6), -above)
    ax.grid(axis="y", visible=False)
    if bare:
        ax.tick_params(axis="y", length=0)
        ax.spines["left"].set_visible(False)


def write_beside(ax: Axes, y: float, text: str, **style) -> None:
    """Write a text to the right of a row."""
    place = {"va": "center", "transform": ax.get_yaxis_transform()}
    ax.text(1.01, y, text, **place | style)


def signed(value: float, digits: int) -> str:
    """A number with its sign, which is a minus and no hyphen."""
    return f"{value:+z.{digits}f}".replace("-", "\N{MINUS SIGN}")


def write_sides(ax: Axes, sides: tuple[str, str]) -> None:
    """Write above the axes what it means to be left and right."""
    for text, x in zip(sides, (0, 1), strict=True):
        ha = "right" if x else "left"
        ax.text(x, 1.01, text, transform=ax.transAxes, ha=ha)


def mark(ax: Axes, marks: Mapping[str, float]) -> None:
    """Draw a thin upright line at each place, and write its name above it."""
    place = {"ha": "center", "fontsize": 10, "transform": ax.get_xaxis_transform()}
    for text, x in marks.items():
        ax.axvline(x, color=INK, linewidth=1)
        ax.text(x, 1.02, text, **place)


def point_out(ax: Axes, text: str, point, place, *, color=INK, **style) -> None:
    """Write ``text`` at ``place``, with a thin line to ``point``.

    Args:
        ax: Where to write.
        text: What to write.
        point, place: (x, y) in data coordinates.
        color: Color of text and line.
        style: Other arguments of ``Axes.annotate``.
    """
    arrow = {"arrowstyle": "-", "color": color, "linewidth": 0.8}
    arrow |= style.pop("arrowprops", {})
    style = {"path_effects": HALO} | style
    ax.annotate(text, point, place, color=color, arrowprops=arrow, **style)


def interval(ax: Axes, y: float, found: Estimate) -> None:
    """Draw a value and its interval in a row."""
    ax.plot([found.low, found.high], [y, y], color=INK, linewidth=3)
    ax.plot(found.value, y, "o", color=INK, markersize=6, mec=PAPER)


def violin(ax: Axes, values: np.ndarray, y: float, color: str) -> None:
    """Draw how values are spread, in the row at ``y``."""
    row = {"y": np.full(len(values), y), "orient": "h", "native_scale": True}
    shape = {"cut": 0, "density_norm": "width", "gridsize": 80, "inner": None}
    plain = {"color": color, "saturation": 1, "alpha": 0.3, "linewidth": 0}
    sns.violinplot(x=values, ax=ax, legend=False, **row, **shape, **plain)
