"""The fresh process of ``utils.freezing.reload_elsewhere``: it opens files it is told.

Its job is in the folder that is its argument, where it leaves what it found.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np

from utils.freezing.reload import load_frozen, milliseconds


def main(folder: Path) -> None:
    job = json.loads((folder / "job.json").read_text("utf8"))
    x = np.load(folder / "x.npy")
    found, outputs = [], {}
    for k, path in enumerate(job["paths"]):
        try:
            load_frozen(path, checksum=job["checksum"])  # imports its reader
            begin = time.perf_counter()
            frozen = load_frozen(path, checksum=job["checksum"])
            load = 1e3 * (time.perf_counter() - begin)
            outputs[str(k)] = frozen(x)
            found.append({"load": load, **_measure(frozen, x)})
        except (OSError, ValueError, ModuleNotFoundError) as error:
            found.append({"error": f"{type(error).__name__}: {error}"})
        print(path, flush=True)
    np.savez(folder / "outputs.npz", **outputs)
    (folder / "found.json").write_text(json.dumps(found), "utf8")


def _measure(frozen, x):
    return {
        "one": milliseconds(lambda: frozen(x[:1]), 200),
        "batch": milliseconds(lambda: frozen(x), 50),
        "variables": len(frozen.variables),
        "losses": len(getattr(frozen.model, "losses", ())),
        "learns": _learns(frozen, x),
    }


def _learns(frozen, x):
    """Take one step down the gradient, and see whether the outputs move."""
    if not frozen.variables:
        return False
    import tensorflow as tf

    # Keras wraps the variables of TensorFlow, which a SavedModel has bare.
    variables = [v if isinstance(v, tf.Variable) else v.value for v in frozen.variables]
    before = frozen(x)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(frozen.function(tf.constant(x, frozen.dtype)) ** 2)
    for variable, gradient in zip(
        variables, tape.gradient(loss, variables), strict=True
    ):
        if gradient is not None:
            variable.assign_sub(1e-3 * gradient)
    return bool(np.abs(frozen(x) - before).max() > 0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
