"""``tf.vectorized_map`` with the mapped axis last instead of first, for small networks.

Why: on a CPU, XLA turns the last axis of an array into vector instructions. With the
replicates there, a layer of ten units uses the whole width of the registers, and the
step of a small network takes a third of the time.

How: trace the function for one element, then run its graph once more, op by op, on
tensors with one more axis at the end. Broadcasting aligns shapes at their ends, so
elementwise ops need no change, and the other rules are a line or two each. A function
that uses an op without a rule, or a long matrix product, for which the first axis is
the better one, is left to ``tf.vectorized_map``: ask ``MapLast.can_map``.
"""

import numpy as np
import tensorflow as tf

# A sum of up to so many terms is unrolled by the compiler, and then vectorized.
_LONGEST_SUM = 16

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
# The second input of these must be known while tracing: axes, or one number for each.
_WITH_ARGUMENT = _REDUCTIONS.keys() | {"StridedSlice", "Tile", "Transpose"}


class MapLast:
    """A function of one element, traced once, to be mapped over the last axis.

    Args:
        function: Takes ``mapped`` and ``shared``, two nested structures of tensors,
            and returns one; static shapes throughout.
        mapped: A nested structure of ``tf.TensorSpec`` without the mapped axis.
        shared: The same, for what all elements share.
    """

    def __init__(self, function, mapped, shared):
        traced = tf.function(function, autograph=False)
        self._traced = traced.get_concrete_function(mapped, shared)
        self._graph = self._traced.graph
        self._count = len(tf.nest.flatten(mapped))

    def can_map(self) -> bool:
        """Return whether there is a rule for each op, and no long product."""
        reached = {t.ref() for t in self._graph.inputs[: self._count]}
        for op in self._graph.get_operations():
            if any(t.ref() in reached for t in op.inputs):
                if op.type not in _RULES or any(None in t.shape for t in op.outputs):
                    return False
                if op.type in _WITH_ARGUMENT and _argument(op) is None:
                    return False
                if op.type == "StridedSlice" and op.get_attr("ellipsis_mask"):
                    return False  # it would take the new axis for the last one
                if op.type == "MatMul":
                    summed = 0 if op.get_attr("transpose_a") else 1
                    if op.inputs[0].shape[summed] > _LONGEST_SUM:
                        return False
                reached |= {t.ref() for t in op.outputs}
        return True

    def __call__(self, mapped, shared):
        """Map the function: tensors (..., R) in, tensors (..., R) out.

        Only inside a ``tf.function``, whose graph gets the ops.
        """
        graph, given = self._graph, tf.nest.flatten(mapped)
        length = given[0].shape[-1]
        given += [*tf.nest.flatten(shared), *self._traced.captured_inputs]
        values = {t.ref(): v for t, v in zip(graph.inputs, given, strict=True)}
        reached = {t.ref() for t in graph.inputs[: self._count]}
        for op in graph.get_operations():
            if op.type == "Placeholder":
                continue
            inputs = [values[t.ref()] for t in op.inputs]
            which = [t.ref() in reached for t in op.inputs]
            if any(which):
                results = _apply_rule(op, inputs, which, length)
                reached |= {t.ref() for t in op.outputs}
            else:
                results = _copy(op, inputs)
            values |= {t.ref(): v for t, v in zip(op.outputs, results, strict=True)}

        return tf.nest.map_structure(
            lambda t: _broadcast(values[t.ref()], t.ref() in reached, length),
            graph.structured_outputs,
        )


def _broadcast(tensor, mapped, length):
    if mapped:
        return tensor
    return tf.broadcast_to(tensor[..., None], [*tensor.shape, length])


def _apply_rule(op, inputs, mapped, length):
    """Return the outputs of ``op`` for inputs of which some have the new axis."""
    shape = [*op.outputs[0].shape, length]
    if op.type == "Pack":
        inputs = [
            _broadcast(t, is_mapped, length)
            for t, is_mapped in zip(inputs, mapped, strict=True)
        ]
    elif op.type in _ELEMENTWISE or op.type in ("BiasAdd", "MatMul"):
        # What is the same for all gets an axis of length 1; numbers need none.
        inputs = [
            t if is_mapped or not t.shape else t[..., None]
            for t, is_mapped in zip(inputs, mapped, strict=True)
        ]
    results = _RULES[op.type](op, inputs, shape)
    return results if isinstance(results, list) else [results]


def _argument(op):
    return tf.get_static_value(op.inputs[1])


def _elementwise(op, inputs, shape):
    if op.type.endswith("Grad") or op.type == "AddN":
        # These do not broadcast.
        inputs = [tf.broadcast_to(t, shape) for t in inputs]
    return _copy(op, inputs)


def _product(op, inputs, shape):
    """Multiply and add: XLA makes one loop of it, over the last axis."""
    a, b = inputs
    a = tf.transpose(a, [1, 0, 2]) if op.get_attr("transpose_a") else a
    b = tf.transpose(b, [1, 0, 2]) if op.get_attr("transpose_b") else b
    return tf.reduce_sum(a[:, :, None] * b[None], axis=1)


def _reduction(op, inputs, shape):
    array = inputs[0]
    rank = array.shape.rank - 1
    axes = {int(axis) % rank for axis in np.ravel(_argument(op)) if rank}
    if op.type == "Sum" and len(axes) == rank and array.dtype.is_floating:
        found = _total(array)
    else:
        found = _REDUCTIONS[op.type](array, sorted(axes))
    return tf.reshape(found, shape)


def _total(array):
    """Sum over all axes but the last one, in two short sums.

    The compiler unrolls a short sum, but loops over a long one for each replicate.
    """
    length, count = array.shape[-1], int(np.prod(array.shape[:-1]))
    part = max(d for d in range(1, _LONGEST_SUM + 1) if count % d == 0)
    sums = tf.reduce_sum(tf.reshape(array, [part, count // part, length]), axis=0)
    return tf.ones([1, count // part], array.dtype) @ sums


def _pack(op, inputs, shape):
    return tf.stack(inputs, axis=op.get_attr("axis") % (len(shape) - 1))


def _unpack(op, inputs, shape):
    return tf.unstack(inputs[0], axis=op.get_attr("axis") % len(shape))


def _copy(op, inputs):
    """Add ``op`` to the current graph with other inputs; return its outputs."""
    attributes = {k: v for k, v in op.node_def.attr.items() if not k.startswith("_")}
    types = [t.dtype for t in op.outputs]
    graph = tf.compat.v1.get_default_graph()
    return graph.create_op(op.type, inputs, types, attrs=attributes).outputs


def _reshape(op, inputs, shape):
    return tf.reshape(inputs[0], shape)


# For each type of op: from the op, its inputs and the shape of its first output to its
# output, or a list of them.
_RULES = {
    **dict.fromkeys(_ELEMENTWISE, _elementwise),
    **dict.fromkeys(_REDUCTIONS, _reduction),
    **dict.fromkeys(["ExpandDims", "Reshape", "Squeeze"], _reshape),
    "BiasAdd": lambda op, inputs, shape: inputs[0] + inputs[1],
    "BiasAddGrad": lambda op, inputs, shape: tf.reduce_sum(
        inputs[0], list(range(inputs[0].shape.rank - 2))
    ),
    "BroadcastTo": lambda op, inputs, shape: tf.broadcast_to(inputs[0], shape),
    "MatMul": _product,
    "Pack": _pack,
    # Axes that it does not name, it keeps.
    "StridedSlice": lambda op, inputs, shape: _copy(op, inputs),
    "Tile": lambda op, inputs, shape: tf.tile(inputs[0], [*_argument(op), 1]),
    "Transpose": lambda op, inputs, shape: tf.transpose(
        inputs[0], [*_argument(op), len(shape) - 1]
    ),
    "Unpack": _unpack,
}
