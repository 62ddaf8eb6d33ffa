"""Judge: from the numbers of a claim's primary condition to its verdict."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from utils.checks import one_of
from utils.claims.voting import holm, meets, shown
from utils.statistics import Estimate

VERDICTS = ("holds", "fails", "depends", "open", "outdated", "untestable")
# Under this name the metadata of an output keep its record, for the website's ledger.
METADATA = "claim"
WORDS = 25  # that an answer may have
NEEDED = ("claim", "source", "chapters", "primary", "expect", "verdict", "answer")

Evidence = Estimate | bool


def load(path: Path) -> dict[str, dict]:
    """Return the claims of a file by id, each complete.

    Raises:
        ValueError: If one lacks something, or its answer is too long; named by its id.
    """
    claims = tomllib.loads(path.read_text("utf8"))
    for id, claim in claims.items():
        if claim.get("untested"):
            continue
        missing = [name for name in NEEDED if name not in claim]
        if missing:
            raise ValueError(f"claim {id} lacks {', '.join(missing)}")
        if claim["verdict"] not in VERDICTS:
            raise ValueError(
                f"claim {id}: its verdict must be one of {', '.join(VERDICTS)}, "
                f"got {claim['verdict']!r}"
            )
        if (words := len(claim["answer"].split())) > WORDS:
            raise ValueError(
                f"claim {id}: an answer has at most {WORDS} words, this one {words}"
            )
    return claims


CLAIMS = load(Path(__file__).with_name("claims.toml"))


@dataclass(frozen=True)
class Record:
    """What a chapter found on one claim. Shows itself as a card in a notebook.

    Attributes:
        id: The claim's.
        primary: Part of the primary condition -> its number, or a bool where it is an
            exact computation; "" names a part that is the only one. Empty in a
            chapter that only touches the claim.
        also: What else was tried -> the same. It qualifies the answer and never
            turns the verdict.
        reason: Why the claim cannot be tested, if that is its verdict.
    """

    id: str
    primary: Mapping[str, Evidence]
    also: Mapping[str, Evidence] = field(default_factory=dict)
    reason: str = ""

    def as_json(self) -> dict:
        """Return the record as JSON: each number as [value, low, high, n]."""
        return {
            "id": self.id,
            "primary": [[part, _plain(e)] for part, e in self.primary.items()],
            "also": [[part, _plain(e)] for part, e in self.also.items()],
            "reason": self.reason,
        }

    def _repr_mimebundle_(self, **options) -> tuple[dict, dict]:
        from utils.claims.showing import card  # which needs a Record

        return {"text/markdown": card(self)}, {METADATA: self.as_json()}


recorded: dict[str, Record] = {}


def check(
    id: str,
    primary: Evidence | Mapping[str, Evidence] | str | None = None,
    also: Mapping[str, Evidence] | None = None,
) -> Record:
    """Record what a chapter found on a claim, or fail if its words say otherwise.

    ``claims.toml`` has the words: the verdict, the answer, the threshold ``expect``,
    for a claim with ``cases`` what each of them comes out as, and in ``means`` what
    the answer says of conditions that were also tried.

    Args:
        id: One of ``claims.toml``.
        primary: The numbers of the primary condition: an estimate, a bool (of any
            kind) for an exact computation, or a mapping from its parts to either; the
            reason in words for a claim that cannot be tested. Left out in a chapter
            that does not decide the claim.
        also: Other conditions -> an estimate or a bool.

    Raises:
        TypeError: If a piece of evidence is neither an estimate nor a bool.
        ValueError: If the numbers do not bear what ``claims.toml`` says, ``id`` is not
            known, there is no evidence, or an interval is not finite.
    """
    reason = primary if isinstance(primary, str) else ""
    if primary is None or reason:
        primary = {}
    elif not isinstance(primary, Mapping):
        primary = {"": primary}
    record = Record(id, _checked(primary), _checked(also or {}), reason)
    judge(record)
    recorded[id] = record
    return record


def from_json(record: dict) -> Record:
    """Return the record that ``Record.as_json`` described, judged anew.

    Raises:
        TypeError, ValueError: As ``check``; also if a field is missing.
    """
    fields = ("id", "primary", "also", "reason")
    missing = [name for name in fields if name not in record]
    if missing:
        raise ValueError(
            f"the record of claim {record.get('id')!r} lacks {', '.join(missing)}: "
            "execute its chapter again"
        )
    primary, also = (
        {part: e if isinstance(e, bool) else Estimate(*e) for part, e in record[name]}
        for name in ("primary", "also")
    )
    found = Record(record["id"], primary, also, record["reason"])
    judge(found)
    return found


def judge(record: Record) -> None:
    """Raise a ValueError if the numbers do not bear what ``claims.toml`` says."""
    one_of("id", record.id, CLAIMS)
    claim = CLAIMS[record.id]
    if claim.get("untested"):
        raise ValueError(f"claim {record.id} is marked as untested in claims.toml")
    if not (record.primary or record.also or record.reason):
        raise ValueError(f"claim {record.id}: there is no evidence")
    if (claim["verdict"] == "untestable") != bool(record.reason):
        raise ValueError(
            f"claim {record.id}: a reason in words is for untestable claims, and "
            f"only for them; its verdict is {claim['verdict']!r}"
        )
    if record.primary and "cases" in claim:
        _judge_cases(record, claim)
    elif record.primary:
        found, wanted = verdict(record.primary, claim["expect"]), claim["verdict"]
        if found != {"outdated": "fails"}.get(wanted, wanted):
            raise ValueError(_disagree(record.id, "the claim", wanted, found, record))
    for condition, expect in claim.get("means", {}).items():
        if condition in record.also and not meets(record.also[condition], expect):
            raise ValueError(
                f"claim {record.id}: the answer speaks of {condition!r} as {expect}, "
                f"but it came to {shown(record.also[condition])}"
            )


def _judge_cases(record, claim):
    unknown = record.primary.keys() - claim["cases"].keys()
    if unknown:
        raise ValueError(
            f"claim {record.id}: {', '.join(unknown)} is none of its cases, which are "
            f"{', '.join(claim['cases'])}"
        )
    for case, evidence in record.primary.items():
        found = verdict({case: evidence}, claim["expect"])
        if found != claim["cases"][case]:
            raise ValueError(
                _disagree(record.id, case, claim["cases"][case], found, record)
            )


def _disagree(id, what, wanted, found, record):
    numbers = "; ".join(
        f"{part}: {shown(e)}" if part else shown(e)
        for part, e in record.primary.items()
    )
    return (
        f"claim {id}: claims.toml says that {what} {wanted}, but by the numbers of the "
        f"primary condition (expected {CLAIMS[id]['expect']}) it {found}: {numbers}"
    )


def verdict(primary: Mapping[str, Evidence], expect: str) -> str:
    """Return "holds", "fails" or "open": what the parts of a condition come to.

    It holds if every part meets ``expect`` with its whole interval, fails if one
    clearly does not, and is open otherwise. Several parts are judged together, by
    Holm's steps.
    """
    votes = holm(primary.values(), expect)
    if all(vote is True for vote in votes):
        return "holds"
    return "fails" if False in votes else "open"


def order(id: str) -> tuple[str, int]:
    """Return what ids are sorted by: A2 before A14."""
    return id[0], int(id[1:])


def _checked(evidence):
    for part, found in evidence.items():
        if isinstance(found, Estimate):
            if not np.isfinite([found.value, found.low, found.high]).all():
                raise ValueError(f"evidence must be finite, got {found} for {part!r}")
        elif not isinstance(found, (bool, np.bool_)):
            raise TypeError(
                f"evidence must be an Estimate or a bool, got {found!r} for {part!r}"
            )
    return {
        part: found if isinstance(found, Estimate) else bool(found)
        for part, found in evidence.items()
    }


def _plain(found):
    if isinstance(found, bool):
        return found
    return [*map(float, (found.value, found.low, found.high)), int(found.n)]
