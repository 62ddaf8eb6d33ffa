"""Export, open again, and measure."""

import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from tqdm import tqdm

from utils.freezing.frozen import Frozen
from utils.freezing.read import detect, read
from utils.freezing.seal import check_seal, check_target, files, replacing, seal, size

if TYPE_CHECKING:  # a process that only opens a file for phones needs no Keras
    import keras

__all__ = [
    "FORMATS",
    "Comparison",
    "Frozen",
    "Reloaded",
    "compare",
    "export",
    "freeze",
    "gzipped",
    "load_frozen",
    "milliseconds",
    "reload_elsewhere",
    "seal",
    "size",
]
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


def freeze(model: "keras.Model", path: str | os.PathLike) -> Path:
    """Write the model as a frozen graph: structure and weights in one file.

    Args:
        model: A built Keras model with one input and one output.
        path: Ends in .pb (binary) or .pbtxt (text).

    Returns, raises: As ``export``.
    """
    path = Path(path)
    if path.suffix not in (".pb", ".pbtxt"):
        raise ValueError(f"path must end in .pb or .pbtxt, got {path}")
    return export(model, path, "graph" if path.suffix == ".pb" else "graph_text")


def export(
    model: "keras.Model",
    path: str | os.PathLike,
    format: str,
    *,
    representative: np.ndarray | None = None,
) -> Path:
    """Write the model in one of the formats above, with its SHA-256 sums.

    An interrupted or failing save leaves the old file, or none. It replaces a file of
    this name, and a folder only if ``export`` made it.

    Args:
        model: A built Keras model with one input and one output.
        path: Where to; see above how it has to end.
        format: One of ``FORMATS``.
        representative: Typical inputs, (n, ...), to measure the ranges of the numbers
            on; for "litert_int8", and only for it. 100 or more are usual.

    Returns:
        ``path``.

    Raises:
        TypeError: If ``model`` is not a Keras model.
        ValueError: If the format is not known or does not fit the path, the model is
            not built or has several inputs or outputs, or ``representative`` is not
            as described here.
        ModuleNotFoundError: If ONNX is asked for and its packages are not there.
        OSError: If it cannot be written (no permission, disk full, no such folder).
    """
    if format not in FORMATS:
        raise ValueError(f"format must be one of {', '.join(FORMATS)}, got {format!r}")
    suffix, path = FORMATS[format], Path(path)
    if suffix and path.suffix != suffix:
        raise ValueError(f"path must end in {suffix} for format {format!r}, got {path}")
    from utils.freezing import write as writers

    writers.check_model(model)
    writers.check_representative(format, representative, model)
    check_target(path, folder=not suffix)
    with replacing(path, folder=not suffix) as place:
        writers.WRITERS[format](model, place, representative)
    return path


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
    if checksum:
        check_seal(path)
    return read(path)


class Comparison(NamedTuple):
    """What a file is against the model it was made from."""

    max_delta: float  # largest |difference| of an output
    bytes: int
    milliseconds: float  # median, for the whole batch


def compare(
    model: "keras.Model", path: str | os.PathLike, x: np.ndarray, *, repeats: int = 20
) -> Comparison:
    """Open a file and compare it with the model on the batch ``x``.

    Raises:
        What ``load_frozen`` and its result raise.
    """
    frozen = load_frozen(path)
    found = frozen(x)
    wanted = np.asarray(model(np.asarray(x, frozen.dtype), training=False))
    return Comparison(
        max_delta=float(np.abs(found - wanted).max()),
        bytes=size(path),
        milliseconds=milliseconds(lambda: frozen(x), repeats),
    )


def milliseconds(call: Callable[[], object], repeats: int = 20) -> float:
    """Median duration of a call, after one that does not count."""
    call()
    durations = []
    for _ in range(repeats):
        begin = time.perf_counter()
        call()
        durations.append(time.perf_counter() - begin)
    return 1e3 * statistics.median(durations)


def gzipped(path: str | os.PathLike) -> int:
    """Bytes of a file, or of all files in a folder one by one, after gzip -9."""
    return sum(len(gzip.compress(f.read_bytes(), 9)) for f in files(Path(path)))


@dataclass(frozen=True)
class Reloaded:
    """What became of a file in a process that has never seen the model.

    Attributes:
        outputs: For the batch, (n, ...); None if it could not be opened.
        load: Milliseconds to open it a second time: the first imports the reader, too.
        one, batch: Median milliseconds for one input and for the whole batch.
        variables: How many arrays training could still change.
        learns: Whether one step of gradient descent did change an output.
        losses: How many regularization losses came along.
        error: What was wrong, if it could not be opened.
    """

    outputs: np.ndarray | None = None
    load: float = float("nan")
    one: float = float("nan")
    batch: float = float("nan")
    variables: int = 0
    learns: bool = False
    losses: int = 0
    error: str = ""


def reload_elsewhere(
    paths: Iterable[str | os.PathLike],
    x: np.ndarray,
    *,
    checksum: bool = True,
    progress: bool = False,
) -> list[Reloaded]:
    """Open files in one new Python process that knows nothing but this module.

    Args:
        paths: Files and folders, in any of the formats.
        x: A batch to run and to time, (n, ...).
        checksum: As in ``load_frozen``.
        progress: Whether to show a progress bar on stderr.

    Returns:
        One entry for each path, in order.

    Raises:
        RuntimeError: If the process ends early; with what it wrote to stderr.
    """
    with tempfile.TemporaryDirectory() as folder:
        np.save(Path(folder, "x.npy"), np.asarray(x))
        paths = [os.path.abspath(path) for path in paths]
        job = json.dumps({"paths": paths, "checksum": checksum})
        Path(folder, "job.json").write_text(job, "utf8")
        with open(Path(folder, "stderr"), "w+", encoding="utf8") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "utils.freezing.worker", folder],
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
            )
            # It writes a line whenever it is through with a file.
            for _ in tqdm(process.stdout, total=len(paths), disable=not progress):
                pass
            if code := process.wait():
                said.seek(0)
                raise RuntimeError(
                    f"the process ended with code {code}: {said.read()[-1000:]}"
                )
        found = json.loads(Path(folder, "found.json").read_text("utf8"))
        outputs = np.load(Path(folder, "outputs.npz"))
        return [
            Reloaded(outputs=outputs.get(str(k)), **entry)
            for k, entry in enumerate(found)
        ]
