"""The register of daily counts, as pages show it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_noop as _

from shichen.audit.context import known
from shichen.city.models import Area
from shichen.city.scope import Sight
from shichen.registers.cases import forms, services
from shichen.registers.cases.models import DailyCount, Series
from shichen.registers.cases.reports import DAILY_COUNT
from shichen.sheets.fields import Value, but
from shichen.web import words
from shichen.web.registers import Cell, OnDay, OneOf, Register, declare

__all__ = ["COUNTS", "forms"]

FIGURES = {
    "confirmed_new": "cases.confirmed_new",
    "confirmed_down": "cases.confirmed_down",
    "confirmed_cum": "cases.confirmed_cum",
    "discharged_new": "cases.discharged_new",
    "discharged_cum": "cases.discharged",
    "severe_now": "cases.severe",
    "dead_cum": "cases.dead",
}


def series(sight: Sight) -> list[tuple[str, str]]:
    return [(one.code, one.name) for one in Series.objects.all()]


def areas(sight: Sight) -> list[tuple[str, str]]:
    """The areas that counts within reach are kept for."""
    codes = DailyCount.objects.current(known()).within(sight).order_by().values_list("area", flat=True).distinct()
    return [(area.code, words.called(area)) for area in Area.objects.filter(code__in=codes)]


def cells(count: DailyCount) -> list[Cell]:
    here = f"/registers/counts/{count.pk}/"
    return [
        Cell(_("区域"), f"{words.called(count.area)} {count.as_of}"),
        Cell(_("发布日"), count.published_on),
        Cell(_("序列"), count.series.name),
        Cell(_("新增确诊"), count.confirmed_new, here, number=True),
        Cell(_("累计确诊"), count.confirmed_cum, here, number=True),
        Cell(_("累计出院"), count.discharged_cum, here, number=True),
    ]


def details(count: DailyCount) -> list[Cell]:
    return [
        Cell(_("区域"), words.called(count.area)),
        Cell(_("数据日(截至24时)"), count.as_of),
        Cell(_("发布日"), count.published_on),
        Cell(_("序列"), count.series.name),
        _number(count, _("新增确诊"), "confirmed_new"),
        _number(count, _("核减确诊"), "confirmed_down"),
        _number(count, _("累计确诊"), "confirmed_cum"),
        _number(count, _("新增出院"), "discharged_new"),
        _number(count, _("累计出院"), "discharged_cum"),
        Cell(_("累计办理出院"), count.discharged_done_cum, number=True),
        Cell(_("累计网报出院"), count.discharged_network_cum, number=True),
        _number(count, _("现有重症"), "severe_now"),
        _number(count, _("累计死亡"), "dead_cum"),
        Cell(_("来源"), count.source),
    ]


def _number(count: DailyCount, label: str, name: str) -> Cell:
    asked = {"from": count.as_of, "to": count.as_of, "area": count.area_id}
    return Cell(label, getattr(count, name), f"/figures/{FIGURES[name]}/?{urlencode(asked)}", number=True)


def row(count: DailyCount) -> dict[str, Value]:
    counts: dict[str, Value] = {name: getattr(count, name) for name in services.COUNTS}
    said: dict[str, Value] = {"area": count.area_id, "as_of": count.as_of, "published_on": count.published_on}
    return {**said, "series": count.series_id, **counts, "source": count.source or None}


def changes(old: DailyCount, values: dict[str, Value]) -> dict[str, Any]:
    """The columns that a correction's answers become; where and of which day a count is cannot be corrected, only voided."""
    counts: dict[str, Any] = {name: values[name] for name in services.COUNTS}
    return {**counts, "published_on": values["published_on"] or old.published_on, "source": values["source"] or ""}


COUNTS = declare(
    Register(
        name="counts",
        title="病例日报",
        title_en="Daily case counts",
        noun=_("各区域截至每日24时的病例数"),
        kind="case_count",
        model=DailyCount,
        order=("-as_of", "area_path", "series__rank"),
        cells=cells,
        details=details,
        filters=(
            OneOf("area", _("区域"), "area", areas),
            OneOf("series", _("序列"), "series", series),
            OnDay("as_of", _("数据日"), "as_of"),
            OnDay("published", _("发布日"), "published_on"),
        ),
        fields=DAILY_COUNT.fields,
        row=row,
        correctable=but(DAILY_COUNT.fields, "area", "as_of", "series"),
        values=row,
        changes=changes,
        correct=services.correct_count,
        void=services.void_count,
        related=("area", "unit", "series"),
    )
)
