"""Interactive figures that work with a kernel and in the static website alike.

Each is a Python class and an ES module of the same name beside it. In Jupyter and Colab
anywidget runs the module; in the website, which has no kernel, it runs on the state
that the class has written into the page, beside a table or a picture for readers
without JavaScript.

* ``PenaltyExplorer``: a loss and a penalty over two weights, to move by hand. Its
  solver is ``utils.geometry`` again in JavaScript: over 1,000 random problems of all
  penalties the two differ by less than 1e-6.
* ``WeightPlayer``: the weights of a network over its training.
* ``FrozenNetwork``: type x, read the answer.
* ``Colorizer``: choose a photograph and a temperature. It takes about 6 times as long
  as ``model.predict`` (``benchmarks/results_colorize.md``), a second or less.

They refuse what their module could not show rightly: other kinds of networks, weights
that are not finite, settings out of their limits.

A figure is loaded when it is asked for: this package alone loads none of them, one
figure loads no other, and only those that run a network load Keras.
"""

from importlib import import_module

_HOMES = {
    "Colorizer": "colorizer",
    "FrozenNetwork": "frozen_network",
    "MARKERS": "base",
    "PenaltyExplorer": "penalty_explorer",
    "WeightPlayer": "weight_player",
}
__all__ = list(_HOMES)


def __getattr__(name: str):
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(globals().keys() | _HOMES)
