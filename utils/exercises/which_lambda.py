"""Checkers of ``which_lambda``: a score that was selected, and a cautious choice."""

import numpy as np

from utils.exercises.grading import Wrong, call, close, exercise, number


@exercise("which_lambda.1")
def _the_best_of_a_hundred(answer):
    answer = number(answer, "one number, the error that you report on average")
    if close(answer, 6, rtol=0.003):
        raise Wrong(
            "That is the true error of each setting. But you look for the smallest of "
            "a hundred noisy scores, and it is the smallest mostly by luck."
        )
    if close(answer, 5.95, rtol=0.003):
        raise Wrong(
            "That divides the standard error by the square root of 100. You do not "
            "average the hundred scores: you take the smallest one."
        )
    if close(answer, 5.5, rtol=0.003):
        raise Wrong(
            "One standard error is what a typical score is off by. The smallest of a "
            "hundred is off by more."
        )
    if any(close(answer, 6 - z / 2, rtol=0.003) for z in (1.96, 1.645)):
        raise Wrong(
            "That is where an interval of one score ends. With a hundred scores, "
            "several lie beyond it."
        )
    if answer > 6:
        raise Wrong("Lower errors are better: take the smallest score of each search.")
    if answer < 4.55:
        raise Wrong(
            "That is lower than most searches report. Take the smallest score of each "
            "search, and then the mean over the searches."
        )
    if not 4.70 <= answer <= 4.80:
        raise Wrong("Simulate: the smallest in each row, and the mean over all rows.")
    return (
        "The chosen setting is as good as all others, 6, and its score flatters it by "
        "about 1.25. Only points that took no part in the choice can tell."
    )


_BEST = (
    "That is the λ with the smallest mean error. The rule goes on from there, to the "
    "largest λ that is not clearly worse."
)
_WIDE = (
    "The margin is too wide. A standard error is the standard deviation divided by the "
    "square root of the number of folds, and it is added once."
)
_OUT = "A run diverged there: a λ with a fold that is nan or inf is out."


def _errors(means, noise=(1, 1, 1, 1), lost=None, value=np.nan):
    """Errors of four λ over four folds; the best mean has a standard error of 0.147."""
    folds = np.array([-0.3, 0.3, -0.2, 0.2])
    errors = np.array(means)[:, None] + np.array(noise)[:, None] * folds
    if lost is not None:
        errors[lost, 1] = value
    return errors


# What it is -> strengths, errors, the right λ, and what other choices mean.
# None of them is a place, 0 to 3, so that a place can be told apart.
_STRENGTHS = (0.02, 0.2, 2.5, 25.0)
_CASES = {
    "four values of λ": (
        _STRENGTHS,
        _errors((2.0, 2.1, 2.25, 3.0)),
        0.2,
        {0.02: _BEST, 2.5: _WIDE},
    ),
    "a best λ in the middle": (
        _STRENGTHS,
        _errors((2.05, 2.0, 2.1, 2.5)),
        2.5,
        {
            0.2: _BEST,
            0.02: "That is the smallest λ within the margin, not the largest.",
        },
    ),
    "values of λ out of order": (
        (0.2, 25.0, 0.02, 0.05),
        _errors((2.1, 3.0, 2.0, 2.05)),
        0.2,
        {0.02: _BEST, 0.05: "Take the largest λ, which need not be the last one."},
    ),
    "a fold that is nan": (
        _STRENGTHS,
        _errors((2.0, 2.1, 1.0, 3.0), lost=2),
        0.2,
        {0.02: _BEST, 2.5: _OUT},
    ),
    "a fold that is inf": (
        _STRENGTHS,
        _errors((2.0, 2.1, 1.0, 3.0), lost=2, value=np.inf),
        0.2,
        {0.02: _BEST, 2.5: _OUT},
    ),
    "a large λ with noisy errors": (
        _STRENGTHS,
        _errors((2.0, 2.1, 2.3, 3.0), noise=(1, 1, 3, 3)),
        0.2,
        {2.5: "The margin is the standard error of the best λ, not that of each λ."},
    ),
}


@exercise("which_lambda.2")
def _as_strong_as_the_data_allow(answer):
    for case, (strengths, errors, right, mistakes) in _CASES.items():
        strengths = np.array(strengths)
        found = call(answer, strengths, errors, of="strengths and errors", case=case)
        found = number(found, "a function that returns one λ")
        if close(found, right):
            continue
        if not any(close(found, each) for each in strengths):
            raise Wrong(
                f"For {case} it returned {found:g}, which is none of the strengths. "
                "Return a λ: not its place, and not an error."
            )
        advice = "Is the margin one standard error above the smallest mean?"
        raise Wrong(
            f"For {case} it chose {found:g} instead of {right:g}. "
            f"{mistakes.get(found, advice)}"
        )
    return "A stronger penalty at no clear cost: a smaller error could be luck."
