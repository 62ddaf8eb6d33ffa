"""Every format: the same answers, and one clear error for what cannot be written."""

import errno
import importlib
import os
import tempfile
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from google.protobuf import text_format

from tests.unit.freezing.cases import ALL, EXACT, NAMES, largest_delta
from utils.freezing import (
    FORMATS,
    export,
    load_frozen,
    milliseconds,
    runtimes,
    seal,
    size,
    writing,
)
from utils.models import mlp


@pytest.mark.parametrize("format", EXACT)
def test_a_file_answers_as_the_model(format, exported, model, x):
    path, frozen = exported(format), load_frozen(exported(format))
    assert largest_delta(model, path, x) <= 1e-6
    assert size(path) > 200
    assert 0 < milliseconds(lambda: frozen(x)) < 1000
    if format.startswith("graph"):
        assert frozen.variables == []


def test_fewer_bits_answer_about_the_same(exported, model, x):
    half = largest_delta(model, exported("litert_float16"), x)
    assert 0 < half < 1e-2
    reach = np.ptp(np.asarray(model(x)))
    assert half < largest_delta(model, exported("litert_int8"), x) < 0.05 * reach


@pytest.mark.parametrize("format", ALL)
def test_any_number_of_rows_in_any_order(format, exported, x):
    frozen = load_frozen(exported(format))
    whole = frozen(x)
    assert whole.shape == (50, 2) and whole.dtype == np.float32
    for rows in (slice(1), slice(7, 20), slice(49, 50), slice(None)):
        np.testing.assert_allclose(frozen(x[rows]), whole[rows], atol=1e-6)
    assert np.array_equal(frozen(x[::-1]), frozen(np.ascontiguousarray(x[::-1])))
    assert np.array_equal(frozen(x.astype("float64")), whole)


def test_int8_computes_in_integers(exported):
    content = exported("litert_int8").read_bytes()
    interpreter = runtimes._interpreter(content)
    tensors = interpreter.get_tensor_details()
    assert {np.dtype(t["dtype"]) for t in tensors} <= {np.dtype("i1"), np.dtype("i4")}


def test_text_and_binary_are_the_same_graph(exported):
    binary = tf.compat.v1.GraphDef.FromString(exported("graph").read_bytes())
    text = exported("graph_text").read_text("utf8")
    assert text_format.Parse(text, tf.compat.v1.GraphDef()) == binary
    assert not any("Variable" in node.op for node in binary.node)


def test_convolutions_and_normalization_freeze_too(tmp_path):
    keras.utils.set_random_seed(0)
    network = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(3, 3, activation="relu"),
            keras.layers.BatchNormalization(),
            keras.layers.Dropout(0.5),
            keras.layers.Flatten(),
            keras.layers.Dense(4, activation="softmax"),
        ]
    )
    network.layers[1].moving_mean.assign([0.1, 0.2, 0.3])
    images = np.random.default_rng(0).random((6, 8, 8, 1), "float32")
    for format in ("keras", "parts", "saved_model", "graph", "litert"):
        path = export(network, tmp_path / f"{format}{FORMATS[format]}", format)
        assert largest_delta(network, path, images) <= 1e-6


@keras.saving.register_keras_serializable("tests")
class Three(keras.layers.Layer):
    """Loops three times, and reads no variable in it."""

    def call(self, x):
        return keras.ops.fori_loop(0, 3, lambda i, x: 1.5 * x + 1, x)


def test_loops_that_cannot_be_read_are_refused_and_no_others(tmp_path):
    x = np.ones((2, 3, 1), "float32")

    def network(layer):
        return keras.Sequential([keras.Input((3, 1)), layer])

    recurrent = network(keras.layers.SimpleRNN(2))
    others = network(keras.layers.SimpleRNN(2, unroll=True)), network(Three())
    for format, says in (
        ("saved_model", "computes in a loop, .* unroll=True"),
        ("graph", "computes in a loop, .* unroll=True"),
        ("litert", "operation that LiteRT lacks, .* unroll=True"),
    ):
        path = tmp_path / f"net{FORMATS[format]}"
        with pytest.raises(ValueError, match=says):
            export(recurrent, path, format)
        assert not path.exists()
        for model in others:
            assert largest_delta(model, export(model, path, format), x) <= 1e-6
    path = export(recurrent, tmp_path / "net.keras", "keras")
    assert largest_delta(recurrent, path, x) == 0


def test_export_replaces_what_it_wrote(model, x, tmp_path):
    other = mlp((3, 2), seed=5)
    for format in ("graph", "parts"):
        path = tmp_path / NAMES[format]
        export(model, path, format)
        export(other, path, format)
        assert largest_delta(other, path, x) <= 1e-6
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "net",
        "net.pb",
        "net.pb.sha256",
    ]


def test_a_full_disk_leaves_the_old_file(model, x, tmp_path, monkeypatch):
    path = export(model, tmp_path / "net.pb", "graph")
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}

    def full(self, content):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match=r"nothing was changed: No space .*net\.pb") as e:
        export(mlp((3, 2)), path, "graph")
    assert e.value.errno == errno.ENOSPC
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_no_permission_to_write(model, tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(tempfile, "mkdtemp", refuse)
    with pytest.raises(PermissionError, match=r"nothing was changed.*net\.pb"):
        export(model, tmp_path / "net.pb", "graph")
    assert list(tmp_path.iterdir()) == []


def test_folders_of_others_are_left_alone(model, tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_bytes(b"cat")
    with pytest.raises(ValueError, match="photos holds other things"):
        export(model, tmp_path / "photos", "saved_model")
    assert (tmp_path / "photos" / "cat.jpg").read_bytes() == b"cat"


@pytest.mark.parametrize(
    ("format", "name", "message"),
    [
        ("pickle", "net.pkl", "format must be one of keras, parts, .* got 'pickle'"),
        ("graph", "net.pbtxt", "path must end in .pb for format 'graph'"),
        ("keras", "net", "path must end in .keras"),
        ("keras", "folder.keras", "must be a file in this format, but .* is a folder"),
        ("saved_model", "file", "must be a folder in this format, but .* is a file"),
    ],
)
def test_bad_formats_and_paths(format, name, message, model, tmp_path):
    (tmp_path / "folder.keras").mkdir()
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match=message):
        export(model, tmp_path / name, format)


def test_no_such_folder(model, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"a folder that exists, but .*nowhere"):
        export(model, tmp_path / "nowhere" / "net.pb", "graph")


def test_bad_models(tmp_path):
    path = tmp_path / "net.pb"
    with pytest.raises(TypeError, match="must be a Keras model, got function"):
        export(lambda x: x, path, "graph")
    unbuilt = keras.Sequential([keras.layers.Dense(2)])
    with pytest.raises(ValueError, match="must be built, but 'sequential"):
        export(unbuilt, path, "graph")
    a, b = keras.Input((1,)), keras.Input((1,))
    with pytest.raises(ValueError, match=r"one input and one output, .* has 2 and 1"):
        export(keras.Model([a, b], keras.layers.Add()([a, b])), path, "graph")


@pytest.mark.parametrize(
    ("format", "given", "message"),
    [
        ("litert", np.zeros((3, 3)), 'for format "litert_int8" only'),
        ("litert_int8", None, r"typical inputs, an array of shape \('n', 3\)"),
        ("litert_int8", np.zeros((5, 2)), r"of shape \(5, 2\)"),
        ("litert_int8", np.zeros((0, 3)), "n at least 1"),
        ("litert_int8", np.full((5, 3), np.nan), "must be finite"),
        ("litert_int8", np.full((5, 3), "a"), "typical inputs"),
    ],
)
def test_bad_representatives(format, given, message, model, tmp_path):
    with pytest.raises(ValueError, match=message):
        export(model, tmp_path / "net.tflite", format, representative=given)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.onnx
@pytest.mark.parametrize("name", ["tests", "tools", "utils"])
def test_our_packages_come_first(name):
    """tf2onnx brings packages of the same names."""
    importlib.import_module("tf2onnx")
    root = Path(__file__).parents[3]
    assert Path(importlib.import_module(name).__file__).parent == root / name


def test_onnx_says_what_it_needs(model, tmp_path, monkeypatch):
    monkeypatch.setattr(writing.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(
        ModuleNotFoundError, match=r"needs onnx and tf2onnx.*pip install"
    ):
        export(model, tmp_path / "net.onnx", "onnx")
    assert list(tmp_path.iterdir()) == []


# The road of TensorFlow 1, as the chapter on freezing tells it


@pytest.mark.parametrize("use_resource", [False, True])
def test_freeze_graph_wants_the_variables_of_its_time(use_resource, tmp_path):
    from tensorflow.python.tools.freeze_graph import freeze_graph

    v1 = tf.compat.v1
    with tf.Graph().as_default() as graph, v1.Session() as session:
        x = v1.placeholder(tf.float32, (None, 1), name="x")
        w = v1.get_variable("w", initializer=[[2.0]], use_resource=use_resource)
        tf.matmul(x, w, name="y")
        session.run(v1.global_variables_initializer())
        v1.train.write_graph(graph, str(tmp_path), "graph.pb", as_text=False)
        v1.train.Saver().save(session, str(tmp_path / "weights"))

    def freeze_it():
        with tf.Graph().as_default():
            freeze_graph(
                input_graph=str(tmp_path / "graph.pb"),
                input_saver="",
                input_binary=True,
                input_checkpoint=str(tmp_path / "weights"),
                output_node_names="y",
                restore_op_name="",
                filename_tensor_name="",
                output_graph=str(tmp_path / "frozen.pb"),
                clear_devices=True,
                initializer_nodes="",
            )

    if use_resource:
        with pytest.raises(IndexError):
            freeze_it()
    else:
        freeze_it()
        seal(tmp_path / "frozen.pb")
        assert load_frozen(tmp_path / "frozen.pb")([[3.0]]).tolist() == [[6.0]]
