"""Checkers of ``weight_decay``: the same destination, and the same time scale."""

import numpy as np

from utils.exercises.grading import call, compare, exercise, number

_DESTINATIONS = {
    "momentum 0.9": (0.01, 0.9),
    "no momentum": (0.01, 0.0),
    "momentum 0.5": (0.2, 0.5),
    "λ = 0": (0.0, 0.9),
}


@exercise("weight_decay.1")
def _the_same_destination(answer):
    for case, (strength, momentum) in _DESTINATIONS.items():
        found = call(answer, strength=strength, momentum=momentum, case=case)
        stay = 1 - momentum
        mistakes = {
            "Two things are missing: the 2 of the gradient of λw², and the momentum.": (
                strength
            ),
            "Momentum is what is kept from step to step; the gradients add up to "
            "1 / (1 - momentum).": 2 * strength * momentum,
            "The other way around: momentum makes the gradient stronger beside the "
            "decay, so the decay must grow, too.": 2 * strength * stay,
            "Keras' L2 has no ½: the gradient of λw² is 2λw.": strength / stay,
            "That is right without momentum. With it, each gradient counts "
            "1 / (1 - momentum) times in the end, and the decay only once.": (
                2 * strength
            ),
        }
        advice = "Where does the weight stay? Set its change to zero, both ways."
        _compare_decays(found, 2 * strength / stay, mistakes, advice, case)
    return (
        "Both now end at the same place. On the way there they still differ, and Adam "
        "has no such factor: its own differs from weight to weight."
    )


def _compare_decays(found, right, mistakes, advice, case):
    found = number(found, "a function that returns one decay")
    start = f"For {case} it returned {found:g} instead of {right:g}. "
    mistakes = {start + say: value for say, value in mistakes.items()}
    compare(found, right, mistakes, start + advice)


_SCALES = {
    "100 epochs": (0.002, 100.0, 50_000, 250),
    "ten times the data": (0.002, 100.0, 500_000, 250),
    "a smaller last batch": (0.01, 5.0, 210, 20),
    "a fraction of an epoch": (0.003, 0.25, 6_400, 64),
}


@exercise("weight_decay.2")
def _the_same_time_scale(answer):
    for case, (rate, epochs, n, batch) in _SCALES.items():
        given = {"rate": rate, "epochs": epochs, "n": n, "batch_size": batch}
        found = call(answer, **given, case=case)
        steps = np.ceil(n / batch)
        mistakes = {
            "1 / (rate · decay) counts steps, and the time scale is given in epochs: "
            "how many steps has an epoch?": 1 / (rate * epochs),
            "That is the decay per step, the number of the paper's AdamW. Keras "
            "multiplies its decay by the learning rate.": 1 / (epochs * steps),
            "An epoch has as many steps as batches, not as images.": (
                1 / (rate * epochs * n)
            ),
            "The last, smaller batch is a step, too: round up.": (
                1 / (rate * epochs * (n // batch))
            ),
            "Upside down: a longer time scale needs a smaller decay.": (
                rate * epochs * steps
            ),
        }
        right = 1 / (rate * epochs * steps)
        advice = "Solve 1 / (rate · decay) = epochs · steps per epoch for the decay."
        _compare_decays(found, right, mistakes, advice, case)
    return (
        "With ten times the data, an epoch has ten times the steps: the same time "
        "scale in epochs asks for a tenth of the decay."
    )
