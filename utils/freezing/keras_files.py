"""The readers of what Keras writes: one file, or structure and weights apart."""

import json
import zipfile
from pathlib import Path

import keras
import tensorflow as tf

from utils import penalties  # noqa: F401 (Keras finds its constraints by name)
from utils.freezing.formats import STRUCTURE, WEIGHTS
from utils.freezing.frozen import Frozen
from utils.freezing.graphs import from_function


def read_keras(path: Path) -> Frozen:
    if not zipfile.is_zipfile(path):
        raise ValueError("It is not a zip file, or its end is missing")
    with zipfile.ZipFile(path) as archive:
        _check_version(archive.read("metadata.json"))
        if damaged := archive.testzip():
            raise ValueError(f"{damaged} in it is damaged")

    return _from_model(path, "keras", keras.saving.load_model(path, compile=False))


def read_parts(path: Path) -> Frozen:
    text = (path / STRUCTURE).read_text("utf8")
    _check_version(text)

    model = keras.models.model_from_json(text)
    model.load_weights(path / WEIGHTS)
    return _from_model(path, "parts", model)


def _check_version(about):
    found = json.loads(about).get("keras_version")
    try:
        newer = int(found.split(".")[0]) > int(keras.__version__.split(".")[0])
    except (AttributeError, ValueError):
        raise ValueError("It does not say by which Keras it was written") from None
    if newer:
        raise ValueError(
            f"It was written by Keras {found}, and this is {keras.__version__}"
        )


def _from_model(path, format, model):
    (tensor,) = model.inputs
    spec = tf.TensorSpec(tensor.shape, tensor.dtype)
    function = tf.function(lambda x: model(x, training=False), input_signature=[spec])
    return from_function(
        path, format, function, spec, variables=model.trainable_variables, model=model
    )
