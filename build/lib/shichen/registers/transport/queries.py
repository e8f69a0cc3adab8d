"""Questions about public transport: the records behind its figures, and what the services of an area do."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from shichen.city import queries as city
from shichen.indicators.declare import Scope
from shichen.records.keeper import RowRecords
from shichen.registers.transport import status
from shichen.registers.transport.choices import BUS, EXTENTS, MODES, MORE
from shichen.registers.transport.models import Fleet, Resumption, Service
from shichen.watches import Period


def fleets(period: Period, scope: Scope) -> RowRecords:
    """The buses set aside at the end of a period."""
    rows = Fleet.objects.current(scope.as_of).inside(scope.area).filter(mode=BUS, occurred_from__lt=period.end)
    still = rows.filter(occurred_to=None) | rows.filter(occurred_to__gte=period.end)
    return RowRecords(
        still.select_related("area", "unit"), describe_fleet, lambda one: f"/registers/transport-fleets/{one.pk}/"
    )


def resumed(period: Period, scope: Scope) -> RowRecords:
    """The resumptions of bus lines begun in a period that come on top of those before."""
    rows = Resumption.objects.current(scope.as_of).inside(scope.area).during(period).filter(mode=BUS, extent=MORE)
    return RowRecords(
        rows.select_related("area", "unit"),
        describe_resumption,
        lambda one: f"/registers/transport-resumptions/{one.pk}/",
    )


def stopped(period: Period, scope: Scope) -> RowRecords:
    """The bus services of counties that a measure of their own stopped within a period."""
    codes = status.stopped_within(BUS, period, whole=city.the_city(), as_of=scope.as_of)
    rows = Service.objects.current(scope.as_of).inside(scope.area).filter(mode=BUS, area__in=codes)
    return RowRecords(
        rows.select_related("area", "unit"), describe_service, lambda one: f"/registers/transport/{one.pk}/"
    )


def describe_service(one: Service) -> dict[str, Any]:
    return {
        _("区域"): one.area.name,
        _("类别"): gettext(MODES[one.mode]),
        _("线路"): one.line,
        _("营运单位"): one.operator,
    }


def describe_fleet(one: Fleet) -> dict[str, Any]:
    return {
        _("营运单位"): one.operator,
        _("应急线路"): one.vehicles,
        _("接送医技"): one.hospital,
        _("备勤"): one.standby,
        _("自"): one.occurred_from,
        _("至"): one.occurred_to,
    }


def describe_resumption(one: Resumption) -> dict[str, Any]:
    return {
        _("区域"): one.area.name,
        _("线路数"): one.lines,
        _("口径"): gettext(EXTENTS[one.extent]),
        _("自"): one.occurred_from,
        _("条件"): one.conditions,
    }
