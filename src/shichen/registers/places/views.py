"""The register of places, as pages show it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from shichen import watches
from shichen.audit.context import known, now
from shichen.city import queries as city
from shichen.city.scope import Sight
from shichen.registers.places import forms, services
from shichen.registers.places.models import CLASSES, Place
from shichen.registers.places.reports import PLACE
from shichen.sheets.fields import Value, but
from shichen.web import words
from shichen.web.offering import areas, held
from shichen.web.registers import Cell, OneOf, Register, declare
from shichen.web.sentences import said

__all__ = ["PLACES", "forms"]


def wholes(sight: Sight) -> list[tuple[str, str]]:
    """The places within reach that have parts."""
    rows = Place.objects.current(known()).within(sight)
    above = set(rows.exclude(within="").order_by().values_list("within", flat=True))
    return [(one.code, str(one)) for one in rows.filter(code__in=above)]


def cells(one: Place) -> list[Cell]:
    return [
        Cell(_("编号"), one.code),
        Cell(_("名称"), one.name),
        Cell(_("类别"), said(one.get_kind_display())),
        Cell(_("上级编号"), one.within),
        Cell(_("区域"), words.called(one.area)),
        Cell(_("自"), one.opened_on),
        Cell(_("至"), one.closed_on),
    ]


def details(one: Place) -> list[Cell]:
    above = Place.objects.current(known()).filter(code=one.within).first() if one.within else None
    inside = Place.objects.current(known()).filter(within=one.code).count()
    listed = f"/registers/places/?{urlencode({'within': one.code})}"
    return [
        Cell(_("编号"), one.code),
        Cell(_("名称"), one.name),
        Cell(_("类别"), said(one.get_kind_display())),
        Cell(_("上级"), str(above) if above else one.within, f"/registers/places/{above.pk}/" if above else ""),
        Cell(_("其中各处"), inside, listed if inside else "", number=True),
        Cell(_("区域"), words.called(one.area)),
        Cell(_("自"), one.opened_on),
        Cell(_("至"), one.closed_on),
        Cell(_("报送单位"), words.called(one.unit)),
        Cell(_("停留流水"), gettext("看各批停留流水"), "/registers/loads/?kind=stays"),
    ]


def row(one: Place) -> dict[str, Value]:
    return {
        "code": one.code,
        "name": one.name,
        "kind": one.kind,
        "within": one.within or None,
        "area": one.area_id,
        "opened_on": one.opened_on,
        "closed_on": one.closed_on,
        "synthetic": one.synthetic or None,
    }


def changes(old: Place, values: dict[str, Value]) -> dict[str, Any]:
    """The columns that a correction's answers become. Raises Refusal for an area that is not known."""
    area = city.area_named(str(values["area"]), on=watches.civil_day(now()))
    told: dict[str, Any] = {name: values[name] for name in ("name", "kind", "opened_on", "closed_on")}
    begun = values["opened_on"]
    start = watches.clock(begun, 0) if begun else old.occurred_from  # type: ignore[arg-type]
    return told | {"within": values["within"] or "", "area": area, "area_path": area.path, "occurred_from": start}


PLACES = declare(
    Register(
        name="places",
        title="场所",
        title_en="Places",
        noun=_("商店、车厢、宾馆楼层等有人停留的地方，小到同用一处空气"),
        kind="place",
        model=Place,
        order=("code",),
        cells=cells,
        details=details,
        filters=(
            OneOf("class", _("类别"), "kind", held(Place, "kind", CLASSES)),
            OneOf("within", _("上级"), "within", wholes),
            OneOf("area", _("区域"), "area_path", areas(Place)),
        ),
        fields=PLACE.fields,
        row=row,
        correctable=but(PLACE.fields, "code", "synthetic"),
        values=lambda one: {**row(one), "area": one.area.name},
        changes=changes,
        correct=services.correct_place,
        void=services.void_place,
    )
)
