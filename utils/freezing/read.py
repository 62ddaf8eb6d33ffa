"""Which reader opens what, and one clear error where it cannot."""

import importlib
from dataclasses import dataclass
from pathlib import Path

from utils.freezing.frozen import Frozen
from utils.freezing.seal import STRUCTURE


@dataclass(frozen=True)
class Kind:
    """What is read in one way: its name, what it is, and the module that reads it."""

    format: str
    what: str
    module: str

    def read(self, path: Path) -> Frozen:
        # Imported here, so that a process that opens a file of a kind for phones
        # loads neither TensorFlow nor Keras.
        module = importlib.import_module(f"utils.freezing.{self.module}")
        return getattr(module, f"read_{self.format}")(path)


FILES = {
    ".keras": Kind("keras", "a Keras file", "graphs"),
    ".pb": Kind("graph", "a frozen graph", "graphs"),
    ".pbtxt": Kind("graph_text", "a frozen graph as text", "graphs"),
    ".tflite": Kind("litert", "a LiteRT file", "litert"),
    ".onnx": Kind("onnx", "an ONNX file", "litert"),
}
# By the file that must be in the folder.
FOLDERS = {
    "saved_model.pb": Kind("saved_model", "a SavedModel", "graphs"),
    STRUCTURE: Kind("parts", "structure and weights", "graphs"),
}


def detect(path: Path) -> Kind:
    """The kind of what is at ``path``, by its name or by what is in the folder.

    Raises:
        FileNotFoundError: If there is nothing.
        ValueError: If it is none of them.
    """
    if not path.exists():
        raise FileNotFoundError(f"path must exist, but {path} does not")
    if path.is_dir():
        for mark, kind in FOLDERS.items():
            if (path / mark).is_file():
                return kind
        raise ValueError(
            f"path must be a file or an exported folder, but the folder {path} holds "
            f"neither {' nor '.join(FOLDERS)}"
        )
    if path.suffix not in FILES:
        raise ValueError(
            f"path must end in one of {', '.join(FILES)} or be an exported folder, "
            f"got {path}"
        )
    return FILES[path.suffix]


def read(path: Path) -> Frozen:
    """Open what is at ``path``; a ValueError says what was expected, if it is not."""
    kind = detect(path)
    try:
        return kind.read(path)
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
    while True:
        hidden = error.__suppress_context__
        earlier = error.__cause__ or (None if hidden else error.__context__)
        if earlier is None:
            break
        error = earlier
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0][:300]
