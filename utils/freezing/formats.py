"""What formats there are, and how a path tells which one it is."""

from pathlib import Path
from typing import NamedTuple

# Format -> how its file names end; "" stands for a folder.
FORMATS = {
    "keras": ".keras",
    "parts": "",
    "saved_model": "",
    "graph": ".pb",
    "graph_text": ".pbtxt",
    "litert": ".tflite",
    "litert_float16": ".tflite",
    "litert_dynamic": ".tflite",
    "litert_int8": ".tflite",
    "onnx": ".onnx",
}
# What the folder of a model in two parts holds.
STRUCTURE, WEIGHTS = "architecture.json", "model.weights.h5"


class Kind(NamedTuple):
    """What is read in one way: its name, what it is, and the module that reads it."""

    format: str
    what: str
    module: str


FILES = {
    ".keras": Kind("keras", "a Keras file", "keras_files"),
    ".pb": Kind("graph", "a frozen graph", "graphs"),
    ".pbtxt": Kind("graph_text", "a frozen graph as text", "graphs"),
    ".tflite": Kind("litert", "a LiteRT file", "runtimes"),
    ".onnx": Kind("onnx", "an ONNX file", "runtimes"),
}
# By the file that must be in the folder.
FOLDERS = {
    "saved_model.pb": Kind("saved_model", "a SavedModel", "graphs"),
    STRUCTURE: Kind("parts", "structure and weights", "keras_files"),
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
