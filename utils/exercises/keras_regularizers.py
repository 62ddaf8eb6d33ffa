"""Checkers of ``keras_regularizers``: what `kernel_regularizer` does."""

import numpy as np

from utils.exercises.grading import Wrong, call, compare, exercise, number


@exercise("keras_regularizers.1")
def _what_a_layer_charges(answer):
    mistakes = {
        "That is the L1 part. L1L2 adds the L2 part to it.": 0.8,
        "That is the L2 part. L1L2 adds the L1 part to it.": 0.26,
        "Keras' L2 has no factor ½: that was TensorFlow 1's.": 0.93,
        "The bias is in it. `kernel_regularizer` leaves the bias alone.": 2.56,
        "That is a mean over the four weights. Keras takes the sum.": 1.06 / 4,
        "L2 is the sum of the squares, without a root.": 0.8 + 0.01 * np.sqrt(26),
    }
    advice = (
        "Add l1 times the sum of |weight| and l2 times the sum of the squared "
        "weights, both over the four entries of the kernel."
    )
    found = number(answer, "one number, the layer's entry in model.losses")
    compare(found, 1.06, mistakes, advice)
    return "One number: both parts, summed over the kernel and nothing else."


@exercise("keras_regularizers.2")
def _objective_with_squared_errors(answer, *, model, x, y):
    found = call(answer, model, x, y, of="model, x and y")
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
        "The penalty is not in it: add the entries of `model.losses`.": squares,
        "That is the penalty alone, without the errors.": penalty,
        "The penalty is in it twice.": squares + 2 * penalty,
        "The squared errors are summed. Take their mean over the batch, or λ weighs "
        "less the larger the batch.": errors.size * squares + penalty,
        "Those are absolute errors. This loss takes their squares.": (
            float(np.abs(errors).mean()) + penalty
        ),
        "The penalties of the layers are averaged. `fit` adds them up.": (
            squares + penalty / len(model.losses)
        ),
    }
    advice = (
        f"For this batch it should be {squares + penalty:.4f}, the mean of the "
        f"squared errors plus the sum of `model.losses`, but it is {found:.4f}."
    )
    compare(found, squares + penalty, mistakes, advice)
    return "Loss plus penalties: now the tape sees both."


@exercise("keras_regularizers.3")
def _weight_decay(answer):
    mistakes = {
        "The gradient of 0.15 · w² is not 0.15 · w.": 0.15,
        "There is no ½ in Keras' L2, and the square brings a factor 2.": 0.075,
        "That is the share per step. Keras multiplies by the learning rate.": 0.003,
        "Keras multiplies by the learning rate itself, and the gradient of 0.15 · w² "
        "is not 0.15 · w.": 0.0015,
    }
    advice = "Compare 0.01 · d · w with 0.01 times the gradient of 0.15 · w²."
    compare(number(answer, "one number, the weight_decay"), 0.3, mistakes, advice)
    return (
        "TF1's ½ was made for this: there, l2_regularizer(0.3) is a weight decay of "
        "0.3."
    )
