"""Number chapters and figures after the files: chapter 5 is ``notebooks/05_...``.

Sphinx numbers what a table of contents holds: 1, 2, 3, ... So a missing chapter would
shift all later ones, and the text speaks of "chapter 6" whatever the website holds.
"""

import re

from docutils import nodes


def chapter(docname: str) -> int | None:
    """The number of a chapter, None for any other page."""
    match = re.match(r"notebooks/(\d\d)_", docname)
    return int(match[1]) if match else None


def number_title(app, document):
    """Put the number before the title, and so into sidebar, search and tab."""
    number = chapter(app.env.docname)
    title = next(document.findall(nodes.title), None)
    if number is not None and title is not None:
        title.insert(0, nodes.inline("", f"{number} ", classes=["chapter-number"]))


def number_figures(app, env):
    """Figure 5.2 is the second one of chapter 5."""
    for docname, kinds in env.toc_fignumbers.items():
        if number := chapter(docname):
            for figures in kinds.values():
                for count, name in enumerate(figures, start=1):
                    figures[name] = (number, count)
    return []


def setup(app):
    # After all transforms, and before Sphinx collects titles (at 500).
    app.connect("doctree-read", number_title, priority=400)
    app.connect("env-get-updated", number_figures, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
