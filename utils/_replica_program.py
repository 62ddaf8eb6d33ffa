"""One compiled program that trains a block of replicates side by side.

The idea in one line: write Keras' own training step for *one* replicate as a pure
function of its state, and vectorize that function over replicates.

``keras.StatelessScope`` makes the step pure: inside it, layers, regularizers, the
loss, the optimizer and the constraints read tensors instead of variables, and what
they assign is collected instead of stored. ``tf.vectorized_map`` adds the replicate
axis, and XLA compiles the loop over all steps. None of Keras' arithmetic is written
a second time here.
"""

from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf
from keras.src.optimizers.base_optimizer import BaseOptimizer


class _PureOptimizer(keras.optimizers.Optimizer):
    """Brings back the methods that Keras' TensorFlow optimizer overrides.

    The overrides write to ``tf.Variable`` objects and so bypass StatelessScope; the
    originals, which the JAX backend uses too, assign through Keras variables.
    """

    assign = BaseOptimizer.assign
    assign_add = BaseOptimizer.assign_add
    assign_sub = BaseOptimizer.assign_sub
    _apply_weight_decay = BaseOptimizer._apply_weight_decay
    _backend_update_step = BaseOptimizer._backend_update_step
    _clip_by_norm = BaseOptimizer._clip_by_norm

    def _var_key(self, variable):
        return self._keys[id(variable)]


def _make_pure(optimizer: keras.optimizers.Optimizer, variables: list) -> None:
    """Make ``optimizer`` respect StatelessScope, in place, keeping its settings."""
    optimizer.build(variables)
    keys = {id(v): optimizer._var_key(v) for v in variables}
    kind = type(optimizer)
    # In the method order _PureOptimizer comes after `kind`, so that what `kind`
    # defines itself still wins, and before the TensorFlow class behind it.
    optimizer.__class__ = type(kind.__name__, (kind, _PureOptimizer), {})
    optimizer._keys = keys


@dataclass(frozen=True)
class Schedule:
    """How many steps of which size; like ``fit``, the last batch may be smaller."""

    samples: int
    batch_size: int
    epochs: int
    record_every: int | None = None

    @property
    def steps_per_epoch(self) -> int:
        return -(-self.samples // self.batch_size)

    @property
    def steps(self) -> int:
        return self.epochs * self.steps_per_epoch

    @property
    def records(self) -> int:
        return self.steps // self.record_every if self.record_every else 0


class BlockProgram:
    """Trains blocks of replicates of one model; built and traced once per process.

    The model's variables only name the parts of the state. Their own values are read
    by ``start`` and never written.
    """

    def __init__(self, model: keras.Model, schedule: Schedule):
        self.schedule = schedule
        self.model = model
        self.optimizer = model.optimizer
        _make_pure(self.optimizer, model.trainable_variables)
        # The state of one replicate: weights in the order of get_weights(), the
        # seeds of random layers, the optimizer's slots.
        self.seeds = seed_variables(model)
        clock = {id(self.optimizer.iterations), id(self.optimizer.learning_rate)}
        self.slots = [v for v in self.optimizer.variables if id(v) not in clock]
        self.variables = [*model.weights, *self.seeds, *self.slots]
        self._first_iteration = int(self.optimizer.iterations.numpy())
        self._function = tf.function(self._advance, jit_compile=True, autograph=False)

    def start(self, weights: list[np.ndarray], seeds: np.ndarray) -> dict:
        """Return the state before the first step, to be handed to ``advance``.

        Args:
            weights: Arrays (R, ...), in the order of ``get_weights()``.
            seeds: Integers (R, k), one for each random layer.
        """
        count = len(weights[0])
        generators = [np.stack([s, np.zeros_like(s)], axis=1) for s in seeds.T]
        slots = [np.broadcast_to(v.numpy(), (count, *v.shape)) for v in self.slots]
        values = [
            tf.constant(value, variable.dtype)
            for variable, value in zip(
                self.variables, [*weights, *generators, *slots], strict=True
            )
        ]
        weights = values[: len(weights)]
        records = self.schedule.records
        return {
            "values": values,
            "averaged": weights,
            "history": [
                tf.zeros((records, *w.shape), w.dtype) for w in weights if records
            ],
            "loss": tf.zeros((self.schedule.epochs, count)),
            "diverged": tf.zeros((count,), tf.int32),
        }

    def advance(
        self, state: dict, data: dict, order, epoch: int, first: int, last: int
    ) -> dict:
        """Run the steps from ``first`` up to, but not including, ``last``.

        Args:
            state: What ``start`` or ``advance`` returned.
            data: "shared" and "own" dictionaries, which together hold "x" and "y":
                shared arrays (n, ...), own arrays (R, n, ...).
            order: None, or int32 (R, m): the numbers of the samples in the order in
                which each replicate takes them.
            epoch: The epoch with which ``order`` begins.
            first, last: Step numbers, counted from 0.
        """
        steps = [tf.constant(i) for i in (epoch, first, last)]
        # Not self._function(...): its watch for frequent tracing would warn about
        # programs of earlier calls.
        run = self._function.get_concrete_function(state, data, order, *steps)
        return run(state, data, order, *steps)

    def finish(self, state: dict) -> dict:
        """Return the results as NumPy arrays whose first axis is the replicate."""
        count = len(state["averaged"])
        weights = [value.numpy() for value in state["values"][:count]]
        diverged = state["diverged"].numpy()
        finite = [
            np.isfinite(w.reshape(len(w), -1)).all(axis=1)
            for w in weights
            if w.dtype.kind == "f"
        ]
        diverged[(diverged == 0) & ~np.all(finite, axis=0)] = self.schedule.steps
        return {
            "weights": weights,
            "averaged": [a.numpy() for a in state["averaged"]],
            "history": [np.moveaxis(h.numpy(), 0, 1) for h in state["history"]],
            "loss": state["loss"].numpy().T,
            "diverged": diverged,
        }

    def _advance(self, state, data, order, order_epoch, first, last):
        plan = self.schedule
        full, partial = plan.batch_size, plan.samples % plan.batch_size

        def step(number, state):
            epoch = number // plan.steps_per_epoch
            batch = number % plan.steps_per_epoch

            def take(size):
                def one_replicate(elements):
                    values, own = elements
                    both = {**data["shared"], **own}
                    begin = batch * full
                    if order is not None:
                        past = (epoch - order_epoch) * plan.samples
                        rows = _slice(own["order"], past + begin, size)
                        x, y = tf.gather(both["x"], rows), tf.gather(both["y"], rows)
                    else:
                        x = _slice(both["x"], begin, size)
                        y = _slice(both["y"], begin, size)
                    return self._step(values, x, y, number)

                own = data["own"] if order is None else {**data["own"], "order": order}
                values, loss = tf.vectorized_map(one_replicate, (state["values"], own))
                return values, loss, loss * (size / plan.samples)

            if partial:
                is_last = tf.equal(batch, plan.steps_per_epoch - 1)
                values, loss, share = tf.cond(
                    is_last, lambda: take(partial), lambda: take(full)
                )
            else:
                values, loss, share = take(full)
            return number + 1, self._record(state, number, epoch, values, loss, share)

        return tf.while_loop(lambda i, _: i < last, step, (first, state))[1]

    def _step(self, values: list, x, y, number):
        """Keras' training step for one replicate, as a pure function."""
        model, optimizer = self.model, self.optimizer
        iteration = tf.cast(number, tf.int64) + self._first_iteration
        mapping = [
            *zip(self.variables, values, strict=True),
            (optimizer.iterations, iteration),
        ]
        with keras.StatelessScope(mapping, collect_losses=True) as scope:
            weights = [v.value for v in model.trainable_variables]
            with tf.GradientTape() as tape:
                tape.watch(weights)
                loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
                scaled = optimizer.scale_loss(loss)
            gradients = tape.gradient(scaled, weights)
            optimizer.apply(gradients, model.trainable_variables)
        return [scope.get_current_value(v) for v in self.variables], loss

    def _record(self, state, number, epoch, values, loss, share) -> dict:
        """Return the state after a step: new values, averages, records, losses."""
        plan = self.schedule
        count = tf.cast(number + 1, tf.float32)
        weights = values[: len(state["averaged"])]
        history = state["history"]
        if history:
            # Each step overwrites its record, so that the last of `record_every`
            # steps stays. The steps after the last full record write nothing new.
            record = tf.minimum(number // plan.record_every, plan.records - 1)
            late = number // plan.record_every >= plan.records
            history = [
                _put(h, record, tf.where(late, h[record], w))
                for h, w in zip(history, weights, strict=True)
            ]
        failed = (state["diverged"] == 0) & ~tf.math.is_finite(loss)
        return {
            "values": values,
            "averaged": [
                a + (w - a) * tf.cast(1 / count, w.dtype) if w.dtype.is_floating else w
                for a, w in zip(state["averaged"], weights, strict=True)
            ],
            "history": history,
            "loss": _put(state["loss"], epoch, state["loss"][epoch] + share),
            "diverged": tf.where(failed, number + 1, state["diverged"]),
        }


def predict(model: keras.Model, weights: list[np.ndarray], x, own: bool) -> np.ndarray:
    """Predict with R sets of weights: array (R, n, ...).

    Args:
        model: A model of the weights' shapes; its own weights are not read.
        weights: Arrays (R, ...).
        x: Array (n, ...), or (R, n, ...) if ``own``.
        own: Whether each replicate has its own ``x``.
    """

    def one_replicate(elements):
        values, features = elements
        with keras.StatelessScope(zip(model.weights, values, strict=True)):
            return model(features.get("own", shared), training=False)

    def all_replicates(weights, features):
        return tf.vectorized_map(one_replicate, (weights, features))

    shared = tf.constant(x)
    elements = (
        [tf.constant(w) for w in weights],
        {"own": tf.constant(x)} if own else {},
    )
    run = tf.function(all_replicates, autograph=False).get_concrete_function(*elements)
    return run(*elements).numpy()


def seed_variables(model: keras.Model) -> list:
    """Return the seeds of a model's random layers: neither weights nor metrics."""
    known = {id(v) for v in [*model.weights, *model.metrics_variables]}
    return [v for v in model.variables if id(v) not in known]


def _slice(array, begin, size):
    """Return ``array[begin : begin + size]`` with a static shape."""
    rest = array.shape[1:]
    return tf.slice(array, [begin] + [0] * len(rest), [size, *rest])


def _put(array, index, row):
    """Return ``array`` with ``array[index]`` replaced by ``row``."""
    return tf.tensor_scatter_nd_update(array, [[index]], row[None])
