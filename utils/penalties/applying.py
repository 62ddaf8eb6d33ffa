"""A penalty for a model that is built already."""

import contextlib
import warnings

import keras

from utils.checks import flag

# Where Keras' layers hold a weight -> under which name they keep its penalty.
_KERNELS = {
    "kernel": "kernel_regularizer",
    "depthwise_kernel": "depthwise_regularizer",
    "pointwise_kernel": "pointwise_regularizer",
    "recurrent_kernel": "recurrent_regularizer",
}
_BIASES = {"bias": "bias_regularizer"}
_NORMALIZATION = {"gamma": "gamma_regularizer", "beta": "beta_regularizer"}


def apply_penalty(
    model: keras.Model,
    regularizer: keras.regularizers.Regularizer | str,
    *,
    kernels: bool = True,
    biases: bool = False,
    normalization: bool = False,
) -> list[str]:
    """Put a penalty on the weights of a model that is built, for example pretrained.

    Keras hands a layer's penalty to its weights when it creates them: to set
    ``layer.kernel_regularizer`` later changes nothing. This sets the penalty of the
    weights, which ``model.losses`` collects, and that of the layers, so that it is
    still there after saving and loading, or ``clone_model``. It reaches the layers of
    nested models and of composite layers, too. ::

        apply_penalty(model, keras.regularizers.L2(1e-4))
        assert sum(model.losses) > 0

    * A penalty that these weights have is **replaced**, not added to; one of strength
      0 switches it off. Penalties of other weights and of activities stay.
    * A layer that is used several times has one kernel, which counts once.
    * A **frozen** layer gets the penalty, too. Keras leaves it out of ``model.losses``
      until the layer is trained again.
    * A compiled model stays compiled. Its next ``fit`` is traced anew, with the
      penalty. If it is part of a larger model, give the larger one.
    * What makes its layers in code of its own (a subclassed model), or has no argument
      for the penalty (a warning names it), loses it on loading: apply it again.

    Args:
        model: A built Keras model.
        regularizer: A Keras regularizer, or the name of one ("l1", "l2", "l1_l2").
        kernels: Whether to penalize kernels: of dense, convolution and attention
            layers, depthwise and pointwise ones, recurrent ones. Embeddings are left
            alone, since a penalty shrinks the rows of words that a batch lacks.
        biases: Whether to penalize biases.
        normalization: Whether to penalize gamma and beta of normalization layers.

    Returns:
        The paths of the weights that have the penalty now.

    Raises:
        TypeError: If an argument is of the wrong kind.
        ValueError: If the regularizer's name is unknown, or the model is not built, or
            has no such weights.
    """
    if not isinstance(model, keras.Model):
        raise TypeError(f"model must be a Keras model, got {model!r}")
    regularizer = _checked_regularizer(regularizer)
    wanted = _KERNELS if flag("kernels", kernels) else {}
    wanted = wanted | (_BIASES if flag("biases", biases) else {})
    wanted = wanted | (_NORMALIZATION if flag("normalization", normalization) else {})
    if not model.built:
        raise ValueError(
            f"model must be built first, but {model.name!r} has no weights yet: give "
            "it an Input, or call it on data"
        )
    places = [(layer, *n) for layer in model._flatten_layers() for n in wanted.items()]
    found = {id(w): w for place in places if (w := _weight(*place)) is not None}
    if not found:
        raise ValueError(
            f"model {model.name!r} has nothing to penalize with kernels={kernels}, "
            f"biases={biases}, normalization={normalization}"
        )
    kept = {id(_weight(*place)) for place in places if _keep(*place, regularizer)}
    if lost := [weight.path for key, weight in found.items() if key not in kept]:
        warnings.warn(
            f"{', '.join(lost)}: the layer has no argument for this penalty, which "
            "will be lost when the model is saved and loaded",
            stacklevel=2,
        )
    for weight in found.values():
        weight.regularizer = regularizer
    # What fit and evaluate have traced does not know of the penalty.
    model.train_function = model.test_function = None
    return [weight.path for weight in found.values()]


def _checked_regularizer(value):
    """Return a Keras regularizer that is given as such or by its name."""
    if isinstance(value, keras.regularizers.Regularizer):
        return value
    if not isinstance(value, str):
        raise TypeError(
            "regularizer must be a Keras regularizer, such as "
            f"keras.regularizers.L2(1e-4), or the name of one, got {value!r}"
        )
    try:
        return keras.regularizers.get(value)
    except ValueError:
        raise ValueError(
            "regularizer must be the name of a Keras regularizer (for example l1, l2, "
            f"l1_l2), got {value!r}"
        ) from None


def _weight(layer, attribute, _):
    """Return the weight that a layer holds under this name, or None."""
    # With LoRA, a layer computes its kernel from the weight `_kernel`.
    for name in (attribute, f"_{attribute}"):
        # Some layers raise for a kernel that is not there yet.
        weight = getattr(layer, name, None) if layer.built else None
        if isinstance(weight, keras.Variable):
            return weight
    return None


def _keep(layer, attribute, name, regularizer):
    """Set what the layer's config says of a penalty; return whether it has a place."""
    if attribute == "kernel" and hasattr(layer, "depthwise_regularizer"):
        name = "depthwise_regularizer"
    # Attention layers hand `_kernel_regularizer` to the layers that they consist of.
    places = [place for place in (name, f"_{name}") if hasattr(layer, place)]
    for place in places:
        # LSTM and its kin only show what their cell keeps, which is a layer itself.
        with contextlib.suppress(AttributeError):
            setattr(layer, place, regularizer)
    return bool(places)
