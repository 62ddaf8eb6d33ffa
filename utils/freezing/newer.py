"""Files that say a much later version wrote them, to see who notices."""

import io
import json
import zipfile

FUTURE = "99.0.0"
_FAR = 1_000_000


def from_the_future(content: bytes, format: str) -> bytes:
    """Return the file with a later version in it.

    Args:
        content: The file; of a folder, the one that is opened first.
        format: As ``utils.freezing.load_frozen(...).format`` calls it.
    """
    return {
        "keras": _keras,
        "parts": _parts,
        "saved_model": _saved_model,
        "graph": _graph,
        "graph_text": _graph_text,
        "litert": _litert,
        "onnx": _onnx,
    }[format](content)


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
    return json.dumps(json.loads(content) | {"keras_version": FUTURE}).encode()


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
