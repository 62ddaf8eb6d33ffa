"""What cells say: sentences and tables, as Markdown."""

from collections.abc import Iterable, Sequence

from IPython.display import Markdown, display

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def say(text: str) -> None:
    """Show a text as Markdown below the cell.

    Args:
        text: Markdown, formulas in dollars included.

    Raises:
        TypeError: If it is not a text.
    """
    display(_markdown(text))


def say_answer(text: str) -> None:
    """Show the answer to a prediction, in bold. The website folds it until wanted.

    Args:
        text: One sentence in Markdown without bold parts, with its number and interval.

    Raises:
        TypeError: If it is not a text.
        ValueError: If it is empty, of several paragraphs, or partly bold already.
    """
    if not _text(text).strip() or "\n\n" in text or "**" in text:
        raise ValueError(f"an answer is one paragraph, all of it bold, got {text!r}")
    say(f"**Answer:** **{text.strip()}**")


def table(rows: Iterable[Sequence[str]], head: Sequence[str]) -> Markdown:
    """Return a Markdown table, to be the result of a cell.

    Args:
        rows: Rows of as many texts as ``head`` has. A "|" in a text is escaped.
        head: Names of the columns.

    Raises:
        TypeError: If something in it is not a text.
        ValueError: If a row is longer or shorter than the head.
    """
    head, rows = list(head), [list(row) for row in rows]
    for row in rows:
        if len(row) != len(head):
            raise ValueError(
                f"each row must have {len(head)} texts, as head has, got {row!r}"
            )
    lines = [
        "| " + " | ".join(_text(cell).replace("|", "\\|") for cell in row) + " |"
        for row in (head, *rows)
    ]
    return _markdown("\n".join([lines[0], "|---" * len(head) + "|", *lines[1:]]))


def tiny(value: float) -> str:
    """Return a size with one digit, below 0.0001 as a power of ten.

    Args:
        value: At least 0.

    Raises:
        ValueError: If it is not.
    """
    if not value >= 0:  # NaN is refused, too
        raise ValueError(f"value must be at least 0, got {value!r}")
    digit, _, power = f"{value:.1g}".partition("e")
    if not power:
        return digit
    gap = "\N{NO-BREAK SPACE}"
    power = str(int(power)).translate(_RAISED)
    return f"{digit}{gap}\N{MULTIPLICATION SIGN}{gap}10{power}"


def _text(value) -> str:
    if not isinstance(value, str):
        raise TypeError(f"only texts can be shown, got {value!r}")
    return value


def _markdown(text) -> Markdown:
    # IPython would load a text that is the name of a file or begins with "http".
    markdown = Markdown("")
    markdown.data = _text(text)
    return markdown
