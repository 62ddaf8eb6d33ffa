"""Checkers of ``which_lambda``: a score that was selected, and a cautious choice."""

import numpy as np

from utils.exercises.grading import Wrong, call, close, exercise, number, refuse


@exercise("which_lambda.1")
def _the_best_of_a_hundred(answer):
    found = number(answer, "one number, the error that you report on average")
    near = [each for each in (6, 5.95, 5.5, 5.02, 5.1775) if close(found, each, 0.003)]
    refuse(
        {
            "That is the true error of each setting. But you look for the smallest of "
            "a hundred noisy scores, and it is the smallest mostly by luck.": 6 in near,
            "That divides the standard error by the square root of 100. You do not "
            "average the hundred scores: you take the smallest one.": 5.95 in near,
            "One standard error is what a typical score is off by. The smallest of a "
            "hundred is off by more.": 5.5 in near,
            "That is where an interval of one score ends. With a hundred scores, "
            "several lie beyond it.": bool(near),  # 6 - 1.96 / 2 or 6 - 1.645 / 2
            "Lower errors are better: take the smallest score of each search.": (
                found > 6
            ),
            "That is lower than most searches report. Take the smallest score of each "
            "search, and then the mean over the searches.": found < 4.55,
            "Simulate: the smallest in each row, and the mean over all rows.": (
                not 4.70 <= found <= 4.80
            ),
        }
    )
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
_LOST = {0.02: _BEST, 2.5: _OUT}


def _case(
    means,
    mistakes,
    *,
    right=0.2,
    strengths=(0.02, 0.2, 2.5, 25.0),
    noise=(1, 1, 1, 1),
    lost=0.0,
):
    """Strengths, their errors over four folds, the right λ, and what others mean.

    The best mean has a standard error of 0.147. No strength is a place, 0 to 3, so that
    a place can be told apart. What is ``lost`` is added to an error of the third λ.
    """
    folds = np.array([-0.3, 0.3, -0.2, 0.2])
    errors = np.array(means)[:, None] + np.array(noise)[:, None] * folds
    errors[2, 1] += lost
    return np.array(strengths), errors, right, mistakes


_CASES = {
    "four values of λ": _case((2.0, 2.1, 2.25, 3.0), {0.02: _BEST, 2.5: _WIDE}),
    "a best λ in the middle": _case(
        (2.05, 2.0, 2.1, 2.5),
        {
            0.2: _BEST,
            0.02: "That is the smallest λ within the margin, not the largest.",
        },
        right=2.5,
    ),
    "values of λ out of order": _case(
        (2.1, 3.0, 2.0, 2.05),
        {0.02: _BEST, 0.05: "Take the largest λ, which need not be the last one."},
        strengths=(0.2, 25.0, 0.02, 0.05),
    ),
    "a fold that is nan": _case((2.0, 2.1, 1.0, 3.0), _LOST, lost=np.nan),
    "a fold that is inf": _case((2.0, 2.1, 1.0, 3.0), _LOST, lost=np.inf),
    "a large λ with noisy errors": _case(
        (2.0, 2.1, 2.3, 3.0),
        {2.5: "The margin is the standard error of the best λ, not that of each λ."},
        noise=(1, 1, 3, 3),
    ),
}


@exercise("which_lambda.2")
def _as_strong_as_the_data_allow(answer):
    for case, (strengths, errors, right, mistakes) in _CASES.items():
        found = call(answer, strengths=strengths, errors=errors, case=case)
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
