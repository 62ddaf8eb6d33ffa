"""A model from a file, as something to call."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Frozen:
    """A model from a file. Call it with a batch: arrays in, arrays out.

    Attributes:
        path: The file or folder.
        format: One of ``utils.freezing.FORMATS``, or "litert" for all ``.tflite``.
        input_shape: Of a batch; None where any size goes.
        dtype: What inputs are converted to.
        variables: What training could still change; empty where all is constant.
        model: The Keras model, where the file holds one.
        function: From tensor to tensor, for a GradientTape, where TensorFlow reads it.
    """

    path: Path
    format: str
    input_shape: tuple[int | None, ...]
    dtype: str
    run: Callable[[np.ndarray], np.ndarray] = field(repr=False)
    variables: Sequence = field(default_factory=list, repr=False)
    model: object = field(default=None, repr=False)
    function: Callable | None = field(default=None, repr=False)

    def __call__(self, x) -> np.ndarray:
        """Return the outputs for a batch.

        Args:
            x: Real numbers, of shape ``input_shape`` with at least one row.

        Raises:
            TypeError, ValueError: If ``x`` is not as described here.
        """
        x = np.asarray(x)
        if x.dtype.kind not in "fiub":
            raise TypeError(f"x must hold real numbers, got {x.dtype}")
        fits = x.ndim == len(self.input_shape) and all(
            wanted in (None, found)
            for wanted, found in zip(self.input_shape, x.shape, strict=True)
        )
        if not fits or 0 in x.shape:
            wanted = ", ".join("n" if s is None else str(s) for s in self.input_shape)
            raise ValueError(
                f"x must have shape ({wanted}) with n at least 1, got {x.shape}"
            )
        return np.asarray(self.run(np.ascontiguousarray(x, self.dtype)))
