"""Degree and penalty: its solver in Node, and its Python side."""

import json

import numpy as np
import pytest

from tests.unit.widgets.hosts import as_html, in_node
from tests.unit.widgets.polynomials import FIT, cases, example, largest_differences
from utils.widgets import DegreeAndPenalty

LAMBDAS = np.logspace(-16, 1, 35)


def dial(degree=20, lam=0, **change):
    widget = DegreeAndPenalty(**(example() | {"lambdas": LAMBDAS} | change))
    widget.degree, widget.lam = degree, lam
    return widget


# What the page computes


def test_the_module_agrees_with_scikit_learn():
    given = cases()
    off = largest_differences(given, in_node(DegreeAndPenalty, FIT, given))
    assert max(off.values()) < 1e-6, off


def test_the_widget_agrees_with_scikit_learn():
    """The very numbers that the page shows: all degrees, all strengths."""
    widget = dial()
    errors = in_node(
        widget,
        """Array.from({ length: 20 }, (_, d) => {
            const powers = m.decompose(data.x, d + 1);
            return [0, ...data.lambdas].map((lam) => {
                const w = m.fit(powers, data.y, lam);
                return [m.error(w, data.x, data.y), m.error(w, data.x_val, data.y_val)];
            });
        })""",
        widget.state(),
    )
    wanted = [widget.errors(degree).T for degree in range(1, 21)]
    np.testing.assert_allclose(errors, wanted, rtol=0, atol=1e-6)


def test_a_polynomial_without_noise_is_found():
    x = np.linspace(-1, 1, 25)
    y = 2 - x + 3 * x**2 - 0.5 * x**7
    case = {"x": x.tolist(), "y": y.tolist(), "xNew": [0.3], "yNew": [0]}
    (found,) = in_node(DegreeAndPenalty, FIT, [case | {"degree": 7, "lam": 0}])
    np.testing.assert_allclose(found["weights"], [-1, 3, 0, 0, 0, 0, -0.5], atol=1e-9)
    (flat,) = in_node(DegreeAndPenalty, FIT, [case | {"degree": 7, "lam": 1e6}])
    np.testing.assert_allclose(flat["predictions"], y.mean(), atol=1e-5)


def test_the_module_is_small():
    assert len(DegreeAndPenalty._esm.encode()) < 30_000
    assert "import " not in DegreeAndPenalty._esm


def test_the_address_leads_back():
    given = [(1, 0), (20, LAMBDAS[0]), (7, LAMBDAS[13]), (12, LAMBDAS[-1]), (3, 1e-4)]
    found = in_node(
        DegreeAndPenalty,
        """data.given.map(([degree, lam]) =>
            m.fromHash(m.toHash({ degree, lam }), data.lambdas, 20).state)""",
        {"given": given, "lambdas": LAMBDAS.tolist()},
    )
    for (degree, lam), state in zip(given, found, strict=True):
        assert state["degree"] == degree
        assert state["lam"] == pytest.approx(lam, rel=1e-12)


# Its Python side


def test_errors_are_those_of_the_model():
    widget = dial()
    errors = widget.errors()
    assert errors.shape == (2, 36)
    assert (np.diff(errors[0]) > -1e-12).all()  # on the points of the fit, always worse
    model = widget.model()
    gap = model.predict(np.array(widget.x)[:, None]) - widget.y
    assert (gap**2).mean() == pytest.approx(errors[0, 0])
    widget.degree, widget.lam = 3, 0.1
    assert len(widget.model()[-1].coef_) == 3
    assert repr(widget) == "DegreeAndPenalty(30 points, 29 new, degree=3, lam=0.1)"


def test_state_is_what_was_given():
    widget = dial(degree=9, lam=1e-4)
    div = as_html(widget)
    assert div["data-widget"] == "degree_and_penalty"
    state = json.loads(div["data-state"])
    for name, values in example().items():
        assert state[name] == values.tolist()
    assert state["degree"] == 9 and state["lam"] == LAMBDAS[24]


def test_fallback_is_a_picture_and_a_table():
    widget = dial(lam=1e-4)
    div = as_html(widget)
    picture = div.svg["aria-label"]
    assert "degree 20 with λ = 0.0001" in picture and "<" not in picture
    rows = [
        [cell.text for cell in row.select("th, td")] for row in div.select("tbody tr")
    ]
    errors = widget.errors()
    assert rows[0][0] == "no penalty" and float(rows[0][2]) == pytest.approx(
        errors[1, 0], rel=0.05
    )
    (best,) = [row for row in rows if "the best" in row[0]]
    assert float(best[2]) == pytest.approx(errors[1].min(), rel=0.05)
    assert "with no penalty" in as_html(dial()).svg["aria-label"]


SAME = np.linspace(-1, 1, 30)


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"x": SAME[:, None]}, ValueError, r"x must have the shape \(n,\).*\(30, 1\)"),
        ({"x": SAME[:29]}, ValueError, "x and y must be equally long, got 29 and 30"),
        ({"y_val": [1.0]}, ValueError, "x_val and y_val must be .* got 29 and 1"),
        ({"x_val": [], "y_val": []}, ValueError, r"x_val .* n from 1 to 200, got \(0,"),
        ({"x": 2 * SAME}, ValueError, "x must lie from -1 to 1, got -2"),
        ({"x": SAME.round()}, ValueError, "at least 21 different places, got 3"),
        ({"x": 0.5 + 0.4 * SAME}, ValueError, "spread more evenly over -1 ... 1"),
        ({"y": np.full(30, np.nan)}, ValueError, r"y must be finite, got nan at \[0\]"),
        ({"y": 1e9 * SAME}, ValueError, "y must lie from -1e.06 to 1e.06"),
        ({"y": ["a"] * 30}, TypeError, "y must hold numbers, got"),
        ({"x_val": [None] * 29}, ValueError, "x_val must be finite, got nan"),
        ({"lambdas": []}, ValueError, "lambdas must have the shape"),
        ({"lambdas": [0, 1]}, ValueError, "lambdas must be above 0 and rise"),
        ({"lambdas": [1, 0.1]}, ValueError, "lambdas must be above 0 and rise"),
        ({"lambdas": [1, np.inf]}, ValueError, "lambdas must be finite"),
        ({"lambdas": [1, 1e9]}, ValueError, "largest of lambdas must be at most"),
        ({"lambdas": [1e-200, 1]}, ValueError, "smallest of lambdas must be at least"),
        ({"degree": 21}, ValueError, "degree must be from 1 to 20, got 21"),
        ({"degree": 2.5}, TypeError, "degree must be a whole number, got 2.5"),
        ({"lam": 2e-4}, ValueError, "lam must be 0 or one of lambdas, got 0.0002"),
        ({"lam": -1}, ValueError, "lam must be at least 0, got -1"),
        ({"lam": "1"}, TypeError, "lam must be a number, got '1'"),
    ],
)
def test_bad_input_is_named(change, error, says):
    with pytest.raises(error, match=says):
        dial(**change)


def test_settings_are_checked_later_too():
    widget = dial()
    with pytest.raises(ValueError, match="degree must be from 1 to 20, got 0"):
        widget.degree = 0
    with pytest.raises(ValueError, match="lam must be 0 or one of lambdas"):
        widget.lam = 0.5
    assert widget.degree == 20 and widget.lam == 0
