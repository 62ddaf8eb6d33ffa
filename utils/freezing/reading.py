"""Opening a model with care: the sums first, then its reader, and one clear error."""

import importlib
import os
from pathlib import Path

from utils.checks import flag
from utils.freezing.formats import detect
from utils.freezing.frozen import Frozen
from utils.freezing.sealing import check_seal


def load_frozen(path: str | os.PathLike, *, checksum: bool = True) -> Frozen:
    """Open a model in any of the formats, as something to call with a batch.

    Args:
        path: The file or folder; the format is told by its name or content.
        checksum: Whether to insist that the SHA-256 sums that ``export`` and ``seal``
            write are there and right. Without it a damaged file may be opened, give
            other answers or, in a reader written in C++, end the process.

    Returns:
        A function from (n, ...) to (n, ...), NumPy arrays; see ``Frozen``. It answers
        as the model in inference.

    Raises:
        FileNotFoundError: If there is nothing at ``path``.
        PermissionError: If it may not be read.
        ModuleNotFoundError: If the package that reads this format is not installed.
        ValueError: If it is not what its name and its sums say, if a newer version
            wrote it, or if opening or running it could do more than compute. Nothing
            of it has been run then.
    """
    path = Path(path)
    detect(path)
    if flag("checksum", checksum):
        check_seal(path)
    return read(path)


def read(path: Path) -> Frozen:
    """Open what is at ``path``; a ValueError says what was expected, if it is not."""
    kind = detect(path)
    try:
        # Imported here, so that a process that opens a file of a kind for phones
        # loads neither TensorFlow nor Keras.
        module = importlib.import_module(f"utils.freezing.{kind.module}")
        return getattr(module, f"read_{kind.format}")(path)
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"{path} needs {error.name}, which is not installed: "
            f"pip install {error.name.replace('_', '-')}"
        ) from error
    except PermissionError:
        raise
    except Exception as error:  # readers raise whatever they like
        raise ValueError(
            f"{path} could not be opened: expected {kind.what}. {_reason(error)}"
        ) from error


def _reason(error):
    """What went wrong first, in one line."""
    while earlier := error.__cause__ or (
        None if error.__suppress_context__ else error.__context__
    ):
        error = earlier
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0][:300]
