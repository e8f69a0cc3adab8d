"""Reports of analyses (疫情分析报告): each fixed when it was drafted, numbered when a second person issued it, its files kept."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import pgettext_lazy

from shichen.city.models import Account, Area, Body, Event
from shichen.city.privacy import Held, Why

OPINION = Why(
    "专家的看法由人写，写入时不写个人身份",
    "传染病防治法：疫情分析",
    "长期：签发过的报告不改",
)


class Report(models.Model):
    """A report that wrote itself from the runs and the ledger as of one instant; issued, it is what it was."""

    privacy: ClassVar = Held(personal={"opinion": OPINION})

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("分析", "草稿")
        ISSUED = "issued", pgettext_lazy("分析", "已签发")
        WITHDRAWN = "withdrawn", pgettext_lazy("分析", "已撤回")
        DROPPED = "dropped", pgettext_lazy("分析", "已作废")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, models.PROTECT, related_name="+", verbose_name="事件")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="区域")
    unit = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="编制单位")
    as_of = models.DateTimeField("数据截至")
    counted_on = models.DateField("数据日")
    content = models.JSONField("内容")
    digest = models.CharField("指纹", max_length=64)
    opinion = models.TextField("专家意见", blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.DRAFT, db_index=True)
    made_at = models.DateTimeField("拟稿时间")
    made_by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="拟稿人")
    year = models.PositiveSmallIntegerField("年份", default=0)
    serial = models.PositiveIntegerField("期号", null=True, blank=True)
    issued_at = models.DateTimeField("签发时间", null=True, blank=True)
    issued_by = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签发人"
    )
    ended = models.CharField("撤回或作废的缘由", max_length=300, blank=True)
    ended_at = models.DateTimeField("撤回或作废的时间", null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-made_at"]
        constraints: ClassVar = [
            models.UniqueConstraint("event", "year", "serial", name="report_numbered_once"),
            models.CheckConstraint(
                name="report_issued_by_a_second_person",
                condition=models.Q(issued_by=None) | ~models.Q(issued_by=models.F("made_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.serial}" if self.serial else str(self.pk)


class ReportFile(models.Model):
    """The PDF or the .docx of an issued report in one language, byte for byte as it was when it was signed."""

    privacy: ClassVar = Held(personal={"data": OPINION})

    report = models.ForeignKey(Report, models.PROTECT, related_name="files")
    form = models.CharField("格式", max_length=4)
    language = models.CharField("文字", max_length=2)
    digest = models.CharField("指纹", max_length=64)
    data = models.BinaryField("文件")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("report", "form", "language", name="report_file_once")]
