"""Measures in force (措施): what was ordered, for which areas, from when, until when, and on what it rests."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from shichen.city.privacy import Held
from shichen.journal.models import Entry
from shichen.records.models import Record


class Measure(Record):
    """One announcement of a measure: from `occurred_from` to `occurred_to`, exclusive; an open end is not known yet.

    A later announcement of the same measure is a measure of its own that replaces the earlier from its own beginning;
    where it takes back only a part, it eases it (部分放宽). An end told later is a new version of the record: what was
    known before stays as it was known.
    """

    privacy: ClassVar = Held()

    kind = models.CharField("措施类别", max_length=40)
    label = models.CharField("名称", max_length=40)
    label_en = models.CharField("英文名称", max_length=60, blank=True)
    areas = models.JSONField("施行区域", default=list, blank=True)  # codes; none means all of the area it belongs to
    partial = models.BooleanField("部分放宽", default=False)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name="接替"
    )
    order = models.CharField("依据", max_length=120, blank=True)
    entry = models.ForeignKey(
        Entry, models.PROTECT, to_field="id", null=True, blank=True, related_name="measures", verbose_name="条目"
    )
    end_entry = models.ForeignKey(
        Entry,
        models.PROTECT,
        to_field="id",
        null=True,
        blank=True,
        related_name="ends_measures",
        verbose_name="结束条目",
    )

    class Meta(Record.Meta):
        ordering: ClassVar = ["occurred_from", "recorded_at"]
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                "entry", "kind", "label", name="measure_once_per_entry", condition=Q(superseded_at=None, voided=False)
            ),
            models.CheckConstraint(name="measure_begins", condition=Q(occurred_from__isnull=False)),
            models.CheckConstraint(
                name="measure_ends_after_start",
                condition=Q(occurred_to=None) | Q(occurred_to__gt=F("occurred_from")),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def starts_at(self) -> datetime:
        if self.occurred_from is None:
            raise AssertionError("a measure has a beginning")
        return self.occurred_from

    @property
    def ends_at(self) -> datetime | None:
        return self.occurred_to
