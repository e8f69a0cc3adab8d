"""The line list of cases (病例一览表), as pages show it: to those who may see sensitive rows."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop as _

from shichen.city.roles import SENSITIVE
from shichen.registers.cases import listing
from shichen.registers.cases.choices import KINDS, ORIGINS, OUTCOMES
from shichen.registers.cases.models import CaseLine
from shichen.registers.cases.reports import CASE_LINE
from shichen.sheets.fields import Value, only
from shichen.web import words
from shichen.web.offering import areas, every
from shichen.web.registers import Cell, OnDay, OneOf, Register, declare
from shichen.web.sentences import said


def cells(line: CaseLine) -> list[Cell]:
    here = f"/registers/lines/{line.pk}/"
    return [
        Cell(_("病例编号"), line.number, here),
        Cell(_("区域"), words.called(line.area)),
        Cell(_("发病日期"), line.date_onset or said(_("不明"))),
        Cell(_("报告日期"), line.date_reporting),
        Cell(_("来源"), said(ORIGINS[line.origin])),
        Cell(_("分类"), said(KINDS[line.classification])),
    ]


def details(line: CaseLine) -> list[Cell]:
    return [
        Cell(_("病例编号"), line.number),
        Cell(_("区域"), words.called(line.area)),
        Cell(_("发病日期"), line.date_onset or said(_("不明"))),
        Cell(_("报告日期"), line.date_reporting),
        Cell(_("确诊日期"), line.date_confirmation),
        Cell(_("来源"), said(ORIGINS[line.origin])),
        Cell(_("分类"), said(KINDS[line.classification])),
        Cell(_("转归"), said(OUTCOMES[line.outcome]) if line.outcome else ""),
        Cell(_("转归日期"), line.date_outcome),
    ]


def row(line: CaseLine) -> dict[str, Value]:
    dates: dict[str, Value] = {name: getattr(line, name) or None for name in listing.SAYS}
    return {"number": line.number, "area": line.area_id, **dates}


def changes(old: CaseLine, values: dict[str, Value]) -> dict[str, Any]:
    """The columns that a correction's answers become; its number and its area a case keeps."""
    found: dict[str, Any] = {name: values[name] for name in listing.SAYS if name != "outcome"}
    return found | {"outcome": values["outcome"] or ""}


LINES = declare(
    Register(
        name="lines",
        title="病例一览表",
        title_en="Line list of cases",
        noun=_("一例一行，不写姓名；发病、报告日期与来源，供现报校正和时滞分析"),
        kind="case_line",
        model=CaseLine,
        order=("-date_reporting", "-date_onset", "number"),
        cells=cells,
        details=details,
        filters=(
            OneOf("area", _("区域"), "area_path", areas(CaseLine)),
            OneOf("origin", _("来源"), "origin", every(ORIGINS.items())),
            OnDay("onset", _("发病日期"), "date_onset"),
            OnDay("reported", _("报告日期"), "date_reporting"),
        ),
        fields=CASE_LINE.fields,
        row=row,
        correctable=only(CASE_LINE.fields, *listing.SAYS),
        values=row,
        changes=changes,
        correct=listing.correct_line,
        void=listing.void_line,
        heading=lambda line: said(_("病例一览表的一例")),
        data_class=SENSITIVE,
    )
)
