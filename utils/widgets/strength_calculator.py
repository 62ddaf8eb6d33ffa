"""The calculator: what a penalty's number is called elsewhere."""

import html
from dataclasses import asdict

import traitlets

from utils import penalties
from utils.widgets.base import CourseWidget, source, table

_EXAMPLE = {"n": 1000, "batch_size": 32, "learning_rate": 0.001, "loss": "mse"}


class StrengthCalculator(CourseWidget):
    """``utils.penalties.convert``, to try by hand: from, to, number, sizes.

    Args:
        source, target: Names that ``convert`` knows.
        strength: The number to start with.

    Attributes:
        source, target, strength, n, batch_size, learning_rate, loss: What is shown.
            They follow the reader, and may be set.

    Raises:
        ValueError: If a name is unknown, or there is no such number.
    """

    module = "strength_calculator"
    _esm = source(module)

    meanings = traitlets.Dict().tag(sync=True)
    source = traitlets.Unicode().tag(sync=True)
    target = traitlets.Unicode().tag(sync=True)
    strength = traitlets.Float().tag(sync=True)
    n = traitlets.Float(_EXAMPLE["n"]).tag(sync=True)
    batch_size = traitlets.Float(_EXAMPLE["batch_size"]).tag(sync=True)
    learning_rate = traitlets.Float(_EXAMPLE["learning_rate"]).tag(sync=True)
    loss = traitlets.Unicode(_EXAMPLE["loss"]).tag(sync=True)

    def __init__(
        self,
        source: str = "keras_l2",
        target: str = "sklearn_ridge",
        strength: float = 0.01,
    ):
        penalties.convert(strength, source, target, **_sizes(source, target))
        super().__init__(
            meanings={name: asdict(m) for name, m in penalties.MEANINGS.items()},
            source=source,
            target=target,
            strength=float(strength),
        )

    def __repr__(self) -> str:
        return f"StrengthCalculator({self.source!r}, {self.target!r}, {self.strength})"

    def fallback(self) -> str:
        """One strength in all names, as two tables."""
        return "".join(_table(name) for name in ("keras_l2", "keras_weight_decay"))


def _sizes(*names):
    """The sizes of the example, with a loss that these names go with."""
    known = [penalties.MEANINGS[name] for name in names if name in penalties.MEANINGS]
    cross = any(meaning.mse is None for meaning in known)
    return _EXAMPLE | {"loss": "crossentropy" if cross else "mse"}


def _table(source: str) -> str:
    kind = penalties.MEANINGS[source].kind
    rows = []
    for name, meaning in penalties.MEANINGS.items():
        if meaning.kind == kind:
            value = penalties.convert(0.01, source, name, **_sizes(source, name))
            code = meaning.code.replace("{}", f"{value:.6g}")
            rows.append((html.escape(name), f"<code>{html.escape(code)}</code>"))
    return table(
        f"{kind[0].upper()}{kind[1:]}: what {source} = 0.01 is called elsewhere, for "
        "1,000 examples in batches of 32 and a learning rate of 0.001. With "
        "JavaScript, this is a calculator.",
        ("name", "the same strength"),
        rows,
    )
