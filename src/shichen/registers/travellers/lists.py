"""Lists as they came in: which envelope is which list, and every line of it with all its columns, also those we do not read."""

from __future__ import annotations

import json
from typing import Any

from shichen.audit import services as audit
from shichen.intake import kinds, tables, texts
from shichen.intake.kinds import Arrival
from shichen.intake.rows import JSON_TYPE, SHEET_STEP, strict_json
from shichen.intake.services import SHEET_TYPES
from shichen.records import sealed
from shichen.records.models import Record
from shichen.registers.travellers.models import ListRow, SourceList, Traveller
from shichen.sheets.table import as_text

Received = tuple[list[str], dict[int, dict[str, str]]]


def list_of(arrival: Arrival, sender: str, listed_as_of: Any) -> SourceList:
    """The list that an envelope brought from a sender; an envelope may bring several, one of each sender."""
    return arrival.once(f"list {sender}", lambda: _found_or_made(arrival, sender, listed_as_of))


def _found_or_made(arrival: Arrival, sender: str, listed_as_of: Any) -> SourceList:
    before: SourceList | None = SourceList.objects.filter(envelope=arrival.envelope.id, sender=sender).first()
    if before is not None:
        return before
    made = SourceList(
        sender=sender,
        listed_as_of=listed_as_of,
        columns=received(arrival)[0],
        digest=arrival.envelope.digest,
        occurred_from=arrival.reported_at,
    )
    number = SourceList.objects.filter(envelope=arrival.envelope.id).count() + 1
    arrival.begin(made, row_no=number)
    made.save(force_insert=True)
    return made


def keep_row(
    arrival: Arrival, source: SourceList, traveller: Traveller, match: str, values: dict[str, Any], row_no: int
) -> ListRow | None:
    """Keep a line with all its columns, sealed, under the card it named; None where the same sender sent it before."""
    raw = received(arrival)[1].get(arrival.row_no) or {
        name: str(value) for name, value in values.items() if value is not None
    }
    said = json.dumps(raw, ensure_ascii=False, sort_keys=True)
    digest = audit.keyed_digest([source.sender, said])
    if ListRow.objects.filter(traveller=traveller.first, digest=digest).exists():
        return None
    made = ListRow(
        source=source,
        sender=source.sender,
        traveller=traveller.first,
        person=traveller.person,
        match=match,
        digest=digest,
        occurred_from=arrival.reported_at,
        sensitivity=Record.Sensitivity.PERSONAL,
        synthetic=traveller.synthetic,
    )
    arrival.begin(made, area=traveller.area, row_no=row_no)
    sealed.put(made, arrival.at, raw=said)
    made.save(force_insert=True)
    return made


def received(arrival: Arrival) -> Received:
    """The columns of what came in, and each of its lines whole, by its number in the envelope."""
    return arrival.once("as received", lambda: _as_received(arrival))


def _as_received(arrival: Arrival) -> Received:
    envelope = arrival.envelope
    if envelope.media_type in SHEET_TYPES:
        return _sheets(arrival)
    if envelope.media_type != JSON_TYPE:
        return [], {}
    parsed = strict_json(texts.open_body(envelope))
    loose = parsed.get("rows", [parsed]) if isinstance(parsed, dict) else parsed
    lines = {number: {str(k): str(v) for k, v in row.items()} for number, row in enumerate(loose, start=1)}
    return list(dict.fromkeys(name for line in lines.values() for name in line)), lines


def _sheets(arrival: Arrival) -> Received:
    envelope = arrival.envelope
    kind, body = kinds.named(envelope.kind), texts.open_body(envelope)
    table = tables.table_of(kind, body, envelope.filename, envelope.details)
    columns: list[str] = []
    lines: dict[int, dict[str, str]] = {}
    for number, sheet in enumerate(table.sheets):
        names = [heading or f"#{at}" for at, heading in enumerate(sheet.headings)]
        columns += [name for name in names if name not in columns]
        for row in sheet.rows:
            pairs = zip(names, map(as_text, row.raw), strict=False)
            lines[row.line + number * SHEET_STEP] = {name: text for name, text in pairs if text}
    return columns, lines
