"""Checkers of ``outliers``: how hard an error pulls, a balance, and the lever."""

from functools import cache

import numpy as np

from utils.exercises.grading import call, compare, exercise, number


@exercise("outliers.1")
def _huber_pull(answer):
    errors = np.array([-7.0, -2.0, -0.5, 0.25, 1.5, 4.0], "float32")
    for delta in (1.0, 3.0):
        pulls = np.clip(errors, -delta, delta)
        case = f"delta = {delta:g}"
        given = {"errors": errors, "delta": delta}
        found = call(answer, **given, shape=pulls.shape, case=case)
        worst = np.abs(found - pulls).argmax()
        advice = (
            f"For {case} the error {errors[worst]:g} pulls with {pulls[worst]:g}, but "
            f"the function says {found[worst]:g}."
        )
        mistakes = _wrong_pulls(errors, delta)
        compare(found, pulls, mistakes, advice, rtol=1e-5, atol=1e-4)
    return "Keras' own gradient is the same: the error itself, clipped at ± delta."


def _wrong_pulls(errors, delta):
    small, sign = np.abs(errors) <= delta, np.sign(errors)
    pulls = np.clip(errors, -delta, delta)
    return {
        "Those point the other way. The loss of a positive error grows with it.": (
            -pulls
        ),
        "Those are the losses. The pull is their derivative.": np.where(
            small, errors**2 / 2, delta * (np.abs(errors) - delta / 2)
        ),
        "Nothing is clipped: that is the pull of ½e², without any bound.": errors,
        "That is the pull of the squared loss, without any bound.": 2 * errors,
        "That is the absolute loss: even small errors pull with 1.": sign,
        "That is delta times the absolute loss: even small errors pull with delta.": (
            delta * sign
        ),
        "A pull has a sign: negative errors pull the other way.": np.abs(pulls),
        f"That does not change with delta. Here delta is {delta:g}.": (
            np.clip(errors, -1, 1)
        ),
        "Near zero Huber's loss is ½e², so its derivative has no factor 2.": (
            np.where(small, 2 * errors, delta * sign)
        ),
        "At an error of delta the pull must not jump: outside it is ± delta.": (
            np.where(small, errors, sign)
        ),
        "Those are divided by the number of errors. Each error pulls by itself.": (
            pulls / len(errors)
        ),
    }


@exercise("outliers.2")
def _where_the_pulls_cancel(answer):
    targets = np.array([1, 2, 4, 8, 100.0])
    found = number(answer, "one number, the prediction")
    mistakes = {
        "That is the median, which an absolute loss would predict. Here the pulls at 4 "
        "are 3, 2, 0, -3 and -3, and they do not cancel.": 4,
        "That is the mean, which a squared loss would predict. Huber's loss bounds "
        "each pull.": 23,
        "The weight is 0, but the bias is free: nobody penalizes it.": 0,
        "That is the mean without the outlier. It may pull, with delta.": 3.75,
        "That is the sum of the targets. One constant has to serve all five.": 115,
    }
    total = np.clip(found - targets, -3, 3).sum()
    advice = f"At {found:g} the pulls add up to {total:.3g}. Where do they cancel?"
    compare(found, 4.5, mistakes, advice, rtol=0, atol=0.01)
    return (
        "Between the median and the mean: the pulls 3, 2.5, 0.5, -3 and -3 cancel. The "
        "penalty, however strong, has no part in it."
    )


@exercise("outliers.3")
def _lever(answer):
    found = number(answer, "one number, the first x at which the slope is below 1")
    mistakes = {
        "There is a penalty in it: the alpha of QuantileRegressor is 1 if you do not "
        "say 0.": _first_broken("absolute", alpha=1),
        "That is the line with the least *squared* errors, which gives way much "
        "earlier.": _first_broken("squared"),
        "Go on in steps of 10 from x = 10: 200 is not the first.": 200,
    }
    advice = (
        "Move only the last point, in steps of 10, fit "
        "`QuantileRegressor(quantile=0.5, alpha=0)` anew each time, and look for the "
        "first slope below 1."
    )
    compare(found, _first_broken("absolute"), mistakes, advice, rtol=0, atol=0.01)
    return (
        "For a long way the line stays with the other 39 points. Then the lever of one "
        "point is longer than all of theirs together, and it wins, bounded pull or not."
    )


@cache
def _first_broken(loss: str, alpha: float = 0) -> int:
    """The first x of the last point, in steps of 10, at which the slope is below 1."""
    # Imported here, since no other checker needs them and it takes its time.
    from sklearn.linear_model import LinearRegression, QuantileRegressor

    from utils.data import line_with_outliers

    line = QuantileRegressor(quantile=0.5, alpha=alpha)
    line = LinearRegression() if loss == "squared" else line
    split = line_with_outliers(seed=0, offset=0)
    x, y = split.x_train.astype(float), split.y_train[:, 0]
    for at in range(10, 201, 10):
        x[-1] = at
        if line.fit(x, y).coef_[0] < 1:
            break
    return at
