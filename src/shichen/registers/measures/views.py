"""The register of measures, as pages show it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from shichen import watches
from shichen.audit.context import known, now
from shichen.city import queries as city
from shichen.city.models import Account
from shichen.city.scope import Sight
from shichen.registers.measures import forms, naming, queries, services
from shichen.registers.measures.classes import CLASSES, called
from shichen.registers.measures.models import Measure
from shichen.registers.measures.reports import MEASURE, MEASURE_END
from shichen.sheets.fields import Value, but
from shichen.web import clock, words
from shichen.web.registers import Act, Cell, OnDay, OneOf, Register, declare
from shichen.web.sentences import said

__all__ = ["MEASURES", "forms"]

FIXED = ("replaces",)


@dataclass(frozen=True)
class InForceOn(OnDay):
    """A filter by a civil day on some part of which the measure held, and nothing had replaced it yet."""

    def condition(self, asked: str, sight: Sight) -> Q | None:
        try:
            start = watches.clock(datetime.fromisoformat(asked).date(), 0)
        except ValueError:
            return None
        still = Q(occurred_to=None) | Q(occurred_to__gt=start)
        later = Measure.objects.current(known()).filter(replaces__first=OuterRef("first"), occurred_from__lte=start)
        return still & Q(occurred_from__lt=watches.clock(watches.civil_day(start), 24)) & Q(~Exists(later))


def kinds(sight: Sight) -> list[tuple[str, str]]:
    """The classes of the measures within reach, as they are listed."""
    held = set(Measure.objects.current(known()).within(sight).order_by().values_list("kind", flat=True).distinct())
    listed = [key for key in CLASSES if key in held] + sorted(held - CLASSES.keys())
    return [(key, said(called(key))) for key in listed]


def cells(one: Measure) -> list[Cell]:
    return [
        Cell(_("名称"), naming.named(one)),
        Cell(_("措施类别"), said(called(one.kind))),
        Cell(_("施行区域"), _areas(one)),
        Cell(_("自"), words.moment(one.starts_at)),
        Cell(_("至"), _end(one)),
        Cell(_("依据"), one.order or (words.label(one.entry.label) if one.entry else ""), _entry(one)),
    ]


def details(one: Measure) -> list[Cell]:
    before, later = one.replaces, queries.after(one)
    return [
        Cell(_("名称"), one.label),
        Cell(_("英文名称"), one.label_en),
        Cell(_("措施类别"), said(called(one.kind))),
        Cell(_("施行区域"), _areas(one)),
        Cell(_("自"), words.moment(one.starts_at)),
        Cell(_("至"), _end(one), f"/registers/measures/{later.pk}/" if later else ""),
        Cell(_("接替"), naming.named(before) if before else "", f"/registers/measures/{before.pk}/" if before else ""),
        Cell(_("部分放宽"), gettext("是") if one.partial else gettext("否")),
        Cell(_("依据"), one.order),
        Cell(_("条目"), words.label(one.entry.label) if one.entry else "", _entry(one)),
        Cell(
            _("结束条目"),
            words.label(one.end_entry.label) if one.end_entry else "",
            f"/log/{one.end_entry.id}/" if one.end_entry else "",
        ),
        Cell(_("报送单位"), words.called(one.unit)),
    ]


def _areas(one: Measure) -> str:
    return gettext("、").join(words.called(area) for area in queries.areas_of(one))


def _end(one: Measure) -> str:
    """Until when the record says that it holds, and what replaced it."""
    later = queries.after(one)
    own = words.until(one.ends_at) if one.ends_at else gettext("未定")
    return own if later is None else gettext("%(start)s由「%(label)s」接替") % _said(later)


def _said(later: Measure) -> dict[str, str]:
    return {"start": words.moment(later.starts_at), "label": naming.named(later)}


def _entry(one: Measure) -> str:
    return f"/log/{one.entry.id}/" if one.entry else ""


def row(one: Measure) -> dict[str, Value]:
    """A measure as the sheet has it; areas by name, as people write them."""
    names = [area.name for area in queries.areas_of(one)] if one.areas else []
    return {
        "kind": one.kind,
        "label": one.label,
        "label_en": one.label_en or None,
        "starts_at": one.starts_at,
        "ends_at": one.ends_at,
        "areas": "、".join(names) or None,
        "replaces": one.replaces.label if one.replaces else None,
        "partial": one.partial,
        "order": one.order or None,
    }


def changes(old: Measure, values: dict[str, Value]) -> dict[str, Any]:
    """The columns that a correction's answers become; what it replaces is another announcement, not a correction."""
    start = values["starts_at"] if isinstance(values["starts_at"], datetime) else old.starts_at
    areas = services.areas_named(str(values["areas"] or ""), start, city.Places.load())
    return {
        "kind": values["kind"],
        "label": values["label"],
        "label_en": values["label_en"] or "",
        "occurred_from": start,
        "occurred_to": values["ends_at"],
        "areas": [area.code for area in areas],
        "partial": bool(values["partial"]),
        "order": values["order"] or "",
    }


def may_end(one: Measure, by: Account) -> bool:
    """Whether the page offers a person the end of a measure: none is known, and it is theirs to tell."""
    standing = city.standing_of(by, "correct", at=now())
    return standing is not None and services.may_end(one, standing.unit) and queries.is_open(one)


def end_boxes(one: Measure) -> dict[str, Value]:
    wall = watches.local(clock.shown())
    return {"ended_at": max(wall.replace(minute=0, second=0, microsecond=0), one.starts_at)}


END = Act(
    name="end",
    title=_("结束"),
    hint=_("写结束的时刻和所依据的文件；从那个时刻起不再施行。这条记录成为新的一版，并记入日志。"),
    done=_("已登记结束，并已记入日志。"),
    fields=tuple(replace(one, required=True) for one in MEASURE_END.fields if one.name != "measure"),
    values=end_boxes,
    offered=may_end,
    do=services.end_measure,
)

MEASURES = declare(
    Register(
        name="measures",
        title="措施",
        title_en="Measures",
        noun=_("何时起、何时止、在何处施行的措施，及其依据"),
        kind="measure",
        model=Measure,
        order=("-occurred_from", "label"),
        cells=cells,
        details=details,
        filters=(
            OneOf("kind", _("措施类别"), "kind", kinds),
            InForceOn("on", _("在施行之日"), "occurred_from"),
            OnDay("begun", _("起于"), "occurred_from", moments=True),
        ),
        fields=MEASURE.fields,
        row=row,
        correctable=but(MEASURE.fields, *FIXED),
        values=row,
        changes=changes,
        correct=services.correct_measure,
        void=services.void_measure,
        acts=(END,),
        heading=naming.named,
        related=("area", "unit", "entry", "end_entry", "replaces"),
    )
)
