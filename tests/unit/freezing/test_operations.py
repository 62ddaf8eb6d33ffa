"""Graphs that could do more than compute are refused before they run."""

import re

import keras
import numpy as np
import pytest
import tensorflow as tf
from tensorflow.core.framework import op_def_pb2
from tensorflow.python.client import pywrap_tf_session
from tensorflow.python.framework import op_def_registry

from tests.unit.freezing.cases import largest_delta
from utils.freezing import export, load_frozen, seal
from utils.freezing.operations import only_computes


def test_a_graph_that_writes_is_not_run(tmp_path):
    marker = tmp_path / "was-here"
    with tf.Graph().as_default() as graph:
        x = tf.compat.v1.placeholder(tf.float32, (None, 1), name="x")
        write = tf.io.write_file(str(marker), "")
        with tf.control_dependencies([write]):
            tf.identity(x, name="y")
    for name, content in (
        ("net.pb", graph.as_graph_def().SerializeToString()),
        ("net.pbtxt", str(graph.as_graph_def()).encode()),
    ):
        (tmp_path / name).write_bytes(content)
        seal(tmp_path / name)
        with pytest.raises(
            ValueError, match="'WriteFile', an operation that does more"
        ):
            load_frozen(tmp_path / name)
    assert not marker.exists()


def test_a_saved_model_that_writes_while_loading_is_not_loaded(tmp_path):
    marker = tmp_path / "was-here"
    tf.saved_model.save(_writer(marker), tmp_path / "net")
    seal(tmp_path / "net")
    marker.unlink(missing_ok=True)
    with pytest.raises(ValueError, match="'WriteFile', an operation that does more"):
        load_frozen(tmp_path / "net")
    assert not marker.exists()
    tf.saved_model.load(tmp_path / "net")  # what TensorFlow itself does
    assert marker.exists()


def _writer(marker):
    """Something to save that writes a file when it is loaded."""

    class Resource(tf.saved_model.experimental.TrackableResource):
        def _create_resource(self):
            return tf.raw_ops.VarHandleOp(dtype=tf.float32, shape=[])

        def _initialize(self):
            tf.io.write_file(str(marker), "")

    module = tf.Module()
    module.resource = Resource()

    @tf.function(input_signature=[tf.TensorSpec((None, 1))])
    def serve(x):
        return x + 0 * tf.cast(tf.size(x), tf.float32)

    module.serve = serve
    return module


def test_an_operation_that_nobody_knows(copied):
    path = copied("graph_text")
    path.write_text(path.read_text().replace('op: "MatMul"', 'op: "MatMul9"', 1))
    seal(path)
    with pytest.raises(
        ValueError, match="uses 'MatMul9', an operation that is not kno"
    ):
        load_frozen(path)


# Stateless operations that take text and only compute: what the text is about.
TEXT = {
    "bad_indices_policy": r"(Gather|Scatter|TensorScatter)\w+",
    "equation": r"(_Mkl|Xla)?Einsum",
    "fill_mode": r"ImageProjectiveTransformV\d",
    "frame_name": r"(Ref)?Enter",
    "interpolation": r"ImageProjectiveTransformV\d",
    "kernel_type": r"ScaleAndTranslate(Grad)?",
    # Functions that are in the file, and how to call them.
    "f": "PartitionedCall",
    "config": "PartitionedCall",
    "config_proto": "PartitionedCall",
    "executor_type": "PartitionedCall",
    "branches": "StatelessCase",
    "cond": "StatelessWhile",
    "body": "StatelessWhile",
    "then_branch": "StatelessIf",
    "else_branch": "StatelessIf",
}
SUSPICIOUS = re.compile(
    r"file|path|dir(?!ection)|vocab|url|addr|socket|server|command|script|program|"
    r"prefix|pattern|token|memory_region|descriptor|read|write|save|restore|send|recv",
    re.IGNORECASE,
)
# Paths through a lattice, and the script of a language.
HARMLESS = {
    "CTCBeamSearchDecoder": {"top_paths"},
    "UnicodeScript": {"UnicodeScript"},
}


@pytest.fixture(scope="module")
def registry():
    """All operations of this TensorFlow, as ``OpDef``."""
    content = pywrap_tf_session.TF_GetBuffer(pywrap_tf_session.TF_GetAllOpList())
    return op_def_pb2.OpList.FromString(content).op


def test_what_computes_has_no_way_to_name_a_file(registry):
    """A new TensorFlow with an operation that nobody has looked at fails here."""
    computing = [op for op in registry if only_computes(op)]
    assert 900 < len(computing) < 0.6 * len(registry)
    for op in computing:
        for attribute in op.attr:
            free = not attribute.HasField("allowed_values")
            if free and attribute.type.removeprefix("list(")[:6] in ("string", "func"):
                about = TEXT.get(attribute.name, "")
                assert re.fullmatch(about, op.name), (op.name, attribute.name)
        names = {op.name, *(part.name for part in (*op.attr, *op.input_arg))}
        names -= HARMLESS.get(op.name, set())
        assert not [name for name in names if SUSPICIOUS.search(name)], op.name


@pytest.mark.parametrize(
    "name",
    [
        "Abort",
        "CacheDataset",
        "CopyHost",
        "DebugIdentity",
        "DecodeProtoV2",
        "EncodeProto",
        "GenerateVocabRemapping",
        "ImmutableConst",
        "InitializeTableFromTextFile",
        "LoadAndRemapMatrix",
        "MatchingFiles",
        "PyFuncStateless",
        "ReadFile",
        "SaveV2",
        "WriteFile",
        "XlaCustomCallV2",
    ],
)
def test_these_do_more(name):
    assert not only_computes(op_def_registry.get(name))


def _reads_numbers(place):
    """The numbers of a file, by an operation that is not called stateful."""
    return tf.raw_ops.ImmutableConst(
        dtype=tf.float32, shape=(1, 1), memory_region_name=str(place)
    )


def _reads_words(place):
    found, _ = tf.raw_ops.GenerateVocabRemapping(
        new_vocab_file=str(place),
        old_vocab_file=str(place),
        new_vocab_offset=0,
        num_new_vocab=1,
    )
    return tf.cast(found, tf.float32)


@pytest.mark.parametrize("reader", [_reads_numbers, _reads_words])
def test_a_graph_that_reads_a_file_is_not_run(reader, tmp_path):
    (tmp_path / "secret").write_bytes(b"1234")
    with tf.Graph().as_default() as graph:
        x = tf.compat.v1.placeholder(tf.float32, (None, 1), name="x")
        tf.add(x, reader(tmp_path / "secret"), name="y")
    (tmp_path / "net.pb").write_bytes(graph.as_graph_def().SerializeToString())
    seal(tmp_path / "net.pb")
    with pytest.raises(ValueError, match="an operation that does more than compute"):
        load_frozen(tmp_path / "net.pb")


def test_a_saved_model_saves_nothing_when_it_answers(tmp_path):
    """Saving belongs to a SavedModel, but not to what is run when it is asked."""
    marker = tmp_path / "was-here"
    module = tf.Module()

    @tf.function(input_signature=[tf.TensorSpec((None, 1))])
    def serve(x):
        tf.raw_ops.SaveV2(
            prefix=str(marker), tensor_names=["x"], shape_and_slices=[""], tensors=[x]
        )
        return 2 * x

    module.serve = serve
    tf.saved_model.save(module, tmp_path / "net", signatures=serve)
    seal(tmp_path / "net")
    with pytest.raises(ValueError, match="'SaveV2', an operation that does more"):
        load_frozen(tmp_path / "net")
    assert not list(tmp_path.glob("was-here*"))


@pytest.mark.parametrize("format", ["graph", "saved_model"])
def test_text_that_chooses_how_to_compute_is_no_danger(format, tmp_path):
    inputs = keras.Input((3, 4))
    mixed = keras.layers.EinsumDense("abc,cd->abd", output_shape=(None, 2))(inputs)
    network = keras.Model(inputs, keras.layers.UpSampling1D(2)(mixed))
    path = tmp_path / ("net.pb" if format == "graph" else "net")
    images = np.random.default_rng(0).random((5, 3, 4), "float32")
    assert largest_delta(network, export(network, path, format), images) <= 1e-6
