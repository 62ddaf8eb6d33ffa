"""Chapters as the website sees them: their numbers, names and executed notebooks.

* Chapters and figures are numbered after the files: chapter 5 is ``notebooks/05_...``.
  Sphinx numbers what a table of contents holds: 1, 2, 3, ... So a missing chapter would
  shift all later ones, and the text speaks of "chapter 6" whatever the website holds.
* A chapter is read again when it was executed again. Sphinx reads a page when its file
  changed; the outputs come from a cache that others fill (``python -m tools.execute``).
"""

import hashlib
import re
from contextlib import suppress

import nbformat
from docutils import nodes
from jupyter_cache import get_cache
from nbformat import NotebookNode

FILE = re.compile(r"notebooks/(\d\d)_(\w+)")


def number(docname: str) -> int | None:
    """The number of a chapter, None for any other page."""
    match = FILE.fullmatch(docname)
    return int(match[1]) if match else None


def name(docname: str) -> str | None:
    """The name of a chapter, such as "exact_zeros"; None for any other page."""
    match = FILE.fullmatch(docname)
    return match[2] if match else None


def executed(env, docname: str) -> NotebookNode | None:
    """A chapter as it was executed for this build or before it, None if it was not."""
    cache = get_cache(env.mystnb_config.execution_cache_path)
    notebook = nbformat.read(env.doc2path(docname), as_version=4)
    with suppress(KeyError):
        record = cache.match_cache_notebook(notebook)
        return cache.get_cache_bundle(record.pk).nb


def fingerprint(env, docname: str) -> str | None:
    """What tells the outputs of one execution from those of another."""
    notebook = executed(env, docname)
    return notebook and hashlib.sha256(nbformat.writes(notebook).encode()).hexdigest()


def remember(app, document):
    """Note with which outputs a chapter is read."""
    docname = app.env.docname
    if number(docname) is not None:
        app.env.metadata[docname]["outputs"] = fingerprint(app.env, docname)


def executed_again(app, env, added, changed, removed) -> list[str]:
    """Chapters whose outputs are not those that they were read with."""
    return [
        docname
        for docname in sorted(env.found_docs - added - changed)
        if number(docname) is not None
        and env.metadata[docname].get("outputs") != fingerprint(env, docname)
    ]


def number_title(app, document):
    """Put the number before the title, and so into sidebar, search and tab."""
    value = number(app.env.docname)
    title = next(document.findall(nodes.title), None)
    if value is not None and title is not None:
        title.insert(0, nodes.inline("", f"{value} ", classes=["chapter-number"]))


def number_figures(app, env):
    """Figure 5.2 is the second one of chapter 5."""
    for docname, kinds in env.toc_fignumbers.items():
        if value := number(docname):
            for figures in kinds.values():
                for count, figure in enumerate(figures, start=1):
                    figures[figure] = (value, count)
    return []


def setup(app):
    app.connect("env-get-outdated", executed_again)
    app.connect("doctree-read", remember)
    # After all transforms, and before Sphinx collects titles (at 500).
    app.connect("doctree-read", number_title, priority=400)
    app.connect("env-get-updated", number_figures, priority=900)
