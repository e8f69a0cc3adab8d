"""Which figures the board shows, what was read in duty notes and decided of it, hand-overs of the watch (交接班)."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from shichen.bulletins.proposed import Number
from shichen.city.models import Account, Area, Body, Event
from shichen.city.privacy import Held, Why
from shichen.city.roles import OPEN
from shichen.city.scope import Sight
from shichen.indicators.models import Figure
from shichen.journal.models import Entry


class Tile(models.Model):
    """A place for one figure on the board of the city, or of one of its groups (板上的一格)."""

    privacy: ClassVar = Held(OPEN)

    group = models.ForeignKey(Body, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="工作组")
    position = models.PositiveSmallIntegerField("次序")
    key = models.CharField("指标", max_length=60)

    class Meta:
        ordering: ClassVar = ["group", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint("key", condition=models.Q(group=None), name="tile_once"),
            models.UniqueConstraint("group", "key", name="tile_once_of_group"),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.key}"


class Reading(models.Model):
    """What the reader of prose saw in a duty note after it was written: where numbers stand that might be figures (拟采)."""

    privacy: ClassVar = Held()

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="reading")
    spans = models.JSONField("数字位置", default=list)
    read_at = models.DateTimeField("读取时间")


class Sighting(Number):
    """What a person decided of a number seen in an entry of the log: taken for a figure, or left (采纳、驳回). It stays decided."""

    privacy: ClassVar = Held()

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="sightings")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="区域")
    on = models.DateField("日期")
    figure = models.OneToOneField(Figure, models.PROTECT, null=True, blank=True, related_name="sighted_as")

    class Meta:
        ordering: ClassVar = ["start"]
        constraints: ClassVar = [models.UniqueConstraint("entry", "start", name="number_decided_once")]


class HandoverQuerySet(models.QuerySet["Handover"]):
    def within(self, sight: Sight) -> HandoverQuerySet:
        return self.filter(sight.q(path="area__path"))


class Handover(models.Model):
    """A watch handed over (交班): what stood open when it was signed, who signed, and who took it (接班).

    What is said of the past does not change: only the taking is added.
    """

    privacy: ClassVar = Held(
        personal={
            "note": Why(
                "交班说明可能带有姓名、电话；显示时遮去证件号与手机号",
                "传染病防治法规定的疫情报告",
                "长期：日志不删，写入时不写个人身份",
            )
        }
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    unit = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="单位")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="区域")
    event = models.ForeignKey(Event, models.PROTECT, related_name="+", verbose_name="事件")
    since = models.DateTimeField("起")
    until = models.DateTimeField("止")
    content = models.JSONField("交接内容", default=dict)
    digest = models.CharField("SHA-256", max_length=64)
    note = models.CharField("说明", max_length=400, blank=True)
    signed_by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="交班人")
    signed_at = models.DateTimeField("交班时间")
    signed_entry = models.ForeignKey(Entry, models.PROTECT, related_name="+")
    taken_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+", verbose_name="接班人")
    taken_at = models.DateTimeField("接班时间", null=True)
    taken_entry = models.ForeignKey(Entry, models.PROTECT, null=True, related_name="+")

    objects = HandoverQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-signed_at"]
        indexes: ClassVar = [models.Index(name="handover_of_unit", fields=["unit", "signed_at"])]
