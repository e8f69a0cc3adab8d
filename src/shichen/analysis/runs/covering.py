"""Supplies (物资保障): of each item how fast it goes, how many days it lasts, whether to order today and how much, each number with its record."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from shichen.analysis.runs import queries
from shichen.analysis.runs.models import Run
from shichen.analysis.runs.telling.phrases import rows
from shichen.city.models import Area
from shichen.city.scope import Sight
from shichen.epi.resources import Burn, Norm, Supply, burn_rate, days_of_cover, forecast_supplies
from shichen.epi.shapes import Floats
from shichen.registers.supplies import queries as supplies
from shichen.registers.supplies.models import Assumption, StockCount

PERIOD = 14
"""Days ahead that an order fills at least."""
BURN, NORM, TARGET = "burn", "norm", "target"
LIKELY, FAST, SLOW = "likely", "fast", "slow"


@dataclass(frozen=True)
class Interval:
    """Between two counts of a store: what went a day, and whether it can be used."""

    first: StockCount
    last: StockCount
    rate: float
    usable: bool


@dataclass(frozen=True)
class Use:
    """What goes a day: how many use it on each of the coming days (H,), how much each; beside it what was counted, over how many intervals."""

    users: Floats
    each: float
    counted: float | None = None
    intervals: int = 0


@dataclass(frozen=True)
class Cover:
    """One item of an area: what there is, how fast it goes by what was counted, and what follows from what is assumed."""

    area: Area
    item: str
    measure: str
    stock: float
    counts: Sequence[StockCount]
    intervals: Sequence[Interval]
    burn: float | None
    n: int
    assumed: Mapping[str, Assumption]
    beds: Run | None = None
    basis: str = ""
    rate: float | None = None
    days: float | None = None
    shortest: float | None = None
    longest: float | None = None
    by_target: float | None = None
    limit: float | None = None
    reorder: bool = False
    quantity: float | None = None
    period: int = PERIOD
    flagged: int = 0
    unrated: int = 0
    slowest: float | None = None
    fastest: float | None = None

    @property
    def counted_on(self) -> date:
        """The oldest of the newest counts of its stores: since then nothing is known of one of them."""
        return min(one.counted_on for one in self.counts)


def standing(reach: Sight, at: datetime) -> list[Cover]:
    """Every item that was counted within reach, the one that lasts least first; those without a rate last."""
    assumed, beds = supplies.assumed(reach, at), _beds(reach, at)
    series: dict[tuple[str, str], list[list[StockCount]]] = {}
    for (area, item, _store), counts in supplies.counts(reach, at).items():
        series.setdefault((area, item), []).append(counts)
    found = [_cover(each, assumed.get(key, {}), beds.get(key[0])) for key, each in series.items()]
    return sorted(found, key=lambda one: (one.days is None, one.days or 0.0, one.area.path, one.item))


def _cover(stores: list[list[StockCount]], assumed: Mapping[str, Assumption], beds: Run | None) -> Cover:
    newest = [counts[-1] for counts in stores]
    burns = [_burn(counts) for counts in stores]
    intervals = [one for _burned, each in burns for one in each]
    known = [burned for burned, _each in burns if burned.n]
    enough = any(one.n > 1 for one in known)
    stock = float(sum(one.on_hand for one in newest))
    base = Cover(
        area=newest[0].area,
        item=newest[0].item,
        measure=newest[0].measure,
        stock=stock,
        counts=newest,
        intervals=intervals,
        burn=sum(one.rate for one in known) if known else None,
        slowest=float(sum(one.last.min() for one in known)) if enough else None,
        fastest=float(sum(one.last.max() for one in known)) if enough else None,
        n=min((one.n for one in known), default=0),
        assumed=assumed,
        beds=beds if "patient" in assumed else None,
        flagged=sum(not one.usable for one in intervals),
        unrated=len(burns) - len(known),
    )
    return _ordered(base)


def _ordered(base: Cover) -> Cover:
    """With the rate that holds: by patients blended with what was counted, else what was counted, else the target."""
    value = {what: float(one.value) for what, one in base.assumed.items()}
    lead, safety = value.get("lead"), value.get("safety", 0.0)
    limit = None if lead is None else lead + safety
    period = max(PERIOD, math.ceil(limit or 0))
    target = value.get("target")
    by_target = float(days_of_cover(base.stock, target)) if target is not None else None
    known = _with(base, limit=limit, by_target=by_target, period=period)
    found = {pace: _supplied(known, use) for pace, use in _uses(known).items()}
    if LIKELY not in found:
        return known
    likely, fast, slow = (found.get(pace) for pace in (LIKELY, FAST, SLOW))
    assert likely is not None
    reorder = likely.reorder and lead is not None
    return _with(
        known,
        basis=_basis(known),
        rate=likely.rate,
        days=likely.cover,
        shortest=fast.cover if fast else None,
        longest=slow.cover if slow else None,
        reorder=reorder,
        quantity=math.ceil(likely.quantity) if reorder else None,
    )


def _basis(base: Cover) -> str:
    """By what the rate is told: by patients, else by what was counted, else by the target; empty where by nothing."""
    if base.beds is not None and len(_census(base.beds, base.period, "median")):
        return NORM
    if base.burn is not None:
        return BURN
    return TARGET if "target" in base.assumed else ""


def _uses(base: Cover) -> dict[str, Use]:
    """What goes a day as is likely; where it was counted more than once or comes of patients, also at the fastest and the slowest."""
    basis, burns = _basis(base), {LIKELY: base.burn, FAST: base.fastest, SLOW: base.slowest}
    if basis == NORM:
        assert base.beds is not None
        each, census = float(base.assumed["patient"].value), {LIKELY: "median", FAST: "upper_95", SLOW: "lower_95"}
        return {
            pace: Use(
                _census(base.beds, base.period, column), each, base.burn if burns[pace] is None else burns[pace], base.n
            )
            for pace, column in census.items()
        }
    if basis == TARGET:
        return {LIKELY: Use(np.ones(base.period), float(base.assumed["target"].value))}
    return {pace: Use(np.ones(base.period), rate) for pace, rate in burns.items() if rate is not None}


def _supplied(base: Cover, use: Use) -> Supply:
    """What follows from a use: how long the stock lasts, whether to order, how much."""
    value = {what: float(one.value) for what, one in base.assumed.items()}
    observed = Burn(use.counted, np.empty(0), np.empty(0, bool), use.intervals) if use.counted is not None else None
    return forecast_supplies(
        {"all": use.users},
        {},
        Norm({"all": use.each}, {}),
        stock=base.stock,
        lead_time=value.get("lead", 0.0),
        safety=value.get("safety", 0.0) if "lead" in value else 0.0,
        buffer=value.get("buffer", 0.0) / 100,
        due=value.get("due", 0.0),
        observed=observed,
    )


def _with(base: Cover, **more: object) -> Cover:
    return Cover(**{**base.__dict__, **more})


def _burn(counts: list[StockCount]) -> tuple[Burn, list[Interval]]:
    """How fast a store's item goes by its counts, and each interval between two of them."""
    begin, end = counts[0].counted_on, counts[-1].counted_on
    stock, received = np.full((end - begin).days + 1, np.nan), np.zeros((end - begin).days + 1)
    for one in counts:
        at = (one.counted_on - begin).days
        stock[at], received[at] = float(one.on_hand), float(one.received)
    found = burn_rate(stock, received)
    pairs = zip(counts, counts[1:], found.intervals, found.usable, strict=False)
    return found, [Interval(first, last, float(rate), bool(usable)) for first, last, rate, usable in pairs]


def _beds(reach: Sight, at: datetime) -> dict[str, Run]:
    """The newest bed forecast of each area that came to a result."""
    found = {one.area.pk: one.runs.get(Run.Method.BEDS) for one in queries.newest(reach, at)}
    return {code: run for code, run in found.items() if run is not None and run.state == Run.State.DONE}


def _census(run: Run, period: int, column: str) -> Floats:
    """Patients in on the coming days if R stays, by the median or a bound of the interval, the last day going on."""
    found = [float(one[column]) for one in rows(run, "census", "stays")][-PERIOD:]
    return np.array((found + [found[-1]] * period)[:period]) if found else np.empty(0)
