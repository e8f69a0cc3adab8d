"""The words of public transport: sorts of service, the measures that stop each, what a service is doing, what a resumption counts."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

BUS, COACH, RIDE, TAXI, RAIL = "bus", "coach", "ride_hailing", "taxi", "rail"
MODES = {BUS: _("公交"), COACH: _("班线"), RIDE: _("网约车"), TAXI: _("出租"), RAIL: _("铁路")}
STOPPED_BY = {
    BUS: "bus_suspended",
    COACH: "coach_suspended",
    RIDE: "cars_suspended",
    TAXI: "cars_suspended",
    RAIL: "rail_partial",
}
"""The class of measures (措施类别) that speaks of each sort of service."""

RUNNING, SUSPENDED, PARTIAL, IN_PART = "running", "suspended", "partial", "in_part"
STATES = {RUNNING: _("运行"), SUSPENDED: _("停运"), PARTIAL: _("部分恢复"), IN_PART: _("部分停运")}

MORE, IN_ALL = "more", "in_all"
EXTENTS = {MORE: _("新增恢复"), IN_ALL: _("累计恢复")}
