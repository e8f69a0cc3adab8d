"""The log-likelihood of two numbers as a surface: its top, and the tops of its resamples without asking the data again.

Near the top every record's log-likelihood is smooth, so it is asked once at the Chebyshev points of a box and carried by the
polynomial through them; a resample is then a sum of those polynomials with other weights. Five hundred cost what two fits do.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from shichen.epi.shapes import Floats

_POINTS = 13
_WIDE = 5.0
"""Standard errors from the top to the side of the box."""
_FINE = 61
_STEP = 1e-4


class Surface:
    """`logs(theta)` gives the log-likelihood of each record, theta being any two numbers; `often` says how often each is there."""

    def __init__(self, logs: Callable[[Floats], Floats], start: Floats, often: Floats) -> None:
        self.logs, self.start, self.often = logs, np.asarray(start, np.float64), often

    def best(self, weights: Floats | None = None, start: Floats | None = None) -> tuple[Floats, float]:
        """The top, by Nelder and Mead's simplex, and how high it is."""
        from scipy.optimize import minimize  # takes longer to load than a fit, and not everything is fitted

        w = self.often if weights is None else weights
        begin = self.start if start is None else start
        found = minimize(
            lambda theta: -float(w @ self.logs(theta)),
            begin,
            method="Nelder-Mead",
            options={"xatol": 1e-8, "fatol": 1e-10, "maxiter": 2000},
        )
        return np.asarray(found.x), -float(found.fun)

    def resampled(self, top: Floats, weights: Floats) -> Floats:
        """The tops under other weights of the records, (B, records) → (B, 2)."""
        if not len(weights):
            return np.empty((0, 2))
        axes, spread = self._box(top)
        points = np.cos(np.pi * (np.arange(_POINTS) + 0.5) / _POINTS)
        values = np.array([self.logs(top + axes @ (_WIDE * spread * [x, y])) for x in points for y in points])
        basis = np.polynomial.chebyshev.chebvander(points, _POINTS - 1)
        invert = np.linalg.inv(basis)
        sums = (values.T @ np.kron(invert, invert).T).T  # coefficients (points², records)
        coefficients = weights @ sums.T
        place, inside = _tops(coefficients)
        found = top + (_WIDE * place * spread) @ axes.T
        for at in np.flatnonzero(~inside):
            found[at] = self.best(weights[at], top)[0]
        return np.asarray(found)

    def _box(self, top: Floats) -> tuple[Floats, Floats]:
        """The directions in which the surface falls, and the standard error along each."""
        move = np.eye(2) * _STEP
        height = {
            (a, b): float(self.often @ self.logs(top + a * move[0] + b * move[1]))
            for a in (-1, 0, 1)
            for b in (-1, 0, 1)
        }
        bend = np.array(
            [
                [height[1, 0] - 2 * height[0, 0] + height[-1, 0], 0.0],
                [0.0, height[0, 1] - 2 * height[0, 0] + height[0, -1]],
            ]
        )
        bend[0, 1] = bend[1, 0] = (height[1, 1] - height[1, -1] - height[-1, 1] + height[-1, -1]) / 4
        curve, axes = np.linalg.eigh(-bend / _STEP**2)
        return axes, 1 / np.sqrt(np.maximum(curve, 1e-6))


def _tops(coefficients: Floats) -> tuple[Floats, np.ndarray]:
    """The highest points of polynomials on [−1, 1]², (B, points²) → (B, 2), and whether each lies well inside."""
    line = np.linspace(-1, 1, _FINE)
    basis = np.polynomial.chebyshev.chebvander(line, _POINTS - 1)
    place = np.empty((len(coefficients), 2))
    for at, one in enumerate(coefficients):
        height = basis @ one.reshape(_POINTS, _POINTS) @ basis.T
        i, j = np.unravel_index(int(height.argmax()), height.shape)
        place[at] = _refined(height, line, int(i), int(j))
    return place, np.asarray((np.abs(place) < 0.97).all(axis=1))


def _refined(height: Floats, line: Floats, i: int, j: int) -> Floats:
    """The top of the parabola through the highest point and its neighbours."""
    if not (0 < i < _FINE - 1 and 0 < j < _FINE - 1):
        return np.array([line[i], line[j]])
    h = height[i - 1 : i + 2, j - 1 : j + 2]
    slope = np.array([h[2, 1] - h[0, 1], h[1, 2] - h[1, 0]]) / 2
    cross = (h[2, 2] - h[2, 0] - h[0, 2] + h[0, 0]) / 4
    bend = np.array([[h[2, 1] - 2 * h[1, 1] + h[0, 1], cross], [cross, h[1, 2] - 2 * h[1, 1] + h[1, 0]]])
    move = np.clip(np.linalg.solve(bend, -slope), -1, 1)
    return np.asarray(np.array([line[i], line[j]]) + move * (line[1] - line[0]))
