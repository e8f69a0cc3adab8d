"""Reading an open bulletin again with the tables of now (重读): what was decided stays, what waits is proposed anew.

Entries that were taken or left out are not touched, nor the extent of one that a person put together. A decision over a
number goes along with its characters; where the tables read no such number any more, it stays where it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from shichen.audit import services as audit
from shichen.bulletins import ranking, reading, services, tables
from shichen.bulletins.models import Bulletin, Proposal, ProposedEntry
from shichen.bulletins.reading import Learned
from shichen.city.models import Account
from shichen.city.scope import Sight
from shichen.prose.spans import Entry, Figure
from shichen.prose.tables import Tables
from shichen.refusal import Refusal

AT_ONCE = 50
WEIGHED = {"confidence", "tier", "checks"}
Span = tuple[int, int, str]


@dataclass(frozen=True)
class Result:
    """What became of a bulletin's numbers: proposed anew, proposed otherwise, not read any more, kept as decided."""

    bulletins: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0
    kept: int = 0

    def __add__(self, other: Result) -> Result:
        return Result(
            self.bulletins + other.bulletins,
            self.new + other.new,
            self.changed + other.changed,
            self.gone + other.gone,
            self.kept + other.kept,
        )


def stale(reach: Sight) -> list[Bulletin]:
    """The bulletins that wait and were read with other tables than those of now."""
    rows = Bulletin.objects.within(reach).filter(state=Bulletin.State.WAITING).order_by("received_at")
    used = ranking.in_use()
    return [one for one in rows if one.tables_hash != ranking.fingerprint(_words(one), used)]


def reread_all(reach: Sight, *, by: Account) -> Result:
    """Read again what waits and is stale, each bulletin for itself; at most fifty at once."""
    done = Result()
    for bulletin in stale(reach)[:AT_ONCE]:
        try:
            done += reread(bulletin, by=by)
        except Refusal:
            continue  # somebody closed it meanwhile, or its text was erased on time: it stays as it is
    return done


@transaction.atomic
def reread(bulletin: Bulletin, *, by: Account) -> Result:
    """Read one open bulletin with the tables of now. Raises Refusal when it is open no more."""
    bulletin = Bulletin.objects.select_for_update(of=("self",)).select_related("unit", "envelope").get(pk=bulletin.pk)
    if bulletin.state != Bulletin.State.WAITING:
        raise Refusal(f"这份来稿{bulletin.get_state_display()}，不再重读。")
    raw, words = services.raw_text(bulletin), _words(bulletin)
    found = reading.read_again(bulletin, raw, lambda _on: words)
    desk = _Desk(bulletin, raw, Learned.of(raw, found, words))
    desk.lay(found.entries)
    read_with = ranking.fingerprint(words, desk.learned.ordering.ranking if desk.learned.ordering else None)
    Bulletin.objects.filter(pk=bulletin.pk).update(tables_hash=read_with, flags=list(found.flags))
    reading.weigh(bulletin)
    done = desk.result
    audit.note(
        "reread",
        table="bulletins.bulletin",
        subject=bulletin.pk,
        unit=bulletin.unit_id,
        area=bulletin.area_id,
        rows=done.new + done.changed + done.gone,
        after=audit.keyed_digest(read_with),
        by=by,
    )
    return done


def _words(bulletin: Bulletin) -> Tables:
    return tables.of_the_city(reading.day_of(bulletin.covers, bulletin.kind))


@dataclass
class _Desk:
    """One bulletin being laid out anew."""

    bulletin: Bulletin
    raw: str
    learned: Learned
    result: Result = field(default_factory=lambda: Result(bulletins=1))
    laid: list[ProposedEntry] = field(default_factory=list)

    def lay(self, entries: Sequence[Entry]) -> None:
        held = list(self.bulletin.entries.all())
        fixed = [one for one in held if one.state != ProposedEntry.State.OPEN or one.version > 1]
        loose = {(one.start, one.end): one for one in held if one not in fixed}
        waiting = {_span(one): one for one in self._proposals(loose.values())}
        every = [figure for entry in entries for figure in entry.figures]
        for one in fixed:
            if one.state == ProposedEntry.State.OPEN:
                own = {_span(proposal): proposal for proposal in self._proposals([one])}
                self._numbers(one, [figure for figure in every if one.start <= figure.start < one.end], own)
                self._leave(own)
        for piece in (piece for entry in entries for piece in _pieces(entry, fixed, self.raw)):
            target = self._entry(piece, loose.pop((piece.start, piece.end), None))
            self._numbers(target, piece.figures, waiting)
        self._leave(waiting)
        self._clear(loose.values())
        self._number_entries()

    def _proposals(self, entries: Iterable[ProposedEntry]) -> list[Proposal]:
        return list(Proposal.objects.filter(entry__in=list(entries)).order_by("start"))

    def _entry(self, piece: Entry, old: ProposedEntry | None) -> ProposedEntry:
        values = reading.entry_of(piece, self.bulletin.covers)
        if old is None:
            return ProposedEntry.objects.create(bulletin=self.bulletin, ordinal=0, **values)
        if any(getattr(old, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(old, name, value)
            old.save(update_fields=list(values))
        return old

    def _numbers(self, entry: ProposedEntry, figures: Iterable[Figure], waiting: dict[Span, Proposal]) -> None:
        """The numbers of an entry; one that stood at the same characters is taken from those that wait for a place."""
        made = []
        for figure in figures:
            values = self.learned.values(figure, entry)
            old = waiting.pop((values["start"], values["end"], values["raw"]), None)
            if old is None:
                made.append(Proposal(entry=entry, **values))
            else:
                self._again(old, entry, values)
        Proposal.objects.bulk_create(made)
        self.laid.append(entry)
        self.result += Result(new=len(made))

    def _again(self, old: Proposal, entry: ProposedEntry, values: dict[str, Any]) -> None:
        """A number that was decided keeps its decision; one that waits says what is read now, as a version of its own."""
        if old.state != Proposal.State.OPEN:
            self.result += Result(kept=1)
            values = {}
        changed = {name: value for name, value in values.items() if getattr(old, name) != value}
        if old.read_confidence == values.get("confidence") and set(changed) <= WEIGHED:
            changed = {}  # read as before; what is on record was weighed in since
        if changed:
            changed |= {"version": old.version + 1, "read_confidence": None}
            self.result += Result(changed=bool({"indicator", "unit", "value", "period", "cumulative"} & changed.keys()))
        if changed or old.entry_id != entry.pk:
            Proposal.objects.filter(pk=old.pk).update(entry=entry, **changed)

    def _leave(self, waiting: dict[Span, Proposal]) -> None:
        """What is read no more: gone where it waited; where a person decided, put into the entry that holds its characters."""
        for one in waiting.values():
            if one.state == Proposal.State.OPEN:
                one.delete()
                self.result += Result(gone=1)
                continue
            self.result += Result(kept=1)
            home = next((entry for entry in self.laid if entry.start <= one.start and one.end <= entry.end), None)
            if home is not None and home.pk != one.entry_id:
                Proposal.objects.filter(pk=one.pk).update(entry=home)

    def _clear(self, entries: Iterable[ProposedEntry]) -> None:
        """Entries that are read otherwise now go, but for one that still holds a decision."""
        for one in entries:
            if not one.proposals.exists():
                one.delete()

    def _number_entries(self) -> None:
        for number, one in enumerate(self.bulletin.entries.order_by("start", "end"), start=1):
            if one.ordinal != number:
                ProposedEntry.objects.filter(pk=one.pk).update(ordinal=number)


def _span(one: Proposal) -> Span:
    return one.start, one.end, one.raw


def _pieces(entry: Entry, fixed: Sequence[ProposedEntry], raw: str) -> list[Entry]:
    """What of an entry lies outside those that stay as they are."""
    left, at = [], entry.start
    for start, end in sorted((one.start, one.end) for one in fixed if one.start < entry.end and one.end > entry.start):
        if at < start:
            left.append((at, start))
        at = max(at, end)
    if at < entry.end:
        left.append((at, entry.end))
    if left == [(entry.start, entry.end)]:
        return [entry]
    return [_cut(entry, start, end, raw) for start, end in left if raw[start:end].strip()]


def _cut(entry: Entry, start: int, end: int, raw: str) -> Entry:
    figures = tuple(one for one in entry.figures if start <= one.start and one.end <= end)
    mentions = tuple(one for one in entry.mentions if start <= one.start and one.end <= end)
    return entry._replace(start=start, end=end, text=raw[start:end].strip(), figures=figures, mentions=mentions)
