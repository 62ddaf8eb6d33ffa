"""Chapters are executed once, and again only when something that they use changed."""

import os
import signal
import subprocess
import sys
import time

import nbformat
import pytest

from tools import execute, recorder
from tools.chapters import ROOT

CELLS = [
    ("import os, pathlib\nfrom utils import style", []),
    ("pathlib.Path(os.environ['SEEN']).open('a').write('x')", []),
    ("print(1 + 1)", ["nbval-check-output"]),
    ("from IPython.display import Markdown\nMarkdown('**two**')", []),
    ("'not shown';", []),
]


def write(path, cells=CELLS, said="2\n"):
    """A notebook whose tagged cells have this stored output."""
    made = []
    for source, tags in cells:
        cell = nbformat.v4.new_code_cell(source, metadata={"tags": tags})
        if tags:
            cell.execution_count = 1
            cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=said)]
        made.append(cell)
    nbformat.write(nbformat.v4.new_notebook(cells=made), path)
    return path


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """A notebook, the cache with what it gave, and how often it ran."""
    folder = tmp_path_factory.mktemp("executed")
    os.environ["SEEN"] = str(folder / "seen")
    path, cache = write(folder / "01_two.ipynb"), folder / "cache"
    result = execute.execute([path], cache)[path]
    yield path, cache, result
    del os.environ["SEEN"]


def test_outputs_are_kept_with_what_they_depend_on(executed):
    path, cache, (ran, kept, _, said) = executed
    assert ran and kept, said
    state = execute.state(path, cache)
    assert (state.reason, state.passed) == ("", True)
    *_, printed, markdown, silent = state.notebook.cells
    assert printed.outputs[0].text == "2\n"
    assert markdown.outputs[0].data["text/markdown"] == "**two**"
    assert silent.outputs == []
    helpers = execute.get_cache(cache).list_cache_records()[0].data["helpers"]
    assert set(helpers) == {"utils/__init__.py", "utils/style.py"}


def test_text_may_change_but_cells_may_not(executed, tmp_path):
    path, cache, _ = executed
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell("A word."))
    nbformat.write(notebook, tmp_path / "01_two.ipynb")
    assert execute.state(tmp_path / "01_two.ipynb", cache).reason == ""
    other = write(tmp_path / "02_other.ipynb", [*CELLS[:3], ("3", [])])
    assert "cells changed" in execute.state(other, cache).reason


def test_another_contract_is_not_passed(executed, tmp_path):
    _, cache, _ = executed
    other = write(tmp_path / "01_two.ipynb", said="3\n")
    state = execute.state(other, cache)
    assert (state.reason, state.passed) == ("", False)


def test_a_helper_that_changed_is_named(executed, monkeypatch):
    path, cache, _ = executed

    def changed(files):
        return recorder.fingerprints(files) | {"utils/style.py": "another"}

    monkeypatch.setattr(execute, "fingerprints", changed)
    assert execute.state(path, cache).reason == "utils/style.py changed"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("FORMAT", 2, "another version of tools/execute.py"),
        ("versions", lambda: "others", "other versions of packages"),
    ],
)
def test_a_cache_of_other_versions_is_not_used(
    executed, monkeypatch, name, value, says
):
    path, cache, _ = executed
    monkeypatch.setattr(execute, name, value)
    assert says in execute.state(path, cache).reason


def test_half_an_entry_counts_as_none(executed):
    path, cache, _ = executed
    whole = execute.state(path, cache).notebook
    (entry,) = cache.glob("executed/*/base.ipynb")
    text = entry.read_text("utf8")
    entry.unlink()
    assert "not executed" in execute.state(path, cache).reason
    entry.write_text(text, "utf8")
    assert execute.state(path, cache).notebook == whole


def test_a_broken_contract_is_told_and_a_failing_cell_leaves_nothing(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("SEEN", str(tmp_path / "seen"))
    broken = write(tmp_path / "01_broken.ipynb", said="3\n")
    failing = write(tmp_path / "02_failing.ipynb", [*CELLS, ("1 / 0", [])])
    results = execute.execute([broken, failing], tmp_path / "cache")
    assert results[broken][:2] == (True, False)
    assert results[failing][:2] == (False, False)
    said = capsys.readouterr().out
    assert "01_broken: CONTRACT BROKEN" in said and "02_failing: FAILED" in said
    assert "ZeroDivisionError" in said
    assert execute.state(failing, tmp_path / "cache").reason
    execute.accept(broken, tmp_path / "cache")
    assert execute.state(broken, tmp_path / "cache").passed


def test_an_interrupt_ends_what_runs_and_leaves_no_entry(tmp_path):
    pid = tmp_path / "pid"
    path = write(
        tmp_path / "01_slow.ipynb",
        [
            (f"import os\nopen({str(pid)!r}, 'w').write(str(os.getpid()))", []),
            ("import time\ntime.sleep(300)", []),
        ],
    )
    code = (
        "import sys; from pathlib import Path; from tools import execute; "
        "execute.execute([Path(sys.argv[1])], Path(sys.argv[2]))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, path, tmp_path / "cache"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    wait_for(pid.exists, 60)
    kernel = int(pid.read_text())
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert "KeyboardInterrupt" in said
    wait_for(lambda: not alive(kernel), 10)
    assert "not executed" in execute.state(path, tmp_path / "cache").reason


def wait_for(done, seconds):
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, f"not within {seconds} seconds"
        time.sleep(0.1)


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_packages_count_as_wholes_and_shelves_by_files(tmp_path):
    for name in ("a.py", "freezing/x.py", "freezing/y.toml", "widgets/p.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "widgets/p.js").touch()
    (tmp_path / "widgets/q.py").touch()
    loaded = [str(tmp_path / n) for n in ("freezing/x.py", "widgets/p.py")]
    found = recorder.used([*loaded, "/elsewhere/z.py"], tmp_path)
    names = {path.relative_to(tmp_path).as_posix() for path in found}
    assert names == {"freezing/x.py", "freezing/y.toml", "widgets/p.py", "widgets/p.js"}


def test_unknown_chapters_are_named(capsys):
    assert execute.main(["zeros"]) == 2
    assert (
        "there is no chapter 'zeros': there are why_penalize" in capsys.readouterr().err
    )
