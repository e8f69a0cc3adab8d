"""Rules of risk levels, levels with what they rest on, their signatures, and what the Office sets instead: written once."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from shichen.analysis.kept import Belonging, Computed, RuleFile, Signed
from shichen.city.models import Account, Body
from shichen.city.privacy import Held
from shichen.city.roles import OPEN


class Level(models.TextChoices):
    """低、中、高."""

    LOW = "low", pgettext_lazy("风险等级", "低")
    MEDIUM = "medium", pgettext_lazy("风险等级", "中")
    HIGH = "high", pgettext_lazy("风险等级", "高")


class Rule(RuleFile):
    """A rule as its file was entered (风险等级规则). A new circular is a new rule beside the old one."""

    privacy: ClassVar = Held(OPEN)

    valid_from = models.DateField("生效日期")

    class Meta:
        ordering: ClassVar = ["-valid_from", "-entered_at"]
        constraints: ClassVar = [models.UniqueConstraint("event", "code", name="risk_rule_once")]


class Assessment(Computed):
    """The levels of one area day by day, as of one instant of the data (风险等级研判), with the very rows they rest on."""

    privacy: ClassVar = Held()

    number = models.PositiveIntegerField("编号")
    inputs = models.JSONField("输入")
    inputs_digest = models.CharField("输入指纹", max_length=64)
    rows = models.JSONField("逐日结果")
    n_used = models.PositiveIntegerField("有报的日数")
    n_missing = models.PositiveIntegerField("缺报日数")

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


class Signature(Signed):
    """An area's levels were signed (签发): without one they are a draft and stand nowhere else."""

    privacy: ClassVar = Held()

    assessment = models.OneToOneField(Assessment, models.PROTECT, related_name="signature", verbose_name="研判")

    class Meta:
        ordering: ClassVar = ["-at"]

    def __str__(self) -> str:
        return str(self.assessment)


class Override(Belonging):
    """What the Office set in place of a computed level (办公室调整), with its reason; without a level, that it is lifted."""

    privacy: ClassVar = Held()

    unit = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="单位")
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
