"""Checkers of ``why_penalize``: overfitting, a penalty's strength, its features."""

import keras
import numpy as np
from numpy.polynomial.legendre import legvander

from utils.exercises.grading import Wrong, exercise, number
from utils.statistics import Estimate


def _factor(answer, what: str) -> float:
    """The answer, a number or an ``Estimate``, as a positive float."""
    answer = number(answer.value if isinstance(answer, Estimate) else answer, what)
    if answer <= 0:
        raise Wrong(f"The answer should be {what}, and so positive: got {answer:.3g}.")
    return answer


def _typical(distances) -> float:
    return float(np.exp(np.log(distances).mean()))


def _near(answer: float, value: float, tolerance: float) -> bool:
    return bool(abs(np.log(answer / value)) < tolerance)


@exercise("why_penalize.1")
def _more_data(answer, *, few):
    answer = _factor(answer, "a factor: distance at 30 points over that at 300")
    x, grid = np.linspace(-1, 1, 300), np.linspace(-1, 1, 401)
    noise = 0.3 * np.random.default_rng(1).standard_normal((300, 1_000))
    fitted = np.linalg.lstsq(
        legvander(x, 20), np.sin(4 * x + 1)[:, None] + noise, rcond=None
    )[0]
    off = legvander(grid, 20) @ fitted - np.sin(4 * grid + 1)[:, None]
    many = (off**2).mean(axis=0)

    right = _typical(few) / _typical(many)
    if _near(answer, right, 0.2):
        return (
            "Far more than tenfold. The closed form was so wild because there were "
            "hardly more points than weights: data tames it, as a penalty does."
        )
    if _near(answer, 1 / right, 0.2):
        raise Wrong("Upside down: the distance at 30 points belongs on top.")
    if _near(answer, np.mean(few) / np.mean(many), 0.1):
        raise Wrong(
            "That is the ratio of the means, which a few wild fits decide. The "
            "typical factor is the geometric mean, as in `ratio`."
        )
    if _near(answer, 10, 0.05):
        raise Wrong("Ten was a good prediction to make. Now measure it.")
    if _near(answer, (_typical(few) + 0.09) / (_typical(many) + 0.09), 0.2):
        raise Wrong(
            "The noise is in it: compare with the curve, `truth(grid)`, not with "
            "noisy points."
        )
    raise Wrong(
        "Fit `polynomial(20)` to x_many and y_many, take `distance` of it, and divide "
        "from_curve[20 - 1] by it (geometric means)."
    )


@exercise("why_penalize.2")
def _carry_over(answer):
    if isinstance(answer, keras.regularizers.L1):
        raise Wrong("That is the L1 penalty. Ridge regression has the L2 penalty.")
    if isinstance(answer, keras.regularizers.L1L2):
        if float(answer.l1) != 0:
            raise Wrong("There is an L1 part in it. Ridge regression has none.")
        strength = answer.l2
    elif isinstance(answer, keras.regularizers.L2):
        strength = answer.l2
    else:
        raise Wrong(
            "The answer should be a Keras regularizer, like "
            f"keras.regularizers.L2(0.1), but it is of type {type(answer).__name__}."
        )
    strength = number(float(strength), "a regularizer with a finite strength")
    mistakes = {
        3.0: "That is the same number, but alpha belongs to a sum over 150 points.",
        450.0: "The other way round: alpha is n times λ, so λ is alpha over n.",
        0.01: "Keras' L2 has no ½ in front, and neither has Ridge.",
        0.1: "Thirty points were the chapter's. Your colleague has 150.",
    }
    for value, message in mistakes.items():
        if np.isclose(strength, value):
            raise Wrong(message)
    if not np.isclose(strength, 0.02):
        raise Wrong(f"alpha = n * λ with alpha = 3 and n = 150: not λ = {strength:g}.")
    return "A strength in a mean keeps its meaning when the number of points changes."


@exercise("why_penalize.3")
def _third_price_list(answer, *, x, y, lambdas, hard, others):
    answer = _factor(answer, "a ratio of two distances")
    outcomes = _legendre_distances(x, y, lambdas)
    chosen = outcomes[_choice(x, y, lambdas), np.arange(y.shape[1])]
    known = outcomes[np.log(outcomes).mean(axis=1).argmin()]

    right = _typical(chosen) / _typical(hard["chosen"])
    if _near(answer, right, 0.01):
        return (
            "Much farther. With one price for all, a wiggle of degree 20 is as cheap "
            "as a slope. On the powers of x the same penalty spares smooth shapes."
        )
    mistakes = {
        1 / right: "Upside down: the penalty's distance belongs on top.",
        _typical(known) / _typical(hard["known"]): (
            'That is the "known" setting of both sides. Take the "chosen" ones.'
        ),
        _typical(others["powers"]["chosen"]) / _typical(hard["chosen"]): (
            "Those were the powers of x. Here the columns are Legendre polynomials."
        ),
        _typical(others["wiggles"]["chosen"]) / _typical(hard["chosen"]): (
            "There are still prices in it: leave the division by `price` out."
        ),
        _typical(chosen): "That is the distance itself. Divide it by the cut degree's.",
    }
    for value, message in mistakes.items():
        if _near(answer, value, 0.01):
            raise Wrong(message)
    raise Wrong(
        "Make a pipeline of `legvander(x[:, 0], 20)[:, 1:]` and Ridge with "
        "alpha = points * lam, and hand it to `compete` in place of ridge_on_wiggles."
    )


def _paths(x, y, lambdas, where):
    """Ridge on Legendre polynomials: for each λ, predictions (where, data sets)."""
    columns, mean = legvander(x, 20)[:, 1:], y.mean(axis=0)
    center = columns.mean(axis=0)
    left, s, right = np.linalg.svd(columns - center, full_matrices=False)
    onto = (legvander(where, 20)[:, 1:] - center) @ right.T
    along = left.T @ (y - mean)
    for lam in lambdas:
        yield onto @ ((s / (s**2 + len(x) * lam))[:, None] * along) + mean


def _legendre_distances(x, y, lambdas):
    grid = np.linspace(-1, 1, 401)
    curve = np.sin(4 * grid + 1)[:, None]
    paths = _paths(x[:, 0], y, lambdas, grid)
    return np.array([((p - curve) ** 2).mean(axis=0) for p in paths])


def _choice(x, y, lambdas):
    """Index of the λ that the chapter's cross-validation chooses: (data sets,)."""
    errors = np.zeros((len(lambdas), y.shape[1]))
    for turn in range(4):
        held = np.arange(1, len(x) - 1)[turn::4]
        kept = np.setdiff1d(np.arange(len(x)), held)
        paths = _paths(x[kept, 0], y[kept], lambdas, x[held, 0])
        errors += [((p - y[held]) ** 2).sum(axis=0) for p in paths]
    return errors.argmin(axis=0)
