"""What pruning did, in numbers and as a table."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from utils.pruning.analysis import Analysis
from utils.pruning.rules import Weighted


@dataclass(frozen=True)
class LayerChange:
    """What became of one Dense or convolution layer. Pairs are (before, after).

    ``kept``, ``constant`` and ``unread`` are the indices of the units that stayed, that
    went because nothing comes into them, and that went because nobody reads them.
    """

    name: str
    units: tuple[int, int]
    parameters: tuple[int, int]
    multiply_adds: tuple[int, int]
    kept: tuple[int, ...]
    constant: tuple[int, ...]
    unread: tuple[int, ...]


@dataclass(frozen=True)
class Report:
    """What ``prune`` did. Shows itself as a table. Pairs are (before, after).

    Attributes:
        threshold: As given.
        layers: One entry for each layer that can lose units.
        parameters: Number of weights of the whole model.
        multiply_adds: Of these layers, for one sample. A size of an image that is not
            known counts as 1.
        left_alone: Why some things stayed: layer name -> reason.
        largest_ignored: Largest size of a weight that was treated as 0. If it is 0,
            the function is kept exactly, rounding apart.
        max_delta: Largest change of an output on the given data, or None.
    """

    threshold: float
    layers: tuple[LayerChange, ...]
    parameters: tuple[int, int]
    multiply_adds: tuple[int, int]
    left_alone: dict[str, str]
    largest_ignored: float
    max_delta: float | None

    @property
    def units(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Units of the layers, before and after, as ``((10, 10, 1), (4, 2, 1))``."""
        return tuple(tuple(layer.units[i] for layer in self.layers) for i in (0, 1))

    def __str__(self) -> str:
        lines = ["| layer | units | parameters | multiply-adds | units gone |"]
        lines.append("|---|--:|--:|--:|---|")
        for layer in self.layers:
            sizes = map(_change, (layer.units, layer.parameters, layer.multiply_adds))
            gone = {"constant": layer.constant, "unread": layer.unread}
            told = ", ".join(
                f"{len(units)} {why}" for why, units in gone.items() if units
            )
            lines.append(_row(layer.name, *sizes, told))
        totals = map(_change, (self.parameters, self.multiply_adds))
        lines.append(_row("**whole model**", "", *totals, ""))
        return "\n".join([*lines, "", *self._remarks()])

    _repr_markdown_ = __str__

    def _remarks(self) -> list[str]:
        remarks = [
            f"- Threshold {self.threshold:g}; the largest weight that was ignored is "
            f"{self.largest_ignored:.3g}."
        ]
        if self.max_delta is not None:
            remarks.append(f"- Largest change of an output: {self.max_delta:.2g}.")
        return remarks + [
            f"- Left alone, `{name}`: {why}." for name, why in self.left_alone.items()
        ]


def describe(model, smaller, analysis: Analysis, arrays: dict, max_delta) -> Report:
    """Return the report on a model and the smaller one that has these arrays."""
    layers = tuple(_layer_changes(analysis, arrays))
    return Report(
        threshold=float(analysis.threshold),
        layers=layers,
        parameters=(model.count_params(), smaller.count_params()),
        multiply_adds=tuple(
            sum(layer.multiply_adds[i] for layer in layers) for i in (0, 1)
        ),
        left_alone=_left_alone(analysis),
        largest_ignored=analysis.largest_ignored(),
        max_delta=max_delta,
    )


def _layer_changes(analysis, arrays) -> Iterator[LayerChange]:
    for rule in analysis.rules:
        if not isinstance(rule, Weighted):
            continue
        name, unit = rule.layer.name, rule.outputs[0]
        kept, constant = analysis.keep[unit], np.isfinite(analysis.values[unit])
        before, after = rule.weights, arrays[name]
        yield LayerChange(
            name=name,
            units=(len(kept), int(kept.sum())),
            parameters=(sum(a.size for a in before), sum(a.size for a in after)),
            multiply_adds=(rule.multiply_adds(before), rule.multiply_adds(after)),
            kept=_indices(kept),
            constant=_indices(~kept & constant),
            unread=_indices(~kept & ~constant),
        )


def _indices(units) -> tuple[int, ...]:
    return tuple(np.flatnonzero(units).tolist())


def _left_alone(analysis) -> dict[str, str]:
    reasons = {}
    for rule in analysis.rules:
        mine, is_output = [], set(rule.outputs) & set(analysis.outputs)
        if rule.reason and not (is_output and isinstance(rule, Weighted)):
            mine.append(rule.reason)
        if isinstance(rule, Weighted) and not is_output:
            unit = rule.outputs[0]
            live, keep = analysis.live[unit], analysis.keep[unit]
            stay = int((live & np.isfinite(analysis.values[unit])).sum())
            if stay:
                mine.append(
                    f"keeps constant units ({stay}), as what reads them cannot take "
                    "them over"
                )
            if not live.any() and keep.any():
                mine.append("keeps one unit, though none is needed")
        if mine:
            reasons[rule.layer.name] = "; ".join(mine)
    return reasons


def _change(pair) -> str:
    before, after = (f"{n:,}" for n in pair)
    return before if before == after else f"{before} → {after}"


def _row(*cells) -> str:
    return f"| {' | '.join(cells)} |"
