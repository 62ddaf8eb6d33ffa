"""Each notebook alone, as Colab would run it. Called by ``make test-colab`` only.

Runs in the environment with Colab's versions, where the course is not installed: it
is reachable only through the notebooks' setup cell, whose address Git redirects to a
snapshot of this folder.
"""

import json
import re
import shutil
import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from tools.chapters import ROOT, chapters
from tools.notebooks import solution

CHAPTERS = [*chapters().values()]
TIMEOUT = 900  # seconds a cell may take: a slow machine is no wrong result
ADDRESS = re.search(
    r"^  url: (\S+)", (ROOT / "_config.yml").read_text("utf8"), re.MULTILINE
)[1]
COURSE = "diamonds-and-circles"


def pip(*arguments):
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def installed():
    packages = json.loads(pip("list", "--format=json"))
    return {p["name"]: p["version"] for p in packages if p["name"] != COURSE}


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory):
    """A Git repository with the files of this folder as they are now."""
    folder = tmp_path_factory.mktemp("course")
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    git = ["git", "-c", "user.name=test", "-c", "user.email=test@localhost"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "snapshot"]):
        subprocess.run([*git, *command], cwd=folder, check=True)
    return folder


@pytest.fixture
def colab(tmp_path, monkeypatch):
    """An empty folder, a stub of ``google.colab``, and no course."""
    stub = tmp_path / "stubs" / "google" / "colab"
    stub.mkdir(parents=True)
    (stub / "__init__.py").write_text('"""A stub: it can be imported, no more."""\n')
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "stubs"))
    pip("uninstall", "--yes", COURSE)
    work = tmp_path / "content"
    work.mkdir()
    return work


def redirect(monkeypatch, target):
    """Let Git fetch the course's address from ``target``."""
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", f"url.{target}.insteadOf")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", ADDRESS)


def run(notebook, folder):
    NotebookClient(
        notebook,
        timeout=TIMEOUT,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
    ).execute()


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_alone_from_top_to_bottom(path, colab, snapshot, monkeypatch):
    redirect(monkeypatch, snapshot.as_uri())
    before = installed()
    shutil.copy(path, colab)
    notebook = with_solutions(nbformat.read(colab / path.name, as_version=4))
    run(notebook, colab)
    assert installed() == before, "the setup cell changed what Colab had installed"
    said = {
        cell.metadata.exercise: "".join(o.get("text", "") for o in cell.outputs)
        for cell in notebook.cells
        if "exercise" in cell.metadata
    }
    assert {kind for kind, _ in said} == {"blank", "solution"}
    for (kind, source), text in said.items():
        expected = {"blank": "Your turn ", "solution": "Right "}[kind]
        assert re.match(expected, text), f"{source}\nsaid: {text}"


def with_solutions(notebook):
    """Each exercise twice: as it stands, and then with its solution filled in."""
    cells = []
    for i, cell in enumerate(notebook.cells):
        cells.append(cell)
        if solved := solution(notebook, i):
            cell.metadata.exercise = ("blank", cell.source)
            filled = nbformat.v4.new_code_cell(solved)
            filled.metadata.exercise = ("solution", solved)
            cells.append(filled)
    notebook.cells = cells
    return notebook


def test_without_a_network_says_how_to_install(colab, monkeypatch):
    redirect(monkeypatch, (colab / "nowhere").as_uri())
    notebook = nbformat.read(CHAPTERS[0], as_version=4)
    notebook.cells = [c for c in notebook.cells if c.cell_type == "code"][:1]
    with pytest.raises(CellExecutionError) as error:
        run(notebook, colab)
    assert error.value.ename == "SystemExit"
    assert "pip install" in error.value.evalue
    stderr = "".join(
        output.text
        for output in notebook.cells[0].outputs
        if output.output_type == "stream"
    )
    assert "Traceback" not in stderr


def test_these_are_the_versions_of_colab():
    pins = (ROOT / "constraints" / "colab.txt").read_text("utf8").split("\n")
    pins = dict(line.split("==") for line in pins if "==" in line)
    found = installed()
    assert {name: found.get(name) for name in pins} == pins
