"""One compiled program that trains a block of replicates side by side.

The idea in one line: write Keras' own training step for *one* replicate as a pure
function of its state, and vectorize that function over replicates.

``keras.StatelessScope`` makes the step pure: inside it, layers, regularizers, the
loss, the optimizer and the constraints read tensors instead of variables, and what
they assign is collected instead of stored. ``tf.vectorized_map`` adds the replicate
axis, and XLA compiles the loop over all steps. None of Keras' arithmetic is written
a second time here.
"""

import keras
import numpy as np
import tensorflow as tf

from utils.replicates.map_last import MapLast
from utils.replicates.optimizers import make_pure
from utils.replicates.plan import Plan, batch, take_slice
from utils.replicates.starts import seed_variables


class BlockProgram:
    """Trains blocks of replicates of one model; built and traced once per process.

    The model's variables only name the parts of the state. Their own values are read
    by ``start`` and never written.
    """

    def __init__(self, model: keras.Model, plan: Plan):
        self.plan = plan
        self.model = model
        self.optimizer = model.optimizer
        make_pure(self.optimizer, model.trainable_variables)
        # The state of one replicate: weights in the order of get_weights(), the
        # seeds of random layers, the optimizer's slots.
        self.seeds = seed_variables(model)
        rate = self.optimizer.learning_rate
        # A decay or a rate may be a weight of the model: Keras then counts it twice.
        weights = {id(v) for v in model.weights}
        known = {id(self.optimizer.iterations), id(rate), *weights}
        self.slots = [v for v in self.optimizer.variables if id(v) not in known]
        self.variables = [*model.weights, *self.seeds, *self.slots]
        # What all replicates share: the step number, and a rate without a schedule.
        self._first_iteration = int(self.optimizer.iterations.numpy())
        is_constant = isinstance(rate, keras.Variable) and id(rate) not in weights
        self._rate = [(rate, tf.constant(rate.numpy()))] if is_constant else []
        self._maps = {}
        # Where the state has its replicate axis: last for small networks, else first.
        size = min(plan.batch_size, plan.samples)
        self.axis = -1 if self._map_last(size).can_map() else 0
        self._function = tf.function(self._advance, jit_compile=True, autograph=False)

    def start(self, weights: list[np.ndarray], seeds: np.ndarray) -> dict:
        """Return the state before the first step, to be handed to ``advance``.

        Args:
            weights: Arrays (R, ...), in the order of ``get_weights()``.
            seeds: Integers (R, k), one for each random layer.
        """
        count = len(seeds)
        generators = [np.stack([s, np.zeros_like(s)], axis=1) for s in seeds.T]
        slots = [np.broadcast_to(v.numpy(), (count, *v.shape)) for v in self.slots]
        values = [
            tf.constant(np.moveaxis(value, 0, self.axis), variable.dtype)
            for variable, value in zip(
                self.variables, [*weights, *generators, *slots], strict=True
            )
        ]
        weights = values[: len(weights)]
        records = self.plan.records
        return {
            "values": values,
            "averaged": weights,
            "history": [
                tf.zeros((records, *w.shape), w.dtype) for w in weights if records
            ],
            "loss": tf.zeros((self.plan.epochs, count)),
            "diverged": tf.zeros((count,), tf.int32),
        }

    def advance(self, state, shared, own, order, epoch, first, last) -> dict:
        """Run the steps from ``first`` up to, but not including, ``last``.

        Args:
            state: What ``start`` or ``advance`` returned.
            shared, own: Dictionaries which together hold "x" and "y": shared arrays
                (n, ...), own arrays (R, n, ...).
            order: None, or int32 (R, m): the numbers of the samples in the order in
                which each replicate takes them.
            epoch: The epoch with which ``order`` begins.
            first, last: Step numbers, counted from 0.
        """
        arguments = [state, shared, own, order]
        arguments += [tf.constant(number) for number in (epoch, first, last)]
        # Not self._function(...): its watch for frequent tracing would warn about
        # programs of earlier calls.
        run = self._function.get_concrete_function(*arguments)
        try:
            return run(*arguments)
        except (tf.errors.InvalidArgumentError, tf.errors.UnimplementedError) as error:
            raise ValueError(
                "fit_replicates cannot train a model that XLA cannot compile, such as "
                "one with recurrent layers (unroll=True may help)"
            ) from error

    def finish(self, state: dict) -> dict:
        """Return the results as NumPy arrays whose first axis is the replicate."""

        def arrays(tensors, axis=0):
            moved = [np.moveaxis(t.numpy(), axis, 0) for t in tensors]
            return [np.ascontiguousarray(array) for array in moved]

        weights = arrays(state["values"][: len(state["averaged"])], self.axis)
        diverged = state["diverged"].numpy()
        finite = [
            np.isfinite(w.reshape(len(w), -1)).all(axis=1)
            for w in weights
            if w.dtype.kind == "f"
        ]
        diverged[(diverged == 0) & ~np.all(finite, axis=0)] = self.plan.steps
        return {
            "weights": weights,
            "averaged": arrays(state["averaged"], self.axis),
            "history": arrays(state["history"], self.axis or 1),
            "loss": arrays([state["loss"]], 1)[0],
            "diverged": diverged,
        }

    def _advance(self, state, shared, own, order, order_epoch, first, last):
        plan = self.plan
        full, partial = plan.batch_size, plan.samples % plan.batch_size

        def step(number, state):
            epoch = number // plan.steps_per_epoch
            place = number % plan.steps_per_epoch

            def take(size):
                begin = place * full
                rows = None
                if order is not None:
                    past = (epoch - order_epoch) * plan.samples
                    rows = take_slice(order, 1, past + begin, size)
                of_all, of_each = batch(shared, own, rows, begin, size)
                values, loss = self._all_steps(
                    state["values"], of_all, of_each, number, size
                )
                return values, loss, loss * (size / plan.samples)

            if partial:
                is_last = tf.equal(place, plan.steps_per_epoch - 1)
                values, loss, share = tf.cond(
                    is_last, lambda: take(partial), lambda: take(full)
                )
            else:
                values, loss, share = take(full)
            return number + 1, self._record(state, number, epoch, values, loss, share)

        return tf.while_loop(lambda i, _: i < last, step, (first, state))[1]

    def _all_steps(self, values, of_all: dict, of_each: dict, number, size: int):
        """Take one step with all replicates: return their values and losses."""
        mapped, shared = (values, of_each), (of_all, number)
        if self.axis == 0:
            return tf.vectorized_map(lambda one: self._step(one, shared), mapped)
        of_each = {
            name: tf.transpose(t, [*range(1, t.shape.rank), 0])
            for name, t in of_each.items()
        }
        return self._map_last(size)((values, of_each), shared)

    def _map_last(self, size: int) -> MapLast:
        """Return the step on a batch of ``size``, to be mapped over the last axis."""
        if size not in self._maps:
            of_each, of_all = {}, {}
            for name, shape, dtype, own in self.plan.sample:
                spec = tf.TensorSpec((size, *shape), dtype)
                (of_each if own else of_all)[name] = spec
            values = [tf.TensorSpec(v.shape, v.dtype) for v in self.variables]
            number = tf.TensorSpec((), tf.int32)
            self._maps[size] = MapLast(self._step, (values, of_each), (of_all, number))
        return self._maps[size]

    def _step(self, mapped, shared):
        """Keras' training step for one replicate, as a pure function."""
        (values, of_this), (of_all, number) = mapped, shared
        x, y = ({**of_this, **of_all}[name] for name in "xy")
        model, optimizer = self.model, self.optimizer
        iteration = tf.cast(number, tf.int64) + self._first_iteration
        mapping = [
            *zip(self.variables, values, strict=True),
            *self._rate,
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
        self._check_changes(scope)
        values = [scope.get_current_value(v) for v in self.variables]
        return values, tf.cast(loss, tf.float32)

    def _check_changes(self, scope):
        """Refuse a step that changes what is not part of the state."""
        known = {
            id(variable)
            for variable in [
                *self.variables,
                *self.model.metrics_variables,
                *(rate for rate, _ in self._rate),
                self.optimizer.iterations,
            ]
        }
        if scope.state_mapping.keys() - known:
            raise ValueError(
                "fit_replicates cannot train a model whose steps change something that "
                "is neither a weight nor a seed of its layers, such as the global seed "
                "that keras.random uses without a SeedGenerator"
            )

    def _record(self, state, number, epoch, values, loss, share) -> dict:
        """Return the state after a step: new values, averages, records, losses."""
        plan = self.plan
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


def _put(array, index, row):
    """Return ``array`` with ``array[index]`` replaced by ``row``."""
    return tf.tensor_scatter_nd_update(array, [[index]], row[None])
