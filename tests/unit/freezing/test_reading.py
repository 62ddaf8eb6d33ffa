"""What cannot be opened is one clear error, and nothing of it is run."""

import errno
import os
from pathlib import Path

import keras
import numpy as np
import pytest

from tests.unit.freezing.cases import ALL, NAMES, READERS
from utils.freezing import damage, export, load_frozen, seal
from utils.freezing.formats import detect


@pytest.mark.parametrize("format", ALL)
def test_bad_inputs_to_a_loaded_model(format, exported):
    frozen = load_frozen(exported(format))
    for bad in (
        np.zeros(3),
        np.zeros((2, 4)),
        np.zeros((0, 3)),
        np.zeros((1, 3, 1)),
        1,
    ):
        with pytest.raises(ValueError, match=r"shape \(n, 3\) with n at least 1, got"):
            frozen(bad)
    for bad in ([["a", "b", "c"]], np.zeros((1, 3), complex), None, [[None] * 3]):
        with pytest.raises(TypeError, match="x must hold real numbers"):
            frozen(bad)


def test_no_permission_to_read(exported, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), "net.pb")

    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(PermissionError, match=r"net\.pb"):
        load_frozen(exported("graph"))


def test_nothing_there(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"path must exist, but .*no\.pb does"):
        load_frozen(tmp_path / "no.pb")


def test_neither_file_nor_folder_of_a_model(tmp_path):
    (tmp_path / "net.txt").write_text("")
    with pytest.raises(ValueError, match=r"must end in one of \.keras, .*net\.txt"):
        load_frozen(tmp_path / "net.txt")
    (tmp_path / "net.keras").mkdir()
    with pytest.raises(ValueError, match=r"the folder .*net\.keras holds neither"):
        load_frozen(tmp_path / "net.keras")


@pytest.mark.parametrize("format", READERS)
@pytest.mark.parametrize("kind", ["empty", "wrong format", "newer version"])
def test_what_is_not_a_model_is_one_error(format, kind, exported, tmp_path):
    """Sealed, so that the readers themselves have to notice."""
    original = exported(format)
    path = tmp_path / original.name
    damage(original, path, kind, np.random.default_rng(0))
    seal(path)
    with pytest.raises(ValueError) as error:
        load_frozen(path)
    what, said = detect(path).what, str(error.value)
    assert f"{path} could not be opened: expected {what}. " in said
    assert len(said.splitlines()) == 1
    if kind == "newer version":
        assert any(hint in said for hint in ("99", "1000000"))


def test_a_lambda_is_not_run(tmp_path):
    marker = tmp_path / "was-here"
    place = str(marker)
    network = keras.Sequential(
        [
            keras.Input((1,)),
            keras.layers.Lambda(lambda x: _leave_a_mark(x, place)),
        ]
    )
    assert marker.exists()
    marker.unlink()
    for format in ("keras", "parts"):
        path = export(network, tmp_path / NAMES[format], format)
        marker.unlink(missing_ok=True)
        with pytest.raises(ValueError, match=r"could not be opened.*[Ll]ambda"):
            load_frozen(path)
        assert not marker.exists()


def _leave_a_mark(x, marker):
    Path(marker).write_text("")
    return x
