"""Checkers of ``outliers``: which L1, how hard an error pulls, and the lever."""

import numpy as np

from utils.exercises.grading import call, compare, exercise, number


@exercise("outliers.1")
def _what_a_strong_penalty_leaves(answer):
    mistakes = {
        "That is the median, which an L1 *loss* would predict. Here L1 is the penalty. "
        "The loss is of squares.": 4,
        "The weight is 0, but the bias is free: nobody penalizes it.": 0,
        "That is the mean without the outlier. Nothing here leaves a point out.": 3.5,
        "That is the sum of the targets. One constant has to serve all seven.": 121,
        "That is the middle between the ends, not between all seven.": 50.5,
    }
    advice = (
        "With a weight of 0 only the bias b is left. Which b makes the mean of "
        "(b - y)² smallest?"
    )
    compare(number(answer, "one number, the prediction"), 121 / 7, mistakes, advice)
    return (
        "The mean, outlier included: an L1 penalty as strong as one likes, and not "
        "robust at all."
    )


@exercise("outliers.2")
def _huber_pull(answer):
    errors = np.array([-7.0, -2.0, -0.5, 0.25, 1.5, 4.0], "float32")
    for delta in (1.0, 3.0):
        pulls = np.clip(errors, -delta, delta)
        case = f"delta = {delta:g}"
        found = call(
            answer, errors, delta, of="errors and delta", shape=pulls.shape, case=case
        )
        worst = int(np.abs(found - pulls).argmax())
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


@exercise("outliers.3")
def _lever(answer, *, x, y):
    # Imported here, since no other checker needs it and it takes its time.
    from sklearn.linear_model import LinearRegression, QuantileRegressor

    answer = number(answer, "one number, the slope")
    moved = np.array(x, "float64")
    moved[-1] = 200

    def absolute(places, alpha=0):
        return QuantileRegressor(quantile=0.5, alpha=alpha).fit(places, y).coef_[0]

    right = absolute(moved)
    mistakes = {
        "That is the slope with the last point in its place. Move its x to 200.": (
            absolute(x)
        ),
        "That is the line with the least *squared* errors.": (
            LinearRegression().fit(moved, y).coef_[0]
        ),
        "The last point is still in its place, and there is a penalty: the alpha of "
        "QuantileRegressor is 1 if you do not say 0.": absolute(x, alpha=1),
    }
    advice = (
        "That would be robust. Fit the line with x = 200 for the last point, and see."
        if np.isclose(answer, 2, rtol=0.05)
        else f"The slope should be about {right:.3f}, but it is {answer:.3g}. Fit "
        "`QuantileRegressor(quantile=0.5, alpha=0)` with x = 200 for the last point."
    )
    compare(answer, right, mistakes, advice, rtol=0.01)
    return (
        "One point, and the line with the least absolute errors goes through it: "
        "the loss bounds the error's pull, not the lever it pulls on."
    )
