"""The registers of public transport, as pages show them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from shichen.audit.context import known
from shichen.registers.transport import forms, services, status
from shichen.registers.transport.choices import EXTENTS, MODES, STATES
from shichen.registers.transport.models import Fleet, Resumption, Service
from shichen.registers.transport.reports import FLEET, RESUMPTION, SERVICE
from shichen.sheets.fields import Value, but
from shichen.watches import Period
from shichen.web import clock, words
from shichen.web.offering import every
from shichen.web.registers import Cell, OnDay, OneOf, Register, declare

__all__ = ["FLEETS", "RESUMPTIONS", "SERVICES", "forms"]

FIXED = ("area", "synthetic")
BACK = timedelta(days=366)
BY_MODE = OneOf("mode", _("类别"), "mode", every(MODES.items()))
BEGUN = OnDay("begun", _("起于"), "occurred_from", moments=True)


def service_cells(one: Service) -> list[Cell]:
    return [
        Cell(_("线路"), one.line),
        Cell(_("类别"), gettext(MODES[one.mode])),
        Cell(_("区域"), words.called(one.area)),
        Cell(_("营运单位"), one.operator),
        _state(one),
    ]


def service_details(one: Service) -> list[Cell]:
    """The service, what it does now, and every measure that stopped it."""
    found = status.known(Period(clock.shown() - BACK, clock.shown() + BACK), as_of=known())
    return [
        *service_cells(one),
        *(
            Cell(
                gettext(STATES[each.state]),
                f"{words.moment(each.start)} — {words.until(each.end) if each.end else gettext('未定')}",
                f"/registers/measures/{each.measure.pk}/",
            )
            for each in found.of(one.mode, one.area)
        ),
        Cell(_("报送单位"), words.called(one.unit)),
    ]


def _state(one: Service) -> Cell:
    """What it does at the moment the page speaks of, and the measure that says so."""
    moment = clock.shown()
    found = status.moment_known(moment, as_of=known()).of(one.mode, one.area)
    state, measure = status.at(found, moment)
    return Cell(_("现状"), gettext(STATES[state]), f"/registers/measures/{measure.pk}/" if measure else "")


def fleet_cells(one: Fleet) -> list[Cell]:
    return [
        Cell(_("营运单位"), one.operator),
        Cell(_("类别"), gettext(MODES[one.mode])),
        Cell(_("应急线路"), one.vehicles, number=True),
        Cell(_("接送医技"), one.hospital, number=True),
        Cell(_("备勤"), one.standby, number=True),
        Cell(_("其他应急"), one.other, number=True),
        Cell(_("自"), words.moment(one.occurred_from) if one.occurred_from else ""),
        Cell(_("至"), words.until(one.occurred_to) if one.occurred_to else gettext("未定")),
    ]


def fleet_details(one: Fleet) -> list[Cell]:
    beside = [Cell(_("区域"), words.called(one.area)), Cell(_("依据"), one.order)]
    return [*fleet_cells(one), *beside, Cell(_("报送单位"), words.called(one.unit))]


def resumption_cells(one: Resumption) -> list[Cell]:
    return [
        Cell(_("自"), words.moment(one.occurred_from) if one.occurred_from else ""),
        Cell(_("类别"), gettext(MODES[one.mode])),
        Cell(_("区域"), words.called(one.area)),
        Cell(_("线路数"), one.lines, number=True),
        Cell(_("口径"), gettext(EXTENTS[one.extent])),
        Cell(_("条件"), one.conditions),
    ]


def resumption_details(one: Resumption) -> list[Cell]:
    return [*resumption_cells(one), Cell(_("线路"), one.named), Cell(_("报送单位"), words.called(one.unit))]


def service_row(one: Service) -> dict[str, Value]:
    return {"mode": one.mode, "line": one.line, "operator": one.operator or None, **_beside(one)}


def fleet_row(one: Fleet) -> dict[str, Value]:
    return {
        "mode": one.mode,
        "operator": one.operator,
        "vehicles": one.vehicles,
        "hospital": one.hospital,
        "standby": one.standby,
        "other": one.other,
        "starts_at": one.occurred_from,
        "ends_at": one.occurred_to,
        "order": one.order or None,
        **_beside(one),
    }


def resumption_row(one: Resumption) -> dict[str, Value]:
    return {
        "mode": one.mode,
        "lines": one.lines,
        "extent": one.extent,
        "starts_at": one.occurred_from,
        "named": one.named or None,
        "conditions": one.conditions or None,
        **_beside(one),
    }


def _beside(one: Any) -> dict[str, Value]:
    return {"area": one.area.name, "synthetic": one.synthetic}


def changes(old: Any, values: dict[str, Value]) -> dict[str, Any]:
    """The columns that a correction's answers become."""
    moved = {"starts_at": "occurred_from", "ends_at": "occurred_to"}
    empty = {"mode": "bus", "operator": "", "named": "", "conditions": "", "order": "", "other": 0}
    return {
        moved.get(name, name): empty.get(name) if value is None and name in empty else value
        for name, value in values.items()
    }


SERVICES = declare(
    Register(
        name="transport",
        title="公共交通",
        title_en="Public transport",
        noun=_("公交、班线、网约车、出租、铁路的线路；开行还是停运由措施说了算"),
        kind="transport_service",
        model=Service,
        order=("area_path", "mode", "line"),
        cells=service_cells,
        details=service_details,
        filters=(BY_MODE,),
        fields=SERVICE.fields,
        row=service_row,
        correctable=but(SERVICE.fields, *FIXED),
        values=service_row,
        changes=changes,
        correct=services.correct_service,
        void=services.void,
        beside=(("/registers/transport-fleets/", _("应急运力")), ("/registers/transport-resumptions/", _("恢复营运"))),
    )
)

FLEETS = declare(
    Register(
        name="transport-fleets",
        title="应急运力",
        title_en="Vehicles set aside",
        noun=_("为防控安排的车辆：接送医技、备勤与其他之和等于总数"),
        kind="transport_fleet",
        model=Fleet,
        order=("-occurred_from", "operator"),
        cells=fleet_cells,
        details=fleet_details,
        filters=(BY_MODE, BEGUN),
        fields=FLEET.fields,
        row=fleet_row,
        correctable=but(FLEET.fields, *FIXED),
        values=fleet_row,
        changes=changes,
        correct=services.correct_fleet,
        void=services.void,
    )
)

RESUMPTIONS = declare(
    Register(
        name="transport-resumptions",
        title="恢复营运",
        title_en="Lines that run again",
        noun=_("停运之后恢复的线路：几条、自何时、有何条件"),
        kind="transport_resumption",
        model=Resumption,
        order=("-occurred_from",),
        cells=resumption_cells,
        details=resumption_details,
        filters=(BY_MODE, BEGUN),
        fields=RESUMPTION.fields,
        row=resumption_row,
        correctable=but(RESUMPTION.fields, *FIXED),
        values=resumption_row,
        changes=changes,
        correct=services.correct_resumption,
        void=services.void,
    )
)
