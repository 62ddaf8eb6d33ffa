"""What must be done before the course can be published: `make publish-check`."""

import re
import subprocess
import sys

from tools.chapters import ROOT

PLACEHOLDER = "OWNER"


def address() -> str:
    """The repository's address, from the one place where it is set."""
    text = (ROOT / "_config.yml").read_text("utf8")
    return re.search(r"^  url: (\S+)", text, re.MULTILINE)[1]


def problems() -> list[str]:
    """One line for each thing that is still to do."""
    found = []
    url = address()
    if not re.fullmatch(r"https://github\.com/[\w.-]+/[\w.-]+", url):
        found.append(f"_config.yml: repository.url is no address on GitHub: {url}")
    places = subprocess.run(
        ["git", "grep", "-nw", PLACEHOLDER, "--", ":!tools/publish.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    for place in places:
        file, line, _ = place.split(":", 2)
        found.append(f"{file}:{line} still says {PLACEHOLDER}")
    changed = subprocess.run(
        ["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True
    ).stdout.splitlines()
    found += [f"not committed: {line[3:]}" for line in changed]
    return found


if __name__ == "__main__":
    todo = problems()
    print("\n".join(todo) or f"Ready to be published at {address()}.")
    sys.exit(bool(todo))
