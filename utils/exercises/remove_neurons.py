"""Checkers of ``remove_neurons``: which neurons can go, and where their sums go."""

import itertools

import numpy as np

from utils.exercises.grading import Wrong, call, compare, exercise, numbers


@exercise("remove_neurons.1")
def _how_many_stay(answer):
    what = "a pair like (3, 3), the neurons that stay in each layer"
    pair = numbers(answer, what, 2)
    if not np.isin(pair, range(4)).all():
        raise Wrong("Each of the two layers has 3 neurons: give two of 0, 1, 2, 3.")
    mistakes = {
        "One closed side is enough: a neuron that gets nothing is a constant, and a "
        "neuron that nobody reads is not missed.": (3, 3),
        "That is one round. Now look at what is left: who still gets something, and "
        "who is still read?": (2, 2),
        "That is the neuron that gets nothing. Now the ones that nobody reads.": (2, 3),
        "That is the neuron that nobody reads. Now those that get nothing.": (3, 2),
        "Who reads the third neuron of the first layer, once others are gone?": (2, 1),
        "What does the third neuron of the second layer still read?": (1, 2),
        "There is a way through: follow the weights that are not 0.": (0, 0),
    }
    advice = "Follow the weights that are not 0, from the inputs to the output."
    compare(pair, (1, 1), mistakes, advice)
    return "One path is left. Each removal made the next one possible."


@exercise("remove_neurons.2")
def _where_constants_go(answer):
    first, last = numbers(answer, "a pair of numbers, the two new biases", 2)
    mistakes = {
        "The first bias is unchanged, but a constant went into that neuron.": -0.3,
        "The constant passes through a weight of 2 on its way.": 0.2,
        "The neuron had a bias of its own: add to it.": 1.0,
    }
    advice = "First bias: its old value, plus the weight times relu(0.5)."
    compare(first, 0.7, mistakes, advice, rtol=1e-5)
    mistakes = {
        "The second bias: the neuron that goes has a ReLU. What does it say?": -0.5,
        "What the third neuron says hangs on the first constant, too.": 2.0,
        "What the third neuron says passes through a ReLU and a weight.": 1.5,
    }
    advice = "Second bias: its old value, plus 5 times what the third neuron says."
    compare(last, 1.0, mistakes, advice, rtol=1e-5)
    return "What a constant neuron says is the activation of its bias: here 0.5 and 0."


@exercise("remove_neurons.3")
def _merge_twins(answer):
    sizes = 4, 6, 5, 3
    for i, j in ((1, 4), (5, 2), (0, 3)):
        rng = np.random.default_rng(i)
        kernels = [rng.normal(size=s) for s in itertools.pairwise(sizes)]
        biases = [rng.normal(size=n) for n in sizes[1:]]
        kernels[0][:, j], biases[0][j] = kernels[0][:, i], biases[0][i]
        before = [array.copy() for array in (*kernels, *biases)]
        case = f"i = {i} and j = {j}"
        given = {"kernels": kernels, "biases": biases, "i": i, "j": j}
        found = call(answer, **given, case=case)
        now = [*kernels, *biases]
        if len(now) != len(before) or not all(map(np.array_equal, now, before)):
            raise Wrong("The function changed the arrays it was given. Work on copies.")
        _compare_outputs(_network(found), before[:3], before[3:], i, j)
    return "Same function, one neuron less, and not a single zero was needed."


def _network(found):
    """The kernels and the biases that the function returned."""
    try:
        kernels, biases = [[np.asarray(a, float) for a in part] for part in found]
    except (TypeError, ValueError):
        raise Wrong(
            "The function should return two lists, the kernels and the biases, but it "
            f"returned a {type(found).__name__}."
        ) from None
    shapes = [(4, 5), (5, 5), (5, 3)], [(5,), (5,), (3,)]
    got = [a.shape for a in kernels], [a.shape for a in biases]
    if got != shapes:
        raise Wrong(
            f"For layers of 4-6-5-3 the result should have the shapes {shapes[0]} and "
            f"{shapes[1]}, but it has {got[0]} and {got[1]}. One column, one bias and "
            "one row go."
        )
    if not all(np.isfinite(a).all() for a in (*kernels, *biases)):
        raise Wrong("The new weights are not all finite numbers.")
    return kernels, biases


def _compare_outputs(new, kernels, biases, i, j):
    x = np.random.default_rng(1).normal(size=(50, 4))

    def without_j(said):
        """The outputs if row i of the next kernel is what is ``said``."""
        first, second, third = (kernel.copy() for kernel in kernels)
        second[i] = said
        smaller = np.delete(first, j, axis=1), np.delete(second, j, axis=0), third
        return _relu_network(smaller, [np.delete(biases[0], j), *biases[1:]], x)

    right, after = _relu_network(kernels, biases, x), _relu_network(*new, x)
    one, other = kernels[1][i], kernels[1][j]
    mistakes = {
        "What neuron j said is lost. Who can say it in its place?": without_j(one),
        "The outgoing weights are averaged. Two voices add up.": (
            without_j((one + other) / 2)
        ),
    }
    delta = np.abs(after - right).max()
    advice = (
        f"For i = {i} and j = {j} the outputs differ by up to {delta:.2g} from those "
        "of the network."
    )
    compare(after, right, mistakes, advice, rtol=0, atol=1e-9)


def _relu_network(kernels, biases, x):
    for kernel, bias in zip(kernels[:-1], biases[:-1], strict=True):
        x = np.maximum(x @ kernel + bias, 0)
    return x @ kernels[-1] + biases[-1]
