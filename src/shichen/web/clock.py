"""The clock of the pages: the watch now, or the moment at which a demonstration stands still."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from shichen import watches
from shichen.audit.context import now
from shichen.refusal import Refusal

SETTING = "board.moment"


def stands_at() -> datetime | None:
    """The moment at which the clock of this post stands (演示钟); None where it runs, as in every real city."""
    return parsed(settings.CONFIG.values.get(SETTING, ""))


def shown() -> datetime:
    """The moment that pages speak of: where the clock stands, else now."""
    return stands_at() or now()


def running() -> datetime:
    """The clock on the wall: grants, passes and jobs go by it, also where a demonstration's clock stands."""
    return timezone.now()


def past(text: str) -> datetime | None:
    """The past moment that an address asks for; None means now. Raises Refusal for one that has not come."""
    found = parsed(text)
    if found is not None and found > running():
        raise Refusal("这个时刻还没有到。", field="as_of")
    return found


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
