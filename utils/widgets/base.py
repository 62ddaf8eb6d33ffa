"""What all interactive figures share: one ES module, two hosts.

In Jupyter and Colab, anywidget runs the module beside a kernel. The website has no
kernel: there, the ``text/html`` form of the widget holds its state and a plain
fallback, and ``book/_ext/course/widget_host.py`` runs the same module on that state.
"""

import html
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import anywidget

from utils.style import PENALTIES

# Matplotlib's markers as SVG paths in a box of 12 by 12.
MARKERS = {
    "D": "M6 0l6 6-6 6-6-6z",
    "o": "M6 .5a5.5 5.5 0 1 0 .01 0z",
    "h": "M6 0l5.2 3v6L6 12 .8 9V3z",
    "s": "M1 1h10v10H1z",
    "^": "M6 .5l6 11H0z",
}


def source(name: str) -> str:
    """The text of the ES module ``name``.js beside this file."""
    return Path(__file__).with_name(f"{name}.js").read_text("utf8")


def look(penalty: str) -> dict:
    """How a penalty looks (``utils.style.PENALTIES``), as JSON for a module."""
    found = PENALTIES[penalty]
    return {
        "label": found.label,
        "colors": [found.color, found.dark],
        "marker": MARKERS[found.marker],
    }


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table for a fallback, of texts that are HTML; the first of a row names it."""
    heads = "".join(
        f'<th scope="col">{text}</th>' if text else "<td></td>" for text in head
    )
    body = "".join(
        f'<tr><th scope="row">{name}</th>'
        + "".join(f"<td>{cell}</td>" for cell in cells)
        + "</tr>"
        for name, *cells in rows
    )
    return (
        f"<table><caption>{caption}</caption><thead><tr>{heads}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )


class CourseWidget(anywidget.AnyWidget):
    """An anywidget that also shows itself as HTML which the website brings to life.

    A subclass sets ``module`` and ``_esm = source(module)``, tags its traits with
    ``sync=True`` (their values must be JSON), and gives a ``fallback``. Its module
    uses no imports, and of the model only ``get``, ``set``, ``save_changes``, ``on``
    and ``off``. If it sets ``ask``, the words on a button, the website loads the
    figure's state only when the reader asks for it.
    """

    module = ""
    ask = ""

    def fallback(self) -> str:
        """The figure as static HTML: what is shown without JavaScript."""
        raise NotImplementedError

    def state(self) -> dict:
        """The traits that the module reads, by name."""
        own = set(self.traits(sync=True)) - set(anywidget.AnyWidget.class_traits())
        return {name: getattr(self, name) for name in sorted(own) if name[0] != "_"}

    def _repr_mimebundle_(self, **kwargs):
        data, metadata = super()._repr_mimebundle_(**kwargs)
        state = json.dumps(self.state(), separators=(",", ":"), allow_nan=False)
        ask = f'data-ask="{html.escape(self.ask)}" ' if self.ask else ""
        data["text/html"] = (
            f'<div class="course-widget" data-widget="{self.module}" {ask}'
            f'data-state="{html.escape(state)}">{self.fallback()}</div>'
        )
        return data, metadata
