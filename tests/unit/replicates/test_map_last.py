"""MapLast maps over the last axis what tf.vectorized_map maps over the first."""

import numpy as np
import pytest
import tensorflow as tf

from utils.replicates.map_last import MapLast

COUNT = 5
RNG = np.random.default_rng(0)
SHARED = RNG.uniform(0.5, 1.5, (3, 2)).astype("float32")

# Functions of a (3, 4), b (2, 4), c (4,) and d (), for all but `shared` mapped.
FUNCTIONS = {
    "broadcasting": lambda a, b, c, d: [a * c - d, c / d + SHARED[:, :1], d * SHARED],
    "products": lambda a, b, c, d: [
        tf.matmul(a, b, transpose_b=True),
        tf.matmul(a, SHARED, transpose_a=True),
        SHARED @ b,
    ],
    "sums": lambda a, b, c, d: [
        tf.reduce_sum(a),
        tf.reduce_sum(a, axis=0),
        tf.reduce_sum(a, axis=-1, keepdims=True),
        tf.reduce_mean(a, axis=[0, 1]),
        tf.reduce_max(b, axis=1),
        tf.reduce_sum(d),
    ],
    "shapes": lambda a, b, c, d: [
        tf.reshape(a, [-1, 6]),
        tf.expand_dims(a, 0),
        tf.tile(b, [2, 1]),
        tf.squeeze(tf.expand_dims(c, 1), 1),
        tf.transpose(a),
        tf.broadcast_to(c, [2, 3, 4]),
    ],
    "choices": lambda a, b, c, d: [
        tf.where(a > 1, a, c),
        tf.where(c > 1, SHARED[0, 0], c),
        tf.maximum(a, d),
        tf.cast(a > 1, tf.float32),
    ],
    "activations": lambda a, b, c, d: [
        tf.nn.bias_add(a, c),
        tf.nn.elu(a - 1),
        tf.tanh(b),
        tf.nn.softplus(c),
        tf.nn.leaky_relu(a - 1),
    ],
    "stacks": lambda a, b, c, d: [
        tf.stack([c, 2 * c, tf.ones(4)]),
        tf.stack([tf.reduce_sum(a, 1), SHARED[:, 0]], axis=-1),
        *tf.unstack(a, axis=-1),
    ],
    "slices": lambda a, b, c, d: [
        c[0],
        c[-3:-1],
        a[1],
        a[:, 2:],
        a[::2, -1],
        b[tf.newaxis, :, 1],
    ],
    "unmapped": lambda a, b, c, d: [tf.constant(SHARED), tf.add_n([c, c])],
    "gradients": lambda a, b, c, d: gradients(a, b, c, d),
}


def gradients(*weights):
    with tf.GradientTape() as tape:
        tape.watch(weights)
        a, b, c, d = weights
        hidden = tf.nn.relu(tf.nn.bias_add(tf.constant(SHARED) @ b, c) - d)
        loss = tf.reduce_sum(tf.abs(hidden * a)) + tf.reduce_mean(tf.square(a)) / d
    return tape.gradient(loss, list(weights))


def can_map(function, mapped):
    return MapLast(lambda mapped, shared: function(mapped), mapped, ()).can_map()


def signature():
    return [tf.TensorSpec(s, tf.float32) for s in ((3, 4), (2, 4), (4,), ())]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_equals_vectorized_map(name):
    def function(elements):
        return FUNCTIONS[name](*elements)

    mapping = MapLast(lambda mapped, shared: function(mapped), signature(), ())
    assert mapping.can_map()
    first = [
        RNG.uniform(0.5, 1.5, (COUNT, *spec.shape)).astype("float32")
        for spec in signature()
    ]
    last = [tf.constant(np.moveaxis(array, 0, -1)) for array in first]
    ours = tf.function(lambda e: mapping(e, ()), autograph=False)(last)
    theirs = tf.vectorized_map(function, [tf.constant(array) for array in first])
    assert len(ours) == len(theirs)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(
            np.moveaxis(a.numpy(), -1, 0), b.numpy(), rtol=1e-5, atol=1e-6
        )


@pytest.mark.parametrize(
    "function",
    [
        lambda e: tf.nn.softmax(e[0]),
        lambda e: tf.gather(e[0], [1, 0]),
        lambda e: e[0][..., 0],
        lambda e: (
            e[2] + tf.random.stateless_uniform((4,), tf.cast(e[1][:, 0], "int32"))
        ),
    ],
)
def test_what_has_no_rule_is_left_alone(function):
    assert not can_map(function, signature())


def test_long_products_are_left_alone():
    def square(a):
        return a @ a

    assert can_map(square, tf.TensorSpec((16, 16)))
    assert not can_map(square, tf.TensorSpec((17, 17)))
