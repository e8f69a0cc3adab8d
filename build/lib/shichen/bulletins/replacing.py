"""A reissue takes the place of the bulletin before it (替换): what was still open there closes, what was decided stays."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from shichen.audit.context import now
from shichen.bulletins import alike
from shichen.bulletins.alike import Pair, Shelf
from shichen.bulletins.claims import close_when_decided, note
from shichen.bulletins.deciding import FIRST
from shichen.bulletins.models import Bulletin, Proposal, ProposedEntry
from shichen.city.models import Account
from shichen.refusal import Refusal


@transaction.atomic
def replace(bulletin: Bulletin, former: Bulletin, *, by: Account) -> int:
    """Mark a bulletin to replace a former one of its unit's day; how many numbers were closed there. Raises Refusal."""
    both = Bulletin.objects.select_for_update().filter(pk__in=[bulletin.pk, former.pk])
    held = {one.pk: one for one in both.select_related("envelope", "unit")}
    later, before = held[bulletin.pk], held[former.pk]
    _must_be_free(later, before)
    later.replaces = before
    later.save(update_fields=["replaces"])
    closed = _close(before, by)
    close_when_decided(before)
    note("replace", before, before, rows=closed, reason=f"由 {later.pk} 替换", by=by)
    return closed


def disagreeing(bulletin: Bulletin, former: Bulletin) -> list[Pair]:
    """The numbers decided in the former that the reissue gives otherwise: they stand, and are put right as corrections."""
    found = Shelf.of([bulletin, former]).pairs(bulletin, former)
    return [one for one in found if one.right and one.right.figure and not one.same and _stands(one.right)]


def _stands(one: Proposal) -> bool:
    return one.figure is not None and one.figure.successor_id is None


def _must_be_free(later: Bulletin, before: Bulletin) -> None:
    if later.replaces_id is not None or Bulletin.objects.filter(replaces=before).exists():
        raise Refusal("这两份中有一份已经标过替换；请刷新后再看。", rule=FIRST)
    alike_ = Shelf.of([later, before]).between(later, before)
    if later.covers != before.covers or alike_ is None or alike_.kind == alike.OTHERS:
        raise Refusal("只有同一单位同一天、大体相同的来稿才能替换。")
    if before.received_at > later.received_at:
        raise Refusal("后收到的替换先收到的，不能反过来。")


def _close(before: Bulletin, by: Account) -> int:
    """Entries that wait and their open numbers become replaced."""
    done = {"decided_by": by, "decided_at": now(), "version": F("version") + 1}
    waiting = before.entries.filter(state=ProposedEntry.State.OPEN)
    numbers = Proposal.objects.filter(entry__in=list(waiting), state=Proposal.State.OPEN)
    closed = numbers.update(state=Proposal.State.REPLACED, **done)
    waiting.update(state=ProposedEntry.State.REPLACED, **done)
    return closed
