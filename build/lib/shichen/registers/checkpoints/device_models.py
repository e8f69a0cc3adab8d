"""What stands at a post besides its crew: the phones it reports with (设备), and what the duty officer is told of it (警情)."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shichen.city.models import Account
from shichen.city.privacy import Held, Why
from shichen.city.roles import SECRET

SEEN_LATELY = timedelta(minutes=15)


class Device(models.Model):
    """A phone that reports for one post: enrolled once by a code, seen whenever it has network, given up when lost."""

    privacy: ClassVar = Held(personal={"digest": Why("登记码的摘要", "账号管理", "用后或一小时后失效", SECRET)})

    class Ending(models.TextChoices):
        LOST = "lost", _("遗失")
        REPLACED = "replaced", _("更换")
        RETIRED = "retired", _("停用")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    post = models.ForeignKey("checkpoints.Post", models.PROTECT, related_name="devices", verbose_name="卡点")
    account = models.OneToOneField(Account, models.PROTECT, related_name="+", verbose_name="账号")
    label = models.CharField("名称", max_length=40)
    made_by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="登记人")
    made_at = models.DateTimeField("建立时间")
    digest = models.CharField("登记码摘要", max_length=64, blank=True, db_index=True)
    code_until = models.DateTimeField("登记码有效至", null=True, blank=True)
    enrolled_at = models.DateTimeField("登记时间", null=True, blank=True)
    seen_at = models.DateTimeField("最近联络", null=True, blank=True)
    skew = models.IntegerField("时钟偏差(秒)", default=0)
    unsent = models.PositiveIntegerField("未传条数", default=0)
    oldest_unsent_at = models.DateTimeField("最早未传", null=True, blank=True)
    waiting = models.PositiveSmallIntegerField("排队车辆", null=True, blank=True)
    waiting_at = models.DateTimeField("排队时间", null=True, blank=True)
    ended_at = models.DateTimeField("停用时间", null=True, blank=True)
    ended_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    ending = models.CharField("停用原因", max_length=8, choices=Ending.choices, blank=True)

    class Meta:
        ordering: ClassVar = ["made_at"]

    def __str__(self) -> str:
        return self.label

    def quiet(self, at: datetime) -> bool:
        """Whether nothing was heard of it for a while: out of network, switched off, or lost."""
        return self.seen_at is None or at - self.seen_at > SEEN_LATELY


class Alarm(models.Model):
    """One cause at one post that the duty officer should know of, from raised to cleared (触发、签收、解除)."""

    privacy: ClassVar = Held()

    class Cause(models.TextChoices):
        SILENT = "silent", _("久未报送")
        UNTOLD = "untold", _("班次未报")
        QUEUE = "queue", _("车辆排队")
        ABNORMAL = "abnormal", _("车流异常")
        FEVER = "fever", _("发现发热")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    post = models.ForeignKey("checkpoints.Post", models.PROTECT, related_name="alarms", verbose_name="卡点")
    cause = models.CharField("事由", max_length=8, choices=Cause.choices)
    value = models.CharField("所见", max_length=60)
    level = models.CharField("界限", max_length=60)
    raised_at = models.DateTimeField("触发")
    seen_at = models.DateTimeField("最近所见")
    acknowledged_at = models.DateTimeField("签收", null=True, blank=True)
    acknowledged_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    minutes = models.DecimalField("签收用时(分)", max_digits=8, decimal_places=1, null=True, blank=True)
    step = models.PositiveSmallIntegerField("上报到第几级", default=0)
    passed_on_at = models.DateTimeField("上报时间", null=True, blank=True)
    nudged_at = models.DateTimeField("提醒", null=True, blank=True)
    cleared_at = models.DateTimeField("解除", null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-raised_at"]
        constraints: ClassVar = [
            models.UniqueConstraint("post", "cause", name="alarm_one_until_cleared", condition=Q(cleared_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.post} {self.get_cause_display()}"
