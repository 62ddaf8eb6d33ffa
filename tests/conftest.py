"""What several test files share: the built website and a browser."""

import functools
import gc
import http.server
import os
import threading
import warnings
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import pytest
from hypothesis import settings

from tools.browser import NoBrowser, chromium
from utils import style

# A slow machine is no wrong result.
settings.register_profile("course", deadline=None)
settings.load_profile("course")

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build/html"


def pytest_collection_finish():
    """What is imported stays: no search for garbage need look through it.

    Nor need there be so many searches: each looks through all graphs of TensorFlow.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture
def course_style():
    """Figures in the course's style, on no screen, and closed afterwards."""
    matplotlib.use("agg")
    with plt.style.context("default"):
        style.use()
        yield
        plt.close("all")


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
    """Chromium; without any, a loud skip."""
    try:
        with chromium() as browser:
            yield browser
    except NoBrowser as error:
        message = f"NO BROWSER, so nobody looks at the website: {error}"
        if os.environ.get("CI"):
            pytest.fail(f"{message}\n{error.__cause__}")
        warnings.warn(message, stacklevel=1)
        pytest.skip(message)
