"""Questions about the log."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count

from shichen.city.scope import Sight
from shichen.journal.models import Entry, EntryQuerySet
from shichen.journal.services import mac_of


def seen(sight: Sight, *, as_of: datetime | None = None) -> EntryQuerySet:
    """The entries within reach, as the log stood at `as_of`."""
    entries = Entry.objects.within(sight).select_related("unit", "area", "author").prefetch_related("marks")
    return entries if as_of is None else entries.filter(recorded_at__lte=as_of)


def by_watch(sight: Sight, page_day: date) -> Counter[str]:
    """How many entries each watch of a page day holds."""
    rows = Entry.objects.within(sight).filter(page_day=page_day).values_list("watch").annotate(n=Count("seq"))
    return Counter(dict(rows))


def digests() -> dict[UUID, str]:
    """What each entry should have been sealed as."""
    return {entry.id: mac_of(entry) for entry in Entry.objects.order_by("seq").iterator()}
