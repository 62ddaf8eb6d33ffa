"""``{ledger}``: every claim, what it came to, and the cell that decided it.

The chapters' cells leave each verdict in the metadata of an output (utils/claims.py).
This page collects them from the notebooks that were executed for the build, so nothing
in it is typed by hand. A claim that a chapter should decide and does not is a warning,
and warnings are errors.
"""

import html
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import assets
import matplotlib.pyplot as plt
import nbformat
import numpy as np
from docutils import nodes
from jupyter_cache import get_cache
from looks import dark_twin
from nbformat import NotebookNode
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri

from utils import claims, style

log = logging.getLogger(__name__)
SOURCES = {
    "A": "the post on L1 against L2",
    "B": "the post on penalties in general",
    "C": "the posts on freezing, activations and color",
}
PICTURE = "ledger.svg"


class Ledger(SphinxDirective):
    def run(self):
        return [ledger()]


class ledger(nodes.General, nodes.Element):
    """Where the table goes, once all chapters have been read."""


def executed(app) -> Iterator[tuple[str, NotebookNode]]:
    """The chapters as they were executed for this build or an earlier one."""
    cache = get_cache(app.env.mystnb_config.execution_cache_path)
    for docname in sorted(app.env.found_docs):
        if docname.startswith("notebooks/"):
            notebook = nbformat.read(app.env.doc2path(docname), as_version=4)
            with suppress(KeyError):  # else it was not executed
                record = cache.match_cache_notebook(notebook)
                yield docname, cache.get_cache_bundle(record.pk).nb


def collect(notebooks) -> list[tuple[str, claims.Record]]:
    """All verdicts in executed notebooks, given as (name, notebook)."""
    return [
        (docname, claims.from_json(output.metadata[claims.METADATA]))
        for docname, notebook in notebooks
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if claims.METADATA in output.get("metadata", {})
    ]


def without_verdict(rows, docnames) -> list[tuple[str, str]]:
    """Claims that a chapter should decide (utils/claims/claims.toml) and does not."""
    found = {(record.id, docname) for docname, record in rows}
    chapters = {number(d): d for d in docnames if d.startswith("notebooks/")}
    planned = [
        (id, chapters[chapter])
        for id, claim in claims.CLAIMS.items()
        for chapter in claim["chapters"]
        if chapter in chapters
    ]
    return [pair for pair in planned if pair not in found]


def strength(record: claims.Record) -> list[tuple[float, float, float]]:
    """How far each number is from the claim's threshold: (value, low, high).

    In units of half the width of its interval, positive where it speaks for the claim.
    Exact computations are left out.
    """
    relation, bound = claims.threshold(record.expect)
    sign = 1 if ">" in relation else -1
    scaled = []
    for found in record.evidence.values():
        if not isinstance(found, bool):
            half = max((found.high - found.low) / 2, 1e-12)
            three = (found.value, found.low, found.high)
            scaled.append(tuple(sign * (v - bound) / half for v in three))
    return scaled


def draw(rows: list[tuple[str, claims.Record]]):
    """All effects with their intervals at one look."""
    with plt.rc_context():
        style.use()
        figure, axes = plt.subplots(figsize=(7.2, 0.8 + 0.24 * len(rows)))
        for row, (_, record) in enumerate(rows):
            for value, *ends in strength(record):
                clear = ends[0] * ends[1] > 0
                color = style.INK if clear else style.MUTED
                axes.plot(ends, [row, row], color=color, lw=2)
                axes.plot(
                    value,
                    row,
                    "o",
                    color=color,
                    ms=5,
                    mfc=color if clear else style.PAPER,
                )
            for found in record.evidence.values():
                if isinstance(found, bool):
                    axes.plot(
                        3_000 if found else -3_000, row, "s", color=style.ACCENT, ms=5
                    )
        axes.axvline(0, color=style.MUTED, lw=1)
        axes.set_xscale("symlog", linthresh=2, linscale=0.6)
        axes.set_xlim(-6_000, 6_000)
        axes.set_xticks([-1000, -100, -10, 0, 10, 100, 1000])
        axes.set_xticklabels(["1,000", "100", "10", "0", "10", "100", "1,000"])
        axes.set_yticks(range(len(rows)), [f"{r.id} {r.verdict}" for _, r in rows])
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xlabel(
            "distance from the claim's threshold, in half widths of the interval"
        )
        axes.set_title(
            "← speaks against the claim          speaks for it →", loc="center"
        )
        axes.annotate(
            "exact",
            (3_000, -0.7),
            annotation_clip=False,
            ha="center",
            color=style.ACCENT,
        )
        return figure


def page(app, docname, rows) -> str:
    """The picture, the filters and the table."""
    width, height = draw_to(assets.folder(app) / PICTURE, rows)
    # A single page, for printing, is moved to the top of its site.
    single = app.builder.name == "singlehtml"
    picture = relative_uri("" if single else f"{docname}.html", f"_static/{PICTURE}")
    counts = {v: sum(r.verdict == v for _, r in rows) for v in claims.VERDICTS}
    told = ", ".join(f"{n} {verdict}" for verdict, n in counts.items() if n)
    chapters = sorted({number(where) for where, _ in rows})
    alt = (
        "One line for each claim: how far its numbers are from the claim's threshold. "
        f"{told}. The table below has the numbers."
    )
    body = "".join(_row(app, docname, where, record) for where, record in rows)
    head = "".join(
        f"<th>{name}</th>"
        for name in ("id", "claim", "verdict", "measured", "decided in")
    )
    untested = [id for id in claims.CLAIMS if id not in {r.id for _, r in rows}]
    waiting = f" Still to be tested: {', '.join(untested)}." if untested else ""
    return (
        f"<p>{len(rows)} verdicts on {len({r.id for _, r in rows})} of "
        f"{len(claims.CLAIMS)} claims: {told}.{waiting}</p>"
        f'<figure><img src="{picture}" alt="{alt}" width="{width}" '
        f'height="{height}"></figure>'
        f'<div class="ledger">{_filter_rules(chapters)}'
        + _filter("verdict", [v for v in claims.VERDICTS if counts[v]])
        + _filter("chapter", chapters)
        + '<div class="pst-scrollable-table-container"><table class="table">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div></div>"
    )


def draw_to(path: Path, rows) -> tuple[int, int]:
    figure = draw(rows)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
    path.write_text(dark_twin(path.read_text("utf8")), "utf8")
    return tuple(np.round(figure.get_size_inches() * 96).astype(int))


def number(docname: str) -> int:
    return int(docname.removeprefix("notebooks/")[:2])


def _row(app, docname, where, record) -> str:
    claim = claims.CLAIMS[record.id]
    anchor = f"#claim-{record.id.lower()}"
    # On a single page, for printing, all anchors are near.
    there = app.builder.get_relative_uri(docname, where).split("#")[0]
    cells = [
        record.id,
        f"{html.escape(claim['claim'])} <small>({', '.join(claim['source'])})</small>",
        f"<strong>{record.verdict}</strong>",
        _measured(record),
        f'<a href="{there}{anchor}">chapter {number(where)}</a>',
    ]
    cells = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr class="{record.verdict} chapter-{number(where)}">{cells}</tr>'


def _measured(record) -> str:
    """The quantity, and a line for each condition."""
    quantity = _with_code(record.quantity)
    lines = record.numbers().split("; ") if len(record.evidence) > 1 else []
    if not lines:
        return f"{quantity} {_with_code(record.numbers())}".strip()
    return f"{quantity}<ul>{''.join(f'<li>{_with_code(x)}</li>' for x in lines)}</ul>"


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


def _filter_rules(chapters) -> str:
    rules = "".join(
        f".ledger:has([name={name}][value='{value}']:checked) "
        f"tbody tr:not(.{prefix}{value}){{display:none !important}}"
        for name, prefix, values in (
            ("verdict", "", claims.VERDICTS),
            ("chapter", "chapter-", chapters),
        )
        for value in values
    )
    return f"<style>{rules}</style>"


def fill(app, doctree, docname):
    places = list(doctree.findall(ledger))
    if not places:
        return
    rows = collect(executed(app))
    rows.sort(key=lambda row: (claims.order(row[1].id), row[0]))
    for id, where in without_verdict(rows, app.env.found_docs):
        log.warning("claim %s has no verdict in %s", id, where, location=docname)
    for place in places:
        place.replace_self(nodes.raw("", page(app, docname, rows), format="html"))


def setup(app):
    app.add_node(ledger)
    app.add_directive("ledger", Ledger)
    app.connect("doctree-resolved", fill)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
