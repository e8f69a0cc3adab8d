"""The list of a register, page by page, its facets and its sheet; a record with its versions and what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Q
from django.http import Http404, HttpRequest

from shichen.city.scope import Sight
from shichen.records.models import Record, RecordQuerySet
from shichen.refusal import Refusal
from shichen.sheets.fields import Value
from shichen.web import clock
from shichen.web.registers import Cell, Filter, OneOf, Register

PAGE = 50
EXPORTED = 20_000
AS_OF = "as_of"


@dataclass
class Page:
    """A page of a list: its rows, the filters as they stand, where the next page begins."""

    register: Register
    sight: Sight
    rows: list[Any]
    total: int
    asked: dict[str, str]
    after: str = ""
    following: str = ""
    unknown: list[str] = field(default_factory=list)
    as_of: datetime | None = None
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def table(self) -> list[tuple[str, list[Cell]]]:
        return [(self.register.href_of(row), self.register.cells(row)) for row in self.rows]

    @property
    def headings(self) -> list[Cell]:
        return self.register.cells(self.rows[0]) if self.rows else []

    @property
    def filters(self) -> list[tuple[Filter, str, list[tuple[str, str, int | None]]]]:
        """Each filter with what is asked of it and its answers, each with how many rows it would leave."""
        return [(one, self.asked.get(one.name, ""), self._offered(one)) for one in self.register.filters]

    def _offered(self, one: Filter) -> list[tuple[str, str, int | None]]:
        counts = self.counts.get(one.name)
        return [(value, label, counts.get(value, 0) if counts else None) for value, label in one.choices(self.sight)]

    @property
    def narrowed(self) -> bool:
        return bool(set(self.asked) - {AS_OF})

    @property
    def query(self) -> str:
        return urlencode(self.asked)

    @property
    def next_query(self) -> str:
        return urlencode({**self.asked, "after": self.following})


def listed(register: Register, sight: Sight, query: Mapping[str, str]) -> Page:
    """The records that stand and fit the filters; the page after the record `after`."""
    rows, asked, unknown = narrowed(register, sight, query)
    after = query.get("after", "")
    ordered = rows.order_by(*register.order, "pk")
    page = list(_beyond(register, ordered, sight, after)[: PAGE + 1])
    following = str(page[PAGE - 1].pk) if len(page) > PAGE else ""
    then, counts = clock.as_of(query.get(AS_OF, "")), facets(register, sight, query)
    return Page(register, sight, page[:PAGE], rows.count(), asked, after, following, unknown, then, counts)


def facets(register: Register, sight: Sight, query: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """How many rows each answer of a filter would leave, the other filters as they stand."""
    found = {}
    for one in register.filters:
        if isinstance(one, OneOf):
            rows, _, _ = narrowed(register, sight, {name: said for name, said in query.items() if name != one.name})
            counted = rows.order_by().values_list(one.column).annotate(n=Count("pk"))
            found[one.name] = {str(value): n for value, n in counted}
    return found


def narrowed(
    register: Register, sight: Sight, query: Mapping[str, str]
) -> tuple[RecordQuerySet, dict[str, str], list[str]]:
    """The rows within reach that fit the filters asked for; answers that are none of a filter's are named."""
    rows, asked, unknown = register.rows(sight).current(clock.as_of(query.get(AS_OF, ""))), {}, []
    if query.get(AS_OF, "").strip():
        asked[AS_OF] = query[AS_OF].strip()
    for one in register.filters:
        answer = query.get(one.name, "").strip()
        if not answer:
            continue
        condition = one.condition(answer, sight)
        if condition is None:
            unknown.append(one.label)
            continue
        rows, asked[one.name] = rows.filter(condition), answer
    return rows, asked, unknown


def exported(register: Register, sight: Sight, query: Mapping[str, str]) -> list[Mapping[str, Value]]:
    """The rows of the list as the sheet has them. Raises Refusal when there are too many for one file."""
    rows, _, _ = narrowed(register, sight, query)
    found = list(rows.order_by(*register.order, "pk")[: EXPORTED + 1])
    if len(found) > EXPORTED:
        raise Refusal(f"一次最多导出 {EXPORTED} 条；请先筛选，分几次导出。", rule="导出上限")
    return [register.row(one) for one in found]


def _beyond(register: Register, rows: RecordQuerySet, sight: Sight, after: str) -> RecordQuerySet:
    """The rows behind one record in the order of the list; its own values are the key, so no row is met twice."""
    last = register.rows(sight).filter(pk=_uuid(after)).first() if after else None
    if last is None:
        return rows
    condition, same = Q(pk__in=[]), Q()
    for column in (*register.order, "pk"):
        name, value = column.lstrip("-"), _value(last, column.lstrip("-"))
        condition |= same & Q(**{f"{name}__{'lt' if column.startswith('-') else 'gt'}": value})
        same &= Q(**{name: value})
    return rows.filter(condition)


def _value(record: Record, name: str) -> Any:
    found: Any = record
    for part in name.split("__"):
        found = getattr(found, part)
    return found


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


@dataclass(frozen=True)
class Change:
    """One version of a record: who made it when and why, and which cells differ from the version before."""

    record: Any
    differs: list[tuple[str, Any, Any]]


def versions(register: Register, record: Record, sight: Sight, *, as_of: datetime | None = None) -> list[Any]:
    """The versions of a record, the oldest first, as far as they were there at a moment."""
    rows = register.rows(sight).filter(first=record.first).select_related("author").order_by("revision")
    return list(rows if as_of is None else rows.filter(recorded_at__lte=as_of))


def history(register: Register, found: Sequence[Any]) -> list[Change]:
    """The versions of a record, the newest first, each against the one before."""
    changes = []
    for before, after in zip([None, *found[:-1]], found, strict=True):
        differs = [] if before is None else _differs(register.details(before), register.details(after))
        changes.append(Change(after, differs))
    return changes[::-1]


def _differs(before: Iterable[Cell], after: Iterable[Cell]) -> list[tuple[str, Any, Any]]:
    pairs = zip(before, after, strict=True)
    return [(new.label, old.value, new.value) for old, new in pairs if old.value != new.value]


def record_or_404(register: Register, sight: Sight, number: UUID) -> Any:
    """The record of that number, in any version, if it is within reach."""
    found = register.rows(sight).filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def query_of(request: HttpRequest) -> dict[str, str]:
    """The address's answers; only the first of each, and none with a character that no database takes."""
    given = ((name, str(request.GET.get(name, ""))) for name in request.GET)
    return {name: value for name, value in given if "\x00" not in value and len(value) <= 200}
