"""The interactive figures in a real JupyterLab, with a kernel behind them."""

import os
import re
import subprocess
import sys
import time
from contextlib import suppress
from urllib.error import URLError
from urllib.request import urlopen

import nbformat
import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from playwright.sync_api import expect

from tests.site.visits import Visit

SHOW = (
    "from utils.widgets import PenaltyExplorer\nexplorer = PenaltyExplorer()\nexplorer"
)
READ = "print(explorer.center, explorer.penalty, explorer.solution.round(2))"
SET = "explorer.penalty = 'l2'"


@pytest.fixture
def lab(tmp_path):
    """A JupyterLab of its own, on a notebook that shows the explorer and reads it."""
    cells = [nbformat.v4.new_code_cell(source) for source in (SHOW, READ, SET)]
    kernel = {"name": "python3", "display_name": "Python 3"}  # or it asks
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, tmp_path / "page.ipynb")
    settings = {
        "IdentityProvider.token": "",
        "ServerApp.open_browser": "False",
        "ServerApp.port": "0",
        "ServerApp.root_dir": str(tmp_path),
        "ServerApp.allow_root": "True",
    }
    log = tmp_path / "log"
    with log.open("w") as file:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab"]
            + [f"--{name}={value}" for name, value in settings.items()],
            stdout=file,
            stderr=subprocess.STDOUT,
            cwd=tmp_path,
            env=os.environ
            | {
                "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
                "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"),
                "JUPYTERLAB_SETTINGS_DIR": str(tmp_path / "settings"),
                "JUPYTERLAB_WORKSPACES_DIR": str(tmp_path / "workspaces"),
            },
        )
    try:
        yield _address(log, server)
    finally:
        server.terminate()
        server.wait(10)


def _address(log, server, patience=60):
    for _ in range(10 * patience):
        time.sleep(0.1)
        assert server.poll() is None, log.read_text()
        if found := re.search(r"http://(localhost|127\.0\.0\.1):\d+/", log.read_text()):
            try:
                urlopen(f"{found[0]}lab", timeout=5).close()
                return found[0]
            except URLError:
                continue
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()}")


def test_explorer_in_jupyterlab(browser, lab):
    with Visit(browser, f"{lab}lab/tree/page.ipynb?reset") as visit:
        page = visit.page
        cells = page.locator(".jp-Notebook .jp-CodeCell")

        def run(k):
            ran = cells.nth(k).get_by_text(re.compile(r"^\[[*\d]+\]:$")).first
            for _ in range(12):  # before the kernel is there, it may be lost
                cells.nth(k).locator(".cm-content").click(timeout=60_000)
                page.keyboard.press("Shift+Enter")
                with suppress(PlaywrightTimeout):
                    return ran.wait_for(timeout=5_000)
            pytest.fail(f"cell {k} did not run")

        run(0)
        explorer = page.locator(".dc-explorer")
        explorer.wait_for(timeout=60_000)
        expect(explorer.locator(".verdict")).to_contain_text("w₂ is exactly 0")

        handle = explorer.locator(".knob")
        handle.scroll_into_view_if_needed()
        box = handle.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        unit = explorer.locator(".plot").bounding_box()["width"] / 5
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x - unit, y - unit, steps=5)
        page.mouse.up()
        center = explorer.locator(".center")
        center.press("ArrowUp")  # and not to the cell above
        expect(center).to_be_focused()
        page.wait_for_timeout(600)
        shown = center.get_attribute("aria-valuetext")

        run(1)
        told = cells.nth(1).locator(".jp-OutputArea-output")
        expect(told).to_contain_text(f"[{shown}] l1", timeout=30_000)
        assert [float(v) for v in shown.split(", ")] == pytest.approx(
            [0.8, 1.7], abs=0.05
        )

        run(2)  # Python moves the figure
        expect(explorer.get_by_label("L2", exact=True)).to_be_checked()
        assert "penalty_explorer" not in page.url, "the address is JupyterLab's"
        assert [p for p in visit.problems if p.startswith("error:")] == []
