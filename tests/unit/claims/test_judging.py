import json
import subprocess
import sys
from contextlib import suppress
from dataclasses import astuple
from unittest import mock

import numpy as np
import pytest
from scipy import stats

from tests.conftest import ROOT
from utils import claims
from utils.claims import judging, voting
from utils.statistics import Estimate, mean_interval, share_interval

ABOVE = Estimate(1.0, 0.5, 1.5, 100)
BELOW = Estimate(-1.0, -1.5, -0.5, 100)
AROUND = Estimate(0.1, -0.5, 0.7, 100)
NAMES = {path.stem[3:] for path in (ROOT / "notebooks").glob("*.ipynb")}


def claim(verdict="holds", **more):
    return {
        "claim": "It works.",
        "source": ["A"],
        "chapters": ["exact_zeros"],
        "primary": "The plain case.",
        "expect": "> 0",
        "verdict": verdict,
        "answer": "Yes.",
        **more,
    }


@pytest.fixture(autouse=True)
def known():
    """Only these claims, and no record yet."""
    cases = {"near": "holds", "far": "fails"}
    some = {
        "A1": claim(),
        "A2": claim("fails"),
        "A14": claim("open"),
        "B1": claim("depends", cases=cases),
        "B2": claim("outdated"),
        "B3": claim("untestable"),
        "C1": claim(means={"with noise": "< 0", "exactly": "no"}),
        "D1": {"claim": "So.", "source": ["D"], "chapters": ["x"], "untested": True},
    }
    with (
        mock.patch.dict(claims.recorded, clear=True),
        mock.patch.dict(claims.CLAIMS, some, clear=True),
    ):
        yield


def test_every_claim_has_what_the_ledger_needs():
    listed = judging.load(ROOT / "utils/claims/claims.toml")
    tested = {id: c for id, c in listed.items() if not c.get("untested")}
    assert len(tested) == 47
    for id, c in listed.items():
        assert id[0] in "ABCD" and id[1:].isdigit()
        assert c["claim"].endswith(".")
        assert set(c["source"]) <= set("ABCD")
    for id, c in tested.items():
        assert {*c["chapters"], *c.get("also", ())} <= NAMES, id
        assert c["answer"][-1] in ".!", id
        for expect in (c["expect"], *c.get("means", {}).values()):
            assert expect in ("yes", "no") or voting.threshold(expect)
        assert (c["verdict"] == "depends") == ("cases" in c), id
        if "cases" in c:  # which come out on opposite sides, both clearly
            assert set(c["cases"].values()) == {"holds", "fails"}, id


def test_few_claims_depend():
    listed = judging.load(ROOT / "utils/claims/claims.toml")
    assert sum(c.get("verdict") == "depends" for c in listed.values()) < 10


@pytest.mark.parametrize(
    ("primary", "verdict"),
    [
        (ABOVE, "holds"),
        (BELOW, "fails"),
        (AROUND, "open"),
        (True, "holds"),
        (np.bool_(False), "fails"),
        ({"one": ABOVE, "other": ABOVE}, "holds"),
        ({"one": ABOVE, "other": BELOW}, "fails"),
        ({"one": ABOVE, "other": AROUND}, "open"),
        ({"one": AROUND, "other": BELOW}, "fails"),
        ({"one": True, "other": False}, "fails"),
    ],
)
def test_only_the_numbers_of_the_primary_condition_decide(primary, verdict):
    for id, wanted in (("A1", "holds"), ("A2", "fails"), ("A14", "open")):
        if wanted == verdict:
            claims.check(id, primary, also={"elsewhere": BELOW, "there": ABOVE})
            assert claims.verdicts() == f"{id} {verdict}"
            claims.recorded.clear()
        else:
            says = f"claim {id}: .* says that the claim {wanted}, but .* it {verdict}"
            with pytest.raises(ValueError, match=says):
                claims.check(id, primary)
            assert claims.verdicts() == "", "what failed must not be recorded"


@pytest.fixture(scope="module")
def optimized():
    """What a process says that drops every `assert`, and only imports claims."""
    code = "import sys; from utils import claims; print(*sys.modules); "
    code += "claims.check('A6', False)"
    return subprocess.run(
        [sys.executable, "-O", "-c", code], cwd=ROOT, capture_output=True, text=True
    )


def test_the_numbers_decide_where_python_skips_assertions(optimized):
    says = "ValueError: claim A6: claims.toml says that the claim holds"
    assert says in optimized.stderr


def test_claims_load_no_tensorflow_and_no_ipython(optimized):
    loaded = {*optimized.stdout.split()}
    assert "utils.claims" in loaded
    assert not {"tensorflow", "keras", "IPython"} & loaded


def test_cases_are_decided_one_by_one():
    claims.check("B1", {"near": ABOVE})
    claims.check("B1", {"near": ABOVE, "far": BELOW})
    for case, found in (("near", BELOW), ("far", AROUND)):
        with pytest.raises(ValueError, match=f"claim B1: .* says that {case}"):
            claims.check("B1", {case: found})
    with pytest.raises(ValueError, match="middle is none of its cases"):
        claims.check("B1", {"middle": ABOVE})


def test_outdated_means_that_it_fails_today():
    claims.check("B2", BELOW)
    with pytest.raises(ValueError, match="says that the claim outdated, but"):
        claims.check("B2", ABOVE)


def test_the_answer_cannot_survive_a_changed_result():
    claims.check("C1", ABOVE, also={"with noise": BELOW, "exactly": False})
    for also in ({"with noise": AROUND}, {"exactly": True}):
        with pytest.raises(ValueError, match="claim C1: the answer speaks of"):
            claims.check("C1", ABOVE, also=also)


def test_a_chapter_may_add_what_it_tried_without_deciding():
    claims.check("A1", also={"elsewhere": BELOW})
    assert claims.verdicts() == ""
    assert "also tried" in claims.table().data


def intervals_at_zero(count):
    """Mean intervals of 20 normal numbers each, at once: one by one takes its time."""
    samples = np.random.default_rng(0).normal(size=(count, 20))
    means = samples.mean(axis=1)
    halves = stats.sem(samples, axis=1) * stats.t.ppf(0.975, 19)
    columns = (means, means - halves, means + halves)
    found = [Estimate(*map(float, row), 20) for row in zip(*columns, strict=True)]
    for sample, estimate in zip(samples[:20], found, strict=False):
        one = astuple(mean_interval(sample))
        np.testing.assert_allclose(one, astuple(estimate), rtol=1e-9)
    return found


def test_several_parts_are_judged_together():
    """Ten parts at their threshold: one by one, two in five sets would decide."""
    found = intervals_at_zero(4_000)
    sets = [found[k : k + 10] for k in range(0, len(found), 10)]
    alone = sum(
        any(judging.verdict({"": e}, "> 0") != "open" for e in parts)
        for parts in sets[:100]
    )
    together = sum(
        any(vote is not None for vote in claims.holm(parts, "> 0")) for parts in sets
    )
    assert alone > 30 and 8 <= together <= 36


def test_holm_goes_on_from_the_clearest():
    clear, faint = Estimate(5.0, 4.0, 6.0, 50), Estimate(1.0, 0.01, 1.99, 50)
    assert claims.holm([faint], "> 0") == [True]
    assert claims.holm([faint, clear], "> 0") == [True, True]
    assert claims.holm([faint, faint, clear], "> 0") == [None, None, True]


@pytest.mark.parametrize(
    ("expect", "votes"),
    [
        ("> 0.4", True),
        (">= 0.5", True),
        ("< 0.5", False),
        ("<= 1.5", True),
        ("> 2", False),
        ("> 1", None),
    ],
)
def test_one_part_is_judged_by_its_interval(expect, votes):
    assert claims.holm([ABOVE], expect) == [votes]


def test_shares_at_their_end_decide():
    """Wilson's interval is lopsided: its half towards the threshold counts."""
    none = share_interval(np.zeros(1_000, bool))
    assert judging.verdict({"": none}, "> 0.5") == "fails"
    assert judging.verdict({"": none}, "< 0.5") == "holds"


def test_an_effect_at_its_threshold_bears_a_verdict_in_one_of_20_cases():
    borne = 0
    for found in intervals_at_zero(1_000):
        for id in ("A1", "A2"):
            with suppress(ValueError):
                claims.check(id, found)
                borne += 1
    assert 30 <= borne <= 75


def test_untestable_needs_a_reason():
    record = claims.check("B3", "No data set.")
    assert "No data set." in record._repr_mimebundle_()[0]["text/markdown"]


def test_a_card_has_the_answer_first_and_the_numbers_folded():
    also = {"elsewhere": BELOW}
    text = claims.check("A1", ABOVE, also)._repr_mimebundle_()[0]["text/markdown"]
    head, folded = text.split('<details class="numbers">')
    assert head.strip().endswith("“It works.” **Holds.** Yes.")
    assert "The plain case. The claim expects > 0." in folded
    assert "- 1 [0.5, 1.5], n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}100" in folded
    assert "- elsewhere: \N{MINUS SIGN}1 [" in folded


def test_a_card_says_what_other_chapters_decided():
    """The verdict where this one only adds to it, and the cases that it left out."""
    text = claims.check("A1", also={"elsewhere": BELOW})
    text = text._repr_mimebundle_()[0]["text/markdown"]
    assert "“It works.” **Holds** ([decided elsewhere](../book/claims.md))." in text
    text = claims.check("B1", {"near": ABOVE})._repr_mimebundle_()[0]["text/markdown"]
    assert "- far: fails ([decided elsewhere](../book/claims.md))" in text


def test_the_table_shows_answers_in_order():
    claims.check("B2", False)
    claims.check("A14", AROUND)
    claims.check("A2", BELOW)
    rows = claims.table().data.splitlines()[2:]
    assert [row.split("|")[1].strip() for row in rows] == ["A2", "A14", "B2"]
    assert rows[0].endswith("| “It works.” Yes. | **fails** |")
    assert claims.verdicts() == "A2 fails\nA14 open\nB2 outdated"


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        (("A99", ABOVE), ValueError, "id must be .* 'A99'"),
        (("D1", ABOVE), ValueError, "claim D1 is marked as untested"),
        (("B3", ABOVE), ValueError, "a reason in words"),
        (("A1", "why"), ValueError, "a reason in words"),
        (("A1",), ValueError, "claim A1: there is no evidence"),
        (("A1", {}), ValueError, "claim A1: there is no evidence"),
        (("A1", 0.3), TypeError, "an Estimate or a bool"),
        (("A1", ABOVE, {"there": 1}), TypeError, "an Estimate or a bool, got 1"),
        (("A1", Estimate(np.nan, 0.0, 1.0, 3)), ValueError, "must be finite"),
    ],
)
def test_bad_input_is_named(arguments, error, says):
    with pytest.raises(error, match=says):
        claims.check(*arguments)


@pytest.mark.parametrize("expect", ["big", "0", "> much", "= 3"])
def test_a_threshold_that_is_none_is_named(expect):
    with pytest.raises(ValueError, match="expect must be like"):
        voting.threshold(expect)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("", "claim A1 lacks primary, expect, verdict, answer"),
        ('primary = "p"\nexpect = "> 0"\nverdict = "supported"\nanswer = "Yes."',
         "claim A1: its verdict must be one of holds"),
        (f'primary = "p"\nexpect = "> 0"\nverdict = "holds"\nanswer = "{"so " * 26}"',
         "claim A1: an answer has at most 25 words, this one 26"),
    ],
)  # fmt: skip
def test_an_incomplete_claim_is_named(change, says, tmp_path):
    text = f'[A1]\nclaim = "So."\nsource = ["A"]\nchapters = ["x"]\n{change}'
    (tmp_path / "claims.toml").write_text(text, "utf8")
    with pytest.raises(ValueError, match=says):
        judging.load(tmp_path / "claims.toml")


@pytest.mark.parametrize(
    ("id", "primary"),
    [
        ("A1", ABOVE),
        ("A1", True),
        ("B1", {"near": ABOVE, "far": BELOW}),
        ("B3", "None."),
    ],
)
def test_a_record_survives_being_stored_in_a_notebook(id, primary):
    record = claims.check(id, primary, {"there": AROUND})
    stored = json.loads(json.dumps(record._repr_mimebundle_()[1]["claim"]))
    assert claims.from_json(stored) == record


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"id": "A99"}, "id must be one of .*A99"),
        ({"primary": []}, "there is no evidence"),
        (
            {"primary": [["", [-1.0, -1.5, -0.5, 100]]]},
            "says that the claim holds, but",
        ),
    ],
)
def test_a_stored_record_is_judged_anew(change, error):
    stored = claims.check("A1", ABOVE).as_json()
    with pytest.raises(ValueError, match=error):
        claims.from_json({**stored, **change})


def test_a_record_of_the_old_form_is_named():
    stored = {"id": "A1", "verdict": "supported", "evidence": [], "reason": ""}
    says = "the record of claim 'A1' lacks primary, also: execute its chapter again"
    with pytest.raises(ValueError, match=says):
        claims.from_json(stored)
