"""Slides of each chapter, made of the chapter: ``slides/05_keras_regularizers.html``.

The anatomy of a chapter is that of a talk: a question, the prediction that the audience
makes, the figure that answers. So each section gives a slide with its heading and its
"Predict", and one for each of its figures with the answer that follows it. (A section
that has neither gives its first paragraph.) Before them come the promise and the goals,
after them the table of claims and the chapter's last words. The rest is one click away,
behind the heading.

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
            quotes, figures = section.find_all("blockquote"), section.find_all("figure")
            said = [q for q in quotes if q.get_text().strip().startswith("Predict")]
            if not said and not figures:
                said = [
                    section.p,
                    *section.select(":scope > p:first-of-type + div.math"),
                ]
            if said:
                found.append(f"<h2>{heading}</h2>{_text(said)}")
            small = f'<h2 class="small">{heading}</h2>'
            for answer in section.select(".tag_answer"):
                said, before = answer.select_one(".cell_output"), answer
                said.attrs = {"class": "answer"}
                while (before := before.find_previous()) not in (section, *figures):
                    pass
                if before is section:
                    found.append(f"{small}{said}")
                else:
                    before.append(said.extract())
            for figure in figures:
                del figure["id"]
                figure.img["loading"] = "eager"
                found.append(f"{small}{figure}")
    return title, found


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
