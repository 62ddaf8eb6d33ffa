"""The verdicts of a notebook, as a table and as text."""

from IPython.display import Markdown

from utils.claims.judging import CLAIMS, order, recorded


def table():
    """All verdicts of this notebook so far, as a Markdown table to display."""
    rows = ["| id | claim | verdict | measured |", "|---|---|---|---|"]
    for id, record in sorted(recorded.items(), key=lambda item: order(item[0])):
        # A line for each condition: HTML, the only line break that tables know.
        numbers = record.numbers().replace("; ", "<br>")
        lines = "<br>" if "<br>" in numbers else " "
        measured = f"{record.quantity}{lines}{numbers}".strip().replace("|", "\\|")
        claim = CLAIMS[id]["claim"].replace("|", "\\|")
        rows.append(f"| {id} | {claim} | **{record.verdict}** | {measured} |")
    return Markdown("\n".join(rows))


def verdicts() -> str:
    """The same without the numbers, which differ in their last digits by machine."""
    lines = (f"{id} {r.verdict}" for id, r in recorded.items())
    return "\n".join(sorted(lines, key=lambda line: order(line.split()[0])))
