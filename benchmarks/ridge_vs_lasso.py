"""What L1 and L2 cost: ridge's closed form against the lasso, and in Keras.

Chapter 2 counts multiplications; these are seconds, which depend on the libraries too.
"""

import time
from collections.abc import Callable, Iterator

import keras
import numpy as np
from scipy.linalg import solve
from sklearn.linear_model import Lasso

from utils.data import sparse_linear
from utils.models import mlp

REPEATS = 7
SHAPES = ((1000, 10), (400, 200), (100, 400))
STRENGTHS = {"strong": 0.5, "weak": 0.01}  # shares of the smallest λ that zeroes all


def rows() -> Iterator[dict]:
    """Yield one row of the table after the other.

    ``values`` are repeated measurements, each the ratio of two that were taken one
    right after the other.
    """
    for n, p in SHAPES:
        for strength, share in STRENGTHS.items():
            yield {
                "what": f"lasso / closed-form ridge, n = {n}, p = {p}, {strength} λ",
                "unit": "times",
                "target": "",
                "values": _lasso_over_ridge(n, p, share),
            }
    yield {
        "what": "epoch of Keras with L1 / with L2, 64-256-256-10 neurons",
        "unit": "times",
        "target": "",
        "values": _keras_epochs(),
    }


def _lasso_over_ridge(n: int, p: int, share: float) -> list[float]:
    ratios = []
    for seed in range(REPEATS):
        split, _ = sparse_linear(seed, n=n, p=p, k=p // 10, snr=4)
        x, y = split.x_train.astype(float), split.y_train[:, 0].astype(float)
        lam = share * np.abs(x.T @ y).max() / n
        model = Lasso(lam, fit_intercept=False, tol=1e-6, max_iter=100_000)
        _closed_form(x, y, lam)  # warm up
        ridge = _seconds(lambda x=x, y=y, lam=lam: _closed_form(x, y, lam))
        ratios.append(_seconds(lambda x=x, y=y, m=model: m.fit(x, y)) / ridge)
    return ratios


def _closed_form(x: np.ndarray, y: np.ndarray, lam: float) -> np.ndarray:
    """Ridge's weights, from the smaller of the two systems of equations."""
    n, p = x.shape
    if p <= n:
        return solve(x.T @ x + n * lam * np.eye(p), x.T @ y, assume_a="pos")
    return x.T @ solve(x @ x.T + n * lam * np.eye(n), y, assume_a="pos")


def _keras_epochs() -> list[float]:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(4096, 64)).astype("float32")
    y = rng.normal(size=(4096, 10)).astype("float32")
    epochs = []
    for penalty in (keras.regularizers.L1(1e-4), keras.regularizers.L2(1e-4)):
        model = mlp((64, 256, 256, 10), activation="relu", penalty=penalty, seed=0)
        model.compile("sgd", "mse")
        model.fit(x, y, batch_size=64, verbose=0)  # traces the graph
        epochs.append(lambda model=model: model.fit(x, y, batch_size=64, verbose=0))
    return [_seconds(epochs[0]) / _seconds(epochs[1]) for _ in range(REPEATS)]


def _seconds(call: Callable) -> float:
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin
