"""One look for every figure, table and widget: a color and a shape per penalty.

Figures are drawn in the light colors. The website swaps each of them for its dark
twin when the reader's theme is dark, so figures use the names below and no others
where a color must stand out from the paper.
"""

from dataclasses import dataclass

import matplotlib.pyplot as plt
from cycler import cycler
from matplotlib.colors import LinearSegmentedColormap


@dataclass(frozen=True)
class Look:
    """How one penalty looks: never by its color alone.

    ``color`` is for light paper and ``dark`` for dark paper, both with a contrast of
    at least 4.5:1; ``marker`` and ``linestyle`` are Matplotlib's.
    """

    label: str
    color: str
    dark: str
    marker: str
    linestyle: str | tuple

    @property
    def stroke(self) -> dict:
        """Arguments of ``Axes.plot`` for a curve without markers."""
        return {"color": self.color, "linestyle": self.linestyle}


PENALTIES = {
    "l1": Look("L1", "#b54708", "#fb9a4b", "D", "-"),
    "l2": Look("L2", "#1259b8", "#7db4f8", "o", "--"),
    "elastic_net": Look("elastic net", "#0b7a53", "#4fca95", "h", "-."),
    "adamw": Look("AdamW", "#00708a", "#4cc3da", "^", (0, (6, 2))),
    "none": Look("no penalty", "#626a73", "#a3abb5", "s", ":"),
}

# What is not a penalty: name -> (light, dark).
THEME = {
    "paper": ("#fdfdfc", "#14181e"),
    "ink": ("#1b1f24", "#e8eaed"),
    "muted": ("#57606a", "#a9b2bd"),
    "grid": ("#dfe2e6", "#343b45"),
    "accent": ("#8a2f86", "#e79be3"),
}
PAPER, INK, MUTED, GRID, ACCENT = (light for light, _ in THEME.values())

# The sign of a weight: name -> (light, dark), in heatmaps and graphs only.
SIGNS = {"negative": ("#7b3294", "#c58ade"), "positive": ("#00708a", "#4cc3da")}
_MINUS, _PLUS = (SIGNS[sign][0] for sign in ("negative", "positive"))
# Zero is transparent, so that it is the paper's color on light and on dark paper.
SIGNED = LinearSegmentedColormap.from_list(
    "signed", [(0, _MINUS), (0.5, (_MINUS, 0)), (0.5, (_PLUS, 0)), (1, _PLUS)]
)

RC = {
    "figure.figsize": (7.2, 3.6),
    "figure.dpi": 100,
    "figure.facecolor": PAPER,
    "figure.constrained_layout.use": True,
    "savefig.facecolor": PAPER,
    "svg.fonttype": "path",
    "svg.hashsalt": "diamonds-and-circles",
    "axes.facecolor": PAPER,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": "medium",
    "axes.titleweight": "bold",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.prop_cycle": cycler(
        color=[*(look.color for look in PENALTIES.values()), ACCENT]
    ),
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
    "lines.linewidth": 2,
    "font.family": "DejaVu Sans",
    "font.size": 11,
}


def use() -> None:
    """Give Matplotlib the course's style, and notebooks crisp SVG figures."""
    plt.rcParams.update(RC)
    try:
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        set_matplotlib_formats("svg")
    except (ImportError, AttributeError):  # a plain script: no inline figures
        pass
