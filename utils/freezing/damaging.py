"""Copies of exported models, each with one accident in it."""

import io
import json
import shutil
import zipfile
from pathlib import Path

import numpy as np

from utils.checks import one_of
from utils.freezing.formats import FOLDERS, detect
from utils.freezing.sealing import files

KINDS = ("truncated", "flipped")
OTHERS = ("empty", "wrong format", "newer version")
# Versions that no reader will have reached.
_LATER, _FAR = "99.0.0", 1_000_000


def damage(original: Path, copy: Path, kind: str, rng: np.random.Generator) -> None:
    """Make a copy with one accident in it.

    Args:
        original: A file or folder.
        copy: Where to; it must not exist.
        kind: "truncated" (a file ends too early, anywhere from its beginning on; in a
            folder it happens to one file, the likelier the larger it is), "flipped"
            (one bit of one byte is another; folders as above), "empty" (the file that
            is opened first has no content), "wrong format" (it holds text instead) or
            "newer version" (it says that a much later version wrote it).
        rng: Where chance comes from.

    Raises:
        ValueError: If the kind of accident is not known.
    """
    one_of("kind", kind, (*KINDS, *OTHERS))
    (shutil.copytree if original.is_dir() else shutil.copyfile)(original, copy)
    if kind in KINDS:
        targets = [file for file in files(copy) if file.stat().st_size]
        sizes = np.array([file.stat().st_size for file in targets])
        target = targets[rng.choice(len(targets), p=sizes / sizes.sum())]
    else:
        marks = [copy / mark for mark in FOLDERS if (copy / mark).is_file()]
        target = marks[0] if copy.is_dir() else copy
    content = bytearray(target.read_bytes())
    if kind == "truncated":
        del content[int(rng.integers(len(content))) :]
    elif kind == "flipped":
        content[int(rng.integers(len(content)))] ^= 1 << int(rng.integers(8))
    elif kind == "newer version":
        content = _NEWER[detect(copy).format](bytes(content))
    else:
        content = b"" if kind == "empty" else b"This is not a model.\n" * 20
    target.write_bytes(content)


def _keras(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["metadata.json"] = _parts(parts["metadata.json"])
    newer = io.BytesIO()
    with zipfile.ZipFile(newer, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return newer.getvalue()


def _parts(content):
    return json.dumps(json.loads(content) | {"keras_version": _LATER}).encode()


def _saved_model(content):
    from tensorflow.core.protobuf import saved_model_pb2

    saved = saved_model_pb2.SavedModel.FromString(content)
    for meta in saved.meta_graphs:
        meta.graph_def.versions.min_consumer = _FAR
    return saved.SerializeToString()


def _graph(content):
    from tensorflow.core.framework import graph_pb2

    graph = graph_pb2.GraphDef.FromString(content)
    graph.versions.min_consumer = _FAR
    return graph.SerializeToString()


def _graph_text(content):
    here = b"versions {"
    return content.replace(here, here + f" min_consumer: {_FAR}".encode())


def _litert(content):
    from tensorflow.lite.tools import flatbuffer_utils

    found = flatbuffer_utils.convert_bytearray_to_object(content)
    found.version = 99
    return bytes(flatbuffer_utils.convert_object_to_bytearray(found))


def _onnx(content):
    import onnx

    found = onnx.load_from_string(content)
    found.ir_version = 99
    return found.SerializeToString()


# Format -> the content of the file that is opened first, as if of a later version.
_NEWER = {
    "keras": _keras,
    "parts": _parts,
    "saved_model": _saved_model,
    "graph": _graph,
    "graph_text": _graph_text,
    "litert": _litert,
    "onnx": _onnx,
}
