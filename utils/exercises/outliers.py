"""Checkers of ``outliers``: which L1, how hard an error pulls, and the lever."""

import numpy as np

from utils.exercises.grading import Wrong, exercise, number


def _close(answer: float, value: float, tolerance: float = 1e-3) -> bool:
    return bool(np.isclose(answer, value, rtol=tolerance, atol=1e-6))


@exercise("outliers.1")
def _what_a_strong_penalty_leaves(answer):
    answer = number(answer, "one number, the prediction")
    mistakes = {
        4: (
            "That is the median, which an L1 *loss* would predict. Here L1 is the "
            "penalty. The loss is of squares."
        ),
        0: "The weight is 0, but the bias is free: nobody penalizes it.",
        3.5: "That is the mean without the outlier. Nothing here leaves a point out.",
        121: "That is the sum of the targets. One constant has to serve all seven.",
        50.5: "That is the middle between the ends, not between all seven.",
    }
    for value, message in mistakes.items():
        if _close(answer, value):
            raise Wrong(message)
    if not _close(answer, 121 / 7):
        raise Wrong(
            "With a weight of 0 only the bias b is left. Which b makes the mean of "
            "(b - y)² smallest?"
        )
    return (
        "The mean, outlier included: an L1 penalty as strong as one likes, and not "
        "robust at all."
    )


@exercise("outliers.2")
def _huber_pull(answer):
    if not callable(answer):
        raise Wrong(
            "The answer should be a function of errors and delta, but it is of type "
            f"{type(answer).__name__}."
        )
    errors = np.array([-7.0, -2.0, -0.5, 0.25, 1.5, 4.0], "float32")
    for delta in (1.0, 3.0):
        _compare_pulls(_called(answer, errors, delta), errors, delta)
    return "Keras' own gradient is the same: the error itself, clipped at ± delta."


def _called(answer, errors, delta):
    try:
        found = answer(errors.copy(), delta)
        if found is None:
            raise Wrong("The function returns nothing. Does it end in `return`?")
        found = np.asarray(found, "float64")
    except Wrong:
        raise
    except Exception as error:
        raise Wrong(
            f"Calling answer(errors, {delta:g}) ended in {type(error).__name__}: "
            f"{error}"
        ) from None
    if found.shape != errors.shape:
        raise Wrong(
            f"For {errors.size} errors the function should return as many pulls, but "
            f"the result has the shape {found.shape}."
        )
    if not np.isfinite(found).all():
        raise Wrong(f"For delta = {delta:g} some pulls are not finite: {found}.")
    return found


def _compare_pulls(found, errors, delta):
    small = np.abs(errors) <= delta
    pulls = np.clip(errors, -delta, delta)
    losses = np.where(small, errors**2 / 2, delta * (np.abs(errors) - delta / 2))
    mistakes = (
        (
            -pulls,
            "Those point the other way. The loss of a positive error grows with it.",
        ),
        (losses, "Those are the losses. The pull is their derivative."),
        (errors, "Nothing is clipped: that is the pull of ½e², without any bound."),
        (2 * errors, "That is the pull of the squared loss, without any bound."),
        (np.sign(errors), "That is the absolute loss: even small errors pull with 1."),
        (
            delta * np.sign(errors),
            "That is delta times the absolute loss: even small errors pull with delta.",
        ),
        (np.abs(pulls), "A pull has a sign: negative errors pull the other way."),
        (
            np.clip(errors, -1, 1),
            f"That does not change with delta. Here delta is {delta:g}.",
        ),
        (
            np.where(small, 2 * errors, delta * np.sign(errors)),
            "Near zero Huber's loss is ½e², so its derivative has no factor 2.",
        ),
        (
            np.where(small, errors, np.sign(errors)),
            "At an error of delta the pull must not jump: outside it is ± delta.",
        ),
        (
            pulls / len(errors),
            "Those are divided by the number of errors. Each error pulls by itself.",
        ),
    )
    if np.allclose(found, pulls, atol=1e-4):
        return
    for values, message in mistakes:
        if np.allclose(found, values, atol=1e-4):
            raise Wrong(message)
    worst = int(np.abs(found - pulls).argmax())
    raise Wrong(
        f"For delta = {delta:g} the error {errors[worst]:g} pulls with "
        f"{pulls[worst]:g}, but the function says {found[worst]:g}."
    )


@exercise("outliers.3")
def _lever(answer, *, x, y):
    # Imported here, since no other checker needs it and it takes its time.
    from sklearn.linear_model import LinearRegression, QuantileRegressor

    answer = number(answer, "one number, the slope")
    moved = np.array(x, "float64")
    moved[-1] = 200

    def slope(line, places):
        return line.fit(places, y).coef_[0]

    right = slope(QuantileRegressor(quantile=0.5, alpha=0), moved)
    mistakes = (
        (
            slope(QuantileRegressor(quantile=0.5, alpha=0), np.asarray(x)),
            "That is the slope with the last point in its place. Move its x to 200.",
        ),
        (
            slope(LinearRegression(), moved),
            "That is the line with the least *squared* errors.",
        ),
        (
            slope(QuantileRegressor(quantile=0.5, alpha=1), np.asarray(x)),
            "The last point is still in its place, and there is a penalty: the alpha "
            "of QuantileRegressor is 1 if you do not say 0.",
        ),
    )
    if _close(answer, right, 0.01):
        return (
            "One point, and the line with the least absolute errors goes through it: "
            "the loss bounds the error's pull, not the lever it pulls on."
        )
    for value, message in mistakes:
        if _close(answer, value, 0.01):
            raise Wrong(message)
    if _close(answer, 2, 0.05):
        raise Wrong(
            "That would be robust. Fit the line with x = 200 for the last point, "
            "and see."
        )
    raise Wrong(
        f"The slope should be about {right:.3f}, but it is {answer:.3g}. Fit "
        "`QuantileRegressor(quantile=0.5, alpha=0)` with x = 200 for the last point."
    )
