"""Next updates (下次更新): the moment by which more was promised on an entry, and whether it came.

A promise is kept by an entry that goes on from it, or ends with the entry itself when that is corrected or struck.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from shichen.city.models import Account
from shichen.journal import services
from shichen.journal.models import Entry, Mark
from shichen.refusal import Refusal
from shichen.watches import instant

LONGEST = timedelta(days=14)
FORM = "%Y-%m-%dT%H:%M:%SZ"  # as text the moments stand in the order of time, so that the index of marks finds them
ENDS = (Mark.Kind.UPDATED, Mark.Kind.STRUCK)


@transaction.atomic
def promise(entry: Entry, due: datetime, *, at: datetime, by: Account) -> Mark:
    """Promise more on an entry by a moment. Raises Refusal for one that is past or far off, and for a second promise."""
    if instant(due) <= instant(at):
        raise Refusal("下次更新的时间已经过去；请写一个还没到的时间。", field="next_update")
    if instant(due) - instant(at) > LONGEST:
        raise Refusal(f"下次更新最远 {LONGEST.days} 天；更远的事请另作安排。", field="next_update")
    if entry.marks.filter(kind__in=(Mark.Kind.DUE, *ENDS)).exists():
        raise Refusal(f"{entry.label} 已定过下次更新，或已有后续。", field="next_update")
    return services.mark(entry, Mark.Kind.DUE, detail=text_of(due), by=by)


@transaction.atomic
def follow(entry: Entry, successor: Entry, *, by: Account) -> Mark:
    """Say that an entry goes on from another; a promise made there is kept by it. Raises Refusal."""
    if entry.marks.filter(kind=Mark.Kind.STRUCK).exists():
        raise Refusal(f"{entry.label} 已被划去；请接在更正后的那一条。")
    return services.mark(entry, Mark.Kind.UPDATED, successor=successor, by=by)


def waiting(*, as_of: datetime | None = None) -> QuerySet[Mark]:
    """The promises that nothing has kept yet, the earliest first; as it was known at `as_of`."""
    known = Q() if as_of is None else Q(at__lte=as_of)
    over = Mark.objects.filter(known, entry=OuterRef("entry"), kind__in=ENDS)
    promises = Mark.objects.filter(known, ~Exists(over), kind=Mark.Kind.DUE)
    return promises.select_related("entry__unit").order_by("detail", "entry_id")


def due_of(mark: Mark) -> datetime:
    """The moment that a promise names."""
    return datetime.strptime(mark.detail, FORM).replace(tzinfo=UTC)


def text_of(moment: datetime) -> str:
    """A moment as promises write it: what an index compares them with."""
    return moment.astimezone(UTC).strftime(FORM)
