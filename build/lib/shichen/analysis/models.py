"""Traces (追踪): who asked for which, on what grounds, who let them; what was found, of which files; and what became of each person."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shichen.city.models import Account, Area, Body, Event
from shichen.city.privacy import Held, Why
from shichen.city.roles import SENSITIVE
from shichen.records.sealed import SealedField

_BASIS = "传染病防治法、突发公共卫生事件应急条例"


def _why(purpose: str) -> Why:
    return Why(purpose, _BASIS, "完成后14天销毁，只留计数与摘要", SENSITIVE)


class Trace(models.Model):
    """A question that starts from a case or a documented order, asked by one person and let by another.

    One that is `of` another asks who was near those near (次密接): it is let by two persons of its own.
    What it rests on stays when the persons are destroyed: snapshot, rules, counts, and the digest by which it can be asked again.
    """

    privacy: ClassVar = Held(personal={"index": _why("追踪病例的密切接触者")})

    class Ground(models.TextChoices):
        CASE = "case", _("病例")
        ORDER = "order", _("指令、公文")

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("追踪", "待批")
        REFUSED = "refused", pgettext_lazy("追踪", "不批准")
        WAITING = "waiting", pgettext_lazy("追踪", "已批准")
        DONE = "done", pgettext_lazy("追踪", "完成")
        FAILED = "failed", pgettext_lazy("追踪", "未成")
        EXPIRED = "expired", pgettext_lazy("追踪", "已销毁")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField("编号")
    of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="further", verbose_name="由哪一件而来"
    )
    event = models.ForeignKey(Event, models.PROTECT, related_name="+", verbose_name="事件")
    unit = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="提出单位")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="区域")
    area_path = models.CharField(max_length=200, db_index=True, editable=False)
    ground = models.CharField("依据", max_length=8, choices=Ground.choices)
    ground_no = models.CharField("病例编号或文号", max_length=60)
    reason = models.CharField("理由", max_length=200)
    index = SealedField("索引人员")
    people = models.PositiveIntegerField("索引人数")
    earliest = models.DateTimeField("起")
    latest = models.DateTimeField("止")
    rules = models.JSONField("口径", default=dict)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.ASKED)
    asked_by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="提出人")
    asked_at = models.DateTimeField("提出时间")
    decided_by = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="批准人"
    )
    decided_at = models.DateTimeField("批准时间", null=True, blank=True)
    decided_why = models.CharField("批准意见", max_length=200, blank=True)
    done_at = models.DateTimeField("完成时间", null=True, blank=True)
    expires_at = models.DateTimeField("销毁时间", null=True, blank=True)
    snapshot = models.PositiveIntegerField("快照", null=True, blank=True)
    engine = models.CharField("引擎", max_length=40, blank=True)
    digest = models.CharField("摘要", max_length=400, blank=True)
    complete = models.BooleanField("数据完整", default=True)
    events = models.PositiveIntegerField("过卡", default=0)
    stays = models.PositiveIntegerField("停留", default=0)
    found = models.PositiveIntegerField("同时同地人数", default=0)
    at_most = models.BooleanField("人数为上限", default=False)
    listed = models.PositiveIntegerField("列出人数", default=0)
    note = models.CharField("说明", max_length=400, blank=True)

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint("event", "number", name="trace_number_once"),
            models.CheckConstraint(
                name="trace_by_two",
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                violation_error_message="不得自批",
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)


class Near(models.Model):
    """A person of a trace's list (同时同地者), under a pseudonym; who it is stands here only once it was handed over as a task."""

    privacy: ClassVar = Held(
        personal={name: _why("核实、联系密切接触者") for name in ("person", "document", "plate", "evidence")}
    )

    class Task(models.TextChoices):
        NONE = "", _("未移交")
        OPEN = "open", pgettext_lazy("追踪", "待核")
        CLOSE = "close", _("密切接触者")
        CASUAL = "casual", _("一般接触者")
        DISMISSED = "dismissed", pgettext_lazy("追踪", "排除")
        UNKNOWN = "unknown", _("查无身份")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    trace = models.ForeignKey(Trace, models.PROTECT, related_name="persons", verbose_name="追踪")
    period = models.IntegerField("假名周期")
    rank = models.PositiveIntegerField("名次")
    person = models.BigIntegerField("假名")
    n_ix = models.PositiveIntegerField("相关病例数")
    seconds = models.PositiveBigIntegerField("暴露(秒)")
    same = models.PositiveIntegerField("同车次数")
    stays = models.PositiveIntegerField("同处次数")
    first = models.DateTimeField("首次")
    evidence = models.JSONField("凭据", default=list)
    task = models.CharField("核实", max_length=10, choices=Task.choices, blank=True, default="")
    assignee = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="承办单位")
    document = SealedField("证件号码")
    plate = SealedField("车牌")
    closed_by = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="核实人"
    )
    closed_at = models.DateTimeField("核实时间", null=True, blank=True)
    note = models.CharField("核实情况", max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["period", "rank"]
        constraints: ClassVar = [models.UniqueConstraint("trace", "period", "rank", name="near_rank_once")]

    def __str__(self) -> str:
        return f"{self.period}-{self.rank}"

    @property
    def unit_id(self) -> str:
        """For the right to open it: the body that it was handed to, else the one that asked."""
        return str(self.assignee.pk if self.assignee else self.trace.unit_id)

    @property
    def event_id(self) -> str:
        return str(self.trace.event_id)

    @property
    def area_id(self) -> str:
        return str(self.trace.area_id)

    @property
    def area_path(self) -> str:
        return str(self.trace.area_path)


class HandOver(models.Model):
    """Persons of a list on their way to a unit (移交核实): who they are is read from the originals, in the background."""

    privacy: ClassVar = Held()

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("追踪", "正在移交")
        DONE = "done", pgettext_lazy("追踪", "已移交")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    trace = models.ForeignKey(Trace, models.PROTECT, related_name="handed", verbose_name="追踪")
    unit = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="承办单位")
    persons = models.JSONField("名单各行", default=list)  # keys of lines, never who they are
    asked_by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="移交人")
    asked_at = models.DateTimeField("移交时间")
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.WAITING)
    done_at = models.DateTimeField("完成时间", null=True, blank=True)
    count = models.PositiveIntegerField("人数", default=0)
    unknown = models.PositiveIntegerField("查无身份", default=0)

    class Meta:
        ordering: ClassVar = ["-asked_at"]

    def __str__(self) -> str:
        return f"{self.trace} {self.unit}"
