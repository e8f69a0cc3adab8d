"""Places (场所): where people stay together, down to the smallest unit that shares air: a carriage, a floor, a zone of tables."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from shichen.city.privacy import Held
from shichen.records.bulk.stays import KINDS
from shichen.records.models import Record

CLASSES = tuple(KINDS.values())
"""What a place is: the word that reports carry, and its name; the English names stand with the sentences of the house."""


class Place(Record):
    """A place on the register from one day until another. Its number is never another's, not even once it is void.

    Whether a venue is open on a day, and by which order, is a matter of its own (关停与开放) and stands beside it.
    """

    privacy: ClassVar = Held()

    code = models.CharField("编号", max_length=40)
    name = models.CharField("名称", max_length=80)
    kind = models.CharField("类别", max_length=12, choices=CLASSES)
    within = models.CharField("上级编号", max_length=40, blank=True)  # the number of the place that this is a part of
    opened_on = models.DateField("自")
    closed_on = models.DateField("至", null=True, blank=True)

    class Meta(Record.Meta):
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.UniqueConstraint("code", name="place_code_for_ever", condition=Q(revision=1)),
            models.CheckConstraint(
                name="place_closes_after", condition=Q(closed_on=None) | Q(closed_on__gte=F("opened_on"))
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["code"]), models.Index(fields=["within"])]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
