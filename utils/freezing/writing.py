"""Writing a Keras model, whole or not at all, in each format."""

import importlib.util
import json
import os
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from google.protobuf import text_format
from tensorflow.lite.python.convert_phase import ConverterError
from tensorflow.python.framework.convert_to_constants import (
    convert_variables_to_constants_v2,
)

from utils.checks import finite, one_of
from utils.freezing.formats import FORMATS, STRUCTURE, WEIGHTS
from utils.freezing.sealing import replacing


def export(
    model: keras.Model,
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
            not built or has several inputs or outputs, or computes in a way that the
            format cannot hold, or ``representative`` is not as described here.
        ModuleNotFoundError: If ONNX is asked for and its packages are not there.
        OSError: If it cannot be written (no permission, disk full, no such folder).
    """
    suffix, path = FORMATS[one_of("format", format, FORMATS)], Path(path)
    if suffix and path.suffix != suffix:
        raise ValueError(f"path must end in {suffix} for format {format!r}, got {path}")
    _check_model(model)
    _check_representative(format, representative, model)
    with replacing(path, folder=not suffix) as place:
        _WRITERS[format](model, place, representative)
    return path


def _check_model(model) -> None:
    """Raise unless the model is built and leads from one input to one output."""
    if not isinstance(model, keras.Model):
        raise TypeError(f"model must be a Keras model, got {type(model).__name__}")
    if not model.built or not getattr(model, "inputs", None):
        raise ValueError(
            f"model must be built, but {model.name!r} is not: begin it with "
            "keras.Input, or call model.build(input_shape)"
        )
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        raise ValueError(
            "model must have one input and one output, but "
            f"{model.name!r} has {len(model.inputs)} and {len(model.outputs)}"
        )


def _check_representative(format: str, representative, model) -> None:
    """Raise unless inputs to measure ranges on are there where they are needed."""
    if format != "litert_int8":
        if representative is not None:
            raise ValueError(
                'representative is for format "litert_int8" only, got it for '
                f"{format!r}"
            )
        return
    shape = model.inputs[0].shape[1:]
    found = np.asarray(representative)
    if found.dtype.kind not in "fiu" or found.shape[1:] != shape or not len(found):
        raise ValueError(
            "representative must be typical inputs, an array of shape "
            f"{('n', *shape)} with n at least 1, got {type(representative).__name__} "
            f"of shape {found.shape}"
        )
    finite("representative", found)


def _concrete(model: keras.Model):
    """The model in inference as one TensorFlow function of a batch ``x``."""
    (tensor,) = model.inputs
    spec = tf.TensorSpec(tensor.shape, tensor.dtype, name="x")
    return tf.function(lambda x: model(x, training=False)).get_concrete_function(spec)


def _check_loops(graph, model) -> None:
    """Raise for a loop that reads variables, since ``load_frozen`` would refuse it."""
    bodies = [graph.node, *(f.node_def for f in graph.library.function)]
    if any(node.op == "While" for nodes in bodies for node in nodes):
        raise ValueError(
            f"{model.name!r} computes in a loop, as recurrent layers do, which this "
            'format cannot hold: build its layers with unroll=True, or take "keras"'
        )


def frozen_graph(model: keras.Model) -> tf.compat.v1.GraphDef:
    """The operations of the model, with its variables turned into constants."""
    concrete = _concrete(model)
    _check_loops(concrete.graph.as_graph_def(), model)
    # Lowered, a loop would have placeholders of its own.
    frozen = convert_variables_to_constants_v2(concrete, lower_control_flow=False)
    graph = frozen.graph.as_graph_def()
    for node in graph.node:
        node.device = ""
    return graph


def _keras(model, path, _):
    model.save(path)


def _parts(model, path, _):
    path.mkdir()
    about = json.loads(model.to_json()) | {"keras_version": keras.__version__}
    (path / STRUCTURE).write_text(json.dumps(about, indent=2), "utf8")
    model.save_weights(path / WEIGHTS)


def _saved_model(model, path, _):
    _check_loops(_concrete(model).graph.as_graph_def(), model)
    try:
        model.export(path, format="tf_saved_model", verbose=False)
    except tf.errors.OpError as error:  # TensorFlow's own way to say "disk full"
        raise OSError(None, error.message) from error


def _graph(model, path, _):
    path.write_bytes(frozen_graph(model).SerializeToString(deterministic=True))


def _graph_text(model, path, _):
    path.write_text(text_format.MessageToString(frozen_graph(model)), "utf8")


def _litert(*, smaller=False, types=(), integers=False):
    """A writer of LiteRT files.

    Args:
        smaller: Store the weights in fewer bits: int8, or one of ``types``.
        types: TensorFlow types of stored weights.
        integers: Compute in int8 throughout, with the representative inputs' ranges.
    """

    def write(model, path, representative):
        # From the variables themselves, with Keras 3, it makes a file that reads memory
        # which was never written: the answers are noise, and there is no error.
        constant = convert_variables_to_constants_v2(_concrete(model))
        converter = tf.lite.TFLiteConverter.from_concrete_functions(
            [constant], tf.Module()
        )
        converter.optimizations = [tf.lite.Optimize.DEFAULT] if smaller else []
        converter.target_spec.supported_types = list(types)
        if integers:
            inputs = np.asarray(representative, model.inputs[0].dtype)
            converter.representative_dataset = lambda: ([x[None]] for x in inputs)
            converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
            converter.inference_input_type = tf.int8
            converter.inference_output_type = tf.int8
        try:
            path.write_bytes(converter.convert())
        except ConverterError:  # whose message is a page of the converter's own terms
            raise ValueError(
                f"{model.name!r} has an operation that LiteRT lacks, such as the loop "
                "of a recurrent layer, for which unroll=True helps"
            ) from None

    return write


def _onnx(model, path, _):
    missing = [n for n in ("onnx", "tf2onnx") if not importlib.util.find_spec(n)]
    if missing:
        raise ModuleNotFoundError(
            f'format "onnx" needs {" and ".join(missing)}, which this course does not '
            "install: pip install onnx tf2onnx onnxruntime"
        )
    (tensor,) = model.inputs  # Keras wants the model to have been called once
    model(np.ones([size or 1 for size in tensor.shape], tensor.dtype))
    model.export(path, format="onnx", verbose=False)


_WRITERS: dict[str, Callable[[keras.Model, Path, np.ndarray | None], None]] = {
    "keras": _keras,
    "parts": _parts,
    "saved_model": _saved_model,
    "graph": _graph,
    "graph_text": _graph_text,
    "litert": _litert(),
    "litert_float16": _litert(smaller=True, types=[tf.float16]),
    "litert_dynamic": _litert(smaller=True),
    "litert_int8": _litert(smaller=True, integers=True),
    "onnx": _onnx,
}
