"""The few parts that several programs share do what they say."""

import numpy as np
import pytest
from sklearn.linear_model import Lasso, Ridge

from tests.second_opinion import lasso, post_a, verdict, wave
from utils.claims import CLAIMS

ABOVE, AROUND, BELOW = (3.0, 2.0, 4.0), (1.0, 0.0, 2.0), (0.0, -1.0, 0.5)


@pytest.mark.parametrize(
    ("rule", "parts", "expected"),
    [
        ("all", [ABOVE, ABOVE], "holds"),
        ("all", [ABOVE, AROUND], "open"),
        ("all", [ABOVE, BELOW], "fails"),
        ("all", [AROUND, BELOW], "fails"),
        ("cases", [ABOVE, ABOVE], "holds"),
        ("cases", [ABOVE, BELOW], "depends"),
        ("cases", [AROUND, BELOW], "open"),
        ("cases", [BELOW, BELOW], "fails"),
    ],
)
def test_whole_intervals_decide(monkeypatch, rule, parts, expected):
    cases = {"cases": {}} if rule == "cases" else {}
    monkeypatch.setitem(CLAIMS, "X1", {"expect": "> 1", **cases})
    assert verdict("X1", dict(enumerate(parts))) == expected


@pytest.mark.parametrize(("flags", "expected"), [([1, 1], "holds"), ([1, 0], "fails")])
def test_exact_computations_decide(monkeypatch, flags, expected):
    monkeypatch.setitem(CLAIMS, "X1", {"expect": "yes"})
    assert verdict("X1", dict(enumerate(map(bool, flags)))) == expected


def objective(weights, biases, x, y, l1, l2):
    """Of one network of 1-2-1 neurons on one batch, in plain NumPy."""
    first, last = weights[:2], weights[2:]
    predicted = [(first * each + biases[:2]) @ last + biases[2] for each in x]
    penalty = l1 * np.abs(weights).sum() + l2 * (weights**2).sum()
    return np.abs(predicted - y).mean() + penalty


@pytest.mark.parametrize(("l1", "l2"), [(0, 0), (0.3, 0), (0, 0.15)])
def test_a_step_goes_down_the_slope_of_the_objective(l1, l2):
    network = post_a.Network((1, 2, 1), 1, np.random.default_rng(0))
    x, y = np.float32([[1.0], [3.0], [9.0]]), np.float32([[2.5], [8.0], [18.5]])

    def parameters():
        biases = [bias.ravel() for bias in network.biases]
        return np.concatenate([network.weights[:, 0], *biases]).astype(float)

    before = parameters()
    network.step(x, y, 0.01, l1, l2)
    for k, change in enumerate(parameters() - before):
        aside = 1e-6 * (np.arange(len(before)) == k)
        high, low = (
            objective(p[:4], p[4:], x[:, 0], y[:, 0], l1, l2)
            for p in (before + aside, before - aside)
        )
        assert change == pytest.approx(-0.01 * (high - low) / 2e-6, abs=1e-6)


def test_the_exact_path_is_where_coordinate_descent_ends():
    x, y, *_ = lasso.draw(np.random.default_rng(0), matter=10, noise_to_signal=0.1)
    grid = lasso.strengths(x, y, 0.001, 5)
    found = lasso.path(x, y, grid)
    for strength, weights in zip(grid, found.T, strict=True):
        solver = Lasso(strength, fit_intercept=False, tol=1e-12, max_iter=100_000)
        np.testing.assert_allclose(weights, solver.fit(x, y).coef_, atol=1e-9)


def test_the_ridge_path_is_that_of_the_library():
    x, y, places = wave.draw(3, np.random.default_rng(0))
    found = wave.ridge_path(x, y, places)[40]
    powers = np.arange(1, 21)
    solver = Ridge(30 * wave.STRENGTHS[40], solver="svd")
    solver.fit(x[:, None] ** powers, y)
    np.testing.assert_allclose(found, solver.predict(places[:, None] ** powers))
