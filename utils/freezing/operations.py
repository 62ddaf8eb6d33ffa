"""Which operations only compute: what is checked before TensorFlow sees a graph.

An operation that keeps no state and takes no text can name no file, no program and no
address. That is told by its signature in TensorFlow's registry, so nobody has to know
each of its 1,900 operations, or those of the next version.
"""

import tensorflow as tf
from tensorflow.python.framework import op_def_registry

# Text that chooses between ways to compute.
_CHOICES = {
    "bad_indices_policy",
    "equation",
    "fill_mode",
    "frame_name",
    "interpolation",
    "kernel_type",
}
# These call functions, all of which are in the file and are checked, too.
_CALLING = {"PartitionedCall", "StatelessCase", "StatelessIf", "StatelessWhile"}
# What a SavedModel needs in addition to find its variables ...
_LOADING = {
    "AssignVariableOp",
    "DisableCopyOnRead",
    "ReadVariableOp",
    "StatefulPartitionedCall",
    "VarHandleOp",
    "VarIsInitializedOp",
}
# ... and, in functions that nobody runs here, to write and read their values.
_SAVING = _LOADING | {
    "MergeV2Checkpoints",
    "RestoreV2",
    "SaveV2",
    "ShardedFilename",
    "StaticRegexFullMatch",
    "StringJoin",
}


def only_computes(op) -> bool:
    """Whether an operation can do nothing else, by its ``OpDef``."""
    text = {a.name for a in op.input_arg if a.type == tf.string.as_datatype_enum} | {
        a.name
        for a in op.attr
        # Text with allowed values, such as padding, cannot say anything else.
        if a.type in ("string", "list(string)", "func", "list(func)")
        and not a.HasField("allowed_values")
    }
    return op.name in _CALLING or not (
        op.is_stateful or "Dataset" in op.name or text - _CHOICES
    )


def check_graph(graph_def) -> None:
    """Raise if a frozen graph is too new or could do more than compute."""
    _check_version(graph_def)
    functions = _functions(graph_def)
    for nodes in (graph_def.node, *functions.values()):
        _check(nodes, functions)


def check_saved_model(saved) -> None:
    """Raise if a SavedModel is too new or could do more than compute.

    TensorFlow runs what its objects can reach. The rest saves and restores variables
    for programs that ask for it, and may do that.
    """
    if not saved.meta_graphs:
        raise ValueError("It holds no graph")
    meta, *others = saved.meta_graphs
    _check_version(meta.graph_def)
    if others or not meta.HasField("object_graph_def"):
        raise ValueError("It was written by TensorFlow 1, or in several versions")
    functions, library = _functions(meta.graph_def), meta.graph_def.library
    gradients = [*library.gradient, *library.registered_gradients]
    new = {*meta.object_graph_def.concrete_functions}
    new |= {gradient.gradient_func for gradient in gradients}
    reached = set()
    while new:
        reached |= new
        new = {f for name in new for f in _called(functions.get(name, ()))} - reached
    for name, nodes in functions.items():
        _check(nodes, functions, _LOADING if name in reached else _SAVING)
    _check(meta.graph_def.node, functions, _SAVING)


def _check_version(graph_def):
    needed, here = graph_def.versions.min_consumer, tf.version.GRAPH_DEF_VERSION
    if needed > here:
        raise ValueError(f"It needs version {needed} of the format, and this is {here}")


def _functions(graph_def):
    return {f.signature.name: f.node_def for f in graph_def.library.function}


def _called(nodes):
    """Names of the functions that some nodes call, directly or by an attribute."""
    for node in nodes:
        yield node.op
        for value in node.attr.values():
            yield from (f.name for f in (value.func, *value.list.func) if f.name)


def _check(nodes, functions, allowed=frozenset()):
    for node in nodes:
        if node.op in functions or node.op in allowed:
            continue
        known = op_def_registry.get(node.op)
        if known is None:
            raise ValueError(
                f"It uses {node.op!r}, an operation that is not known here"
            )
        if not only_computes(known):
            raise ValueError(
                f"It uses {node.op!r}, an operation that does more than compute"
            )
