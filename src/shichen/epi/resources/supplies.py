"""Supplies (物资保障): how fast they go, how many days they last, what to order today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from shichen.epi.errors import BadData
from shichen.epi.shapes import Floats, Mask, counts

INTERVALS = 7
"""Usable intervals whose median is the burn rate; also the weight of the norm beside what was observed."""


@dataclass(frozen=True)
class Burn:
    """Use a day of each interval between two stock-takings (I,), which of them can be used, and the median of the last seven usable."""

    rate: float
    intervals: Floats
    usable: Mask
    n: int

    @property
    def last(self) -> Floats:
        """The rates that the median is of: those of the last seven usable intervals, the newest last."""
        found: Floats = self.intervals[self.usable][-INTERVALS:]
        return found


def burn_rate(stock_counts: ArrayLike, receipts: ArrayLike) -> Burn:
    """Use a day from stock counted on each day (T,), NaN where nobody counted, and what was received since the last one (T,).

    An interval with more left than there can be was booked wrongly: it is flagged and left out. A day nobody counted is no zero.
    The rate is NaN without any interval. Raises BadData. Source: opening + received − closing, as in CDC's burn rate calculator.
    """
    stock, received = (
        counts(stock_counts, name="stock_counts", whole=False),
        counts(receipts, name="receipts", whole=False),
    )
    if stock.ndim != 1 or stock.shape != received.shape:
        raise BadData(
            "stock_counts 与 receipts 要一样长。", "stock_counts and receipts must be of one length.", field="receipts"
        )
    taken = np.flatnonzero(~np.isnan(stock))
    total = np.cumsum(np.nan_to_num(received, nan=0.0))
    with np.errstate(invalid="ignore"):
        used = stock[taken[:-1]] + (total[taken[1:]] - total[taken[:-1]]) - stock[taken[1:]]
    rate = used / np.diff(taken)
    usable = rate >= 0
    found = Burn(float("nan"), rate, usable, int(usable.sum()))
    return replace(found, rate=float(np.median(found.last))) if found.n else found


def days_of_cover(stock: ArrayLike, burn: ArrayLike) -> Floats:
    """Days that a stock lasts at a burn rate a day, of their shape: infinite where nothing is used, NaN where the rate is not known."""
    have, rate = np.asarray(stock, np.float64), np.asarray(burn, np.float64)
    if (have < 0).any() or (rate < 0).any():
        raise BadData("库存与消耗不能小于零。", "stock and burn rate must not be below zero.", field="stock")
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(rate == 0, np.inf, have / rate)


@dataclass(frozen=True)
class Norm:
    """Items of one kind that one patient of each severity and one staff member of each role uses a day."""

    patient: Mapping[str, float]
    staff: Mapping[str, float]


@dataclass(frozen=True)
class Supply:
    """Of each coming day the demand (H,); of the whole: the blended rate, days of cover, whether and how much to order."""

    demand: Floats
    rate: float
    cover: float
    reorder: bool
    quantity: float


def forecast_supplies(
    patients: Mapping[str, ArrayLike],
    staff: Mapping[str, ArrayLike],
    norm: Norm,
    *,
    stock: float,
    lead_time: float,
    safety: float,
    buffer: float = 0.0,
    due: float = 0.0,
    observed: Burn | None = None,
    beds: Mapping[str, float] | None = None,
    most_staff: Mapping[str, float] | None = None,
) -> Supply:
    """Demand for one item over the coming H days, and whether to order it today.

    `patients` by severity and `staff` by role are (H,) numbers a day, capped by `beds` and `most_staff`. What was observed counts with
    n/(n+7) against the norm. It is reordered where the cover is below lead time plus safety days; the quantity fills the period with a
    buffer, less what is there and due. Raises BadData. Structure after WHO's Essential Supplies Forecasting Tool.
    """
    if min(stock, lead_time, safety, buffer, due) < 0:
        raise BadData(
            "库存、提前期、保险天数、余量和在途都不小于零。",
            "stock, lead time, safety days, buffer and due must not be below zero.",
            field="stock",
        )
    demand = _demand(patients, norm.patient, beds or {}, "patients") + _demand(
        staff, norm.staff, most_staff or {}, "staff"
    )
    if not demand.ndim:
        raise BadData(
            "没有人用，也就没有需求；请给出病人或人员。",
            "without patients and staff there is no demand; give some.",
            field="patients",
        )
    rate = float(demand.mean())
    if observed is not None and observed.n:
        share = observed.n / (observed.n + INTERVALS)
        blended = share * observed.rate + (1 - share) * rate
        demand = demand * (blended / rate) if rate > 0 else np.full(demand.shape, blended)
        rate = blended
    cover = float(days_of_cover(stock, rate))
    quantity = max(float(demand.sum()) * (1 + buffer) - stock - due, 0.0)
    return Supply(demand, rate, cover, cover < lead_time + safety, quantity)


def _demand(groups: Mapping[str, ArrayLike], norm: Mapping[str, float], most: Mapping[str, float], name: str) -> Floats:
    total: Floats = np.asarray(0.0)
    for group, number in groups.items():
        if group not in norm:
            raise BadData(f"「{group}」没有用量标准。", f"there is no norm for “{group}”.", field=name)
        total = total + norm[group] * np.minimum(
            counts(np.atleast_1d(number), name=name, whole=False), most.get(group, np.inf)
        )
    return total
