"""What a page draws besides the log's words: the time over which a measure held (措施带)."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from shichen.city.privacy import Held
from shichen.city.roles import OPEN
from shichen.city.scope import Sight
from shichen.journal.models import Entry


class BandQuerySet(models.QuerySet["Band"]):
    def within(self, sight: Sight) -> BandQuerySet:
        return self.filter(sight.q(unit="entry__unit_id", path="entry__area_path", event="entry__event_id"))


class Band(models.Model):
    """A measure that an entry announced: what it is called, from when, until when; an open end is unknown.

    A later announcement of the same measure is a new band that replaces the old one from its own beginning.
    """

    privacy: ClassVar = Held(OPEN)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(Entry, models.PROTECT, to_field="id", related_name="bands", verbose_name="条目")
    measure = models.CharField("措施类别", max_length=40)
    label = models.CharField("名称", max_length=40)
    starts_at = models.DateTimeField("自")
    ends_at = models.DateTimeField("至", null=True, blank=True)
    areas = models.JSONField("区域", default=list, blank=True)
    partial = models.BooleanField("部分", default=False)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name="接替"
    )
    recorded_at = models.DateTimeField("入册时间")

    objects = BandQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["starts_at", "recorded_at"]
        constraints: ClassVar = [
            models.UniqueConstraint("entry", "measure", "label", name="band_once_per_entry"),
            models.CheckConstraint(
                name="band_ends_after_start",
                condition=models.Q(ends_at=None) | models.Q(ends_at__gt=models.F("starts_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.label
