"""Slides of each chapter, made of the chapter: ``slides/05_keras_regularizers.html``.

The anatomy of a chapter is that of a talk: a question, the prediction that the audience
makes, the figure that answers. So each section gives a slide with its heading and its
"Predict", and one for each of its figures. (A section that has neither gives its first
paragraph.) Before them come the promise and the goals, after them the table of claims
and the chapter's last words. The rest is one click away, behind the heading.

``{slides}`` lists them.
"""

import html
import json
from pathlib import Path

import chapters
from bs4 import BeautifulSoup
from docutils import nodes
from polish import THEME_CHOICE
from sphinx.util.docutils import SphinxDirective

STYLE = """
html { scroll-snap-type: y proximity; scroll-padding: 0; color-scheme: light; }
html[data-theme="dark"] { color-scheme: dark; }
body { margin: 0; background: var(--dc-paper); color: var(--dc-ink); font-size: clamp(1rem, 1.7vw, 1.6rem); }
section { box-sizing: border-box; min-height: 100vh; padding: 4vh 6vw 7vh; position: relative; scroll-snap-align: start; display: flex; flex-direction: column; justify-content: center; gap: 2vh; }
section > * { margin-block: 0; max-width: 60rem; }
h1, h2 { font-family: Charter, "Bitstream Charter", "Sitka Text", Cambria, Georgia, serif; line-height: 1.2; text-wrap: balance; }
h1 { font-size: min(2.4em, 8vw); }
:is(h1, h2) .pre { white-space: pre-wrap; overflow-wrap: anywhere; }
h2 { font-size: 1.7em; }
h2.small { font-size: 1.1em; }
:is(h1, h2) a { color: inherit; text-decoration: none; }
:is(h1, h2) a:is(:hover, :focus-visible) { text-decoration: underline; }
blockquote { border-left: 4px solid var(--dc-accent); padding: .2em 0 .2em 1em; color: inherit; font-size: 1.2em; }
figure { display: flex; flex-direction: column; gap: 1vh; margin: 0; max-width: none; }
figure img { width: auto; max-width: 100%; height: auto; min-height: min(60vh, 50vw); max-height: 68vh; align-self: start; }
figcaption { font-size: .8em; max-width: 60rem; color: var(--dc-muted); }
table { font-size: .6em; border-collapse: collapse; max-width: none; }
:is(th, td) { text-align: left; vertical-align: top; padding: .3em .8em .3em 0; border-bottom: 1px solid var(--dc-grid); }
footer { position: absolute; inset: auto 6vw 2vh; max-width: none; display: flex; justify-content: space-between; font-size: .7rem; color: var(--dc-muted); }
:focus-visible { outline: 3px solid var(--dc-accent); outline-offset: 2px; }
@page { size: 33cm 19cm; margin: 0; }
@media print { section { break-after: page; } }
"""  # noqa: E501

KEYS = """
addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const slides = [...document.querySelectorAll("section")];
  const tops = slides.map((slide) => Math.abs(slide.getBoundingClientRect().top));
  slides[tops.indexOf(Math.min(...tops)) + step]?.scrollIntoView();
});
"""


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
            for figure in figures:
                del figure["id"]
                figure.img["loading"] = "eager"
                found.append(f'<h2 class="small">{heading}</h2>{figure}')
    return title, found


def _text(tags):
    return "".join(map(str, tags))


def _inside(tag):
    return tag.decode_contents()


def write(app, pagename, templatename, context, doctree):
    if chapters.chapter(pagename) is None or app.builder.name != "html":
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
            number = chapters.chapter(f"notebooks/{path.stem}")
            first = json.loads(path.read_text("utf8"))["cells"][0]["source"][0]
            title = html.escape(first.removeprefix("# ").strip().replace("`", ""))
            address = f"../slides/{path.stem}.html"
            items.append(f'<li><a href="{address}">{number} {title}</a></li>')
        return [nodes.raw("", f"<ul>{''.join(items)}</ul>", format="html")]


def setup(app):
    app.add_directive("slides", Slides)
    app.connect("html-page-context", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
