"""Checkers of ``keras_regularizers``: what `kernel_regularizer` does."""

import numpy as np

from utils.exercises.grading import Wrong, call, compare, exercise, number, numbers


@exercise("keras_regularizers.1")
def _strengths_of_another_program(answer):
    summed, batch, outputs = np.array([0.3, 0.15]), 32, 10
    right = summed / batch / outputs
    mistakes = {
        'Keras\' "mse" is a mean over the ten outputs of each example, too.': (
            summed / batch
        ),
        'Keras\' "mse" is a mean over the 32 examples, too.': summed / outputs,
        "The program sums the squared errors, and Keras takes their mean: the "
        "penalties have to shrink with them.": summed,
        "The ½ is missing: Keras' L2 has none, so it has to be in your number.": (
            right * [1, 2]
        ),
        "The ½ goes the other way: without it, Keras' L2 charges twice as much.": (
            right * [1, 4]
        ),
        "L1 has no ½ in either program.": right * [0.5, 1],
        "The first number is l1, the second l2.": right[::-1],
        "Turn it over: the errors became smaller, so the penalties must, too.": (
            summed * batch * outputs
        ),
    }
    advice = (
        "Count how many squared errors the program adds up in a batch. Keras divides "
        "their sum by this number, so divide the penalties by it, too."
    )
    found = numbers(answer, "a pair of numbers, l1 and l2", 2)
    compare(found, right, mistakes, advice, rtol=5e-3, atol=0)
    return (
        "Both parts are divided by 320. The gradients are, too, so SGD needs a "
        "learning rate that is 320 times as large."
    )


@exercise("keras_regularizers.2")
def _objective_with_squared_errors(answer, *, model, x, y):
    import keras

    other = keras.models.clone_model(model)
    other.set_weights([0.9 * weight + 0.01 for weight in model.get_weights()])
    for network, rows in ((model, slice(None)), (other, slice(4)), (model, slice(1))):
        _compare_objective(answer, network, x[rows], y[rows])
    return "Loss plus penalties: now the tape sees both."


def _compare_objective(answer, model, x, y):
    """Raise ``Wrong`` if the value or its gradient is not that of the objective."""
    import tensorflow as tf

    before, case = model.get_weights(), f"a batch of {len(x)}"
    with tf.GradientTape() as tape:
        found = call(answer, model=model, x=x, y=y, case=case)
    if not all(map(np.array_equal, before, model.get_weights())):
        model.set_weights(before)
        raise Wrong(
            "The function changed the weights. The loop takes the steps: only return "
            "what they should make small."
        )
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
    value = number(found, "a function that returns one finite number")
    _compare_value(value, model, x, y)
    with tf.GradientTape(persistent=True) as reference:
        costs = tf.reduce_mean((model(x) - y) ** 2), sum(model.losses)
    errors, penalty = (_gradients(reference, cost, model) for cost in costs)
    seen, start = _gradients(tape, found, model), "The number is right, but"
    mistakes = {
        f"{start} the tape sees no way from it to the weights. Not `predict`, `numpy` "
        "or `float`: compute with the tensors that `model(x)` and `model.losses` "
        "give.": 0 * seen,
        f"{start} the tape sees only the errors: the penalties enter as plain numbers. "
        "Add the entries of `model.losses` as they are.": errors,
        f"{start} the tape sees only the penalties. `predict` and `numpy` give plain "
        "numbers: take `model(x)`.": penalty,
    }
    advice = f"{start} its gradient is not: is a part of it a constant?"
    compare(seen, errors + penalty, mistakes, advice, rtol=1e-3, atol=1e-4)


def _gradients(tape, cost, model):
    """The gradient for all weights in one array; 0 where the tape sees no way."""
    weights = [variable.value for variable in model.trainable_variables]
    parts = tape.gradient(cost, weights, unconnected_gradients="zero")
    return np.concatenate([np.ravel(part) for part in parts])


def _compare_value(found, model, x, y):
    errors = np.asarray(model(x)) - y
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
        "For a batch of another size the mean is wrong: you divide by 10.": (
            errors.size * squares / 10 + penalty
        ),
    }
    advice = (
        f"For a batch of {len(x)} it should be {squares + penalty:.4f}, the mean of "
        "the squared errors plus the sum of `model.losses`, of the model, x and y that "
        f"the function gets, but it is {found:.4f}."
    )
    compare(found, squares + penalty, mistakes, advice)


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
