"""The renewal process run forward (更新过程推演): cases cause cases, with all the chance there is in it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from shichen.epi.shapes import Floats


def run(
    history: Floats,
    rate: Callable[[int, Floats], Floats],
    weights: Callable[[int], Floats],
    horizon: int,
    *,
    k: float,
    imports: Floats,
    generator: np.random.Generator | None,
) -> Floats:
    """`horizon` days after `history` (draws, T): (draws, horizon). Without a generator the expected path.

    `rate(day, force)` is R of each draw, `weights(day)` the serial interval (K,) or (draws, K) that holds on that day, `imports` (horizon,)
    or (draws, horizon) expected ones. Local cases are negative binomial of mean RΛ and size kΛ: so the offspring of one case add up to a
    negative binomial of mean R and size k.
    """
    draws, length = history.shape
    path = np.concatenate([history, np.zeros((draws, horizon))], axis=1)
    coming = np.broadcast_to(imports, (draws, horizon))
    for day in range(horizon):
        w = np.atleast_2d(weights(day))
        reach = min(w.shape[1] - 1, length + day)
        before, back = path[:, length + day - reach : length + day], w[:, reach:0:-1]
        force = before @ back[0] if len(w) == 1 else np.einsum("ij,ij->i", before, back)
        R = rate(day, force)
        if generator is None:
            path[:, length + day] = R * force + coming[:, day]
            continue
        path[:, length + day] = _caused(R, force, k, generator)
        if coming[:, day].any():
            path[:, length + day] += generator.poisson(coming[:, day])
    return path[:, length:]


def _caused(R: Floats, force: Floats, k: float, generator: np.random.Generator) -> Floats:
    if np.isinf(k):
        return generator.poisson(R * force).astype(np.float64)
    some = force > 0
    mean = np.where(some, generator.gamma(np.where(some, k * force, 1.0)) * R / k, 0.0)
    return generator.poisson(mean).astype(np.float64)
