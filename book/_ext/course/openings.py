"""What a chapter is about at a glance: its one figure, its answer, its minutes.

The figure is that of the cell tagged ``cover``, the answer what the chapter says "In
short". Both come to the top of the chapter's page, the answer folded; figure and
minutes come to its card on the landing page, which ``{cards}`` makes.
"""

import json
import re
from pathlib import Path

from bs4 import BeautifulSoup
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from . import chapters

log = logging.getLogger(__name__)
MINUTES = re.compile(r"About (\d+) minutes for the core, (\d+) for all")
PROMISE = re.compile(r'(?s)<article.*?</h1>.*?<p class="on-paper">.*?</p>.*?</p>')


class Cards(SphinxDirective):
    """``{cards}``: a card for each line ``name: what the chapter asks``.

    The figures are put in when there are some.
    """

    has_content = True

    def run(self):
        text = ["::::{grid} 1 1 2 3", ":gutter: 3", ""]
        for line in filter(None, self.content):
            text += [*self._card(*line.split(": ", 1)), ""]
        return self.parse_text_to_nodes("\n".join([*text, "::::"]))

    def _card(self, name, words):
        found = sorted(Path(self.env.srcdir, "notebooks").glob(f"??_{name}.ipynb"))
        if not found:
            raise self.error(f"there is no chapter {name!r}")
        (path,) = found
        self.env.note_dependency(str(path))
        text = "".join(json.loads(path.read_text("utf8"))["cells"][0]["source"])
        title = text.splitlines()[0].removeprefix("# ")
        minutes = MINUTES.search(text)
        if not minutes:
            raise self.error(f"{path.name} does not say how many minutes it takes")
        number = chapters.number(f"notebooks/{path.stem}")
        return [
            f":::{{grid-item-card}} {number} · {title}",
            f":link: ../notebooks/{path.stem}",
            ":link-type: doc",
            ":class-card: chapter",
            "",
            f'<span data-cover="{path.stem}"></span>',
            "",
            words,
            "",
            f"[{minutes[1]} minutes for the core, {minutes[2]} for all]{{.minutes}}",
            ":::",
        ]


def opening(page: str) -> tuple[str, str]:
    """The figure of a chapter's page, as an image, and its answer, as a list."""
    soup = BeautifulSoup(page, "html.parser")
    image = soup.select_one(".tag_cover figure img")
    short = soup.select_one("#in-short > ul")
    return str(image or ""), str(short or "")


def put_in(app, exception):
    """Give chapters' pages their openings, and the cards their figures."""
    if exception is not None or app.builder.name != "html":
        return
    covers = {}
    for path in sorted(Path(app.outdir, "notebooks").glob("*.html")):
        if chapters.number(f"notebooks/{path.stem}") is None:
            continue
        page = path.read_text("utf8")
        image, short = opening(page)
        if not image or not short:
            log.warning(
                "no cell is tagged `cover`, or nothing said in short: %s", path.stem
            )
            continue
        covers[path.stem] = image
        eager = image.replace(' loading="lazy"', "")
        top = (
            f'\n<div class="opening"><figure>{eager}</figure>\n<details><summary>The '
            f"answer in short</summary>\n{short}\n</details></div>"
        )
        page = PROMISE.sub(lambda found, top=top: found[0] + top, page, count=1)
        path.write_text(page, "utf8")
    for path in Path(app.outdir, "book").glob("index.html"):
        page = path.read_text("utf8")
        for name, image in covers.items():
            # The card's title says what it is: the picture is an ornament here.
            small = re.sub(r' alt="[^"]*"', ' alt=""', image, count=1)
            mark = f'<span data-cover="{name}"></span>'
            page = page.replace(mark, small)
        path.write_text(page, "utf8")


def setup(app):
    app.add_directive("cards", Cards)
    app.connect("build-finished", put_in)
