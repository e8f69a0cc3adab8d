"""Cases as counts (病例日报): what an area had at 24:00 of a day; and as a list without names (病例一览表): a row a case, its dates and where it came from."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from shichen.city.privacy import Held, Why
from shichen.city.roles import SENSITIVE
from shichen.records.models import Record
from shichen.registers.cases.choices import KINDS, ORIGINS, OUTCOMES


class Series(models.Model):
    """A source of counts, and its place when several speak of the same day (数据序列)."""

    privacy: ClassVar = Held()

    code = models.SlugField("代码", primary_key=True)
    name = models.CharField("名称", max_length=80)
    rank = models.PositiveSmallIntegerField("取用先后", unique=True)
    clock = models.CharField("时点", max_length=80, blank=True)

    class Meta:
        ordering: ClassVar = ["rank"]

    def __str__(self) -> str:
        return self.name


class DailyCount(Record):
    """One area's counts as of 24:00 of one day, from one series. The day it speaks of is not the day it was published.

    Discharge has two clocks: `discharged_done_cum` counts patients sent home (办理出院), `discharged_network_cum`
    those the network report has confirmed (网报确认). What a laboratory takes back is `confirmed_down` (核减).
    """

    privacy: ClassVar = Held()

    as_of = models.DateField("数据日")
    published_on = models.DateField("发布日")
    series = models.ForeignKey(Series, models.PROTECT, related_name="+", verbose_name="序列")
    confirmed_new = models.IntegerField("新增确诊", null=True, blank=True)
    confirmed_down = models.PositiveIntegerField("核减确诊", null=True, blank=True)
    confirmed_cum = models.PositiveIntegerField("累计确诊", null=True, blank=True)
    discharged_new = models.PositiveIntegerField("新增出院", null=True, blank=True)
    discharged_done_cum = models.PositiveIntegerField("累计办理出院", null=True, blank=True)
    discharged_network_cum = models.PositiveIntegerField("累计网报出院", null=True, blank=True)
    discharged_cum = models.PositiveIntegerField("累计出院", null=True, editable=False)
    severe_now = models.PositiveIntegerField("现有重症", null=True, blank=True)
    dead_cum = models.PositiveIntegerField("累计死亡", null=True, blank=True)
    source = models.CharField("来源", max_length=300, blank=True)
    # Later days and, within a day, series of better rank come first.
    precedence = models.IntegerField(editable=False)

    class Meta(Record.Meta):
        ordering: ClassVar = ["as_of", "area_path", "series__rank"]
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                "area", "as_of", "series", name="daily_count_once", condition=Q(superseded_at=None, voided=False)
            ),
            models.CheckConstraint(
                name="daily_count_published_after", condition=Q(published_on__gte=models.F("as_of"))
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["area", "as_of"]),
            models.Index(fields=["area", "published_on"]),
            models.Index(fields=["recorded_at"]),  # what came since the last round of checks
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.as_of} {self.series}"


class CaseLine(Record):
    """One case of a line list (病例一览表): the number its sender gave it, when it fell ill and was reported, where it was infected.

    Nobody is named: no name, document, telephone or address. A row is of one human being all the same, so all of it is sensitive.
    """

    privacy: ClassVar = Held(
        SENSITIVE,
        personal={
            "number": Why(
                "同一病例只计一次，重报时对得上",
                "传染病防治法、突发公共卫生事件应急条例",
                "事件结束后30天（可设）改作流水号",
                SENSITIVE,
            )
        },
    )

    number = models.CharField("病例编号", max_length=40)
    classification = models.CharField("分类", max_length=12, choices=list(KINDS.items()))
    origin = models.CharField("来源", max_length=8, choices=list(ORIGINS.items()))
    date_onset = models.DateField("发病日期", null=True, blank=True)
    date_reporting = models.DateField("报告日期")
    date_confirmation = models.DateField("确诊日期", null=True, blank=True)
    outcome = models.CharField("转归", max_length=10, choices=list(OUTCOMES.items()), blank=True)
    date_outcome = models.DateField("转归日期", null=True, blank=True)
    renumbered_at = models.DateTimeField("改作流水号时间", null=True, blank=True)

    class Meta(Record.Meta):
        ordering: ClassVar = ["date_reporting", "number"]
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                "event", "unit", "number", name="case_line_once", condition=Q(superseded_at=None, voided=False)
            ),
            models.CheckConstraint(
                name="case_line_onset_first", condition=Q(date_onset=None) | Q(date_onset__lte=F("date_reporting"))
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["area", "date_reporting"]),
            models.Index(fields=["recorded_at"]),  # what came since the last round of analyses
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.date_reporting}"
