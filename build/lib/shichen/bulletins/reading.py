"""Working a received text: decode it, read it, and keep what the reader proposes for a person to decide."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from shichen import watches
from shichen.bulletins import history, learning, proofs, ranking, tables
from shichen.bulletins.models import Bulletin, Proposal, ProposedEntry
from shichen.bulletins.ranking import Ordering
from shichen.city.models import Body
from shichen.intake import texts
from shichen.intake.kinds import Arrival, Entered
from shichen.journal.models import Column
from shichen.prose import kinds, reader, spans
from shichen.prose.desk import desk
from shichen.prose.layout import lines
from shichen.prose.memory import Memory
from shichen.prose.tables import Tables
from shichen.refusal import Refusal


def work(body: bytes, arrival: Arrival) -> Entered:
    """Read a bulletin and keep its proposals. Raises Refusal when it cannot be read at all: the envelope waits."""
    envelope = arrival.envelope
    raw = texts.text_in(envelope)
    covers = _covers(envelope.details.get("covers"), arrival)
    began = time.perf_counter()
    kind = envelope.details.get("kind") or None
    words = tables.of_the_city(day_of(covers, kind or kinds.guess(raw, lines(raw, Tables.default().layout))))
    reading = reader.read(raw, words, covers=covers, kind=kind, unit=arrival.unit.name)
    bulletin = Bulletin.objects.create(
        envelope=envelope,
        kind=reading.kind,
        covers=covers,
        unit=arrival.unit,
        area=arrival.area,
        event=arrival.event,
        received_at=envelope.received_at,
        opening=" ".join(raw.split())[:80],
        characters=len(raw),
        tables_hash=ranking.fingerprint(words, ranking.in_use()),
        read_ms=int((time.perf_counter() - began) * 1000),
        flags=list(reading.flags),
    )
    learned = Learned.of(raw, reading, words)
    figures = sum(_propose(bulletin, number, entry, learned) for number, entry in enumerate(reading.entries, start=1))
    weigh(bulletin)
    note = f"提出条目 {len(reading.entries)} 条、数字 {figures} 个，待复核"
    return Entered(read=1, taken=1, note=note)


def weigh(bulletin: Bulletin) -> None:
    """Ask the register of bodies and the record what they say of a bulletin that was read, and keep what the checks came to."""
    proofs.flag_issuers(bulletin)
    history.enter(bulletin)
    proofs.keep(bulletin)


def day_of(covers: date, kind: str) -> date | None:
    """The day whose names a text uses; a chronicle speaks of many days."""
    return None if kind == "chronicle" else covers


def read_again(bulletin: Bulletin, raw: str, words: Callable[[date | None], Tables]) -> spans.Reading:
    """A bulletin as other tables read it."""
    found = words(day_of(bulletin.covers, bulletin.kind))
    return reader.read(raw, found, covers=bulletin.covers, kind=bulletin.kind, unit=bulletin.unit.name)


class Learned(NamedTuple):
    """What is known of a bulletin's sayings, and how each of its figures was said, by its span; the order of candidates in use."""

    memory: Memory
    said: dict[tuple[int, int], tuple[str, ...]]
    ordering: Ordering | None = None

    @classmethod
    def of(cls, raw: str, reading: spans.Reading, words: Tables) -> Learned:
        said = learning.sayings(raw, reading.figures, desk(words).places)
        where = ((one.start, one.end) for one in reading.figures)
        return cls(learning.remembered(said), dict(zip(where, said, strict=True)), Ordering.of(words))

    def values(self, figure: spans.Figure, entry: ProposedEntry) -> dict[str, Any]:
        """A proposal of a figure, as it was decided before where that is sure; else in the order that is in use."""
        said = self.said[figure.start, figure.end]
        recalled, values = self.memory.recall(said), values_of(figure)
        if self.ordering is not None and not (recalled is not None and recalled.sure):
            values = self.ordering.values(values, figure, said, entry)
        values = learning.followed(values, figure, recalled)
        place = dict(figure.facets).get("place", "")[:60]
        return {**values, "place": place, "sayings": list(said)}


def _propose(bulletin: Bulletin, number: int, entry: spans.Entry, learned: Learned) -> int:
    proposed = ProposedEntry.objects.create(bulletin=bulletin, ordinal=number, **entry_of(entry, bulletin.covers))
    Proposal.objects.bulk_create(
        Proposal(entry=proposed, **learned.values(figure, proposed)) for figure in entry.figures
    )
    return len(entry.figures)


def entry_of(entry: spans.Entry, covers: date) -> dict[str, Any]:
    """An entry as the reader saw it, in the columns of one that is proposed."""
    return {
        "start": entry.start,
        "end": entry.end,
        "text": entry.text,
        "column": entry.column if entry.column and entry.column in Column.values else "",
        "slot": entry.watch or "",
        "on": entry.date or covers,
        "unit_text": (entry.unit or "")[:100],
        "body": Body.objects.filter(code=entry.body).first() if entry.body else None,
        "flags": [*entry.flags, *(_mention(one) for one in entry.mentions if one.near)],
    }


def values_of(figure: spans.Figure) -> dict[str, Any]:
    """A number as the reader saw it, in the columns of a number that is proposed."""
    return {
        "start": figure.start,
        "end": figure.end,
        "raw": figure.raw[:60],
        "value": figure.value,
        "at_least": figure.low is not None and figure.high is None,
        "at_most": figure.high is not None and figure.low is None,
        "about": figure.about,
        "unit": figure.unit[:20],
        "subject": figure.subject[:200],
        "indicator": figure.indicator or "",
        "period": figure.period[:20],
        "cumulative": figure.cumulative,
        "of_which": figure.subset_of is not None,
        "confidence": Decimal(str(round(figure.confidence, 3))),
        "tier": figure.tier,
        "candidates": [asdict(candidate) for candidate in figure.candidates],
        "checks": [asdict(check) for check in figure.checks]
        + [{"id": flag, "ok": False, "note": ""} for flag in figure.flags],
    }


def _mention(mention: spans.Mention) -> str:
    return f"place:{mention.raw}→{'|'.join(mention.near)}"


def _covers(given: Any, arrival: Arrival) -> date:
    if not given:
        return watches.page_day(arrival.reported_at)
    try:
        return date.fromisoformat(str(given))
    except ValueError:
        raise Refusal(f"所涵日期「{given}」读不懂；请写成 2020-02-02。", field="covers") from None
