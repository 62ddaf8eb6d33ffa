"""Slides of each chapter, made of the chapter: ``slides/05_keras_regularizers.html``.

The anatomy of a chapter is that of a talk: a question, the prediction that the audience
makes, the figure that answers. So each section gives a slide for each "Predict", with
the paragraph that leads to it, and one for each of its figures, with the answers that
follow it. (A section that has neither gives its first paragraph.) Before them come the
promise and the goals, after them the table of claims and the chapter's last words. The
rest is one click away, behind the heading.

``{slides}`` lists them.
"""

import html
import json
from pathlib import Path

from bs4 import BeautifulSoup
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from . import chapters
from .polish import THEME_CHOICE

STYLE, KEYS = (
    Path(__file__).with_suffix(ending).read_text("utf8") for ending in (".css", ".js")
)


def slides(body: str, page: str) -> tuple[str, list[str]]:
    """The title of a chapter and the content of its slides.

    Args:
        body: The chapter as HTML.
        page: Its address as seen from the slides.
    """
    soup = BeautifulSoup(body, "html.parser")
    for link in soup.select("a.headerlink"):
        link.decompose()
    for tag in soup.select("[href^='#']"):
        tag["href"] = page + tag["href"]
    top = soup.section
    title = top.h1.get_text()
    goals = _text([*top.find_all("p", recursive=False, limit=2), top.ul])
    found = [f'<h1><a href="{page}">{_inside(top.h1)}</a></h1>{goals}']
    for section in top.find_all("section", recursive=False):
        own = section["id"]
        heading = f'<a href="{page}#{own}">{_inside(section.h2)}</a>'
        if own in ("in-short", "claims-checked-here"):
            content = section.ul if own == "in-short" else section.table
            # The id brings the table's own style along.
            found.append(f'<h2>{heading}</h2><div id="{own}">{content}</div>')
        elif own not in ("try-it", "further-reading"):
            small = f'<h2 class="small">{heading}</h2>'
            first, *others = _parts(section)
            found.append(f"<h2>{heading}</h2>{first}")
            found += [f"{small}{part}" for part in others]
    return title, found


def _parts(section) -> list[str]:
    """What each slide of a section shows: a prediction with what leads to it, or a
    figure, with the answers that come after it and before the next prediction.
    """
    for figure in section.find_all("figure"):
        del figure["id"]
        figure.img["loading"] = "eager"
    parts, asked = [], True
    for tag in section.select("blockquote, figure, .tag_answer"):
        if tag.name == "blockquote":
            if not tag.get_text().strip().startswith("Predict"):
                continue
            before = tag.find_previous_sibling(["p", "blockquote", "section"])
            said = _with_its_list(before) if before and before.name == "p" else ""
            parts.append(f"{said}{tag}")
        elif tag.name == "figure":
            parts.append(str(tag))
        else:
            answer = tag.select_one(".cell_output")
            answer.attrs = {"class": "answer"}
            if asked:
                parts.append(str(answer))
            else:
                parts[-1] += str(answer)
            continue
        asked = tag.name == "blockquote"
    return parts or [_with_its_list(section.p)]


def _with_its_list(paragraph) -> str:
    """A paragraph, and what its colon announces: a list, a formula, a table, code."""
    after = paragraph.find_next_sibling()
    if after is None or not paragraph.get_text().strip().endswith(":"):
        return str(paragraph)
    if "cell" in after.get("class", []):
        after = after.select_one(".cell_input pre") or ""
    return f"{paragraph}{after}"


def _text(tags):
    return "".join(map(str, tags))


def _inside(tag):
    return tag.decode_contents()


def write(app, pagename, templatename, context, doctree):
    if chapters.number(pagename) is None or app.builder.name != "html":
        return
    name = Path(pagename).name
    title, found = slides(context["body"], f"../{pagename}.html")
    title = html.escape(title)
    sections = "".join(
        f'<section aria-label="Slide {k}">{content}<footer>'
        f"<span>Diamonds and Circles: {title} (CC BY 4.0)</span>"
        f"<span>{k} / {len(found)}</span></footer></section>\n"
        for k, content in enumerate(found, start=1)
    )
    page = (
        '<!DOCTYPE html>\n<html lang="en" data-theme="light">\n<head>\n'
        '<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Slides: {title}</title>\n"
        '<link rel="stylesheet" href="../_static/katex/katex.css">\n'
        '<link rel="icon" href="../_static/favicon.svg">\n'
        f"<style>{STYLE}</style>\n<script>\n{THEME_CHOICE}</script>\n</head>\n"
        f"<body>\n<main>\n{sections}</main>\n<script>{KEYS}</script>\n</body>\n</html>\n"
    )
    path = Path(app.outdir, "slides", f"{name}.html")
    path.parent.mkdir(exist_ok=True)
    path.write_text(page, "utf8")


class Slides(SphinxDirective):
    def run(self):
        items = []
        for path in sorted(Path(self.env.srcdir, "notebooks").glob("*.ipynb")):
            number = chapters.number(f"notebooks/{path.stem}")
            first = json.loads(path.read_text("utf8"))["cells"][0]["source"][0]
            title = html.escape(first.removeprefix("# ").strip().replace("`", ""))
            address = f"../slides/{path.stem}.html"
            items.append(f'<li><a href="{address}">{number} {title}</a></li>')
        return [nodes.raw("", f"<ul>{''.join(items)}</ul>", format="html")]


def setup(app):
    app.add_directive("slides", Slides)
    app.connect("html-page-context", write)
