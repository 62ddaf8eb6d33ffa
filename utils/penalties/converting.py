"""What a penalty's number means in each library, and how to carry it across."""

from dataclasses import dataclass

from utils.checks import number, one_of, whole

LOSSES = "mse", "crossentropy"
L1, L2, DECAY = "an L1 penalty", "an L2 penalty", "decoupled weight decay"


@dataclass(frozen=True)
class Meaning:
    """What the number of one library means, in Keras' terms.

    Keras' number is the strength (or one over it, if it is a divisor) times a factor
    and powers of n, batch size and learning rate: that of ``keras.regularizers.L1`` or
    ``L2`` beside the mean loss of a batch, or of an optimizer's ``weight_decay``.

    Attributes:
        kind: ``L1``, ``L2`` or ``DECAY``. Between kinds there is no conversion.
        mse: The factor where the loss is the squared error; None if it never is.
        crossentropy: The factor where it is the cross-entropy.
        powers: Those of n, batch_size and learning_rate.
        inverse: Whether the number is a divisor (scikit-learn's ``C``).
        minimized: What is minimized, or what a step does, in TeX.
        code: The line to type, with ``{}`` for the number.
    """

    kind: str
    mse: float | None
    crossentropy: float | None
    minimized: str
    code: str
    powers: tuple[int, int, int] = (0, 0, 0)
    inverse: bool = False

    def factor(self, loss: str | None) -> float | None:
        """The factor for a loss; for any, if the loss makes no difference."""
        if loss is None:
            return self.mse if self.mse == self.crossentropy else None
        return self.mse if loss == LOSSES[0] else self.crossentropy


_MEAN = r"\tfrac1B\sum_i \ell_i"
_SUM = r"\sum_i \ell_i"
_HALF = r"\tfrac1{2n}\sum_i (y_i - \hat y_i)^2"
_MEAN_L1, _HALF_L1 = rf"{_MEAN} + s\sum_j |w_j|", rf"{_HALF} + s\sum_j |w_j|"
_MEAN_L2, _HALF_L2 = rf"{_MEAN} + s\sum_j w_j^2", rf"{_HALF} + \tfrac s2\sum_j w_j^2"
_COUPLED = r"g \leftarrow g + s\,w"
_DECOUPLED = r"w \leftarrow w - \eta s\,w - \eta u"

MEANINGS = {
    "keras_l1": Meaning(L1, 1, 1, _MEAN_L1, "keras.regularizers.L1({})"),
    "keras_l1_sum": Meaning(
        *(L1, 1, 1, rf"{_SUM} + s\sum_j |w_j|"),
        'keras.regularizers.L1({})  # loss with reduction="sum"',
        powers=(0, -1, 0),
    ),
    "tf1_l1": Meaning(L1, 1, 1, _MEAN_L1, "tf.contrib.layers.l1_regularizer({})"),
    "sklearn_lasso": Meaning(L1, 2, None, _HALF_L1, "Lasso(alpha={})"),
    "sklearn_elasticnet_l1": Meaning(
        L1, 2, None, rf"{_HALF_L1} + \dots", "ElasticNet(...)  # alpha * l1_ratio = {}"
    ),
    "sklearn_logistic_l1": Meaning(
        *(L1, None, 1, r"\sum_j |w_j| + s\sum_i \ell_i"),
        "LogisticRegression(l1_ratio=1, solver='saga', C={})",
        powers=(-1, 0, 0),
        inverse=True,
    ),
    "sklearn_sgd_l1": Meaning(
        *(L1, 2, 1, r"\tfrac1n\sum_i \ell_i + s\sum_j |w_j|"),
        "SGDRegressor(penalty='l1', alpha={})  # or SGDClassifier",
    ),
    "glmnet_lasso": Meaning(
        L1, 2, 1, _HALF_L1, "glmnet(x, y, alpha = 1, standardize = FALSE, lambda = {})"
    ),
    "keras_l2": Meaning(L2, 1, 1, _MEAN_L2, "keras.regularizers.L2({})"),
    "keras_l2_sum": Meaning(
        *(L2, 1, 1, rf"{_SUM} + s\sum_j w_j^2"),
        'keras.regularizers.L2({})  # loss with reduction="sum"',
        powers=(0, -1, 0),
    ),
    "tf1_l2": Meaning(
        *(L2, 0.5, 0.5, rf"{_MEAN} + \tfrac s2\sum_j w_j^2"),
        "tf.contrib.layers.l2_regularizer({})",
    ),
    "keras_sgd_weight_decay": Meaning(
        *(L2, 0.5, 0.5, r"w \leftarrow w - \eta s\,w - \eta g"),
        "keras.optimizers.SGD(weight_decay={})  # without momentum",
    ),
    "pytorch_sgd": Meaning(
        L2, 0.5, 0.5, _COUPLED, "torch.optim.SGD(..., weight_decay={})"
    ),
    "pytorch_adam": Meaning(
        L2, 0.5, 0.5, _COUPLED, "torch.optim.Adam(..., weight_decay={})"
    ),
    "optax_add_decayed_weights": Meaning(
        *(L2, 0.5, 0.5, _COUPLED),
        "optax.chain(optax.add_decayed_weights({}), optax.sgd(...))",
    ),
    "sklearn_ridge": Meaning(
        *(L2, 1, None, r"\sum_i (y_i - \hat y_i)^2 + s\sum_j w_j^2"),
        "Ridge(alpha={})",
        powers=(-1, 0, 0),
    ),
    "sklearn_elasticnet_l2": Meaning(
        *(L2, 1, None, rf"{_HALF_L2} + \dots"),
        "ElasticNet(...)  # alpha * (1 - l1_ratio) = {}",
    ),
    "sklearn_logistic": Meaning(
        *(L2, None, 0.5, r"\tfrac12\sum_j w_j^2 + s\sum_i \ell_i"),
        "LogisticRegression(C={})",
        powers=(-1, 0, 0),
        inverse=True,
    ),
    "sklearn_sgd_l2": Meaning(
        *(L2, 1, 0.5, r"\tfrac1n\sum_i \ell_i + \tfrac s2\sum_j w_j^2"),
        "SGDRegressor(penalty='l2', alpha={})  # or SGDClassifier",
    ),
    "glmnet_ridge": Meaning(
        *(L2, 1, 0.5, _HALF_L2),
        "glmnet(x, y, alpha = 0, standardize = FALSE, lambda = {})",
    ),
    "keras_weight_decay": Meaning(
        DECAY, 1, 1, _DECOUPLED, "keras.optimizers.AdamW(weight_decay={})"
    ),
    "pytorch_adamw": Meaning(
        DECAY, 1, 1, _DECOUPLED, "torch.optim.AdamW(..., weight_decay={})"
    ),
    "optax_adamw": Meaning(
        DECAY, 1, 1, _DECOUPLED, "optax.adamw(..., weight_decay={})"
    ),
    "adamw_paper": Meaning(
        *(DECAY, 1, 1, r"w \leftarrow w - s\,w - \eta u"),
        "# Loshchilov and Hutter, algorithm 2: λ = {}",
        powers=(0, 0, -1),
    ),
}


def convert(
    strength: float,
    source: str,
    target: str,
    *,
    n: int | None = None,
    batch_size: int | None = None,
    learning_rate: float | None = None,
    loss: str | None = None,
) -> float:
    """Return the number that means in ``target`` what ``strength`` means in ``source``.

    The same number means different things: a sum or a mean over the examples, a half in
    front of the squares, a divisor instead of a factor, a step of the learning rate's
    size or not. The names are the keys of ``MEANINGS``, which the page "Carry λ across"
    lists. They are of three kinds: an L1 penalty in what is minimized; an L2 penalty
    there, or its gradient added to the loss's; and decoupled weight decay, a step of
    its own beside the optimizer's (Loshchilov and Hutter 2019, algorithm 2).

    ``keras_weight_decay`` is that argument of any Keras optimizer; ``..._sum`` a Keras
    loss with ``reduction="sum"``; ``sklearn_elasticnet_...`` are ``alpha * l1_ratio``
    and ``alpha * (1 - l1_ratio)``; ``sklearn_logistic...`` are C. glmnet's numbers are
    those without its standardization. It divides the λ of a Gaussian ridge by the
    standard deviation of the response: multiply by that before.

    Args:
        strength: At least 0; above it where it is a divisor.
        source, target: Names, such as "keras_l2" and "sklearn_ridge".
        n: How many examples there are: for ``sklearn_ridge`` and both
            ``sklearn_logistic``.
        batch_size: How many a step sees: for ``..._sum``.
        learning_rate: For ``adamw_paper``, whose decay does not contain it.
        loss: "mse" or "crossentropy" (also binomial, log loss): for
            ``sklearn_sgd_...`` and ``glmnet_...``, where it decides over a half, unless
            the other name has one loss only.

    Raises:
        TypeError, ValueError: If an argument is not as described here, what the names
            need is missing, a name does not go with the loss, or there is no such
            number: between L1 and L2, and between L2 and decoupled weight decay.
    """
    here = MEANINGS[one_of("source", source, MEANINGS)]
    there = MEANINGS[one_of("target", target, MEANINGS)]
    value = number("strength", strength, 0)
    if here.kind != there.kind:
        raise ValueError(_no_number(source, here.kind, target, there.kind))
    if loss is not None:
        one_of("loss", loss, LOSSES)
    if n is not None:
        whole("n", n, 1)
    if batch_size is not None:
        whole("batch_size", batch_size, 1)
    if learning_rate is not None:
        number("learning_rate", learning_rate, above=0)
    sizes = {"n": n, "batch_size": batch_size, "learning_rate": learning_rate}
    loss = _loss(source, target, loss)
    for name, back in ((source, False), (target, True)):
        meaning = MEANINGS[name]
        if meaning.inverse and not value:
            raise ValueError(_no_penalty(name, back))
        unit = meaning.factor(loss) * _power(name, sizes)
        value = (
            unit / value if meaning.inverse else value / unit if back else value * unit
        )
    return value


def _loss(source: str, target: str, loss: str | None) -> str:
    """The loss that both names go with; one of them, if it makes no difference."""
    both = MEANINGS[source], MEANINGS[target]
    fitting = [each for each in LOSSES if all(m.factor(each) is not None for m in both)]
    if not fitting:
        raise ValueError(
            f"{source} and {target} have no loss in common: one is for squared errors, "
            "the other for cross-entropy"
        )
    if loss is not None and loss not in fitting:
        raise ValueError(
            f"{source} and {target} go with the loss {fitting[0]!r}, got {loss!r}"
        )
    if loss is None and len(fitting) > 1 and source != target:
        for name in (source, target):
            if MEANINGS[name].factor(None) is None:
                raise ValueError(
                    f"{name} needs loss, {' or '.join(map(repr, LOSSES))}: a half "
                    "depends on it"
                )
    return loss or fitting[0]


def _power(name: str, sizes: dict) -> float:
    """How the number depends on the sizes, which must be there then."""
    value = 1.0
    for size, power in zip(sizes, MEANINGS[name].powers, strict=True):
        if power:
            if sizes[size] is None:
                raise ValueError(f"{name} depends on {size}, which is missing")
            value *= float(sizes[size]) ** power
    return value


def _no_penalty(name: str, back: bool) -> str:
    if back:
        return f"no penalty has no finite number in {name}: turn the penalty off there"
    return f"strength must be above 0 in {name}, a divisor, got 0"


def _no_number(source: str, here: str, target: str, there: str) -> str:
    """Why there is no conversion between two kinds."""
    if {here, there} == {L2, DECAY}:
        why = (
            "an adaptive optimizer divides the gradient of a penalty by its own scale, "
            "weight by weight, and momentum delays it; decoupled decay does neither. "
            "Only for Keras' SGD without momentum there is one: keras_sgd_weight_decay"
        )
    else:
        why = "they have different solutions, whatever the number"
    return f"no number in {target} ({there}) means {here} in {source}: {why}"
