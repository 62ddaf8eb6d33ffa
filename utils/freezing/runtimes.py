"""The readers that need neither TensorFlow nor Keras: LiteRT and ONNX."""

import warnings
from pathlib import Path

import numpy as np

from utils.freezing.frozen import Frozen


def _interpreter(content):
    """LiteRT of its own small package, or where that is not, TensorFlow's copy."""
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ModuleNotFoundError:
        from tensorflow.lite.python.interpreter import Interpreter

    with warnings.catch_warnings():  # "scheduled for deletion", since 2.20
        warnings.simplefilter("ignore", UserWarning)
        return Interpreter(model_content=content)


def read_litert(path: Path) -> Frozen:
    interpreter = _interpreter(path.read_bytes())
    interpreter.allocate_tensors()
    (x,), (y,) = interpreter.get_input_details(), interpreter.get_output_details()
    now = list(x["shape"])

    def run(batch):
        if list(batch.shape) != now:
            interpreter.resize_tensor_input(x["index"], batch.shape)
            interpreter.allocate_tensors()
            now[:] = batch.shape
        interpreter.set_tensor(x["index"], _to_integers(batch, x))
        interpreter.invoke()
        return _from_integers(interpreter.get_tensor(y["index"]), y)

    shape = tuple(None if s == -1 else int(s) for s in x["shape_signature"])
    whole = np.issubdtype(x["dtype"], np.integer) and not x["quantization"][0]
    return Frozen(
        path=path,
        format="litert",
        input_shape=shape,
        dtype=np.dtype(x["dtype"]).name if whole else "float32",
        run=run,
    )


def _to_integers(values, details):
    scale, zero = details["quantization"]
    if not scale:
        return values
    limits = np.iinfo(details["dtype"])
    steps = np.rint(values / np.float32(scale)) + zero
    return np.clip(steps, limits.min, limits.max).astype(details["dtype"])


def _from_integers(values, details):
    scale, zero = details["quantization"]
    if not scale:
        return values
    return (values.astype("float32") - zero) * np.float32(scale)


def read_onnx(path: Path) -> Frozen:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # what goes wrong is raised, too
    try:
        session = onnxruntime.InferenceSession(
            path.read_bytes(), options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # its message begins with the signature of a function
        raise ValueError(str(error).rpartition(") ")[2]) from None
    (x,), (y,) = session.get_inputs(), session.get_outputs()
    if x.type not in ("tensor(float)", "tensor(double)"):
        raise ValueError(f"Its input is of type {x.type}, not of floating numbers")
    return Frozen(
        path=path,
        format="onnx",
        input_shape=tuple(s if isinstance(s, int) else None for s in x.shape),
        dtype="float32" if x.type == "tensor(float)" else "float64",
        run=lambda batch: session.run([y.name], {x.name: batch})[0],
    )
