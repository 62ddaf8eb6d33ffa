"""A quadratic loss and a penalty over two weights: where is the best point?

All functions speak of the problem

    minimize  (w - c)' A (w - c) / 2 + lam * penalty(w)  over  w = (w1, w2)

where the center ``c`` is the best point without a penalty and the curvature ``A``, a
positive definite 2 x 2 matrix, shapes the ellipses of equal loss. It is least squares:
half the mean squared error of n cases is this loss plus a constant, with A = X'X / n.
In the terms of scikit-learn, ``Lasso(alpha=lam)``, ``Ridge(alpha=2 * n * lam)`` and
``ElasticNet(alpha=lam * (2 - blend), l1_ratio=blend / (2 - blend))``, all without an
intercept; in those of Keras, ``L1(lam)``, ``L2(lam)`` and
``L1L2(lam * blend, lam * (1 - blend))`` beside half the mean squared error.
"""

import numpy as np

from utils.checks import number, one_of

KINDS = ("l1", "l2", "elastic_net", "power")

# Points along w1 at which to look where the problem is not convex; as many as in the
# solver of the penalty explorer. With 49, narrow basins are missed more often.
_GRID = 64


def curvature(turn: float, stretch: float) -> np.ndarray:
    """The matrix A, (2, 2) float64, of ellipses of equal loss; its trace is 2.

    Args:
        turn: Direction of their long axis in degrees, from the axis of w1.
        stretch: Long axis / short axis, at least 1.
    """
    turn, stretch = number("turn", turn), number("stretch", stretch, 1)
    angle, k = np.deg2rad(2 * turn), (stretch**2 - 1) / (stretch**2 + 1)
    b = -k * np.sin(angle)
    return np.array([[1 - k * np.cos(angle), b], [b, 1 + k * np.cos(angle)]])


def cost(w, penalty: str, *, blend: float = 0.5, power: float = 0.5) -> np.ndarray:
    """The penalty of each point, without lam.

    Args:
        w: Points, (..., d) for weights in any number of dimensions.
        penalty: "l1" (sum of abs(w)), "l2" (sum of w^2), "elastic_net"
            (blend * L1 + (1 - blend) * L2) or "power" (sum of abs(w)^power).
        blend: Share of L1 in the elastic net, from 0 to 1.
        power: Above 0.

    Returns:
        (...,) float64.
    """
    _check(penalty, blend, power)
    w = np.abs(np.asarray(w, "float64"))
    if penalty == "elastic_net":
        return (blend * w + (1 - blend) * w**2).sum(-1)
    return (w ** {"l1": 1, "l2": 2}.get(penalty, power)).sum(-1)


def ball(level: float, penalty: str, *, blend=0.5, power=0.5, points=192) -> np.ndarray:
    """The curve of all w whose penalty is ``level``, as a polygon (points, 2)."""
    _check(penalty, blend, power)
    number("level", level, 0)
    angle = np.arange(points) / points * 2 * np.pi
    way = np.stack([np.cos(angle), np.sin(angle)], -1)
    if penalty == "elastic_net":  # (1 - blend) r^2 + linear r = level
        linear = blend * np.abs(way).sum(-1, keepdims=True)
        root = linear + np.sqrt(linear**2 + 4 * (1 - blend) * level)
        return 2 * level * way / np.maximum(root, np.finfo(float).tiny)
    q = {"l1": 1, "l2": 2}.get(penalty, power)
    way[np.abs(way) < 1e-12] = 0  # the points on the axes, exactly
    return np.sign(way) * (level * way**2) ** (1 / q)


def solve(
    A, centers, lam: float, penalty: str, *, blend: float = 0.5, power: float = 0.5
) -> np.ndarray:
    """The best point for each of many loss centers, exact zeros included.

    L1, L2 and elastic net are solved by trying the sign patterns. Other powers are
    solved along w1, with the exact w2 for each: by bisection where the problem is
    convex (power > 1), by a grid and Newton's method where it is not.

    Args:
        A: (2, 2), symmetric and positive definite.
        centers: (..., 2), finite.
        lam: Strength, at least 0.
        penalty, blend, power: As for ``cost``.

    Returns:
        (..., 2) float64.

    Raises:
        TypeError, ValueError: If an argument is not as described.
    """
    _check(penalty, blend, power)
    A, centers = np.asarray(A, "float64"), np.asarray(centers, "float64")
    if A.shape != (2, 2) or not (
        np.isfinite(A).all() and A[0, 1] == A[1, 0] and np.linalg.eigvalsh(A)[0] > 0
    ):
        raise ValueError(
            f"A must be a symmetric positive definite 2 x 2 matrix, got {A.tolist()}"
        )
    if centers.shape[-1:] != (2,) or not np.isfinite(centers).all():
        raise ValueError(
            "centers must be finite and of shape (..., 2), "
            f"got shape {centers.shape} with {np.isnan(centers).sum()} NaN"
        )
    number("lam", lam, 0)
    flat = centers.reshape(-1, 2)
    if lam == 0:
        return centers.copy()
    if penalty == "power" and power not in (1, 2):
        method = _star_shaped if power < 1 else _smooth
        return method(A, flat, lam, power).reshape(centers.shape)
    share = {"l1": 1, "l2": 0, "elastic_net": blend}.get(penalty, 2 - power)
    return _kinked(A, flat, lam * share, lam * (1 - share)).reshape(centers.shape)


def _check(penalty, blend, power):
    one_of("penalty", penalty, KINDS)
    number("blend", blend, 0, 1)
    number("power", power, above=0)


def _kinked(A, c, l1, l2):
    """Least w'Hw/2 - g'w + l1 |w| with H = A + 2 l2: optimality per sign pattern."""
    g, H = c @ A, A + 2 * l2 * np.eye(2)
    w, done = np.zeros_like(c), (np.abs(g) <= l1).all(-1) & (l1 > 0)
    for i in (0, 1):
        alone = np.sign(g[:, i]) * np.maximum(np.abs(g[:, i]) - l1, 0) / H[i, i]
        fits = ~done & (np.abs(g[:, 1 - i] - A[0, 1] * alone) <= l1) & (l1 > 0)
        w[fits, i] = alone[fits]
        done |= fits
    least = np.where(done, -np.inf, np.inf)
    for signs in np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]]):
        both = np.linalg.solve(H, (g - l1 * signs).T).T
        miss = (-signs * both).max(-1)  # by how much a sign is wrong
        better = miss < least
        w[better], least[better] = both[better], miss[better]
    return w


@np.errstate(over="ignore", invalid="ignore")  # at numbers like 1e-169
def _shrink(a, z, t, q, local=False):
    """The w that minimizes a (w - z)^2/2 + t |w|^q, for an array z.

    Newton's method on a convex increasing function from the right of its root, which
    it cannot overshoot. For q < 1 the best w is 0 up to a known |z|, then jumps; with
    ``local``, it is the local minimum away from 0 as soon as there is one.
    """
    shape, z = np.shape(z), np.ravel(z)
    dead = 0
    if q < 1:
        jump = ((q if local else 2) * t * (1 - q) / a) ** (1 / (2 - q))
        dead = jump * (2 - q) / (1 - q) / (1 if local else 2)
    alive = np.flatnonzero(np.abs(z) > dead)
    y = np.abs(z[alive])
    between = 1 < q < 2
    p = 1 / (q - 1) if between else q - 1
    m, n = (t * q, a) if between else (a, t * q)  # solve m u + n u^p = a y
    u = np.minimum(a * y / m, y ** (q - 1)) if between else y.copy()
    for _ in range(80):
        power = u ** (p - 1)
        step = (m * u + n * u * power - a * y) / (m + n * p * power)
        u -= step
        if not (np.abs(step) > 1e-15 * u).any():
            break
    w = np.zeros(z.shape)
    w[alive] = np.sign(z[alive]) * (u**p if between else u)
    return w.reshape(shape)


def _reach(A, c):
    """How far w1 can be from c1: the loss at the solution is at most that at 0."""
    return np.sqrt(np.einsum("ni,ij,nj->n", c, A, c) * np.linalg.inv(A)[0, 0])


def _second(A, c, x, lam, q, local=False):
    """The best w2 where w1 is ``x``."""
    (_, b), (_, d) = A
    return _shrink(d, c[:, 1] - b / d * (x - c[:, 0]), lam, q, local)


def _smooth(A, c, lam, q):
    (a, b), _ = A
    low, high = c[:, 0] - _reach(A, c), c[:, 0] + _reach(A, c)
    for _ in range(60):
        x = (low + high) / 2
        y = _second(A, c, x, lam, q)
        slope = a * (x - c[:, 0]) + b * (y - c[:, 1])
        slope += lam * q * np.sign(x) * np.abs(x) ** (q - 1)
        low, high = np.where(slope > 0, low, x), np.where(slope > 0, x, high)
    x = _shrink(a, c[:, 0] - b / a * (y - c[:, 1]), lam, q)
    return np.stack([x, _second(A, c, x, lam, q)], -1)


def _star_shaped(A, c, lam, q):
    """0, the best point of each axis, and the one inside each quadrant: the best.

    A quadrant has at most one local minimum inside, because the part of it where the
    Hessian is positive definite is convex. It is looked for along w1.
    """
    (a, b), _ = A
    zero = np.zeros(len(c))
    points = [
        np.zeros_like(c),
        np.stack([zero, _second(A, c, zero, lam, q)], -1),
        np.stack([_shrink(a, c[:, 0] + b / a * c[:, 1], lam, q), zero], -1),
    ]
    for start in _inside_quadrants(A, c, lam, q):
        points += _newton(A, c, lam * q, q, start)
    points = np.stack(points)
    values = _objective(A, c, lam, q, points)
    best = np.where(np.isnan(values), np.inf, values).argmin(0)
    return points[best, np.arange(len(c))]


def _objective(A, c, lam, q, w):
    v = w - c
    return np.einsum("...i,ij,...j", v, A, v) / 2 + lam * (np.abs(w) ** q).sum(-1)


def _inside_quadrants(A, c, lam, q):
    """Yield the best point of a grid in each quadrant."""
    # Nearer to 0 than this, the slope along w1 falls: no local minimum.
    start = (lam * q * (1 - q) / A[0, 0]) ** (1 / (2 - q))
    for sign in (1, -1):
        end = np.maximum(sign * c[:, 0], 0) + _reach(A, c)
        way = np.maximum(end - start, 0)
        x = sign * (start + np.linspace(0, 1, _GRID)[:, None] ** 2 * way)
        y = _second(A, c, x, lam, q, local=True)
        grid = np.stack([x, y], -1)
        values = _objective(A, c, lam, q, grid)
        for other in (1, -1):
            row = np.where(y * other > 0, values, np.inf).argmin(0)
            yield grid[row, np.arange(len(c))]


def _newton(A, c, pull, q, w):
    """Return ``w`` and ten steps of Newton's method, as long as they are good ones."""
    points = [w]
    for _ in range(10):
        with np.errstate(all="ignore"):
            slope = np.sign(w) * pull * np.abs(w) ** (q - 1)
            e = (w - c) @ A + slope
            h, k = (np.diag(A) + (q - 1) * slope / w).T
            det = h * k - A[0, 1] ** 2
            step = [k * e[:, 0] - A[0, 1] * e[:, 1], h * e[:, 1] - A[0, 1] * e[:, 0]]
            new = w - np.stack(step, -1) / det[:, None]
        good = (w != 0).all(-1) & (h > 0) & (det > 0) & (new * w > 0).all(-1)
        w = np.where(good[:, None], new, w)
        points.append(w)
    return points
