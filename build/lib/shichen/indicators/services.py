"""Acts on figures: record a definition, state, freeze, bind a figure to the text that prints it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from shichen.audit.context import now
from shichen.city.models import Account, Area, Body, Event
from shichen.indicators.declare import Indicator, Scope, known
from shichen.indicators.models import Definition, Figure, Statement, Use
from shichen.indicators.queries import Computed, compute
from shichen.journal.models import Entry
from shichen.records.cells import CellRecords
from shichen.refusal import Refusal
from shichen.watches import Period


@dataclass(frozen=True)
class Span:
    """Where a number stands in the received text, in characters, with its sentence."""

    start: int
    end: int
    raw: str
    sentence: str
    sentence_start: int


@dataclass(frozen=True)
class Stated:
    """What a report asserts: a number, what it counts, of where and when, and the words that say so."""

    value: Decimal
    unit: str
    span: Span
    envelope: UUID | None
    reporter: Body
    area: Area
    event: Event
    stated_at: datetime
    key: str = ""
    subject: str = ""
    period: Period | None = None
    cumulative: bool = False
    of_which: bool = False
    at_least: bool = False
    at_most: bool = False
    about: bool = False
    facets: dict[str, str] = field(default_factory=dict)
    confidence: Decimal | None = None
    decision: str = Statement.Decision.ACCEPTED
    reason: str = ""


def definition_of(one: Indicator) -> Definition:
    """The recorded version of what the figure means today; recorded now if it is new."""
    found, _ = Definition.objects.get_or_create(
        key=one.key,
        version=one.version,
        defaults={
            "name": one.name,
            "name_en": one.name_en,
            "unit": one.unit,
            "sort": one.sort,
            "text": one.definition,
            "reduction": str(one.reduction or ""),
            "recorded_at": now(),
        },
    )
    return found


@transaction.atomic
def state(stated: Stated, *, entry: Entry | None, by: Account) -> Figure:
    """Enter a stated figure into the ledger, beside and never over the computed one. Raises Refusal."""
    if stated.key and stated.key not in known():
        raise Refusal(f"没有名为 {stated.key} 的指标；请先选目录里的指标，或留空。", field="indicator")
    moment = now()
    shared = _dimensions(stated)
    statement = Statement.objects.create(
        **shared,
        reporter=stated.reporter,
        entry=entry,
        envelope=stated.envelope,
        start=stated.span.start,
        end=stated.span.end,
        raw=stated.span.raw,
        sentence=stated.span.sentence,
        sentence_start=stated.span.sentence_start,
        subject=stated.subject,
        of_which=stated.of_which,
        confidence=stated.confidence,
        decision=stated.decision,
        reason=stated.reason,
        stated_at=stated.stated_at,
        accepted_by=by,
        accepted_at=moment,
    )
    return Figure.objects.create(
        **shared,
        definition=definition_of(known()[stated.key]) if stated.key else None,
        reporter=stated.reporter,
        basis=Figure.Basis.STATED,
        statement=statement,
        as_of=stated.stated_at,
        frozen_at=moment,
        frozen_by=by,
    )


@transaction.atomic
def freeze(
    key: str,
    period: Period,
    scope: Scope,
    *,
    reporter: Body,
    event: Event,
    unit: str = "",
    published_at: datetime | None = None,
    by: Account,
) -> Figure:
    """Fix a computed figure with its record count, fingerprint and definition. Raises Refusal when nothing was reported."""
    return freeze_computed(
        compute(key, period, scope), reporter=reporter, event=event, unit=unit, published_at=published_at, by=by
    )


@transaction.atomic
def freeze_computed(
    computed: Computed,
    *,
    reporter: Body,
    event: Event,
    unit: str = "",
    published_at: datetime | None = None,
    by: Account,
) -> Figure:
    """As `freeze`, for a figure that was computed already in this transaction."""
    figure = frozen(
        computed,
        definition_of(computed.indicator),
        reporter=reporter,
        event=event,
        unit=unit,
        published_at=published_at,
        by=by,
        at=now(),
    )
    figure.save(force_insert=True)
    return figure


def frozen(
    computed: Computed,
    definition: Definition,
    *,
    reporter: Body,
    event: Event,
    unit: str,
    published_at: datetime | None,
    by: Account,
    at: datetime,
) -> Figure:
    """The figure as it will stand in the ledger, not yet entered. Raises Refusal when nothing was reported."""
    one, scope = computed.indicator, computed.scope
    if computed.value is None:
        raise Refusal(f"「{one.name}」在该时段没有任何报送，不能定稿；未报不等于 0。", field="key")
    if scope.area is None:
        raise AssertionError("a frozen figure speaks of an area")
    mark = computed.fingerprint()
    return Figure(
        key=one.key,
        value=computed.value,
        unit=unit or one.unit,
        event=event,
        area=scope.area,
        area_path=scope.area.path,
        facets=scope.facets,
        cumulative=one.sort == "cumulative",
        period_from=computed.period.start,
        period_to=computed.period.end,
        definition=definition,
        reporter=reporter,
        basis=Figure.Basis.COMPUTED,
        record_count=mark.count,
        fingerprint=mark.digest,
        **_rests_on_files(computed),
        as_of=scope.as_of or at,
        published_at=published_at,
        frozen_at=at,
        frozen_by=by,
    )


def _rests_on_files(computed: Computed) -> dict[str, Any]:
    """Of a figure over bulk rows: which snapshot, which files, and whether all of them were whole."""
    said: dict[str, Any] = {"complete": not computed.missing}
    if isinstance(computed.records, CellRecords) and computed.records.files:
        said |= {"snapshot": computed.records.snapshot, "files": computed.records.evidence()}
    return said


@transaction.atomic
def bind(entry: Entry, spans: Iterable[tuple[Figure, int, int]]) -> None:
    """Tie figures to the characters of an entry that print them, so that each number on a page is a door."""
    uses = [Use(figure=figure, entry=entry, start=start, end=end) for figure, start, end in spans]
    for use in uses:
        if not 0 <= use.start < use.end <= len(entry.text):
            raise AssertionError(f"span {use.start}-{use.end} lies outside the entry")
    Use.objects.bulk_create(uses)


def _dimensions(stated: Stated) -> dict[str, Any]:
    return {
        "key": stated.key,
        "value": stated.value,
        "unit": stated.unit,
        "event": stated.event,
        "area": stated.area,
        "area_path": stated.area.path,
        "facets": stated.facets,
        "cumulative": stated.cumulative,
        "period_from": stated.period.start if stated.period else None,
        "period_to": stated.period.end if stated.period else None,
        "at_least": stated.at_least,
        "at_most": stated.at_most,
        "about": stated.about,
    }
