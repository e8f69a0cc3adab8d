"""Acts on the tables that the reader works from (词表): put a row, take one out, lay it back, many at once from a file.

A row is never changed: the last one of its table and key holds, and the ones before stay to be read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.bulletins import tables, wording_columns, wording_effects
from shichen.bulletins.deciding import FIRST
from shichen.bulletins.models import Wording
from shichen.bulletins.tables import Own
from shichen.bulletins.wording_columns import World
from shichen.bulletins.wording_rows import Table, Values
from shichen.city.models import Account
from shichen.refusal import Refusal

LONGEST = 200


@dataclass(frozen=True)
class Change:
    """A row as it would be, and as it is; `after` None takes it out, `before` None says that there is none."""

    table: Table
    key: str
    before: Values | None
    after: Values | None

    @property
    def own(self) -> Own:
        return {(self.table.key, self.key): self.after}


def proposed(table: str, given: Mapping[str, str], key: str = "") -> Change:
    """What putting a row would change; with a key the row that has it is meant. Raises Refusal, which names the column."""
    found = wording_columns.named(table)
    values = wording_columns.read(found, given, World.of(tables.of_the_city(), [(table, given)]))
    made = found.key_of(values)
    if key and made != key:
        column = found.named_by[0]
        raise Refusal("这一列是行名，不能改；请另加一行，再停用这一行。", field=column)
    before = _held(table, made)
    if before == values:
        raise Refusal("和现在的一样，没有要改的。", field=found.named_by[0])
    if before is not None and not key:
        raise Refusal(f"「{made}」已经在表里；请到那一行去改。", field=found.named_by[0])
    return Change(found, made, before, values)


def removal(table: str, key: str) -> Change:
    """What taking a row out would change. Raises Refusal."""
    found, before = wording_columns.named(table), _held(table, key)
    if before is None:
        raise Refusal("表里没有这一行，或已经停用。", field="key")
    must_not_be_named(key, used(table))
    return Change(found, key, before, None)


def return_of(table: str, key: str) -> Change:
    """What laying back a row that was taken out would change: as it was last. Raises Refusal."""
    found, rows = wording_columns.named(table), tables.own()
    if (table, key) not in rows or rows[table, key] is not None:
        raise Refusal("这一行没有停用。", field="key")
    last = Wording.objects.filter(table=table, key=key, standing=True).order_by("-pk").first()
    values = last.values if last else tables.row_of(table, key, tables.based(), {})
    if values is None:
        raise Refusal("表里没有这一行，或已经停用。", field="key")
    return Change(
        found, key, None, wording_columns.read(found, values, World.of(tables.of_the_city(), [(table, values)]))
    )


def put(table: str, values: Mapping[str, str], reason: str, *, by: Account, key: str = "", **more: Any) -> Wording:
    """Add a row, or put another in the place of the one that `key` names. Raises Refusal."""
    return _keep(proposed(table, values, key), reason, by=by, **more)


def take_out(table: str, key: str, reason: str, *, by: Account, **more: Any) -> Wording:
    """Take a row out of the reader's tables; it can be laid back. Raises Refusal."""
    return _keep(removal(table, key), reason, by=by, **more)


def lay_back(table: str, key: str, reason: str, *, by: Account, **more: Any) -> Wording:
    """Lay back a row that was taken out. Raises Refusal."""
    return _keep(return_of(table, key), reason, by=by, **more)


@transaction.atomic
def _keep(
    change: Change, reason: str, *, by: Account, seen: int | None = None, origin: str = Wording.Origin.PAGE
) -> Wording:
    """`seen` is the last row of this key that the person had before them; who comes later than another is told so."""
    reason = _reason(reason)
    last = Wording.objects.filter(table=change.table.key, key=change.key).order_by("-pk").select_related("by").first()
    if seen is not None and last is not None and last.pk != seen:
        raise Refusal(f"{last.by}已先处理这一条；请刷新后再看。", rule=FIRST)
    must_hold(change.own)
    (row,) = _written([change], reason, origin, by)
    _note(change, row)
    return row


@transaction.atomic
def put_suggested(changes: Sequence[Change], reason: str, *, by: Account) -> list[Wording]:
    """Put the rows of a suggestion, all or none. Raises Refusal."""
    reason = _reason(reason)
    must_hold({key: values for change in changes for key, values in change.own.items()})
    rows = _written(changes, reason, Wording.Origin.SUGGESTED, by)
    for change, row in zip(changes, rows, strict=True):
        _note(change, row)
    return rows


def _note(change: Change, row: Wording) -> None:
    audit.note(
        "put wording" if row.standing else "take out wording",
        table="bulletins.wording",
        subject=f"{row.table} {row.key}"[:100],
        reason=row.reason,
        fields=_changed(change),
        before=audit.keyed_digest(change.before or {}),
        after=audit.keyed_digest(change.after or {}),
        by=row.by,
    )


@transaction.atomic
def put_many(changes: Sequence[Change], reason: str, *, by: Account) -> int:
    """Put all rows of a file, or none. Raises Refusal."""
    reason = _reason(reason)
    if not changes:
        raise Refusal("和现在的一样，没有要改的。", field="file")
    must_hold({key: values for change in changes for key, values in change.own.items()})
    rows = _written(changes, reason, Wording.Origin.IMPORT, by)
    audit.note(
        "import wordings", table="bulletins.wording", subject=rows[0].table, reason=reason, rows=len(rows), by=by
    )
    return len(rows)


def must_hold(changes: Own) -> None:
    """What was decided must still be read, and what we word must be read as what it is. Raises Refusal."""
    wording_effects.must_come_back(changes)
    wording_effects.must_not_lose(changes)


def _written(changes: Sequence[Change], reason: str, origin: str, by: Account) -> list[Wording]:
    at = now()
    return Wording.objects.bulk_create(
        Wording(
            table=one.table.key,
            key=one.key,
            values=dict(one.after if one.after is not None else one.before or {}),
            standing=one.after is not None,
            reason=reason,
            origin=origin,
            by=by,
            at=at,
        )
        for one in changes
    )


def _held(table: str, key: str) -> Values | None:
    return tables.row_of(table, key, tables.based(), tables.own())


def used(table: str) -> dict[str, list[str]]:
    """Which rows of a table others name: a measure word that counts others, a place that others lie in, a group."""
    words = tables.of_the_city()
    pairs: list[tuple[str, str]] = []
    match table:
        case "measure":
            pairs = [(row.canonical, row.word) for row in words.measures]
            pairs += [(measure, row.id) for row in words.catalogue for measure in row.measures]
            pairs += [(measure, item) for item, measures in words.goods for measure in measures]
        case "place":
            pairs = [(row.parent, row.code) for row in words.gazetteer] + [(row.area, row.body) for row in words.roster]
        case "body":
            pairs = [(row.group, row.body) for row in words.roster]
    found: dict[str, list[str]] = {}
    for one, by in pairs:
        if one and one != by:
            found.setdefault(one, []).append(by)
    return found


def must_not_be_named(key: str, used_by: Mapping[str, Sequence[str]]) -> None:
    """A row that others name stays. Raises Refusal."""
    if used_by.get(key):
        raise Refusal(f"还有别的行用到它：{'、'.join(used_by[key][:5])}；请先改那些行。", field="key")


def _changed(change: Change) -> tuple[str, ...]:
    before, after = change.before or {}, change.after or {}
    return tuple(one.name for one in change.table.columns if before.get(one.name, "") != after.get(one.name, ""))


def _reason(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason:
        raise Refusal("改词表要写明理由。", field="reason")
    if len(reason) > LONGEST:
        raise Refusal(f"理由最多 {LONGEST} 字，现有 {len(reason)} 字。", field="reason")
    return reason
