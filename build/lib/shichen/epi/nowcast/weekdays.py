"""Report weekdays (报告日的星期): offices that rest on Sunday report on Monday what came in, so a day's share depends on which weekdays have passed.

Reports are taken to run in working time: each weekday brings the delay on by its own weight, 1 on average. A day of rest has the weight 0,
and the day after it brings the delay on by two days at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shichen.epi.nowcast.hazards import Completeness
from shichen.epi.shapes import Days, Floats, Ints

LEAST = 28
"""Days from which on weekdays are told apart."""
_FEW = 10
"""Reports that each of those four weeks must have had: else one busy day makes its weekday."""
_PRIOR = 10.0
"""Reports that each weekday is taken to have had as expected."""
_PASSES = 80
_SIGNIFICANT = 12.591587243743977
"""The 95 % quantile of χ² with six degrees of freedom: what the weekdays must explain, over the dispersion, to be believed."""


@dataclass(frozen=True)
class Weekdays:
    """`weight` (7,): by how many days each weekday, from Monday, brings a report on; `seen` the delay in such working days."""

    weight: Floats
    seen: Completeness

    def shares(self, F: Floats, dates: Days, age: Ints) -> Floats:
        """The share of each day (T,) that is reported at its age, from F (..., D+1); (..., T)."""
        last = F.shape[-1] - 1
        worked = np.cumsum(self.weight[(weekday(dates)[:, None] + np.arange(last + 1)) % 7], axis=1)
        at = worked[np.arange(len(dates)), age]
        whole = np.minimum(np.floor(at).astype(np.int64), last)
        before = np.concatenate([np.zeros((*F.shape[:-1], 1)), F], axis=-1)  # F after k working days is before[k]
        here = before[..., whole] + (at - whole) * (before[..., np.minimum(whole + 1, last + 1)] - before[..., whole])
        return np.where(age >= last, 1.0, np.minimum(here, 1.0))


def weekday(dates: Days) -> Ints:
    """0 for Monday to 6 for Sunday."""
    return np.asarray((dates.astype("datetime64[D]").astype(np.int64) + 3) % 7)


def fitted(n: Floats, dates: Days, seen: Completeness) -> Weekdays | None:
    """Weekdays of a triangle (T, D+1) over its days; None for fewer than four weeks, or where they explain no more than chance would.

    The delay in working days is the most likely one for given weights (by EM: days are known up to their age), the weights are those with
    which each weekday has as many reports as expected.
    """
    known = ~np.isnan(n)
    cells = np.where(known, n, 0.0)
    if len(dates) < LEAST or _by_week(cells).min() < _FEW:
        return None
    first = weekday(dates)
    day = (first[:, None] + np.arange(n.shape[1])) % 7
    at_day = np.bincount(day.ravel(), cells.ravel(), 7)
    p, weight = np.maximum(np.diff(seen.F, prepend=0.0), 1e-9), np.ones(7)
    flat = _expected(cells, known, _spans(weight, n.shape[1])[first] @ p)
    for _ in range(_PASSES):
        spans = _spans(weight, n.shape[1])[first]
        chance = spans @ p
        p = _delay(cells, known, spans, chance, p)
        now = _expected(cells, known, spans @ p)
        weight = weight * ((at_day + _PRIOR) / (np.bincount(day.ravel(), now.ravel(), 7) + _PRIOR)) ** 0.7
        weight = weight / weight.mean()
    chance = _spans(weight, n.shape[1])[first] @ p
    now, some = _expected(cells, known, chance), cells > 0
    explained = 2 * float((cells[some] * np.log(np.maximum(now[some], 1e-12) / np.maximum(flat[some], 1e-12))).sum())
    if explained < _SIGNIFICANT * seen.phi:
        return None
    F = np.cumsum(p)
    F[-1] = 1.0
    hazard = p / np.maximum(F, 1e-300)
    n_x = np.maximum(seen.N * hazard, 0.0)
    return Weekdays(weight, Completeness(F, n_x, seen.N, _dispersion(cells, known, chance)))


def _by_week(cells: Floats) -> Floats:
    """Reports of each of the last four weeks, by the day of the report."""
    on = np.arange(len(cells))[:, None] + np.arange(cells.shape[1])
    by_day = np.bincount(on.ravel(), cells.ravel())[: len(cells)]
    return np.asarray(by_day[-LEAST:].reshape(-1, 7).sum(axis=1))


def _spans(weight: Floats, width: int) -> Floats:
    """For each weekday of the event how much of each working day (last axis) passes on each delay, (7, D+1, D+1)."""
    worked = np.cumsum(weight[(np.arange(7)[:, None] + np.arange(width)) % 7], axis=1)
    low = np.concatenate([np.zeros((7, 1)), worked[:, :-1]], axis=1)[..., None]
    k = np.arange(width)
    spans = np.clip(np.minimum(worked[..., None], k + 1) - np.maximum(low, k), 0.0, None)
    spans[:, -1] += 1 - spans.sum(axis=1)  # what is left stands with the longest delay
    return np.asarray(spans)


def _delay(cells: Floats, known: np.ndarray, spans: Floats, chance: Floats, p: Floats) -> Floats:
    """One pass of EM for the delay in working days: reports shared out among the days they may belong to, those to come added."""
    ratio = np.where(known, cells / np.maximum(chance, 1e-300), 0.0)
    seen = np.einsum("tx,txk->k", ratio, spans) * p
    share = np.where(known, chance, 0.0).sum(axis=1)
    total = cells.sum(axis=1) / np.maximum(share, 1e-9)
    to_come = p * np.einsum("t,txk->k", total, np.where(known[..., None], 0.0, spans))
    found = seen + to_come
    return np.asarray(found / found.sum())


def _expected(cells: Floats, known: np.ndarray, chance: Floats) -> Floats:
    here = np.where(known, chance, 0.0)
    return np.asarray(cells.sum(axis=1, keepdims=True) * here / np.maximum(here.sum(axis=1, keepdims=True), 1e-300))


def _dispersion(cells: Floats, known: np.ndarray, chance: Floats) -> float:
    """Pearson's dispersion around the reverse hazards of each cell, 1 at least."""
    upto = np.where(known, np.cumsum(cells, axis=1), 0.0)[:, 1:]
    g = (chance / np.maximum(np.cumsum(chance, axis=1), 1e-300))[:, 1:]
    use = (upto > 0) & (g > 1e-3) & (g < 1 - 1e-3)
    expected = upto[use] * g[use]
    total = float(((cells[:, 1:][use] - expected) ** 2 / (expected * (1 - g[use]))).sum())
    free = int(use.sum()) - int(use.any(axis=0).sum()) - 6
    return max(1.0, total / free) if free > 0 else 1.0
