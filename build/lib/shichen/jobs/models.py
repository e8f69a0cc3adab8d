"""Long work that was asked for (后台任务): what, by whom, for which unit, how far it came and what became of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shichen.city.models import Account, Area, Body, Event
from shichen.city.privacy import Held
from shichen.city.scope import Sight

TURNING = ("state", "started_at", "ended_at", "done", "total", "tries", "sentence", "link")


class JobQuerySet(models.QuerySet["Job"]):
    def within(self, sight: Sight) -> JobQuerySet:
        return self.filter(sight.q(path="area__path"))

    def update(self, **values: Any) -> int:
        """A job that comes into another state leaves a turn behind, whatever brought it there."""
        if "state" not in values:
            return super().update(**values)
        with transaction.atomic(using=self.db):
            held = list(self.select_for_update().values_list("pk", flat=True))
            super().update(**values)
            turned(self.model.objects.filter(pk__in=held))
        return len(held)


class Job(models.Model):
    """A piece of work that takes longer than a page may. How far it is stands in a file beside it, not here."""

    privacy: ClassVar = Held()

    class State(models.TextChoices):
        WAITING = "waiting", _("排队")
        RUNNING = "running", _("进行中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("没办成")
        CANCELLED = "cancelled", _("已取消")
        INTERRUPTED = "interrupted", _("中断")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("种类", max_length=40)
    title = models.CharField("什么", max_length=200)
    subject = models.CharField("对象", max_length=60, db_index=True)
    unit = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="单位")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="区域")
    event = models.ForeignKey(Event, models.PROTECT, related_name="+", verbose_name="事件")
    by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="谁要办的")
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.WAITING, db_index=True)
    made_at = models.DateTimeField("提出时间")
    started_at = models.DateTimeField("开始时间", null=True)
    ended_at = models.DateTimeField("结束时间", null=True)
    done = models.PositiveIntegerField("已办", default=0)
    total = models.PositiveIntegerField("共", default=0)
    cursor = models.PositiveIntegerField("接着从哪里办", default=0)  # moved in the transaction of what it counts
    sentence = models.CharField("结果", max_length=400, blank=True)
    link = models.CharField("看哪里", max_length=200, blank=True)
    tries = models.PositiveSmallIntegerField("第几次", default=0)
    cancelling = models.BooleanField("要求取消", default=False)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.kind} {self.title}"

    @property
    def over(self) -> bool:
        return self.state not in (self.State.WAITING, self.State.RUNNING)


def turned(jobs: Iterable[Job]) -> None:
    """These jobs are now as their rows say."""
    at = timezone.now()
    Turn.objects.bulk_create(Turn(job=job, at=at, **{name: getattr(job, name) for name in TURNING}) for job in jobs)


class Turn(models.Model):
    """What became of a job at a moment (经过): waiting, begun, over; what it was until the next turn."""

    privacy: ClassVar = Held()

    job = models.ForeignKey(Job, models.PROTECT, related_name="turns")
    at = models.DateTimeField("时间", db_index=True)
    state = models.CharField("状态", max_length=12, choices=Job.State.choices, blank=True)
    started_at = models.DateTimeField("开始时间", null=True)
    ended_at = models.DateTimeField("结束时间", null=True)
    done = models.PositiveIntegerField("已办", default=0)
    total = models.PositiveIntegerField("共", default=0)
    tries = models.PositiveSmallIntegerField("第几次", default=0)
    sentence = models.CharField("结果", max_length=400, blank=True)
    link = models.CharField("看哪里", max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
