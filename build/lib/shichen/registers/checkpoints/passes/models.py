"""Passes (通行证): series of numbers, every pass from blank to its end, applications, and each time one was shown."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from shichen.city.models import Account, Body
from shichen.city.privacy import Held, Why
from shichen.city.scope import Sight
from shichen.records.models import Record, RecordQuerySet
from shichen.records.sealed import BlindIndexField, SealedField
from shichen.registers.checkpoints.passes.choices import ASKED, BLANK, EXPIRED, GRANTED, ISSUED, KEPT, REVOKED

_WHY = Why("核对持证车辆与驾驶人", "突发公共卫生事件应急条例、保障应急物资运输车辆通行的通知", "到期后60天销毁")


class AuthorityQuerySet(RecordQuerySet):
    def within(self, sight: Sight) -> Self:
        """Those of the units within reach, and those that one of them issues."""
        return self.filter(sight.q() | sight.q(unit="authority_id"))


class Series(Record):
    """Numbers that an authority may give out (号段): from the first to the last, so many in stock."""

    privacy: ClassVar = Held()

    name = models.CharField("名称", max_length=60)
    authority = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="签发单位")
    prefix = models.CharField("号头", max_length=12)
    first_no = models.PositiveIntegerField("起号")
    last_no = models.PositiveIntegerField("止号")

    objects: ClassVar = AuthorityQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering: ClassVar = ["prefix"]
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.UniqueConstraint("prefix", name="pass_series_once", condition=Q(superseded_at=None, voided=False)),
            models.CheckConstraint(name="pass_series_has_numbers", condition=Q(last_no__gte=F("first_no"))),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stock(self) -> int:
        return self.last_no - self.first_no + 1


class Application(Record):
    """What a carrier asks for (申领): for which vehicle, what it carries where, from when to when; two persons decide."""

    privacy: ClassVar = Held(personal=dict.fromkeys(("plate", "plate_index", "driver", "phone"), _WHY))

    series = models.ForeignKey(Series, models.PROTECT, related_name="+", verbose_name="号段")
    authority = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="签发单位")
    carrier = models.CharField("承运单位", max_length=80)
    plate = SealedField("车牌", blind="plate_index")
    plate_index = BlindIndexField("车牌盲索引")
    driver = SealedField("驾驶人")
    phone = SealedField("驾驶人电话")
    cargo = models.CharField("货物", max_length=80)
    route = models.CharField("路线", max_length=120)
    first_day = models.DateField("有效自")
    last_day = models.DateField("有效至")
    step = models.CharField("办理", max_length=8, default=ASKED)
    first_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    first_unit = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="+")
    second_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    number = models.CharField("证号", max_length=20, blank=True)
    asked_by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="申领人")

    objects: ClassVar = AuthorityQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering: ClassVar = ["-recorded_at"]
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.CheckConstraint(name="pass_application_has_days", condition=Q(last_day__gte=F("first_day"))),
            models.CheckConstraint(
                name="pass_granted_by_two",
                condition=~Q(step=GRANTED)
                | Q(first_by__isnull=False, second_by__isnull=False)
                & ~Q(first_by=F("second_by"))
                & ~Q(first_by=F("asked_by"))
                & ~Q(second_by=F("asked_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {self.first_day}"


class Pass(Record):
    """One number of a series and what became of it: each has one state, and all of them are the stock."""

    privacy: ClassVar = Held(personal=dict.fromkeys(("plate", "plate_index"), _WHY))

    series = models.ForeignKey(Series, models.PROTECT, related_name="passes", verbose_name="号段")
    authority = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="签发单位")
    number = models.CharField("证号", max_length=20)
    state = models.CharField("状态", max_length=8, default=BLANK)
    application = models.UUIDField("申领", null=True, blank=True)
    carrier = models.CharField("承运单位", max_length=80, blank=True)
    plate = SealedField("车牌", blind="plate_index")
    plate_index = BlindIndexField("车牌盲索引")
    first_day = models.DateField("有效自", null=True, blank=True)
    last_day = models.DateField("有效至", null=True, blank=True)
    signature = models.CharField("签名", max_length=86, blank=True)
    key_id = models.CharField("密钥号", max_length=4, blank=True)
    short = models.CharField("核对码", max_length=3, blank=True)

    objects: ClassVar = AuthorityQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.UniqueConstraint("number", name="pass_number_once", condition=Q(superseded_at=None, voided=False)),
            models.CheckConstraint(name="pass_state_known", condition=Q(state__in=KEPT)),
            models.CheckConstraint(
                name="pass_issued_is_signed",
                condition=~Q(state__in=(ISSUED, REVOKED)) | (Q(last_day__isnull=False) & ~Q(signature="")),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def stands(self, on: date) -> str:
        """Its state on a day: one that was issued is 到期 after its last day."""
        return EXPIRED if self.state == ISSUED and self.last_day is not None and on > self.last_day else self.state


class Use(Record):
    """A pass was shown at a post (用证): which number, and what was found; another plate is not let through."""

    privacy: ClassVar = Held(personal={"plate_index": _WHY})

    number = models.CharField("证号", max_length=20)
    post = models.ForeignKey("checkpoints.Post", models.PROTECT, related_name="+", verbose_name="卡点")
    result = models.CharField("结果", max_length=8)
    plate_index = BlindIndexField("车牌盲索引")

    class Meta(Record.Meta):
        ordering: ClassVar = ["-occurred_from"]
        constraints: ClassVar = [*Record.Meta.constraints]

    def __str__(self) -> str:
        return self.number
