"""Checkers of ``keras_regularizers``: what `kernel_regularizer` does."""

import numpy as np

from utils.exercises.grading import Wrong, exercise, number


def _close(answer: float, value: float) -> bool:
    return bool(np.isclose(answer, value, rtol=1e-3, atol=1e-6))


@exercise("keras_regularizers.1")
def _what_a_layer_charges(answer):
    answer = number(answer, "one number, the layer's entry in model.losses")
    mistakes = {
        0.8: "That is the L1 part. L1L2 adds the L2 part to it.",
        0.26: "That is the L2 part. L1L2 adds the L1 part to it.",
        0.93: "Keras' L2 has no factor ½: that was TensorFlow 1's.",
        2.56: "The bias is in it. `kernel_regularizer` leaves the bias alone.",
        1.06 / 4: "That is a mean over the four weights. Keras takes the sum.",
        0.8 + 0.01 * np.sqrt(26): "L2 is the sum of the squares, without a root.",
    }
    for value, message in mistakes.items():
        if _close(answer, value):
            raise Wrong(message)
    if not _close(answer, 1.06):
        raise Wrong(
            "Add l1 times the sum of |weight| and l2 times the sum of the squared "
            "weights, both over the four entries of the kernel."
        )
    return "One number: both parts, summed over the kernel and nothing else."


@exercise("keras_regularizers.2")
def _objective_with_squared_errors(answer, *, model, x, y):
    if not callable(answer):
        raise Wrong(
            "The answer should be a function of model, x and y, but it is of type "
            f"{type(answer).__name__}."
        )
    try:
        found = answer(model, x, y)
    except Exception as error:
        raise Wrong(
            f"Calling answer(model, x, y) ended in {type(error).__name__}: {error}"
        ) from None
    if not hasattr(found, "numpy"):
        raise Wrong(
            "The function should return a tensor, so that a GradientTape can "
            f"differentiate it, but it returned a {type(found).__name__}."
        )
    if np.size(found.numpy()) != 1:
        raise Wrong(
            "The function should return one number, but the result has the shape "
            f"{tuple(found.shape)}. Take the mean over the batch."
        )
    found = number(found, "a function that returns one finite number")

    errors = model(x).numpy() - y
    squares, penalty = float((errors**2).mean()), float(sum(model.losses))
    mistakes = {
        squares: "The penalty is not in it: add the entries of `model.losses`.",
        penalty: "That is the penalty alone, without the errors.",
        squares + 2 * penalty: "The penalty is in it twice.",
        errors.size * squares + penalty: (
            "The squared errors are summed. Take their mean over the batch, or λ "
            "weighs less the larger the batch."
        ),
        float(np.abs(errors).mean()) + penalty: (
            "Those are absolute errors. This loss takes their squares."
        ),
        squares + penalty / len(model.losses): (
            "The penalties of the layers are averaged. `fit` adds them up."
        ),
    }
    for value, message in mistakes.items():
        if _close(found, value):
            raise Wrong(message)
    if not _close(found, squares + penalty):
        raise Wrong(
            f"For this batch it should be {squares + penalty:.4f}, the mean of the "
            f"squared errors plus the sum of `model.losses`, but it is {found:.4f}."
        )
    return "Loss plus penalties: now the tape sees both."


@exercise("keras_regularizers.3")
def _weight_decay(answer):
    answer = number(answer, "one number, the weight_decay")
    mistakes = {
        0.15: "The gradient of 0.15 · w² is not 0.15 · w.",
        0.075: "There is no ½ in Keras' L2, and the square brings a factor 2.",
        0.003: "That is the share per step. Keras multiplies by the learning rate.",
        0.0015: (
            "Keras multiplies by the learning rate itself, and the gradient of "
            "0.15 · w² is not 0.15 · w."
        ),
    }
    for value, message in mistakes.items():
        if _close(answer, value):
            raise Wrong(message)
    if not _close(answer, 0.3):
        raise Wrong("Compare 0.01 · d · w with 0.01 times the gradient of 0.15 · w².")
    return (
        "TF1's ½ was made for this: there, l2_regularizer(0.3) is a weight decay of "
        "0.3."
    )
