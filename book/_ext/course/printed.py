"""The printed book: what paper leaves to the website, and where it says so.

``{pdf}`` is a link to the printed book, or how to print it. `make pdf` makes it, in
its own time; `make book` puts it beside the pages.

The style sheet keeps off paper what is marked here, solutions and what waits for an
answer, in the whole book and in a single chapter. A page that the book leaves out (the
helpers' reference is a seventh of it) keeps its title and its first words there.
"""

import re
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

from . import chapters

NAME = "diamonds-and-circles.pdf"
LEFT_OUT = "book/api"
LEDGER = "book/claims"
BIBLIOGRAPHY = "book/references"
SOLUTION = re.compile(r"<details>(?=\s*<summary>Solution</summary>)")


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


def mark(app, document):
    """Tell the style sheet which folds are solutions, and which outputs are blanks."""
    for raw in document.findall(nodes.raw):
        text = SOLUTION.sub('<details class="solution">', raw.astext())
        if text != raw.astext():
            raw.children, raw.rawsource = [nodes.Text(text)], text
    for part in document.findall(nodes.container):
        output = part.get("nb_element") == "cell_code_output"
        if output and part.astext().startswith("Your turn ("):
            part["classes"].append("blank")


def say_where_the_rest_is(app, document):
    """Name the notebook and the page that have what paper leaves out."""
    docname = app.env.docname
    page = f"{app.config.html_baseurl}{docname}.html"
    if chapters.number(docname) is not None:
        repository = app.config.html_theme_options["repository_url"]
        branch = app.config.html_theme_options["repository_branch"]
        text = (
            "On paper, code that draws, counts or repeats is left out, and so are the "
            "numbers behind the verdicts and the solutions of the exercises. All of it "
            f"is in the notebook, {repository}/blob/{branch}/{docname}.ipynb. "
            f"The website shows it, too: {page}."
        )
    elif docname == LEDGER:
        text = f"On paper, the numbers are left out. They are at {page}."
    else:
        return
    first = next(document.findall(nodes.section))
    first.insert(1, nodes.paragraph("", text, classes=["on-paper"]))


def on_one_page(app, doctree, docname):
    """Leave a page out, and let no link of the single page lead to nowhere.

    Sphinx keeps the ids of all pages, so that some come twice, and it writes links as
    if the page lay elsewhere: https://github.com/sphinx-doc/sphinx/issues/4814.
    """
    if app.builder.name != "singlehtml":
        return
    website = app.config.html_baseurl
    for file in doctree.findall(addnodes.start_of_file):
        if file["docname"] == LEFT_OUT:
            _leave_out(file, f"{website}{LEFT_OUT}.html")
        elif file["docname"] == BIBLIOGRAPHY:
            for entry in file.findall(nodes.citation):
                entry["ids"] = [f"reference-{id}" for id in entry["ids"]]
    for link in doctree.findall(nodes.reference):
        match = re.fullmatch(r"#document-([^#]+)#(.+)", link.get("refuri", ""))
        if match and match[1] == LEFT_OUT:
            link["refuri"] = f"{website}{LEFT_OUT}.html#{match[2]}"
        elif match:
            prefix = "reference-" if match[1] == BIBLIOGRAPHY else ""
            link["refuri"] = f"#{prefix}{match[2]}"
    for raw in doctree.findall(nodes.raw):
        text = raw.astext().replace('href="../', f'href="{website}')
        raw.children, raw.rawsource = [nodes.Text(text)], text


def _leave_out(file, address):
    """Let title and first paragraph of a page stand, and say where the rest is."""
    page = next(file.findall(nodes.section))
    words = nodes.paragraph("", "What each of them takes and returns is at ")
    words += nodes.reference("", address, refuri=address, internal=False)
    words += nodes.Text(" and in its docstring.")
    page.children = [*page.children[:2], words]


def setup(app):
    app.add_directive("pdf", Pdf)
    app.connect("doctree-read", mark)
    app.connect("doctree-read", say_where_the_rest_is, priority=600)
    # After what fills pages in, such as the ledger.
    app.connect("doctree-resolved", on_one_page, priority=900)
