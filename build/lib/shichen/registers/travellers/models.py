"""Travellers (重点人员): the lists that named them, one card for each, visits, and every call by whatever unit."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from shichen.city.models import Account, Body
from shichen.city.privacy import Held, Why
from shichen.city.scope import Sight
from shichen.records.models import Record, RecordQuerySet
from shichen.records.sealed import SealedField
from shichen.registers.travellers.choices import CONTROLLED, GOING_ON, LISTED

_BASIS = "传染病防治法、突发公共卫生事件应急条例"
_KEEP = "管控结束后14天销毁，只留计数"


class TravellerQuerySet(RecordQuerySet):
    def within(self, sight: Sight) -> Self:
        """Cards of the units within reach, and those that were given to one of them to follow up."""
        return self.filter(sight.q() | sight.q(unit="assignee_id"))


class SourceList(Record):
    """A list as it came in (名单): from whom, as of when, with which columns; the file itself is the envelope's."""

    privacy: ClassVar = Held()

    sender = models.CharField("来源", max_length=12)
    listed_as_of = models.DateField("名单截至", null=True, blank=True)
    columns = models.JSONField("原列", default=list)
    digest = models.CharField("摘要", max_length=64)

    class Meta(Record.Meta):
        ordering: ClassVar = ["-reported_at"]
        constraints: ClassVar = [*Record.Meta.constraints]

    def __str__(self) -> str:
        return self.sender


class Traveller(Record):
    """Somebody who must be looked after because of where they came from: one card while it is open, whoever named them.

    `person` is who (people.Person.first). A state is a version of the card: by whom, why, when. Control (管控) needs a
    basis, an end, and a second person of another unit; past its end it holds no longer, whatever the column says.
    """

    privacy: ClassVar = Held(
        personal={
            "came_from": Why("判断是否来自疫源地、何时到达", _BASIS, _KEEP),
            "note": Why("核查所见", _BASIS, _KEEP),
        }
    )

    person = models.UUIDField("人员", db_index=True)
    sender = models.CharField("首个来源", max_length=12)
    came_from = models.CharField("来自", max_length=60, blank=True)
    came_by = models.CharField("方式", max_length=6, blank=True)
    arrived_on = models.DateField("到达日期", null=True, blank=True)
    state = models.CharField("状态", max_length=10, default=LISTED)
    finding = models.CharField("核查结果", max_length=10, blank=True)
    assignee = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="承办单位")
    due_at = models.DateTimeField("应办时限", null=True, blank=True)
    control = models.CharField("管控方式", max_length=10, blank=True)
    control_basis = models.CharField("管控依据", max_length=120, blank=True)
    control_until = models.DateField("管控至", null=True, blank=True)
    control_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    control_unit = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    moved_to = models.CharField("转往", max_length=60, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    erased_at = models.DateTimeField("身份销毁于", null=True, blank=True)
    note = models.CharField("备注", max_length=200, blank=True)

    met: str = ""  # of a card just registered: how the person was found; again where the line was there (not stored)

    objects: ClassVar = TravellerQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering: ClassVar = ["-recorded_at"]
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                "person",
                name="traveller_open_once",
                condition=Q(superseded_at=None, voided=False, state__in=GOING_ON),
            ),
            models.CheckConstraint(
                name="traveller_control_by_two",
                condition=~Q(state=CONTROLLED)
                | Q(confirmed_by__isnull=False, control_until__isnull=False) & ~Q(confirmed_by=F("control_by")),
            ),
            models.CheckConstraint(
                name="traveller_over_has_an_end", condition=Q(state__in=GOING_ON) | Q(ended_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"重点人员 {str(self.first)[:8]}"

    @property
    def goes_on(self) -> bool:
        return self.state in GOING_ON

    def is_controlled(self, on: date) -> bool:
        """Whether control holds on that day; its last day is included."""
        return self.state == CONTROLLED and self.control_until is not None and on <= self.control_until


class ListRow(Record):
    """One line of a list (名单行): its columns as received, sealed, and whose card it named."""

    privacy: ClassVar = Held(personal={"raw": Why("名单原列，核对与追溯来源", _BASIS, _KEEP)})

    source = models.ForeignKey(SourceList, models.PROTECT, related_name="rows", verbose_name="名单")
    sender = models.CharField("来源", max_length=12)
    traveller = models.UUIDField("重点人员", db_index=True)
    person = models.UUIDField("人员", db_index=True)
    match = models.CharField("比对", max_length=8)
    raw = SealedField("原行")
    digest = models.CharField("行摘要", max_length=64)

    class Meta(Record.Meta):
        ordering: ClassVar = ["recorded_at", "row_no"]
        constraints: ClassVar = [*Record.Meta.constraints]


class Contact(models.Model):
    """What calls and visits have in common: whose card, whom, when, by which unit, what was found."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    traveller = models.UUIDField("重点人员", db_index=True)
    person = models.UUIDField("人员", db_index=True)
    at = models.DateTimeField("时间")
    unit = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="单位")
    finding = models.CharField("结果", max_length=10)
    note = models.CharField("备注", max_length=200, blank=True)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="办理人")
    recorded_at = models.DateTimeField("入册时间")

    class Meta:
        abstract = True
        ordering: ClassVar[Any] = ["-at", "-recorded_at"]


class Visit(Contact):
    """Somebody went there (走访)."""

    privacy: ClassVar = Held(personal={"note": Why("核查所见", _BASIS, _KEEP)})


class Call(Contact):
    """Somebody was called (电话); within a day nobody is called twice without a new reason (一人一天一个电话)."""

    privacy: ClassVar = Held(personal={"note": Why("核查所见", _BASIS, _KEEP)})

    purpose = models.CharField("事由", max_length=10)
    again_because = models.CharField("再次致电的理由", max_length=100, blank=True)
