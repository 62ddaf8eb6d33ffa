"""What tests ask of figures."""

import io

import numpy as np
from matplotlib.collections import PathCollection
from matplotlib.text import Text


def kilobytes(figure) -> float:
    """How large a figure is as SVG, as the website shows it."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg")
    return len(buffer.getvalue()) / 1000


def texts(figure) -> set[str]:
    """All that is written in a figure."""
    return {text.get_text() for text in figure.findobj(Text)}


def labels(axes) -> list[str]:
    """What is written among the drawings of one panel, in the order of drawing."""
    return [text.get_text() for text in axes.texts]


def dots(axes) -> list[np.ndarray]:
    """Where the dots of each strip of a panel are, (n, 2), in the order of drawing."""
    found = [c for c in axes.collections if isinstance(c, PathCollection)]
    places = [np.asarray(strip.get_offsets()) for strip in found]
    return [each for each in places if len(each)]
