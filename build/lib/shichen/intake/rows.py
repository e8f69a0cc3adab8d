"""The body of an envelope as loose rows: a sheet's lines or a JSON list, typed by the fields of their kind."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

from shichen.intake import tables
from shichen.intake.kinds import Entered, Fault, Kind
from shichen.intake.models import Envelope
from shichen.refusal import Refusal

JSON_TYPE = "application/json"
SHEET_STEP = 1_000_000  # rows of a workbook's further sheets are numbered from here on: line 2 stands on each of them


@dataclass(frozen=True)
class Loose:
    """A row that could be read but is no record yet: its line and sheet, what it says and the values that makes."""

    line: int
    said: dict[str, Any]
    values: dict[str, Any]
    sheet: str = ""
    row_no: int = 0


def read(kind: Kind, body: bytes, envelope: Envelope, *, most: int | None = None) -> tuple[list[Loose], Entered]:
    """The rows of a body, or its first ones, and what could not be read of it. Raises Refusal when the whole cannot be."""
    if envelope.media_type == JSON_TYPE:
        return _json(kind, body)
    table = tables.table_of(kind, body, envelope.filename, envelope.details, most=most)
    counts = table.counts
    entered = Entered(read=counts.read, blank=counts.blank + counts.totals, untried=table.unread)
    good: list[Loose] = []
    for number, sheet in enumerate(table.sheets):
        for row in sheet.rows:
            said = tables.said_by(sheet, row)
            if row.errors:
                faults, fields = (tuple(getattr(e, what) for e in row.errors) for what in ("sentence", "field"))
                entered.faults.append(Fault(row.line, said, faults, row.sheet, fields))
            else:
                good.append(Loose(row.line, said, dict(row.values), row.sheet, row.line + number * SHEET_STEP))
    return good, entered


def _json(kind: Kind, body: bytes) -> tuple[list[Loose], Entered]:
    try:
        parsed = strict_json(body)
    except (ValueError, RecursionError):
        raise Refusal("内容不是 UTF-8 的 JSON；原件已留存，请按接口说明重报。", field="body") from None
    loose = parsed.get("rows", [parsed]) if isinstance(parsed, dict) else parsed
    if not isinstance(loose, list) or not all(isinstance(row, dict) for row in loose):
        raise Refusal('JSON 应为一行字段的对象，或 {"rows": [...]}。', field="body")
    if not storable(loose):
        raise Refusal("内容含有空字符(NUL)或残缺字符；原件已留存，请删去后重报。", field="body")
    entered = Entered(read=len(loose))
    good: list[Loose] = []
    for number, raw in enumerate(loose, start=1):
        values, faults = kind.read_all(raw)
        if faults:
            entered.faults.append(Fault(number, raw, tuple(faults.values()), fields=tuple(faults)))
        else:
            good.append(Loose(number, raw, values, row_no=number))
    return good, entered


def strict_json(body: bytes) -> Any:
    """What a body says as JSON means it: UTF-8, no NaN, no Infinity. Raises ValueError, RecursionError when too deep."""
    return json.loads(body.decode("utf-8"), parse_constant=_finite, parse_float=_finite)


def _finite(text: str) -> float:
    """A number as JSON means it. Raises ValueError for NaN, Infinity and what is larger than a number can be."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def storable(said: Any) -> bool:
    """Whether both databases keep every text in it: no NUL, no half of a character. However deep it is nested."""
    waiting = [said]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str) and any(char == "\0" or 0xD800 <= ord(char) < 0xE000 for char in one):
            return False
    return True
