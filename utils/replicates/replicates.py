"""What became of trained replicates."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import keras
import numpy as np

from utils.checks import whole
from utils.replicates import inputs

if TYPE_CHECKING:
    from utils.replicates.training import Training

# About how many values of one layer to hold at once while predicting, and replicates.
_PREDICT_VALUES = 2**24
_PREDICT_REPLICATES = 1024


@dataclass(frozen=True, eq=False)
class Replicates:
    """What ``fit_replicates`` returns. R replicates, weights as ``get_weights()``.

    Attributes:
        initial: Weights before the first step: a list of arrays (R, ...).
        weights: Weights after the last step: a list of arrays (R, ...).
        averaged: Mean of the weights over all steps: a list of arrays (R, ...).
        history: Weights after every ``record_every`` steps: a list of arrays
            (R, records, ...); empty if nothing was recorded.
        loss: Loss of each epoch, penalties included, as in ``fit``'s history:
            float32 (R, epochs).
        diverged: Which replicates diverged, and from which step: the first (counted
            from 1) whose loss was not finite, or the last one if only the weights
            were not.
    """

    initial: list[np.ndarray]
    weights: list[np.ndarray]
    averaged: list[np.ndarray]
    history: list[np.ndarray]
    loss: np.ndarray
    diverged: dict[int, int]
    _training: "Training" = field(repr=False)

    def __len__(self) -> int:
        return len(self.loss)

    @property
    def finished(self) -> np.ndarray:
        """Return which replicates did not diverge, as bool (R,)."""
        finished = np.ones(len(self), bool)
        finished[list(self.diverged)] = False
        return finished

    def predict(self, x, weights: list[np.ndarray] | None = None) -> np.ndarray:
        """Predict with every replicate.

        Args:
            x: Array (n, ...) for all replicates or (R, n, ...), one for each.
            weights: Which weights to use: ``.weights`` if None; ``.averaged``,
                ``.initial`` or any list of arrays (R, ...) of the same shapes.

        Returns:
            Array (R, n, ...), float32. Rows of diverged replicates are not finite.

        Raises:
            TypeError: If ``x`` does not hold numbers.
            ValueError: If a shape does not fit or ``x`` is not finite.
        """
        model = self._training.model
        x, own = inputs.check_features(model, x, len(self))
        weights = self._checked(weights)
        widest = max((v.shape[-1] for v in model.weights if len(v.shape)), default=1)
        features = x[0] if own else x
        size = _PREDICT_VALUES // max(features.size * widest, 1)
        size = min(max(size, 1), _PREDICT_REPLICATES)
        blocks = [slice(i, i + size) for i in range(0, len(self), size)]
        return np.concatenate(
            [
                self._training.predict([w[b] for w in weights], x[b] if own else x, own)
                for b in blocks
            ]
        )

    def model(self, i: int, weights: list[np.ndarray] | None = None) -> keras.Model:
        """Return replicate ``i`` as a model of its own, fresh from ``build()``.

        Args:
            i: From 0 to R - 1.
            weights: As in ``predict``.

        Raises:
            TypeError: If ``i`` is not a whole number.
            ValueError: If ``i`` is out of range, or the weights do not fit.
        """
        i = whole("i", i, 0, len(self) - 1)
        weights = self._checked(weights)
        model = self._training.trainer.build()
        model.set_weights([w[i] for w in weights])
        return model

    def retrain(
        self, initial: list[np.ndarray], x=None, y=None, replicates: int | None = None
    ) -> "Replicates":
        """Train once more from other weights, without compiling anything again.

        All else is as in the call of ``fit_replicates`` that returned this: the model,
        the settings, the seeds and so the orders of samples. With a number that the
        model reads from a weight that is not trained, this tries other values.

        Args:
            initial: As for ``fit_replicates``.
            x, y: Other data of the same shapes; None: those from before.
            replicates: R; None: as many as before.

        Raises:
            TypeError, ValueError: As ``fit_replicates``, or if a shape differs from
                what the program was compiled for.
        """
        training = self._training
        replicates = len(self) if replicates is None else replicates
        replicates = whole("replicates", replicates, 1)
        given = training.data.shared | training.data.own
        x = given["x"] if x is None else x
        y = given["y"] if y is None else y
        data = inputs.check_data(training.model, x, y, replicates)
        if str(data) != str(training.data):
            raise ValueError(
                "x and y must have the shapes and types that the program was compiled "
                f"for: {training.data}, got {data}"
            )
        return training.run(initial, data, replicates)

    def _checked(self, weights):
        weights = self.weights if weights is None else weights
        return inputs.check_weights(self._training.model, "weights", weights, len(self))
