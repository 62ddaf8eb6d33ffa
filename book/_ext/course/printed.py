"""``{pdf}``: a link to the printed book, or how to print it.

`make pdf` makes it, in its own time; `make book` puts it beside the pages.
"""

from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

NAME = "diamonds-and-circles.pdf"


class Pdf(SphinxDirective):
    def run(self):
        self.env.note_reread()
        pdf = Path(self.env.app.confdir, "_build/pdf", NAME)
        if pdf.exists():
            size = f"{pdf.stat().st_size / 1e6:.0f} MB"
            text = f'<a href="../{NAME}">The whole book as a PDF</a> ({size}).'
        else:
            text = "<code>make pdf</code> prints the whole book as a PDF."
        return [nodes.raw("", f"<p>{text}</p>", format="html")]


def setup(app):
    app.add_directive("pdf", Pdf)
