"""The level that an area has outside the analysts' room: what was signed or what the Office set, by which day and rule, and until when it may look current."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, QuerySet

from shichen.analysis.risk import queries, rules_in_force
from shichen.analysis.risk.models import Assessment, Override, Rule, Signature
from shichen.city.models import Area, Event


@dataclass(frozen=True)
class Standing:
    """One area: its signed levels with the row of their last day, what the Office set for today, and newer ones to be signed."""

    area: Area
    signed: Assessment | None
    row: dict[str, Any] | None
    days: int
    """How many days the rule of that day looks at: when none of them is among today's, the level has lapsed."""
    override: Override | None
    waiting: Assessment | None

    @property
    def on(self) -> date | None:
        return date.fromisoformat(self.row["date"]) if self.row else None


def standing(event: Event, today: date, at: datetime) -> list[Standing]:
    """Every area of an event that has a level, or one to be signed, as it was known at an instant: in the order of the grid.

    Nothing is told whose rule, version, inputs or day is not kept with it.
    """
    signed, newest = _newest(_signed(event, at)), _newest(Assessment.objects.filter(event=event, as_of__lte=at))
    known = Assessment.objects.filter(pk__in={*signed.values(), *newest.values()}).select_related("area", "event")
    found = {one.pk: one for one in known}
    areas = {one.area_id: one.area for one in found.values()}
    set_ = queries.overrides(list(areas.values()), event, today, at)
    days = _days(event)
    made = [
        _of(area, _held(found, signed, code), _held(found, newest, code), set_.get(code), days)
        for code, area in areas.items()
    ]
    return sorted(made, key=lambda one: (one.area.grid_y or 0, one.area.grid_x or 0, one.area.path))


def lapsed(on: date, days: int, today: date) -> bool:
    """Whether a level must not look current any more: no day that it was judged by is among those the rule looks at today."""
    return (today - on).days >= days


def _of(
    area: Area,
    signed: Assessment | None,
    newest: Assessment | None,
    override: Override | None,
    days: dict[tuple[str, str], int],
) -> Standing:
    row: dict[str, Any] | None = signed.rows[-1] if signed is not None and signed.rows else None
    looked = _looked_at(signed, row, days) if signed is not None and row is not None else None
    if looked is None:
        signed, row = None, None
    newer = newest is not None and (signed is None or (newest.as_of, newest.number) > (signed.as_of, signed.number))
    return Standing(area, signed, row, looked or 0, override, newest if newer else None)


def _looked_at(one: Assessment, row: dict[str, Any], days: dict[tuple[str, str], int]) -> int | None:
    """The days that the rule of a row looks at; None where rule, version or inputs are not kept with it."""
    digest = next((rule["digest"] for rule in one.inputs.get("rules", []) if rule["id"] == row["rule"]), "")
    return days.get((row["rule"], digest)) if one.inputs_digest else None


def _signed(event: Event, at: datetime) -> QuerySet[Assessment]:
    by = Signature.objects.filter(assessment__event=event, at__lte=at)
    return Assessment.objects.filter(event=event, as_of__lte=at, pk__in=by.values("assessment_id"))


def _held(found: dict[UUID, Assessment], newest: dict[str, UUID], code: str) -> Assessment | None:
    return found[newest[code]] if code in newest else None


def _newest(found: QuerySet[Assessment]) -> dict[str, UUID]:
    """Of each area the newest data."""
    ordered = found.order_by("as_of", "number").values_list("area_id", "pk")
    return dict(ordered)


def _days(event: Event) -> dict[tuple[str, str], int]:
    return {(rule.code, rule.digest): rules_in_force.read(rule.text).days for rule in Rule.objects.filter(event=event)}


def last_number() -> int:
    """What grows whenever levels were worked out anew."""
    return Assessment.objects.aggregate(last=Max("number"))["last"] or 0
