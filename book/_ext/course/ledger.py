"""``{ledger}``: every claim, what it came to, and the cell that decided it.

The chapters' cells leave each verdict in the metadata of an output (utils/claims.py).
This page collects them from the notebooks that were executed for the build, so nothing
in it is typed by hand. A claim that a chapter should decide and does not is a warning,
and warnings are errors.
"""

import html
import re
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri

from utils import claims, style

from . import chapters
from .looks import dark_twin

log = logging.getLogger(__name__)
PICTURE = "_static/ledger.svg"
EXACT = 3_000  # where what has no interval stands in the picture
TICKS = (-1000, -100, -10, 0, 10, 100, 1000)


class Ledger(SphinxDirective):
    def run(self):
        self.env.note_reread()  # the chapters may have been executed again
        return [ledger()]


class ledger(nodes.General, nodes.Element):
    """Where the table goes, once all chapters have been read."""


def collect(notebooks) -> list[tuple[str, claims.Record]]:
    """All verdicts in executed notebooks, given as (name, notebook)."""
    return [
        (docname, claims.from_json(output.metadata[claims.METADATA]))
        for docname, notebook in notebooks
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if claims.METADATA in output.get("metadata", {})
    ]


def by_name(docnames) -> dict[str, str]:
    """The pages of the chapters."""
    return {name: d for d in docnames if (name := chapters.name(d)) is not None}


def without_chapter(docnames) -> list[tuple[str, str]]:
    """Claims that are to be decided in a chapter which does not exist, and its name."""
    pages = by_name(docnames)
    return [
        (id, name)
        for id, claim in claims.CLAIMS.items()
        for name in claim["chapters"]
        if name not in pages
    ]


def without_verdict(rows, docnames) -> list[tuple[str, str]]:
    """Claims that a chapter should decide (utils/claims/claims.toml) and does not."""
    found, pages = {(record.id, docname) for docname, record in rows}, by_name(docnames)
    planned = [
        (id, pages[name])
        for id, claim in claims.CLAIMS.items()
        for name in claim["chapters"]
        if name in pages
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


def _draw_row(axes, row, record):
    for value, *ends in strength(record):
        clear = ends[0] * ends[1] > 0
        color = style.INK if clear else style.MUTED
        axes.plot(ends, [row, row], color=color, lw=2)
        inside = color if clear else style.PAPER
        axes.plot(value, row, "o", color=color, ms=5, mfc=inside)
    for found in record.evidence.values():
        if isinstance(found, bool):
            place = EXACT if found else -EXACT
            axes.plot(place, row, "s", color=style.ACCENT, ms=5)


def draw(rows: list[tuple[str, claims.Record]]):
    """All effects with their intervals at one look."""
    figure, axes = plt.subplots(figsize=(7.2, 0.8 + 0.24 * len(rows)))
    for row, (_, record) in enumerate(rows):
        _draw_row(axes, row, record)
    axes.axvline(0, color=style.MUTED, lw=1)
    axes.set_xscale("symlog", linthresh=2, linscale=0.6)
    axes.set_xlim(-2 * EXACT, 2 * EXACT)
    axes.set_xticks(TICKS, [f"{abs(tick):,}" for tick in TICKS])
    axes.set_yticks(range(len(rows)), [f"{r.id} {r.verdict}" for _, r in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlabel(
        "distance from the claim's threshold, in half widths of the interval"
    )
    axes.set_title("← speaks against the claim          speaks for it →", loc="center")
    top = (EXACT, -0.7)
    axes.annotate("exact", top, annotation_clip=False, ha="center", color=style.ACCENT)
    return figure


def page(app, docname, rows) -> str:
    """The picture, the filters and the table."""
    # Not among the assets: they are copied before this page is written.
    width, height = draw_to(Path(app.outdir, PICTURE), rows)
    # A single page, for printing, is moved to the top of its site.
    single = app.builder.name == "singlehtml"
    picture = relative_uri("" if single else f"{docname}.html", PICTURE)
    counts = {v: sum(r.verdict == v for _, r in rows) for v in claims.VERDICTS}
    told = ", ".join(f"{n} {verdict}" for verdict, n in counts.items() if n)
    numbers = sorted({chapters.number(where) for where, _ in rows})
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
        f'<div class="ledger">{_filter_rules(numbers)}'
        + _filter("verdict", [v for v in claims.VERDICTS if counts[v]])
        + _filter("chapter", numbers)
        + '<div class="pst-scrollable-table-container"><table class="table">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div></div>"
    )


def draw_to(path: Path, rows) -> tuple[int, int]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with plt.rc_context():
        style.use()
        figure = draw(rows)
        figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
    path.write_text(dark_twin(path.read_text("utf8")), "utf8")
    return tuple(np.round(figure.get_size_inches() * 96).astype(int))


def _row(app, docname, where, record) -> str:
    claim, number = claims.CLAIMS[record.id], chapters.number(where)
    anchor = f"#claim-{record.id.lower()}"
    # On a single page, for printing, all anchors are near.
    there = app.builder.get_relative_uri(docname, where).split("#")[0]
    cells = [
        record.id,
        f"{html.escape(claim['claim'])} <small>({', '.join(claim['source'])})</small>",
        f"<strong>{record.verdict}</strong>",
        _measured(record),
        f'<a href="{there}{anchor}">chapter {number}</a>',
    ]
    cells = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr class="{record.verdict} chapter-{number}">{cells}</tr>'


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


def _filter_rules(numbers) -> str:
    rules = "".join(
        f".ledger:has([name={name}][value='{value}']:checked) "
        f"tbody tr:not(.{prefix}{value}){{display:none !important}}"
        for name, prefix, values in (
            ("verdict", "", claims.VERDICTS),
            ("chapter", "chapter-", numbers),
        )
        for value in values
    )
    return f"<style>{rules}</style>"


def fill(app, doctree, docname):
    places = list(doctree.findall(ledger))
    if not places:
        return
    docnames = [*by_name(sorted(app.env.found_docs)).values()]
    notebooks = ((d, chapters.executed(app.env, d)) for d in docnames)
    rows = collect((d, notebook) for d, notebook in notebooks if notebook)
    rows.sort(key=lambda row: (claims.order(row[1].id), row[0]))
    for id, name in without_chapter(docnames):
        log.warning(
            "claim %s is to be decided in the chapter %r, which does not exist: see "
            "utils/claims/claims.toml",
            id,
            name,
            location=docname,
        )
    for id, where in without_verdict(rows, docnames):
        log.warning("claim %s has no verdict in %s", id, where, location=docname)
    for place in places:
        place.replace_self(nodes.raw("", page(app, docname, rows), format="html"))


def setup(app):
    app.add_node(ledger)
    app.add_directive("ledger", Ledger)
    app.connect("doctree-resolved", fill)
