"""The colors of ``utils/style.py`` in the pages, and figures for the dark theme too.

* ``colors.css`` gives every color as a CSS variable, with its dark twin.
* Every SVG figure gets a few lines of CSS that swap its colors where it is shown on a
  dark page. A browser applies them inside ``<img>`` too, and at once when the reader
  changes the theme, since ``color-scheme`` of the page reaches the image.
* Images get their size, so that nothing moves while a page loads.
"""

import re
from pathlib import Path

import imagesize
from docutils import nodes
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from utils.style import PENALTIES, SIGNS, THEME
from utils.widgets.base import MARKERS

from . import assets

DASHES = {"-": "", "--": "7 4", "-.": "8 4 2 4", ":": "2 4", (0, (6, 2)): "10 3"}
COLORS = {name: (look.color, look.dark) for name, look in PENALTIES.items()}
COLORS |= THEME | SIGNS


def colors_css() -> str:
    """``--l1``, ``--ink``, ... for both themes."""
    light, dark = (
        "".join(
            f"--dc-{name.replace('_', '-')}:{pair[theme]};"
            for name, pair in COLORS.items()
        )
        for theme in (0, 1)
    )
    return f':root{{{light}}}\nhtml[data-theme="dark"]{{{dark}}}\n'


def dark_twin(svg: str) -> str:
    """The same figure with a style that swaps its colors in the dark theme.

    Matplotlib writes each color as a declaration like ``fill: #b54708``, or as an
    attribute.
    """
    rules = "".join(
        f"[{selector}]{{{what}:{dark}!important}}"
        for light, dark in COLORS.values()
        for what in ("fill", "stroke")
        for text, selector in (
            (f"{what}: {light}", f'style*="{what}: {light}"'),
            (f'{what}="{light}"', f'{what}="{light}"'),  # as below a hatch
        )
        if text in svg
    )
    # What is drawn as pixels (heatmaps, dense layers): light becomes dark, hues stay.
    # A photograph keeps its light if its artist has a gid that begins with "photo".
    rules += 'image:not([id^="photo"]){filter:invert(.92) hue-rotate(180deg)}'
    style = f'<style id="dark">@media(prefers-color-scheme:dark){{{rules}}}</style>'
    return re.sub(r"(<svg\b[^>]*>)", lambda tag: tag[1] + style, svg, count=1)


def size(path: Path) -> tuple[int, int] | None:
    """Width and height of a picture in CSS pixels, None if it does not say."""
    width, height = imagesize.get(path)
    return None if min(width, height) < 0 else (round(width), round(height))


def visit_image(self, node):
    """As Sphinx does it, and the size, and "load me when you come near"."""
    path = Path(self.builder.srcdir, node["uri"])
    HTML5Translator.visit_image(self, node)
    extra = 'loading="lazy" decoding="async"'
    if path.exists() and (found := size(path)) and not {"width", "height"} & {*node}:
        extra += ' width="{}" height="{}"'.format(*found)
    self.body[-1] = self.body[-1].replace("<img ", f"<img {extra} ", 1)


class LooksDirective(SphinxDirective):
    """``{looks}``: the color, marker and line of every penalty."""

    def run(self):
        items = "".join(
            f'<li style="color:var(--dc-{name.replace("_", "-")})">'
            '<svg viewBox="0 0 72 12" width="72" height="12" aria-hidden="true">'
            f'<path d="M0 6H72" stroke="currentColor" stroke-width="2.5" '
            f'stroke-dasharray="{DASHES[look.linestyle]}"/>'
            f'<path d="{MARKERS[look.marker]}" transform="translate(30)" '
            f'fill="currentColor"/></svg> {look.label}</li>'
            for name, look in PENALTIES.items()
        )
        return [nodes.raw("", f'<ul class="looks">{items}</ul>', format="html")]


def write_css(app):
    (assets.folder(app) / "colors.css").write_text(colors_css(), "utf8")
    app.add_css_file("colors.css", priority=400)


def swap_colors(app, exception):
    if exception is None and app.builder.format == "html":
        for path in Path(app.outdir, "_images").glob("*.svg"):
            path.write_text(dark_twin(path.read_text("utf8")), "utf8")


def setup(app):
    app.add_directive("looks", LooksDirective)
    app.add_node(
        nodes.image,
        override=True,
        html=(visit_image, HTML5Translator.depart_image),
    )
    app.connect("builder-inited", write_css)
    app.connect("build-finished", swap_colors)
