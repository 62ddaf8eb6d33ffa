"""B4: does L2 shrink weights uniformly?

500 draws of 100 rows with ten independent features. Ridge turns the weights w of least
squares into (S + s I)^-1 S w, where S = X'X / n; the eigenvalues of that matrix are the
factors by which it shrinks the directions of weight space. Uniform would mean that the
smallest is as large as the largest.
"""

import numpy as np
from scipy.linalg import eigvalsh

from tests.second_opinion import mean, show


def derive():
    rng, evenness = np.random.default_rng(204), []
    for _ in range(500):
        x = rng.normal(size=(100, 10))
        s = x.T @ x / 100
        factors = eigvalsh(s, s + 0.1 * np.eye(10))  # S v = factor (S + s I) v
        evenness.append(factors[0] / factors[-1])
    return {"smallest factor by largest": mean(evenness)}


if __name__ == "__main__":
    show("B4", derive)
