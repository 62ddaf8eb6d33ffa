"""Numbers of chapters in texts, made anew from the chapters' names.

A text speaks of another chapter by a link to its notebook. What the link shows is its
number, written anew from the file that has the name now::

    [chapter 5](05_keras_regularizers.ipynb)             also "Chapter 5" and "5"
    [exercise 5.2](../notebooks/05_keras_regularizers.ipynb)    also "5.2"
    [5 What does it do?](notebooks/05_keras_regularizers.ipynb)
"""

import re
from collections.abc import Mapping
from pathlib import Path

from tools import chapters

# [what is shown](where/NN_name.ipynb...)
LINK = re.compile(
    r"\[(?P<shown>[^\[\]]*)\]\((?P<folder>(?:\.\./)?(?:notebooks/)?)"
    r"\d\d_(?P<name>\w+)\.ipynb(?P<rest>[^)\s]*)\)"
)
FILE = re.compile(r"(?P<folder>notebooks/)\d\d_(?P<name>\w+)")
HEADING = re.compile(r"^### \d+\.(?=\d+ )", re.MULTILINE)
# "exercise 5.2" without a link is one of the chapter that says so.
OWN = re.compile(r"\b([Ee]xercise )\d+\.(\d)\b(?!\])")
# A number that nothing keeps right.
LOOSE = re.compile(r"\b[Cc]hapters? \d+|\b[Ee]xercises \d+\.\d")


def renumber(
    text: str, known: Mapping[str, Path], where: str, chapter: str | None = None
) -> str:
    """Return the text with the numbers that the chapters have now.

    Args:
        text: Markdown.
        known: The chapters, as ``chapters.chapters()`` returns them.
        where: What the text is from, for the message.
        chapter: The name of the chapter that it is from, if it is from one: then
            its exercises ("### 5.2 ...") get its number.

    Raises:
        ValueError: If a link leads to a chapter that does not exist.
    """

    def file(match):
        if match["name"] not in known:
            raise ValueError(
                f"{where}: a link leads to the chapter {match['name']!r}, which does "
                f"not exist; there are {', '.join(known)}"
            )
        return known[match["name"]]

    def link(match):
        path = file(match)
        number = str(chapters.number(path))
        shown = re.sub(
            r"^((?:[Cc]hapter |[Ee]xercise )?)\d+(?=$|\.\d+$| [A-Z])",
            lambda m: m[1] + number,
            match["shown"],
        )
        return f"[{shown}]({match['folder']}{path.name}{match['rest']})"

    text = LINK.sub(link, text)
    text = FILE.sub(lambda match: match["folder"] + file(match).stem, text)
    if chapter:
        own = chapters.number(known[chapter])
        text = HEADING.sub(f"### {own}.", text)
        text = OWN.sub(lambda match: f"{match[1]}{own}.{match[2]}", text)
    return text


def loose(text: str) -> list[str]:
    """Return numbers of chapters that stand in a text without a link."""
    return LOOSE.findall(LINK.sub("", text))
