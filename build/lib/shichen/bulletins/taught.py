"""What corrections led to: suggested rows that nobody wanted, and fits of the ranker with who put one in use; nothing is taken back."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shichen.city.models import Account
from shichen.city.privacy import Held


class Declined(models.Model):
    """A suggested row that a person did not want (不采用): which correction it came from, how often that had been met then, why."""

    privacy: ClassVar = Held()

    mark = models.CharField("更正", max_length=300, db_index=True)
    times = models.PositiveIntegerField("次数")
    rows = models.JSONField("建议的行", default=list)
    reason = models.CharField("理由", max_length=200)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="谁定的")
    at = models.DateTimeField("时间")

    class Meta:
        ordering: ClassVar = ["pk"]


class Ranking(models.Model):
    """A fit of the ranker (排序): its weights, what it knows of before, how it did by replay; who used it, from when, until when."""

    privacy: ClassVar = Held()

    weights = models.JSONField("权重", default=dict)
    past = models.JSONField("所据", default=dict)
    figures = models.PositiveIntegerField("数字")
    until = models.DateField("到哪天")
    days = models.JSONField("逐日", default=list)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="谁算的")
    at = models.DateTimeField("时间")
    used_at = models.DateTimeField("启用时间", null=True, blank=True)
    used_by = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="谁启用的"
    )
    reason = models.CharField("启用理由", max_length=200, blank=True)
    ended_at = models.DateTimeField("停用时间", null=True, blank=True)
    ended_by = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="谁停用的"
    )
    why = models.CharField("停用理由", max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["-pk"]

    @property
    def in_use(self) -> bool:
        return self.used_at is not None and self.ended_at is None
