from unittest import mock

import keras
import numpy as np
import pytest
from numpy.polynomial.legendre import legvander

from utils.exercises import grading
from utils.exercises import why_penalize as checker
from utils.statistics import Estimate

X = np.linspace(-1, 1, 30)[:, None]
GRID = np.linspace(-1, 1, 201)
LAMBDAS = np.logspace(-16, 1, 35)


def truth(x):
    return np.sin(4 * x + 1)


def free_distances(x, y, degree=20):
    """Distances from the curve of least squares, as the chapter computes them."""
    weights = np.linalg.lstsq(legvander(x[:, 0], degree), y, rcond=None)[0]
    off = legvander(GRID, degree) @ weights - truth(GRID)[:, None]
    return (off**2).mean(axis=0)


def typical(distances):
    return np.exp(np.log(distances).mean())


@pytest.fixture(scope="module")
def y():
    return truth(X) + 0.3 * np.random.default_rng(0).standard_normal((30, 500))


@pytest.fixture(scope="module")
def few(y):
    return free_distances(X, y)


@pytest.fixture(scope="module")
def many():
    x = np.linspace(-1, 1, 300)[:, None]
    noise = 0.3 * np.random.default_rng(5).standard_normal((300, 500))
    return free_distances(x, truth(x) + noise)


def says(message, id, answer, *, right=False, **context):
    found, text = grading.grade(id, answer, **context)
    assert found is right, text
    assert message in text


NOT_A_NUMBER = [
    (..., "in place of the dots"),
    ("many", "of type str"),
    (None, "of type NoneType"),
    (np.ones(3), "of type ndarray"),
    (float("nan"), "is nan"),
    (-3.0, "positive"),
]


def test_more_data_right(few, many):
    factor = typical(few) / typical(many)
    says("Far more than tenfold", "why_penalize.1", factor, right=True, few=few)
    estimate = Estimate(factor, factor - 1, factor + 1, 500)
    says("Far more than tenfold", "why_penalize.1", estimate, right=True, few=few)


def test_more_data_wrong(few, many):
    noisy = (typical(few) + 0.09) / (typical(many) + 0.09)
    for answer, message in [
        (typical(many) / typical(few), "Upside down"),
        (few.mean() / many.mean(), "ratio of the means"),
        (10, "good prediction"),
        (noisy, "The noise is in it"),
        (2.0, "Fit `polynomial(20)`"),
        *NOT_A_NUMBER,
    ]:
        says(message, "why_penalize.1", answer, few=few)


def test_carry_over_right():
    for answer in (keras.regularizers.L2(0.02), keras.regularizers.L1L2(l2=0.02)):
        says("keeps its meaning", "why_penalize.2", answer, right=True)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (keras.regularizers.L2(3.0), "the same number"),
        (keras.regularizers.L2(450.0), "The other way round"),
        (keras.regularizers.L2(0.01), "if you say nothing, and also what a ½ in"),
        (keras.regularizers.L2(), "if you say nothing"),
        (keras.regularizers.L1L2(), "not λ = 0."),
        (keras.regularizers.L2, "of type type"),
        (keras.regularizers.L2(0.1), "Thirty points were"),
        (keras.regularizers.L2(0.5), "not λ = 0.5"),
        (keras.regularizers.L1(0.02), "the L1 penalty"),
        (keras.regularizers.L1L2(l1=0.02, l2=0.02), "an L1 part"),
        (0.02, "a Keras regularizer"),
        ("l2", "of type str"),
        (None, "of type NoneType"),
        (..., "in place of the dots"),
    ],
)
def test_carry_over_wrong(answer, message):
    says(message, "why_penalize.2", answer)


@pytest.fixture(scope="module")
def match(y):
    """Ridge on Legendre polynomials, by another road than the checker's."""
    inner = np.arange(1, 29)
    columns = legvander(X[:, 0], 20)

    def weights(kept, lam):
        a = columns[kept]
        charge = np.sqrt(len(kept) * lam) * np.eye(21)
        charge[0, 0] = 0  # the bias is free
        stacked = np.vstack([y[kept], np.zeros((21, y.shape[1]))])
        return np.linalg.pinv(np.vstack([a, charge])) @ stacked

    def squares(points, targets, w):
        return ((legvander(points, 20) @ w - targets) ** 2).sum(axis=0)

    errors, distances = [], []
    for lam in LAMBDAS:
        error = 0
        for turn in range(4):
            held = inner[turn::4]
            kept = np.setdiff1d(np.arange(30), held)
            error += squares(X[held, 0], y[held], weights(kept, lam))
        errors.append(error)
        off = squares(GRID, truth(GRID)[:, None], weights(np.arange(30), lam))
        distances.append(off / len(GRID))
    errors, distances = np.array(errors), np.array(distances)
    return {
        "chosen": distances[errors.argmin(axis=0), np.arange(y.shape[1])],
        "known": distances[np.log(distances).mean(axis=1).argmin()],
    }


@pytest.fixture(scope="module")
def context(y):
    cut = free_distances(X, y, degree=6)
    return {
        "x": X,
        "y": y,
        "lambdas": LAMBDAS,
        "hard": {"chosen": 1.4 * cut, "known": cut},
        "others": {"powers": {"chosen": 1.7 * cut}, "wiggles": {"chosen": 1.3 * cut}},
    }


def _once(work):
    first = []

    def remembered(*given):
        if not first:
            first.extend((given, work(*given)))
        for one, other in zip(given, first[0], strict=True):
            np.testing.assert_array_equal(one, other)
        return first[1]

    return remembered


@pytest.fixture(scope="module")
def computed_once():
    """What the checker computes from the context: the same for every answer."""

    with mock.patch.multiple(
        checker,
        _legendre_distances=_once(checker._legendre_distances),
        _choice=_once(checker._choice),
    ):
        yield


@pytest.mark.usefixtures("computed_once")
def test_third_price_list_right(match, context):
    answer = typical(match["chosen"]) / typical(context["hard"]["chosen"])
    says("Much farther", "why_penalize.3", answer, right=True, **context)


@pytest.mark.usefixtures("computed_once")
def test_third_price_list_wrong(match, context):
    cut = context["hard"]
    for answer, message in [
        (typical(cut["chosen"]) / typical(match["chosen"]), "Upside down"),
        (typical(match["known"]) / typical(cut["known"]), '"known" setting'),
        (1.7 / 1.4, "the powers of x"),
        (1.3 / 1.4, "still prices in it"),
        (typical(match["chosen"]), "the distance itself"),
        (100.0, "Make a pipeline"),
        *NOT_A_NUMBER,
    ]:
        says(message, "why_penalize.3", answer, **context)
