"""Which units of a network does its function need, and which can go?

Two questions are asked about each unit, in turn:

1. From the inputs to the outputs: what *value* has it? If nothing but its bias comes
   in, it has the same one for all data.
2. From the outputs to the inputs: is it *live*? It is if a unit that is live itself
   reads it with a weight above the threshold, unless its value is a known constant,
   which the reader's bias can take over.

A unit that is not live can go. Both answers are complete: the first after one pass
over the layers, the second after as many as it takes until nothing changes (because of
branches). So chains of units that only serve each other go at once.
"""

import keras
import numpy as np
from keras import layers

from utils.pruning.rules import (
    IDENTITIES,
    MERGES,
    PADDINGS,
    POSITIONS,
    SIMPLE_ACTIVATIONS,
    VARIES,
    Concatenated,
    Flattened,
    Merged,
    Normalized,
    Parametric,
    Rule,
    UnitByUnit,
    Weighted,
    is_elementwise,
)

# Layers that need their channels on the last axis: kind -> rule.
RULES = {
    layers.Activation: UnitByUnit,
    layers.BatchNormalization: Normalized,
    layers.Concatenate: Concatenated,
    layers.Conv1D: Weighted,
    layers.Conv2D: Weighted,
    layers.Dense: Weighted,
    layers.Flatten: Flattened,
    layers.PReLU: Parametric,
    **dict.fromkeys(MERGES, Merged),
    **dict.fromkeys(IDENTITIES + POSITIONS + PADDINGS, UnitByUnit),
    **dict.fromkeys(SIMPLE_ACTIVATIONS, UnitByUnit),
}


def read_graph(model: keras.Model) -> tuple[list[Rule], dict[int, int]]:
    """Return the rules of all calls of layers, in order, and each tensor's units.

    Tensors are named by their ``id``, which lasts as long as the model.
    """
    nodes, sizes = [], {}

    def visit(tensor):
        if id(tensor) in sizes:
            return
        operation, index, _ = tensor._keras_history
        node = operation._inbound_nodes[index]
        for source in node.input_tensors:
            visit(source)
        if id(tensor) not in sizes:
            nodes.append(node)
            for t in node.outputs:
                sizes[id(t)] = (t.shape[-1] if len(t.shape) > 1 else None) or 1

    for tensor in model.outputs:
        visit(tensor)
    calls = [node.operation for node in nodes]
    return [_rule(node, calls) for node in nodes], sizes


def weights_of(operation) -> list:
    """Return a layer's variables; an operation that is no layer has none."""
    return getattr(operation, "weights", [])


def _rule(node, calls):
    layer = node.operation
    if isinstance(layer, layers.InputLayer):
        return Rule(node)
    reason = _why_left_alone(node, calls)
    return Rule(node, reason) if reason else RULES[type(layer)](node)


def _why_left_alone(node, calls) -> str:
    layer, kind = node.operation, type(node.operation).__name__
    if type(layer) not in RULES:
        return f"{kind} is not a type that can be pruned"
    if sum(c is layer for c in calls) > 1:
        return "it is called more than once"
    if len(node.arguments.args) > 1 or any(
        value is not None for value in node.arguments.kwargs.values()
    ):
        return "it is called with more arguments than its input"
    if getattr(layer, "data_format", "channels_last") != "channels_last":
        return "its channels are not on the last axis"
    if getattr(layer, "groups", 1) != 1:
        return "it is a grouped convolution"
    if getattr(layer, "quantization_mode", None) or getattr(layer, "lora_enabled", 0):
        return "it is quantized or has a LoRA adapter"
    shapes = [t.shape for t in node.input_tensors]
    last = len(shapes[0]) - 1
    if isinstance(layer, layers.BatchNormalization | layers.Concatenate) and (
        layer.axis not in (-1, last)
    ):
        return f"its axis is {layer.axis}, not the last one"
    if isinstance(layer, MERGES) and any(shape != shapes[0] for shape in shapes):
        return "it broadcasts tensors of several shapes"
    if isinstance(layer, layers.Activation) and not is_elementwise(layer.activation):
        return "it is not known to treat each unit by itself"
    if isinstance(layer, layers.Flatten) and node.outputs[0].shape[-1] is None:
        return "the shape of its input is not known"
    return ""


class Analysis:
    """The answers for one model and one set of weights.

    Attributes:
        rules: One for each call of a layer, in order.
        threshold: Up to which a weight counts as 0.
        values: For each tensor, the value of each of its units: a number, FIXED or
            VARIES.
        live: Which units carry the network's function.
        keep: Which units stay: those that are live, and one of each layer of which
            none is. What reads that one does so with weights 0.
        outputs: The tensors that the model returns.
    """

    def __init__(self, model: keras.Model, weights: list, threshold: float):
        self.rules, sizes = read_graph(model)
        self.threshold = threshold
        arrays = arrays_of_layers(self.rules, model, weights)
        for rule in self.rules:
            rule.weights, rule.threshold = arrays[rule.layer.name], threshold
        self.outputs = [id(t) for t in model.outputs]
        self.values = {t: np.full(n, VARIES) for t, n in sizes.items()}
        for rule in self.rules:
            rule.find_values(self.values)

        self.live = {t: np.zeros(n, bool) for t, n in sizes.items()}
        for t in self.outputs:
            self.live[t][:] = True
        self._settle(self.live, read=True)

        self.keep = {t: mark.copy() for t, mark in self.live.items()}
        for rule in self.rules:
            if isinstance(rule, Weighted) and not self.keep[rule.outputs[0]].any():
                self.keep[rule.outputs[0]][0] = True
                self._settle(self.keep, read=False)

    def depends_on_data(self) -> bool:
        """Whether any output does."""
        return any(np.isnan(self.values[t]).any() for t in self.outputs)

    def largest_ignored(self) -> float:
        """Return the largest |weight| that counts as 0 without being it."""
        return max(
            float(rule.largest_ignored(self.values, self.live)) for rule in self.rules
        )

    def _settle(self, marks, read):
        before = -1
        while before != (before := sum(int(m.sum()) for m in marks.values())):
            for rule in reversed(self.rules):
                if read:
                    rule.mark_read(marks, self.values)
                rule.mark_tied(marks)


def arrays_of_layers(rules, model, weights: list) -> dict[str, list]:
    """Sort arrays in the order of ``model.get_weights()`` by layer.

    Raises:
        ValueError: If their number or a shape is not the model's, or one is not finite.
    """
    shapes = [tuple(v.shape) for v in model.weights]
    if [np.shape(w) for w in weights] != shapes:
        raise ValueError(
            f"weights must have the shapes of model.get_weights(), {shapes}, got "
            f"{[np.shape(w) for w in weights]}"
        )
    by_id = {}
    for variable, array in zip(model.weights, weights, strict=True):
        by_id[id(variable)] = np.asarray(array)
        if not np.isfinite(array).all():
            raise ValueError(f"weights must be finite, but {variable.path} is not")
    return {
        rule.layer.name: [by_id[id(v)] for v in weights_of(rule.layer)]
        for rule in rules
    }
