"""What tests ask of figures."""

import io

from matplotlib.text import Text


def kilobytes(figure) -> float:
    """How large a figure is as SVG, as the website shows it."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg")
    return len(buffer.getvalue()) / 1000


def texts(figure) -> set[str]:
    """All that is written in a figure."""
    return {text.get_text() for text in figure.findobj(Text)}


def labels(axes) -> list[str]:
    """What is written among the drawings of one panel, in the order of drawing."""
    return [text.get_text() for text in axes.texts]
