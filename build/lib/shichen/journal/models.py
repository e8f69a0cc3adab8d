"""The operations log (运行日志): one entry per act or duty note, never changed; marks are rows of their own."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models

from shichen.city.models import Account, Area, Body, Event
from shichen.city.privacy import Held, Why
from shichen.city.scope import Sight


class Column(models.TextChoices):
    """The four columns of the page (栏目)."""

    COMMAND = "指挥调度", "指挥调度"
    INFORMATION = "宣传发布", "宣传发布"
    FRONT = "一线阻击", "一线阻击"
    SUPPLY = "后勤服务", "后勤服务"


class EntryQuerySet(models.QuerySet["Entry"]):
    def within(self, sight: Sight) -> EntryQuerySet:
        return self.filter(sight.q())

    def standing(self, as_of: datetime | None = None) -> EntryQuerySet:
        """Entries that no later entry has struck, or had struck by a moment."""
        if as_of is None:
            return self.exclude(marks__kind=Mark.Kind.STRUCK)
        struck = Mark.objects.filter(entry=models.OuterRef("pk"), kind=Mark.Kind.STRUCK, at__lte=as_of)
        return self.filter(~models.Exists(struck))


class ShelfQuerySet(models.QuerySet["Shelf"]):
    def within(self, sight: Sight) -> ShelfQuerySet:
        return self.filter(sight.q())


class Entry(models.Model):
    """What was said or done: by whom, when it happened, when it was reported, where the page prints it."""

    privacy: ClassVar = Held(
        personal={
            "text": Why(
                "记事可能带有姓名、电话；显示时遮去证件号与手机号",
                "传染病防治法规定的疫情报告",
                "长期：日志不删，写入时不写个人身份",
            )
        }
    )

    class Kind(models.TextChoices):
        NOTE = "note", "值班记事"
        REPORT = "report", "报送"
        ACT = "act", "办理"
        SYSTEM = "system", "系统"

    seq = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    # Nobody asks for all entries of an event or of an author; the indexes of Meta answer what is asked.
    event = models.ForeignKey(Event, models.PROTECT, verbose_name="事件", db_index=False)
    unit = models.ForeignKey(Body, models.PROTECT, verbose_name="报送单位", db_index=False)
    unit_text = models.CharField("单位名称", max_length=100)
    area = models.ForeignKey(Area, models.PROTECT, verbose_name="区域")
    area_path = models.CharField(max_length=200, db_index=True)
    kind = models.CharField("类别", max_length=8, choices=Kind.choices)
    topic = models.CharField("事项", max_length=24, blank=True)
    text = models.TextField("内容")
    column = models.CharField("栏目", max_length=8, choices=Column.choices, blank=True)
    # The watch a bulletin prints an entry under is the editor's; when it happened is another matter.
    slot = models.CharField("刊出时辰", max_length=1, blank=True)
    page_day = models.DateField("日版日期")
    watch = models.CharField("时辰", max_length=1)
    number = models.PositiveIntegerField("时辰内序号")
    occurred_from = models.DateTimeField("发生自", null=True, blank=True)
    occurred_to = models.DateTimeField("发生至", null=True, blank=True)
    reported_at = models.DateTimeField("报送时间")
    recorded_at = models.DateTimeField("入册时间")
    envelope = models.UUIDField("来件", null=True, blank=True, db_index=True)
    act = models.CharField("动作", max_length=60, blank=True)
    author = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="记录人", db_index=False)
    mac = models.CharField(max_length=64)
    key_id = models.CharField(max_length=20)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["seq"]
        # The order of the page, whole and for one unit, one topic, one kind; the last told; what was known when.
        indexes: ClassVar = [
            models.Index(name="entry_in_order", fields=["page_day", "reported_at", "seq"]),
            models.Index(name="entry_of_unit", fields=["unit", "page_day", "reported_at", "seq"]),
            models.Index(name="entry_of_topic", fields=["topic", "page_day", "reported_at", "seq"]),
            models.Index(name="entry_of_kind", fields=["kind", "page_day", "reported_at", "seq"]),
            models.Index(name="entry_reported", fields=["reported_at", "seq"]),
            models.Index(name="entry_known", fields=["page_day", "recorded_at"]),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint("page_day", "watch", "number", name="entry_numbered_once"),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.text}"

    @property
    def label(self) -> str:
        """What the entry is called in the room: 申时-007."""
        return f"{self.watch}时-{self.number:03d}"

    @property
    def printed_watch(self) -> str:
        return self.slot or self.watch


class Mark(models.Model):
    """A later judgement on an entry: significant, adopted for a page, struck out, kept on top, to be gone on with; by whom, why."""

    privacy: ClassVar = Held()

    class Kind(models.TextChoices):
        SIGNIFICANT = "significant", "重要"
        ADOPTED = "adopted", "采用"
        STRUCK = "struck", "划去"
        PINNED = "pinned", "置顶"
        UNPINNED = "unpinned", "取下置顶"
        DUE = "due", "下次更新"
        UPDATED = "updated", "后续"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="marks")
    kind = models.CharField("类别", max_length=12, choices=Kind.choices)
    detail = models.CharField("说明", max_length=40, blank=True)
    key_phrase = models.CharField("加粗词句", max_length=60, blank=True)
    reason = models.CharField("理由", max_length=200, blank=True)
    successor = models.ForeignKey(Entry, models.PROTECT, null=True, blank=True, related_name="replaces")
    at = models.DateTimeField("时间")
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["at"]
        indexes: ClassVar = [
            models.Index(name="mark_of_kind", fields=["kind", "detail", "at"]),
            models.Index(name="mark_at", fields=["at"]),
        ]


class Shelf(models.Model):
    """A place in the log where at least one entry stands: who told, of which area and event, under which topic (架).

    Kept beside the log, so that what a reader may choose from is known without reading the log.
    """

    privacy: ClassVar = Held()

    unit = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="报送单位")
    event = models.ForeignKey(Event, models.PROTECT, related_name="+", verbose_name="事件")
    area_path = models.CharField(max_length=200)
    topic = models.CharField("事项", max_length=24, blank=True)

    objects = ShelfQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("unit", "event", "area_path", "topic", name="shelf_once"),
        ]
