"""The verdicts of a notebook, as a table and as text."""

from utils.claims.judging import CLAIMS, order, recorded


def _in_order() -> list[tuple]:
    return sorted(recorded.items(), key=lambda item: order(item[0]))


def table():
    """Return all verdicts of this notebook so far, as a Markdown table to display."""
    from utils import report  # brings IPython, which the ledger's page can do without

    rows = []
    for id, record in _in_order():
        # A line for each condition: HTML, the only line break that tables know.
        numbers = record.numbers().replace("; ", "<br>")
        lines = "<br>" if "<br>" in numbers else " "
        measured = f"{record.quantity}{lines}{numbers}".strip()
        rows.append((id, CLAIMS[id]["claim"], f"**{record.verdict}**", measured))
    return report.table(rows, ("id", "claim", "verdict", "measured"))


def verdicts() -> str:
    """Return the same without the numbers, whose last digits differ by machine."""
    return "\n".join(f"{id} {record.verdict}" for id, record in _in_order())
