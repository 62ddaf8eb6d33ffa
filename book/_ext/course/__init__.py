"""The website's own Sphinx extension: what each part does, its first lines say."""

from importlib import import_module

# Handlers of one event with the same priority are called in this order.
PARTS = """
    addresses chapters folding formulas icons ledger looks openings polish printed
    signatures slides strengths stylesheets versions widget_host
"""


def setup(app):
    for part in PARTS.split():
        import_module(f".{part}", __name__).setup(app)
    # The pages that polish.py mends are counted in one process.
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
