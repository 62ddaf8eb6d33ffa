"""Whole or not at all, and sums that tell."""

import subprocess
import sys

import pytest

from utils.freezing import load_frozen, seal, sealing
from utils.freezing.sealing import check_seal

# The module alone, since this is started often, and its package loads others.
SAVE = f"""
import os, runpy, sys
from pathlib import Path

replacing = runpy.run_path({sealing.__file__!r})["replacing"]
path, folder, fatal = Path(sys.argv[1]), sys.argv[2] == "folder", int(sys.argv[3])
steps = 0

def count(act):
    def counted(*arguments, **settings):
        global steps
        steps += 1
        if steps == fatal:
            os._exit(9)  # as if the power went
        return act(*arguments, **settings)
    return counted

os.replace, os.rename = count(os.replace), count(os.rename)
os.fsync, os.chmod = count(os.fsync), count(os.chmod)
with replacing(path, folder=folder) as place:
    if folder:
        place.mkdir()
        place = place / "saved_model.pb"
    place.write_text("new")
print(steps)
"""


def _save(path, kind, fatal):
    return subprocess.run(
        [sys.executable, "-S", "-c", SAVE, path, kind, str(fatal)],
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("kind", ["file", "folder"])
@pytest.mark.parametrize("before", ["nothing", "old"])
def test_a_save_that_is_killed_leaves_the_old_or_the_new(kind, before, tmp_path):
    path = tmp_path / ("net.pb" if kind == "file" else "net")
    content = path if kind == "file" else path / "saved_model.pb"
    steps = int(_save(path, kind, 0).stdout)
    assert steps >= 4
    seen = set()
    for fatal in range(1, steps + 5):
        for made in tmp_path.iterdir():
            subprocess.run(["rm", "-r", made], check=True)
        if before == "old":
            content.parent.mkdir(exist_ok=True)
            content.write_text("old")
            seal(path)
        done = _save(path, kind, fatal)
        if done.returncode == 0:
            assert content.read_text() == "new"
        if path.exists():
            check_seal(path)  # whole, and its sums agree
            seen.add(content.read_text())
        else:
            assert before == "nothing" or kind == "folder"
    assert seen == ({"new"} if before == "nothing" else {"old", "new"})


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of Unix")
def test_a_really_full_disk_leaves_nothing_half_done(tmp_path):
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)); "
        "from pathlib import Path; from utils.freezing.sealing import replacing\n"
        "with replacing(Path(sys.argv[1]), folder=False) as place:\n"
        "    place.write_bytes(bytes(5000))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "net.pb"],
        capture_output=True,
        text=True,
    )
    assert "OSError" in done.stderr and "nothing was changed" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_without_sums_it_is_not_opened(copied):
    path = copied("graph")
    path.with_name("net.pb.sha256").unlink()
    with pytest.raises(
        ValueError, match=r"no checksum: expected net\.pb\.sha256 besid"
    ):
        load_frozen(path)
    assert load_frozen(path, checksum=False).format == "graph"
    seal(path)
    assert load_frozen(path).format == "graph"
    folder = copied("parts")
    (folder / "SHA256SUMS").unlink()
    with pytest.raises(ValueError, match="no checksum: expected SHA256SUMS in it"):
        load_frozen(folder)


def test_sums_are_those_of_sha256sum(exported):
    path = exported("graph")
    for name, place in ((f"{path.name}.sha256", path.parent), ("SHA256SUMS", None)):
        folder = place or exported("saved_model")
        subprocess.run(["sha256sum", "--quiet", "-c", name], cwd=folder, check=True)


def test_a_folder_with_a_file_more_or_less(copied):
    folder = copied("parts")
    (folder / "more").write_text("")
    with pytest.raises(ValueError, match=r"was changed: .* more differs"):
        load_frozen(folder)
    (folder / "more").unlink()
    (folder / "model.weights.h5").unlink()
    with pytest.raises(ValueError, match=r"model\.weights\.h5 differs"):
        load_frozen(folder)
