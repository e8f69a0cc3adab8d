"""Acts on suggested rows (建议词表行): which ones wait, taking one into the tables, and not taking it, with a reason."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max

from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.bulletins import suggesting, tables, wording_effects, wordings
from shichen.bulletins.deciding import FIRST
from shichen.bulletins.models import Declined, ProposedEntry, Wording
from shichen.bulletins.suggesting import Suggestion
from shichen.bulletins.wording_effects import Closed
from shichen.city.models import Account
from shichen.journal.models import Mark
from shichen.refusal import Refusal

AGAIN = 2
"""What was not taken is raised again after so many times as many corrections."""
LONGEST = 200


def waiting() -> tuple[Suggestion, ...]:
    """The rows that are suggested now; what was not taken comes back only when persons went on correcting the same."""
    met = {one.mark: one.times for one in Declined.objects.order_by("pk")}
    return tuple(one for one in _found(_state()) if one.times >= AGAIN * met.get(one.mark, 0))


def declined() -> list[Declined]:
    """What was not taken, the last first."""
    return list(Declined.objects.select_related("by").order_by("-pk")[:50])


def seen(one: Suggestion) -> str:
    """What a person had before them: the rows as they would be and the corrections they come from."""
    rows = [(change.table.key, change.key, change.after) for change in one.changes]
    said = json.dumps([one.mark, one.times, rows], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


@transaction.atomic
def take(mark: str, shown: str, reason: str, *, by: Account) -> list[Wording]:
    """Put the suggested rows into the tables. Raises Refusal."""
    one = _asked(mark, shown)
    must_not_mislead(one)
    return wordings.put_suggested(one.changes, reason, by=by)


@transaction.atomic
def decline(mark: str, shown: str, reason: str, *, by: Account) -> Declined:
    """Leave a suggested row out of the tables. Raises Refusal."""
    one, reason = _asked(mark, shown), " ".join(reason.split())[:LONGEST]
    if not reason:
        raise Refusal("不采用要写明理由。", field="reason")
    rows = [{"table": change.table.key, "key": change.key, "values": change.after} for change in one.changes]
    kept = Declined.objects.create(mark=one.mark, times=one.times, rows=rows, reason=reason, by=by, at=now())
    audit.note("decline suggestion", table="bulletins.declined", subject=one.mark[:100], reason=reason, by=by)
    return kept


def must_not_mislead(one: Suggestion) -> None:
    """What closed bulletins are read as, and was taken so, must not be read otherwise. Raises Refusal that names them."""
    _refuse(wording_effects.closed(one.own))


def _refuse(found: Closed) -> None:
    if found.wronged:
        count, which = len(found.wronged), wording_effects.named(found.wronged)
        raise Refusal(f"这样改，{count} 份已核来稿里采对的数会读成别的：{which}；不能采用。", rule="已核不失")


def hindrance(one: Suggestion, found: Closed) -> Refusal | None:
    """Why a suggested row cannot be taken, where it cannot; `found` is what it would do to closed bulletins."""
    try:
        wording_effects.must_come_back(one.own)
        wording_effects.refuse_lost(found)
        _refuse(found)
    except Refusal as refusal:
        return refusal
    return None


def _asked(mark: str, shown: str) -> Suggestion:
    one = next((one for one in waiting() if one.mark == mark), None)
    if one is None or seen(one) != shown:
        raise Refusal("这条建议已经变了，或已有人处理；请刷新后再看。", rule=FIRST)
    return one


@lru_cache(maxsize=2)
def _found(state: tuple[Any, ...]) -> tuple[Suggestion, ...]:
    """Sought again only when entries were taken or struck, or a table changed since."""
    return tuple(suggesting.found())


def _state() -> tuple[Any, ...]:
    entries = ProposedEntry.objects.filter(state=ProposedEntry.State.ACCEPTED)
    taken = entries.aggregate(n=Count("pk"), last=Max("decided_at"))
    struck = Mark.objects.filter(kind=Mark.Kind.STRUCK).count()
    after = settings.CONFIG["bulletins.suggest_after"]
    return (*taken.values(), struck, after, tables.of_the_city().hash)
