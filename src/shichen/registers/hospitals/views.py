"""The register of open beds, as pages show it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop as _

from shichen import watches
from shichen.registers.hospitals import forms, services
from shichen.registers.hospitals.models import CLASSES, Capacity
from shichen.registers.hospitals.reports import CAPACITY
from shichen.sheets.fields import Value, only
from shichen.web import words
from shichen.web.offering import every
from shichen.web.registers import Cell, OnDay, OneOf, Register, declare
from shichen.web.sentences import said

__all__ = ["BEDS", "forms"]
CHANGED = ("beds", "source")


def cells(one: Capacity) -> list[Cell]:
    return [
        Cell(_("地点"), one.place),
        Cell(_("床位类别"), said(one.get_kind_display())),
        Cell(_("自"), one.from_on),
        Cell(_("开放床位"), one.beds, f"/registers/beds/{one.pk}/", number=True),
        Cell(_("区域"), words.called(one.area)),
    ]


def details(one: Capacity) -> list[Cell]:
    return [*cells(one), Cell(_("来源"), one.source), Cell(_("报送单位"), words.called(one.unit))]


def row(one: Capacity) -> dict[str, Value]:
    told: dict[str, Value] = {name: getattr(one, name) for name in ("place", "kind", "beds", "from_on", "source")}
    return {**told, "area": one.area_id, "synthetic": one.synthetic or None}


def changes(old: Capacity, values: dict[str, Value]) -> dict[str, Any]:
    """The columns that a correction's answers become; where and from when a step is cannot be corrected, only voided."""
    return {name: values[name] for name in CHANGED} | {"occurred_from": watches.clock(old.from_on, 0)}


BEDS = declare(
    Register(
        name="beds",
        title="开放床位",
        title_en="Open beds",
        noun=_("各处各类床位从哪天起开放多少张"),
        kind="bed_capacity",
        model=Capacity,
        order=("-from_on", "place", "kind"),
        cells=cells,
        details=details,
        filters=(OneOf("kind", _("床位类别"), "kind", every(CLASSES)), OnDay("from", _("自"), "from_on")),
        fields=CAPACITY.fields,
        row=row,
        correctable=only(CAPACITY.fields, *CHANGED),
        values=row,
        changes=changes,
        correct=services.correct_capacity,
        void=services.void_capacity,
    )
)
