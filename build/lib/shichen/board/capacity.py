"""What the city can still bear (容量): beds used of beds open, for how many days supplies last, posts on duty.

Only figures of the ledger stand here. One that nobody has reported is named as such; nothing is worked out in its place.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings

from shichen.board.duties import Duties, told_since
from shichen.board.moment import Moment, live_href
from shichen.indicators.declare import known
from shichen.indicators.models import Figure

LOOK_BACK = timedelta(days=30)  # an older statement says nothing of today's capacity
STALE = timedelta(days=1)
BEDS, BEDS_USED = "hospital.beds", "hospital.beds_used"
FURTHER = ("hospital.capacity_added", "supply.masks_received", "supply.masks_daily_supply")
COVERED = (("supply.masks_stock", "supply.masks_used"), ("supply.gowns_stock", "supply.gowns_used"))


def capacity(moment: Moment, duties: Duties) -> dict[str, Any]:
    """The panel as plain data; a figure without a value is one that nobody has reported within the days looked back."""
    asked = [BEDS, BEDS_USED, *FURTHER, *(key for pair in COVERED for key in pair)]
    said = _stated(asked, moment)
    part = {key: _part(key, said.get(key), moment) for key in asked}
    return {
        "beds": [part[BEDS], part[BEDS_USED]],
        "cover": [[part[stock], part[use]] for stock, use in COVERED],
        "further": [part[key] for key in FURTHER if part[key]["value"] is not None],
        "lead": settings.CONFIG["board.lead_days"],
        "posts": [_posts(network, moment, duties) for network in duties.networks.values()],
    }


def _stated(keys: list[str], moment: Moment) -> dict[str, Figure]:
    """Of each figure the last that the page of a day states, as far as it was known at the moment."""
    first = moment.today - LOOK_BACK
    rows = (
        Figure.objects.standing(moment.as_of)
        .filter(
            key__in=keys,
            basis=Figure.Basis.STATED,
            area=moment.area,
            statement__entry__page_day__gte=first,
            statement__entry__page_day__lte=moment.page_day,
            frozen_at__gte=told_since(first),
            frozen_at__lte=moment.as_of or moment.at,
        )
        .select_related("statement__entry", "reporter")
    )
    return {row.key: row for row in sorted(rows, key=lambda row: (_day(row), row.frozen_at))}


def _part(key: str, found: Figure | None, moment: Moment) -> dict[str, Any]:
    one = known()[key]
    named = {"key": key, "name": one.name, "name_en": one.name_en, "unit": one.unit, "value": None}
    if found is None or found.value is None:
        return named
    on = _day(found)
    return {
        **named,
        "unit": found.unit or one.unit,
        "value": f"{found.value.normalize():f}",
        "href": f"/figures/{found.pk}/",
        "figure": str(found.pk),
        "on": on.isoformat(),
        "stale": moment.today - on > STALE,
        "body": found.reporter_id,
        "source": found.reporter.name if found.reporter else "",
        "source_en": found.reporter.name_en if found.reporter else "",
    }


def _day(figure: Figure) -> date:
    entry = figure.statement.entry if figure.statement else None
    if entry is None:
        raise AssertionError("a figure of a page is stated by an entry")
    return entry.page_day


def _posts(network: Any, moment: Moment, duties: Duties) -> dict[str, Any]:
    """Of a network's posts how many have reported today, and how many stand; where these numbers are traced."""
    heard = duties.posts(network.run_by, moment.today) or (0, 0)
    keys = [key for key in (f"{network.code}.posts", f"{network.code}.checkpoints") if key in known()]
    rows = f"/registers/tallies/?network={network.code}&day={moment.today}"
    return {
        "name": network.name,
        "name_en": network.name_en,
        "body": network.run_by_id,
        "arrived": heard[0],
        "expected": heard[1],
        "heard": rows,
        "standing": live_href(known()[keys[0]], moment.today, moment.area)
        if keys
        else f"/registers/posts/?network={network.code}",
    }


def days_of(stock: Decimal, use: Decimal) -> Decimal | None:
    """For how many days a stock lasts at a day's use; without use there is no telling."""
    return None if use <= 0 else (stock / use).quantize(Decimal("0.1"))
