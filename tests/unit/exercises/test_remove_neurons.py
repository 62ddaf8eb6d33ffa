import keras
import numpy as np
import pytest

from utils.exercises import grading
from utils.models import mlp
from utils.pruning import prune

NETWORK = [
    np.array([[1.0, 0, 2], [0, 0, -1]]),
    np.array([0.1, 0.5, 0.4]),
    np.array([[1.0, 0, 0], [2, 0, -1], [0, 4, 0]]),
    np.array([-0.3, 0.6, 0.2]),
    np.array([[3.0], [0], [5]]),
    np.array([1.0]),
]


@pytest.fixture(scope="module")
def pruned():
    model = mlp((2, 3, 3, 1), activation="relu", seed=0)
    model.set_weights(NETWORK)
    return prune(model, 0, np.random.default_rng(0).normal(size=(20, 2)))


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "in place of the dots"),
        ((3, 3), "One closed side is enough"),
        ((2, 2), "That is one round"),
        ((2, 3), "the neuron that gets nothing"),
        ((3, 2), "the neuron that nobody reads"),
        ((2, 1), "Who reads the third neuron"),
        ((1, 2), "still read"),
        ((0, 0), "There is a way through"),
        ((1, 3), "Follow the weights"),
        ((1, 5), "two of 0, 1, 2, 3"),
        ((1.5, 1), "two of 0, 1, 2, 3"),
        ((1, 1, 1), "it holds 3"),
        (1, "of type int"),
        (None, "of type NoneType"),
        ("one", "of type str"),
        ((float("nan"), 1), "nan"),
    ],
)
def test_wrong_answers_to_1(answer, says):
    right, message = grading.grade("remove_neurons.1", answer)
    assert not right
    assert says in message


def test_solution_of_1_is_what_prune_keeps(pruned):
    right, message = grading.grade("remove_neurons.1", pruned.report.units[1][:2])
    assert right, message


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "in place of the dots"),
        ((-0.3, 1.0), "unchanged"),
        ((0.2, 1.0), "a weight of 2"),
        ((1.0, 1.0), "a bias of its own"),
        ((0.4, 1.0), "plus the weight times"),
        ((0.7, -0.5), "has a ReLU"),
        ((0.7, 2.0), "the first constant, too"),
        ((0.7, 1.5), "passes through a ReLU"),
        ((0.7, 7.0), "plus 5 times"),
        (0.7, "of type float"),
        ((0.7,), "it holds 1"),
        ((0.7, float("inf")), "inf"),
    ],
)
def test_wrong_answers_to_2(answer, says):
    right, message = grading.grade("remove_neurons.2", answer)
    assert not right
    assert says in message


def test_solution_of_2_is_what_prune_folds(pruned):
    biases = [float(layer.bias[0]) for layer in pruned.model.layers[1:]]
    right, message = grading.grade("remove_neurons.2", biases)
    assert right, message
    assert pruned.report.max_delta < 1e-6
    first, last = (layer.bias for layer in pruned.model.layers[1:])
    arrays = first.numpy(), last.numpy()
    for answer in ((first, last), arrays, list(arrays), np.array(arrays)):
        right, message = grading.grade("remove_neurons.2", answer)
        assert right, message


def solution(kernels, biases, i, j):
    kernels, biases = [k.copy() for k in kernels], [b.copy() for b in biases]
    kernels[1][i] += kernels[1][j]
    kernels[1] = np.delete(kernels[1], j, axis=0)
    kernels[0] = np.delete(kernels[0], j, axis=1)
    biases[0] = np.delete(biases[0], j)
    return kernels, biases


def dropped(kernels, biases, i, j):
    kernels = [
        np.delete(kernels[0], j, axis=1),
        np.delete(kernels[1], j, axis=0),
        *kernels[2:],
    ]
    return kernels, [np.delete(biases[0], j), *biases[1:]]


def averaged(kernels, biases, i, j):
    kernels = [k.copy() for k in kernels]
    kernels[1][i] = (kernels[1][i] + kernels[1][j]) / 2
    return dropped(kernels, biases, i, j)


def in_place(kernels, biases, i, j):
    kernels[1][i] += kernels[1][j]
    return dropped(kernels, biases, i, j)


def other_neuron(kernels, biases, i, j):
    return solution(kernels, biases, 0, j)


def spoiled(kernels, biases, i, j):
    kernels, biases = solution(kernels, biases, i, j)
    return [k * np.nan for k in kernels], biases


def only_one_and_four(kernels, biases, i, j):
    """As if i were 1 and j 4 for all twins."""
    return solution(kernels, biases, 1, 4)


def only_a_later_twin(kernels, biases, i, j):
    """Takes row i after row j has gone: the wrong one if j < i."""
    following = np.delete(kernels[1], j, axis=0)
    following[i] += kernels[1][j]
    smaller, biases = dropped(kernels, biases, i, j)
    return [smaller[0], following, *smaller[2:]], biases


def test_solution_of_3_passes():
    right, message = grading.grade("remove_neurons.3", solution)
    assert right, message


def test_solution_of_3_holds_in_keras():
    model = mlp((4, 6, 5, 3), activation="relu", seed=0)
    weights = model.get_weights()
    weights[0][:, 4], weights[1][4] = weights[0][:, 1], weights[1][1]
    model.set_weights(weights)
    kernels, biases = solution(weights[::2], weights[1::2], 1, 4)
    small = mlp((4, 5, 5, 3), activation="relu", seed=0)
    small.set_weights([w for pair in zip(kernels, biases, strict=True) for w in pair])
    x = keras.ops.convert_to_tensor(np.random.default_rng(0).normal(size=(9, 4)))
    np.testing.assert_allclose(model(x), small(x), atol=1e-6)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "in place of the dots"),
        (dropped, "What neuron j said is lost"),
        (averaged, "Two voices add up"),
        (in_place, "changed the arrays"),
        (other_neuron, "differ by up to"),
        (only_one_and_four, "For i = 5 and j = 2 the outputs differ"),
        (only_a_later_twin, "ended in IndexError"),
        (spoiled, "not all finite"),
        (lambda k, b, i, j: (k, b), "One column, one bias and one row go"),
        (lambda k, b, i, j: [].sort(), "returns nothing"),
        (lambda k, b: (k, b), "ended in TypeError"),
        ([1, 2], "should be a function"),
    ],
)
def test_wrong_answers_to_3(answer, says):
    right, message = grading.grade("remove_neurons.3", answer)
    assert not right
    assert says in message
