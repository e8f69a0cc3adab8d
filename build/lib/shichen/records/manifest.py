"""The manifest of bulk files (流水清单): which files stand, since and until which snapshot, what loads they came from, who holds a day."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shichen.city.models import Account, Area, Body, Event
from shichen.city.privacy import Held


class Place(models.Model):
    """The number that stands for a post or a place in bulk rows; never given to another, 0 is no place (地点编码)."""

    privacy: ClassVar = Held()

    code = models.AutoField("编码", primary_key=True)
    kind = models.CharField("类别", max_length=10)
    ref = models.CharField("所指", max_length=64)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("kind", "ref", name="place_code_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class Snapshot(models.Model):
    """A committed change of the manifest (快照); a question that names one sees exactly its files."""

    privacy: ClassVar = Held()

    number = models.AutoField("快照", primary_key=True)
    at = models.DateTimeField("时间")
    act = models.CharField("因何", max_length=10)
    load = models.ForeignKey("Load", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="批次")

    def __str__(self) -> str:
        return str(self.number)


class Load(models.Model):
    """A file of bulk rows that somebody sent, or the rows of a watch that were sealed (批次): received, worked, committed."""

    privacy: ClassVar = Held()
    SEALED: ClassVar = "sealed"  # the channel of rows that the house sealed at the end of a watch: nobody sent them

    class State(models.TextChoices):
        RECEIVED = "received", _("已接收")
        WORKING = "working", _("处理中")
        COMMITTED = "committed", _("已入库")
        HELD = "held", _("待更正")
        WITHDRAWN = "withdrawn", _("已作废")

    number = models.AutoField("批号", primary_key=True)
    id = models.UUIDField("标识", unique=True, default=uuid.uuid4, editable=False)
    table = models.CharField("流水", max_length=20)
    channel = models.CharField("渠道", max_length=10)
    filename = models.CharField("文件名", max_length=200, blank=True)
    unit = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="报送单位")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="区域")
    area_path = models.CharField(max_length=200, db_index=True, editable=False)
    event = models.ForeignKey(Event, models.PROTECT, related_name="+", verbose_name="事件")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="报送人")
    size = models.BigIntegerField("字节")
    digest = models.CharField("SHA-256", max_length=64, db_index=True)
    declared = models.BigIntegerField("申报行数", null=True, blank=True)
    details = models.JSONField("列的对应", default=dict, blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.RECEIVED)
    note = models.CharField("说明", max_length=400, blank=True)
    received_at = models.DateTimeField("接收时间", db_index=True)
    committed_at = models.DateTimeField("入库时间", null=True, blank=True)
    read = models.BigIntegerField("读到", default=0)
    taken = models.BigIntegerField("入库", default=0)
    rejected = models.BigIntegerField("拒收", default=0)
    duplicate = models.BigIntegerField("重复", default=0)
    reasons = models.JSONField("拒收原因", default=dict, blank=True)
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="快照")
    raw = models.CharField("原件", max_length=200, blank=True)
    refused = models.CharField("拒收记录", max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "table", "digest", name="load_once", condition=~Q(state="withdrawn"), violation_error_message="已送过"
            ),
            models.CheckConstraint(
                name="load_adds_up",
                condition=~Q(state="committed") | Q(read=F("taken") + F("rejected") + F("duplicate")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.number}"


class Batch(models.Model):
    """One file of the lake (数据文件). It counts from its snapshot on, until another takes its place; its bytes never change."""

    privacy: ClassVar = Held()

    class State(models.TextChoices):
        LIVE = "live", _("在用")
        QUARANTINED = "quarantined", _("隔离")
        ERASED = "erased", _("已销毁")

    path = models.CharField("路径", max_length=200)
    table = models.CharField("流水", max_length=20)
    layout = models.CharField("排列", max_length=10)
    day = models.DateField("日期")
    schema = models.PositiveSmallIntegerField("版本", default=1)
    rows = models.BigIntegerField("行数")
    size = models.BigIntegerField("字节")
    sha256 = models.CharField("SHA-256", max_length=64)
    row_digest = models.CharField("行摘要", max_length=64)
    earliest = models.BigIntegerField("最早(秒)")
    latest = models.BigIntegerField("最晚(秒)")
    until = models.BigIntegerField("说到(秒)")
    period = models.IntegerField("假名周期")
    load = models.ForeignKey(Load, models.PROTECT, null=True, blank=True, related_name="batches", verbose_name="批次")
    writer = models.CharField("写入程序", max_length=40)
    added = models.ForeignKey(Snapshot, models.PROTECT, related_name="+", verbose_name="自快照")
    removed = models.ForeignKey(
        Snapshot, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="至快照"
    )
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.LIVE)
    checked_at = models.DateTimeField("核验时间", null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["table", "layout", "day", "pk"]
        indexes: ClassVar = [models.Index(fields=["table", "layout", "day"])]

    def __str__(self) -> str:
        return self.path


class Lease(models.Model):
    """Who alone may change a day of a table, until when (占用): two loads of one day compared with the same files would both count."""

    privacy: ClassVar = Held()

    table = models.CharField(max_length=20)
    day = models.DateField()
    holder = models.UUIDField()
    until = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("table", "day", name="lease_once")]

    def __str__(self) -> str:
        return f"{self.table} {self.day}"
