"""Questions about the log."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from django.db import connection
from django.db.models import Count, Max, Min

from shichen.audit.queries import Sealed
from shichen.city.scope import Sight
from shichen.journal.models import Entry, EntryQuerySet
from shichen.journal.services import mac_of


def seen(sight: Sight, *, as_of: datetime | None = None) -> EntryQuerySet:
    """The entries within reach, as the log stood at `as_of`."""
    entries = Entry.objects.within(sight).select_related("unit", "area", "author").prefetch_related("marks")
    return entries if as_of is None else entries.filter(recorded_at__lte=as_of)


def length() -> int:
    """About how many entries the log has: the number of the last one."""
    last: int | None = Entry.objects.aggregate(last=Max("seq"))["last"]
    return last or 0


def extent(*, as_of: datetime | None = None) -> tuple[date, date] | None:
    """The first and the last page day that has an entry, of the last as the log stood at `as_of`; None of an empty log."""
    first = Entry.objects.aggregate(first=Min("page_day"))["first"]
    if first is None:
        return None
    last = Entry.objects.aggregate(last=Max("page_day"))["last"] if as_of is None else _last_known(as_of)
    return None if last is None else (first, last)


def _last_known(as_of: datetime) -> date | None:
    """The last page day of which something was recorded by then, found by going from day to day and not by reading the log."""
    with connection.cursor() as cursor:
        cursor.execute(LAST_KNOWN, [connection.ops.adapt_datetimefield_value(as_of)])
        found = cursor.fetchone()
    return None if found is None else found[0] if isinstance(found[0], date) else date.fromisoformat(found[0])


LAST_KNOWN = """
WITH RECURSIVE days(day) AS (
  SELECT max(page_day) FROM journal_entry
  UNION ALL
  SELECT (SELECT max(page_day) FROM journal_entry WHERE page_day < days.day) FROM days WHERE days.day IS NOT NULL
)
SELECT day FROM days
WHERE day IS NOT NULL AND (SELECT min(recorded_at) FROM journal_entry WHERE page_day = days.day) <= %s
LIMIT 1
"""


def by_watch(sight: Sight, page_day: date) -> Counter[str]:
    """How many entries each watch of a page day holds."""
    rows = Entry.objects.within(sight).filter(page_day=page_day).values_list("watch").annotate(n=Count("seq"))
    return Counter(dict(rows))


SEALED = Sealed(Entry.objects.all, mac_of)
