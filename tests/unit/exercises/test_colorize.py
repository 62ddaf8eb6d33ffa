import keras
import numpy as np
import pytest
from scipy.optimize import minimize

from utils.color import class_weights
from utils.exercises import grading


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "in place of the dots"),
        ((17, 24), "without dilation"),
        ((24, 31), "there are two sides"),
        ((46, 54), "how many pixels the patch loses"),
        ((47, 55), "each of the next seven"),
        ((47, 47), "the patch for one pixel"),
        ((47, 376), "overlap"),
        ((63, 70), "not d + 1"),
        ((20, 30), "Go backward from one output pixel"),
        (47, "a pair of numbers"),
        ((47,), "it holds 1"),
        (("47", 54), "of type str"),
        (None, "of type NoneType"),
        ((float("nan"), 54), "nan"),
    ],
)
def test_wrong_answers_to_1(answer, says):
    right, message = grading.grade("colorize.1", answer)
    assert not right
    assert says in message


def test_solution_of_1_is_what_keras_does():
    dilations = (1, 1, 2, 2, 4, 4, 8, 1)
    layers = [
        keras.layers.Conv2D(1, 3, dilation_rate=d, kernel_initializer="ones")
        for d in dilations
    ]
    model = keras.Sequential([keras.Input((None, None, 1)), *layers])
    width = 1 + 2 * sum(dilations)
    assert model(np.zeros((1, width + 7, width + 7, 1))).shape == (1, 8, 8, 1)
    dark = np.zeros((1, width + 2, width + 2, 1))  # one pixel more on each side
    seen = []
    for column in range(width + 2):
        dark[0, 1 + width // 2, column] = 1
        seen.append(model(dark)[0, 1, 1, 0] > 0)
        dark[:] = 0
    assert np.flatnonzero(seen)[[0, -1]].tolist() == [1, width]
    for answer in ((width, width + 7), np.array([width, width + 7])):
        right, message = grading.grade("colorize.1", answer)
        assert right, message


def annealed(logits, centers, T):
    z = logits - logits.max(axis=-1, keepdims=True)
    powers = np.exp(z / T)
    return powers / powers.sum(axis=-1, keepdims=True) @ centers


def divided_first(logits, centers, T):
    z = logits / T
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True) @ centers


def by_keras(logits, centers, T):
    return keras.ops.softmax(logits / T) @ centers.astype(logits.dtype)


@pytest.mark.parametrize("answer", [annealed, divided_first, by_keras])
def test_right_answers_to_2(answer):
    right, message = grading.grade("colorize.2", answer)
    assert right, message


def softmax(z):
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def naive(z, c, T):
    powers = np.exp(z / T)
    return powers / powers.sum(axis=-1, keepdims=True) @ c


def powers_of_p(z, c, T):
    """Fine on paper: in float32 the powers become 0."""
    powers = softmax(z) ** (1 / T)
    return powers / powers.sum(axis=-1, keepdims=True) @ c


def over_all_pixels(z, c, T):
    return np.exp(z / T) / np.exp(z / T).sum() @ c


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "in place of the dots"),
        (naive, "near 1,000 and T = 0.01 should be numbers, but one of them is nan"),
        (powers_of_p, "T = 0.01"),
        (lambda z, c, T: np.exp(z / T) @ c, "do not sum to 1"),
        (lambda z, c, T: annealed(z, c, 1 / T), "Small T should sharpen"),
        (lambda z, c, T: softmax(z) @ c, "That is the plain mean"),
        (lambda z, c, T: c[z.argmax(axis=-1)], "most probable color"),
        (lambda z, c, T: softmax(softmax(z) / T) @ c, "Divide the logits by T"),
        (over_all_pixels, "runs over all pixels"),
        (lambda z, c, T: annealed(z, c, T) + 1, "is off by"),
        (lambda z, c, T: softmax(z / T), "should be of shape (3, 4, 2)"),
        (lambda z, c, T: annealed(z, c, T) * np.nan, "not finite"),
        (lambda z, c: z @ c, "ended in TypeError"),
        (lambda z, c, T: "red", "should be numbers, but it is of type str"),
        (0.38, "should be a function of logits, centers and T"),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_wrong_answers_to_2(answer, says):
    right, message = grading.grade("colorize.2", answer)
    assert not right
    assert says in message


def undone(q, w):
    p = q / w
    return p / p.sum(axis=-1, keepdims=True)


def by_logits(q, w):
    return softmax(np.log(q) - np.log(w))


@pytest.mark.parametrize("answer", [undone, by_logits])
def test_right_answers_to_3(answer):
    right, message = grading.grade("colorize.3", answer)
    assert right, message


def test_solution_of_3_undoes_what_weights_do_to_a_loss():
    """The probabilities q that make the weighted cross-entropy smallest."""
    p = np.array([0.6, 0.25, 0.1, 0.05])
    w = class_weights(p)

    def loss(logits):
        return -(p * w) @ np.log(softmax(logits))

    q = softmax(minimize(loss, np.zeros(4), tol=1e-10).x)
    assert np.abs(q - p).max() > 0.1
    np.testing.assert_allclose(undone(q, w), p, atol=1e-4)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "in place of the dots"),
        (lambda q, w: undone(q, 1 / w), "a second time: divide"),
        (lambda q, w: q * w, "and does not sum to 1"),
        (lambda q, w: q / w, "Each pixel's probabilities should sum to 1"),
        (lambda q, w: q, "nothing is undone yet"),
        (lambda q, w: q / w / (q / w).sum(), "runs over all pixels"),
        (lambda q, w: undone(q, w) + 0.1, "a probability is off by"),
        (lambda q, w: 1.0, "should be of shape (4,)"),
        (lambda q, w: undone(q, w) * np.nan, "not finite"),
        (lambda q: q, "ended in TypeError"),
        (lambda q, w: [].sort(), "returns nothing"),
        (None, "should be a function of q and w"),
    ],
)
def test_wrong_answers_to_3(answer, says):
    right, message = grading.grade("colorize.3", answer)
    assert not right
    assert says in message
