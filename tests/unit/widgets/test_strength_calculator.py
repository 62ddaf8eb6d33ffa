import itertools

import numpy as np
import pytest

from tests.unit.widgets.hosts import as_html, in_node
from utils.penalties import MEANINGS, convert
from utils.widgets import StrengthCalculator

CALL = "data.map(([meanings, state]) => m.convert(meanings, state))"


def cases():
    """Every pair of names with both losses, and sizes of all magnitudes."""
    rng = np.random.default_rng(0)
    pairs = itertools.product(MEANINGS, MEANINGS, ("mse", "crossentropy"))
    for source, target, loss in pairs:
        yield {
            "strength": float(10 ** rng.uniform(-6, 3)),
            "source": source,
            "target": target,
            "loss": loss,
            "n": int(rng.integers(1, 10**6)),
            "batch_size": int(rng.integers(1, 10**4)),
            "learning_rate": float(10 ** rng.uniform(-5, 0)),
        }


def by_python(case):
    case = dict(case)
    try:
        return convert(
            case.pop("strength"), case.pop("source"), case.pop("target"), **case
        )
    except (TypeError, ValueError):
        return None


def by_module(cases):
    widget = StrengthCalculator()
    meanings = widget.state()["meanings"]
    return in_node(widget, CALL, [[meanings, case] for case in cases])


def test_the_module_converts_as_python_does():
    tried = list(cases())
    found = by_module(tried)
    assert len(tried) == 2 * len(MEANINGS) ** 2
    for case, answer in zip(tried, found, strict=True):
        right = by_python(case)
        if right is None:
            assert answer["fault"].endswith("."), case
        else:
            assert answer["value"] == pytest.approx(right, rel=1e-12), case


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"strength": -1}, "at least 0"),
        ({"n": 0}, "n must be a whole number above 0"),
        ({"n": 1.5}, "n must be a whole number above 0"),
        ({"target": "keras_l2_sum", "batch_size": None}, "batch_size must be"),
        ({"target": "adamw_paper"}, "keras_sgd_weight_decay"),
        ({"target": "keras_l1"}, "different solutions"),
        ({"target": "sklearn_logistic"}, "go with the loss crossentropy only"),
        (
            {"target": "sklearn_logistic", "loss": "crossentropy", "strength": 0},
            "turn the penalty off",
        ),
        ({"source": "sklearn_logistic"}, "no such number: one of the two"),
    ],
)
def test_what_has_no_number_is_told(change, says):
    case = {
        "strength": 0.1,
        "source": "keras_l2",
        "target": "sklearn_ridge",
        "loss": "mse",
        "n": 10,
        "batch_size": 2,
        "learning_rate": 0.1,
    }
    assert "value" in by_module([case])[0]
    assert says in by_module([case | change])[0]["fault"]
    assert by_python(case | change) is None


def test_a_link_gives_the_state_back_and_a_broken_one_is_told():
    widget = StrengthCalculator(source="keras_l2", target="tf1_l2", strength=1e-7)
    state = widget.state()
    meanings = state.pop("meanings")
    code = "(({state, meanings, hashes}) => [m.toHash(state), "
    code += (
        "...[m.toHash(state), ...hashes].map((h) => m.fromHash(h, meanings))])(data)"
    )
    good = (
        "#strength_calculator&from=keras_l2&to=tf1_l2&s=1&n=1&batch=1&rate=1&loss=mse"
    )
    hashes = [
        "#in-short",
        good.replace("keras_l2", "__proto__"),
        good.replace("s=1", "s=-1"),
        good.replace("s=1", "s=1e999"),
        good.replace("loss=mse", "loss=<b>"),
        good + "&x" * 200,
        "#strength_calculator",
    ]
    data = {"state": state, "meanings": meanings, "hashes": hashes}
    _, back, *found = in_node(widget, code, data)
    assert back["state"] == state
    faults = [None, "from", "s", "s", "loss", "too long", "from"]
    assert [each and each["fault"] for each in found] == faults


def test_without_javascript_tables_show_an_example():
    first, second = as_html(StrengthCalculator()).select("table")
    cells = {row.th.text: row.td.text for row in first.tbody.select("tr")}
    assert cells["sklearn_ridge"] == "Ridge(alpha=10)"
    assert cells["sklearn_logistic"] == "LogisticRegression(C=0.05)"
    assert len(cells) + len(second.tbody.select("tr")) == sum(
        "L1" not in meaning.kind for meaning in MEANINGS.values()
    )


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match="source must be one of"):
        StrengthCalculator(source="keras")
    with pytest.raises(ValueError, match="target must be one of"):
        StrengthCalculator().target = "keras"
    assert repr(StrengthCalculator()) == (
        "StrengthCalculator('keras_l2', 'sklearn_ridge', 0.01)"
    )
