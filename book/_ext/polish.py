"""Corrections of the HTML that the theme writes, for speed and for everyone.

Each names the flaw that it mends. One that no longer matches is reported as a warning,
so that no update of the theme can silently undo it, or make it superfluous.
"""

import re
from pathlib import Path

from sphinx.util import logging

log = logging.getLogger(__name__)

THEME_CHOICE = """\
    try { localStorage } catch {
      const kept = new Map();
      const getItem = (key) => kept.get(key) ?? null;
      const setItem = (key, text) => kept.set(key, text);
      const value = { getItem, setItem, removeItem: (key) => kept.delete(key) };
      Object.defineProperty(window, "localStorage", { value });
    }
    {
      const mode = localStorage.getItem("mode") || "auto";
      const dark = matchMedia("(prefers-color-scheme: dark)").matches;
      const theme = mode !== "auto" ? mode : dark ? "dark" : "light";
      Object.assign(document.documentElement.dataset, { mode, theme });
    }
"""

SEARCH = r'src="[^"]*(?:searchtools|language_data|searchindex)\.js"'

# What it mends; a mark of the pages that have the flaw; a pattern; its replacement.
# Marks are patterns, too.
FIXES = [
    (
        # Without JavaScript the page is light; with it, as the reader has chosen, or
        # as their system says. The theme's own lines fail where storage is blocked.
        "the choice of the theme",
        "</head>",
        r" *document\.documentElement\.dataset\.mode = localStorage[^\n]*\n"
        r" *document\.documentElement\.dataset\.theme = localStorage[^\n]*\n",
        THEME_CHOICE,
    ),
    (
        # They come at the end of the page, deferred; early, they hold up its styles.
        "scripts that are fetched before the stylesheets",
        "</head>",
        r' *<link rel="preload" as="script"[^>]*>\n?',
        "",
    ),
    (
        # Without them the first paint comes a third of a second earlier on a phone.
        "options in a file of their own, which holds up the page",
        "documentation_options.js",
        r'<script src="[^"]*documentation_options\.js[^"]*"></script>',
        "<script>{options}</script>",
    ),
    (
        "scripts that hold up the search page",
        'id="search-results"',
        rf"<script (?={SEARCH})",
        "<script defer ",
    ),
    (
        # For a search while one types, which is off.
        "the index of the search on pages that do not search",
        rf"<script {SEARCH}",
        rf" *<script {SEARCH}[^>]*></script>\n?",
        "",
    ),
    (
        # A third of all elements of a chapter, to be laid out before it is shown.
        "names and brackets in code, marked only to get the color of all code",
        '<span class="n">',
        r'<span class="(?:n|nn|p|w)">([^<]*)</span>',
        r"\1",
    ),
    (
        "the sidebar, which is no landmark",
        'id="pst-primary-sidebar"',
        '<div id="pst-primary-sidebar"',
        '<div id="pst-primary-sidebar" role="complementary" aria-label="The course"',
    ),
    (
        "the search button, whose name is not its text",
        "search-button-field",
        r'(?<=search-button__button pst-js-only")([^>]*) aria-label="Search"',
        r"\1",
    ),
    (
        "the empty heading in the corner of a table of pandas",
        'class="dataframe"',
        "<th></th>",
        "<td></td>",
    ),
    (
        "the empty heading in the corner of a styled table of pandas",
        'class="blank level0"',
        '<th class="blank level0" *>&nbsp;</th>',
        "<td></td>",
    ),
    (
        "a style of pandas, in a form that HTML has given up",
        "<style scoped>",
        "<style scoped>",
        "<style>",
    ),
    (
        "roles in the bibliography that are out of date",
        'class="citation-list"',
        ' role="(?:list|doc-biblioentry)"(?= class="citation-list"|>)',
        "",
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
    for what, mark, pattern, replacement in FIXES:
        if re.search(mark, html):
            replacement = replacement.replace("{options}", options.replace("\\", r"\\"))
            html, count = re.subn(pattern, replacement, html)
            if not count:
                missed.append(what)
    return html, missed


def apply(app, exception):
    if exception is not None or app.builder.format != "html":
        return
    options = Path(app.outdir, "_static/documentation_options.js").read_text("utf8")
    for name in app.written_pages:
        page = Path(app.outdir, f"{name}.html")
        html, missed = mend(page.read_text("utf8"), options)
        page.write_text(html, "utf8")
        for what in missed:
            log.warning("the correction of %s does not match", what, location=name)


def setup(app):
    app.written_pages = set()
    # Jupyter Book sets it for an extension that we leave out.
    app.add_config_value("comments_config", {}, "")
    app.connect("html-page-context", defer_scripts, priority=900)
    app.connect("build-finished", apply)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
