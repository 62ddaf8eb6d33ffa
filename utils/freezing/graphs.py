"""The readers of TensorFlow's operations: SavedModels and frozen graphs."""

from pathlib import Path

import tensorflow as tf
from google.protobuf import text_format
from tensorflow.core.protobuf import saved_model_pb2

from utils.freezing.frozen import Frozen
from utils.freezing.operations import check_graph, check_saved_model


def from_function(path, format, function, spec, **more) -> Frozen:
    """A ``Frozen`` of a TensorFlow function of one tensor like ``spec``."""
    if not (spec.dtype.is_floating or spec.dtype.is_integer):
        raise ValueError(f"Its input is of type {spec.dtype.name}, not of numbers")
    return Frozen(
        path=path,
        format=format,
        input_shape=tuple(spec.shape),
        dtype=spec.dtype.as_numpy_dtype().dtype.name,
        run=lambda x: function(x).numpy(),
        function=function,
        **more,
    )


def read_saved_model(path: Path) -> Frozen:
    saved = saved_model_pb2.SavedModel()
    saved.ParseFromString((path / "saved_model.pb").read_bytes())
    check_saved_model(saved)
    loaded = tf.saved_model.load(path)
    signature = loaded.signatures["serving_default"]
    (name, spec), *others = signature.structured_input_signature[1].items()
    (output, *more) = signature.structured_outputs
    if others or more:
        raise ValueError("It has more than one input or output")

    @tf.function(input_signature=[tf.TensorSpec(spec.shape, spec.dtype)])
    def function(x):
        # Without a reference to what was loaded, its variables would be gone.
        return loaded.signatures["serving_default"](**{name: x})[output]

    variables = [v for v in signature.variables if v.trainable]
    return from_function(path, "saved_model", function, spec, variables=variables)


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
    check_graph(graph_def)
    x, y = _ends(graph_def)
    wrapped = tf.compat.v1.wrap_function(
        lambda: tf.graph_util.import_graph_def(graph_def, name=""), []
    )
    pruned = wrapped.prune(f"{x}:0", f"{y}:0")
    (spec,) = (tf.TensorSpec(t.shape, t.dtype) for t in pruned.inputs)
    # Called by itself, what prune returns is several times slower.
    function = tf.function(lambda x: pruned(x), input_signature=[spec])
    function.get_concrete_function()
    return from_function(path, format, function, spec)


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
