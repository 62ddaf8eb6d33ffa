import keras
import numpy as np
import pytest

from utils.models import mlp


def test_the_network_of_post_a():
    model = mlp()
    shapes = [w.shape for w in model.get_weights()]
    assert shapes == [(1, 10), (10,), (10, 10), (10,), (10, 10), (10,), (10, 1), (1,)]
    assert model.built and model.input_shape == (None, 1)
    x = np.linspace(0, 1, 5, dtype="float32")[:, None]
    y = keras.ops.convert_to_numpy(model(x))[:, 0]
    # Without an activation and with zero biases, a chain of layers is one line.
    np.testing.assert_allclose(np.diff(y), y[1] - y[0], rtol=1e-4)


def test_penalty_is_on_every_kernel_and_on_no_bias():
    model = mlp(penalty=keras.regularizers.L1(0.5), seed=0)
    assert len(model.losses) == 4
    kernels = [w for w in model.get_weights() if w.ndim == 2]
    expected = 0.5 * sum(np.abs(k).sum() for k in kernels)
    np.testing.assert_allclose(float(sum(model.losses)), expected, rtol=1e-5)
    model.set_weights([w if w.ndim == 2 else w + 7 for w in model.get_weights()])
    np.testing.assert_allclose(float(sum(model.losses)), expected, rtol=1e-5)


def test_activation_is_on_the_hidden_layers_only():
    model = mlp((2, 3, 4, 1), activation="relu")
    names = [layer.activation.__name__ for layer in model.layers]
    assert names == ["relu", "relu", "linear"]


def test_constraint_is_on_every_kernel():
    model = mlp(constraint="non_neg")
    assert all(layer.kernel_constraint is not None for layer in model.layers)


def test_seeds():
    first, again, other = (mlp(seed=s).get_weights() for s in (1, 1, 2))
    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a, b)
    assert not np.allclose(first[0], other[0])
    assert not np.allclose(first[2], first[4]), "layers must not share their draw"


@pytest.mark.parametrize(
    ("sizes", "settings", "error", "says"),
    [
        ((), {}, ValueError, r"sizes must hold .*, got \(\)"),
        ((1,), {}, ValueError, "sizes must hold at least an input and an output"),
        ((1, 0, 1), {}, ValueError, r"sizes\[1\] must be at least 1, got 0"),
        ((1, 2.5), {}, TypeError, r"sizes\[1\] must be a whole number, got 2\.5"),
        (3, {}, TypeError, "sizes must be a sequence of whole numbers, got 3"),
        ((1, 1), {"penalty": "L7"}, ValueError, "penalty must be .*, got 'L7'"),
        ((1, 1), {"penalty": 0.3}, ValueError, "penalty must be .*, got 0.3"),
        ((1, 1), {"constraint": "no"}, ValueError, "constraint must be .*, got 'no'"),
        ((1, 1), {"seed": -1}, ValueError, "seed must be at least 0, got -1"),
        ((1, 1), {"seed": 0.5}, TypeError, r"seed must be a whole number, got 0\.5"),
        ((1, 1), {"activation": "no"}, ValueError, "activation must be .*, got 'no'"),
    ],
)
def test_bad_input_is_named(sizes, settings, error, says):
    with pytest.raises(error, match=says):
        mlp(sizes, **settings)
