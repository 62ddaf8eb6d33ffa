import numpy as np
import pytest
from sklearn.linear_model import ElasticNet

from utils.exercises import grade

LEAST_SQUARES = [3, -0.5, 1.2, -2]
LAM = 0.1


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(30, 4))
    y = x @ [1.0, -3.0, 0.5, 0.0] + rng.normal(size=30)
    return {"x": x, "y": y}


@pytest.mark.parametrize(
    ("answer", "right", "says"),
    [
        ([2, 0, 0.2, -1], True, "one of them arrives"),
        (np.array([[2.0], [0.0], [0.2], [-1.0]]), True, "one of them arrives"),
        (..., False, "in place of the dots"),
        (LEAST_SQUARES, False, "where is λ?"),
        ([1.5, -0.25, 0.6, -1], False, "what L2 does"),
        ([3, 0, 1.2, -2], False, "they lose λ, too"),
        ([2, -1.5, 0.2, -3], False, "Mind the signs"),
        ([2, 0.5, 0.2, -1], False, "it stops there"),
        ([1, 2, 3, 4], False, "three cases"),
        ([2, 0, 0.2], False, "4 numbers, one for each weight, but it holds 3"),
        ("2, 0, 0.2, -1", False, "but it is of type str"),
        (None, False, "but it is of type NoneType"),
        ([2, 0, 0.2, float("nan")], False, "one of them is nan, which is not finite"),
        ([[2, 0], [0.2]], False, "but one of them is of type list"),
    ],
)
def test_threshold(answer, right, says):
    found, message = grade(
        "shrink_or_select.1", answer, least_squares=LEAST_SQUARES, lam=1
    )
    assert (found, says in message) == (right, True), message


def strongest(x, y):
    return np.abs(x.T @ y).max() / len(y)


@pytest.mark.parametrize(
    ("answer", "right", "says"),
    [
        (lambda x, y: strongest(x, y) / 0.2, True, "strongest pull"),
        (lambda x, y: [np.float32(5 * strongest(x, y))], True, "strongest pull"),
        (lambda x, y: ..., False, "in place of the dots"),
        (lambda x, y: np.abs(x.T @ y).max() / 0.2, False, "divides the fit by n"),
        (lambda x, y: np.abs(x.T @ y).max() / 4 / 0.2, False, "number of features"),
        (lambda x, y: (x.T @ y).max() / len(y) / 0.2, False, "take absolute values"),
        (strongest, False, "the lasso's"),
        (lambda x, y: strongest(x, y) * 0.2, False, "more of it, not less"),
        (lambda x, y: strongest(x, y) / 0.8, False, "the share of L2"),
        (lambda x, y: 2 * strongest(x, y) / 0.2, False, "a factor 2 too much"),
        (lambda x, y: strongest(x, y) / 0.2 / 2, False, "differentiate"),
        (lambda x, y: np.abs(x.T @ y).min() / len(y) / 0.2, False, "pulls least"),
        (lambda x, y: 0.0, False, "weights are left"),
        (lambda x, y: 1e6, False, "a smaller alpha also does"),
        (lambda x, y: np.abs(x.T @ y), False, "but it is of type ndarray"),
        (lambda x, y: "0.5", False, "but it is of type str"),
        (lambda x, y: float("nan"), False, "but it is nan"),
    ],
)
def test_last_weight(data, answer, right, says):
    found, message = grade("shrink_or_select.2", answer(**data), l1_ratio=0.2, **data)
    assert (found, says in message) == (right, True), message


def test_by_features_instead_of_rows_gets_no_compliment():
    """Twice as many rows as features: the slip looks like a factor of 2."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(100, 50)), rng.normal(size=100)
    slip = np.abs(x.T @ y).max() / 50 / 0.2
    message = grade("shrink_or_select.2", slip, x=x, y=y, l1_ratio=0.2)[1]
    assert "number of features" in message


def test_at_the_last_weight_a_solver_agrees(data):
    last = 5 * strongest(**data)
    for alpha, left in ((1.001 * last, 0), (0.999 * last, 1)):
        net = ElasticNet(alpha, l1_ratio=0.2, fit_intercept=False, tol=1e-12)
        assert np.sum(net.fit(data["x"], data["y"]).coef_ != 0) == left


def rows(x, y, size, target=0.0):
    p = x.shape[1]
    return np.vstack([x, size * np.eye(p)]), np.append(y, np.full(p, target))


ROOT = np.sqrt(30 * LAM)


@pytest.mark.parametrize(
    ("answer", "right", "says"),
    [
        (lambda x, y: rows(x, y, ROOT), True, "made-up data"),
        (lambda x, y: list(rows(x, y, -ROOT)), True, "made-up data"),
        (lambda x, y: ..., False, "in place of the dots"),
        (lambda x, y: rows(x, y, 30 * LAM), False, "take the square root of nλ"),
        (lambda x, y: rows(x, y, np.sqrt(LAM)), False, "adds nλ, not λ"),
        (lambda x, y: rows(x, y, LAM), False, "the square root of nλ that you need"),
        (lambda x, y: rows(x, y, ROOT, 1.0), False, "pull the weights away from zero"),
        (lambda x, y: rows(x, y, 0.0), False, "plain least squares"),
        (lambda x, y: rows(x, y, 7.0), False, "Compare the squared errors"),
        (lambda x, y: (x, y), False, "put new rows below"),
        (lambda x, y: (rows(x, y, ROOT)[0], y), False, "every new row needs a target"),
        (lambda x, y: (x.T, y), False, "should have 4 columns"),
        (lambda x, y: rows(x, y, ROOT)[0], False, "should be a pair"),
        (lambda x, y: 3, False, "should be a pair"),
        (lambda x, y: ("x", "y"), False, "of type str"),
        (lambda x, y: rows(x, y, float("nan")), False, "finite numbers"),
    ],
)
def test_extra_rows(data, answer, right, says):
    found, message = grade("shrink_or_select.3", answer(**data), lam=LAM, **data)
    assert (found, says in message) == (right, True), message
