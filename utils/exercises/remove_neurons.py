"""Checkers of ``remove_neurons``: which neurons can go, and where their sums go."""

import itertools

import numpy as np

from utils.exercises.grading import Wrong, exercise


@exercise("remove_neurons.1")
def _how_many_stay(answer):
    pair = _numbers(answer, "a pair like (3, 3), the neurons that stay in each layer")
    if any(n != round(n) or not 0 <= n <= 3 for n in pair):
        raise Wrong("Each of the two layers has 3 neurons: give two of 0, 1, 2, 3.")
    mistakes = {
        (3, 3): (
            "One closed side is enough: a neuron that gets nothing is a constant, and "
            "a neuron that nobody reads is not missed."
        ),
        (2, 2): (
            "That is one round. Now look at what is left: who still gets something, "
            "and who is still read?"
        ),
        (2, 3): "That is the neuron that gets nothing. Now the ones that nobody reads.",
        (3, 2): "That is the neuron that nobody reads. Now those that get nothing.",
        (2, 1): "Who reads the third neuron of the first layer, once others are gone?",
        (1, 2): "What does the third neuron of the second layer still read?",
        (0, 0): "There is a way through: follow the weights that are not 0.",
    }
    if pair in mistakes:
        raise Wrong(mistakes[pair])
    if pair != (1, 1):
        raise Wrong("Follow the weights that are not 0, from the inputs to the output.")
    return "One path is left. Each removal made the next one possible."


@exercise("remove_neurons.2")
def _where_constants_go(answer):
    first, last = _numbers(answer, "a pair of numbers, the two new biases")
    if not np.isclose(first, 0.7, atol=1e-6):
        mistakes = {
            -0.3: "The first bias is unchanged, but a constant went into that neuron.",
            0.2: "The constant passes through a weight of 2 on its way.",
            1.0: "The neuron had a bias of its own: add to it.",
        }
        raise Wrong(
            _known(mistakes, first)
            or "First bias: its old value, plus the weight times relu(0.5)."
        )
    if not np.isclose(last, 1.0, atol=1e-6):
        mistakes = {
            -0.5: "The second bias: the neuron that goes has a ReLU. What does it say?",
            2.0: "What the third neuron says hangs on the first constant, too.",
            1.5: "What the third neuron says passes through a ReLU and a weight.",
        }
        raise Wrong(
            _known(mistakes, last)
            or "Second bias: its old value, plus 5 times what the third neuron says."
        )
    return "What a constant neuron says is the activation of its bias: here 0.5 and 0."


@exercise("remove_neurons.3")
def _merge_twins(answer):
    if not callable(answer):
        raise Wrong(
            "The answer should be a function of kernels, biases, i and j, but it is of "
            f"type {type(answer).__name__}."
        )
    rng = np.random.default_rng(0)
    sizes, i, j = (4, 6, 5, 3), 1, 4
    kernels = [rng.normal(size=s) for s in itertools.pairwise(sizes)]
    biases = [rng.normal(size=n) for n in sizes[1:]]
    kernels[0][:, j], biases[0][j] = kernels[0][:, i], biases[0][i]
    before = [array.copy() for array in (*kernels, *biases)]
    try:
        found = answer(kernels, biases, i, j)
    except Exception as error:
        raise Wrong(
            f"Calling answer(kernels, biases, i, j) ended in "
            f"{type(error).__name__}: {error}"
        ) from None
    if any(
        a.shape != b.shape or (a != b).any()
        for a, b in zip(before, (*kernels, *biases), strict=True)
    ):
        raise Wrong("The function changed the arrays it was given. Work on copies.")
    _check_merged(found, before[:3], before[3:], i, j)
    return "Same function, one neuron less, and not a single zero was needed."


def _check_merged(found, kernels, biases, i, j):
    try:
        new = [[np.asarray(array, float) for array in part] for part in found]
        new_kernels, new_biases = new
    except (TypeError, ValueError):
        raise Wrong(
            "The function should return two lists, the kernels and the biases, but it "
            f"returned a {type(found).__name__}."
        ) from None
    shapes = [(4, 5), (5, 5), (5, 3)], [(5,), (5,), (3,)]
    got = [a.shape for a in new_kernels], [a.shape for a in new_biases]
    if got != shapes:
        raise Wrong(
            f"For layers of 4-6-5-3 the result should have the shapes {shapes[0]} and "
            f"{shapes[1]}, but it has {got[0]} and {got[1]}. One column, one bias and "
            "one row go."
        )
    if not all(np.isfinite(a).all() for a in (*new_kernels, *new_biases)):
        raise Wrong("The new weights are not all finite numbers.")
    x = np.random.default_rng(1).normal(size=(50, 4))
    delta = np.abs(
        _relu_network(new_kernels, new_biases, x) - _relu_network(kernels, biases, x)
    ).max()
    if delta < 1e-9:
        return
    dropped = np.delete(kernels[1], j, axis=0)
    if np.allclose(new_kernels[1], dropped):
        raise Wrong("What neuron j said is lost. Who can say it in its place?")
    averaged = kernels[1].copy()
    averaged[i] = (kernels[1][i] + kernels[1][j]) / 2
    if np.allclose(new_kernels[1], np.delete(averaged, j, axis=0)):
        raise Wrong("The outgoing weights are averaged. Two voices add up.")
    raise Wrong(f"The outputs differ by up to {delta:.2g} from those of the network.")


def _relu_network(kernels, biases, x):
    for kernel, bias in zip(kernels[:-1], biases[:-1], strict=True):
        x = np.maximum(x @ kernel + bias, 0)
    return x @ kernels[-1] + biases[-1]


def _numbers(answer, what):
    """The answer as a pair of finite numbers, or ``Wrong``."""
    try:
        values = [float(value) for value in answer]
    except (TypeError, ValueError):
        raise Wrong(
            f"The answer should be {what}, but it is of type {type(answer).__name__}."
        ) from None
    if len(values) != 2:
        raise Wrong(f"The answer should be {what}, but it has {len(values)} entries.")
    if not np.isfinite(values).all():
        raise Wrong(f"The answer should be {what}, but it is {tuple(values)}.")
    return tuple(values)


def _known(mistakes, value):
    for wrong, message in mistakes.items():
        if np.isclose(value, wrong, atol=1e-6):
            return message
    return None
