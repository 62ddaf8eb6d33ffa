"""Interactive figures on a bare page, with a model such as both hosts give them."""

from contextlib import contextmanager

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
