"""People (人员): one card for each, whoever named them; who they are is sealed, and found by keyed indexes only."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shichen.city.models import Account, Event
from shichen.city.privacy import Held, Why
from shichen.records.models import Record
from shichen.records.sealed import BlindIndexField, SealedField

_PURPOSE = "核查、联系和随访重点人员，同一人只登记一次"
_BASIS = "传染病防治法、突发公共卫生事件应急条例"
_KEEP = "管控结束后14天销毁，只留计数"


def _why() -> Why:
    return Why(_PURPOSE, _BASIS, _KEEP)


class Person(Record):
    """A human being: name, document, telephone, home; other registers point to `first` and never copy any of it.

    Two cards that turn out to be one person: the later one is `merged_into` the earlier and stays readable.
    """

    privacy: ClassVar = Held(
        personal={name: _why() for name in ("name", "number", "phone", "home", "number_index", "phone_index")}
    )

    document_type = models.CharField("证件类型", max_length=20, blank=True)
    name = SealedField("姓名")
    number = SealedField("证件号码", blind="number_index")
    phone = SealedField("电话", blind="phone_index")
    home = SealedField("住址")
    number_index = BlindIndexField("证件盲索引")
    phone_index = BlindIndexField("电话盲索引", db_index=True)
    merged_into = models.UUIDField("并入", null=True, blank=True)
    erased_at = models.DateTimeField("身份销毁于", null=True, blank=True)

    met: str = ""  # of a card just found: new, the same, or the same with other words (not stored)

    class Meta(Record.Meta):
        ordering: ClassVar = ["recorded_at"]
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                "event",
                "document_type",
                "number_index",
                name="person_once",
                condition=Q(superseded_at=None, voided=False, merged_into=None) & ~Q(number_index=""),
            ),
        ]

    def __str__(self) -> str:
        return str(self.first)[:8]


class Likeness(models.Model):
    """Two cards that may be of one person (疑似同一人), and what somebody decided of it; nothing merges by itself."""

    privacy: ClassVar = Held()

    class State(models.TextChoices):
        OPEN = "open", _("待定")
        SAME = "same", _("同一人")
        APART = "apart", _("不是同一人")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, models.PROTECT, related_name="+", verbose_name="事件")
    one = models.UUIDField("先登记的")
    other = models.UUIDField("后登记的")
    why = models.CharField("依据", max_length=40)
    state = models.CharField("状态", max_length=6, choices=State.choices, default=State.OPEN)
    found_at = models.DateTimeField("提出时间")
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField("理由", max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["found_at"]
        constraints: ClassVar = [
            models.UniqueConstraint("one", "other", name="likeness_once"),
            models.CheckConstraint(name="likeness_of_two", condition=~Q(one=F("other"))),
        ]
