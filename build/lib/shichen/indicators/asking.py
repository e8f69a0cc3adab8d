"""What an address asks of a live figure: of which time, of which place, by which facets, as the records stood when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from shichen import watches
from shichen.audit.context import now
from shichen.city import queries as city
from shichen.indicators.declare import Indicator, Scope
from shichen.indicators.models import Figure
from shichen.refusal import Refusal
from shichen.watches import Day, Period
from shichen.web import clock

LONGEST = 400  # days in one figure


@dataclass(frozen=True)
class Asked:
    """A period and a scope, as an address names them."""

    period: Period
    scope: Scope


def read(parameters: Mapping[str, str], one: Indicator) -> Asked:
    """The question in an address: from and to are dates (both included) or instants (the end excluded). Raises Refusal."""
    then = as_of(parameters)
    period = _period(parameters, one, then)
    if (period.end - period.start).days > LONGEST:
        raise Refusal(f"一个数字最多算 {LONGEST} 天；请缩短起止。", field="to")
    area = parameters.get("area", "").strip()
    place = city.area_named(area, on=watches.civil_day(period.start)) if area else city.the_city()
    facets = {name: parameters[name].strip() for name in one.facets if parameters.get(name, "").strip()}
    return Asked(period, Scope(place, facets, then))


def as_of(parameters: Mapping[str, str]) -> datetime | None:
    """The moment from which an address looks back; None means now. Raises Refusal."""
    return clock.as_of(parameters.get("as_of", ""))


def _period(parameters: Mapping[str, str], one: Indicator, then: datetime | None) -> Period:
    first, last = parameters.get("from", "").strip(), parameters.get("to", "").strip()
    if not first and not last:
        return _usual(one, then)
    first, last = first or last, last or first
    day = Day.PAGE if parameters.get("day") == Day.PAGE else Day.CIVIL
    try:
        if len(first) == len(last) == len("2020-02-02"):
            return Period(
                watches.whole(date.fromisoformat(first), day).start, watches.whole(date.fromisoformat(last), day).end
            )
        return Period(_instant(first, "from"), _instant(last, "to"))
    except ValueError:
        raise Refusal(f"「{first[:40]}」到「{last[:40]}」不成时段；请写成 2020-02-02。", field="from") from None


def _usual(one: Indicator, then: datetime | None) -> Period:
    """Where nothing is asked: the last day for which the ledger has the figure, or had it then, else today."""
    rows = Figure.objects.filter(key=one.key, period_to__isnull=False)
    latest = (rows.filter(frozen_at__lte=then) if then else rows).order_by("-period_to").first()
    if latest is not None and latest.period_from is not None and latest.period_to is not None:
        return Period(latest.period_from, latest.period_to)
    return watches.whole(watches.civil_day(then or now()), Day.CIVIL)


def _instant(text: str, field: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
    except ValueError:
        raise Refusal(f"「{text[:40]}」读不懂；请写成 2020-02-02 或 2020-02-02T16:00+08:00。", field=field) from None
    return moment if moment.utcoffset() is not None else moment.replace(tzinfo=watches.SHANGHAI)
