"""Checkpoints (卡口): networks, gates, posts, and the tally of each shift; single passings stand beside it."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext

from shichen import watches
from shichen.city.models import Area, Body
from shichen.city.privacy import Held
from shichen.records.models import Record
from shichen.registers.checkpoints import shifts
from shichen.registers.checkpoints.device_models import Alarm, Device
from shichen.registers.checkpoints.passing_models import Passing
from shichen.registers.checkpoints.shifts import Hours

__all__ = ["COUNTS", "Alarm", "Device", "Gate", "GateChoice", "Network", "Passing", "Post", "Tally"]


COUNTS = (
    "vehicles",
    "source_area_vehicles",
    "persons",
    "source_area_persons",
    "turned_back",
    "referred",
    "fever",
)


class Network(models.Model):
    """Posts that one agency runs and counts in its own way; networks are never added together."""

    privacy: ClassVar = Held()

    code = models.SlugField("代码", primary_key=True)
    name = models.CharField("名称", max_length=60)
    name_en = models.CharField("英文名", max_length=80, blank=True)
    run_by = models.ForeignKey(Body, models.PROTECT, related_name="networks", verbose_name="主管单位")
    vehicle_unit = models.CharField("车辆量词", max_length=8, default="台次")
    person_unit = models.CharField("人员量词", max_length=8, default="人次")
    precedence = models.PositiveSmallIntegerField("取数先后", unique=True)
    definition = models.CharField("口径", max_length=300)
    shifts = models.CharField("班次", max_length=200, default=shifts.THREE)
    # Why it stands where it stands in precedence: what is said wherever one number is published for a gate of several.
    precedence_reason = models.CharField("取数理由", max_length=300, blank=True)
    precedence_reason_en = models.CharField("取数理由(英文)", max_length=400, blank=True)

    class Meta:
        ordering: ClassVar = ["precedence"]

    def __str__(self) -> str:
        return self.name


class Gate(models.Model):
    """A physical gate; posts of several networks at one gate see the same stream (重叠组)."""

    privacy: ClassVar = Held()

    code = models.SlugField("代码", primary_key=True)
    name = models.CharField("名称", max_length=80)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="区域")

    def __str__(self) -> str:
        return self.name


class GateChoice(Record):
    """That from a day on the count of one network is published for a gate, whatever the precedence says (一口一数的决定).

    It is a record like any other: a later choice is its correction or stands beside it from its own day, nothing is lost.
    """

    privacy: ClassVar = Held()

    gate = models.ForeignKey(Gate, models.PROTECT, related_name="choices", verbose_name="道口")
    network = models.ForeignKey(Network, models.PROTECT, related_name="+", verbose_name="取数网络")
    since = models.DateField("自")
    why = models.CharField("理由", max_length=300)

    class Meta(Record.Meta):
        ordering: ClassVar = ["gate", "since"]
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                "gate", "since", name="gate_choice_once_a_day", condition=Q(superseded_at=None, voided=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gate} {self.since} {self.network}"


class Post(Record):
    """A checkpoint on the ground: who runs it, where, from when to when."""

    privacy: ClassVar = Held()

    code = models.CharField("编号", max_length=20)
    name = models.CharField("名称", max_length=80)
    network = models.ForeignKey(Network, models.PROTECT, related_name="posts", verbose_name="网络")
    gate = models.ForeignKey(Gate, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name="道口")
    place_kind = models.CharField("类别", max_length=20, blank=True)
    shifts = models.CharField("班次", max_length=200, blank=True, default="")
    direct_control_from = models.DateField("直控自", null=True, blank=True)
    opened_on = models.DateField("启用")
    closed_on = models.DateField("撤销", null=True, blank=True)

    class Meta(Record.Meta):
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                "code", "network", name="post_code_once", condition=Q(superseded_at=None, voided=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def hours(self) -> tuple[Hours, ...]:
        """The shifts of its days: its own where it declares some, else those of its network."""
        return shifts.declared(self.shifts or self.network.shifts)

    def stands(self, on: date) -> bool:
        """Whether the post is manned on that day; the day it is withdrawn no longer counts."""
        return self.opened_on <= on and (self.closed_on is None or on < self.closed_on)


class Tally(Record):
    """What a post counted in one shift (班次记录): vehicles, persons, those from a source area, and what was done."""

    privacy: ClassVar = Held()

    post = models.ForeignKey(Post, models.PROTECT, related_name="tallies", verbose_name="卡点")
    network = models.ForeignKey(Network, models.PROTECT, related_name="+", verbose_name="网络")
    gate = models.ForeignKey(Gate, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="道口")
    vehicles = models.PositiveIntegerField("车辆")
    source_area_vehicles = models.PositiveIntegerField("疫源地车辆")
    persons = models.PositiveIntegerField("人员")
    source_area_persons = models.PositiveIntegerField("疫源地人员")
    turned_back = models.PositiveIntegerField("劝返")
    referred = models.PositiveIntegerField("移交")
    handled = models.PositiveIntegerField("劝返或移交", editable=False)
    fever = models.PositiveIntegerField("发热")
    staff = models.PositiveIntegerField("在岗人数", null=True, blank=True)
    # Summed up by the house from single passings, because the post stated none; what the post states takes its place.
    drawn = models.BooleanField("汇自逐车记录", default=False, editable=False)
    # Of a sum: vehicles that came in files alone, which name no plate; and the files that could not be read for it (数据不完整).
    of_files = models.PositiveIntegerField("其中只见于流水", default=0, editable=False)
    lacks = models.JSONField("缺的数据文件", default=list, blank=True, editable=False)

    class Meta(Record.Meta):
        ordering: ClassVar = ["occurred_from", "post__code"]
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                "post", "occurred_from", name="tally_once_per_shift", condition=Q(superseded_at=None, voided=False)
            ),
            models.CheckConstraint(name="tally_source_vehicles", condition=Q(source_area_vehicles__lte=F("vehicles"))),
            models.CheckConstraint(name="tally_source_persons", condition=Q(source_area_persons__lte=F("persons"))),
            models.CheckConstraint(name="tally_shift_has_length", condition=Q(occurred_to__gt=F("occurred_from"))),
        ]
        indexes: ClassVar = [
            models.Index(fields=["network", "occurred_from"]),
            models.Index(fields=["recorded_at"]),  # what came since the last round of checks
        ]

    def __str__(self) -> str:
        start = watches.local(self.occurred_from) if self.occurred_from else None
        return (
            gettext("%(post)s %(start)s时班") % {"post": self.post, "start": f"{start:%m-%d %H}"}
            if start
            else str(self.post)
        )
