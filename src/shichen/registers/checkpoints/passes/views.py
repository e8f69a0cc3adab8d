"""The registers of passes as pages show them: series, applications, every pass, each time one was shown; plates are masked."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from shichen import watches
from shichen.audit.context import known, now
from shichen.city import queries as city
from shichen.city.models import Account
from shichen.city.roles import PERSONAL
from shichen.city.scope import Sight
from shichen.keys import KeyGone
from shichen.records import sealed
from shichen.registers.checkpoints.passes import forms, plates, services
from shichen.registers.checkpoints.passes.choices import ASKED, BLANK, ISSUED, KEPT, ONCE, RESULTS, STATES, STEPS
from shichen.registers.checkpoints.passes.models import Application, Pass, Series, Use
from shichen.registers.checkpoints.passes.reports import APPLICATION, SERIES
from shichen.sheets.fields import Field, Value
from shichen.web import clock, words
from shichen.web.masking import masked_name, masked_number
from shichen.web.offering import every
from shichen.web.registers import Act, Cell, OnDay, OneOf, Register, declare
from shichen.web.sentences import said

__all__ = ["APPLICATIONS", "PASSES", "PASS_SERIES", "USES", "forms"]

REASON = Field("reason", _("理由"), required=True, maximum=150)
PASS_SHEET = (
    Field("number", _("证号")),
    Field("state", _("状态"), "choice", choices=tuple(STATES.items())),
    Field("carrier", _("承运单位")),
    Field("plate", _("车牌")),
    Field("first_day", _("有效自"), "date"),
    Field("last_day", _("有效至"), "date"),
)
USE_SHEET = (
    Field("number", _("证号")),
    Field("post", _("卡点")),
    Field("at", _("时间"), "datetime"),
    Field("result", _("结果"), "choice", choices=tuple(RESULTS.items())),
)


def plate_of(record: Any) -> str:
    """湘B***45, or nothing where it was erased."""
    return plates.masked(_opened(record, "plate"))


def _opened(record: Any, name: str) -> str:
    try:
        return sealed.opened(record, name)
    except KeyGone:
        return ""


def today() -> Any:
    return watches.civil_day(known() or clock.shown())


def nothing(record: Any) -> dict[str, Value]:
    return {}


def unchanged(old: Any, values: dict[str, Value]) -> dict[str, Any]:
    raise AssertionError("these records change by their acts alone")


def series_cells(one: Series) -> list[Cell]:
    counts = _counts(one)
    return [
        Cell(_("名称"), one.name),
        Cell(_("号头"), one.prefix),
        Cell(_("签发单位"), words.called(one.authority)),
        Cell(_("总数"), one.stock, f"/registers/passes/?series={one.prefix}", number=True),
        *(Cell(STATES[state], counts[state], number=True) for state in STATES),
    ]


def series_details(one: Series) -> list[Cell]:
    return [*series_cells(one), Cell(_("起号"), one.first_no), Cell(_("止号"), one.last_no)]


def _counts(one: Series) -> dict[str, int]:
    """How many of a series are in each of the five states; they add up to its stock."""
    found: list[Pass] = list(Pass.objects.current(known()).filter(series__first=one.first).only("state", "last_day"))
    standing = [each.stands(today()) for each in found]
    return {state: standing.count(state) for state in STATES}


def series_row(one: Series) -> dict[str, Value]:
    return {
        "name": one.name,
        "authority": one.authority.name,
        "prefix": one.prefix,
        "first_no": one.first_no,
        "last_no": one.last_no,
        "synthetic": one.synthetic or None,
    }


def application_cells(one: Application) -> list[Cell]:
    return [
        Cell(_("承运单位"), one.carrier),
        Cell(_("车牌"), plate_of(one)),
        Cell(_("货物"), one.cargo),
        Cell(_("有效期"), _days(one)),
        Cell(_("办理"), said(STEPS[one.step])),
    ]


def application_details(one: Application) -> list[Cell]:
    made = Pass.objects.current(known()).filter(number=one.number).first() if one.number else None
    return [
        Cell(_("承运单位"), one.carrier),
        Cell(_("车牌"), plate_of(one)),
        Cell(_("驾驶人"), masked_name(_opened(one, "driver"))),
        Cell(_("驾驶人电话"), masked_number(_opened(one, "phone"))),
        Cell(_("货物"), one.cargo),
        Cell(_("路线"), one.route),
        Cell(_("有效期"), _days(one)),
        Cell(_("签发单位"), words.called(one.authority)),
        Cell(_("办理"), said(STEPS[one.step])),
        Cell(_("初审"), f"{words.called(one.first_unit)} {one.first_by}" if one.first_by else ""),
        Cell(_("复审"), str(one.second_by) if one.second_by else ""),
        Cell(_("证号"), one.number, f"/registers/passes/{made.pk}/" if made else ""),
    ]


def application_row(one: Application) -> dict[str, Value]:
    """As the sheet has it; plate and driver stand there masked, so that the file tells no more than the page."""
    return {
        "carrier": one.carrier,
        "plate": plate_of(one) or None,
        "driver": masked_name(_opened(one, "driver")) or None,
        "phone": masked_number(_opened(one, "phone")) or None,
        "cargo": one.cargo,
        "route": one.route,
        "first_day": one.first_day,
        "last_day": one.last_day,
        "series": one.series.prefix,
        "synthetic": one.synthetic or None,
    }


def pass_cells(one: Pass) -> list[Cell]:
    return [
        Cell(_("证号"), one.number),
        Cell(_("状态"), said(STATES[one.stands(today())])),
        Cell(_("承运单位"), one.carrier),
        Cell(_("车牌"), plate_of(one)),
        Cell(_("有效期"), _days(one)),
    ]


def pass_details(one: Pass) -> list[Cell]:
    asked = Application.objects.current(known()).filter(first=one.application).first() if one.application else None
    return [
        *pass_cells(one),
        Cell(_("签发单位"), words.called(one.authority)),
        Cell(_("号段"), one.series.name),
        Cell(
            _("申领"), gettext("看申领") if asked else "", f"/registers/pass-applications/{asked.pk}/" if asked else ""
        ),
        Cell(_("签名"), f"{one.signature[:12]}…" if one.signature else ""),
    ]


def pass_row(one: Pass) -> dict[str, Value]:
    days: dict[str, Value] = {"first_day": one.first_day, "last_day": one.last_day}
    state = one.stands(today())
    return {
        "number": one.number,
        "state": state,
        "carrier": one.carrier or None,
        "plate": plate_of(one) or None,
        **days,
    }


def use_cells(one: Use) -> list[Cell]:
    return [
        Cell(_("证号"), one.number),
        Cell(_("卡点"), f"{one.post.code} {one.post.name}"),
        Cell(_("时间"), words.moment(one.occurred_from) if one.occurred_from else ""),
        Cell(_("结果"), said(RESULTS[one.result])),
    ]


def use_row(one: Use) -> dict[str, Value]:
    return {"number": one.number, "post": one.post.name, "at": one.occurred_from, "result": one.result}


def _days(one: Any) -> str:
    if one.first_day is None or one.last_day is None:
        return ""
    return gettext("%(first)s 至 %(last)s") % {"first": one.first_day, "last": one.last_day}


def waits(one: Application, by: Account) -> bool:
    """Whether this person may decide of an application: it waits, they did not enter it and have not decided before."""
    if one.step not in (ASKED, ONCE) or by.pk in (one.asked_by_id, one.first_by_id):
        return False
    standing = city.standing_of(by, "confirm", at=now())
    return standing is not None and (one.step == ASKED or standing.unit.pk != one.first_unit_id)


def in_force(one: Pass, by: Account) -> bool:
    return one.stands(today()) == ISSUED


def pass_more(one: Pass, request: HttpRequest) -> dict[str, Any]:
    return {"printable": one.state == ISSUED and known() is None and one.superseded_at is None}


def _states(sight: Sight) -> list[tuple[str, str]]:
    return [(key, said(STATES[key])) for key in KEPT]


def _series(sight: Sight) -> list[tuple[str, str]]:
    return list(Series.objects.current(known()).within(sight).values_list("prefix", "name"))


APPROVE = Act(
    name="approve",
    title=_("同意"),
    hint=_("初审由签发单位的人办，复审由另一单位的人办；复审同意即签发一张空白证。"),
    done=_("已记下您的意见，并已记入日志。"),
    fields=(REASON,),
    values=nothing,
    offered=waits,
    do=services.approve,
    action="confirm",
)
REFUSE = Act(
    name="refuse",
    title=_("不予签发"),
    hint=_("写明为什么不予签发；承运单位可改好重新申领。"),
    done=_("已记下您的意见，并已记入日志。"),
    fields=(REASON,),
    values=nothing,
    offered=waits,
    do=services.refuse,
    action="confirm",
)
REVOKE = Act(
    name="revoke",
    title=_("吊销"),
    hint=_("吊销后列入吊销名单，各卡点下一次更新名单起不再放行；不能恢复。"),
    done=_("已吊销，并已列入吊销名单。"),
    fields=(REASON,),
    values=nothing,
    offered=in_force,
    do=services.revoke,
    action="confirm",
)
VOIDING = Act(
    name="spoil",
    title=_("空白证作废"),
    hint=_("写坏、遗失的空白证作废，不再发给任何人。"),
    done=_("已作废，并已记入日志。"),
    fields=(REASON,),
    values=nothing,
    offered=lambda one, by: one.state == BLANK,
    do=services.void,
    action="confirm",
)

PASS_SERIES = declare(
    Register(
        name="pass-series",
        title="通行证号段",
        title_en="Series of passes",
        noun=_("领来的空白证，一段一段的号；五种状态之和就是总数"),
        kind="pass_series",
        model=Series,
        order=("prefix",),
        cells=series_cells,
        details=series_details,
        filters=(),
        fields=SERIES.fields,
        row=series_row,
        correctable=(),
        values=nothing,
        changes=unchanged,
        related=("area", "unit", "authority"),
    )
)

APPLICATIONS = declare(
    Register(
        name="pass-applications",
        title="通行证申领",
        title_en="Applications for passes",
        noun=_("谁为哪辆车申领、运什么、走哪里，谁同意的"),
        kind="pass_application",
        model=Application,
        order=("-recorded_at",),
        cells=application_cells,
        details=application_details,
        filters=(
            OneOf("step", _("办理"), "step", every(STEPS.items())),
            OnDay("from", _("有效自"), "first_day"),
        ),
        fields=APPLICATION.fields,
        row=application_row,
        correctable=(),
        values=nothing,
        changes=unchanged,
        related=("area", "unit", "authority", "series", "first_by", "first_unit", "second_by"),
        acts=(APPROVE, REFUSE),
        data_class=PERSONAL,
        entrusted=lambda one: (one.authority_id,),
    )
)

PASSES = declare(
    Register(
        name="passes",
        title="通行证",
        title_en="Passes",
        noun=_("每一号从空白到签发、到期、吊销、作废"),
        kind="pass_application",
        model=Pass,
        order=("number",),
        cells=pass_cells,
        details=pass_details,
        filters=(
            OneOf("state", _("状态"), "state", _states),
            OneOf("series", _("号段"), "series__prefix", _series),
            OnDay("until", _("有效至"), "last_day"),
        ),
        fields=PASS_SHEET,
        row=pass_row,
        correctable=(),
        values=nothing,
        changes=unchanged,
        related=("area", "unit", "authority", "series"),
        acts=(REVOKE, VOIDING),
        data_class=PERSONAL,
        entrusted=lambda one: (one.authority_id,),
        template="passes/pass.html",
        beside=(("/passes/check/", _("验证通行证")), ("/registers/pass-series/", _("号段"))),
        more=pass_more,
    )
)

USES = declare(
    Register(
        name="pass-uses",
        title="用证记录",
        title_en="Passes shown",
        noun=_("哪个卡点何时查验了哪张证，结果如何"),
        kind="pass_use",
        model=Use,
        order=("-occurred_from",),
        cells=use_cells,
        details=use_cells,
        filters=(
            OneOf("result", _("结果"), "result", every(RESULTS.items())),
            OnDay("day", _("日期"), "occurred_from", moments=True),
        ),
        fields=USE_SHEET,
        row=use_row,
        correctable=(),
        values=nothing,
        changes=unchanged,
        related=("area", "unit", "post"),
    )
)
