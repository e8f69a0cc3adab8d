"""Editions of the two pages (版) with their cells and passages, and the figures bound to them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from shichen.city.models import Account
from shichen.city.privacy import Held, Why
from shichen.indicators.models import Figure
from shichen.journal.models import Entry
from shichen.publications.papers.models import Paper as Paper
from shichen.publications.papers.models import PaperFile as PaperFile
from shichen.publications.papers.models import PaperWording as PaperWording
from shichen.publications.reports.models import Report as Report
from shichen.publications.reports.models import ReportFile as ReportFile

TEXT = Why(
    "版面文字由日志而来，可能带有公开事迹中的姓名；写入时不写个人身份",
    "政府信息公开与新闻报道",
    "长期：发布过的版不改",
)


class Edition(models.Model):
    """A day page or a chronicle as it leaves the building: put together, reviewed, signed, released at an hour (版).

    From the review on its content is fixed; a change is another edition, which says what it corrects.
    """

    privacy: ClassVar = Held(personal={"content": TEXT})

    class Kind(models.TextChoices):
        DAY = "day_page", "日版"
        CHRONICLE = "chronicle", "大事记"

    class State(models.TextChoices):
        DRAFT = "draft", "组稿"
        REVIEWED = "reviewed", "已审"
        APPROVED = "approved", "已签发"
        RELEASED = "released", "已发布"
        WITHDRAWN = "withdrawn", "已撤下"
        DROPPED = "dropped", "已作废"

    class Audience(models.TextChoices):
        INTERNAL = "internal", "内部"
        PUBLIC = "public", "公开"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("版面", max_length=10, choices=Kind.choices)
    first = models.DateField("自")
    last = models.DateField("至")
    number = models.PositiveIntegerField("版次")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.DRAFT, db_index=True)
    audience = models.CharField("读者", max_length=8, choices=Audience.choices, default=Audience.INTERNAL)
    not_before = models.DateTimeField("不早于", null=True, blank=True)
    content = models.JSONField("内容", null=True, blank=True)
    digest = models.CharField("指纹", max_length=64, blank=True)
    waived = models.JSONField("放行的异议", default=list, blank=True)
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="next")
    reason = models.CharField("再版的理由", max_length=300, blank=True)
    ended = models.CharField("撤下、作废或未能按时发布的缘由", max_length=300, blank=True)
    made_at = models.DateTimeField("组稿时间")
    made_by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="组稿人")
    reviewed_at = models.DateTimeField("审定时间", null=True, blank=True)
    reviewed_by = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审定人"
    )
    approved_at = models.DateTimeField("签发时间", null=True, blank=True)
    approved_by = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签发人"
    )
    released_at = models.DateTimeField("发布时间", null=True, blank=True)
    withdrawn_at = models.DateTimeField("撤下时间", null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-first", "kind", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint("kind", "first", "last", "number", name="edition_numbered_once"),
            models.UniqueConstraint(
                "kind",
                "first",
                "last",
                condition=models.Q(state__in=["draft", "reviewed", "approved"]),
                name="one_edition_in_hand",
            ),
            models.CheckConstraint(
                name="edition_approved_by_a_second_person",
                condition=models.Q(approved_by=None) | ~models.Q(approved_by=models.F("reviewed_by")),
            ),
        ]

    def __str__(self) -> str:
        span = f"{self.first}" if self.first == self.last else f"{self.first}—{self.last}"
        return f"{self.get_kind_display()} {span} 第{self.number}版"


class Slot(models.Model):
    """A place of a draft: a cell of the day page, a date of the chronicle; filled, or confirmed to be blank."""

    privacy: ClassVar = Held()

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="slots")
    place = models.CharField("位置", max_length=20)
    blank = models.BooleanField("确认为空", default=False)
    version = models.PositiveIntegerField("改动次数", default=0)
    edited_at = models.DateTimeField("改动时间", null=True, blank=True)
    edited_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("edition", "place", name="slot_once_per_edition")]


class Passage(models.Model):
    """One entry as an editor words it for a place; its figures stay bound to the characters that print them."""

    privacy: ClassVar = Held(personal={"text": TEXT})

    slot = models.ForeignKey(Slot, models.CASCADE, related_name="passages")
    position = models.PositiveIntegerField("次序")
    entry = models.ForeignKey(Entry, models.PROTECT, to_field="id", related_name="+")
    text = models.TextField("文字")
    kinds = models.JSONField("类别", default=list, blank=True)
    key_phrase = models.CharField("加粗词句", max_length=60, blank=True)
    note = models.CharField("附注", max_length=120, blank=True)

    class Meta:
        ordering: ClassVar = ["slot_id", "position", "pk"]


class Binding(models.Model):
    """A figure in a passage, from which character to which."""

    privacy: ClassVar = Held()

    passage = models.ForeignKey(Passage, models.CASCADE, related_name="bindings")
    figure = models.ForeignKey(Figure, models.PROTECT, related_name="+")
    start = models.PositiveIntegerField("起")
    end = models.PositiveIntegerField("止")

    class Meta:
        ordering: ClassVar = ["passage_id", "start"]
