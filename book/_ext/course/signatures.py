"""Signatures of the helpers, as a reader would write them.

Sphinx shortens the types of a signature only if it can read it, which the default of a
dataclass's list or of NumPy's functions prevents. And what begins with an underscore is
nothing to be given by hand.
"""

import re

_DEFAULTS = (
    (re.compile(r" = <factory>"), " = ..."),
    (re.compile(r"<(?:built-in )?function (\w+)[^>]*>"), r"\1"),
)
_PRIVATE = re.compile(r",?\s*\b_\w+: [\w.~]+(?= *[,)])")


def mend(signature: str) -> str:
    """Return a signature without private parameters and unreadable defaults."""
    for pattern, text in _DEFAULTS:
        signature = pattern.sub(text, signature)
    return _PRIVATE.sub("", signature)


def _process(app, what, name, thing, options, signature, returns):
    return (mend(signature), returns) if signature else None


def setup(app):
    app.connect("autodoc-process-signature", _process)
