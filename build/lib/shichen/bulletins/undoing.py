"""Taking back a decision (撤销): a number or a rejected entry is open again as it was proposed, until its bulletin closes."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F

from shichen.bulletins import deciding
from shichen.bulletins.claims import claim, must_be_open, note
from shichen.bulletins.models import Bulletin, Proposal, ProposedEntry
from shichen.city.models import Account
from shichen.refusal import Refusal

ADDED = "人工补录"
IN_THE_LOG = "已在日志"
OPENED: dict[str, Any] = {"reason": "", "decided_by": None, "decided_at": None}


@transaction.atomic
def number(proposal: Proposal, *, version: int, by: Account) -> Proposal:
    """A number that was decided is open again with the values that were proposed; one added by hand is left. Raises Refusal."""
    must_be_open(proposal.entry)
    if proposal.state == Proposal.State.OPEN:
        raise Refusal("这个数还没有处理，没有可撤销的。")
    back = as_proposed(proposal)
    before = deciding.digest(proposal, back)
    claim(proposal, version, {**back, **_after(proposal), "was": {}}, by)
    what = {"fields": ("state", *back), "before": before, "after": deciding.digest(proposal, back)}
    note("undo", proposal, proposal.entry.bulletin, **what, by=by)
    return proposal


@transaction.atomic
def entry(proposed: ProposedEntry, *, version: int, by: Account) -> ProposedEntry:
    """A rejected entry is open again, with the numbers that were rejected with it. Raises Refusal.

    What was accepted stands in the log and is corrected there, where everybody sees it.
    """
    if proposed.state == ProposedEntry.State.ACCEPTED:
        label = proposed.entry.label if proposed.entry else ""
        raise Refusal(f"第 {proposed.ordinal} 条已记入日志 {label}，不能撤销；请在日志里更正或划去。", rule=IN_THE_LOG)
    if proposed.state != ProposedEntry.State.REJECTED:
        raise Refusal("这一条没有驳回，没有可撤销的。")
    if Bulletin.objects.select_for_update().get(pk=proposed.bulletin_id).state != Bulletin.State.WAITING:
        raise Refusal("这份来稿已经核完，驳回的不能再撤销；要用请重新送一份。")
    with_it = proposed.proposals.filter(state=Proposal.State.REJECTED, decided_at=proposed.decided_at)
    with_it.update(state=Proposal.State.OPEN, version=F("version") + 1, **OPENED)
    claim(proposed, version, {"state": ProposedEntry.State.OPEN, **OPENED}, by)
    note("undo", proposed, proposed.bulletin, by=by)
    return proposed


def last(bulletin: Bulletin, by: Account) -> Proposal | ProposedEntry | None:
    """What a person decided last in a bulletin that is not closed."""
    if bulletin.state != Bulletin.State.WAITING:
        return None
    mine = {"decided_by": by, "decided_at__isnull": False}
    entry_ = bulletin.entries.filter(**mine).order_by("-decided_at", "-ordinal").first()
    numbers = Proposal.objects.filter(entry__bulletin=bulletin, entry__state=ProposedEntry.State.OPEN, **mine)
    number_ = numbers.select_related("entry").order_by("-decided_at", "-start").first()
    rows = [one for one in (entry_, number_) if one is not None]
    return max(rows, key=lambda one: (one.decided_at, one.start), default=None)


def original(proposal: Proposal, changed: Any) -> dict[str, Any]:
    """What was proposed of the values that a decision changes, to be kept with it; what is kept already stays."""
    now_ = {name: getattr(proposal, name) for name in changed if name != "state"}
    plain = {name: value if isinstance(value, bool) else str(value) for name, value in now_.items()}
    return {**plain, **proposal.was}


def as_proposed(proposal: Proposal) -> dict[str, Any]:
    """The values that a number was proposed with, where a decision changed them."""
    columns = {column.name: column for column in Proposal._meta.concrete_fields}
    return {name: columns[name].to_python(value) for name, value in proposal.was.items()}


def _after(proposal: Proposal) -> dict[str, Any]:
    if proposal.reason == ADDED:
        return {"state": Proposal.State.REJECTED, "reason": "撤销补录"}
    return {"state": Proposal.State.OPEN, **OPENED}
