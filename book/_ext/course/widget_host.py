"""Run the interactive figures of ``utils/widgets`` in pages that have no kernel.

``widgets.js`` holds the text of their ES modules and a small host (widget_host.js): a
page opened from a folder may not load modules, but it may import a text. Only pages
with a figure load it. The state of a figure that the reader has to ask for goes into a
script of its own, and its button says how heavy that is.

In a page of ``book/``, ``{widget} PenaltyExplorer`` puts an interactive figure where it
stands, as its class shows itself in a notebook.
"""

import gzip
import hashlib
import html
import json
import re
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from utils import widgets

from . import assets


class Widget(SphinxDirective):
    required_arguments = 1

    def run(self):
        (name,) = self.arguments
        if not hasattr(widgets, name):
            raise self.error(f"utils.widgets has no {name!r}")
        data, _ = getattr(widgets, name)()._repr_mimebundle_()
        return [nodes.raw("", data["text/html"], format="html")]


def write_script(app):
    folder = Path(app.confdir) / "utils/widgets"
    modules = {p.stem: p.read_text("utf8") for p in sorted(folder.glob("*.js"))}
    host = Path(__file__).with_suffix(".js").read_text("utf8")
    text = f"const MODULES = {json.dumps(modules)};\n{host}"
    (assets.folder(app) / "widgets.js").write_text(f"{{\n{text}}}\n", "utf8")


ASKED = re.compile(r'data-ask="([^"]*)" data-state="([^"]*)"')


def put_aside(app, pagename, templatename, context, doctree):
    """Move states that the reader has to ask for into files of their own."""

    def file_of(match):
        state = html.unescape(match[2])
        script = f"document.currentScript.state = {state};\n".encode()
        name = f"_static/states/{hashlib.sha256(script).hexdigest()[:12]}.js"
        path = Path(app.outdir, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(script)
        ask = f"{match[1]} ({len(gzip.compress(script)) / 1000:.0f} kB)"
        return f'data-ask="{ask}" data-state-file="{context["pathto"](name, 1)}"'

    if "body" in context:
        context["body"] = ASKED.sub(file_of, context["body"])


def load_where_used(app, pagename, templatename, context, doctree):
    # What Jupyter's own widgets would need: all states a second time.
    context["script_files"][:] = [
        script
        for script in context["script_files"]
        if "widget-state+json" not in getattr(script, "attributes", {}).get("type", "")
    ]
    if 'class="course-widget"' in context.get("body", ""):
        app.add_js_file("widgets.js", loading_method="defer")


def setup(app):
    app.add_directive("widget", Widget)
    app.connect("builder-inited", write_script)
    app.connect("html-page-context", put_aside)
    app.connect("html-page-context", load_where_used, priority=900)
