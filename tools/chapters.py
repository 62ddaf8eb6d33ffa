"""The chapters: their names, numbers and files.

A chapter is called by its name everywhere, such as ``exact_zeros``. Its number stands
in the name of its notebook only (``notebooks/07_exact_zeros.ipynb``).
"""

import re
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "notebooks"
FILE = re.compile(r"(\d\d)_(\w+)\.ipynb")


def chapters(folder: Path = FOLDER) -> dict[str, Path]:
    """Return the notebooks by the chapters' names, in the order of their numbers.

    Raises:
        ValueError: If a name or a number is there twice, a number is left out, or a
            notebook is called otherwise.
    """
    found = {}
    for number, path in enumerate(sorted(folder.glob("*.ipynb")), start=1):
        match = FILE.fullmatch(path.name)
        if not match:
            raise ValueError(
                f"{path.name}: a chapter's file is called NN_name.ipynb, such as "
                "07_exact_zeros.ipynb"
            )
        if int(match[1]) != number:
            raise ValueError(
                f"{path.name}: its number should be {number:02d}, since chapters are "
                "numbered from 01 without a gap: `git mv` it"
            )
        if match[2] in found:
            raise ValueError(
                f"{path.name}: {found[match[2]].name} has the same name; give one of "
                "them another"
            )
        found[match[2]] = path
    return found


def one(name: str, known: Mapping[str, Path] | None = None) -> Path:
    """Return the notebook of a chapter.

    Raises:
        ValueError: If there is no chapter of this name.
    """
    known = chapters() if known is None else known
    if name not in known:
        raise ValueError(f"there is no chapter {name!r}: there are {', '.join(known)}")
    return known[name]


def name(path: Path) -> str:
    """Return the name of the chapter in a notebook: the file's without its number."""
    return path.stem[3:]


def number(path: Path) -> int:
    """Return the number of the chapter in a notebook."""
    return int(path.stem[:2])
