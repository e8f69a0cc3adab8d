"""Acts on free-text reports: read one, decide what was proposed, make entries and stated figures of what is accepted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F

from shichen.audit.context import now
from shichen.bulletins import deciding, keeping, learning, undoing
from shichen.bulletins.claims import claim, close_when_decided, must_be_open, note
from shichen.bulletins.deciding import Source
from shichen.bulletins.models import Bulletin, Proposal, ProposedEntry
from shichen.city.models import Account, Area, Body
from shichen.indicators import services as indicators
from shichen.indicators.models import Figure
from shichen.intake import texts
from shichen.journal import services as journal
from shichen.journal.models import Entry
from shichen.journal.services import Said
from shichen.refusal import Refusal
from shichen.web.masking import masked


@dataclass(frozen=True)
class Placing:
    """Where an accepted entry belongs; what is left out stays as it was proposed."""

    body: Body | None = None
    unit_text: str | None = None
    column: str | None = None
    slot: str | None = None
    on: date | None = None
    topic: str | None = None
    area: Area | None = None
    text: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def decide(
    proposal: Proposal, state: str, *, version: int, values: dict[str, Any] | None = None, reason: str = "", by: Account
) -> Proposal:
    """Take a proposed number for a figure, changed or as it stands, or leave it. Raises Refusal."""
    must_be_open(proposal.entry)
    decided = deciding.decided(proposal, state, values, reason)
    before = deciding.digest(proposal, decided)
    was = undoing.original(proposal, decided)
    claim(proposal, version, {**decided, "reason": reason.strip(), "was": was}, by)
    what = {"fields": tuple(decided), "before": before, "after": deciding.digest(proposal, decided)}
    note("decide", proposal, proposal.entry.bulletin, reason=reason.strip(), **what, by=by)
    return proposal


@transaction.atomic
def add(entry: ProposedEntry, start: int, end: int, values: dict[str, Any], *, by: Account) -> Proposal:
    """Mark a number that the reader did not see; its span must lie in the entry. Raises Refusal."""
    must_be_open(entry)
    text = raw_text(entry.bulletin)
    if not entry.start <= start < end <= entry.end:
        raise Refusal("所标文字不在这一条之内。", field="start")
    added = Proposal.objects.create(
        entry=entry,
        start=start,
        end=end,
        raw=text[start:end],
        confidence=Decimal(1),
        state=Proposal.State.EDITED,
        reason=undoing.ADDED,
        decided_by=by,
        decided_at=now(),
        **values,
    )
    keeping.added(added)
    what = {"fields": tuple(values), "after": deciding.digest(added, values)}
    note("add", added, entry.bulletin, reason=added.reason, **what, by=by)
    return added


@transaction.atomic
def merge(bulletin: Bulletin, *, by: Account) -> ProposedEntry:
    """Make one entry of all open ones, in the order of the text, each line where it was. Raises Refusal when none is open."""
    entries = list(bulletin.entries.filter(state=ProposedEntry.State.OPEN).order_by("start"))
    if not entries:
        raise Refusal("这份来稿没有待核的条目。")
    whole, rest, raw = entries[0], entries[1:], raw_text(bulletin)
    keeping.merged(entries)
    for entry in rest:
        entry.proposals.update(entry=whole)
        whole.text += line_breaks(raw[whole.end : entry.start]) + entry.text
        whole.end = max(whole.end, entry.end)
        whole.flags = [*whole.flags, *entry.flags]
        entry.delete()
    whole.version += 1
    whole.save(update_fields=["text", "end", "flags", "version"])
    note("merge", whole, bulletin, rows=len(entries), by=by)
    return whole


@transaction.atomic
def accept(proposed: ProposedEntry, placing: Placing, *, version: int, by: Account) -> Entry:
    """Make a log entry of a proposed one, and stated figures of its accepted numbers. Raises Refusal.

    Numbers still open in it are taken as they were proposed: accepting an entry accepts what it says.
    """
    must_be_open(proposed)
    bulletin = proposed.bulletin
    for proposal in proposed.proposals.filter(state=Proposal.State.OPEN):
        claim(proposal, proposal.version, {"state": Proposal.State.ACCEPTED, "reason": ""}, by)
    body = placing.body or proposed.body or bulletin.unit
    on = placing.on or proposed.on
    area = placing.area or deciding.area_of(body, bulletin.area)
    said = Said(
        text=masked(placing.text or proposed.text),
        unit=body,
        unit_text=_or(placing.unit_text, proposed.unit_text)[:100],
        area=area,
        event=bulletin.event,
        kind=Entry.Kind.REPORT,
        topic=_or(placing.topic, proposed.topic),
        column=_or(placing.column, proposed.column),
        slot=_or(placing.slot, proposed.slot),
        page_day=on,
        reported_at=bulletin.envelope.reported_at,
        envelope=bulletin.envelope_id,
        act="accept_bulletin",
    )
    entry = journal.write(said, by=by)
    kept = [proposal for proposal in proposed.proposals.order_by("start") if proposal.kept]
    text = masked(raw_text(bulletin))
    source = Source(text, entry, body, area, entry.page_day, entry.envelope)
    figures = [(proposal, _state(proposal, source, by)) for proposal in kept]
    indicators.bind(entry, _places(entry.text, figures))
    learning.learn(kept, by=by)
    claim(proposed, version, {"state": ProposedEntry.State.ACCEPTED, "entry": entry}, by)
    close_when_decided(bulletin)
    return entry


@transaction.atomic
def reject(proposed: ProposedEntry, reason: str, *, version: int, by: Account) -> None:
    """Leave an entry out of the log, with a reason; the bulletin keeps it. Raises Refusal."""
    must_be_open(proposed)
    if not reason.strip():
        raise Refusal("驳回一条要写明理由。", field="reason")
    at = now()
    claim(proposed, version, {"state": ProposedEntry.State.REJECTED, "reason": reason.strip(), "decided_at": at}, by)
    proposed.proposals.filter(state=Proposal.State.OPEN).update(
        state=Proposal.State.REJECTED, decided_by=by, decided_at=at, version=F("version") + 1
    )
    note("reject", proposed, proposed.bulletin, reason=reason.strip(), by=by)
    close_when_decided(proposed.bulletin)


def line_breaks(between: str) -> str:
    """What is kept of the raw text between two entries: its line breaks; one only, where other words stood there."""
    lines = between.count("\n")
    return "\n" * (min(lines, 1) if between.strip() else lines)


def raw_text(bulletin: Bulletin) -> str:
    """The text as it was received, decoded; all spans count its characters."""
    return texts.text_in(bulletin.envelope)


def _state(proposal: Proposal, source: Source, by: Account) -> Figure:
    figure = deciding.stated(proposal, source, by=by)
    Proposal.objects.filter(pk=proposal.pk).update(figure=figure)
    return figure


def _places(text: str, figures: list[tuple[Proposal, Figure]]) -> list[tuple[Figure, int, int]]:
    """Where in the entry's text each number stands: in the order of the bulletin, each found after the one before."""
    places, cursor = [], 0
    for proposal, figure in figures:
        found = text.find(proposal.raw, cursor)
        if found >= 0:
            cursor = found + len(proposal.raw)
            places.append((figure, found, cursor))
    return places


def _or(given: str | None, proposed: str) -> str:
    return proposed if given is None else given
