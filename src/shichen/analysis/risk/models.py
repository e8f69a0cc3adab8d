"""Rules of risk levels, levels with what they rest on, their signatures, and what the Office sets instead: written once."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from shichen.city.models import Account, Area, Body, Event
from shichen.city.privacy import Held
from shichen.city.roles import OPEN


class Level(models.TextChoices):
    """低、中、高."""

    LOW = "low", pgettext_lazy("风险等级", "低")
    MEDIUM = "medium", pgettext_lazy("风险等级", "中")
    HIGH = "high", pgettext_lazy("风险等级", "高")


class Rule(models.Model):
    """A rule as its file was entered (风险等级规则). A new circular is a new rule beside the old one."""

    privacy: ClassVar = Held(OPEN)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, models.PROTECT, related_name="+", verbose_name="事件")
    code = models.SlugField("编号", max_length=40)
    name = models.CharField("名称", max_length=40)
    name_en = models.CharField("英文名", max_length=40)
    valid_from = models.DateField("生效日期")
    text = models.TextField("原文")
    digest = models.CharField("指纹", max_length=64)
    reason = models.CharField("理由", max_length=200)
    entered_by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="录入人")
    entered_at = models.DateTimeField("录入时间")

    class Meta:
        ordering: ClassVar = ["-valid_from", "-entered_at"]
        constraints: ClassVar = [models.UniqueConstraint("event", "code", name="risk_rule_once")]

    def __str__(self) -> str:
        return self.code


class Assessment(models.Model):
    """The levels of one area day by day, as of one instant of the data (风险等级研判), with the very rows they rest on."""

    privacy: ClassVar = Held()

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField("编号")
    event = models.ForeignKey(Event, models.PROTECT, related_name="+", verbose_name="事件")
    unit = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="报送单位")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="区域")
    area_path = models.CharField(max_length=200, db_index=True, editable=False)
    as_of = models.DateTimeField("数据截至")
    epi_version = models.CharField("程序版本", max_length=40)
    inputs = models.JSONField("输入")
    inputs_digest = models.CharField("输入指纹", max_length=64)
    rows = models.JSONField("逐日结果")
    digest = models.CharField("结果指纹", max_length=64)
    n_used = models.PositiveIntegerField("有报的日数")
    n_missing = models.PositiveIntegerField("缺报日数")
    asked_by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="提出人")
    made_at = models.DateTimeField("算成时间")

    class Meta:
        ordering: ClassVar = ["-as_of", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint("event", "number", name="risk_assessment_number_once"),
            models.UniqueConstraint(
                "event", "area", "as_of", "inputs_digest", "epi_version", name="risk_assessment_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["area", "-as_of"], name="risk_assessment_newest")]

    def __str__(self) -> str:
        return str(self.number)


class Signature(models.Model):
    """An area's levels were signed (签发): without one they are a draft and stand nowhere else."""

    privacy: ClassVar = Held()

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessment = models.OneToOneField(Assessment, models.PROTECT, related_name="signature", verbose_name="研判")
    by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="签发人")
    at = models.DateTimeField("签发时间")
    note = models.CharField("意见", max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["-at"]

    def __str__(self) -> str:
        return str(self.assessment)


class Override(models.Model):
    """What the Office set in place of a computed level (办公室调整), with its reason; without a level, that it is lifted."""

    privacy: ClassVar = Held()

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, models.PROTECT, related_name="+", verbose_name="事件")
    unit = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="单位")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="区域")
    area_path = models.CharField(max_length=200, db_index=True, editable=False)
    from_day = models.DateField("自")
    to_day = models.DateField("至", null=True, blank=True)
    level = models.CharField("等级", max_length=8, choices=Level.choices, blank=True)
    reason = models.CharField("理由", max_length=200)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="调整人")
    at = models.DateTimeField("调整时间")

    class Meta:
        ordering: ClassVar = ["-at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="risk_override_days_in_order", condition=Q(to_day=None) | Q(to_day__gte=F("from_day"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.from_day}"
