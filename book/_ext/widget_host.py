"""Run the interactive figures of ``utils/widgets`` in pages that have no kernel.

``widgets.js`` holds the text of their ES modules and a small host (widget_host.js): a
page opened from a folder may not load modules, but it may import a text. Only pages
with a figure load it.

In a page of ``book/``, ``{widget} PenaltyExplorer`` puts an interactive figure where it
stands, as its class shows itself in a notebook.
"""

import json
from pathlib import Path

import assets
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from utils import widgets


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
    app.connect("html-page-context", load_where_used, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
