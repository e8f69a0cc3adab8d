"""What an address asks of the chronicle: from when to when, which events, by which dates, as of which moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.http import HttpRequest
from django.utils.translation import gettext as _

from shichen import watches
from shichen.city.scope import Sight
from shichen.publications.chronicle import curve as curves
from shichen.publications.chronicle import telling as chronicles
from shichen.publications.chronicle.telling import Chronicle, Narrowing
from shichen.publications.editions import pages
from shichen.publications.models import Edition
from shichen.refusal import Refusal
from shichen.registers.cases.queries import PUBLISHED
from shichen.web import clock

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Asked:
    """What an address asks of the chronicle."""

    first: date
    last: date
    only: Narrowing
    dated: str
    as_of: datetime | None
    live: bool = False


def read(request: HttpRequest, reach: Sight) -> Asked:
    """What the address says, and the usual where it says nothing. Raises Refusal."""
    given, as_of = request.GET, clock.as_of(request.GET.get("as_of", ""))
    ordinary = usual(reach, as_of=as_of)
    kinds = tuple(kind for kind in given.getlist("kind")[:20] if kind)
    only = Narrowing(kinds, given.get("area", "")[:40], given.get("unit", "")[:60])
    dated = given.get("dated", PUBLISHED)
    if dated not in curves.DATED:
        raise Refusal(_("曲线只有两种日期：published(发布日)、data(数据日)。"), field="dated")
    first, last = _bound(given, "from") or ordinary.first, _bound(given, "to") or ordinary.last
    return Asked(first, last, only, dated, as_of, bool(given.get("live")))


def usual(reach: Sight, *, as_of: datetime | None = None) -> Asked:
    """From the first event to the last, or the last 400 days of them."""
    today = watches.civil_day(clock.shown())
    first, last = chronicles.extent(reach, as_of=as_of) or (today, today)
    return Asked(max(first, last - ONE_DAY * (chronicles.LONGEST - 1)), last, Narrowing(), PUBLISHED, as_of)


def shown(asked: Asked, reach: Sight) -> tuple[Chronicle, Edition | None]:
    """What readers see: the released edition of exactly these dates, else what the log gives. Raises Refusal."""
    return pages.span(asked.first, asked.last, reach, as_of=asked.as_of, only=asked.only, live=asked.live)


def _bound(given: Mapping[str, str], name: str) -> date | None:
    text = given.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refusal(f"「{text[:20]}」不是日期；请写成 2020-01-21。", field=name) from None
