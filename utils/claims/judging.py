"""Judge: from evidence to a verdict, or to an error."""

import math
import operator
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from utils.checks import one_of
from utils.statistics import Estimate

VERDICTS = ("supported", "refuted", "depends", "untestable")
# Under this name the metadata of an output keep its record, for the website's ledger.
METADATA = "claim"
# What a relation in front of a threshold asks of a number.
RELATIONS = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
CLAIMS = tomllib.loads(Path(__file__).with_name("claims.toml").read_text("utf8"))


@dataclass(frozen=True)
class Record:
    """What one claim came to. Shows itself as a sentence in a notebook.

    ``evidence`` maps each condition that was tried ("" if there is only one) to its
    number, or to a bool where the experiment is an exact computation.
    """

    id: str
    verdict: str
    quantity: str
    expect: str
    evidence: Mapping[str, Estimate | bool]
    reason: str = ""

    def numbers(self) -> str:
        """The evidence as one line of text."""
        shown = []
        for condition, found in self.evidence.items():
            if isinstance(found, bool):
                text = "yes" if found else "no"
            else:
                text = (
                    f"{found.value:.3g} [{found.low:.3g}, {found.high:.3g}], "
                    f"n = {found.n:,}"
                )
            shown.append(f"{condition}: {text}" if condition else text)
        return "; ".join(shown) or self.reason

    def as_json(self) -> dict:
        """The record as JSON, each piece of evidence as [condition, what was found].

        What was found is true or false, or [value, low, high, n].
        """
        evidence = [
            [condition, found if isinstance(found, bool) else _numbers(found)]
            for condition, found in self.evidence.items()
        ]
        return {**vars(self), "evidence": evidence}

    def _repr_mimebundle_(self, **options) -> tuple[dict, dict]:
        claim = CLAIMS[self.id]["claim"]
        text = (
            f'<a id="claim-{self.id.lower()}"></a>'
            f"**{self.id}** “{claim}” **{self.verdict.capitalize()}.** "
            f"{self.quantity} {self.numbers()}".rstrip()
        )
        return {"text/markdown": text}, {METADATA: self.as_json()}


def _numbers(found: Estimate) -> list[float]:
    return [*map(float, (found.value, found.low, found.high)), int(found.n)]


def from_json(record: dict) -> Record:
    """Return the record that ``Record.as_json`` described, its verdict checked anew.

    Raises:
        TypeError, ValueError: As ``check``; also if a field is missing.
    """
    fields = ("id", "verdict", "quantity", "expect", "evidence", "reason")
    missing = [field for field in fields if field not in record]
    if missing:
        raise ValueError(
            f"the record of claim {record.get('id')!r} lacks {', '.join(missing)}"
        )
    evidence = {
        condition: found if isinstance(found, bool) else Estimate(*found)
        for condition, found in record["evidence"]
    }
    return _judge(
        record["id"],
        evidence or record["reason"],
        record["verdict"],
        record["quantity"],
        record["expect"],
    )


recorded: dict[str, Record] = {}


def check(
    id: str,
    evidence: Estimate | bool | Mapping[str, Estimate | bool] | str,
    *,
    verdict: str,
    quantity: str = "",
    expect: str = "> 0",
) -> Record:
    """Record a verdict, or fail if the numbers do not bear it.

    An estimate speaks for the claim if its whole 95 % interval meets ``expect``,
    against it if the whole interval fails it, and is undecided in between.

    * "supported": every piece of evidence speaks for the claim.
    * "refuted": every piece of evidence speaks against it.
    * "depends": at least one speaks for it and at least one does not.
    * "untestable": ``evidence`` is the reason, in words.

    Args:
        id: One of ``utils/claims/claims.toml``.
        evidence: An estimate; a bool (of any kind) for an exact computation, true if
            it speaks for the claim; or a mapping from conditions to either.
        verdict: One of the four above.
        quantity: What the number is, as the beginning of a sentence about it.
        expect: What the claim implies for the estimates: ">", ">=", "<" or "<=" and
            a number.

    Raises:
        TypeError: If a piece of evidence is neither an estimate nor a bool.
        ValueError: If the evidence does not bear the verdict; if ``id``, ``verdict``
            or ``expect`` is not known, ``evidence`` is empty, or an interval is not
            a number.
    """
    record = _judge(id, evidence, verdict, quantity, expect)
    recorded[id] = record
    return record


def _judge(id, evidence, verdict, quantity, expect) -> Record:
    one_of("id", id, CLAIMS)
    one_of("verdict", verdict, VERDICTS)
    if (verdict == "untestable") != isinstance(evidence, str):
        raise ValueError(
            "evidence must be a reason in words if, and only if, the verdict is "
            f'"untestable", got {evidence!r} for {verdict!r}'
        )
    if isinstance(evidence, str):
        return Record(id, verdict, quantity, expect, {}, reason=evidence)
    if not isinstance(evidence, Mapping):
        evidence = {"": evidence}
    if not evidence:
        raise ValueError("evidence must not be empty")
    evidence = {
        condition: found if isinstance(found, Estimate) else _as_bool(found)
        for condition, found in evidence.items()
    }
    votes = [_vote(found, expect) for found in evidence.values()]
    borne = {
        "supported": all(vote is True for vote in votes),
        "refuted": all(vote is False for vote in votes),
        "depends": True in votes and any(vote is not True for vote in votes),
    }
    record = Record(id, verdict, quantity, expect, evidence)
    if not borne[verdict]:
        raise ValueError(
            f"{id}: the numbers do not bear {verdict!r} (expected {expect} if the "
            f"claim holds): {record.numbers()}"
        )
    return record


def order(id: str) -> tuple[str, int]:
    """Return what ids are sorted by: A2 before A14."""
    return id[0], int(id[1:])


def _as_bool(found) -> bool:
    if not isinstance(found, (bool, np.bool_)):
        raise TypeError(f"evidence must be an Estimate or a bool, got {found!r}")
    return bool(found)


def _vote(found, expect):
    """True, False, or None if the interval contains the threshold."""
    if isinstance(found, bool):
        return found
    if not all(map(math.isfinite, (found.value, found.low, found.high))):
        raise ValueError(f"evidence must be finite, got {found}")
    relation, bound = threshold(expect)
    ends = {RELATIONS[relation](float(end), bound) for end in (found.low, found.high)}
    return ends.pop() if len(ends) == 1 else None


def threshold(expect: str) -> tuple[str, float]:
    """Return the relation and the number of an ``expect``, such as "> 0".

    Raises:
        ValueError: If it is none.
    """
    match = re.fullmatch(r"(>=|<=|>|<) *([-+.\de]+)", expect)
    if not match:
        raise ValueError(f'expect must be like "> 0" or "<= 1.5", got {expect!r}')
    return match[1], float(match[2])
