import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from utils.statistics import (
    Estimate,
    mean_interval,
    median_interval,
    paired_difference,
    resampled_difference,
    share_interval,
    wrong_sign_probability,
)

SAMPLES = arrays("float64", st.integers(2, 30), elements=st.floats(-1e6, 1e6))


@given(SAMPLES)
def test_intervals_contain_their_value(values):
    for estimate in (mean_interval(values), median_interval(values)):
        slack = 1e-9 * max(1.0, np.abs(values).max())
        assert estimate.low - slack <= estimate.value <= estimate.high + slack
        assert estimate.n == values.size


def test_mean_interval_against_the_textbook():
    # n = 4, mean 2.5, variance 5/3, and t(0.975, 3) = 3.182446305 from a table.
    estimate = mean_interval([1, 2, 3, 4])
    half = 3.182446305 * np.sqrt(5 / 3) / 2
    np.testing.assert_allclose(
        [estimate.value, estimate.low, estimate.high],
        [2.5, 2.5 - half, 2.5 + half],
        rtol=1e-6,
    )


def test_intervals_cover_the_truth_about_19_times_in_20():
    rng = np.random.default_rng(0)
    samples = rng.exponential(size=(300, 60))
    means = [mean_interval(s) for s in samples]
    medians = [median_interval(s[:25]) for s in samples]  # of 60: slow
    covers = np.mean([e.low <= 1 <= e.high for e in means])
    covers_median = np.mean([e.low <= np.log(2) <= e.high for e in medians])
    assert 0.88 < covers < 0.99
    assert 0.88 < covers_median < 0.99


def test_equal_values_have_no_width():
    assert mean_interval([3.0, 3.0, 3.0]) == Estimate(3.0, 3.0, 3.0, 3)


@given(SAMPLES)
def test_pairing_removes_what_the_pairs_share(values):
    noise = np.random.default_rng(0).normal(size=values.size)
    estimate = paired_difference(values + noise, values)
    np.testing.assert_allclose(estimate.value, noise.mean(), atol=1e-6)


def test_share():
    estimate = share_interval(np.arange(100) < 20)
    assert estimate.value == 0.2
    # Wilson's interval for 20 of 100.
    np.testing.assert_allclose(
        [estimate.low, estimate.high], [0.1334, 0.2888], atol=1e-4
    )
    assert share_interval(np.zeros(50, bool)).high > 0.05


def test_wrong_sign_probability_against_the_normal_distribution():

    rng = np.random.default_rng(0)
    noise = rng.normal(size=20_000)
    noise = (noise - noise.mean()) / noise.std()
    for runs, gap in ((5, 0.5), (20, 0.5), (5, 2.0)):
        found = wrong_sign_probability(noise, noise + gap, runs)
        expected = stats.norm.cdf(-gap / np.sqrt(2 / runs))
        assert abs(found.value - expected) < 0.005


def test_phrases():
    estimate = Estimate(1.234, 1.0, 1.5, 1000)
    unbroken = "1.23 (95_% interval {} to {}, n_=_1,000)".replace(
        "_", "\N{NO-BREAK SPACE}"
    )
    assert f"{estimate:.2f}" == unbroken.format("1.00", "1.50")
    assert str(estimate) == unbroken.format("1", "1.5")


def test_brief_phrases():
    estimate = Estimate(0.891, 0.8849, 0.9, 20)
    assert estimate.brief() == "0.891 [0.885, 0.9]"
    assert estimate.brief(".2f") == "0.89 [0.88, 0.90]"
    assert estimate.brief(".0%") == "89% [88%, 90%]"
    lower = Estimate(0.2, -0.04, 0.4, 5)
    assert lower.brief("+.1f") == "+0.2 [\N{MINUS SIGN}0.0, +0.4]"
    assert "interval \N{MINUS SIGN}0.04 to 0.40" in f"{lower:.2f}"
    assert Estimate(0.2, -0.04, 0.4, 5).brief("z.1f") == "0.2 [0.0, 0.4]"


def test_brief_phrases_want_a_format_of_floats():
    with pytest.raises(ValueError, match="Unknown format code 'd'"):
        Estimate(1.0, 0.0, 2.0, 5).brief("d")


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: mean_interval([1.0]), "values must be 1-D with at least two"),
        (lambda: mean_interval([[1.0, 2.0]]), r"got shape \(1, 2\)"),
        (lambda: median_interval([1.0, np.nan]), r"finite, got nan at \[1\]; report"),
        (lambda: paired_difference([1, 2], [1, 2, 3]), "2 values of a and 3 of b"),
        (lambda: paired_difference([1, np.inf], [1, 2]), "a must be finite"),
        (lambda: share_interval(np.array([0, 1])), "flags must be .* boolean"),
        (lambda: share_interval(np.array([], bool)), "at least one boolean"),
        (lambda: wrong_sign_probability([1, 2], [3, 4], 0), "runs must be at least 1"),
        (
            lambda: wrong_sign_probability([1, 2], [3, 4], 1, draws=0),
            "draws must be at",
        ),
        (lambda: wrong_sign_probability([1, 2], [2, 1], 5), "equal means"),
    ],
)
def test_bad_input_is_named(call, says):
    with pytest.raises(ValueError, match=says):
        call()


def test_runs_are_whole_numbers():
    with pytest.raises(TypeError, match=r"runs must be a whole number, got 2\.5"):
        wrong_sign_probability([1, 2], [3, 4], 2.5)


def test_resampled_difference_is_the_corrected_t_interval():
    """Against the formula of Nadeau and Bengio, written out: ten splits of 9 to 1."""
    rng = np.random.default_rng(0)
    a, b = rng.normal(1, 2, 10), rng.normal(0, 1, 10)
    found = resampled_difference(a, b, test_share=0.1)
    d = a - b
    half = stats.t.ppf(0.975, 9) * np.sqrt((1 / 10 + 0.1 / 0.9) * d.var(ddof=1))
    assert np.isclose(found.value, d.mean()) and found.n == 10
    np.testing.assert_allclose(
        [found.low, found.high], [d.mean() - half, d.mean() + half]
    )


def test_resampled_difference_covers_where_the_usual_interval_does_not():
    """Splits of one small data set, of which the mean is to be estimated."""
    rng, covered = np.random.default_rng(0), {"usual": 0, "corrected": 0}
    for _ in range(300):
        data = rng.normal(size=30)
        tested = np.array([data[rng.permutation(30)[:10]].mean() for _ in range(15)])
        zero = np.zeros(15)
        for name, found in (
            ("usual", paired_difference(tested, zero)),
            ("corrected", resampled_difference(tested, zero, test_share=1 / 3)),
        ):
            covered[name] += found.low < 0 < found.high
    assert covered["usual"] < 200 < 280 < covered["corrected"]


@pytest.mark.parametrize("share", [0, 1, -0.1, float("nan")])
def test_resampled_difference_wants_a_share(share):
    with pytest.raises(ValueError, match="test_share must be"):
        resampled_difference([1, 2], [3, 5], test_share=share)
