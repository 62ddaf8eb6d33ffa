import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from utils import geometry

SETTINGS = [
    ("l1", {}),
    ("l2", {}),
    ("elastic_net", {"blend": 0.3}),
    ("power", {"power": 0.5}),
    ("power", {"power": 1.3}),
    ("power", {"power": 3.0}),
]


def objective(A, c, lam, penalty, w, **settings):
    v = np.asarray(w) - c
    loss = np.einsum("...i,...i", v @ A, v) / 2
    return loss + lam * geometry.cost(w, penalty, **settings)


@pytest.mark.parametrize(("penalty", "settings"), SETTINGS)
@example(turn=0, stretch=2, c=(0, 2.1e-169), lam=2.2e-313)
@given(
    turn=st.floats(-90, 90),
    stretch=st.floats(1, 6),
    c=st.tuples(st.floats(-2, 3), st.floats(-2, 3)),
    lam=st.floats(0, 5),
)
def test_no_point_is_better(penalty, settings, turn, stretch, c, lam):
    A = geometry.curvature(turn, stretch)
    best = geometry.solve(A, c, lam, penalty, **settings)
    side = np.unique(np.r_[np.linspace(-4, 4, 161), 0, c, best])
    others = np.stack(np.meshgrid(side, side), -1)
    near = best + np.random.default_rng(0).normal(0, 1e-3, (200, 2))
    least = min(
        objective(A, c, lam, penalty, w, **settings).min() for w in (others, near)
    )
    found = objective(A, c, lam, penalty, best, **settings)
    assert found <= least + 1e-12


@pytest.mark.parametrize(("penalty", "settings"), SETTINGS)
def test_many_centers_at_once(penalty, settings):
    A = geometry.curvature(-30, 3)
    centers = np.random.default_rng(0).normal(size=(4, 5, 2))
    together = geometry.solve(A, centers, 0.4, penalty, **settings)
    alone = [
        geometry.solve(A, c, 0.4, penalty, **settings) for c in centers.reshape(-1, 2)
    ]
    np.testing.assert_allclose(together.reshape(-1, 2), alone, atol=1e-12)
    assert ((together.reshape(-1, 2) == 0) == (np.array(alone) == 0)).all()


@pytest.mark.parametrize("power", [0.3, 0.5, 0.9, 0.97, 1.5])
def test_swapping_the_weights_swaps_the_solution(power):
    rng = np.random.default_rng(0)
    for _ in range(10):
        A = geometry.curvature(rng.uniform(-90, 90), rng.uniform(1, 6))
        c, lam = rng.normal(0, 1.5, (40, 2)), np.exp(rng.uniform(-4, 1))
        w = geometry.solve(A, c, lam, "power", power=power)
        v = geometry.solve(A[::-1, ::-1], c[:, ::-1], lam, "power", power=power)
        values = [
            objective(A, c, lam, "power", u, power=power) for u in (w, v[:, ::-1])
        ]
        np.testing.assert_allclose(*values, atol=1e-11)


def test_powers_of_one_and_two_are_l1_and_l2():
    A, c = geometry.curvature(20, 2), [[1.0, 0.4], [-1.0, 2.0]]
    for name, power in (("l1", 1), ("l2", 2)):
        np.testing.assert_array_equal(
            geometry.solve(A, c, 0.3, name),
            geometry.solve(A, c, 0.3, "power", power=power),
        )
    for name, blend in (("l1", 1), ("l2", 0)):
        np.testing.assert_array_equal(
            geometry.solve(A, c, 0.3, name),
            geometry.solve(A, c, 0.3, "elastic_net", blend=blend),
        )


def test_without_strength_nothing_moves():
    c = np.array([1.0, 0.4])
    for penalty, settings in SETTINGS:
        w = geometry.solve(np.eye(2), c, 0, penalty, **settings)
        np.testing.assert_array_equal(w, c)
        w[0] = 9  # a copy: the center stays
    assert c[0] == 1


@pytest.mark.parametrize(("penalty", "settings"), SETTINGS)
@pytest.mark.parametrize("level", [0, 0.7, 3])
def test_ball_is_where_the_penalty_is_the_level(penalty, settings, level):
    curve = geometry.ball(level, penalty, **settings)
    assert curve.shape == (192, 2)
    np.testing.assert_allclose(
        geometry.cost(curve, penalty, **settings), level, atol=1e-12
    )
    assert (np.abs(curve) < 1e-12).any(0).all()  # the corners are among them


def test_curvature_turns_and_stretches():
    for turn, stretch in ((0, 1), (30, 2), (-45, 4)):
        values, vectors = np.linalg.eigh(geometry.curvature(turn, stretch))
        assert values.sum() == pytest.approx(2)
        assert np.sqrt(values[1] / values[0]) == pytest.approx(stretch)
        if stretch > 1:
            x, y = vectors[:, 0]
            assert np.rad2deg(np.arctan(y / x)) == pytest.approx(turn)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"A": [[1, 2], [2, 1]]}, "A must be a symmetric positive definite"),
        ({"A": [[1, 1], [1, 1]]}, "A must be"),
        ({"A": [[1, 0.1], [0.2, 1]]}, "A must be"),
        ({"A": [[1, np.nan], [np.nan, 1]]}, "A must be"),
        ({"A": np.eye(3)}, "A must be"),
        ({"centers": [1, 2, 3]}, r"centers must be .* got shape \(3,\)"),
        ({"centers": [np.nan, 1]}, "with 1 NaN"),
        ({"lam": -0.1}, "lam must be at least 0, got -0.1"),
        ({"lam": np.nan}, "lam must be finite, got nan"),
        ({"lam": np.inf}, "lam must be finite, got inf"),
        ({"penalty": "l3"}, "penalty must be one of l1, l2, .* got 'l3'"),
        (
            {"penalty": "elastic_net", "blend": 1.2},
            "blend must be from 0 to 1",
        ),
        ({"penalty": "power", "power": 0}, "power must be above 0, got 0"),
        ({"penalty": "power", "power": np.nan}, "power must be finite, got nan"),
    ],
)
def test_bad_problems_are_named(change, message):
    problem = {"A": np.eye(2), "centers": [1, 1], "lam": 1, "penalty": "l1", **change}
    with pytest.raises(ValueError, match=message):
        geometry.solve(**problem)


def test_what_is_no_number_is_named():
    with pytest.raises(TypeError, match="lam must be a number, got '1'"):
        geometry.solve(np.eye(2), [1, 1], "1", "l1")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: geometry.curvature(0, 0.5), r"stretch must be at least 1, got 0\.5"),
        (lambda: geometry.curvature(np.nan, 1), "turn must be finite, got nan"),
        (lambda: geometry.curvature(0, np.inf), "stretch must be finite, got inf"),
        (lambda: geometry.curvature(0, np.nan), "stretch must be finite, got nan"),
        (lambda: geometry.ball(-1, "l1"), "level must be at least 0, got -1"),
        (lambda: geometry.ball(np.nan, "l1"), "level must be finite, got nan"),
    ],
)
def test_bad_ellipses_and_levels_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
