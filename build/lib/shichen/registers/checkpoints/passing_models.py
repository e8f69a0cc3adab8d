"""Single passings at a post (逐车记录): who passed is kept under a keyed pseudonym, never the plate itself."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_noop as _

from shichen import watches
from shichen.city.privacy import Held, Why
from shichen.records.models import Record

FEVER = 373  # tenths of a degree: 37.3 ℃, 新型冠状病毒感染的肺炎防控方案(第三版), 2020
MOST_PERSONS = 60


class Passing(Record):
    """One vehicle, or people on foot, that a post checked (逢车必检、逢人必测): when, how many, what was done."""

    privacy: ClassVar = Held(
        personal={
            "plate": Why("按号牌假名查同一车辆的行踪", "传染病防治法规定的疫情追踪", "所属30天期的密钥销毁即失联"),
            "people": Why("按证件假名查同行、同过卡的人", "传染病防治法规定的疫情追踪", "所属30天期的密钥销毁即失联"),
        }
    )

    class Direction(models.TextChoices):
        IN = "in", _("入")
        OUT = "out", _("出")

    class Outcome(models.TextChoices):
        PASSED = "passed", _("放行")
        REGISTERED = "registered", _("登记")
        TURNED_BACK = "turned_back", _("劝返")
        REFERRED = "referred", _("移交")
        GOODS_REFUSED = "goods_refused", _("货物劝返")

    client_id = models.UUIDField("客户端编号")
    post = models.ForeignKey("checkpoints.Post", models.PROTECT, related_name="passings", verbose_name="卡点")
    network = models.ForeignKey("checkpoints.Network", models.PROTECT, related_name="+", verbose_name="网络")
    gate = models.ForeignKey(
        "checkpoints.Gate", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="道口", db_index=False
    )
    watch = models.CharField("时辰", max_length=1)
    direction = models.CharField("方向", max_length=3, choices=Direction.choices, default=Direction.IN)
    plate = models.BigIntegerField("号牌假名", null=True, blank=True)
    plate_area = models.CharField("号牌属地", max_length=4, blank=True)
    vehicles = models.PositiveSmallIntegerField("车辆")  # 1, or 0 where people came on foot
    source_area_vehicles = models.PositiveSmallIntegerField("疫源地车辆", default=0)
    persons = models.PositiveSmallIntegerField("人员")
    source_area_persons = models.PositiveSmallIntegerField("疫源地人员", default=0)
    temperature = models.PositiveSmallIntegerField("最高体温(0.1℃)", null=True, blank=True)
    fever = models.PositiveSmallIntegerField("发热", default=0)
    outcome = models.CharField("处置", max_length=13, choices=Outcome.choices)
    turned_back = models.PositiveSmallIntegerField("劝返", default=0)
    referred = models.PositiveSmallIntegerField("移交", default=0)
    why = models.CharField("事由", max_length=100, blank=True)
    clock_off = models.BooleanField("设备时钟有偏差", default=False)
    people = models.JSONField(
        "证件假名", default=list, blank=True, editable=False
    )  # of those who were named (逢鄂必登记)
    # Sealed into the lake at the end of its watch (封存): hot while `load` is empty. Which of its rows the lake took is a bit each;
    # one that a file had brought before is not among them. A version that was replaced leaves the lake again.
    load = models.ForeignKey(
        "records.Load", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="封存批次", editable=False
    )
    taken = models.BigIntegerField("入流水", default=0, editable=False)
    sealed_at = models.DateTimeField("封存时间", null=True, blank=True, editable=False)
    left_in = models.PositiveIntegerField("移出流水快照", null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        ordering: ClassVar = ["occurred_from", "client_id"]
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                "post", "client_id", name="passing_once_per_client_id", condition=Q(superseded_at=None, voided=False)
            ),
            models.CheckConstraint(name="passing_one_vehicle", condition=Q(vehicles__lte=1)),
            models.CheckConstraint(name="passing_persons", condition=Q(persons__gte=1, persons__lte=MOST_PERSONS)),
            models.CheckConstraint(name="passing_source_persons", condition=Q(source_area_persons__lte=F("persons"))),
            models.CheckConstraint(
                name="passing_source_vehicles", condition=Q(source_area_vehicles__lte=F("vehicles"))
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="passing_of_post", fields=["post", "occurred_from"]),
            models.Index(name="passing_recorded", fields=["recorded_at"]),  # what came since a shift was last summed up
            models.Index(name="passing_hot", fields=["recorded_at"], condition=Q(load=None, superseded_at=None)),
            models.Index(
                name="passing_leaving",
                fields=["superseded_at"],
                condition=Q(load__isnull=False, left_in=None, superseded_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        at = f"{watches.local(self.occurred_from):%m-%d %H:%M}" if self.occurred_from else ""
        return f"{self.post} {at}"

    @property
    def degrees(self) -> str:
        """The highest temperature as people write it; empty where none was written down."""
        return "" if self.temperature is None else f"{self.temperature // 10}.{self.temperature % 10}"
