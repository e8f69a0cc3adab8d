"""What the checks of a bulletin came to, kept when it is read (核对所得): by its numbers, its entries and the bulletin itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from shichen.audit.context import now
from shichen.bulletins import alike, issuers
from shichen.bulletins.models import Bulletin, Proof, Proposal, ProposedEntry
from shichen.prose.confidence import EFFECTS

MISSING, PLACE, ISSUER, DUPLICATE, REISSUE, AGENCIES = "missing", "place", "issuer", "duplicate", "reissue", "agencies"
OF_NUMBERS = (*EFFECTS, AGENCIES)
OF_ENTRIES = (MISSING, PLACE, ISSUER)
OF_BULLETINS = (DUPLICATE, REISSUE)
LONGEST = 200


class Made(NamedTuple):
    """A check that was made: which, where in the text, of what; what it came to."""

    check_name: str
    start: int
    end: int
    subject: UUID
    ok: bool
    note: str = ""
    against: UUID | None = None

    @property
    def place(self) -> tuple[str, int, int]:
        return self[:3]


def keep(bulletin: Bulletin) -> None:
    """Keep what the checks of a bulletin say now, beside what they said before; what stayed is not touched."""
    made = sorted(_made(bulletin), key=lambda one: not one.ok)
    wanted = {one.place: one for one in made}  # of one check made twice of a number, what failed
    for row in Proof.objects.filter(bulletin=bulletin, until=None):
        if _as_made(row) == wanted.get((row.check_name, row.start, row.end)):
            del wanted[row.check_name, row.start, row.end]
        else:
            Proof.objects.filter(pk=row.pk).update(until=now())
    whose = {"unit_id": bulletin.unit_id, "area_path": bulletin.area.path, "event_id": bulletin.event_id, "at": now()}
    rows = [Proof(bulletin=bulletin, **whose, **one._asdict()) for one in wanted.values()]
    Proof.objects.bulk_create(rows, batch_size=500)


def _as_made(row: Proof) -> Made:
    return Made(*(getattr(row, name) for name in Made._fields))


def _made(bulletin: Bulletin) -> Iterator[Made]:
    entries = list(bulletin.entries.all())
    for entry in entries:
        yield from _of_entry(entry)
    for number in Proposal.objects.filter(entry__bulletin=bulletin):
        yield from _of_number(number)
    yield from _of_bulletin(bulletin)


def _of_number(one: Proposal) -> Iterator[Made]:
    for check in one.checks:
        if check["id"] in OF_NUMBERS:
            note, against = str(check.get("note", ""))[:LONGEST], check.get("figure")
            yield Made(check["id"], one.start, one.end, one.pk, check["ok"], note, UUID(against) if against else None)


def _of_entry(entry: ProposedEntry) -> Iterator[Made]:
    """What failed of an entry, where its words stand in the text."""
    for flag in map(str, entry.flags):
        kind, _colon, said = flag.partition(":")
        if kind == MISSING:
            yield Made(MISSING, entry.start, entry.end, entry.pk, ok=False)
        elif kind in (PLACE, ISSUER) and said:
            word, _arrow, near = said.partition("→")
            at = entry.text.find(word)
            start = entry.start + max(at, 0)
            note = f"{word}→{near}" if near else word
            yield Made(kind, start, start + len(word) if at >= 0 else entry.end, entry.pk, False, note[:LONGEST])


def _of_bulletin(bulletin: Bulletin) -> Iterator[Made]:
    """Whether its unit had sent the same before, or much the same of the same day."""
    rows = Bulletin.objects.filter(unit=bulletin.unit, received_at__lte=bulletin.received_at).exclude(pk=bulletin.pk)
    rows = rows.select_related("envelope", "unit").defer("envelope__body", "envelope__words")
    span = 0, min(bulletin.characters, 80), bulletin.pk
    if rows.filter(envelope__digest=bulletin.envelope.digest).exists():
        yield Made(DUPLICATE, *span, ok=False)
        return
    day = list(rows.filter(covers=bulletin.covers))
    shelf = alike.Shelf.of([bulletin, *day]) if day else None
    found = (shelf.between(bulletin, one) for one in day) if shelf else iter(())
    if any(one is not None and one.kind == alike.REISSUE for one in found):
        yield Made(REISSUE, *span, ok=False)


def flag_issuers(bulletin: Bulletin) -> None:
    """Mark the entries whose reporting unit is known by a name that did not hold on their day."""
    entries = list(bulletin.entries.all())
    lapsed = issuers.flagged(entries)
    for one in entries:
        flags = [flag for flag in one.flags if not str(flag).startswith(issuers.FLAG)]
        flags += [f"{issuers.FLAG}{lapsed[one]}"] if one in lapsed else []
        if flags != one.flags:
            one.flags = flags
            one.save(update_fields=["flags"])
