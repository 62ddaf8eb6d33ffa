"""Corrections of the HTML that the theme writes, for speed and for everyone.

Each names the flaw that it mends, and where that is known to those who could mend it at
its source. One that no longer matches is reported as a warning, so that no update of
the theme can silently undo it, or make it superfluous.
"""

import re
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from sphinx.util import logging

log = logging.getLogger(__name__)


class Fix(NamedTuple):
    what: str  # it mends
    pattern: str
    replacement: str = ""
    mark: str = "</head>"  # a pattern that the pages with the flaw have: here, all
    upstream: str = "no issue known"


GITHUB = "https://github.com/"
THEME_CHOICE = Path(__file__).with_name("theme_choice.js").read_text("utf8")
SEARCH = r'src="[^"]*(?:searchtools|language_data|searchindex)\.js"'

FIXES = [
    Fix(
        # Without JavaScript the page is light; with it, as the reader has chosen, or
        # as their system says. The theme's own lines fail where storage is blocked.
        "the choice of the theme",
        r" *document\.documentElement\.dataset\.mode = localStorage[^\n]*\n"
        r" *document\.documentElement\.dataset\.theme = localStorage[^\n]*\n",
        THEME_CHOICE,
    ),
    Fix(
        # They come at the end of the page, deferred; early, they hold up its styles.
        "scripts that are fetched before the stylesheets",
        r' *<link rel="preload" as="script"[^>]*>\n?',
    ),
    Fix(
        # Without them the first paint comes a third of a second earlier on a phone.
        "options in a file of their own, which holds up the page",
        r'<script src="[^"]*documentation_options\.js[^"]*"></script>',
        "<script>{options}</script>",
        mark="</head>|documentation_options",
        upstream=f"{GITHUB}sphinx-doc/sphinx/issues/3620 wants the file",
    ),
    Fix(
        "scripts that hold up the search page",
        rf"<script (?={SEARCH})",
        "<script defer ",
        mark='id="search-results"',
    ),
    Fix(
        # For a search while one types, which is off.
        "the index of the search on pages that do not search",
        rf" *<script {SEARCH}[^>]*></script>\n?",
        mark=rf'(?s)(?:</head>|<script {SEARCH})(?!.*id="search-results")',
        upstream=f"{GITHUB}pydata/pydata-sphinx-theme/issues/1977 brought it",
    ),
    Fix(
        # A third of all elements of a chapter, to be laid out before it is shown.
        "names and brackets in code, marked only to get the color of all code",
        r'<span class="(?:n|nn|p|w)">([^<]*)</span>',
        r"\1",
        mark='<span class="n">',
        upstream="Pygments means it so",
    ),
    Fix(
        "the sidebar, which is no landmark",
        '<div id="pst-primary-sidebar"',
        '<div id="pst-primary-sidebar" role="complementary" aria-label="The course"',
        upstream=f"{GITHUB}pydata/pydata-sphinx-theme/pull/1454",
    ),
    Fix(
        "the search button, whose name is not its text",
        r'(?<=search-button__button pst-js-only")([^>]*) aria-label="Search"',
        r"\1",
    ),
    Fix(
        # A paragraph may not stand in a summary, whose text is its name.
        "the summary of folded code, whose name is not its text",
        r'<summary aria-label="Toggle hidden content">\s*<p class="(collapsed[^"]*)">'
        r'([^<]*)</p>\s*<p class="(expanded[^"]*)">([^<]*)</p>\s*</summary>',
        r'<summary><span class="\1">\2</span><span class="\3">\4</span></summary>',
        mark='<summary aria-label="Toggle hidden content">',
    ),
    Fix(
        "roles in the bibliography that are out of date",
        ' role="(?:list|doc-biblioentry)"(?= class="citation-list"|>)',
        mark='class="citation-list"',
        upstream=f"{GITHUB}w3c/dpub-aria/pull/22 took them back",
    ),
]


def defer_scripts(app, pagename, templatename, context, doctree):
    """Let no script hold up the page, but for the options (see FIXES)."""
    app.written_pages.add(pagename)
    for script in context["script_files"]:
        name = str(getattr(script, "filename", None) or "")
        if name and "documentation_options" not in name:
            script.attributes.setdefault("defer", "defer")


def mend(html: str, options: str = "") -> tuple[str, list[str]]:
    """A page with all corrections, and the names of those that no longer match.

    ``options`` is the script of Sphinx' options, which takes the place of its address.
    """
    missed = []
    for fix in FIXES:
        if re.search(fix.mark, html):
            new = fix.replacement.replace("{options}", options.replace("\\", r"\\"))
            html, count = re.subn(fix.pattern, new, html)
            if not count:
                missed.append(f"{fix.what} ({fix.upstream})")
    return html, missed


def apply(app, exception):
    if exception is not None or app.builder.format != "html":
        return
    options = Path(app.outdir, "_static/documentation_options.js").read_text("utf8")
    places = defaultdict(list)
    for name in sorted(app.written_pages):
        page = Path(app.outdir, f"{name}.html")
        html, missed = mend(page.read_text("utf8"), options)
        page.write_text(html, "utf8")
        for fix in missed:
            places[fix].append(name)
    for fix, names in places.items():
        log.warning(
            "the correction of %s does not match on %d of %d pages",
            fix,
            len(names),
            len(app.written_pages),
            location=names[0],
        )


def setup(app):
    app.written_pages = set()
    # Jupyter Book sets it for an extension that we leave out.
    app.add_config_value("comments_config", {}, "")
    app.connect("html-page-context", defer_scripts, priority=900)
    app.connect("build-finished", apply)
