"""Where each replicate starts, and what it draws on its way."""

import keras
import numpy as np
import tensorflow as tf

# Each purpose draws from its own stream of the replicate's seed.
_WEIGHTS, _LAYERS, _ORDER = 0, 1, 2


def draw_initial(model, replicates: int, seed: int) -> list[np.ndarray]:
    """Draw the starting weights of each replicate from the layers' initializers.

    Replicate i draws its k-th weight (in the order of ``get_weights()``) from the
    initializer of the layer, whose ``seed`` is replaced by word k of
    ``numpy.random.SeedSequence(seed + i, spawn_key=(0,))``. So replicate i of seed 5
    is replicate i + 5 of seed 0, and two models of the same shape and initializers
    start alike. Weights that are not trainable keep what ``build()`` gave them.

    Returns:
        Arrays (R, ...), in the order of ``get_weights()``.

    Raises:
        ValueError: If a trainable weight has no initializer with a seed.
    """
    words = seed_words(seed, replicates, _WEIGHTS, len(model.weights))
    generator = keras.random.SeedGenerator(0)
    constant, random = {}, {}
    for k, variable in enumerate(model.weights):
        initializer = _initializer(model, variable) if variable.trainable else None
        if initializer is None:
            constant[k] = variable.numpy()
        elif "seed" in (config := initializer.get_config()):
            config["seed"] = generator
            random[k] = type(initializer).from_config(config)
        else:
            constant[k] = np.asarray(initializer(variable.shape, variable.dtype))

    def draw_one(seeds):
        weights = {}
        for k, initializer in random.items():
            key = tf.stack([seeds[k], 0])
            with keras.StatelessScope([(generator.state, key)]):
                variable = model.weights[k]
                weights[k] = initializer(variable.shape, variable.dtype)
        return weights

    def draw_all(seeds):
        types = {k: model.weights[k].dtype for k in random}
        return tf.map_fn(draw_one, seeds, fn_output_signature=types)

    drawn = {}
    if random:
        seeds = tf.constant(words, generator.state.dtype)
        draw = tf.function(draw_all, autograph=False).get_concrete_function(seeds)
        drawn = {int(k): value.numpy() for k, value in draw(seeds).items()}
    drawn |= {
        k: np.repeat(value[None], replicates, axis=0) for k, value in constant.items()
    }
    return [drawn[k] for k in range(len(model.weights))]


def _initializer(model, variable):
    """Return the initializer that a layer keeps for ``variable``."""
    owners = [
        layer
        for layer in model._flatten_layers()
        if any(variable is weight for weight in layer.weights)
    ]
    # Outer layers come first and have at least as many weights.
    owner = min(reversed(owners), key=lambda layer: len(layer.weights))
    stem = variable.name.removesuffix("_kernel")
    for name in (variable.name, stem, f"depthwise_{variable.name}", "depthwise"):
        initializer = getattr(owner, f"{name}_initializer", None)
        if isinstance(initializer, keras.initializers.Initializer):
            return initializer
    raise ValueError(
        f"no Keras initializer is known for {variable.path} of the layer "
        f"{owner.name} ({type(owner).__name__}): pass initial="
    )


def draw_layer_seeds(model, replicates: int, seed: int) -> np.ndarray:
    """Return one seed for each replicate and random layer, int (R, layers)."""
    return seed_words(seed, replicates, _LAYERS, len(seed_variables(model)))


def seed_words(seed: int, replicates: int, purpose: int, count: int) -> np.ndarray:
    """Return ``count`` independent 31-bit numbers for each of R replicates."""
    if count == 0:
        return np.zeros((replicates, 0), np.int64)
    words = [
        np.random.SeedSequence(seed + i, spawn_key=(purpose,)).generate_state(count)
        for i in range(replicates)
    ]
    return np.stack(words).astype(np.int64) & 0x7FFFFFFF


def order_generator(seed: int) -> np.random.Generator:
    """Return the generator that shuffles the samples of the replicate ``seed``."""
    sequence = np.random.SeedSequence(seed, spawn_key=(_ORDER,))
    return np.random.default_rng(sequence)


def draw_order(generator: np.random.Generator, epochs: int, samples: int):
    """Return int32 (epochs, samples), each row a new order of the samples."""
    rows = np.tile(np.arange(samples, dtype=np.int32), (epochs, 1))
    return generator.permuted(rows, axis=1)


def seed_variables(model: keras.Model) -> list:
    """Return the seeds of a model's random layers: neither weights nor metrics."""
    known = {id(v) for v in [*model.weights, *model.metrics_variables]}
    return [v for v in model.variables if id(v) not in known]
