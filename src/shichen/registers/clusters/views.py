"""The register of cluster outbreaks, as pages show it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop as _

from shichen import watches
from shichen.audit.context import now
from shichen.city import queries as city
from shichen.registers.clusters import forms, services
from shichen.registers.clusters.models import KINDS, Cluster
from shichen.registers.clusters.reports import CLUSTER
from shichen.sheets.fields import Value, but
from shichen.web import words
from shichen.web.offering import areas, held
from shichen.web.registers import Cell, OneOf, Register, declare
from shichen.web.sentences import said

__all__ = ["CLUSTERS", "forms"]


def cells(one: Cluster) -> list[Cell]:
    return [
        Cell(_("编号"), one.code),
        Cell(_("区域"), words.called(one.area)),
        Cell(_("地点类别"), said(one.get_kind_display())),
        Cell(_("确诊例数"), one.confirmed, f"/registers/clusters/{one.pk}/", number=True),
        Cell(_("首例日期"), one.first_on),
        Cell(_("末例日期"), one.last_on),
    ]


def details(one: Cluster) -> list[Cell]:
    return [
        *cells(one)[:3],
        Cell(_("确诊例数"), one.confirmed, number=True),
        *cells(one)[4:],
        Cell(_("日期依据"), said(one.get_dated_display())),
        Cell(_("判定依据"), one.basis),
        Cell(_("来源"), one.source),
        Cell(_("报送单位"), words.called(one.unit)),
    ]


def row(one: Cluster) -> dict[str, Value]:
    told: dict[str, Value] = {"code": one.code, "area": one.area_id, "kind": one.kind, "confirmed": one.confirmed}
    return told | {name: getattr(one, name) for name in ("first_on", "last_on", "dated", "basis", "source")}


def changes(old: Cluster, values: dict[str, Value]) -> dict[str, Any]:
    """The columns that a correction's answers become. Raises Refusal for an area that is not known."""
    area = city.area_named(str(values["area"]), on=watches.civil_day(now()))
    told = {name: values[name] for name in ("kind", "confirmed", "first_on", "last_on", "dated", "basis", "source")}
    first, last = told["first_on"], told["last_on"]
    span = {"occurred_from": watches.clock(first, 0), "occurred_to": watches.clock(last, 24)} if first and last else {}  # type: ignore[arg-type]
    return told | span | {"area": area, "area_path": area.path}


CLUSTERS = declare(
    Register(
        name="clusters",
        title="聚集性疫情",
        title_en="Cluster outbreaks",
        noun=_("一户、一处场所、一个楼栋单元或一个单位里互有关联的病例，只有例数"),
        kind="cluster",
        model=Cluster,
        order=("-first_on", "code"),
        cells=cells,
        details=details,
        filters=(
            OneOf("class", _("地点类别"), "kind", held(Cluster, "kind", KINDS)),
            OneOf("area", _("区域"), "area_path", areas(Cluster)),
        ),
        fields=CLUSTER.fields,
        row=row,
        correctable=but(CLUSTER.fields, "code"),
        values=lambda one: {**row(one), "area": one.area.name},
        changes=changes,
        correct=services.correct_cluster,
        void=services.void_cluster,
    )
)
