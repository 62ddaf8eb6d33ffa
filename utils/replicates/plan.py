"""Which samples a step takes."""

from dataclasses import dataclass

import tensorflow as tf


@dataclass(frozen=True)
class Plan:
    """What the blocks have in common. Like ``fit``, the last batch may be smaller.

    Attributes:
        samples, batch_size, epochs, record_every: As in ``fit_replicates``.
        sample: For "x" and "y": shape and dtype of one sample, and whether each
            replicate sees another batch, because of its own data or its own order.
    """

    samples: int
    batch_size: int
    epochs: int
    record_every: int | None
    sample: tuple[tuple[str, tuple[int, ...], str, bool], ...]

    @property
    def steps_per_epoch(self) -> int:
        return -(-self.samples // self.batch_size)

    @property
    def steps(self) -> int:
        return self.epochs * self.steps_per_epoch

    @property
    def records(self) -> int:
        return self.steps // self.record_every if self.record_every else 0


def batch(shared: dict, own: dict, rows, begin, size) -> tuple[dict, dict]:
    """Return what all replicates see in a step, and (R, size, ...) what each sees.

    ``rows``, int (R, size), are the samples of each; None: those from ``begin`` on.
    """
    if rows is not None:
        mine = {name: tf.gather(array, rows) for name, array in shared.items()}
        mine |= {
            name: tf.gather(array, rows, batch_dims=1) for name, array in own.items()
        }
        return {}, mine
    return (
        {name: take_slice(array, 0, begin, size) for name, array in shared.items()},
        {name: take_slice(array, 1, begin, size) for name, array in own.items()},
    )


def take_slice(array, axis, begin, size):
    """Return ``size`` entries of ``array`` along ``axis``, with a static shape."""
    starts, sizes = [0] * array.shape.rank, array.shape.as_list()
    starts[axis], sizes[axis] = begin, size
    return tf.slice(array, starts, sizes)
