"""Taking a number out of the log (采数): what is proposed of one that was seen, the figure that a person makes of it, or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.board.models import Reading, Sighting
from shichen.board.sightings import read
from shichen.bulletins import deciding
from shichen.bulletins.deciding import FIRST, Source
from shichen.bulletins.reading import values_of
from shichen.city.models import Account, Area
from shichen.indicators import services as indicators
from shichen.journal.models import Entry, Mark
from shichen.prose import spans
from shichen.refusal import Refusal
from shichen.web.masking import masked

State = Sighting.State
UNREAD: dict[str, Any] = {"value": None, "period": "day"}  # of a number that the reader no longer sees


@dataclass(frozen=True)
class Speaking:
    """Of where and of which day a number speaks; what is left out stays as it was proposed."""

    area: Area | None = None
    on: date | None = None


def seen_at(entry: Entry, start: int, end: int) -> bool:
    """Whether a number was seen there, by the reading that the log underlines."""
    reading = Reading.objects.filter(entry=entry).first()
    return reading is not None and any(span[:2] == [start, end] for span in reading.spans)


def proposed(entry: Entry, start: int, end: int) -> Sighting:
    """What the reader proposes of a number by the words that the city has today; it is entered nowhere yet."""
    part, figure = _read(entry, start, end)
    values = values_of(figure) if figure is not None else {"start": start, "end": end, **UNREAD}
    values["raw"] = masked(entry.text)[start:end][:60]
    on = part.date if part is not None and part.date is not None else entry.page_day
    return Sighting(entry=entry, area=_named_before(part, start, entry), on=on, **values)


def decided(entry: Entry, start: int) -> Sighting | None:
    """What somebody decided of the number there, if anybody did."""
    rows = Sighting.objects.filter(entry=entry, start=start)
    return rows.select_related("decided_by", "area", "figure__definition").first()


def around(number: Sighting) -> tuple[str, str, str]:
    """The sentence of a number, masked: what stands before it, the number, what stands after."""
    text = masked(number.entry.text)
    first, last = deciding.sentence_around(text, number.start, number.end)
    return text[first : number.start], text[number.start : number.end], text[number.end : last]


@transaction.atomic
def decide(
    number: Sighting,
    state: str,
    *,
    values: dict[str, Any] | None = None,
    speaking: Speaking | None = None,
    reason: str = "",
    by: Account,
) -> Sighting:
    """Take a proposed number for a stated figure, changed or as it stands, or leave it for good. Raises Refusal.

    The first to decide has decided; an entry that was corrected or struck meanwhile is no longer taken from.
    """
    entry = Entry.objects.select_for_update().select_related("unit", "event").get(pk=number.entry_id)
    _must_stand(entry)
    before = decided(entry, number.start)
    if before is not None:
        raise deciding.too_late(before.decided_by)
    settled = deciding.decided(number, state, values, reason)
    digest = deciding.digest(number, settled)
    _settle(number, settled, speaking or Speaking(), reason, by)
    if number.kept:
        source = Source(masked(entry.text), entry, entry.unit, number.area, number.on, None)
        number.figure = deciding.stated(number, source, by=by)
        indicators.bind(entry, [(number.figure, number.start, number.end)])
    _enter(number)
    audit.note(
        "decide",
        table="board.sighting",
        subject=number.id,
        unit=entry.unit_id,
        area=number.area_id,
        reason=reason.strip(),
        fields=tuple(settled),
        before=digest,
        after=deciding.digest(number, settled),
        by=by,
    )
    return number


def _settle(number: Sighting, settled: dict[str, Any], speaking: Speaking, reason: str, by: Account) -> None:
    moved = speaking.area not in (None, number.area) or speaking.on not in (None, number.on)
    if moved and settled["state"] == State.ACCEPTED:
        settled["state"] = State.EDITED
    number.area, number.on = speaking.area or number.area, speaking.on or number.on
    number.reason, number.decided_by, number.decided_at = reason.strip()[:200], by, now()
    for name, value in settled.items():
        setattr(number, name, value)
    if number.value is None:
        if number.kept:
            raise Refusal("现在的词表读不出这个数；请写明数值和理由。", field="value")
        number.value = Decimal(0)  # of what is left, nothing is counted


def _enter(number: Sighting) -> None:
    """The decision as a row; of two at the same moment one is refused, and nothing of it stays."""
    try:
        with transaction.atomic():
            number.save(force_insert=True)
    except IntegrityError:
        raise deciding.too_late(None) from None


def _must_stand(entry: Entry) -> None:
    struck = entry.marks.filter(kind=Mark.Kind.STRUCK).select_related("successor").first()
    if struck is None:
        return
    if struck.successor is None:
        raise Refusal(f"{entry.label} 已划去；请从更正后的一条采。", rule=FIRST)
    raise Refusal(f"{entry.label} 已划去，见{struck.successor.label}；请从更正后的一条采。", rule=FIRST)


def _read(entry: Entry, start: int, end: int) -> tuple[spans.Entry | None, spans.Figure | None]:
    for part in read(entry):
        for one in part.figures:
            if (one.start, one.end) == (start, end):
                return part, one
    return None, None


def _named_before(part: spans.Entry | None, start: int, entry: Entry) -> Area:
    """The last place named before a number within the reach of its entry's area; else that area."""
    named = [one.refers_to for one in part.mentions if one.kind == "place" and one.end <= start] if part else []
    areas = {area.code: area for area in Area.objects.filter(code__in=named)}
    inside = [areas[code] for code in named if code in areas and entry.area.contains(areas[code])]
    return inside[-1] if inside else entry.area
