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
    generator: np.random.Generator | Floats | None,
) -> Floats:
    """`horizon` days after `history` (draws, T): (draws, horizon). Without a generator the expected path.

    In place of a generator it takes its chance as `shared` gives it, (horizon, 3, draws) between 0 and 1: then two runs of the same chance
    differ by their measures alone, and a run with less of everything is nowhere above the other.

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
        if isinstance(generator, np.ndarray):
            path[:, length + day] = _by_chance(R, force, coming[:, day], k, generator[day])
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


def shared(draws: int, horizon: int, seed: int) -> Floats:
    """The chance that scenarios of one seed share, (horizon, 3, draws): for the spread, the local cases, the imports of each day and draw."""
    return np.random.Generator(np.random.PCG64(seed)).random((horizon, 3, draws))


def _by_chance(R: Floats, force: Floats, imports: Floats, k: float, chance: Floats) -> Floats:
    """The same numbers as `_caused` and a Poisson number of imports, each as the quantile that the chance (3, draws) names."""
    from scipy.special import gammaincinv

    mean = R * force
    if np.isfinite(k):
        some = force > 0
        mean = np.where(some, gammaincinv(np.where(some, k * force, 1.0), chance[0]) * R / k, 0.0)
    local = _quantile(chance[1], mean)
    return local + _quantile(chance[2], imports) if imports.any() else local


def _quantile(chance: Floats, mean: Floats) -> Floats:
    """The smallest whole number that a Poisson number of this mean does not exceed with this probability."""
    from scipy.special import pdtr, pdtrik

    some = mean > 0
    rate = np.where(some, mean, 1.0)
    # pdtrik has no answer where nought alone is as likely as asked
    found = np.where(
        chance <= np.exp(-rate), 0.0, np.ceil(np.nan_to_num(pdtrik(np.maximum(chance, np.exp(-rate)), rate)))
    )
    below = np.maximum(found - 1, 0.0)
    found = np.where((found > 0) & (pdtr(below, rate) >= chance), below, found)
    return np.asarray(np.where(some, found, 0.0))
