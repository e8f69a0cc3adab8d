"""Open beds (开放床位): from a day on a place has so many beds of a class open, as somebody said. What is taken up is not kept here.

Snapshots of beds (S16: open, occupied, reserved, out of service, twice a day) will stand beside this; the open beds of one are such a step.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from shichen.city.privacy import Held
from shichen.records.models import Record

CLASSES = (
    ("general", "普通床"),
    ("isolation", "隔离床"),
    ("negative", "负压床"),
    ("icu", "重症床"),
    ("reserve", "储备床"),
)
RESERVE = "reserve"
"""Beds held in reserve are not open."""


class Capacity(Record):
    """A step: from this day on the place has so many open beds of this class, until the next step of the two."""

    privacy: ClassVar = Held()

    place = models.CharField("地点", max_length=80)
    kind = models.CharField("床位类别", max_length=12, choices=CLASSES)
    beds = models.PositiveIntegerField("开放床位")
    from_on = models.DateField("自")
    source = models.CharField("来源", max_length=200)

    class Meta(Record.Meta):
        ordering: ClassVar = ["-from_on", "place"]
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                "area", "place", "kind", "from_on", name="capacity_once", condition=Q(superseded_at=None, voided=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.from_on}"
