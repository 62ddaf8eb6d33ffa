"""Penalized polynomials: random cases, and what scikit-learn says about them."""

import numpy as np
from sklearn.linear_model import Ridge
from sklearn.preprocessing import PolynomialFeatures

from utils.widgets.degree_and_penalty import DEGREES, SOUND

FIT = """data.map(({ x, y, xNew, yNew, degree, lam }) => {
    const w = m.fit(m.decompose(x, degree), y, lam);
    return {
        weights: w.slice(1),
        predictions: m.predict(w, [...x, ...xNew]),
        errors: [m.error(w, x, y), m.error(w, xNew, yNew)],
    };
})"""
# Below it, weights hang on the last digits of x: the fits agree, the weights need not.
TINY = 1e-8


def example(seed=0):
    """The chapter's own: thirty points of a wave, new ones between them."""
    rng = np.random.default_rng(seed)
    x = np.linspace(-1, 1, 30)
    x_val = (x[1:] + x[:-1]) / 2
    y, y_val = (np.sin(4 * v + 1) + rng.normal(0, 0.3, len(v)) for v in (x, x_val))
    return {"x": x, "y": y, "x_val": x_val, "y_val": y_val}


def cases(count=1_000, seed=0):
    """Random data, degrees and strengths; one in four has no penalty."""
    rng = np.random.default_rng(seed)
    found = []
    while len(found) < count:
        x = _places(rng, len(found) % 3)
        powers = np.vander(x, DEGREES + 1)[:, :-1]
        sizes = np.linalg.svd(powers - powers.mean(axis=0), compute_uv=False)
        if len(np.unique(x)) <= DEGREES or sizes[-1] < SOUND * sizes[0]:
            continue  # the widget refuses it
        new = rng.uniform(x.min(), x.max(), rng.integers(1, 30))
        a, b, c, d = rng.uniform(0.1, 8, 4)
        y, y_new = (
            c * np.sin(a * v + b) + d + rng.normal(0, 0.5, len(v)) for v in (x, new)
        )
        found.append(
            {
                "x": x.tolist(),
                "y": y.tolist(),
                "xNew": new.tolist(),
                "yNew": y_new.tolist(),
                "degree": int(rng.integers(1, DEGREES + 1)),
                "lam": float(10 ** rng.uniform(-16, 1)) if rng.random() > 0.25 else 0,
            }
        )
    return found


def _places(rng, kind):
    """In equal steps, nearly so, or anywhere."""
    n = int(rng.integers(25, 61))
    if kind == 2:
        return rng.uniform(-1, 1, n)
    shift = rng.uniform(-0.4, 0.4, n) * 2 / (n - 1)
    return np.clip(np.linspace(-1, 1, n) + kind * shift, -1, 1)


def largest_differences(given, found):
    """How far the module and scikit-learn are apart: predictions, errors, weights.

    Predictions and errors of all cases; the weights where the penalty is not tiny. What
    is larger than 1 is compared relative to its size: a fit may shoot out between its
    points, and its error be in the thousands.
    """
    off = {"predictions": 0.0, "errors": 0.0, "weights": 0.0}
    for case, seen in zip(given, found, strict=True):
        n, places = len(case["x"]), np.array(case["x"] + case["xNew"])[:, None]
        features = PolynomialFeatures(case["degree"], include_bias=False)
        powers = features.fit_transform(places)
        model = Ridge(alpha=n * case["lam"], solver="svd").fit(powers[:n], case["y"])
        predictions = model.predict(powers)
        squares = (predictions - (case["y"] + case["yNew"])) ** 2
        wanted = {
            "predictions": predictions,
            "errors": [squares[:n].mean(), squares[n:].mean()],
        }
        if case["lam"] >= TINY:
            wanted["weights"] = model.coef_
        for name, values in wanted.items():
            gap = np.abs(np.subtract(seen[name], values))
            gap /= np.maximum(np.abs(values), 1)
            off[name] = max(off[name], float(gap.max()))
    return off
