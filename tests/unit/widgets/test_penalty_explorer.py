"""The penalty explorer: its solver in Node, and its Python side."""

import math

import numpy as np
import pytest
from sklearn.linear_model import ElasticNet, Ridge

from tests.unit.widgets.hosts import as_html, in_node
from utils import geometry
from utils.widgets import PenaltyExplorer
from utils.widgets.penalty_explorer import LIMITS, STORIES


def problems(kind, count, seed=0):
    rng = np.random.default_rng(seed)
    for _ in range(count):
        yield {
            "A": geometry.curvature(rng.uniform(-90, 90), rng.uniform(1, 6)).tolist(),
            "c": rng.normal(0, 1.5, 2).tolist(),
            "lam": float(np.exp(rng.uniform(-4, 2))),
            "penalty": {
                "kind": kind,
                "blend": float(rng.uniform(0.05, 1)),
                "power": float(rng.choice([rng.uniform(0.2, 1), rng.uniform(1, 4)])),
            },
        }


SOLVE = "data.map(({A, c, lam, penalty}) => m.solve(A, c, lam, penalty))"


def by_scikit_learn(A, c, lam, penalty):
    """Two rows of features with X'X / n = A, and targets without noise."""
    X = np.sqrt(2) * np.linalg.cholesky(A).T
    y = X @ c
    if penalty["kind"] == "l2":
        return Ridge(2 * 2 * lam, fit_intercept=False, solver="svd").fit(X, y).coef_
    blend = 1 if penalty["kind"] == "l1" else penalty["blend"]
    model = ElasticNet(
        alpha=lam * (2 - blend),
        l1_ratio=blend / (2 - blend),
        fit_intercept=False,
        tol=1e-15,
        max_iter=100_000,
    )
    return model.fit(X, y).coef_


# The solver of the figure


@pytest.mark.filterwarnings("ignore:Objective did not converge")  # tol is beyond float
@pytest.mark.parametrize("kind", ["l1", "elastic_net", "l2"])
def test_solver_agrees_with_scikit_learn(kind):
    given = list(problems(kind, 400))
    found = np.array(in_node(PenaltyExplorer, SOLVE, given))
    expected = np.array([by_scikit_learn(**problem) for problem in given])
    assert np.abs(found - expected).max() < 1e-6
    zero = found == 0
    assert np.abs(expected[zero]).max(initial=0) < 1e-6
    assert zero.any() == (kind != "l2")


# The best point lies in a basin that a grid of 49 points along w1 misses.
NARROW = {
    "A": [
        [0.9596789937101174, 0.9414240075230625],
        [0.9414240075230625, 1.0403210062898827],
    ],
    "c": [3.0961707703216432, 0.39051882851926756],
    "lam": 0.05995907421291341,
    "penalty": {"kind": "power", "power": 0.8581013054268973},
}
# Where a formula changes: no strength, a center on an axis or at 0, whole settings.
EDGES = [
    {"A": geometry.curvature(30, 2).tolist(), "c": c, "lam": lam, "penalty": penalty}
    for c in ([0, 0], [1.8, 0], [0, -0.6], [1, 1])
    for lam in (0, 0.5, 10)
    for penalty in (
        *({"kind": kind} for kind in ("l1", "l2")),
        *({"kind": "elastic_net", "blend": blend} for blend in (0, 0.5, 1)),
        *({"kind": "power", "power": q} for q in (0.2, 0.5, 1, 1.5, 2, 3, 4)),
    )
]


def in_python(A, c, lam, penalty):
    settings = {k: v for k, v in penalty.items() if k != "kind"}
    return geometry.solve(A, c, lam, penalty["kind"], **settings)


@pytest.mark.parametrize(
    "given",
    [
        *(list(problems(kind, 200)) for kind in ("l1", "l2", "elastic_net")),
        list(problems("power", 400)),
        EDGES,
        [NARROW],
    ],
    ids=["L1", "L2", "elastic net", "powers", "edges", "a narrow basin"],
)
def test_solver_agrees_with_python(given):
    found = np.array(in_node(PenaltyExplorer, SOLVE, given))
    expected = np.array([in_python(**problem) for problem in given])
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)
    np.testing.assert_array_equal(found == 0, expected == 0)


def test_balls_are_those_of_python():
    given = [
        ({"kind": kind, "blend": blend, "power": power}, level)
        for kind in geometry.KINDS
        for blend in (0, 0.3, 1)
        for power in (0.2, 0.5, 1.3, 4)
        for level in (0, 0.7, 3)
    ]
    found = in_node(PenaltyExplorer, "data.map((ball) => m.ball(...ball))", given)
    expected = [
        geometry.ball(level, p["kind"], blend=p["blend"], power=p["power"])
        for p, level in given
    ]
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_ellipse_is_that_of_python():
    given = [[turn, s] for turn in (-90, -45, 0, 30, 90) for s in (1, 2.5, 6)]
    found = in_node(
        PenaltyExplorer,
        "data.map(([turn, stretch]) => m.curvature(turn, stretch))",
        given,
    )
    expected = [geometry.curvature(*pair) for pair in given]
    np.testing.assert_allclose(found, expected, atol=1e-14)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"A": [[1, 2], [2, 1]]}, "positive definite"),
        ({"A": [[1, 1], [1, 1]]}, "positive definite"),
        ({"A": [[1, None], [None, 1]]}, "positive definite"),
        ({"c": [None, 1]}, "finite"),
        ({"lam": -1}, "lam must be at least 0"),
        ({"lam": "NaN"}, "lam must be at least 0"),
        ({"penalty": {"kind": "power", "power": 0}}, "power must be above 0"),
        ({"penalty": {"kind": "elastic_net", "blend": 2}}, "blend must be in 0"),
        ({"penalty": {"kind": "l3"}}, "kind must be"),
    ],
)
def test_solver_refuses_what_is_no_problem(change, message):
    problem = next(problems("l1", 1)) | change
    code = f"(() => {{ try {{ return {SOLVE}; }} catch (e) {{ return `${{e}}`; }} }})()"
    assert message in in_node(PenaltyExplorer, code, [problem])


def test_address_keeps_the_state():
    states = [story["state"] for story in STORIES]
    states = [{"blend": 0.25, "power": 1.5, **state} for state in states]
    code = """data.states.map((state) => m.fromHash(m.toHash(state), data.limits))"""
    found = in_node(PenaltyExplorer, code, {"states": states, "limits": LIMITS})
    assert [each["state"] for each in found] == states


# Its Python side


def test_module_is_small_and_stands_alone():
    assert len(PenaltyExplorer._esm.encode()) < 30_000
    assert "import " not in PenaltyExplorer._esm
    assert len(str(as_html(PenaltyExplorer()))) < 15_000


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story["title"])
def test_stories_tell_the_truth(story):
    explorer = PenaltyExplorer(**story["state"])
    w1, w2 = explorer.solution
    expected = {
        "Why zero?": w1 > 0 and w2 == 0,
        "L2 never gets there": w1 > 0 and w2 > 0,
        "Correlated features": w1 > 0 and w2 == 0 and explorer.correlation > 0.9,
        "A bit of both": w1 > 0 and w2 > 0.1,
        "Sharper than a diamond": w1 > 0 and w2 == 0,
    }
    assert expected[story["title"]]
    if story["title"] == "L2 never gets there":
        explorer.lam = LIMITS["lam"][1]
        assert (explorer.solution > 0).all()
    if story["title"] == "Correlated features":
        explorer.penalty = "l2"
        assert explorer.solution.min() > 0.5 * explorer.solution.max()
    if story["title"] == "A bit of both":
        explorer.blend = 1
        assert explorer.solution[1] == 0
    if story["title"] == "Sharper than a diamond":
        explorer.penalty = "l1"
        assert 0 < explorer.solution[0] < w1


def test_the_first_story_is_what_is_shown_first():
    explorer = PenaltyExplorer()
    for name, value in STORIES[0]["state"].items():
        assert getattr(explorer, name) == value


def test_state_can_be_set_and_read():
    explorer = PenaltyExplorer(penalty="elastic_net", center=(1, np.float64(0.5)))
    explorer.lam = np.float32(0.25)
    assert explorer.center == [1, 0.5]
    assert explorer.lam == 0.25
    expected = geometry.solve(
        geometry.curvature(30, 1.7), (1, 0.5), 0.25, "elastic_net", blend=0.5
    )
    np.testing.assert_array_equal(explorer.solution, expected)
    assert repr(explorer) == (
        "PenaltyExplorer(penalty='elastic_net', lam=0.25, blend=0.5, "
        "center=[1, 0.5], turn=30, stretch=1.7)"
    )


def test_correlation_is_that_of_features_with_this_loss():
    explorer = PenaltyExplorer(turn=-45, stretch=math.sqrt(1.8 / 0.2))
    assert explorer.correlation == pytest.approx(0.8)
    assert PenaltyExplorer(turn=45, stretch=3).correlation == pytest.approx(-0.8)


@pytest.mark.parametrize("penalty", geometry.KINDS)
def test_fallback_shows_and_says_it(penalty):
    html = as_html(PenaltyExplorer(penalty=penalty))
    assert html["data-widget"] == "penalty_explorer"
    assert html.svg["aria-label"].count(" is ") == 2
    assert len(html.svg.find_all("path")) == 9
    assert ("exactly 0" in html.tbody.text) == (penalty in ("l1", "power"))


@pytest.mark.parametrize(
    ("bad", "error", "message"),
    [
        (
            {"penalty": "l3"},
            ValueError,
            "penalty must be one of l1, l2, elastic_net, power, got 'l3'",
        ),
        ({"penalty": None}, ValueError, "penalty must be one of"),
        ({"lam": -0.1}, ValueError, r"lam must be from 0 to 10, got -0\.1"),
        ({"lam": math.nan}, ValueError, "lam must be finite, got nan"),
        ({"lam": "1"}, TypeError, "lam must be a number, got '1'"),
        ({"lam": True}, TypeError, "lam must be a number, got True"),
        ({"power": 0}, ValueError, r"power must be from 0\.2 to 4, got 0"),
        ({"stretch": 0.5}, ValueError, "stretch must be from 1 to 6"),
        ({"blend": 1.5}, ValueError, "blend must be from 0 to 1"),
        ({"center": 1}, ValueError, "center must be two numbers, got 1"),
        ({"center": [1, 2, 3]}, ValueError, "center must be two numbers"),
        ({"center": [1, math.inf]}, ValueError, "center must be finite, got inf"),
        ({"center": [1, 4]}, ValueError, r"center must be from -1\.9 to 3\.1, got 4"),
        ({"center": ["1", "2"]}, TypeError, "center must be a number, got '1'"),
    ],
)
def test_bad_settings_are_named(bad, error, message):
    with pytest.raises(error, match=message):
        PenaltyExplorer(**bad)


def test_unknown_settings_are_named():
    with pytest.raises(TypeError, match=r"settings are penalty, .* got 'lamda'"):
        PenaltyExplorer(lamda=1)
