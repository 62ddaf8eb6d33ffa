import numpy as np
import pytest

from utils.exercises import grading


def destination(strength, momentum):
    return 2 * strength / (1 - momentum)


def scale(rate, epochs, n, batch_size):
    return 1 / (rate * epochs * np.ceil(n / batch_size))


@pytest.mark.parametrize(
    ("id", "answer"), [("weight_decay.1", destination), ("weight_decay.2", scale)]
)
def test_solutions_pass(id, answer):
    right, message = grading.grade(id, answer)
    assert right, message


def test_the_solution_of_1_is_where_momentum_takes_a_weight():
    """Loss (w - 2)² / 2: L2 ends at 2 / (1 + 2λ)."""
    strength, momentum, rate, w, m = 0.1, 0.8, 0.01, 0.0, 0.0
    decay = destination(strength, momentum)
    for _ in range(5_000):
        m = momentum * m - rate * (w - 2)
        w = (1 - rate * decay) * w + m
    assert w == pytest.approx(2 / (1 + 2 * strength), rel=1e-6)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "in place of the dots"),
        (lambda s, m: 2 * s, "right without momentum"),
        (lambda s, m: s / (1 - m), "has no ½"),
        (lambda s, m: 2 * s * (1 - m), "The other way around"),
        (lambda s, m: 2 * s if m == 0 else 2 * s * m, "Momentum is what is kept"),
        (lambda s, m: 3 * s, "Set its change to zero"),
        (lambda s: 2 * s, "ended in TypeError"),
        (0.2, "of type float"),
    ],
)
def test_wrong_answers_to_1(answer, says):
    right, message = grading.grade("weight_decay.1", answer)
    assert not right
    assert says in message


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (..., "in place of the dots"),
        (lambda r, e, n, b: 1 / (r * e), "how many steps has an epoch"),
        (lambda r, e, n, b: 1 / (e * np.ceil(n / b)), "the decay per step"),
        (lambda r, e, n, b: 1 / (r * e * n), "as many steps as batches"),
        (lambda r, e, n, b: 1 / (r * e * (n // b)), "round up"),
        (lambda r, e, n, b: r * e * np.ceil(n / b), "Upside down"),
        (lambda r, e, n, b: 1.0, "Solve 1 / (rate"),
        (lambda r, e, n, b: None, "returns nothing"),
        (0.1, "of type float"),
    ],
)
def test_wrong_answers_to_2(answer, says):
    right, message = grading.grade("weight_decay.2", answer)
    assert not right
    assert says in message
