"""Every format: the same answers, whole files or none, and one clear error each."""

import errno
import importlib.util
import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from utils import freezing
from utils.freezing import (
    FORMATS,
    compare,
    damage,
    export,
    freeze,
    litert,
    load_frozen,
    read,
    seal,
    write,
)
from utils.models import mlp
from utils.penalties import SoftThreshold

NAMES = {name: f"net{suffix}" for name, suffix in FORMATS.items()}
EXACT = [f for f in FORMATS if f not in ("litert_float16", "litert_int8")]


def needs(format):
    if format == "onnx":
        missing = [
            name
            for name in ("onnx", "tf2onnx", "onnxruntime")
            if not importlib.util.find_spec(name)
        ]
        if missing:
            message = f"NOT INSTALLED, so ONNX is not tested: {', '.join(missing)}"
            warnings.warn(message, stacklevel=2)
            pytest.skip(message)


@pytest.fixture(scope="module")
def model():
    network = mlp(
        (3, 8, 4, 2), activation="tanh", penalty=keras.regularizers.L1(0.1), seed=0
    )
    network.layers[0].bias.assign(np.linspace(-1, 1, 8))
    return network


@pytest.fixture(scope="module")
def x():
    return np.random.default_rng(0).normal(size=(50, 3)).astype("float32")


@pytest.fixture(scope="module")
def exported(model, x, tmp_path_factory):
    """A function from a format to a file in it, written once."""
    folder, done = tmp_path_factory.mktemp("exported"), {}

    def get(format):
        needs(format)
        if format not in done:
            place = folder / format
            place.mkdir(exist_ok=True)
            given = {"representative": x} if format == "litert_int8" else {}
            done[format] = export(model, place / NAMES[format], format, **given)
        return done[format]

    return get


@pytest.fixture
def copied(exported, tmp_path):
    """The same, but a copy that may be spoiled."""

    def get(format):
        path = exported(format)
        subprocess.run(["cp", "-r", f"{path.parent}/.", tmp_path], check=True)
        return tmp_path / path.name

    return get


# The same answers


@pytest.mark.parametrize("format", EXACT)
def test_a_file_answers_as_the_model(format, exported, model, x):
    found = compare(model, exported(format), x)
    assert found.max_delta <= 1e-6
    assert found.bytes == freezing.size(exported(format)) > 200
    assert 0 < found.milliseconds < 1000


def test_fewer_bits_answer_about_the_same(exported, model, x):
    half = compare(model, exported("litert_float16"), x).max_delta
    assert 0 < half < 1e-2
    reach = np.ptp(np.asarray(model(x)))
    assert half < compare(model, exported("litert_int8"), x).max_delta < 0.05 * reach


@pytest.mark.parametrize("format", FORMATS)
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
    interpreter = litert._interpreter(content)
    tensors = interpreter.get_tensor_details()
    assert {np.dtype(t["dtype"]) for t in tensors} <= {np.dtype("i1"), np.dtype("i4")}


def test_text_and_binary_are_the_same_graph(exported):
    binary = tf.compat.v1.GraphDef.FromString(exported("graph").read_bytes())
    from google.protobuf import text_format

    text = exported("graph_text").read_text("utf8")
    assert text_format.Parse(text, tf.compat.v1.GraphDef()) == binary
    assert not any("Variable" in node.op for node in binary.node)


@pytest.mark.parametrize("suffix", [".pb", ".pbtxt"])
def test_freeze_writes_a_graph(suffix, model, x, tmp_path):
    path = freeze(model, tmp_path / f"net{suffix}")
    assert compare(model, path, x).max_delta <= 1e-6
    assert load_frozen(path).variables == []


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
        assert compare(network, path, images).max_delta <= 1e-6


def test_constraints_of_the_course_come_along(tmp_path, x):
    network = mlp((3, 2), constraint=SoftThreshold(0.1, keras.optimizers.SGD(0.1)))
    path = export(network, tmp_path / "net.keras", "keras")
    (found,) = freezing.reload_elsewhere([path], x)
    assert found.error == ""
    np.testing.assert_allclose(found.outputs, network(x), atol=1e-6)


def test_a_fresh_process_finds_the_same(exported, model, x):
    formats = ["keras", "parts", "saved_model", "graph", "litert"]
    paths = [exported(format) for format in formats]
    found = freezing.reload_elsewhere([*paths, paths[0].with_name("no.pb")], x)
    found, missing = dict(zip(formats, found, strict=False)), found[-1]
    for reloaded in found.values():
        np.testing.assert_allclose(reloaded.outputs, model(x), atol=1e-6)
        assert min(reloaded.load, reloaded.one, reloaded.batch) > 0
    assert {f: r.variables for f, r in found.items()} == {
        "keras": 6, "parts": 6, "saved_model": 6, "graph": 0, "litert": 0
    }  # fmt: skip
    assert {f for f, r in found.items() if r.learns} == {
        "keras", "parts", "saved_model"
    }  # fmt: skip
    assert [r.losses for r in found.values()] == [3, 3, 0, 0, 0]
    assert missing.outputs is None
    assert missing.error.startswith("FileNotFoundError: path must exist")


def test_phones_need_no_tensorflow(exported, x):
    pytest.importorskip("ai_edge_litert")
    code = (
        "import sys; from utils.freezing import load_frozen; "
        "load_frozen(sys.argv[1])([[1, 2, 3]]); "
        "assert not {'tensorflow', 'keras'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, exported("litert")], check=True)


# Whole or not at all


def test_export_replaces_what_it_wrote(model, x, tmp_path):
    other = mlp((3, 2), seed=5)
    for format in ("graph", "parts"):
        path = tmp_path / NAMES[format]
        export(model, path, format)
        export(other, path, format)
        assert compare(other, path, x).max_delta <= 1e-6
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "net",
        "net.pb",
        "net.pb.sha256",
    ]


SAVE = """
import os, sys
from pathlib import Path
from utils.freezing.seal import replacing

path, folder, fatal = Path(sys.argv[1]), sys.argv[2] == "folder", int(sys.argv[3])
steps = 0

def count(act):
    def counted(*arguments, **settings):
        global steps
        steps += 1
        if steps == fatal:
            os._exit(9)  # as if the power went
        return act(*arguments, **settings)
    return counted

os.replace, os.rename = count(os.replace), count(os.rename)
os.fsync, os.chmod = count(os.fsync), count(os.chmod)
with replacing(path, folder=folder) as place:
    if folder:
        place.mkdir()
        place = place / "saved_model.pb"
    place.write_text("new")
print(steps)
"""


def _save(path, kind, fatal):
    return subprocess.run(
        [sys.executable, "-c", SAVE, path, kind, str(fatal)],
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("kind", ["file", "folder"])
@pytest.mark.parametrize("before", ["nothing", "old"])
def test_a_save_that_is_killed_leaves_the_old_or_the_new(kind, before, tmp_path):
    path = tmp_path / ("net.pb" if kind == "file" else "net")
    content = path if kind == "file" else path / "saved_model.pb"
    steps = int(_save(path, kind, 0).stdout)
    assert steps >= 4
    seen = set()
    for fatal in range(1, steps + 5):
        for made in tmp_path.iterdir():
            subprocess.run(["rm", "-r", made], check=True)
        if before == "old":
            content.parent.mkdir(exist_ok=True)
            content.write_text("old")
            seal(path)
        done = _save(path, kind, fatal)
        if done.returncode == 0:
            assert content.read_text() == "new"
        if path.exists():
            seal.check_seal(path)  # whole, and its sums agree
            seen.add(content.read_text())
        else:
            assert before == "nothing" or kind == "folder"
    assert seen == ({"new"} if before == "nothing" else {"old", "new"})


def test_a_full_disk_leaves_the_old_file(model, x, tmp_path, monkeypatch):
    path = freeze(model, tmp_path / "net.pb")
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}

    def full(self, content):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match=r"nothing was changed: No space .*net\.pb") as e:
        freeze(mlp((3, 2)), path)
    assert e.value.errno == errno.ENOSPC
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of Unix")
def test_a_really_full_disk_leaves_nothing_half_done(tmp_path):
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)); "
        "from pathlib import Path; from utils.freezing.seal import replacing\n"
        "with replacing(Path(sys.argv[1]), folder=False) as place:\n"
        "    place.write_bytes(bytes(5000))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "net.pb"],
        capture_output=True,
        text=True,
    )
    assert "OSError" in done.stderr and "nothing was changed" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_no_permission_to_write(model, tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(tempfile, "mkdtemp", refuse)
    with pytest.raises(PermissionError, match=r"nothing was changed.*net\.pb"):
        freeze(model, tmp_path / "net.pb")
    assert list(tmp_path.iterdir()) == []


def test_no_permission_to_read(exported, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), "net.pb")

    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(PermissionError, match=r"net\.pb"):
        load_frozen(exported("graph"))


def test_folders_of_others_are_left_alone(model, tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_bytes(b"cat")
    with pytest.raises(ValueError, match="photos holds other things"):
        export(model, tmp_path / "photos", "saved_model")
    assert (tmp_path / "photos" / "cat.jpg").read_bytes() == b"cat"


# Bad input


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
        freeze(model, tmp_path / "nowhere" / "net.pb")
    with pytest.raises(ValueError, match=r"must end in \.pb or \.pbtxt"):
        freeze(model, tmp_path / "net.tflite")


def test_bad_models(tmp_path):
    path = tmp_path / "net.pb"
    with pytest.raises(TypeError, match="must be a Keras model, got function"):
        freeze(lambda x: x, path)
    unbuilt = keras.Sequential([keras.layers.Dense(2)])
    with pytest.raises(ValueError, match="must be built, but 'sequential"):
        freeze(unbuilt, path)
    a, b = keras.Input((1,)), keras.Input((1,))
    with pytest.raises(ValueError, match=r"one input and one output, .* has 2 and 1"):
        freeze(keras.Model([a, b], keras.layers.Add()([a, b])), path)


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


@pytest.mark.parametrize("format", FORMATS)
def test_bad_inputs_to_a_loaded_model(format, exported):
    frozen = load_frozen(exported(format))
    for bad in (
        np.zeros(3),
        np.zeros((2, 4)),
        np.zeros((0, 3)),
        np.zeros((1, 3, 1)),
        1,
    ):
        with pytest.raises(ValueError, match=r"shape \(n, 3\) with n at least 1, got"):
            frozen(bad)
    for bad in ([["a", "b", "c"]], np.zeros((1, 3), complex), None, [[None] * 3]):
        with pytest.raises(TypeError, match="x must hold real numbers"):
            frozen(bad)


class Twice(keras.layers.Layer):
    """A layer that no other program has heard of."""

    def call(self, inputs):
        return 2 * inputs


def test_a_layer_that_is_not_registered(tmp_path, x):
    network = keras.Sequential([keras.Input((3,)), Twice()])
    paths = [
        export(network, tmp_path / f"{format}{FORMATS[format]}", format)
        for format in ("keras", "parts", "saved_model", "graph", "litert")
    ]
    found = freezing.reload_elsewhere(paths, x)
    for path, reloaded in zip(paths[:2], found, strict=False):
        assert reloaded.error.startswith(f"ValueError: {path} could not be opened")
        assert "Twice" in reloaded.error
    for reloaded in found[2:]:
        np.testing.assert_allclose(reloaded.outputs, 2 * x)


def test_onnx_says_what_it_needs(model, tmp_path, monkeypatch):
    monkeypatch.setattr(write.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(
        ModuleNotFoundError, match=r"needs onnx and tf2onnx.*pip install"
    ):
        export(model, tmp_path / "net.onnx", "onnx")
    assert list(tmp_path.iterdir()) == []


# Files that are not what they should be


def test_nothing_there(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"path must exist, but .*no\.pb does"):
        load_frozen(tmp_path / "no.pb")


def test_neither_file_nor_folder_of_a_model(tmp_path):
    (tmp_path / "net.txt").write_text("")
    with pytest.raises(ValueError, match=r"must end in one of \.keras, .*net\.txt"):
        load_frozen(tmp_path / "net.txt")
    (tmp_path / "net.keras").mkdir()
    with pytest.raises(ValueError, match=r"the folder .*net\.keras holds neither"):
        load_frozen(tmp_path / "net.keras")


def test_without_sums_it_is_not_opened(copied):
    path = copied("graph")
    path.with_name("net.pb.sha256").unlink()
    with pytest.raises(
        ValueError, match=r"no checksum: expected net\.pb\.sha256 besid"
    ):
        load_frozen(path)
    assert load_frozen(path, checksum=False).format == "graph"
    seal(path)
    assert load_frozen(path).format == "graph"
    folder = copied("parts")
    (folder / "SHA256SUMS").unlink()
    with pytest.raises(ValueError, match="no checksum: expected SHA256SUMS in it"):
        load_frozen(folder)


def test_sums_are_those_of_sha256sum(exported):
    path = exported("graph")
    for name, place in ((f"{path.name}.sha256", path.parent), ("SHA256SUMS", None)):
        folder = place or exported("saved_model")
        subprocess.run(["sha256sum", "--quiet", "-c", name], cwd=folder, check=True)


def test_a_folder_with_a_file_more_or_less(copied):
    folder = copied("parts")
    (folder / "more").write_text("")
    with pytest.raises(ValueError, match=r"was changed: .* more differs"):
        load_frozen(folder)
    (folder / "more").unlink()
    (folder / "model.weights.h5").unlink()
    with pytest.raises(ValueError, match=r"model\.weights\.h5 differs"):
        load_frozen(folder)


SPOILED = ["keras", "parts", "saved_model", "graph", "graph_text", "litert", "onnx"]


@pytest.mark.parametrize("format", SPOILED)
@pytest.mark.parametrize("kind", ["empty", "wrong format", "newer version"])
def test_what_is_not_a_model_is_one_error(format, kind, exported, tmp_path):
    """Sealed, so that the readers themselves have to notice."""
    original = exported(format)
    path = tmp_path / original.name
    damage(original, path, kind, np.random.default_rng(0))
    seal(path)
    with pytest.raises(ValueError) as error:
        load_frozen(path)
    what, said = read.detect(path).what, str(error.value)
    assert f"{path} could not be opened: expected {what}. " in said
    assert len(said.splitlines()) == 1
    if kind == "newer version":
        assert any(hint in said for hint in ("99", "1000000"))


def test_accidents_that_are_not_known(exported, tmp_path):
    with pytest.raises(ValueError, match=r"truncated, flipped, empty, .* got 'burnt'"):
        damage(exported("graph"), tmp_path / "a.pb", "burnt", np.random.default_rng(0))


# Files that do more than compute


def test_a_lambda_is_not_run(tmp_path):
    marker = tmp_path / "was-here"
    place = str(marker)
    network = keras.Sequential(
        [
            keras.Input((1,)),
            keras.layers.Lambda(lambda x: _leave_a_mark(x, place)),
        ]
    )
    assert marker.exists()
    marker.unlink()
    for format in ("keras", "parts"):
        path = export(network, tmp_path / NAMES[format], format)
        marker.unlink(missing_ok=True)
        with pytest.raises(ValueError, match=r"could not be opened.*[Ll]ambda"):
            load_frozen(path)
        assert not marker.exists()


def _leave_a_mark(x, marker):
    Path(marker).write_text("")
    return x


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


# The road of TensorFlow 1, as chapter 9 tells it


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
