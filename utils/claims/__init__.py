"""Verdicts that their own numbers have to bear."""

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
