"""Print the whole book, built as a single page, as one PDF: `make pdf`.

python -m tools.pdf SINGLE_PAGE.html BOOK.pdf
"""

import os
import sys
from pathlib import Path

from tools.browser import NoBrowser, chromium

# Interactive figures show the picture that they show without JavaScript, answers and
# solutions are unfolded, and what waits for the reader to come near is loaded.
PREPARE = """async () => {
    document.querySelectorAll("details").forEach((node) => node.open = true);
    const images = [...document.images];
    for (const image of images) image.loading = "eager";
    await Promise.all(images.map((image) => image.decode()));
    await document.fonts.ready;
}"""
NUMBER = (
    '<p style="width: 100%; text-align: center; font: 8pt sans-serif">'
    '<span class="pageNumber"></span></p>'
)


def print_book(page_file: Path, pdf: Path) -> None:
    """Print a page of HTML; the PDF appears only when it is finished."""
    with chromium() as browser:
        page = browser.new_page(color_scheme="light", reduced_motion="reduce")
        page.route("**/widgets.js*", lambda route: route.abort())
        page.emulate_media(media="print")
        page.goto(page_file.resolve().as_uri(), wait_until="load")
        page.evaluate(PREPARE)
        data = page.pdf(
            format="A4",
            margin=dict.fromkeys(("top", "bottom", "left", "right"), "18mm"),
            print_background=True,
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=NUMBER,
            tagged=True,
            outline=True,
        )
    pdf.parent.mkdir(parents=True, exist_ok=True)
    unfinished = pdf.with_suffix(".part")
    unfinished.write_bytes(data)
    unfinished.replace(pdf)


if __name__ == "__main__":
    try:
        print_book(*map(Path, sys.argv[1:]))
    except NoBrowser as error:
        if os.environ.get("CI"):
            raise
        print(f"NO PDF, since there is no browser: {error}", file=sys.stderr)
