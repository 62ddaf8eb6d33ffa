"""Checkers of ``why_penalize``: overfitting, a penalty's strength, its features."""

from functools import cache

import numpy as np
from numpy.polynomial.legendre import legvander
from scipy.stats import gmean

from utils.exercises.grading import Wrong, close, compare, exercise, number
from utils.statistics import Estimate


def _factor(answer, what: str) -> float:
    """The answer, a number or an ``Estimate``, as a positive float."""
    answer = number(answer.value if isinstance(answer, Estimate) else answer, what)
    if answer <= 0:
        raise Wrong(f"The answer should be {what}, and so positive: got {answer:.3g}.")
    return answer


def _compare_factors(found, right, mistakes, advice, tolerance):
    """Compare ratios: half as much is as far off as twice as much."""
    mistakes = {say: np.log(value) for say, value in mistakes.items()}
    compare(np.log(found), np.log(right), mistakes, advice, rtol=0, atol=tolerance)


@exercise("why_penalize.1")
def _more_data(answer, *, few):
    answer = _factor(answer, "a factor: distance at 30 points over that at 300")
    many = _distances_of_300()
    right = gmean(few) / gmean(many)
    mistakes = {
        "Upside down: the distance at 30 points belongs on top.": 1 / right,
        "That is the ratio of the means, which a few wild fits decide. The typical "
        "factor is the geometric mean, as in `ratio`.": np.mean(few) / np.mean(many),
        "Ten was a good prediction to make. Now measure it.": 10,
        "The noise is in it: compare with the curve, `truth(grid)`, not with noisy "
        "points.": (gmean(few) + 0.09) / (gmean(many) + 0.09),
    }
    advice = (
        "Fit `polynomial(20)` to x_many and y_many, take `distance` of it, and divide "
        "from_curve[20 - 1] by it (geometric means)."
    )
    # The reader's noise is another; so a right answer may be off by a fifth.
    if not close(np.log(answer), np.log(right), rtol=0, atol=0.2):
        _compare_factors(answer, right, mistakes, advice, 0.1)
    return (
        "Far more than tenfold. The closed form was so wild because there were "
        "hardly more points than weights: data tames it, as a penalty does."
    )


@cache
def _distances_of_300():
    x, grid = np.linspace(-1, 1, 300), np.linspace(-1, 1, 401)
    noise = 0.3 * np.random.default_rng(1).standard_normal((300, 1_000))
    noisy = np.sin(4 * x + 1)[:, None] + noise
    fitted = np.linalg.lstsq(legvander(x, 20), noisy, rcond=None)[0]
    off = legvander(grid, 20) @ fitted - np.sin(4 * grid + 1)[:, None]
    return (off**2).mean(axis=0)


@exercise("why_penalize.2")
def _carry_over(answer):
    # Imported here: it takes seconds, and no other checker needs it.
    from keras.regularizers import L1, L1L2, L2

    if isinstance(answer, L1):
        raise Wrong("That is the L1 penalty. Ridge regression has the L2 penalty.")
    if not isinstance(answer, L2 | L1L2):
        raise Wrong(
            "The answer should be a Keras regularizer, like "
            f"keras.regularizers.L2(0.1), but it is of type {type(answer).__name__}."
        )
    if float(getattr(answer, "l1", 0)) != 0:
        raise Wrong("There is an L1 part in it. Ridge regression has none.")
    strength = number(float(answer.l2), "a regularizer with a finite strength")
    mistakes = {
        "That is the same number, but alpha belongs to a sum over 150 points.": 3,
        "The other way round: alpha is n times λ, so λ is alpha over n.": 450,
        "0.01 is what Keras takes if you say nothing, and also what a ½ in front would "
        "give. Keras' L2 has none, nor has Ridge.": 0.01,
        "Thirty points were the chapter's. Your colleague has 150.": 0.1,
    }
    advice = f"alpha = n * λ with alpha = 3 and n = 150: not λ = {strength:g}."
    compare(strength, 0.02, mistakes, advice, rtol=1e-5, atol=1e-8)
    return "A strength in a mean keeps its meaning when the number of points changes."


@exercise("why_penalize.3")
def _third_price_list(answer, *, x, y, lambdas, hard, others):
    answer = _factor(answer, "a ratio of two distances")
    outcomes = _legendre_distances(x, y, lambdas)
    chosen = gmean(outcomes[_choice(x, y, lambdas), np.arange(y.shape[1])])
    known = gmean(outcomes, axis=1).min()
    cut = gmean(hard["chosen"])
    mistakes = {
        "Upside down: the penalty's distance belongs on top.": cut / chosen,
        'That is the "known" setting of both sides. Take the "chosen" ones.': (
            known / gmean(hard["known"])
        ),
        "Those were the powers of x. Here the columns are Legendre polynomials.": (
            gmean(others["powers"]["chosen"]) / cut
        ),
        "There are still prices in it: leave the division by `price` out.": (
            gmean(others["wiggles"]["chosen"]) / cut
        ),
        "That is the distance itself. Divide it by the cut degree's.": chosen,
    }
    advice = (
        "Make a pipeline of `legvander(x[:, 0], 20)[:, 1:]` and Ridge with "
        "alpha = points * lam, and hand it to `compete` in place of ridge_on_wiggles."
    )
    _compare_factors(answer, chosen / cut, mistakes, advice, 0.01)
    return (
        "Much farther. With one price for all, a wiggle of degree 20 is as cheap "
        "as a slope. On the powers of x the same penalty spares smooth shapes."
    )


def _paths(x, y, lambdas, where):
    """Ridge on Legendre polynomials: for each λ, predictions (where, data sets)."""
    # Imported here, since no other checker needs it and it takes its time.
    from sklearn.linear_model import Ridge

    for lam in lambdas:
        ridge = Ridge(len(x) * lam, solver="svd").fit(legvander(x, 20)[:, 1:], y)
        yield ridge.predict(legvander(where, 20)[:, 1:])


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
