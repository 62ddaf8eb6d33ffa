"""``tf.vectorized_map`` with the mapped axis last instead of first, for small networks.

Why: on a CPU, XLA turns the last axis of an array into vector instructions. With the
replicates there, a layer of ten units uses the whole width of the registers, and the
step of a small network takes a third of the time.

How: trace the function for one element, then run its graph once more, op by op, on
tensors with one more axis at the end. Broadcasting aligns shapes at their ends, so
elementwise ops need no change, and the other rules are a line or two each. A function
that uses an op without a rule, or a long matrix product, for which the first axis is
the better one, is left to ``tf.vectorized_map``: ask ``can_map_last``.
"""

import numpy as np
import tensorflow as tf

# A sum of up to so many products is unrolled by the compiler, and then vectorized.
_LONGEST_PRODUCT = 16

_NAMES = """
    Abs Add AddV2 AddN Cast ClipByValue Div DivNoNan Elu EluGrad Equal Erf Exp Expm1
    Greater GreaterEqual Identity IsFinite Less LessEqual LeakyRelu LeakyReluGrad Log
    Log1p LogicalAnd LogicalNot LogicalOr Maximum Minimum Mul Neg NotEqual OnesLike Pow
    RealDiv Reciprocal ReciprocalGrad Relu ReluGrad Relu6 Relu6Grad Rsqrt RsqrtGrad
    SelectV2 Selu SeluGrad Sigmoid SigmoidGrad Sign Softplus SoftplusGrad Softsign
    SoftsignGrad Sqrt SqrtGrad Square SquaredDifference StopGradient Sub Tanh TanhGrad
    Xdivy Xlogy ZerosLike
"""
_ELEMENTWISE = frozenset(_NAMES.split())
_REDUCTIONS = {
    "Max": tf.reduce_max,
    "Mean": tf.reduce_mean,
    "Min": tf.reduce_min,
    "Prod": tf.reduce_prod,
    "Sum": tf.reduce_sum,
}
_RESHAPES = frozenset({"BroadcastTo", "ExpandDims", "Reshape", "Squeeze"})
_OTHERS = frozenset({"BiasAdd", "BiasAddGrad", "MatMul", "Tile", "Transpose"})
_RULES = _ELEMENTWISE | _REDUCTIONS.keys() | _RESHAPES | _OTHERS


def can_map_last(function, elements) -> bool:
    """Return whether ``map_last(function, elements)`` is possible, and quick.

    Args:
        function: As for ``map_last``.
        elements: A nested structure of ``tf.TensorSpec``, without the mapped axis.
    """
    graph = _trace(function, elements).graph
    reached = {t.ref() for t in graph.inputs[: len(tf.nest.flatten(elements))]}
    for op in graph.get_operations():
        if any(t.ref() in reached for t in op.inputs):
            if op.type not in _RULES or any(None in t.shape for t in op.outputs):
                return False
            if op.type == "MatMul":
                rows = 0 if op.get_attr("transpose_a") else 1
                if op.inputs[0].shape[rows] > _LONGEST_PRODUCT:
                    return False
            reached |= {t.ref() for t in op.outputs}
    return True


def map_last(function, elements):
    """Map ``function`` over the last axis of the tensors in ``elements``.

    Args:
        function: Takes and returns nested structures of tensors, of static shapes.
        elements: A nested structure of tensors (..., R).

    Returns:
        What ``function`` returns, each tensor with a last axis of length R.
    """
    flat = tf.nest.flatten(elements)
    count = flat[0].shape[-1]
    traced = _trace(
        function,
        tf.nest.map_structure(lambda t: tf.TensorSpec(t.shape[:-1], t.dtype), elements),
    )
    graph = traced.graph
    outside = [*flat, *traced.captured_inputs]
    values = {t.ref(): v for t, v in zip(graph.inputs, outside, strict=True)}
    mapped = {t.ref() for t in graph.inputs[: len(flat)]}
    for op in graph.get_operations():
        if op.type == "Placeholder":
            continue
        inputs = [values[t.ref()] for t in op.inputs]
        which = [t.ref() in mapped for t in op.inputs]
        if any(which):
            results = [_apply_rule(op, inputs, which, count)]
            mapped.add(op.outputs[0].ref())
        else:
            results = _copy(op, inputs)
        values |= {t.ref(): v for t, v in zip(op.outputs, results, strict=True)}

    def result(tensor):
        value = values[tensor.ref()]
        if tensor.ref() in mapped:
            return value
        return tf.broadcast_to(value[..., None], [*value.shape, count])

    return tf.nest.map_structure(result, graph.structured_outputs)


def _trace(function, signature):
    return tf.function(function, autograph=False).get_concrete_function(signature)


def _apply_rule(op, inputs, mapped, count):
    """Return the output of ``op`` for inputs of which some have the new axis."""
    kind, shape = op.type, [*op.outputs[0].shape, count]
    first = inputs[0]
    if kind in _REDUCTIONS:
        rank = len(op.inputs[0].shape)
        axes = [int(axis) % rank for axis in np.ravel(tf.get_static_value(inputs[1]))]
        if kind == "Sum" and len(axes) == rank and first.dtype.is_floating:
            # As a product, since a long sum is not vectorized over the last axis.
            flat = tf.reshape(first, [-1, count])
            ones = tf.ones([1, flat.shape[0]], first.dtype)
            return tf.reshape(ones @ flat, shape)
        return tf.reshape(_REDUCTIONS[kind](first, axes), shape)
    if kind == "BroadcastTo":
        return tf.broadcast_to(first, shape)
    if kind in _RESHAPES:
        return tf.reshape(first, shape)
    if kind == "Transpose":
        order = tf.get_static_value(inputs[1])
        return tf.transpose(first, [*order, len(order)])
    if kind == "Tile":
        return tf.tile(first, [*tf.get_static_value(inputs[1]), 1])
    if kind == "BiasAddGrad":
        return tf.reduce_sum(first, list(range(len(op.inputs[0].shape) - 1)))
    # What is the same for all gets an axis of length 1; numbers need none.
    inputs = [
        t if is_mapped or not t.shape else t[..., None]
        for t, is_mapped in zip(inputs, mapped, strict=True)
    ]
    if kind == "BiasAdd":
        return inputs[0] + inputs[1]
    if kind == "MatMul":
        a, b = inputs
        a = tf.transpose(a, [1, 0, 2]) if op.get_attr("transpose_a") else a
        b = tf.transpose(b, [1, 0, 2]) if op.get_attr("transpose_b") else b
        return tf.reduce_sum(a[:, :, None] * b[None], axis=1)
    if kind.endswith("Grad") or kind == "AddN":
        # These do not broadcast.
        inputs = [tf.broadcast_to(t, shape) for t in inputs]
    return _copy(op, inputs)[0]


def _copy(op, inputs):
    """Add ``op`` to the current graph with other inputs; return its outputs."""
    attributes = {k: v for k, v in op.node_def.attr.items() if not k.startswith("_")}
    types = [t.dtype for t in op.outputs]
    graph = tf.compat.v1.get_default_graph()
    return graph.create_op(op.type, inputs, types, attrs=attributes).outputs
