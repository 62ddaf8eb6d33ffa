"""The penalty explorer: a loss and a penalty over two weights, to move by hand."""

import html
import math

import numpy as np
import traitlets

from utils import checks, geometry
from utils.style import THEME
from utils.widgets.base import CourseWidget, look, source, table

# What each number may be. The first of a pair is the least, the second the largest.
LIMITS = {
    "center": (-1.9, 3.1),
    "turn": (-90, 90),
    "stretch": (1, 6),
    "lam": (0, 10),
    "blend": (0, 1),
    "power": (0.2, 4),
}
_STAR = "M6 0 7.4 4.6 12 6 7.4 7.4 6 12 4.6 7.4 0 6 4.6 4.6z"
_LOOKS = {kind: look(kind) for kind in ("l1", "elastic_net", "l2")} | {
    "power": {"label": "power q", "colors": list(THEME["accent"]), "marker": _STAR}
}
_TILTED = {"center": [1.8, 0.6], "turn": 30, "stretch": 1.7}
_VALLEY = {"center": [1.9, -0.3], "turn": -45, "stretch": 4.5}
STORIES = [
    {
        "title": "Why zero?",
        "state": {"penalty": "l1", "lam": 0.5, **_TILTED},
        "text": "The ellipse grows around its center until it meets the diamond. "
        "Corners stick out, so a corner is often met first, and there a weight is "
        "exactly 0. Drag the center: as long as it stays in the shaded band, the "
        "corner holds on.",
    },
    {
        "title": "L2 never gets there",
        "state": {"penalty": "l2", "lam": 2, **_TILTED},
        "text": "A circle has no corner. Make λ as large as you like: both weights "
        "shrink, and neither becomes 0, unless the center lies exactly on one of the "
        "two lines.",
    },
    {
        "title": "Correlated features",
        "state": {"penalty": "l1", "lam": 0.35, **_VALLEY},
        "text": "Two features that say almost the same make a long valley: shifting "
        "weight from one to the other hardly changes the loss. L1 puts all of it on "
        "one feature. Now choose L2: it shares.",
    },
    {
        "title": "A bit of both",
        "state": {"penalty": "elastic_net", "lam": 0.35, "blend": 0.75, **_VALLEY},
        "text": "The elastic net keeps the corner, but a blunter one: it shares among "
        "correlated features, and zeros remain possible. Move the blend.",
    },
    {
        "title": "Sharper than a diamond",
        "state": {"penalty": "power", "power": 0.5, "lam": 0.5, **_TILTED},
        "text": "For q below 1 the corners are spikes: what stays is shrunk less, and "
        "more becomes 0. The price: the problem is no longer convex, and the path "
        "jumps where it is dashed.",
    },
]


class PenaltyExplorer(CourseWidget):
    """Ellipses of equal loss, the penalty's ball that they touch, and the solution.

    The problem is that of ``utils.geometry``. The reader drags the loss center, turns
    and stretches its ellipse, moves the strength and changes the penalty.

    Args:
        **settings: Start values of the attributes below.

    Attributes:
        penalty: "l1", "l2", "elastic_net" or "power" (abs(w)^power).
        center: [c1, c2], the best point without a penalty; each -1.9 ... 3.1.
        turn: Direction of the ellipse's long axis, -90 ... 90 degrees.
        stretch: Long axis / short axis, 1 ... 6.
        lam: Strength, 0 ... 10.
        blend: Share of L1 in the elastic net, 0 ... 1.
        power: q of abs(w)^q, 0.2 ... 4.

    All of them follow the reader, and may be set.

    Raises:
        TypeError, ValueError: If a value is not one of these, or a setting unknown.
    """

    module = "penalty_explorer"
    _esm = source(module)

    penalty = traitlets.Any("l1").tag(sync=True)
    center = traitlets.Any(_TILTED["center"]).tag(sync=True)
    turn = traitlets.Any(_TILTED["turn"]).tag(sync=True)
    stretch = traitlets.Any(_TILTED["stretch"]).tag(sync=True)
    lam = traitlets.Any(0.5).tag(sync=True)
    blend = traitlets.Any(0.5).tag(sync=True)
    power = traitlets.Any(0.5).tag(sync=True)
    limits = traitlets.Dict({k: list(v) for k, v in LIMITS.items()}).tag(sync=True)
    looks = traitlets.Dict(_LOOKS).tag(sync=True)
    stories = traitlets.List(STORIES).tag(sync=True)
    theme = traitlets.Dict({k: list(v) for k, v in THEME.items()}).tag(sync=True)

    def __init__(self, **settings):
        names = ("penalty", *LIMITS)
        for name in settings:
            if name not in names:
                raise TypeError(f"settings are {', '.join(names)}, got {name!r}")
        super().__init__(**settings)

    @traitlets.validate("penalty")
    def _known(self, proposal):
        return checks.one_of("penalty", proposal["value"], geometry.KINDS)

    @traitlets.validate("center")
    def _two_numbers(self, proposal):
        try:
            first, second = proposal["value"]
        except (TypeError, ValueError):
            raise ValueError(
                f"center must be two numbers, got {proposal['value']!r}"
            ) from None
        return [_number("center", first), _number("center", second)]

    @traitlets.validate("turn", "stretch", "lam", "blend", "power")
    def _in_limits(self, proposal):
        return _number(proposal["trait"].name, proposal["value"])

    @property
    def curvature(self) -> np.ndarray:
        """The matrix A of the loss, (2, 2)."""
        return geometry.curvature(self.turn, self.stretch)

    @property
    def correlation(self) -> float:
        """The correlation of two features whose least-squares loss has this ellipse."""
        (a, b), (_, d) = self.curvature
        return float(b / math.sqrt(a * d))

    @property
    def solution(self) -> np.ndarray:
        """The best point (w1, w2), with exact zeros."""
        return geometry.solve(
            self.curvature,
            self.center,
            self.lam,
            self.penalty,
            blend=self.blend,
            power=self.power,
        )

    def __repr__(self) -> str:
        shown = {"l1": (), "l2": (), "elastic_net": ("blend",), "power": ("power",)}
        names = ("penalty", "lam", *shown[self.penalty], "center", "turn", "stretch")
        values = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"PenaltyExplorer({values})"

    def fallback(self) -> str:
        """The picture as it was set, and what it shows in words."""
        label = html.escape(self.looks[self.penalty]["label"])
        rows = ("without a penalty", self.center), (f"with {label}", self.solution)
        return self._picture(label) + table(
            f"{label}, λ = {self.lam:g}. The ellipses join points of equal loss; the "
            "square is the best point without a penalty. With JavaScript, this picture "
            "can be moved.",
            ("", "w<sub>1</sub>", "w<sub>2</sub>"),
            ((name, *map(_in_words, weights)) for name, weights in rows),
        )

    def _picture(self, label):
        w, look = self.solution, self.looks[self.penalty]
        settings = {"blend": self.blend, "power": self.power}
        level = float(geometry.cost(w, self.penalty, **settings))
        curve = geometry.ball(level, self.penalty, **settings)
        offset = w - self.center
        touching = math.sqrt(offset @ self.curvature @ offset)
        faint, color = 'opacity=".25"', "light-dark({},{})".format(*look["colors"])
        paths = [
            ("M0 248H400M152 0V400", "stroke:currentColor", 'opacity=".4"'),
            *(
                (self._ellipse(radius), "stroke:currentColor", faint)
                for radius in (0.75, 1.5, 2.25, 3)
            ),
            (self._ellipse(touching), "stroke:currentColor", 'stroke-width="2"'),
            (f"{_line(curve)}z", f"stroke:{color};fill:{color}", 'fill-opacity=".2"'),
            (_square(self.center), "fill:currentColor", ""),
        ]
        drawn = "".join(
            f'<path d="{d}" style="fill:none;{style}" {more}/>'
            for d, style, more in paths
        )
        plain = ", ".join(f"w{k} is {_in_words(v)}" for k, v in enumerate(w, 1))
        x, y = _place(w)
        return (
            '<svg role="img" viewBox="0 0 400 400" width="400" style="max-width:100%" '
            f'aria-label="Ellipses of equal loss around their center at '
            f"{self.center[0]:g}, {self.center[1]:g}. One of them touches the ball of "
            f'{label}; there, {plain}.">{drawn}<path d="{look["marker"]}" '
            f'style="fill:{color}" transform="translate({x - 9:.1f} {y - 9:.1f}) '
            'scale(1.5)"/></svg>'
        )

    def _ellipse(self, radius):
        """All points with loss radius^2/2, as an SVG path."""
        angle = np.linspace(0, 2 * np.pi, 60, endpoint=False)
        circle = np.stack([np.cos(angle), np.sin(angle)])
        root = np.linalg.cholesky(np.linalg.inv(self.curvature))
        return _line(self.center + radius * (root @ circle).T) + "z"


def _place(point):
    """From the plane of the weights to that of the picture."""
    low, high = LIMITS["center"]
    unit = 400 / (high - low)
    return (point[0] - low) * unit, (high - point[1]) * unit


def _line(points):
    return "M" + "L".join("{:.1f} {:.1f}".format(*_place(p)) for p in points)


def _square(point):
    x, y = _place(point)
    return f"M{x - 8:.1f} {y - 8:.1f}h16v16h-16z"


def _in_words(weight):
    return "exactly 0" if weight == 0 else f"{weight:.2g}"


def _number(name, value):
    value = checks.number(name, value, *LIMITS[name])
    return int(value) if value.is_integer() else value
