"""The clock of the pages: the watch now, or the moment at which a demonstration stands still or to which its replay has come."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone

from shichen import watches
from shichen.audit.context import now
from shichen.refusal import Refusal
from shichen.web import replay


def stands_at() -> datetime | None:
    """The moment of a demonstration (演示钟): where its clock stands, or its replay has come; None in every real city."""
    going = replay.current()
    return going.at(running()) if going is not None else parsed(replay.standing())


def known_by() -> datetime | None:
    """In a replay, the moment after which nothing recorded is known yet; None where all that was recorded is."""
    going = replay.current()
    return going.at(running()) if going is not None else None


def as_of(text: str) -> datetime | None:
    """The moment whose knowledge an address asks for; in a replay, that of the replay unless it asks for an earlier one.

    None where all that was recorded is known. Raises Refusal for a moment that has not come.
    """
    asked, known = parsed(text), known_by()
    if asked is not None and asked > running():
        raise Refusal("这个时刻还没有到。", field="as_of")
    return min(asked, known) if asked is not None and known is not None else asked or known


def until(request: HttpRequest) -> tuple[datetime | None, Refusal | None]:
    """Up to which instant of data a page looks: as asked (`?until=`), else where the clock stands; and what was wrong with it."""
    try:
        return parsed(str(request.GET.get("until", ""))) or stands_at(), None
    except Refusal as refusal:
        return stands_at(), refusal


def shown() -> datetime:
    """The moment that pages speak of: where the clock stands, else now."""
    return stands_at() or now()


def running() -> datetime:
    """The clock on the wall: grants, passes and jobs go by it, also where a demonstration's clock stands."""
    return timezone.now()


def parsed(text: str) -> datetime | None:
    """A moment as addresses and settings write it (2020-02-02T16:00+08:00); without a zone it is local. Raises Refusal."""
    text = text.strip()
    if not text:
        return None
    if "T" in text:
        text = text.replace(" ", "+")  # a plus sign in an address arrives as a space
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(f"时刻「{text[:40]}」读不懂；请写成 2020-02-02T16:00+08:00。", field="as_of") from None
    return moment if moment.utcoffset() is not None else moment.replace(tzinfo=watches.SHANGHAI)
