"""``{ledger}``: every claim, its answer, and the cell that decided it.

The chapters' cells leave their numbers in the metadata of an output (utils/claims).
This page collects them from the notebooks that were executed for the build, so no
number in it is typed by hand; and each record is judged anew against claims.toml. A
claim that a chapter should decide and does not is a warning, and warnings are errors.
"""

import html
import re
from collections.abc import Collection, Iterator, Mapping
from itertools import groupby
from pathlib import Path

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from utils import claims

from . import chapters

log = logging.getLogger(__name__)
HEADINGS = {
    "holds": "What holds",
    "fails": "What fails",
    "depends": "What depends",
    "open": "What is open",
    "outdated": "What is outdated",
    "untestable": "What cannot be tested",
}


class Ledger(SphinxDirective):
    def run(self):
        self.env.note_reread()  # the chapters may have been executed again
        return [ledger()]


class ledger(nodes.General, nodes.Element):
    """Where the claims go, once all chapters have been read, and so executed."""


def collect(notebooks) -> list[tuple[str, claims.Record]]:
    """All records in executed notebooks, given as (name, notebook)."""
    return [
        (docname, claims.from_json(output.metadata[claims.METADATA]))
        for docname, notebook in notebooks
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if claims.METADATA in output.get("metadata", {})
    ]


def problems(rows, pages: Mapping[str, str], done: Collection[str]) -> Iterator[str]:
    """What claims.toml asks of the chapters, and they do not say.

    Args:
        rows: What ``collect`` found.
        pages: The name of each chapter -> its page.
        done: The pages that were executed.
    """
    decided = {(r.id, d) for d, r in rows if r.primary or r.reason}
    touched = {(r.id, d) for d, r in rows}
    cases = {(r.id, case) for _, r in rows for case in r.primary}
    tried = {(r.id, condition) for _, r in rows for condition in r.also}
    for id, claim in claims.CLAIMS.items():
        if claim.get("untested"):
            continue
        for key, found in (("chapters", decided), ("also", touched)):
            for name in claim.get(key, ()):
                if name not in pages:
                    yield (
                        f"claim {id} is to be decided in the chapter {name!r}, which "
                        "does not exist: see utils/claims/claims.toml"
                    )
                elif pages[name] in done and (id, pages[name]) not in found:
                    yield f"claim {id} has no verdict in {pages[name]}"
        for key, found in (("cases", cases), ("means", tried)):
            for what in claim.get(key, ()):
                if len(done) == len(pages) and (id, what) not in found:
                    yield f"claim {id}: no chapter tries {what!r}"


def page(app, docname, rows) -> str:
    """The counts, the filters and the claims, grouped by verdict."""
    groups = {verdict: {} for verdict in HEADINGS}
    for id, found in groupby(rows, key=lambda row: row[1].id):
        groups[claims.CLAIMS[id]["verdict"]][id] = list(found)
    groups = {verdict: found for verdict, found in groups.items() if found}
    told = ", ".join(f"{len(found)} {verdict}" for verdict, found in groups.items())
    numbers = sorted({chapters.number(where) for where, _ in rows})
    shown = "".join(
        f'<h2 id="{verdict}">{HEADINGS[verdict]} <small>({len(found)})</small></h2>'
        + "".join(_claim(app, docname, id, decided) for id, decided in found.items())
        for verdict, found in groups.items()
    )
    waiting = {id: c for id, c in claims.CLAIMS.items() if c.get("untested")}
    return (
        f"<p><strong>{sum(map(len, groups.values()))} claims: {told}.</strong></p>"
        f'<div class="ledger">{_filter_rules(numbers)}'
        + _filter("verdict", groups)
        + _filter("chapter", numbers)
        + f"{shown}{_waiting(waiting)}</div>"
    )


def _claim(app, docname, id, rows) -> str:
    claim = claims.CLAIMS[id]
    numbers = " ".join(f"chapter-{chapters.number(where)}" for where, _ in rows)
    links = [_link(app, docname, where, record) for where, record in rows]
    if program := second_program(app, id):
        links.append(f'<a href="{program}">seen twice</a>')
    sources = ", ".join(claim["source"])
    return (
        f'<article class="{claim["verdict"]} {numbers}" id="ledger-{id.lower()}">'
        f"<p><strong>{id}</strong> “{html.escape(claim['claim'])}” "
        f"<small>({sources})</small></p>"
        f"<p><strong>{claim['verdict'].capitalize()}.</strong> "
        f"{_with_code(claim['answer'])}</p>"
        f"<details><summary>Numbers</summary>{_numbers(claim, rows)}</details>"
        f"<p><small>{' · '.join(links)}</small></p></article>"
    )


def _link(app, docname, where, record) -> str:
    # On a single page, for printing, all anchors are near.
    page = app.builder.get_relative_uri(docname, where).split("#")[0]
    anchor = f"#claim-{record.id.lower()}"
    words = "decided in" if record.primary or record.reason else "also in"
    return f'{words} <a href="{page}{anchor}">chapter {chapters.number(where)}</a>'


def second_program(app, id: str) -> str | None:
    """The address of the program that derives a verdict again, if there is one."""
    place = f"tests/second_opinion/{id.lower()}.py"
    if not Path(app.confdir, place).is_file():
        return None
    repository = app.config.html_theme_options["repository_url"]
    return f"{repository}/blob/main/{place}"


def _numbers(claim, rows) -> str:
    expects = "" if claim["expect"] == "yes" else f" It expects {claim['expect']}."
    decides = [line for _, r in rows for line in _lines(r.primary)]
    decides += [html.escape(r.reason) for _, r in rows if r.reason]
    also = [line for _, r in rows for line in _lines(r.also)]
    tried = f"<p><em>Also tried:</em></p>{_list(also)}" if also else ""
    condition = _with_code(claim["primary"] + expects)
    return f"<p><em>Decides:</em> {condition}</p>{_list(decides)}{tried}"


def _lines(evidence) -> list[str]:
    return [
        _with_code(f"{part}: {claims.shown(found)}" if part else claims.shown(found))
        for part, found in evidence.items()
    ]


def _list(lines) -> str:
    return f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"


def _waiting(waiting) -> str:
    if not waiting:
        return ""
    lines = [
        f"<strong>{id}</strong> “{html.escape(c['claim'])}”"
        for id, c in waiting.items()
    ]
    return (
        '<section class="untested"><h2 id="not-yet-tested">Not yet tested '
        f"<small>({len(lines)})</small></h2><p>What well-known teaching material says; "
        f"the chapters are still to come.</p>{_list(lines)}</section>"
    )


def _with_code(text: str) -> str:
    """HTML of Markdown whose only marks are those of code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))


def _filter(name: str, values) -> str:
    """Radio buttons that work without JavaScript, by CSS."""
    buttons = "".join(
        f'<label><input type="radio" name="{name}" value="{value}"'
        f"{' checked' if value == 'all' else ''}> {value}</label> "
        for value in ("all", *values)
    )
    return f"<fieldset><legend>{name.capitalize()}</legend>{buttons}</fieldset>"


def _filter_rules(numbers) -> str:
    """Hide what the chosen buttons leave out, headings of empty groups too."""
    rules = "".join(
        f".ledger:has([name={name}][value='{value}']:checked) "
        f":is(article:not(.{prefix}{value}),.untested){{display:none}}"
        for name, prefix, values in (
            ("verdict", "", HEADINGS),
            ("chapter", "chapter-", numbers),
        )
        for value in values
    )
    return f"<style>{rules}</style>"


def fill(app, doctree, docname):
    for place in [*doctree.findall(ledger)]:
        docs = sorted(app.env.found_docs)
        pages = {name: d for d in docs if (name := chapters.name(d)) is not None}
        notebooks = {d: chapters.executed(app.env, d) for d in pages.values()}
        done = {d: notebook for d, notebook in notebooks.items() if notebook}
        rows = collect(done.items())
        rows.sort(key=lambda row: (claims.order(row[1].id), row[0]))
        for problem in problems(rows, pages, done):
            log.warning("%s", problem, location=docname)
        place.replace_self(nodes.raw("", page(app, docname, rows), format="html"))


def setup(app):
    app.add_node(ledger)
    app.add_directive("ledger", Ledger)
    app.connect("doctree-resolved", fill)
