"""``{strengths}``: what a penalty's number means in each library, kind by kind."""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

SIZES = ("n", "B", r"\eta")


class Strengths(SphinxDirective):
    def run(self):
        from utils.penalties import MEANINGS  # loads Keras

        text = []
        for kind in dict.fromkeys(m.kind for m in MEANINGS.values()):
            text += [f"**{kind[0].upper()}{kind[1:]}**", ""]
            for name, meaning in MEANINGS.items():
                if meaning.kind == kind:
                    code = meaning.code.replace("{}", "s")
                    text.append(
                        f"- `{name}`: `{code}` means ${meaning.minimized}$. "
                        f"In Keras: {in_keras(meaning)}."
                    )
            text.append("")
        return [nodes.container("", *self.parse_text_to_nodes("\n".join(text)))]


def in_keras(meaning) -> str:
    """Keras' number as a formula in s, for each loss if they differ."""
    factors = {"`mse`": meaning.mse, "cross-entropy": meaning.crossentropy}
    shown = {
        loss: f"${_formula(factor, meaning)}$"
        for loss, factor in factors.items()
        if factor is not None
    }
    if len(shown) == 2 and len({*shown.values()}) == 1:
        return shown["`mse`"]
    return ", ".join(f"{formula} beside {loss}" for loss, formula in shown.items())


def _formula(factor, meaning) -> str:
    below = [s for s, p in zip(SIZES, meaning.powers, strict=True) if p < 0]
    top = "1" if meaning.inverse else "s"
    if meaning.inverse:
        below.append("s")
    if factor == 2:
        top = "2" if top == "1" else f"2{top}"
    elif factor == 0.5:
        below.insert(0, "2")
    return rf"\tfrac{{{top}}}{{{'~'.join(below)}}}" if below else top


def setup(app):
    app.add_directive("strengths", Strengths)
