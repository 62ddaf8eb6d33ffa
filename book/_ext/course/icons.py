"""Keep, of the theme's three icon fonts, only the icons that the pages show.

Font Awesome's fonts are by far the heaviest part of a page; some 30 of its 2,000 icons
are used.
"""

import re
from pathlib import Path

import pydata_sphinx_theme
from fontTools import subset
from sphinx.util import logging

log = logging.getLogger(__name__)
FONTS = "vendor/fontawesome/webfonts"
THEME = Path(pydata_sphinx_theme.__file__).parent / "theme/pydata_sphinx_theme/static"


def codes(css: str, names: set[str]) -> set[int]:
    """The characters that a stylesheet may show, if the pages use these icons."""
    found = set()
    for selectors, rule in re.findall(r"([^{}]*){([^{}]*)}", css):
        icons = re.findall(r"\.fa-([\w-]+)::?before", selectors)
        if not icons or names.intersection(icons):
            found |= {int(c, 16) for c in re.findall(r'"\\([ef][0-9a-f]{3})\s?"', rule)}
            found |= {ord(c) for c in rule if "\ue000" <= c <= "\uf8ff"}
    return found


def keep(font: Path, wanted: set[int], target: Path) -> set[int]:
    """Write the part of a font that is wanted; say which characters it has."""
    options = subset.Options(flavor="woff2", hinting=False, layout_features=[])
    whole = subset.load_font(str(font), options)
    present = wanted & set(whole.getBestCmap())
    part = subset.Subsetter(options)
    part.populate(unicodes=present)
    part.subset(whole)
    subset.save_font(whole, str(target), options)
    return present


def subset_fonts(app, exception):
    if exception is not None or app.builder.format != "html":
        return
    out = Path(app.outdir)
    users = [p for p in out.rglob("*") if p.suffix in (".html", ".js")]
    names = {
        name
        for path in users
        for name in re.findall(r"\bfa-([a-z0-9-]+)", path.read_text("utf8"))
    }
    sheets = [p.read_text("utf8") for p in out.glob("_static/**/*.css")]
    wanted = set.union(*(codes(sheet, names) for sheet in sheets))
    missing = set(wanted)
    for font in (THEME / FONTS).glob("*.woff2"):
        target = out / "_static" / FONTS / font.name
        missing -= keep(font, wanted, target)
        target.with_suffix(".ttf").unlink(missing_ok=True)
    if missing:
        log.warning(
            "icons in no font: %s", ", ".join(f"{c:x}" for c in sorted(missing))
        )


def setup(app):
    app.connect("build-finished", subset_fonts)
