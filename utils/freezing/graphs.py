"""The readers of TensorFlow and Keras, and what is checked before they see a file."""

import json
import zipfile
from pathlib import Path

import keras
import tensorflow as tf
from google.protobuf import text_format
from tensorflow.core.protobuf import saved_model_pb2
from tensorflow.python.framework import op_def_registry

from utils import penalties  # noqa: F401 (Keras finds its constraints by name)
from utils.freezing.frozen import Frozen
from utils.freezing.seal import STRUCTURE, WEIGHTS

# Operations with a memory or an effect that a saved model needs to load its variables.
# Any other one, such as WriteFile or PyFunc, could do more than compute.
_LOADING = {
    "AssignVariableOp",
    "DisableCopyOnRead",
    "MergeV2Checkpoints",
    "NoOp",
    "Placeholder",
    "PartitionedCall",
    "ReadVariableOp",
    "RestoreV2",
    "SaveV2",
    "ShardedFilename",
    "StatefulPartitionedCall",
    "VarHandleOp",
    "VarIsInitializedOp",
}
# These have, though TensorFlow does not call them stateful.
_STATELESS_BUT_ACTING = {
    "Abort",
    "Copy",
    "CopyHost",
    "DebugIdentity",
    "DebugNanCount",
    "DebugNumericSummary",
    "MatchingFiles",
    "PyFuncStateless",
    "ReadFile",
}


def read_keras(path: Path) -> Frozen:
    if not zipfile.is_zipfile(path):
        raise ValueError("It is not a zip file, or its end is missing")
    with zipfile.ZipFile(path) as archive:
        _check_version(json.loads(archive.read("metadata.json")).get("keras_version"))
        if archive.testzip():
            raise ValueError(f"{archive.testzip()} in it is damaged")

    return _from_keras(path, "keras", keras.saving.load_model(path, compile=False))


def read_parts(path: Path) -> Frozen:
    text = (path / STRUCTURE).read_text("utf8")
    _check_version(json.loads(text).get("keras_version"))

    model = keras.models.model_from_json(text)
    model.load_weights(path / WEIGHTS)
    return _from_keras(path, "parts", model)


def _check_version(found):
    try:
        newer = int(found.split(".")[0]) > int(keras.__version__.split(".")[0])
    except (AttributeError, ValueError):
        raise ValueError("It does not say by which Keras it was written") from None
    if newer:
        raise ValueError(
            f"It was written by Keras {found}, and this is {keras.__version__}"
        )


def _from_keras(path, format, model):
    (tensor,) = model.inputs
    spec = tf.TensorSpec(tensor.shape, tensor.dtype)
    function = tf.function(lambda x: model(x, training=False), input_signature=[spec])
    return _from_function(
        path, format, function, spec, model.trainable_variables, model
    )


def _from_function(path, format, function, spec, variables=(), model=None, keep=None):
    if not (spec.dtype.is_floating or spec.dtype.is_integer):
        raise ValueError(f"Its input is of type {spec.dtype.name}, not of numbers")
    return Frozen(
        path=path,
        format=format,
        input_shape=tuple(spec.shape),
        dtype=spec.dtype.as_numpy_dtype().dtype.name,
        run=lambda x, keep=keep: function(x).numpy(),
        variables=list(variables),
        model=model,
        function=function,
    )


def read_saved_model(path: Path) -> Frozen:
    saved = saved_model_pb2.SavedModel()
    saved.ParseFromString((path / "saved_model.pb").read_bytes())
    if not saved.meta_graphs:
        raise ValueError("It holds no graph")
    for meta in saved.meta_graphs:
        _check_graph(meta.graph_def, _LOADING)
    loaded = tf.saved_model.load(path)
    signature = loaded.signatures["serving_default"]
    (name, spec), *others = signature.structured_input_signature[1].items()
    (output, *more) = signature.structured_outputs
    if others or more:
        raise ValueError("It has more than one input or output")

    @tf.function(input_signature=[tf.TensorSpec(spec.shape, spec.dtype)])
    def function(x):
        return signature(**{name: x})[output]

    variables = [v for v in signature.variables if v.trainable]
    # Without a reference to what was loaded, its variables would be gone.
    return _from_function(path, "saved_model", function, spec, variables, keep=loaded)


def read_graph(path: Path) -> Frozen:
    graph_def = tf.compat.v1.GraphDef()
    graph_def.ParseFromString(path.read_bytes())
    return _from_graph(path, "graph", graph_def)


def read_graph_text(path: Path) -> Frozen:
    graph_def = text_format.Parse(
        path.read_text("utf8"), tf.compat.v1.GraphDef(), allow_unknown_field=False
    )
    return _from_graph(path, "graph_text", graph_def)


def _from_graph(path, format, graph_def):
    _check_graph(graph_def, {"Placeholder", "NoOp", "PartitionedCall"})
    x, y = _ends(graph_def)
    wrapped = tf.compat.v1.wrap_function(
        lambda: tf.graph_util.import_graph_def(graph_def, name=""), []
    )
    pruned = wrapped.prune(f"{x}:0", f"{y}:0")
    (spec,) = (tf.TensorSpec(t.shape, t.dtype) for t in pruned.inputs)
    # Called by itself, what prune returns is several times slower.
    function = tf.function(lambda x: pruned(x), input_signature=[spec])
    function.get_concrete_function()
    return _from_function(path, format, function, spec)


def _ends(graph_def):
    """The names of the one placeholder and of the one result that nobody reads."""
    read = {i.split(":")[0].lstrip("^") for n in graph_def.node for i in n.input}
    inputs = [n.name for n in graph_def.node if n.op == "Placeholder"]
    outputs = [
        n.name
        for n in graph_def.node
        if n.name not in read and n.op not in ("Placeholder", "Const", "NoOp")
    ]
    if len(inputs) != 1 or len(outputs) != 1:
        raise ValueError(
            "It should lead from one placeholder to one result, but it has "
            f"{len(inputs)} and {len(outputs)}"
        )
    return inputs[0], outputs[0]


def _check_graph(graph_def, allowed):
    """Raise if the graph is too new or could do more than compute, before it runs."""
    needed, here = graph_def.versions.min_consumer, tf.version.GRAPH_DEF_VERSION
    if needed > here:
        raise ValueError(f"It needs version {needed} of the format, and this is {here}")
    functions = {f.signature.name for f in graph_def.library.function}
    nodes = [graph_def.node, *(f.node_def for f in graph_def.library.function)]
    for node in (node for part in nodes for node in part):
        if node.op in functions or node.op in allowed:
            continue
        known = op_def_registry.get(node.op)
        if known is None:
            raise ValueError(
                f"It uses {node.op!r}, an operation that is not known here"
            )
        if (
            known.is_stateful
            or node.op in _STATELESS_BUT_ACTING
            or "Dataset" in node.op
        ):
            raise ValueError(
                f"It uses {node.op!r}, an operation that does more than compute"
            )
