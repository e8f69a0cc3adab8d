"""The envelope (来件): every report as it was received, and the rows of it that could not be taken yet."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from shichen.city.models import Account, Area, Body, Event
from shichen.city.privacy import Held, Why
from shichen.city.scope import Sight


class EnvelopeQuerySet(models.QuerySet["Envelope"]):
    def within(self, sight: Sight) -> EnvelopeQuerySet:
        return self.filter(sight.q(path="area__path"))


class Envelope(models.Model):
    """The bytes of one report, who sent them by which door and when; its body is sealed under the month's key."""

    privacy: ClassVar = Held(
        personal={
            "body": Why(
                "来稿原文可能带有姓名、电话；显示时遮去证件号与手机号",
                "传染病防治法规定的疫情报告",
                "事件结束后随来件销毁",
            ),
            "words": Why(
                "从来稿文件里读出的文字，与原件同样加密", "传染病防治法规定的疫情报告", "事件结束后随来件销毁"
            ),
        }
    )

    class State(models.TextChoices):
        RECEIVED = "received", _("已接收")
        WORKING = "working", _("入册中")
        ENTERED = "entered", _("已入册")
        HELD = "held", _("待更正")
        CORRECTED = "corrected", _("已更正")
        VOID = "void", _("已作废")

    class Channel(models.TextChoices):
        WEB = "web", _("网页表单")
        API = "api", _("接口")
        SHEET = "sheet", _("表格")
        BULLETIN = "bulletin", _("来稿")
        CLI = "cli", _("命令行")

    seq = models.BigAutoField(primary_key=True)
    id = models.UUIDField("编号", unique=True, default=uuid.uuid4)
    kind = models.CharField("种类", max_length=40)
    schema = models.PositiveSmallIntegerField("版本", default=1)
    unit = models.ForeignKey(Body, models.PROTECT, verbose_name="报送单位")
    area = models.ForeignKey(Area, models.PROTECT, verbose_name="区域")
    event = models.ForeignKey(Event, models.PROTECT, verbose_name="事件", db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, verbose_name="报送人")
    device = models.CharField("设备", max_length=60, blank=True)
    channel = models.CharField("渠道", max_length=10, choices=Channel.choices)
    media_type = models.CharField("类型", max_length=100)
    filename = models.CharField("文件名", max_length=200, blank=True)
    device_at = models.DateTimeField("设备时间", null=True, blank=True)
    reported_at = models.DateTimeField("报送时间")
    received_at = models.DateTimeField("接收时间")
    size = models.PositiveIntegerField("字节数")
    digest = models.CharField("SHA-256", max_length=64, db_index=True)
    body = models.BinaryField("原件(加密)")
    words = models.BinaryField("读出的文字(加密)", null=True, blank=True)  # of Word, HTML and mail
    corrects = models.UUIDField("更正", null=True, blank=True)
    reason = models.CharField("理由", max_length=200, blank=True)
    details = models.JSONField("随件说明", default=dict, blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.RECEIVED, db_index=True)
    entered_at = models.DateTimeField("入册时间", null=True, blank=True)
    read = models.PositiveIntegerField("读到行数", default=0)
    taken = models.PositiveIntegerField("已入册行数", default=0)
    duplicate = models.PositiveIntegerField("重复行数", default=0)
    blank = models.PositiveIntegerField("空行与合计行", default=0)
    note = models.CharField("处理结果", max_length=400, blank=True)

    objects = EnvelopeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-seq"]
        indexes: ClassVar = [
            models.Index(name="envelope_entered", fields=["entered_at"]),
            models.Index(name="envelope_correcting", fields=["corrects"], condition=models.Q(corrects__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {str(self.id)[:8]}"

    @property
    def where(self) -> str:
        """What the body is bound to, so that it cannot be moved to another envelope."""
        return f"intake.envelope.body.{self.id}"

    @property
    def where_words(self) -> str:
        """What the text read out of it is bound to."""
        return f"intake.envelope.words.{self.id}"


class Reject(models.Model):
    """A row that could not be taken: what it said, why not, and what became of it (待更正行)."""

    privacy: ClassVar = Held(
        personal={
            "raw": Why(
                "来稿原文可能带有姓名、电话；显示时遮去证件号与手机号",
                "传染病防治法规定的疫情报告",
                "事件结束后随来件销毁",
            )
        }
    )

    class State(models.TextChoices):
        OPEN = "open", _("待更正")
        MENDED = "mended", _("已更正")
        VOID = "void", _("已作废")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    envelope = models.ForeignKey(Envelope, models.PROTECT, to_field="id", related_name="rejects")
    row_no = models.PositiveIntegerField("行号")
    sheet = models.CharField("工作表", max_length=100, blank=True)
    raw = models.JSONField("原行")
    faults = models.JSONField("问题")
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.OPEN)
    mended_by = models.UUIDField("更正来件", null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["row_no"]
        constraints: ClassVar = [models.UniqueConstraint("envelope", "sheet", "row_no", name="reject_once")]


class Mapping(models.Model):
    """Which column is which field, as a unit last decided for files with the same headings (对应列)."""

    privacy: ClassVar = Held()

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    unit = models.ForeignKey(Body, models.CASCADE, related_name="+", verbose_name="单位")
    kind = models.CharField("种类", max_length=40)
    headings = models.CharField("表头指纹", max_length=64)
    columns = models.JSONField("列", default=dict)
    defaults = models.JSONField("统一取值", default=dict, blank=True)
    year = models.PositiveSmallIntegerField("年份", null=True, blank=True)
    used_at = models.DateTimeField("最近使用")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("unit", "kind", "headings", name="mapping_once")]


class Obligation(models.Model):
    """Who reports what by when (报送任务): the figures asked for, how often, and the hour."""

    privacy: ClassVar = Held()

    code = models.SlugField("代码", primary_key=True)
    body = models.ForeignKey(Body, models.PROTECT, related_name="obligations", verbose_name="单位")
    what = models.CharField("内容", max_length=100)
    what_en = models.CharField("英文", max_length=120, blank=True)
    figures = models.JSONField("指标", default=list)
    every = models.CharField("频次", max_length=12)
    due_day = models.PositiveSmallIntegerField("隔日", default=0)
    due = models.TimeField("时限", null=True, blank=True)
    due_after_minutes = models.PositiveIntegerField("班后分钟", null=True, blank=True)
    channel = models.CharField("渠道", max_length=10)

    class Meta:
        ordering: ClassVar = ["code"]
