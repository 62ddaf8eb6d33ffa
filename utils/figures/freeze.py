"""Pictures of frozen models: what is inside, how fast, how large, how fragile."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from utils.figures.parts import HALO, name_rows, stack
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

    The names of the first and of the last operation, which a loader has to know, stand
    beside them.

    Args:
        graph_def: A frozen TensorFlow graph from one placeholder to one result.
    """
    nodes, inputs = _chain(graph_def)
    rows = {name: -k for k, name in enumerate(inputs)}
    fig, ax = plt.subplots(figsize=(4.4, 0.44 * len(rows) + 0.5))
    for name, y in rows.items():
        box = {"boxstyle": "round,pad=0.3", "fc": PAPER, "ec": INK}
        ax.text(0, y, nodes[name].op, ha="center", va="center", bbox=box)
        for part in inputs[name]:
            if part in rows:
                arrow = {"arrowstyle": "->", "color": INK}
                ax.annotate("", (0, y + 0.32), (0, rows[part] - 0.32), arrowprops=arrow)
            else:
                arrow = {"arrowstyle": "->", "color": ACCENT}
                look = {"ha": "right", "va": "center", "color": ACCENT}
                text = _constant(nodes[part])
                ax.annotate(text, (-0.35, y), (-0.65, y), arrowprops=arrow, **look)
    first, *_, last = rows
    for name, role in ((first, "input"), (last, "output")):
        ax.text(0.5, rows[name], f'{role} "{name}"', va="center", color=MUTED)
    title = {"ha": "center", "fontweight": "bold"}
    ax.text(-1.1, 0.75, "constants", color=ACCENT, **title)
    ax.text(0, 0.75, "operations", **title)
    ax.set(xlim=(-1.7, 1.5), ylim=(min(rows.values()) - 0.5, 1.1))
    ax.axis("off")
    return fig


def _chain(graph_def):
    """All nodes by name, and the operations in order with their inputs' names."""
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
    shown = (name for name in inputs if nodes[name].op not in ("Const", "NoOp"))
    return nodes, {name: inputs[name] for name in shown}


def _constant(node):
    from tensorflow import make_ndarray

    value = make_ndarray(node.attr["value"].tensor)
    shape = "\N{MULTIPLICATION SIGN}".join(map(str, value.shape)) or "one number"
    if value.size == 1:
        return f"{shape}: {value.item():.3f}"
    return f"{shape} numbers"


def latencies(rows: Mapping[str, tuple[float, float]]) -> Figure:
    """How long each way takes for one input and for 1,000, on a logarithmic axis.

    Args:
        rows: Way -> milliseconds for one input and for 1,000.
    """
    fig, ax = plt.subplots(figsize=(4.9, 0.36 * len(rows) + 1.2))
    single = {"marker": "o", "color": ACCENT, "markersize": 6}
    several = {"marker": "s", "mfc": "none", "mec": INK, "markersize": 8}
    _pairs([ax], [rows], {"one input": single, "1,000 inputs": several})
    ax.set_xlabel("milliseconds, median")
    return fig


def _pairs(axes, panels, looks):
    """Two numbers in each row of each panel, as two kinds of dots on a thin line."""
    for ax, rows in zip(axes, panels, strict=True):
        y = np.arange(len(rows))
        pair = np.transpose(list(rows.values()))
        ax.hlines(y, *pair, color=MUTED, linewidth=1)
        for x, (label, look) in zip(pair, looks.items(), strict=True):
            ax.plot(x, y, linestyle="none", label=label, **look)
        name_rows(ax, rows, bare=True)
    place = {"loc": "outside upper center", "ncols": 2, "handletextpad": 0.2}
    ax.figure.legend(*ax.get_legend_handles_labels(), **place)
    ax.set_xscale("log")
    ax.xaxis.set_major_formatter("{x:g}")


def file_sizes(
    panels: Mapping[str, Mapping[str, tuple[int, int]]], *, floor: int
) -> Figure:
    """How large files are, as they are and gzipped.

    Args:
        panels: Format -> network -> bytes, and bytes gzipped.
        floor: Bytes that the numbers of the first network need as float32; a thin
            line marks it.
    """
    fig, axes = stack(panels, (4.9, 1.3 + 1.8 * len(panels)), sharex=True)
    raw = {"marker": "s", "color": INK, "markersize": 8}
    packed = {"marker": "o", "mfc": PAPER, "mec": ACCENT, "mew": 2, "markersize": 8}
    sizes = [
        {n: np.divide(pair, 1e3) for n, pair in p.items()} for p in panels.values()
    ]
    _pairs(axes, sizes, {"as it is": raw, "gzipped": packed})
    for ax in axes:
        ax.axvline(floor / 1e3, color=MUTED, linewidth=1, zorder=0)
    ax.set_xlabel("kilobytes\n(line: the dense network's float32 numbers)")
    return fig


def accidents(rows: Mapping[str, Sequence[str]]) -> Figure:
    """What became of files with one flipped bit, as a stacked bar for each format.

    Args:
        rows: Format -> outcomes, each "refused", "same answers", "other answers" or
            "crash".
    """
    fig, ax = plt.subplots(figsize=(4.9, 0.45 * len(rows) + 1.3))
    left = np.zeros(len(rows))
    for name, (color, hatch) in _OUTCOMES.items():
        counts = [list(outcomes).count(name) for outcomes in rows.values()]
        shares = np.divide(counts, [len(outcomes) for outcomes in rows.values()])
        look = {"color": color, "hatch": hatch, "ec": INK, "linewidth": 0.8}
        label = name if shares.any() else None
        bars = ax.barh(range(len(rows)), shares, 0.7, left, label=label, **look)
        texts = [f"{share:.0%}" if share >= 0.1 else "" for share in shares]
        look = {"color": INK, "path_effects": HALO}
        look = {"color": PAPER} if color in (ACCENT, INK) else look
        ax.bar_label(bars, texts, label_type="center", **look)
        left += shares
    name_rows(ax, rows, bare=True)
    ax.set(xlim=(0, 1), xlabel="share of the files with one flipped bit")
    ax.xaxis.set_major_formatter(PercentFormatter(1))
    fig.legend(loc="outside upper center", ncols=2, handlelength=1.4)
    return fig
