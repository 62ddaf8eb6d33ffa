"""How sure we are: estimates with 95 % intervals, by SciPy."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from utils.checks import finite, number, whole

LEVEL = 0.95


@dataclass(frozen=True)
class Estimate:
    """A number, its 95 % interval, and how many values it rests on.

    ``f"{estimate:.2f}"`` formats all of them as a phrase for a sentence, and
    ``estimate.brief(".2f")`` the number and its interval alone, both with a true minus.
    """

    value: float
    low: float
    high: float
    n: int

    def __format__(self, spec: str) -> str:
        value, low, high = self._formatted(spec or ".3g")
        gap = "\N{NO-BREAK SPACE}"  # where a line must not break
        count = f"n{gap}={gap}{self.n:,}"
        return f"{value} (95{gap}% interval {low} to {high}, {count})"

    def __str__(self) -> str:
        return format(self)

    def brief(self, spec: str = ".3g") -> str:
        """Return the number with its interval in brackets: ``0.89 [0.88, 0.90]``.

        Args:
            spec: How each of the three numbers is formatted, as in an f-string.

        Raises:
            ValueError: If no float can be formatted like this.
        """
        value, low, high = self._formatted(spec)
        return f"{value} [{low}, {high}]"

    def _formatted(self, spec: str) -> list[str]:
        numbers = (format(v, spec) for v in (self.value, self.low, self.high))
        return [number.replace("-", "\N{MINUS SIGN}") for number in numbers]


def mean_interval(values) -> Estimate:
    """Mean with Student's t interval.

    Args:
        values: 1-D, at least two finite numbers.
    """
    values = _sample("values", values)
    mean = float(values.mean())
    half = float(stats.sem(values) * stats.t.ppf((1 + LEVEL) / 2, values.size - 1))
    return Estimate(mean, mean - half, mean + half, values.size)


def median_interval(values, *, seed: int = 0) -> Estimate:
    """Median with a percentile bootstrap interval (5,000 resamples).

    Args:
        values: 1-D, at least two finite numbers.
        seed: Seed of the resampling.
    """
    values = _sample("values", values)
    interval = stats.bootstrap(
        (values,),
        np.median,
        n_resamples=5_000,
        batch=max(1, 2_000_000 // values.size),
        confidence_level=LEVEL,
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return Estimate(
        float(np.median(values)), float(interval.low), float(interval.high), values.size
    )


def share_interval(flags) -> Estimate:
    """Share of true values with Wilson's interval.

    Args:
        flags: 1-D booleans, at least one.
    """
    flags = np.asarray(flags)
    if flags.dtype != bool or flags.ndim != 1 or flags.size == 0:
        raise ValueError(
            "flags must be a 1-D array of at least one boolean, "
            f"got shape {flags.shape} of {flags.dtype}"
        )
    result = stats.binomtest(int(flags.sum()), flags.size)
    interval = result.proportion_ci(LEVEL, method="wilson")
    return Estimate(
        float(flags.mean()), float(interval.low), float(interval.high), flags.size
    )


def paired_difference(a, b) -> Estimate:
    """Mean of a - b with Student's t interval of the pairs' differences.

    Args:
        a, b: 1-D, equally long, at least two finite numbers; ``a[i]`` and ``b[i]``
            come from the same replicate (same data, same start).
    """
    a, b = _sample("a", a), _sample("b", b)
    if a.size != b.size:
        raise ValueError(
            f"a and b must be pairs, got {a.size} values of a and {b.size} of b"
        )
    return mean_interval(a - b)


def resampled_difference(a, b, *, test_share: float) -> Estimate:
    """Mean of a - b over splits of one data set, with an interval that fits them.

    The training parts of such splits overlap, so the pairs are not independent, and
    the interval of ``paired_difference`` is too narrow. The variance of the mean is
    corrected from s^2 / n to (1 / n + test / train) s^2, after C. Nadeau and Y. Bengio
    (2003), Inference for the generalization error, Machine Learning 52,
    https://doi.org/10.1023/A:1024068626366.

    Args:
        a, b: 1-D, equally long, at least two finite numbers; ``a[i]`` and ``b[i]``
            come from the same split.
        test_share: Share of the data that each split keeps for testing, above 0 and
            below 1.
    """
    if not 0 < number("test_share", test_share) < 1:
        raise ValueError(f"test_share must be above 0 and below 1, got {test_share!r}")
    found = paired_difference(a, b)
    wider = np.sqrt(1 + found.n * test_share / (1 - test_share))
    return Estimate(
        found.value,
        found.value - wider * (found.value - found.low),
        found.value + wider * (found.high - found.value),
        found.n,
    )


def wrong_sign_probability(
    a, b, runs: int, *, draws: int = 100_000, seed: int = 0
) -> Estimate:
    """How often a comparison of few runs gets the sign of mean(a) - mean(b) wrong.

    Draws ``runs`` values of a and, independently, ``runs`` values of b, compares the
    two means, and counts how often the sign is not that of all values together.

    Args:
        a, b: 1-D, at least two finite numbers each, with different means.
        runs: Number of runs on each side of the small comparison, at least 1.
        draws: Number of small comparisons to simulate, at least 1.
        seed: Seed of the simulation.

    Returns:
        The share of wrong signs. Its interval is that of the simulation alone; ``n``
        is ``draws``.
    """
    a, b = _sample("a", a), _sample("b", b)
    whole("runs", runs, 1)
    whole("draws", draws, 1)
    truth = np.sign(a.mean() - b.mean())
    if truth == 0:
        raise ValueError("a and b have equal means: no sign to get wrong")
    rng = np.random.default_rng(seed)
    means = [rng.choice(v, (draws, runs)).mean(axis=1) for v in (a, b)]
    return share_interval(np.sign(means[0] - means[1]) != truth)


def _sample(name, values) -> np.ndarray:
    values = np.asarray(values, dtype="float64")
    if values.ndim != 1 or values.size < 2:
        raise ValueError(
            f"{name} must be 1-D with at least two values, got shape {values.shape}"
        )
    try:
        return finite(name, values)
    except ValueError as error:
        raise ValueError(
            f"{error}; report runs that diverged as a share instead of averaging them"
        ) from None
