"""Figures of ``shrink_or_select``: what penalties do to the weights of a linear model.

Penalties come as keys of ``utils.style.PENALTIES``, in whose look they are drawn.
"""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from utils.figures import parts
from utils.figures.parts import Groups, line, look
from utils.statistics import Estimate
from utils.style import INK, MUTED

# Inches; narrow, so that the text can be read on a phone.
WIDTH = 4.8


def shrinkage(factors: Mapping[float, np.ndarray], flat: tuple[str, float]) -> Figure:
    """Draw by which factor ridge multiplies each singular direction.

    Args:
        factors: λ -> factors, (p,), from the direction of most variation on.
        flat: Name and height of a line to compare with.
    """
    fig, ax = plt.subplots(figsize=(WIDTH, 3.6))
    for lam, values in factors.items():
        place = np.arange(1, len(values) + 1)
        ax.plot(place, values, **line("l2"))
        end = len(values) + 0.3
        ax.text(end, values[-1], f"λ = {lam:g}", color=look("l2").color, va="center")
    ax.plot(place, np.full(len(values), flat[1]), color=MUTED, ls=":")
    ax.text(end, flat[1], flat[0], color=MUTED, va="center")
    ax.set(xlim=(0.6, 1.4 * len(values)), ylim=(-0.03, 1.05), xticks=place)
    ax.set(xlabel="direction, from most to least variation", ylabel="factor")
    ax.set_title("L2 shrinks most where the data vary least")
    return fig


def operators(z: np.ndarray, curves: Groups, found: Groups) -> Figure:
    """Draw the weight that each penalty leaves against the one that the data ask for.

    Args:
        z: What the data ask for, (m,), increasing.
        curves: Penalty -> weights by the formula, (m,).
        found: Penalty -> weights found in another way, (m,), shown as markers.
    """
    fig, ax = plt.subplots(figsize=(WIDTH, 4))
    ax.plot(z, z, **look("none").stroke, label="none")
    every = slice(None, None, max(1, len(z) // 6))
    for name, curve in curves.items():
        style = look(name)
        ax.plot(z, curve, **style.stroke, label=name)
        ax.plot(z[every], found[name][every], style.marker, color=style.color)
    arrow = {"arrowstyle": "->", "color": INK}
    ax.annotate("exactly 0", (0.3, 0), (0.9, -1.2), arrowprops=arrow)
    ax.set(xlim=(z[0], z[-1] + 0.1), ylim=(z[0], z[-1] + 0.1))
    ax.set(xlabel="z: what the data ask for", ylabel="w: what they get")
    ax.set_title("L1 subtracts, L2 divides")
    parts.label_ends(ax)
    return fig


def convergence(courses: Groups) -> Figure:
    """Draw how far objectives are above their minimum, on logarithmic axes.

    Args:
        courses: Method -> share above the minimum, (problems, passes); at most three,
            from the slowest to the fastest. A band holds all problems, a line is
            their median. What is below the axis, zeros too, is not shown.
    """
    fig, ax = plt.subplots(figsize=(WIDTH, 3.6))
    floor, (*_, fastest) = 3e-13, courses
    for (name, course), style in zip(courses.items(), parts.NEUTRAL, strict=False):
        passes = np.arange(1, course.shape[1] + 1)
        found = np.quantile(np.maximum(course, floor / 10), (0, 0.5, 1), axis=0)
        parts.band(ax, passes, found, alpha=0.2, lw=2.5, **style)
        # To the right, above; of the fastest to the left, where the room is narrow.
        share, x, y, side = 0.6, 1.5, 4, "left"
        if name == fastest:
            share, x, y, side, name = 0.9, 0.5, 1, "right", name.replace(" ", "\n")
        at = int(share * np.flatnonzero(found[1] > floor)[-1])
        ax.text(passes[at] * x, found[1, at] * y, name, color=style["color"], ha=side)
    ax.loglog()
    ax.set(xlim=(0.9, passes[-1] * 3), ylim=(floor, 3))
    ax.set(xlabel="passes over the data", ylabel="objective above its minimum")
    ax.set_title("Two arrive, one creeps")
    return fig


def paths(
    lams: np.ndarray,
    weights: Groups,
    *,
    titles: Mapping[str, str],
    names: Mapping[str, int],
    grows: tuple[str, int],
) -> Figure:
    """Draw all weights against λ, a panel for each penalty.

    Args:
        lams: (m,), increasing.
        weights: Penalty -> weights, (m, p).
        titles: Penalty -> what to write above its panel, behind its name.
        names: Name -> number of a weight to name at the left end.
        grows: Name and number of a weight that moves away from zero for a while; it is
            drawn in ink.
    """
    fig, axes = plt.subplots(1, len(weights), figsize=(WIDTH, 3.8), sharey=True)
    every = np.array(list(weights.values()))
    for ax, (penalty, path) in zip(axes, weights.items(), strict=True):
        style = look(penalty)
        ax.semilogx(lams, path, **style.stroke, lw=1.6)
        starts = {name: path[0, j] for name, j in names.items()}
        for name, height in parts.spread(starts, 0.06 * np.ptp(every)).items():
            ax.text(lams[0] * 0.8, height, name, ha="right", va="center")
        name, j = grows
        far = np.abs(path[:, j]).argmax()
        ax.semilogx(lams, path[:, j], color=INK, ls=style.linestyle, lw=2.6)
        point, place = (lams[far], path[far, j]), (2, 0.75 * every.min())
        middle = {"ha": "center", "va": "center"}
        parts.point_out(ax, f"{name} grows", point, place, **middle)
        ax.set_xlim(lams[0] * 0.03, lams[-1])
        ax.set_xticks(10.0 ** np.arange(-2, 3, 2), ["0.01", "1", "100"])
        ax.set(xlabel="λ", title=f"{style.label}: {titles[penalty]}")
    axes[0].set_ylabel("weight")
    return fig


def costs(panels: Mapping[str, Mapping[str, Estimate]]) -> Figure:
    """Draw ratios of work with their intervals, on a logarithmic axis.

    Args:
        panels: Title -> row -> work of L1 divided by that of L2.
    """
    heights = [len(rows) for rows in panels.values()]
    size = WIDTH, 1.6 + 0.42 * sum(heights)
    fig, axes = parts.stack(panels, size, sharex=True, height_ratios=heights)
    for ax, rows in zip(axes, panels.values(), strict=True):
        parts.name_rows(ax, rows, above=0.6)
        for place, found in enumerate(rows.values()):
            parts.interval(ax, place, found)
        ax.axvline(1, color=MUTED, ls=":")
        ax.set_xscale("log")
    ax.xaxis.set_major_formatter("{x:g}")
    ax.set_xlabel("work of L1 / work of L2\n(below 1: L1 is cheaper)")
    return fig


def priors(w: np.ndarray, densities: Mapping[str, tuple[str, np.ndarray]]) -> Figure:
    """Draw prior densities on a logarithmic axis.

    Args:
        w: Weights, (m,), increasing.
        densities: Penalty -> name and density, (m,), above 0.
    """
    fig, ax = plt.subplots(figsize=(WIDTH, 3.6))
    for penalty, (name, density) in densities.items():
        style = look(penalty)
        ax.semilogy(w, density, **style.stroke)
        text = f" {style.label}: {name}"
        ax.text(w[-1], density[-1], text, color=style.color, va="center")
    ax.set(xlabel="weight", ylabel="density of the prior", xlim=(w[0], w[-1]))
    ax.set_title("L1: a sharp peak and longer tails")
    return fig
