"""What figures mean (口径): every recorded version of a definition, and the figures that the city declares for itself."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shichen.city.models import Account
from shichen.city.privacy import Held
from shichen.city.roles import OPEN
from shichen.indicators.declare import Indicator, Sort


class Definition(models.Model):
    """One version of what a figure means (口径); a changed meaning is a new version, the old one stays."""

    privacy: ClassVar = Held(OPEN)

    key = models.CharField("指标", max_length=60)
    version = models.CharField("版本", max_length=8)
    name = models.CharField("名称", max_length=80)
    name_en = models.CharField("英文名", max_length=120)
    unit = models.CharField("单位", max_length=20)
    sort = models.CharField("性质", max_length=12)
    text = models.TextField("口径")
    reduction = models.CharField("计法", max_length=120, blank=True)
    recorded_at = models.DateTimeField("登记时间")

    class Meta:
        ordering: ClassVar = ["key", "recorded_at"]
        constraints: ClassVar = [models.UniqueConstraint("key", "version", name="definition_version_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class Coined(models.Model):
    """A figure that the city declares for itself (自设指标); the last row of a key holds, the earlier ones stay."""

    privacy: ClassVar = Held()

    key = models.CharField("指标", max_length=60)
    name = models.CharField("名称", max_length=80)
    name_en = models.CharField("英文名", max_length=120, blank=True)
    unit = models.CharField("量词", max_length=20)
    sort = models.CharField("性质", max_length=12)
    definition = models.TextField("口径")
    standing = models.BooleanField("在用", default=True)
    reason = models.CharField("理由", max_length=200)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="何人")
    at = models.DateTimeField("时间")

    class Meta:
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [models.Index(name="coined_of_key", fields=["key"])]

    def __str__(self) -> str:
        return f"{self.key} {self.name}"

    def as_indicator(self) -> Indicator:
        return Indicator(self.key, self.name, self.name_en or self.name, self.unit, Sort(self.sort), self.definition)
