import json
import subprocess
import sys
from contextlib import suppress
from unittest import mock

import numpy as np
import pytest

from tests.conftest import ROOT
from utils import claims
from utils.statistics import Estimate, mean_interval

ABOVE = Estimate(1.0, 0.5, 1.5, 100)
BELOW = Estimate(-1.0, -1.5, -0.5, 100)
AROUND = Estimate(0.1, -0.5, 0.7, 100)
NAMES = {path.stem[3:] for path in (ROOT / "notebooks").glob("*.ipynb")}


@pytest.fixture(autouse=True)
def empty_records():
    with mock.patch.dict(claims.recorded, clear=True):
        yield


def test_every_claim_has_what_the_table_needs():
    assert len(claims.CLAIMS) == 42
    for id, claim in claims.CLAIMS.items():
        assert id[0] in "ABC" and id[1:].isdigit()
        assert claim["claim"].endswith(".")
        assert set(claim["source"]) <= set("ABC")
        assert claim["chapters"] and set(claim["chapters"]) <= NAMES


@pytest.mark.parametrize(
    ("evidence", "borne"),
    [
        (ABOVE, {"supported"}),
        (BELOW, {"refuted"}),
        (AROUND, set()),
        (True, {"supported"}),
        (np.bool_(False), {"refuted"}),
        ({"near": ABOVE, "far": ABOVE}, {"supported"}),
        ({"near": BELOW, "far": False}, {"refuted"}),
        ({"near": ABOVE, "far": BELOW}, {"depends"}),
        ({"near": ABOVE, "far": AROUND}, {"depends"}),
        ({"near": AROUND, "far": BELOW}, set()),
    ],
)
@pytest.mark.parametrize("verdict", ["supported", "refuted", "depends"])
def test_only_the_numbers_decide(evidence, borne, verdict):
    if verdict in borne:
        assert claims.check("A1", evidence, verdict=verdict).verdict == verdict
    else:
        with pytest.raises(ValueError, match="A1: the numbers do not bear"):
            claims.check("A1", evidence, verdict=verdict)
        assert claims.verdicts() == "", "a verdict that failed must not be recorded"


def test_the_numbers_decide_where_python_skips_assertions():
    """`python -O` drops every `assert`."""
    code = "from utils import claims; claims.check('A1', False, verdict='supported')"
    done = subprocess.run(
        [sys.executable, "-O", "-c", code], cwd=ROOT, capture_output=True, text=True
    )
    assert "ValueError: A1: the numbers do not bear 'supported'" in done.stderr


def test_numbers_of_numpy_decide_too():
    found = Estimate(*map(np.float64, (1.0, 0.5, 1.5)), np.int64(100))
    assert claims.check("A1", found, verdict="supported").numbers() == (
        "1 [0.5, 1.5], n = 100"
    )


def test_an_effect_at_its_threshold_bears_a_verdict_in_one_of_20_cases():
    rng, borne = np.random.default_rng(0), 0
    for _ in range(1_000):
        found = mean_interval(rng.normal(size=20))
        for verdict in ("supported", "refuted"):
            with suppress(ValueError):
                claims.check("A1", found, verdict=verdict)
                borne += 1
    assert 30 <= borne <= 75


def test_claims_load_no_tensorflow_and_no_ipython():
    code = "import sys, utils.claims; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0
    assert not {"tensorflow", "keras", "IPython"} & {*done.stdout.split()}


@pytest.mark.parametrize(
    ("expect", "verdict"),
    [
        ("> 0.4", "supported"),
        (">= 0.5", "supported"),
        ("< 0.5", "refuted"),
        ("<= 1.5", "supported"),
        ("> 2", "refuted"),
        ("< -1e3", "refuted"),
    ],
)
def test_thresholds(expect, verdict):
    assert claims.check("A2", ABOVE, verdict=verdict, expect=expect).expect == expect


def test_untestable_needs_a_reason():
    record = claims.check("C5", "No data set.", verdict="untestable")
    assert "No data set." in record._repr_mimebundle_()[0]["text/markdown"]


def test_the_table_shows_verdict_numbers_and_interval_in_order():
    claims.check("B1", True, verdict="supported", quantity="Equal?")
    claims.check("A14", {"|w|": BELOW}, verdict="refuted", quantity="Share")
    claims.check("A2", ABOVE, verdict="supported", quantity="Share")
    rows = claims.table().data.splitlines()[2:]
    assert [row.split("|")[1].strip() for row in rows] == ["A2", "A14", "B1"]
    assert "Share 1 [0.5, 1.5], n = 100" in rows[0]
    assert r"\|w\|: -1" in rows[1]
    assert claims.verdicts() == "A2 supported\nA14 refuted\nB1 supported"


@pytest.mark.parametrize(
    ("arguments", "settings", "error", "says"),
    [
        (("A99", ABOVE), {"verdict": "supported"}, ValueError, "id must be .* 'A99'"),
        (("A1", ABOVE), {"verdict": "maybe"}, ValueError, "verdict must be one of"),
        (("A1", ABOVE), {"verdict": "untestable"}, ValueError, "a reason in words"),
        (("A1", "why"), {"verdict": "refuted"}, ValueError, "a reason in words"),
        (("A1", {}), {"verdict": "refuted"}, ValueError, "must not be empty"),
        (("A1", 0.3), {"verdict": "refuted"}, TypeError, "an Estimate or a bool"),
        (("A1", ABOVE), {"verdict": "refuted", "expect": "big"}, ValueError, "like"),
        (
            ("A1", Estimate(float("nan"), 0.0, 1.0, 3)),
            {"verdict": "refuted"},
            ValueError,
            "must be finite",
        ),
    ],
)
def test_bad_input_is_named(arguments, settings, error, says):
    with pytest.raises(error, match=says):
        claims.check(*arguments, **settings)


@pytest.mark.parametrize(
    ("evidence", "verdict"),
    [
        (ABOVE, "supported"),
        (True, "supported"),
        ({"near": ABOVE, "far": BELOW}, "depends"),
        ("No data set.", "untestable"),
    ],
)
def test_a_record_survives_being_stored_in_a_notebook(evidence, verdict):
    record = claims.check("A2", evidence, verdict=verdict, quantity="Share")
    stored = json.loads(json.dumps(record._repr_mimebundle_()[1]["claim"]))
    assert claims.from_json(stored) == record


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"id": "A99"}, "id must be one of .*A99"),
        ({"verdict": "likely"}, "verdict must be one of .*likely"),
        ({"evidence": []}, "evidence must not be empty|reason in words"),
        ({"expect": "about 0"}, "expect must be like"),
        ({"evidence": [["", [1.0, float("nan"), 2.0, 3]]]}, "evidence must be finite"),
    ],
)
def test_a_stored_record_that_makes_no_sense_is_named(change, error):
    stored = claims.check("A2", ABOVE, verdict="supported").as_json()
    with pytest.raises(ValueError, match=error):
        claims.from_json({**stored, **change})


def test_a_stored_record_with_a_missing_field_is_named():
    stored = claims.check("A2", ABOVE, verdict="supported").as_json()
    del stored["quantity"]
    with pytest.raises(ValueError, match="claim 'A2' lacks quantity"):
        claims.from_json(stored)


def test_a_stored_number_has_to_bear_its_verdict():
    stored = claims.check("A2", ABOVE, verdict="supported").as_json()
    with pytest.raises(ValueError, match="A2: the numbers do not bear"):
        claims.from_json({**stored, "evidence": [["", [-1.0, -1.5, -0.5, 100]]]})
