"""From a model and a threshold to the smaller model and its report."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest

import keras
import numpy as np
from keras.src.models.functional import Functional

from utils.checks import number
from utils.pruning.analysis import Analysis, arrays_of_layers
from utils.pruning.rebuild import largest_change, rebuild
from utils.pruning.report import Report, describe
from utils.pruning.rules import Weighted


@dataclass(frozen=True)
class Pruned:
    """The smaller model, and what was done: ``small, report = prune(model, 0)``."""

    model: keras.Model
    report: Report
    _original: keras.Model = field(repr=False)
    _analysis: Analysis = field(repr=False)

    def __iter__(self) -> Iterator:
        return iter((self.model, self.report))

    def surviving(self, weights: list[np.ndarray]) -> list[np.ndarray]:
        """Return what other weights of the original model become in the smaller one.

        Units are removed and nothing is folded. So it gives, for example, the initial
        weights of the units that survived training.

        Args:
            weights: Arrays as ``get_weights()`` of the original model gives them.

        Returns:
            Arrays for ``set_weights()`` of the smaller model. A bias that was added to
            take over constants is 0.

        Raises:
            ValueError: If the shapes are not those of the original model.
        """
        rules = self._analysis.rules
        arrays = arrays_of_layers(rules, self._original, weights)
        selected = {
            rule.layer.name: rule.select(arrays[rule.layer.name], self._analysis.keep)
            for rule in rules
        }
        return [
            np.zeros(variable.shape, variable.dtype) if array is None else array
            for layer in self.model.layers
            for variable, array in zip_longest(layer.weights, selected[layer.name])
        ]


def prune(model: keras.Model, threshold: float = 0.0, x=None) -> Pruned:
    """Return a smaller model without the units that do not matter, and a report.

    Args:
        model: A built Sequential or functional model; it is not changed.
        threshold: Weights of at most this size count as 0, if all of a unit's incoming
            or all of its outgoing weights are that small. With 0 the function is kept.
            With more it is not quite, and the report says how large an ignored weight
            was. For BatchNormalization, gamma is compared.
        x: Data to compare the outputs of both models on, for the report.

    Returns:
        The smaller model and the report. The model has the same type, layers, names,
        settings (regularizers, constraints, dtypes, what is trainable), and is compiled
        alike, if ``model`` is compiled: with the current learning rate, but with an
        optimizer that starts anew. Layers without a bias get one where constants had
        to go into it, unless BatchNormalization follows, which takes them over. In
        further training, weights that are gone are no longer penalized or noisy.

    Raises:
        TypeError: If ``model`` is not a Sequential or functional Keras model (models
            with code of their own cannot be rebuilt), or ``threshold`` not a number.
        ValueError: If the model is not built, a weight is not finite, layers share
            weights, a layer cannot be copied, the threshold is negative or not finite,
            or it is so large that the outputs would no longer depend on the inputs.
    """
    analysis = _analyze(model, threshold)
    smaller, arrays = rebuild(model, analysis)
    max_delta = None if x is None else largest_change(model, smaller, x)
    report = describe(model, smaller, analysis, arrays, max_delta)
    return Pruned(smaller, report, model, analysis)


def surviving_units(
    model: keras.Model,
    threshold: float = 0.0,
    weights: list[np.ndarray] | None = None,
) -> dict[str, np.ndarray]:
    """Return which units of each layer ``prune`` would keep, without pruning.

    It takes about a millisecond for a small network, so that it can be asked for each
    of many replicates.

    Args:
        model, threshold: As in ``prune``.
        weights: Other weights for the model, in the order of ``get_weights()``.

    Returns:
        Layer name -> indices of units, for all layers that can lose units.

    Raises:
        TypeError, ValueError: As ``prune``.
    """
    analysis = _analyze(model, threshold, weights)
    return {
        rule.layer.name: np.flatnonzero(analysis.keep[rule.outputs[0]])
        for rule in analysis.rules
        if isinstance(rule, Weighted)
    }


def _analyze(model, threshold, weights=None) -> Analysis:
    _check_model(model)
    number("threshold", threshold, 0)
    weights = model.get_weights() if weights is None else weights
    analysis = Analysis(model, weights, threshold)
    if (
        threshold > 0
        and not analysis.depends_on_data()
        and Analysis(model, weights, 0.0).depends_on_data()
    ):
        raise ValueError(
            f"threshold {threshold!r} would leave nothing that leads from the inputs "
            "to the outputs: choose a smaller one"
        )
    return analysis


def _check_model(model) -> None:
    if not isinstance(model, keras.Model):
        raise TypeError(f"model must be a Keras model, got {model!r}")
    if type(model) not in (keras.Sequential, Functional):
        raise TypeError(
            "model must be Sequential or functional: the code of a class like "
            f"{type(model).__name__} cannot be rewritten for fewer units"
        )
    if not model.built or getattr(model, "inputs", None) is None:
        raise ValueError(
            f"model must be built, but {model.name!r} is not: begin it with "
            "keras.Input, or call model.build(input_shape)"
        )
    owner = {}
    for layer in model.layers:
        for variable in layer.weights:
            if owner.setdefault(id(variable), layer) is not layer:
                raise ValueError(
                    f"layers {owner[id(variable)].name!r} and {layer.name!r} share "
                    f"{variable.path}: a copy of the model would not"
                )
