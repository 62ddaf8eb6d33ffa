import pytest

from tests.unit.figures.looks import labels
from utils.figures import freeze
from utils.freezing.writing import frozen_graph
from utils.models import mlp

pytestmark = pytest.mark.usefixtures("course_style")


def test_graph_shows_every_operation_and_every_constant():
    model = mlp((1, 3, 1), activation="relu", seed=0)
    model.layers[1].bias.assign([0.25])
    (ax,) = freeze.graph(frozen_graph(model)).axes
    shown = labels(ax)
    assert shown.count("MatMul") == 2 and shown.count("Relu") == 1
    assert shown[0] == "Placeholder"
    assert {f"{shape} numbers" for shape in ("1\N{MULTIPLICATION SIGN}3", "3")} <= set(
        shown
    )
    assert "1: 0.250" in shown
    assert {'input "x"', 'output "Identity"'} <= set(shown)


def test_latencies_are_where_they_were_measured():
    rows = {"slow": (50.0, 60.0), "fast": (0.004, 0.09)}
    figure = freeze.latencies(rows)
    (ax,) = figure.axes
    points = [list(line.get_xdata()) for line in ax.lines]
    assert points == [[50.0, 0.004], [60.0, 0.09]]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["slow", "fast"]
    (legend,) = figure.legends
    assert [t.get_text() for t in legend.texts] == ["one input", "1,000 inputs"]
    assert ax.get_xscale() == "log" and ax.yaxis_inverted()


def test_file_sizes_are_in_kilobytes():
    panels = {"a": {"x": (2_000, 1_000), "y": (3_000, 10)}, "b": {"x": (4, 2)}}
    first, second = freeze.file_sizes(panels, floor=1_500).axes
    (marks,) = (line for line in first.lines if line.get_marker() == "s")
    assert list(marks.get_xdata()) == [2, 3]
    assert [list(line.get_xdata()) for line in second.lines][-1] == [1.5, 1.5]
    assert [ax.get_title(loc="left") for ax in (first, second)] == ["a", "b"]


def test_accidents_are_shares():
    rows = {
        "a": ["refused", "refused", "other answers", "same answers"],
        "b": ["crash"] * 4,
    }
    figure = freeze.accidents(rows)
    (ax,) = figure.axes
    widths = [patch.get_width() for patch in ax.patches]
    assert widths == [0.5, 0, 0.25, 0, 0.25, 0, 0, 1]
    assert [text for text in labels(ax) if text] == ["50%", "25%", "25%", "100%"]
    (legend,) = figure.legends
    assert [t.get_text() for t in legend.texts] == [
        "refused",
        "same answers",
        "other answers",
        "crash",
    ]


def test_accidents_name_only_what_happened():
    (legend,) = freeze.accidents({"a": ["refused", "crash"]}).legends
    assert [text.get_text() for text in legend.texts] == ["refused", "crash"]
