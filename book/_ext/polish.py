"""Corrections of the HTML that the theme writes, for speed and for everyone.

Each names the flaw that it mends. One that no longer matches anything is reported as a
warning, so that no update of the theme can silently undo it, or make it superfluous.
"""

import re
from pathlib import Path

from sphinx.util import logging

log = logging.getLogger(__name__)

THEME_CHOICE = """\
    try { localStorage } catch {
      const nothing = { getItem: () => null, setItem() {}, removeItem() {} };
      Object.defineProperty(window, "localStorage", { value: nothing });
    }
    {
      const mode = localStorage.getItem("mode") || "auto";
      const dark = matchMedia("(prefers-color-scheme: dark)").matches;
      const theme = mode !== "auto" ? mode : dark ? "dark" : "light";
      Object.assign(document.documentElement.dataset, { mode, theme });
    }
"""

# (what it mends, pattern, replacement)
FIXES = [
    (
        # Without JavaScript the page is light; with it, as the reader has chosen, or
        # as their system says. The theme's own lines fail where storage is blocked.
        "the choice of the theme",
        r" *document\.documentElement\.dataset\.mode = localStorage[^\n]*\n"
        r" *document\.documentElement\.dataset\.theme = localStorage[^\n]*\n",
        THEME_CHOICE,
    ),
    (
        "search scripts that hold up the page",
        r'<script (?=src="[^"]*(?:searchtools|language_data|searchindex)\.js")',
        "<script defer ",
    ),
]


def defer_scripts(app, pagename, templatename, context, doctree):
    """Let no script but the one that the theme needs at once hold up the page."""
    app.written_pages.add(pagename)
    for script in context["script_files"]:
        name = str(getattr(script, "filename", None) or "")
        # The search page has an inline script that needs its scripts at once.
        if name and "documentation_options" not in name and pagename != "search":
            script.attributes.setdefault("defer", "defer")


def apply(app, exception):
    if exception is not None or app.builder.format != "html":
        return
    unused = {what for what, _, _ in FIXES}
    for name in app.written_pages - {"search"}:
        page = Path(app.outdir, f"{name}.html")
        text = page.read_text("utf8")
        for what, pattern, replacement in FIXES:
            text, count = re.subn(pattern, lambda _, new=replacement: new, text)
            if count:
                unused.discard(what)
        page.write_text(text, "utf8")
    if app.written_pages >= app.env.found_docs:  # not where only some are new
        for what in sorted(unused):
            log.warning("polish.py: the correction of %s no longer matches", what)


def setup(app):
    app.written_pages = set()
    # Jupyter Book sets it for an extension that we leave out.
    app.add_config_value("comments_config", {}, "")
    app.connect("html-page-context", defer_scripts, priority=900)
    app.connect("build-finished", apply)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
