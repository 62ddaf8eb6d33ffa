"""Degree and penalty: a polynomial with an L2 penalty, moved by two sliders."""

import numpy as np
import traitlets
from sklearn.linear_model import Ridge
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import PolynomialFeatures

from utils import checks
from utils.style import THEME
from utils.widgets.base import CourseWidget, look, source, table

DEGREES = 20  # the highest degree
MOST = 200  # points, or strengths: the page fits all polynomials at once
LARGEST = 1e6  # of the targets
# Below this ratio of the singular values, least squares is a matter of rounding.
SOUND = 5e-9
WIDE, HIGH = 400, 230  # of the picture without JavaScript


class DegreeAndPenalty(CourseWidget):
    """A polynomial, its weights, its errors on the points of the fit and on new ones.

    Two sliders move them together: the degree, and the strength λ of the penalty in
    mean((y - ŷ)²) + λ sum(w²), from none at the left end to the last of ``lambdas``.
    The constant is not penalized. The page solves this itself, as scikit-learn's
    ``Ridge(alpha=n * lam, solver="svd")`` does on the powers of x.

    Args:
        x, y: The points of the fit, (n,) each: at most 200, at least 21 of them at
            different places, spread well enough over -1 ... 1 for degree 20.
        x_val, y_val: New points, on which the fit is judged, (m,) each.
        lambdas: The strengths that the slider can take, above 0, each at least 1 %
            above the one before.

    Attributes:
        degree: 1 ... 20, where it starts.
        lam: 0 (no penalty), where it starts, or one of ``lambdas``.

    Both follow the reader, and may be set.

    Raises:
        TypeError, ValueError: If an argument is not as described here.
    """

    module = "degree_and_penalty"
    _esm = source(module)

    x = traitlets.List().tag(sync=True)
    y = traitlets.List().tag(sync=True)
    x_val = traitlets.List().tag(sync=True)
    y_val = traitlets.List().tag(sync=True)
    lambdas = traitlets.List().tag(sync=True)
    degree = traitlets.Any(DEGREES).tag(sync=True)
    lam = traitlets.Any(0).tag(sync=True)
    degrees = traitlets.Int(DEGREES).tag(sync=True)
    looks = traitlets.Dict({kind: look(kind) for kind in ("none", "l2")}).tag(sync=True)
    theme = traitlets.Dict({k: list(v) for k, v in THEME.items()}).tag(sync=True)

    def __init__(self, x, y, x_val, y_val, lambdas):
        x, y = _points("x", x, "y", y)
        _sound(x)
        x_val, y_val = _points("x_val", x_val, "y_val", y_val)
        data = {"x": x, "y": y, "x_val": x_val, "y_val": y_val}
        data["lambdas"] = _strengths(lambdas)
        super().__init__(**{name: v.tolist() for name, v in data.items()})

    @traitlets.validate("degree")
    def _known_degree(self, proposal):
        return checks.whole("degree", proposal["value"], 1, DEGREES)

    @traitlets.validate("lam")
    def _known_strength(self, proposal):
        lam = checks.number("lam", proposal["value"], 0)
        for known in (0, *self.lambdas):
            if np.isclose(lam, known, rtol=1e-3, atol=0):
                return known
        raise ValueError(f"lam must be 0 or one of lambdas, got {lam:g}")

    def model(self, degree: int | None = None, lam: float | None = None) -> Pipeline:
        """The fitted polynomial in scikit-learn; as it is shown, where nothing else."""
        degree = self.degree if degree is None else degree
        lam = self.lam if lam is None else lam
        powers = PolynomialFeatures(degree, include_bias=False)
        ridge = Ridge(alpha=len(self.x) * lam, solver="svd")
        return make_pipeline(powers, ridge).fit(_column(self.x), self.y)

    def errors(self, degree: int | None = None) -> np.ndarray:
        """Training and validation error without a penalty and at each strength.

        Args:
            degree: Of the polynomial; the one that is shown if None.

        Returns:
            (2, 1 + len(lambdas)): mean squared errors.
        """
        models = [self.model(degree, lam) for lam in (0, *self.lambdas)]
        sets = (self.x, self.y), (self.x_val, self.y_val)
        return np.array(
            [
                [np.mean((model.predict(_column(x)) - y) ** 2) for model in models]
                for x, y in sets
            ]
        )

    def __repr__(self) -> str:
        return (
            f"DegreeAndPenalty({len(self.x)} points, {len(self.x_val)} new, "
            f"degree={self.degree}, lam={self.lam:g})"
        )

    def fallback(self) -> str:
        """The picture as it was set, and the errors for some strengths."""
        strengths = np.array([0, *self.lambdas])
        errors = self.errors()
        shown = {0, int(errors[1].argmin()), len(self.lambdas)}
        shown |= {*range(1, len(strengths), max(1, len(self.lambdas) // 6))}
        rows = []
        for k in sorted(shown):
            weights = self.model(lam=strengths[k])[-1].coef_
            numbers = (*errors[:, k], np.abs(weights).max())
            best = ", the best" if k == errors[1].argmin() else ""
            rows.append((_strength(strengths[k]) + best, *map(_amount, numbers)))
        return self._picture() + table(
            f"Degree {self.degree}, fitted to {len(self.x)} points and judged by "
            f"{len(self.x_val)} new ones. With JavaScript, degree and λ can be moved.",
            ("λ", "training error", "validation error", "largest weight"),
            rows,
        )

    def _picture(self):
        x, y = np.r_[self.x, self.x_val], np.r_[self.y, self.y_val]
        low, high = y.min(), y.max()
        pad = 0.2 * (high - low or 1)

        def place(x_of, y_of):
            across = 8 + (WIDE - 16) * (x_of - x.min()) / (x.max() - x.min())
            down = HIGH * (high + pad - y_of) / (high - low + 2 * pad)
            return np.stack([across, down.clip(-HIGH, 2 * HIGH)], axis=1)

        places = np.linspace(x.min(), x.max(), 120)
        curve = place(places, self.model().predict(_column(places)))
        found = self.looks["l2" if self.lam else "none"]
        color = "light-dark({},{})".format(*found["colors"])
        new = "light-dark({},{})".format(*self.theme["accent"])
        fitted = "".join(
            f'<circle cx="{a:.1f}" cy="{b:.1f}" r="4.5" style="fill:currentColor"/>'
            for a, b in place(np.array(self.x), np.array(self.y))
        )
        judged = "".join(
            f'<path d="M{a - 3.5:.1f} {b - 3.5:.1f}h7v7h-7z" '
            f'style="fill:none;stroke:{new}"/>'
            for a, b in place(np.array(self.x_val), np.array(self.y_val))
        )
        line = "L".join(f"{a:.1f} {b:.1f}" for a, b in curve)
        penalty = f"λ = {self.lam:.2g}" if self.lam else "no penalty"
        return (
            f'<svg role="img" viewBox="0 0 {WIDE} {HIGH}" width="{WIDE}" '
            f'style="max-width:100%" aria-label="The points of the fit (dots), new '
            f"points (squares), and the polynomial of degree {self.degree} with "
            f'{penalty}.">{judged}{fitted}<path d="M{line}" '
            f'style="fill:none;stroke:{color};stroke-width:3;stroke-dasharray:9 4"/>'
            "</svg>"
        )


def _column(values):
    return np.asarray(values, float)[:, None]


def _array(name, values):
    try:
        values = np.asarray(values, float)
    except (TypeError, ValueError):
        raise TypeError(f"{name} must hold numbers, got {values!r}") from None
    if values.ndim != 1 or not 1 <= len(values) <= MOST:
        raise ValueError(
            f"{name} must have the shape (n,) with n from 1 to {MOST}, got "
            f"{values.shape}"
        )
    return checks.finite(name, values)


def _points(x_name, x, y_name, y):
    x, y = _array(x_name, x), _array(y_name, y)
    if len(x) != len(y):
        raise ValueError(
            f"{x_name} and {y_name} must be equally long, got {len(x)} and {len(y)}"
        )
    for name, values, most in ((x_name, x, 1), (y_name, y, LARGEST)):
        if np.abs(values).max() > most:
            raise ValueError(
                f"{name} must lie from -{most:g} to {most:g}, got "
                f"{values[np.abs(values).argmax()]:g}"
            )
    return x, y


def _sound(x):
    """Refuse places for which the page and scikit-learn could differ."""
    different = len(np.unique(x))
    if different <= DEGREES:
        raise ValueError(
            f"x must have at least {DEGREES + 1} different places, got {different}"
        )
    powers = np.vander(x, DEGREES + 1)[:, :-1]
    sizes = np.linalg.svd(powers - powers.mean(axis=0), compute_uv=False)
    if sizes[-1] < SOUND * sizes[0]:
        raise ValueError(
            f"x must be spread more evenly over -1 ... 1: at degree {DEGREES}, least "
            f"squares would be a matter of rounding"
        )


def _strengths(lambdas):
    lambdas = _array("lambdas", lambdas)
    if lambdas[0] <= 0 or (lambdas[1:] < 1.01 * lambdas[:-1]).any():
        raise ValueError("lambdas must be above 0 and rise by at least 1 % each")
    checks.number("the largest of lambdas", float(lambdas[-1]), high=1e6)
    checks.number("the smallest of lambdas", float(lambdas[0]), 1e-30)
    return lambdas


def _strength(lam):
    """A strength as HTML."""
    if not lam:
        return "no penalty"
    if 0.0095 <= lam < 1000:
        return f"{lam:.2g}"
    digits, exponent = f"{lam:.1e}".split("e")
    shown = "" if digits == "1.0" else f"{digits}·"
    return f"{shown}10<sup>{int(exponent)}</sup>".replace("-", "&minus;")


def _amount(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.2g}"
