"""Interactive figures that work with a kernel and in the static website alike.

Each is a Python class and an ES module of the same name beside it. In Jupyter and Colab
anywidget runs the module; in the website, which has no kernel, it runs on the state
that the class has written into the page, beside a table or a picture for readers
without JavaScript.

* ``PenaltyExplorer``: a loss and a penalty over two weights, to move by hand. Its
  solver is ``utils.geometry`` again in JavaScript: over 1,000 random problems of all
  penalties the two differ by less than 1e-6.
* ``DegreeAndPenalty``: a polynomial, its weights and its errors, moved by two sliders.
  Its ridge regression is scikit-learn's again: over 1,000 random cases the predictions
  and errors of the two differ by less than 1e-6.
* ``StrengthCalculator``: ``utils.penalties.convert``, to try by hand.
* ``WeightPlayer``: the weights of a network over its training.
* ``FrozenNetwork``: type x, read the answer.
* ``Colorizer``: choose a photograph and a temperature. It takes about 6 times as long
  as ``model.predict`` (``benchmarks/results_colorize.md``), a second or less.

They refuse what their module could not show rightly: other kinds of networks, weights
that are not finite, settings out of their limits, points for which least squares would
be a matter of rounding.

A figure is loaded when it is asked for: this package alone loads none of them, one
figure loads no other, and only those that run a network load Keras.
"""

from importlib import import_module

_HOMES = {
    "Colorizer": "colorizer",
    "DegreeAndPenalty": "degree_and_penalty",
    "FrozenNetwork": "frozen_network",
    "MARKERS": "base",
    "PenaltyExplorer": "penalty_explorer",
    "StrengthCalculator": "strength_calculator",
    "WeightPlayer": "weight_player",
}
__all__ = list(_HOMES)


def __getattr__(name: str):
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(globals().keys() | _HOMES)
