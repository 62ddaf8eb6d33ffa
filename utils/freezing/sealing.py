"""Files that are whole or not there, and sums that tell whether they are still whole.

A folder is sealed by a list of SHA-256 sums inside it, a file by one beside it
(``model.pb.sha256``), both in the format of ``sha256sum``. A folder and its list move
together. A file and its sum cannot, so while a file is replaced its sum names both the
old and the new content: whenever the save is interrupted, what is there is whole.
"""

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

SUMS = "SHA256SUMS"


@contextlib.contextmanager
def replacing(path: Path, *, folder: bool) -> Iterator[Path]:
    """Yield where to write; what is there in the end is sealed and moved to ``path``.

    If the writing fails or is interrupted, ``path`` is as it was before, or absent if
    the interruption falls between the two renames of a folder.

    Args:
        path: The file or folder to make or to replace.
        folder: Whether it is a folder.

    Raises:
        ValueError: If there is a folder in place of a file or the other way around, or
            a folder that was not made here.
        OSError: If it cannot be written; the message names ``path``.
    """
    _check_target(path, folder=folder)
    work = None
    try:
        work = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
        yield work / path.name
        if folder:
            _move_folder(work, path)
        else:
            _move_file(work, path)
    except OSError as error:
        raise OSError(
            error.errno,
            f"could not write, and nothing was changed: {error.strerror or error}",
            str(path),
        ) from error
    finally:
        if work is not None:
            shutil.rmtree(work, ignore_errors=True)


def _check_target(path: Path, *, folder: bool) -> None:
    """Raise if ``path`` cannot become what is wanted; see ``replacing``."""
    if not path.parent.is_dir():
        raise FileNotFoundError(
            f"path must lie in a folder that exists, but {path.parent} does not"
        )
    if path.is_dir() and not folder:
        raise ValueError(f"path must be a file in this format, but {path} is a folder")
    if path.is_file() and folder:
        raise ValueError(f"path must be a folder in this format, but {path} is a file")
    if folder and path.is_dir() and any(path.iterdir()) and not (path / SUMS).is_file():
        raise ValueError(
            f"path must be a new folder or one that was exported before, but {path} "
            f"holds other things (there is no {SUMS} in it)"
        )


def seal(path: str | os.PathLike) -> None:
    """Write the SHA-256 sums of a file or folder that you vouch for.

    ``export`` does it by itself. Use it for a file that another program wrote, before
    you ship it. ``sha256sum -c`` reads the sums, too.

    Args:
        path: A file (the sum goes beside it, into ``path.sha256``) or a folder (the
            sums go into it, into ``SHA256SUMS``).

    Raises:
        FileNotFoundError: If there is nothing at ``path``.
    """
    path = Path(path)
    with tempfile.TemporaryDirectory(prefix=".sum.", dir=path.parent) as work:
        lines = "".join(f"{found}  {name}\n" for name, found in _sums(path).items())
        _write(_place(path), lines, Path(work))


def check_seal(path: Path) -> None:
    """Raise a ValueError unless a file or folder is what its sums say."""
    place = _place(path)
    if not place.is_file():
        raise ValueError(
            f"{path} has no checksum: expected {place.name} "
            f"{'in it' if path.is_dir() else 'beside it'}. If you trust where it comes "
            "from, write one by seal(path), or open it with checksum=False"
        )
    found, wanted = _sums(path), {}  # name -> all sums that are given for it
    for line in place.read_text("utf8", errors="replace").splitlines():
        given, _, name = line.partition("  ")
        wanted.setdefault(name, set()).add(given)
    names = found.keys() | wanted.keys() if path.is_dir() else found.keys()
    bad = sorted(n for n in names if found.get(n) not in wanted.get(n, ()))
    if bad or not found:
        raise ValueError(
            f"{path} is damaged or was changed: expected the SHA-256 sums of "
            f"{place.name}, but {', '.join(bad[:3]) or SUMS} differs. "
            "It was not opened"
        )


def files(path: Path) -> list[Path]:
    """The file, or all files in the folder in order, without checksums."""
    if not path.is_dir():
        return [path]
    return sorted(p for p in path.rglob("*") if p.is_file() and p.name != SUMS)


def _move_file(work, path):
    new, place = work / path.name, _place(path)
    _flush(new)
    line, old = f"{_sum(new)}  {path.name}\n", ""
    if place.is_file() and path.is_file():
        old = place.read_text("utf8", errors="replace").rstrip("\n") + "\n"
    _write(place, old + line, work)  # both are whole until the other is gone
    os.replace(new, path)
    _write(place, line, work)


def _move_folder(work, path):
    new, old = work / path.name, work / "old"
    seal(new)
    for file in files(new):
        _flush(file)
    if not path.exists():
        os.rename(new, path)
        return
    os.rename(path, old)
    try:
        os.rename(new, path)
    except BaseException:
        os.rename(old, path)
        raise


def _flush(file):
    """Ask the system to write what it still holds in memory."""
    with open(file, "rb+") as opened:
        os.fsync(opened.fileno())


def _write(place, text, work):
    """Write a short text whole or not at all, by way of a folder on the same disk."""
    temporary = work / "sum"
    temporary.write_text(text, "utf8")
    _flush(temporary)
    os.replace(temporary, place)


def _place(path):
    """Where the sums of a file or folder are kept."""
    return path / SUMS if path.is_dir() else path.with_name(f"{path.name}.sha256")


def _sum(file):
    with open(file, "rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _sums(path):
    parent = path if path.is_dir() else path.parent
    return {p.relative_to(parent).as_posix(): _sum(p) for p in files(path)}
