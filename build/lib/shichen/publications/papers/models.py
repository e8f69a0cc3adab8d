"""Official documents (公文) of the post: each on its way to the signature, every wording it had, its files as it was issued."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from shichen.city.models import Account, Body
from shichen.city.privacy import Held, Why

WORDS = Why(
    "公文的签发人、与会人写职务和姓名；正文不写个人身份",
    "党政机关公文处理工作条例",
    "长期：签发过的公文不改",
)


class Paper(models.Model):
    """An official document: drafted, sent up, issued by a second person with the next number of its series (公文).

    What is issued stays as it is; one that is withdrawn keeps its number, and no other document ever has it.
    """

    privacy: ClassVar = Held()

    class Kind(models.TextChoices):
        ORDER = "order", "令"
        NOTICE = "notice", "通知"
        LETTER = "letter", "函"
        MINUTES = "minutes", "纪要"

    class State(models.TextChoices):
        DRAFT = "draft", "拟稿"
        SENT = "sent", "送签"
        ISSUED = "issued", "已签发"
        WITHDRAWN = "withdrawn", "已撤回"
        DROPPED = "dropped", "已作废"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("文种", max_length=10, choices=Kind.choices)
    issuer = models.ForeignKey(Body, models.PROTECT, related_name="papers", verbose_name="发文机关")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.DRAFT, db_index=True)
    made_at = models.DateTimeField("拟稿时间")
    made_by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="拟稿人")
    sent_at = models.DateTimeField("送签时间", null=True, blank=True)
    sent_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="送签人")
    issued_at = models.DateTimeField("签发时间", null=True, blank=True)
    issued_by = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签发人"
    )
    version = models.PositiveIntegerField("签发的稿次", null=True, blank=True)
    name = models.CharField("签发时的机关名称", max_length=100, blank=True)
    code = models.CharField("机关代字", max_length=20, blank=True)
    year = models.PositiveSmallIntegerField("编号的年份", default=0)
    serial = models.PositiveIntegerField("发文顺序号", null=True, blank=True)
    dated = models.DateField("成文日期", null=True, blank=True)
    digest = models.CharField("指纹", max_length=64, blank=True)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    ended = models.CharField("撤回或作废的缘由", max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["-made_at"]
        constraints: ClassVar = [
            models.UniqueConstraint("issuer", "kind", "year", "serial", name="paper_numbered_once"),
            models.CheckConstraint(
                name="paper_issued_by_a_second_person",
                condition=models.Q(issued_by=None) | ~models.Q(issued_by=models.F("made_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class PaperWording(models.Model):
    """What a document said after somebody saved it; wordings are added and never changed (稿次)."""

    privacy: ClassVar = Held(personal={"content": WORDS})

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="wordings")
    number = models.PositiveIntegerField("稿次")
    content = models.JSONField("内容")
    at = models.DateTimeField("时间")
    by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="谁")

    class Meta:
        ordering: ClassVar = ["paper_id", "number"]
        constraints: ClassVar = [models.UniqueConstraint("paper", "number", name="paper_wording_once")]


class PaperFile(models.Model):
    """The PDF or the .docx of an issued document, byte for byte as it was when it was signed."""

    privacy: ClassVar = Held(personal={"data": WORDS})

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="files")
    form = models.CharField("格式", max_length=4)
    digest = models.CharField("指纹", max_length=64)
    data = models.BinaryField("文件")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("paper", "form", name="paper_file_once")]
