"""The browser that checks the website and prints the book."""

import shutil
from contextlib import contextmanager

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class NoBrowser(Exception):
    """There is neither the system's Chromium or Chrome nor Playwright's own."""

    def __init__(self):
        super().__init__(
            "install Chromium, or run `.venv/bin/playwright install chromium`"
        )


def system_browser() -> str | None:
    """Where the system's Chromium or Chrome is, None if there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def chromium():
    """Start Chromium without a window: the system's, or else Playwright's own.

    Raises:
        NoBrowser: If there is neither.
    """
    from playwright.sync_api import Error, sync_playwright

    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=system_browser(), args=["--no-sandbox"]
            )
        except Error as error:
            raise NoBrowser from error
        yield browser
        browser.close()
