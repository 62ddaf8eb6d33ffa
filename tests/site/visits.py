"""Opening pages of the built website in a browser, and noting what goes wrong."""

import re
from contextlib import suppress
from urllib.parse import urljoin

import yaml
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.conftest import ROOT

AXE = ROOT / "book/node_modules/axe-core/axe.min.js"


def pages() -> list[str]:
    """All pages of the table of contents."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf8"))
    chapters = [entry for part in toc["parts"] for entry in part["chapters"]]
    return [toc["root"], *(entry["file"] for entry in chapters)]


CHAPTERS = [page for page in pages() if page.startswith("notebooks/")]


LOOKS = (("light", 1280), ("dark", 1280), ("light", 360))
# Colors and places that are reached at once, to be judged without waiting.
STILL = """*, ::before, ::after {
    transition: none !important;
    animation: none !important;
}"""
# A bare page has no theme but the browser's.
THEME_IS = "(theme) => (document.documentElement.dataset.theme ?? theme) === theme"
# Figures draw themselves anew in the frame after that.
TWO_FRAMES = """async () => {
    for (const _ of "12") await new Promise(requestAnimationFrame);
}"""
# The theme's own script lets the keyboard reach what scrolls, but waits for 300 ms.
SCROLLABLE = "pre, .cell_output > .output, .pst-scrollable-table-container"
SCROLLABLE_CAN_BE_REACHED = f"""() => [...document.querySelectorAll("{SCROLLABLE}")]
    .every((node) => node.tabIndex === 0 || (node.scrollWidth <= node.clientWidth
        && node.scrollHeight <= node.clientHeight))"""


class Visit:
    """A page open in a fresh browser, and all that went wrong on the way."""

    def __init__(self, browser, url, script="", **context):
        context = {"viewport": {"width": 1280, "height": 900}, **context}
        self.context = browser.new_context(**context)
        self.context.add_init_script(script)  # runs before the page's own
        self.page = self.context.new_page()
        self.problems = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda e: self.problems.append(f"error: {e}"))
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._response)
        own = "file:" if url.startswith("file:") else urljoin(url, "/")
        foreign = re.compile(rf"^(?!{re.escape(own)}|data:|blob:)")
        self.page.route(foreign, self._abort)
        self.page.goto(url)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.context.close()

    def _console(self, message):
        if message.type in ("error", "warning"):
            self.problems.append(f"console: {message.text}")

    def _failed(self, request):
        # A page that is left gives up what it still waits for.
        if request.failure != "net::ERR_ABORTED":
            self.problems.append(f"failed: {request.url}")

    def _response(self, response):
        if response.status >= 400:
            self.problems.append(f"{response.status}: {response.url}")

    def _abort(self, route):
        self.problems.append(f"foreign: {route.request.url}")
        route.abort()

    def accessibility_problems(self, looks=LOOKS) -> list[str]:
        """What axe-core finds, in both themes, and on a phone."""
        assert AXE.exists(), "axe-core is missing: run `make book` first"
        self.page.add_style_tag(content=STILL)
        self.page.add_script_tag(path=AXE)
        found = []
        for theme, width in looks:
            self.page.emulate_media(color_scheme=theme)
            self.page.set_viewport_size({"width": width, "height": 800})
            self.page.wait_for_function(THEME_IS, arg=theme)
            self.page.evaluate(TWO_FRAMES)
            with suppress(PlaywrightTimeout):  # if never, axe will tell
                self.page.wait_for_function(SCROLLABLE_CAN_BE_REACHED, timeout=10_000)
            # Only what violates a rule, or axe takes thrice as long to tell the rest.
            violations = self.page.evaluate(
                "axe.run({resultTypes: ['violations']}).then((all) => all.violations)"
            )
            found += [
                f"{theme}, {width} px: {violation['id']}: {node['html'][:200]}"
                for violation in violations
                for node in violation["nodes"]
            ]
        return found

    def show_everything(self):
        """Scroll through the page, so that all that waits for it is loaded."""
        self.page.evaluate(
            """async () => {
                for (let y = 0; y < document.body.scrollHeight; y += 600) {
                    scrollTo(0, y);
                    await new Promise((done) => setTimeout(done, 20));
                }
                scrollTo(0, 0);
                const images = [...document.images].filter((image) => image.src);
                for (const image of images) image.loading = "eager";
                await Promise.all(images.map((image) => image.decode().catch(() => 0)));
                await document.fonts.ready;
            }"""
        )
        for widget in self.page.locator(".course-widget:not([data-ask])").all():
            widget.scroll_into_view_if_needed()
            self.page.wait_for_function(
                "(widget) => 'ready' in widget.dataset", arg=widget.element_handle()
            )
