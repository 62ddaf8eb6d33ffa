"""A compiled program, and trainings by it from one start or another."""

import warnings
from concurrent.futures import Executor
from dataclasses import dataclass

import keras
import numpy as np

from utils.checks import finite
from utils.replicates import blocks, inputs, starts
from utils.replicates.predictor import Predictor
from utils.replicates.replicates import Replicates

# Weights of one block, in bytes: small enough to stay in a core's cache.
_BLOCK_BYTES = 64 * 1024
_BLOCK_REPLICATES = 1024


@dataclass(frozen=True, eq=False)
class Training:
    """A compiled program and all that ``fit_replicates`` was told, but for a start."""

    model: keras.Model
    trainer: blocks.BlockTrainer
    predict: Predictor
    data: inputs.Data
    block: int
    seed: int
    shuffle: bool
    executor: Executor | None
    progress: bool | None

    def run(
        self, initial: list[np.ndarray], data: inputs.Data, replicates: int
    ) -> Replicates:
        """Train ``replicates`` of the model from ``initial`` on ``data``."""
        initial = inputs.check_weights(self.model, "initial", initial, replicates)
        for k, array in enumerate(initial):
            finite(f"initial[{k}]", array)
        jobs = self._blocks(initial, data, replicates)
        parts = blocks.run(self.trainer, jobs, self.executor, self.progress)
        joined = {
            name: _join([part[name] for part in parts], replicates) for name in parts[0]
        }
        steps = joined.pop("diverged")
        diverged = {int(i): int(steps[i]) for i in np.flatnonzero(steps)}
        if diverged:
            first = min(diverged)
            warnings.warn(
                f"{len(diverged)} of {replicates} replicates diverged, first replicate "
                f"{first} at step {diverged[first]}: see .diverged, and .finished for "
                "those that did not",
                RuntimeWarning,
                stacklevel=3,
            )
        return Replicates(initial, **joined, diverged=diverged, _training=self)

    def _blocks(self, initial, data, replicates) -> list[dict]:
        layer_seeds = starts.draw_layer_seeds(self.model, replicates, self.seed)
        found = []
        for first in range(0, replicates, self.block):
            # All blocks have one size, so that one program serves all: the last block
            # repeats its last replicate.
            rows = np.minimum(np.arange(first, first + self.block), replicates - 1)
            found.append(
                {
                    "weights": [w[rows] for w in initial],
                    "layer_seeds": layer_seeds[rows],
                    "order_seeds": self.seed + rows if self.shuffle else None,
                    "shared": data.shared,
                    "own": {name: array[rows] for name, array in data.own.items()},
                }
            )
        return found


def block_size(model: keras.Model, replicates: int) -> int:
    """Return how many replicates to train side by side; the same on every machine."""
    weights = sum(int(np.prod(v.shape)) for v in model.weights)
    largest = min(max(_BLOCK_BYTES // (4 * weights), 1), _BLOCK_REPLICATES)
    count = -(-replicates // largest)
    return -(-replicates // count)


def _join(parts, replicates):
    """Concatenate blocks of arrays, or of lists of arrays; drop the repetitions."""
    if isinstance(parts[0], list):
        return [_join(list(p), replicates) for p in zip(*parts, strict=True)]
    return np.concatenate(parts)[:replicates]
