"""The keeper of rows in the database: any queryset behind the face of Records."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import Any

from django.db.models import Count, F, QuerySet, Sum, Window
from django.db.models.functions import RowNumber

from shichen.records.held import Held
from shichen.records.lake import File
from shichen.records.reductions import Fingerprint, Reduction, Row, noughts_at_the_end


@dataclass(frozen=True)
class RowRecords:
    """Rows of one model. `describe` says what a trace shows of a row; `href` where the record itself stands.

    With `cuts`, the rows of a shorter time (begun within it), a place inside and a facet are just those among these rows that
    lie there, a facet by the column that `cuts` names: then many figures can be made of rows that are read once.
    """

    queryset: QuerySet[Any]
    describe: Callable[[Any], dict[str, Any]]
    href: Callable[[Any], str] = lambda row: ""
    cuts: Mapping[str, str] | None = None
    lacking: Callable[[], tuple[File, ...]] | None = None
    """Of rows that were summed up from files: which of these cannot be read (数据不完整); asked only where somebody wants to know."""

    @property
    def missing(self) -> tuple[File, ...]:
        return self.lacking() if self.lacking is not None else ()

    def figure(self, reduction: Reduction) -> Decimal | None:
        rows = self.queryset.order_by()
        if reduction.how == "latest":
            values = [row["value"] for row in self._latest(reduction, ())]
            return sum(map(_decimal, values), Decimal(0)) if values else None
        if reduction.how == "run":
            sums = rows.exclude(**{reduction.field: None}).values(reduction.by).annotate(value=Sum(reduction.field))
            ordered = [_decimal(row["value"]) for row in sums.order_by(reduction.by)]
            return noughts_at_the_end(ordered) if ordered else None
        if reduction.how == "median":
            held = rows.exclude(**{reduction.field: None}).values_list(reduction.field, flat=True)
            return _middle([_decimal(value) for value in held])
        answer = rows.aggregate(n=Count("pk"), value=_aggregate(reduction))
        return _decimal(answer["value"]) if answer["n"] and answer["value"] is not None else None

    def figures(self, reduction: Reduction, by: str) -> dict[str, Decimal]:
        if reduction.how == "latest":
            sums: dict[str, Decimal] = {}
            for row in self._latest(reduction, (by,)):
                sums[str(row[by])] = sums.get(str(row[by]), Decimal(0)) + _decimal(row["value"])
            return sums
        if reduction.how == "run":
            return self._runs(reduction, by)
        if reduction.how == "median":
            return self._middles(reduction, by)
        rows = self.queryset.order_by().values(by).annotate(value=_aggregate(reduction))
        return {str(row[by]): _decimal(row["value"]) for row in rows if row["value"] is not None}

    def _runs(self, reduction: Reduction, by: str) -> dict[str, Decimal]:
        rows = self.queryset.order_by().exclude(**{reduction.field: None}).values(by, reduction.by)
        values: dict[str, list[Decimal]] = {}
        for row in rows.annotate(value=Sum(reduction.field)).order_by(reduction.by):
            values.setdefault(str(row[by]), []).append(_decimal(row["value"]))
        return {name: noughts_at_the_end(ordered) for name, ordered in values.items()}

    def _middles(self, reduction: Reduction, by: str) -> dict[str, Decimal]:
        values: dict[str, list[Decimal]] = {}
        for row in self.queryset.order_by().exclude(**{reduction.field: None}).values(by, reduction.field):
            values.setdefault(str(row[by]), []).append(_decimal(row[reduction.field]))
        return {name: Decimal(median(held)) for name, held in values.items()}

    def held(self, facets: tuple[str, ...], field: str) -> list[tuple[tuple[Any, ...], Held]]:
        """Every row in memory, with its value of each of these facets and of the field that is counted."""
        columns = [(self.cuts or {})[name] for name in facets]
        said = self.queryset.order_by().values_list(
            "first", "revision", "occurred_from", "area_path", field or "revision", *columns
        )
        return [(tuple(row[5:]), Held(*row[:5])) for row in said.iterator()]

    def rows(self, limit: int) -> list[Row]:
        return [
            Row(str(row.pk), self.href(row), self.describe(row), str(getattr(row, "envelope", None) or ""))
            for row in self.queryset[:limit]
        ]

    def fingerprint(self) -> Fingerprint:
        digest, count = hashlib.sha256(), 0
        for first, revision in self.queryset.order_by("first").values_list("first", "revision").iterator():
            digest.update(f"{first}:{revision}\n".encode())
            count += 1
        return Fingerprint(count, digest.hexdigest())

    def _latest(self, reduction: Reduction, besides: tuple[str, ...]) -> Any:
        """One row for each `each` (within each `besides`): the one latest by `by` that has a value."""
        return (
            self.queryset.order_by()
            .exclude(**{reduction.field: None})
            .annotate(
                place_in_time=Window(
                    RowNumber(),
                    partition_by=[F(name) for name in (reduction.each, *besides)],
                    order_by=[F(reduction.by).desc(), F("recorded_at").desc()],
                ),
                value=F(reduction.field),
            )
            .filter(place_in_time=1)
            .values("value", *besides)
        )


def _aggregate(reduction: Reduction) -> Any:
    if reduction.how == "count":
        return Count("pk")
    if reduction.how == "total":
        return Sum(reduction.field)
    return Count(reduction.field, distinct=True)


def _middle(values: list[Decimal]) -> Decimal | None:
    return Decimal(median(values)) if values else None


def _decimal(value: Any) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))
