import matplotlib.pyplot as plt
import pytest
from matplotlib.colors import to_hex

from utils import style

PAPER, DARK_PAPER = style.THEME["paper"]


def contrast(a, b):
    """Contrast ratio of two hex colors, by WCAG 2."""

    def luminance(color):
        channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [
            c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4
            for c in channels
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


READABLE = {name: (look.color, look.dark) for name, look in style.PENALTIES.items()}
READABLE |= {name: style.THEME[name] for name in ("ink", "muted", "accent")}
READABLE |= style.SIGNS


@pytest.mark.parametrize("name", READABLE)
def test_readable_on_both_papers(name):
    light, dark = READABLE[name]
    assert contrast(light, PAPER) >= 4.5
    assert contrast(dark, DARK_PAPER) >= 4.5


def test_no_two_penalties_differ_by_color_alone():
    looks = style.PENALTIES.values()
    for what in ("label", "color", "dark", "marker", "linestyle"):
        assert len({getattr(look, what) for look in looks}) == len(style.PENALTIES)


def test_every_light_color_has_one_dark_twin():
    light = [pair[0] for pair in style.THEME.values()]
    light += [look.color for look in style.PENALTIES.values()]
    assert len(set(light)) == len(light)


def test_signed_is_paper_at_zero_and_a_signs_color_at_each_end():
    middle = style.SIGNED.N // 2
    assert style.SIGNED(middle - 1)[3] < 0.01 > style.SIGNED(middle)[3]
    ends = [to_hex(style.SIGNED(end)) for end in (0.0, 1.0)]
    assert ends == [style.SIGNS["negative"][0], style.SIGNS["positive"][0]]


def test_the_style_sheet_uses_these_colors():
    with plt.rc_context():
        style.use()
        rc = plt.rcParams
        cycle = [to_hex(c) for c in rc["axes.prop_cycle"].by_key()["color"]]
        looks = style.PENALTIES.values()
        assert cycle == [*(look.color for look in looks), style.ACCENT]
        assert to_hex(rc["figure.facecolor"]) == style.PAPER
        assert to_hex(rc["axes.facecolor"]) == style.PAPER
        assert to_hex(rc["text.color"]) == style.INK
        assert to_hex(rc["axes.edgecolor"]) == style.MUTED
        assert to_hex(rc["grid.color"]) == style.GRID
