"""What cells say: sentences and tables, as Markdown."""

from collections.abc import Iterable, Sequence

from IPython.display import Markdown, display


def say(text: str) -> None:
    """Show a text as Markdown below the cell.

    Args:
        text: Markdown, formulas in dollars included.
    """
    display(Markdown(text))


def table(rows: Iterable[Sequence[str]], head: Sequence[str]) -> Markdown:
    """Return a Markdown table, to be the result of a cell.

    Args:
        rows: Rows of as many texts as ``head`` has. A "|" in a text is escaped.
        head: Names of the columns.

    Raises:
        ValueError: If a row is longer or shorter than the head.
    """
    head, rows = list(head), [list(row) for row in rows]
    for row in rows:
        if len(row) != len(head):
            raise ValueError(
                f"each row must have {len(head)} texts, as head has, got {row!r}"
            )
    lines = [
        "| " + " | ".join(text.replace("|", "\\|") for text in row) + " |"
        for row in (head, *rows)
    ]
    return Markdown("\n".join([lines[0], "|---" * len(head) + "|", *lines[1:]]))
