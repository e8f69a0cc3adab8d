"""Public transport (公共交通): services, the buses set aside for the emergency, lines that run again. Status is no column: measures say it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from shichen.city.privacy import Held
from shichen.records.models import Record
from shichen.registers.transport.choices import EXTENTS, MODES


class Service(Record):
    """A service that people ride: what sort, which line, who runs it, in which area."""

    privacy: ClassVar = Held()

    mode = models.CharField("类别", max_length=12, choices=list(MODES.items()))
    line = models.CharField("线路", max_length=60)
    operator = models.CharField("营运单位", max_length=80, blank=True)

    class Meta(Record.Meta):
        ordering: ClassVar = ["area_path", "mode", "line"]
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                "event", "area", "mode", "line", name="service_once", condition=Q(superseded_at=None, voided=False)
            ),
        ]

    def __str__(self) -> str:
        return self.line


class Fleet(Record):
    """Vehicles set aside for the emergency (应急运力) from `occurred_from` until `occurred_to`: the whole, and the parts it is the sum of."""

    privacy: ClassVar = Held()

    mode = models.CharField("类别", max_length=12, choices=list(MODES.items()))
    operator = models.CharField("营运单位", max_length=80)
    vehicles = models.PositiveIntegerField("应急线路")
    hospital = models.PositiveIntegerField("接送医技")
    standby = models.PositiveIntegerField("备勤")
    other = models.PositiveIntegerField("其他应急", default=0)
    order = models.CharField("依据", max_length=120, blank=True)

    class Meta(Record.Meta):
        ordering: ClassVar = ["occurred_from", "operator"]
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.CheckConstraint(name="fleet_begins", condition=Q(occurred_from__isnull=False)),
            models.CheckConstraint(
                name="fleet_ends_after_start",
                condition=Q(occurred_to=None) | Q(occurred_to__gt=F("occurred_from")),
            ),
            models.CheckConstraint(
                name="fleet_parts_sum", condition=Q(vehicles=F("hospital") + F("standby") + F("other"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operator} {self.vehicles}"


class Resumption(Record):
    """Lines that run again from `occurred_from` on (恢复营运), under which conditions; `extent` says whether they come on top."""

    privacy: ClassVar = Held()

    mode = models.CharField("类别", max_length=12, choices=list(MODES.items()))
    lines = models.PositiveIntegerField("线路数")
    extent = models.CharField("口径", max_length=8, choices=list(EXTENTS.items()))
    named = models.CharField("线路", max_length=200, blank=True)
    conditions = models.CharField("条件", max_length=200, blank=True)

    class Meta(Record.Meta):
        ordering: ClassVar = ["occurred_from", "recorded_at"]
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.CheckConstraint(name="resumption_begins", condition=Q(occurred_from__isnull=False)),
            models.CheckConstraint(name="resumption_some", condition=Q(lines__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.get_mode_display()} {self.lines}"
