"""Cluster outbreaks (聚集性疫情): linked cases in one household, site, building unit or workplace; counted, nobody named."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from shichen.city.privacy import Held
from shichen.records.models import Record

KINDS = (("household", "家庭"), ("site", "场所"), ("building_unit", "楼栋单元"), ("workplace", "单位"))
"""Where the linked cases belong together."""
DATED = (("onset", "发病日期"), ("confirmation", "确诊日期"))
"""By which date the first and the last of them are told."""
LEAST = 2
"""Of fewer than two cases nothing is clustered."""


class Cluster(Record):
    """One outbreak of linked cases in one place. From how many on it weighs is said by the rule that asks, not here."""

    privacy: ClassVar = Held()

    code = models.CharField("编号", max_length=40)
    kind = models.CharField("地点类别", max_length=16, choices=KINDS)
    confirmed = models.PositiveIntegerField("确诊例数")
    first_on = models.DateField("首例日期")
    last_on = models.DateField("末例日期")
    dated = models.CharField("日期依据", max_length=12, choices=DATED)
    basis = models.CharField("判定依据", max_length=200)
    source = models.CharField("来源", max_length=300)

    class Meta(Record.Meta):
        ordering: ClassVar = ["first_on", "code"]
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.UniqueConstraint("event", "code", name="cluster_code_for_ever", condition=Q(revision=1)),
            models.CheckConstraint(name="cluster_last_not_before_first", condition=Q(last_on__gte=F("first_on"))),
            models.CheckConstraint(name="cluster_of_two_or_more", condition=Q(confirmed__gte=LEAST)),
        ]

    def __str__(self) -> str:
        return self.code
