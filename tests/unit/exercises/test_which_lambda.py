import numpy as np
import pytest

from utils.exercises import grading


@pytest.mark.parametrize("seed", range(5))
def test_solution_of_1_passes(seed):
    scores = np.random.default_rng(seed).normal(6, 0.5, (10_000, 100))
    right, message = grading.grade("which_lambda.1", scores.min(axis=1).mean())
    assert right, message


@pytest.mark.parametrize("answer", [4.75, 4.8, 4.77, [4.746]])
def test_right_answers_to_1(answer):
    right, message = grading.grade("which_lambda.1", answer)
    assert right, message


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "in place of the dots"),
        (6, "the true error of each setting"),
        (5.95, "You do not average"),
        (5.5, "off by more"),
        (5.02, "where an interval of one score ends"),
        (5.18, "where an interval of one score ends"),
        (7.25, "take the smallest score"),
        (4.0, "lower than most searches"),  # the smallest score of all searches
        (5.3, "Simulate"),
        ("4.75", "of type str"),
        (np.array([4.7, 4.8]), "of type ndarray"),
        (float("nan"), "it is nan"),
    ],
)
def test_wrong_answers_to_1(answer, says):
    right, message = grading.grade("which_lambda.1", answer)
    assert not right
    assert says in message


def rule(strengths, errors, *, margin=None, choose=np.max, whole=None):
    """The one-standard-error rule, or what a mistake makes of it."""
    whole = np.isfinite(errors).all(axis=1) if whole is None else whole
    strengths, errors = strengths[whole], errors[whole]
    mean, error = errors.mean(axis=1), errors.std(axis=1, ddof=1)
    error = error / np.sqrt(errors.shape[1])
    margin = error[mean.argmin()] if margin is None else margin(error)
    return choose(strengths[mean <= mean.min() + margin])


def test_solution_of_2_passes():
    right, message = grading.grade("which_lambda.2", rule)
    assert right, message


def test_a_standard_deviation_of_the_population_passes():
    def answer(strengths, errors):
        smaller = lambda error: error[0] * np.sqrt(3 / 4)  # noqa: E731
        return rule(strengths, errors, margin=smaller)

    right, message = grading.grade("which_lambda.2", answer)
    assert right, message


def smallest_mean(strengths, errors):
    return rule(strengths, errors, margin=lambda error: 0)


def deviation(strengths, errors):
    return rule(strengths, errors, margin=lambda error: 2 * error[0])


def weakest(strengths, errors):
    return rule(strengths, errors, choose=np.min)


def last(strengths, errors):
    return rule(strengths, errors, choose=lambda inside: inside[-1])


def own_margin(strengths, errors):
    return rule(strengths, errors, margin=lambda error: error)


def over_what_is_left(strengths, errors):
    mean = np.nanmean(np.where(np.isfinite(errors), errors, np.nan), axis=1)
    error = np.nanstd(errors[0], ddof=1) / 2
    return strengths[mean <= mean.min() + error].max()


def with_the_diverged(strengths, errors):
    return rule(strengths, errors, whole=np.full(len(errors), True))


def place(strengths, errors):
    return int(np.argmax(strengths == rule(strengths, errors)))


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "in place of the dots"),
        (smallest_mean, "the λ with the smallest mean error"),
        (deviation, "The margin is too wide"),
        (weakest, "the smallest mean error"),
        (last, "need not be the last one"),
        (own_margin, "not that of each λ"),
        (over_what_is_left, "A run diverged there"),
        (with_the_diverged, "a fold that is nan ended in ValueError"),
        (place, "which is none of the strengths"),
        (lambda strengths, errors: 25.0, "Is the margin one standard error"),
        (lambda strengths, errors: None, "returns nothing"),
        (lambda strengths, errors: "0.2", "of type str"),
        (lambda errors: 0.2, "ended in TypeError"),
        (0.2, "of type float"),
    ],
)
def test_wrong_answers_to_2(answer, says):
    right, message = grading.grade("which_lambda.2", answer)
    assert not right
    assert says in message


def test_the_smallest_within_the_margin_is_named():
    """Where the best λ is not the smallest one."""

    def answer(strengths, errors):
        return rule(strengths, errors, choose=np.max if errors.mean() > 2.3 else np.min)

    right, message = grading.grade("which_lambda.2", answer)
    assert not right
    assert "the smallest λ within the margin" in message
