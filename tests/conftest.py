"""What several test files share: the built website and a browser."""

import functools
import http.server
import os
import shutil
import threading
import warnings
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build/html"


@pytest.fixture(scope="session")
def site() -> Path:
    """The folder of the built website."""
    if not (SITE / "index.html").exists():
        pytest.fail(f"there is no website in {SITE}: run `make book` first")
    return SITE


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture(scope="session")
def serve():
    """Serve a folder while the tests run: a function from the folder to its address."""
    servers = []

    def start(folder: Path) -> str:
        handler = functools.partial(_Quiet, directory=str(folder))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()


@pytest.fixture(scope="session")
def address(site, serve):
    """The website's address while the tests run."""
    return serve(site)


@pytest.fixture(scope="session")
def browser():
    """Chromium: the system's, else Playwright's own, else a loud skip."""
    from playwright.sync_api import Error, sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    path = next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        try:
            chromium = playwright.chromium.launch(
                executable_path=path, args=["--no-sandbox"]
            )
        except Error as error:
            message = (
                "NO BROWSER, so nobody looks at the website: install Chromium, or run "
                "`.venv/bin/playwright install chromium`"
            )
            if os.environ.get("CI"):
                pytest.fail(f"{message}\n{error}")
            warnings.warn(message, stacklevel=1)
            pytest.skip(message)
        yield chromium
        chromium.close()
