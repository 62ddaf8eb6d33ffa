"""Verdicts that their own numbers have to bear.

``claims.toml`` lists the claims; their ids never change. A chapter's cell decides one:

    claims.check("A2", share_interval(zeros), verdict="supported", expect="> 0.5",
                 quantity="Share of weights that are 0:")

The result shows itself as a sentence, and leaves its numbers in the metadata of the
cell's output, from which the website's ledger is made; ``table()`` and ``verdicts()``
show what a notebook decided. So no verdict stands anywhere that no cell computed.

Refused, with a ValueError (also under ``python -O``): a verdict that its evidence does
not bear, whole 95 % intervals against a threshold; an unknown claim or verdict; an
interval that is not finite; "untestable" without a reason in words. The same is asked
again of what a notebook has stored (``from_json``).

A verdict is worth what its intervals are: of 4,000 simulated samples of 20 values from
a distribution exactly at the threshold, 5.3 % bore one. Nothing here corrects for
looking at many conditions, or knows whether replicates are independent.
"""

from utils.claims.judging import (
    CLAIMS,
    METADATA,
    VERDICTS,
    Record,
    check,
    from_json,
    order,
    recorded,
    threshold,
)
from utils.claims.showing import table, verdicts

__all__ = [
    "CLAIMS",
    "METADATA",
    "VERDICTS",
    "Record",
    "check",
    "from_json",
    "order",
    "recorded",
    "table",
    "threshold",
    "verdicts",
]
