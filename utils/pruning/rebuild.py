"""Build the smaller network that an analysis leaves, with its weights."""

import copy
from tempfile import TemporaryDirectory

import keras
import numpy as np
from keras import constraints, layers, regularizers

from utils.penalties import follow_optimizer
from utils.pruning.analysis import Analysis
from utils.pruning.rules import Normalized, Weighted

_SIZE = {layers.Dense: "units", layers.Conv1D: "filters", layers.Conv2D: "filters"}


def rebuild(model: keras.Model, analysis: Analysis) -> tuple[keras.Model, dict]:
    """Return the smaller model, and its weights: layer name -> arrays.

    Raises:
        ValueError: If a layer cannot be copied.
    """
    arrays = _smaller_weights(analysis)
    copies = {}
    for rule in analysis.rules:
        layer, changes = rule.layer, {}
        if isinstance(rule, Weighted):
            changes[_SIZE[type(layer)]] = arrays[layer.name][0].shape[-1]
            changes["use_bias"] = len(arrays[layer.name]) > 1
        if layer.name not in copies and not isinstance(layer, layers.InputLayer):
            copies[layer.name] = _copy(layer, **changes)
    smaller = _connect(model, copies)
    for rule in analysis.rules:
        if rule.layer.name in copies:
            _copy_state(rule.layer, copies[rule.layer.name], arrays[rule.layer.name])
    if not model.trainable:
        smaller.trainable = False
    if model.compiled:
        _compile_alike(model, smaller)
    return smaller, arrays


def _smaller_weights(analysis) -> dict[str, list]:
    """Select the weights of the units that stay, and fold constants into biases."""
    keep, live = analysis.keep, analysis.live
    arrays = {r.layer.name: r.select(r.weights, keep) for r in analysis.rules}
    for rule in analysis.rules:
        if not isinstance(rule, Weighted):
            continue
        mine, source = arrays[rule.layer.name], rule.inputs[0]
        # Whoever stays only because a layer cannot be empty is not listened to.
        listened = live[source][keep[source]]
        mine[0] = mine[0] * listened[:, None]

        constants = ~live[source] & rule.foldable(analysis.values)
        fold = rule.contribution(constants, analysis.values)
        fold = fold[keep[rule.outputs[0]]].astype(mine[0].dtype)
        normalization = _normalization_after(rule, analysis)
        if len(mine) > 1:
            mine[1] = mine[1] + fold
        elif normalization is not None:
            mean = arrays[normalization.layer.name][-2]
            arrays[normalization.layer.name][-2] = mean - fold
        elif fold.any():
            mine.append(fold)
    return arrays


def _normalization_after(rule, analysis):
    """Return the BatchNormalization that alone reads a layer's sums, if one does."""
    readers = [r for r in analysis.rules if rule.outputs[0] in r.inputs]
    alone = len(readers) == 1 and rule.outputs[0] not in analysis.outputs
    linear = rule.layer.activation is keras.activations.linear
    found = alone and linear and isinstance(readers[0], Normalized)
    return readers[0] if found else None


def _copy(layer, **changes):
    """Return a new layer (or operation) of the same settings, but for the changes."""
    try:
        if isinstance(layer, keras.Model):
            return keras.models.clone_model(layer)
        config = {**layer.get_config(), **changes}
        for name in config:
            part = getattr(layer, name, None)
            # The objects themselves, as not all of them can be had from their config.
            if isinstance(part, regularizers.Regularizer | constraints.Constraint):
                config[name] = copy.copy(part)
            elif name == "activation" and isinstance(part, keras.Layer):
                config[name] = _copy(part)
            elif name in ("activation", "function") and callable(part):
                config[name] = part
        if isinstance(layer, layers.Lambda):
            return layers.Lambda(**config)
        return type(layer).from_config(config)
    except Exception as error:
        raise ValueError(
            f"the layer {layer.name!r} ({type(layer).__name__}) cannot be copied: "
            f"from_config(get_config()) says {error}"
        ) from error


def _copy_state(layer, new, arrays) -> None:
    """Give a copied layer its weights, and what else it has learned from data."""
    if arrays:
        new.set_weights(arrays)
    pairs = zip(_with_parts(layer), _with_parts(new), strict=True)
    for old_part, new_part in pairs:
        if isinstance(new_part, layers.Normalization):
            new_part.finalize_state()
        elif hasattr(old_part, "save_assets"):  # vocabularies
            with TemporaryDirectory() as folder:
                old_part.save_assets(folder)
                new_part.load_assets(folder)


def _with_parts(layer) -> list:
    """Return a layer and all layers inside it; none for an operation."""
    return list(layer._flatten_layers()) if isinstance(layer, keras.Layer) else []


def _connect(model, copies: dict) -> keras.Model:
    """Put copies of layers together as the layers of ``model`` are."""
    if isinstance(model, keras.Sequential):
        (given,) = model.inputs
        first = keras.Input(batch_shape=given.shape, dtype=given.dtype, name=given.name)
        return keras.Sequential(
            [first, *(copies[layer.name] for layer in model.layers)], name=model.name
        )
    # A second, uncompiled view of the same layers: compiling is done elsewhere.
    view = keras.Model(model.input, model.output, name=model.name)
    return keras.models.clone_model(view, clone_function=lambda old: copies[old.name])


def _compile_alike(model, smaller) -> None:
    """Compile with the same settings, but with an optimizer and metrics of its own."""
    settings = dict(model._compile_config.config)
    optimizer = model.optimizer
    if optimizer is not None:
        settings["optimizer"] = type(optimizer).from_config(optimizer.get_config())
    for name in ("metrics", "weighted_metrics"):
        settings[name] = keras.tree.map_structure(_fresh, settings[name])
    smaller.compile(**settings)
    if optimizer is not None:
        follow_optimizer(smaller)


def _fresh(metric):
    if isinstance(metric, keras.metrics.Metric):
        return type(metric).from_config(metric.get_config())
    return metric


def largest_change(model: keras.Model, smaller: keras.Model, x) -> float:
    """Return the largest |difference| between two models' outputs.

    Args:
        x: An array, or the list or dictionary of arrays that the models take.
    """
    largest, tree = 0.0, keras.tree
    for i in range(0, len(tree.flatten(x)[0]), 256):
        batch = tree.map_structure(
            lambda array, i=i: keras.ops.convert_to_tensor(array[i : i + 256]), x
        )
        pairs = zip(
            tree.flatten(model(batch, training=False)),
            tree.flatten(smaller(batch, training=False)),
            strict=True,
        )
        deltas = [np.abs(np.subtract(a, b, dtype="float64")).max() for a, b in pairs]
        largest = max(largest, *map(float, deltas))
    return largest
