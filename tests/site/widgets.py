"""Interactive figures on a bare page, with a model such as both hosts give them."""

from contextlib import contextmanager
from types import SimpleNamespace

from book._ext.course import widget_host
from tests.conftest import ROOT

LOAD = """
    const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    const module = await import(url);
"""
RENDER = """
    const heard = new Set();
    window.state = state;
    module.default.render({ el: document.body, model: {
        get: (name) => state[name],
        set: (name, value) => {
            state[name] = value;
            heard.forEach((f) => f());
        },
        save_changes: () => {},
        on: (_, f) => heard.add(f),
        off: (_, f) => heard.delete(f),
    } });
"""


@contextmanager
def shown(browser, widget):
    """A page with the widget; its state is the page's ``state``."""
    page = browser.new_page()
    page.evaluate(
        f"async ([text, state]) => {{ {LOAD} {RENDER} }}",
        [widget._esm, widget.state()],
    )
    yield page
    page.close()


def write_page(folder, widget):
    """A page that holds the widget and nothing else, with the website's host."""
    app = SimpleNamespace(
        confdir=ROOT,
        outdir=folder / "html",
        config=SimpleNamespace(html_static_path=[]),
    )
    widget_host.write_script(app)
    html = widget._repr_mimebundle_()[0]["text/html"]
    (folder / "index.html").write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>A figure</title>'
        '<meta name="viewport" content="width=device-width">'
        '<link rel="icon" href="data:">'
        "<style>:root { color-scheme: light dark; font: 17px/1.6 sans-serif }"
        "body { max-width: 44rem; margin: 0 auto; padding: 0 1rem; "
        "color: light-dark(#1b1f24, #e8eaed); background: light-dark(#fdfdfc, #14181e)}"
        f"</style><body><main><h1>A figure</h1>{html}<p>The end.</p></main>"
        '<script src="assets/widgets.js"></script></html>',
        "utf8",
    )
    return folder
