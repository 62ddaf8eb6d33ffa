"""Verdicts that their own numbers have to bear.

``claims.toml`` lists the claims; their ids never change. Each has one verdict and one
answer in a sentence, and one primary condition with its threshold, fixed before the
experiment was run. A chapter's cell brings the numbers::

    claims.check("A2", mean_interval(near), also={"exactly 0": mean_interval(zero)})

The verdict follows from the primary condition alone, whole 95 % intervals against the
threshold; what else was tried can qualify the answer and never turns it. The result
shows itself as a card, and leaves its numbers in the metadata of the cell's output,
from which the website's ledger is made; ``table()`` and ``verdicts()`` show what a
notebook decided. So no verdict stands anywhere that no cell computed.

Refused, with a ValueError (also under ``python -O``): numbers that do not bear the
verdict, or what the answer says of another condition; a claim without an answer, a
primary condition or a threshold; an answer of more than 25 words; an interval that is
not finite. The same is asked again of what a notebook has stored (``from_json``).

A verdict is worth what its intervals are: of 4,000 simulated samples of 20 values from
a distribution exactly at the threshold, 5.3 % bore one. Parts of one condition are
judged together, by Holm's steps; nothing here knows whether replicates are independent.
"""

from utils.claims.judging import (
    CLAIMS,
    METADATA,
    Record,
    check,
    from_json,
    order,
    recorded,
)
from utils.claims.showing import table, verdicts
from utils.claims.voting import holm, shown

__all__ = [
    "CLAIMS",
    "METADATA",
    "Record",
    "check",
    "from_json",
    "holm",
    "order",
    "recorded",
    "shown",
    "table",
    "verdicts",
]
