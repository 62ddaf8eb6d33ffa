"""The calculator: what a penalty's number is called elsewhere."""

import html
from dataclasses import asdict

import traitlets

from utils import checks
from utils.penalties import MEANINGS, convert
from utils.widgets.base import CourseWidget, source, table

_ALL = {name: asdict(meaning) for name, meaning in MEANINGS.items()}
_EXAMPLE = {"n": 1000, "batch_size": 32, "learning_rate": 0.001, "loss": "mse"}


class StrengthCalculator(CourseWidget):
    """``utils.penalties.convert``, to try by hand: from, to, number, sizes.

    Attributes:
        source, target: Names that ``convert`` knows.
        strength: The number.
        n, batch_size, learning_rate, loss: What some names need.

    All of them follow the reader, and may be set.

    Raises:
        ValueError: If a name is unknown.
    """

    module = "strength_calculator"
    _esm = source(module)

    meanings = traitlets.Dict(_ALL).tag(sync=True)
    source = traitlets.Unicode("keras_l2").tag(sync=True)
    target = traitlets.Unicode("sklearn_ridge").tag(sync=True)
    strength = traitlets.Float(0.01).tag(sync=True)
    n = traitlets.Float(_EXAMPLE["n"]).tag(sync=True)
    batch_size = traitlets.Float(_EXAMPLE["batch_size"]).tag(sync=True)
    learning_rate = traitlets.Float(_EXAMPLE["learning_rate"]).tag(sync=True)
    loss = traitlets.Unicode(_EXAMPLE["loss"]).tag(sync=True)

    @traitlets.validate("source", "target")
    def _known(self, proposal):
        return checks.one_of(proposal["trait"].name, proposal["value"], MEANINGS)

    def __repr__(self) -> str:
        return f"StrengthCalculator({self.source!r}, {self.target!r}, {self.strength})"

    def fallback(self) -> str:
        """One strength in all names, as two tables."""
        return "".join(_table(name) for name in ("keras_l2", "keras_weight_decay"))


def _table(source: str) -> str:
    kind = MEANINGS[source].kind
    rows = []
    for name, meaning in MEANINGS.items():
        if meaning.kind == kind:
            loss = "crossentropy" if meaning.mse is None else "mse"
            value = convert(0.01, source, name, **(_EXAMPLE | {"loss": loss}))
            code = meaning.code.replace("{}", f"{value:.6g}")
            rows.append((html.escape(name), f"<code>{html.escape(code)}</code>"))
    return table(
        f"{kind[0].upper()}{kind[1:]}: what {source} = 0.01 is called elsewhere, for "
        "1,000 examples in batches of 32 and a learning rate of 0.001. With "
        "JavaScript, this is a calculator.",
        ("name", "the same strength"),
        rows,
    )
