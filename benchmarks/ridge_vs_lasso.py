"""What L1 and L2 cost: ridge's closed form against the lasso, and in Keras.

``shrink_or_select`` counts multiplications; these are seconds, which depend on the
libraries too.
"""

import time
from collections.abc import Callable, Iterator

import keras
import numpy as np
from sklearn.linear_model import Lasso, Ridge
from threadpoolctl import threadpool_limits

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
    """The same library and one thread for both; cholesky is the closed form."""
    ratios = []
    for seed in range(REPEATS):
        split, _ = sparse_linear(seed, n=n, p=p, k=p // 10, snr=4)
        x, y = split.x_train.astype(float), split.y_train[:, 0].astype(float)
        lam = share * np.abs(x.T @ y).max() / n
        lasso = Lasso(lam, fit_intercept=False, tol=1e-6, max_iter=100_000)
        ridge = Ridge(n * lam, fit_intercept=False, solver="cholesky")
        with threadpool_limits(1):
            lasso_s, ridge_s = (_fastest(model, x, y) for model in (lasso, ridge))
        ratios.append(lasso_s / ridge_s)
    return ratios


def _fastest(model: Lasso | Ridge, x: np.ndarray, y: np.ndarray) -> float:
    """The least of three: what else the machine does only adds."""
    return min(_seconds(lambda: model.fit(x, y)) for _ in range(3))


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
