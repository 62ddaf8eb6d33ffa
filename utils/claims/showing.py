"""The verdicts of a notebook: cards, the closing table, and plain text."""

from utils.claims.judging import CLAIMS, order, recorded
from utils.claims.voting import shown

# The ledger names the chapters; their numbers are not known here.
ELSEWHERE = "([decided elsewhere](../book/claims.md))"


def card(record) -> str:
    """Return a record as Markdown: claim, answer, verdict; its numbers folded."""
    claim = CLAIMS[record.id]
    head = f"**{record.id}** “{claim['claim']}”"
    anchor = f'<a id="claim-{record.id.lower()}"></a>'
    verdict = claim["verdict"].capitalize()
    if record.primary or record.reason:
        words = f"**{verdict}.** {claim['answer']}"
    else:
        words = f"**{verdict}** {ELSEWHERE}. Also tried here:"
    return f"{anchor}{head} {words}\n\n{folded(record)}"


def folded(record) -> str:
    """Return the numbers of a record as a folded list."""
    claim, lines = CLAIMS[record.id], []
    if record.reason:
        lines.append(record.reason)
    if record.primary:
        asked = (
            "" if claim["expect"] == "yes" else f" The claim expects {claim['expect']}."
        )
        lines.append(f"*Decides:* {claim['primary']}{asked}")
        lines += [_line(part, found) for part, found in record.primary.items()]
        lines += [
            f"- {case}: {outcome} {ELSEWHERE}"
            for case, outcome in claim.get("cases", {}).items()
            if case not in record.primary
        ]
    if record.also:
        lines.append("*Also tried:*")
        lines += [_line(part, found) for part, found in record.also.items()]
    body = "\n".join(line if line[0] == "-" else f"\n{line}\n" for line in lines)
    return f'<details class="numbers"><summary>Numbers</summary>\n{body}\n\n</details>'


def _line(part, found):
    return f"- {part}: {shown(found)}" if part else f"- {shown(found)}"


def _in_order() -> list[tuple]:
    return sorted(recorded.items(), key=lambda item: order(item[0]))


def table():
    """Return all claims of this notebook so far, as a Markdown table to display."""
    from utils import report  # brings IPython, which the ledger's page can do without

    rows = []
    for id, record in _in_order():
        decided = record.primary or record.reason
        verdict = f"**{CLAIMS[id]['verdict']}**" if decided else "also tried"
        rows.append((id, f"“{CLAIMS[id]['claim']}” {CLAIMS[id]['answer']}", verdict))
    return report.table(rows, ("id", "claim and answer", "verdict"))


def verdicts() -> str:
    """Return the verdicts that this notebook decided, as lines of text."""
    return "\n".join(
        f"{id} {CLAIMS[id]['verdict']}"
        for id, record in _in_order()
        if record.primary or record.reason
    )
