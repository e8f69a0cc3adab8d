"""The tiles of the board: each figure with its change, its line of thirteen days, its time, source and reporters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from shichen import watches
from shichen.board.duties import Duties, due_at, told_since
from shichen.board.moment import Moment, dated, live_href, whole
from shichen.indicators.declare import Indicator, Sort, known
from shichen.indicators.many import series
from shichen.indicators.models import Figure
from shichen.indicators.queries import compute
from shichen.intake.models import Obligation
from shichen.reconciliation import queries as reconciliation
from shichen.watches import Period

_DAY = timedelta(days=1)
BOUND, BOUNDS = "bound", ("lower", "upper")  # the facet by which an estimate tells its interval


@dataclass(frozen=True)
class Valued:
    """A value with the day it is of; None where nothing was reported."""

    on: date
    value: Decimal | None
    figure: Figure | None = None


def tiles(keys: Iterable[str], moment: Moment, duties: Duties) -> dict[str, dict[str, Any]]:
    """The tile of each figure, once however many boards show it."""
    disputed = {str(figure) for figure in reconciliation.open_figures()}
    asked = [known()[key] for key in dict.fromkeys(keys)]
    days = _stated([one for one in asked if not one.computed], moment)
    days |= {one.key: _computed(one, moment) for one in asked if one.computed}
    return {one.key: _tile(one, days[one.key], moment, duties, disputed) for one in asked}


def _tile(one: Indicator, days: list[Valued], moment: Moment, duties: Duties, disputed: set[str]) -> dict[str, Any]:
    shown = next((day for day in reversed(days) if day.value is not None), days[-1])
    frozen = _frozen(one, shown, moment) if one.computed else shown.figure
    duty = duties.of(one.key)
    return {
        **_named(one, shown, frozen, moment),
        **_bounds(one, shown, moment),
        **_changed(one, shown, days, moment, runs=frozen is None and _runs(one, shown.on, moment)),
        **_heard(shown, frozen, duty, duties),
        "series": [[day.on.isoformat(), _text(day.value)] for day in days],
        "due": _next_due(one, duty, shown.on).isoformat(),
        "whole_day": frozen is not None and one.sort == Sort.FLOW and not dated(one),
        "incomplete": _incomplete(one, shown, frozen, moment),
        "disputed": frozen is not None and str(frozen.pk) in disputed,
        "basis": "computed" if one.computed else "stated",
    }


def _named(one: Indicator, shown: Valued, frozen: Figure | None, moment: Moment) -> dict[str, Any]:
    """What the figure is, its value and unit, the time it speaks of, and where it is traced."""
    return {
        "key": one.key,
        "name": one.name,
        "name_en": one.name_en,
        "definition": f"/figures/?q={one.key}",
        "unit": frozen.unit if frozen is not None and frozen.unit else one.unit,
        "value": _text(shown.value),
        "href": f"/figures/{frozen.pk}/" if frozen else live_href(one, shown.on, moment.area),
        "figure": str(frozen.pk) if frozen else one.key,
        "on": shown.on.isoformat(),
        "as_of": _as_of(one, shown.on, moment).isoformat(),
        "final_at": frozen.frozen_at.isoformat() if frozen else None,
        **_corrected(frozen),
    }


def _incomplete(one: Indicator, shown: Valued, frozen: Figure | None, moment: Moment) -> bool:
    """Whether files that the figure rests on cannot be read (数据不完整): it was frozen so, or is so now."""
    if frozen is not None:
        return not frozen.complete
    if one.pick is None or shown.value is None:
        return False
    return bool(getattr(one.pick(whole(shown.on), moment.scope(one)), "missing", ()))


def _corrected(frozen: Figure | None) -> dict[str, Any]:
    """The correction by which the figure came to stand, if it was one."""
    made = frozen.made_by_correction if frozen is not None else None
    if made is None or made.decided_at is None:
        return {}
    return {"corrected_at": made.decided_at.isoformat(), "correction": made.number}


def _bounds(one: Indicator, shown: Valued, moment: Moment) -> dict[str, Any]:
    """The interval of an estimate: its two ends, None where the figure is a count or has no value."""
    ends: dict[str, Any] = dict.fromkeys(BOUNDS)
    if BOUND in one.facets and shown.value is not None:
        scope = moment.scope(one)
        for end in BOUNDS:
            told = replace(scope, facets={**scope.facets, BOUND: end})
            ends[end] = _text(compute(one.key, whole(shown.on), told).value)
    return ends


def _changed(one: Indicator, shown: Valued, days: list[Valued], moment: Moment, *, runs: bool) -> dict[str, Any]:
    before, same_hour = _before(one, shown, days, moment, runs=runs)
    return {
        "before": _text(before),
        "before_on": (shown.on - _DAY).isoformat(),
        "same_hour": same_hour,
        "open": runs,
    }


def _heard(shown: Valued, frozen: Figure | None, duty: Obligation | None, duties: Duties) -> dict[str, Any]:
    """Whose figure it is, how many of the posts behind it were heard, and which network they belong to."""
    posts = duties.posts(duty.body, shown.on) if duty and duty.channel == "records" else None
    reporter = duty.body if duty else (frozen.reporter if frozen else None)
    return {
        "arrived": posts[0] if posts else None,
        "expected": posts[1] if posts else None,
        "body": reporter.pk if reporter else None,
        "source": reporter.name if reporter else "",
        "source_en": reporter.name_en if reporter else "",
        "apart": _network(duty, duties),
    }


def _computed(one: Indicator, moment: Moment) -> list[Valued]:
    days = moment.days()
    values = series(one.key, [whole(day) for day in days], moment.scope(one))
    return [Valued(day, value) for day, value in zip(days, values, strict=True)]


def _stated(asked: list[Indicator], moment: Moment) -> dict[str, list[Valued]]:
    """Of each figure without records what the page of each day states: of several statements the last."""
    rows = Figure.objects.standing(moment.as_of).filter(
        key__in=[one.key for one in asked],
        basis=Figure.Basis.STATED,
        area=moment.area,
        statement__entry__page_day__in=moment.days(),
        frozen_at__gte=told_since(moment.days()[0]),
        frozen_at__lte=moment.as_of or moment.at,
    )
    # Of a figure that is stated many times a day only the last is fetched whole.
    last = {(key, day): pk for key, day, pk in rows.values_list("key", "statement__entry__page_day", "pk")}
    told = Figure.objects.select_related("reporter").in_bulk(list(last.values()))
    return {one.key: [_said(told.get(last.get((one.key, day))), day) for day in moment.days()] for one in asked}


def _said(found: Figure | None, day: date) -> Valued:
    return Valued(day, found.value, found) if found is not None else Valued(day, None)


def _frozen(one: Indicator, shown: Valued, moment: Moment) -> Figure | None:
    """The frozen figure of that day, while it says what the records say; otherwise the records speak."""
    if shown.value is None:
        return None
    period, scope = whole(shown.on), moment.scope(one)
    found = (
        Figure.objects.standing(moment.as_of)
        .filter(
            key=one.key,
            basis=Figure.Basis.COMPUTED,
            area=moment.area,
            period_from=period.start,
            period_to=period.end,
            facets=scope.facets,
            frozen_at__lte=moment.as_of or moment.at,
        )
        .select_related("reporter")
    )
    figure = found.order_by("-frozen_at", "pk").first()
    return figure if figure is not None and figure.value == shown.value else None


def _before(
    one: Indicator, shown: Valued, days: list[Valued], moment: Moment, *, runs: bool
) -> tuple[Decimal | None, bool]:
    """The value of the day before; while the day still runs, that of the day before up to the same hour.

    A past view knew, of today, only what had been recorded; so of yesterday it takes what was recorded a day earlier.
    """
    if not runs:
        return next((day.value for day in days if day.on == shown.on - _DAY), None), False
    period, scope = Period(whole(shown.on - _DAY).start, moment.at - _DAY), moment.scope(one)
    known_then = scope.as_of - _DAY if scope.as_of else None
    return compute(one.key, period, replace(scope, as_of=known_then)).value, True


def _runs(one: Indicator, on: date, moment: Moment) -> bool:
    """Whether the figure counts a day that is not over."""
    return one.sort == Sort.FLOW and not dated(one) and one.computed and on == moment.today


def _as_of(one: Indicator, on: date, moment: Moment) -> datetime:
    """Up to when the figure speaks: counts published on a day speak of 24:00 of the day before."""
    if dated(one):
        return watches.clock(on, 0)
    return min(whole(on).end, moment.at, key=watches.instant)


def _next_due(one: Indicator, duty: Obligation | None, on: date) -> datetime:
    """By when the next value is owed; without a duty, by the end of the next day."""
    if duty is None or duty.due is None:
        return watches.clock(on + _DAY, 24)
    return due_at(duty, on if dated(one) else on + _DAY)


def _network(duty: Obligation | None, duties: Duties) -> str:
    """The network whose posts the figure counts; figures of two networks are never added."""
    network = duties.networks.get(duty.body_id) if duty else None
    return network.code if network and len(duties.networks) > 1 else ""


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"
