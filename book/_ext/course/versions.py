"""``{versions}``: what these pages were built with, from the build itself."""

import platform
from importlib.metadata import version

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

PACKAGES = """
    tensorflow keras numpy scipy scikit-learn pandas matplotlib seaborn jupyter-book
    sphinx
"""


class Versions(SphinxDirective):
    def run(self):
        found = [("Python", platform.python_version())]
        found += [(name, version(name)) for name in PACKAGES.split()]
        rows = "".join(f"<tr><td>{name}</td><td>{v}</td></tr>" for name, v in found)
        head = "<thead><tr><th>package</th><th>version</th></tr></thead>"
        table = f'<table class="table">{head}<tbody>{rows}</tbody></table>'
        self.env.note_reread()  # or a cached page would tell the versions of old
        return [nodes.raw("", table, format="html")]


def setup(app):
    app.add_directive("versions", Versions)
