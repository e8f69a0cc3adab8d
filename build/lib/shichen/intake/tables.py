"""A sheet as a report of a kind: read by the sender's own mapping, with what its columns lack filled in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from shichen.intake.kinds import Kind
from shichen.refusal import Refusal
from shichen.sheets import reading
from shichen.sheets.fields import Field, show
from shichen.sheets.table import Row, Sheet, Table, as_text
from shichen.web.sentences import english


def table_of(kind: Kind, body: bytes, filename: str, details: Mapping[str, Any], *, most: int | None = None) -> Table:
    """The file as a table of the kind's fields, or its first lines. Raises Refusal.

    `details` may hold `mapping` (heading, or "#3" for the column with that number, to field name or None), `year`,
    and `defaults` (field name to what holds for every row that says nothing else).
    """
    defaults = details.get("defaults") or {}
    filled = {name: _field(kind, name).read(value) for name, value in defaults.items()}
    fields = [replace(_by_both_names(one), required=one.required and one.name not in filled) for one in kind.fields]
    mapping, year = _mapping(details.get("mapping")), details.get("year")
    table = reading.read(body, filename, fields, mapping=mapping, year=year, most=most)
    for row in table.rows:
        wrong = {error.field for error in row.errors}
        for name, value in filled.items():
            if row.values.get(name) is None and name not in wrong:
                row.values[name] = value
    return table


def _by_both_names(one: Field) -> Field:
    """A field as headings may call it: by its Chinese names, its name in the house, its English one."""
    return replace(one, aliases=(*one.aliases, english(one.label)))


def said_by(sheet: Sheet, row: Row) -> dict[str, Any]:
    """What a line says, by field, as text: enough to mend it and hand it in again."""
    mapped = {column: found for column, found in sheet.mapping.items() if found is not None}
    said = {found.name: as_text(row.raw[column]) for column, found in mapped.items() if column < len(row.raw)}
    fields = {found.name: found for found in mapped.values()}
    for name, value in row.values.items():
        if value is not None:
            said[name] = show(value, fields[name]) if name in fields else str(value)
    return said


def headings_hash(table: Table) -> str:
    """What a file's headings are known by: the same columns in the same order have the same mapping."""
    heads = [sheet.headings for sheet in table.sheets if sheet.used]
    return hashlib.sha256("\n".join("\t".join(head) for head in heads).encode()).hexdigest()


def _field(kind: Kind, name: str) -> Any:
    for one in kind.fields:
        if one.name == name:
            return one
    names = "、".join(one.name for one in kind.fields)
    raise Refusal(f"{kind.title}没有名为 {name} 的字段；可用的字段：{names}。", field=name)


def _mapping(given: Mapping[str, str | None] | None) -> dict[int | str, str | None]:
    """The mapping as the reader takes it: columns by number where their key says so, else by heading."""
    return {
        int(key[1:]) if key[:1] == "#" and key[1:].isdecimal() else key: name for key, name in (given or {}).items()
    }
