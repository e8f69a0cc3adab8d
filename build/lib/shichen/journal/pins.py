"""Pins (置顶): entries that stay on top of the log until somebody takes them down, each with who pinned it and when."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.db import transaction

from shichen.city.models import Account
from shichen.city.scope import Sight
from shichen.journal import services
from shichen.journal.models import Entry, Mark
from shichen.refusal import Refusal

MOST = 12  # beyond, what is on top is no longer read
KINDS = (Mark.Kind.PINNED, Mark.Kind.UNPINNED, Mark.Kind.STRUCK)
MANY = 1_000_000  # an entry that was struck is on top no more, however often it was put there


@transaction.atomic
def pin(entry: Entry, *, by: Account) -> Mark:
    """Keep an entry on top. Raises Refusal where it is there, was struck, or the top is full."""
    held = pinned()
    if entry.pk in held:
        raise Refusal(f"{entry.label} 已经置顶。")
    if entry.marks.filter(kind=Mark.Kind.STRUCK).exists():
        raise Refusal(f"{entry.label} 已被划去，不能置顶。")
    if len(held) >= MOST:
        raise Refusal(f"置顶最多 {MOST} 条；请先取下一条。")
    return services.mark(entry, Mark.Kind.PINNED, by=by)


@transaction.atomic
def unpin(entry: Entry, *, by: Account) -> Mark:
    """Take an entry down from the top. Raises Refusal where it is not there."""
    if entry.pk not in pinned():
        raise Refusal(f"{entry.label} 没有置顶。")
    return services.mark(entry, Mark.Kind.UNPINNED, by=by)


def pinned(sight: Sight | None = None, *, as_of: datetime | None = None) -> dict[int, Mark]:
    """The mark by which each entry on top was put there, by entry, newest first; those within reach, as known then."""
    ever = Mark.objects.filter(kind=Mark.Kind.PINNED)
    if sight is not None:
        ever = ever.filter(entry__in=Entry.objects.within(sight).order_by())
    marks = Mark.objects.filter(entry__in=set(ever.values_list("entry", flat=True)), kind__in=KINDS)
    if as_of is not None:
        marks = marks.filter(at__lte=as_of)
    ups: Counter[int] = Counter()
    last: dict[int, Mark] = {}
    for mark in marks.select_related("by").order_by("at"):
        ups[mark.entry_id] += 1 if mark.kind == Mark.Kind.PINNED else -1 if mark.kind == Mark.Kind.UNPINNED else -MANY
        if mark.kind == Mark.Kind.PINNED:
            last[mark.entry_id] = mark
    newest = sorted(last, key=lambda entry: (last[entry].at, entry), reverse=True)
    return {entry: last[entry] for entry in newest if ups[entry] > 0}
