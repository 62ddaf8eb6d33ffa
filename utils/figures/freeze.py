"""Pictures of frozen models: what is inside, how fast, how large, how fragile."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from utils.figures.parts import HALO
from utils.style import ACCENT, GRID, INK, MUTED, PAPER

# Outcome of opening a damaged file -> color, hatch. None of them rests on color alone.
_OUTCOMES = {
    "refused": (GRID, ""),
    "same answers": (PAPER, "//"),
    "other answers": (ACCENT, ""),
    "crash": (INK, ""),
}


def graph(graph_def) -> Figure:
    """Draw a chain of operations: data flow down, constants come in sideways.

    Args:
        graph_def: A frozen TensorFlow graph from one placeholder to one result.
    """
    import tensorflow as tf

    nodes = {node.name: node for node in graph_def.node}
    inputs = {
        name: [i.split(":")[0] for i in node.input if i[0] != "^"]
        for name, node in nodes.items()
    }
    # What only hands a constant on is drawn as that constant.
    while aliases := {
        name: parts[0]
        for name, parts in inputs.items()
        if nodes[name].op == "Identity" and nodes[parts[0]].op == "Const"
    }:
        inputs = {
            name: [aliases.get(part, part) for part in parts]
            for name, parts in inputs.items()
            if name not in aliases
        }
    chain = [name for name in inputs if nodes[name].op not in ("Const", "NoOp")]
    rows = {name: -k for k, name in enumerate(chain)}
    fig, ax = plt.subplots(figsize=(4.9, 0.42 * len(chain) + 0.5))
    for name in chain:
        box = {"boxstyle": "round,pad=0.3", "fc": PAPER, "ec": INK}
        ax.text(0, rows[name], nodes[name].op, ha="center", va="center", bbox=box)
        for part in inputs[name]:
            if part in rows:
                ends = (0, rows[name] + 0.32), (0, rows[part] - 0.32)
                ax.annotate("", *ends, arrowprops={"arrowstyle": "->", "color": INK})
            else:
                value = tf.make_ndarray(nodes[part].attr["value"].tensor)
                ax.annotate(
                    _constant(value),
                    (-0.3, rows[name]),
                    (-0.55, rows[name]),
                    ha="right",
                    va="center",
                    color=ACCENT,
                    arrowprops={"arrowstyle": "->", "color": ACCENT},
                )
        ax.text(0.45, rows[name], _short(name), va="center", color=MUTED, fontsize=9)
    ax.text(-1.35, 0.75, "constants", ha="center", color=ACCENT, fontweight="bold")
    ax.text(0, 0.75, "operations", ha="center", fontweight="bold")
    ax.text(1.1, 0.75, "names", ha="center", color=MUTED, fontweight="bold")
    ax.set(xlim=(-2.1, 1.9), ylim=(min(rows.values()) - 0.5, 1.1))
    ax.axis("off")
    return fig


def _constant(value):
    shape = "\N{MULTIPLICATION SIGN}".join(map(str, value.shape)) or "one number"
    if value.size == 1:
        return f"{shape}: {value.item():.3f}"
    return f"{shape} numbers"


def _short(name):
    return "/".join(name.split("/")[-2:])[-24:]


def latencies(rows: Mapping[str, tuple[float, float]], *, batch: str) -> Figure:
    """How long each way takes for one input and for a batch, on a logarithmic axis.

    Args:
        rows: Way -> milliseconds for one input and for the batch.
        batch: What the batch is called.
    """
    fig, ax = plt.subplots(figsize=(4.9, 0.36 * len(rows) + 1.0))
    for y, (one, many) in enumerate(rows.values()):
        ax.plot([one, many], [y, y], color=MUTED, linewidth=1)
        ax.plot(one, y, "o", color=ACCENT, markersize=8)
        ax.plot(many, y, "s", mfc=PAPER, mec=INK, markersize=7)
    one, many = next(iter(rows.values()))
    ax.text(one, -0.75, "one input", color=ACCENT, ha="right" if one < many else "left")
    ax.text(many, -0.75, batch, ha="left" if one < many else "right")
    _rows(ax, rows)
    ax.set(xscale="log", xlabel="milliseconds, median")
    ax.set_ylim(len(rows) - 0.5, -1.2)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))
    return fig


def _rows(ax, rows):
    ax.set_yticks(range(len(rows)), rows)
    ax.tick_params(axis="y", length=0, labelcolor=INK)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="y", visible=False)


def file_sizes(
    panels: Mapping[str, Mapping[str, tuple[int, int]]], *, floor: int
) -> Figure:
    """How large files are, as they are and gzipped.

    Args:
        panels: Format -> network -> bytes, and bytes gzipped.
        floor: Bytes that the numbers of the first network need as float32; a thin
            line marks it.
    """
    fig, axes = plt.subplots(
        len(panels), 1, figsize=(4.9, 1.0 + 2.0 * len(panels)), sharex=True
    )
    for ax, (title, rows) in zip(np.atleast_1d(axes), panels.items(), strict=True):
        for y, (raw, packed) in enumerate(rows.values()):
            ax.plot([raw / 1e3, packed / 1e3], [y, y], color=MUTED, linewidth=1)
            ax.plot(raw / 1e3, y, "s", color=INK, markersize=8)
            ax.plot(packed / 1e3, y, "o", mfc=PAPER, mec=ACCENT, mew=2, markersize=8)
        ax.axvline(floor / 1e3, color=MUTED, linewidth=1)
        raw, packed = next(iter(rows.values()))
        ax.text(raw / 1e3, -0.45, "as it is", ha="left", path_effects=HALO)
        name = {"color": ACCENT, "ha": "right", "path_effects": HALO}
        ax.text(packed / 1e3, -0.45, "gzipped", **name)
        _rows(ax, rows)
        ax.set_title(title)
        ax.set_ylim(len(rows) - 0.5, -1.0)
    ax.set(xscale="log", xlabel="kilobytes (line: the dense network's float32 numbers)")
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))
    return fig


def accidents(rows: Mapping[str, Sequence[str]]) -> Figure:
    """What became of damaged files, as one stacked bar for each format.

    Args:
        rows: Format -> outcomes, each "refused", "same answers", "other answers" or
            "crash".
    """
    fig, ax = plt.subplots(figsize=(4.9, 0.45 * len(rows) + 1.3))
    for y, outcomes in enumerate(rows.values()):
        left = 0.0
        for name, (color, hatch) in _OUTCOMES.items():
            share = sum(outcome == name for outcome in outcomes) / len(outcomes)
            ax.barh(
                y, share, 0.7, left, color=color, hatch=hatch, ec=INK, linewidth=0.8
            )
            if share >= 0.1:
                ax.text(
                    left + share / 2,
                    y,
                    f"{share:.0%}",
                    ha="center",
                    va="center",
                    color=PAPER if color in (ACCENT, INK) else INK,
                    path_effects=None if color in (ACCENT, INK) else HALO,
                )
            left += share
    _rows(ax, rows)
    ax.set(xlim=(0, 1), xlabel="share of the damaged files")
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:.0%}"))
    _key(ax, {o for outcomes in rows.values() for o in outcomes})
    return fig


def _key(ax, seen):
    """Name the fills that occur, in one line above the bars."""
    names = [name for name in _OUTCOMES if name in seen]
    handles = [
        plt.Rectangle(
            (0, 0), 1, 1, fc=_OUTCOMES[n][0], hatch=_OUTCOMES[n][1], ec=INK, lw=0.8
        )
        for n in names
    ]
    ax.figure.legend(
        handles, names, loc="outside upper center", ncols=2, handlelength=1.4
    )
