"""What every record of a register has: place, unit, times, source, author, revision; versions, never overwriting."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shichen.city.models import Account, Area, Body, Event
from shichen.city.scope import Sight
from shichen.records import manifest  # noqa: F401 - its tables belong to this app
from shichen.watches import Period


class PlacedQuerySet(models.QuerySet[Any]):
    """Questions to rows that have an event, a unit and an area: which lie in one, which somebody may see."""

    def inside(self, area: Area | None) -> Self:
        """The rows of an area and of all areas within it."""
        return self.all() if area is None else self.filter(area_path__startswith=area.path)

    def within(self, sight: Sight) -> Self:
        return self.filter(sight.q())


class RecordQuerySet(PlacedQuerySet):
    """Questions that every register can be asked."""

    def current(self, as_of: datetime | None = None) -> Self:
        """The records that stand: as they are now, or as they stood at a moment."""
        if as_of is None:
            return self.filter(superseded_at=None, voided=False)
        later = Q(superseded_at=None) | Q(superseded_at__gt=as_of)  # a voided row is superseded at that moment
        return self.filter(later, recorded_at__lte=as_of)

    def during(self, period: Period) -> Self:
        """The records of what happened in a period: begun within it."""
        return self.filter(occurred_from__gte=period.start, occurred_from__lt=period.end)


class Record(models.Model):
    """A row of a register. A correction is a new row that supersedes the old; the old one stays (更正、作废)."""

    class Sensitivity(models.TextChoices):
        OPEN = "open", _("公开")
        INTERNAL = "internal", _("内部")
        PERSONAL = "personal", _("个人")
        SENSITIVE = "sensitive", _("敏感")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, models.PROTECT, related_name="+", verbose_name="事件", db_index=False)
    unit = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="报送单位")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="区域")
    area_path = models.CharField(max_length=200, db_index=True, editable=False)
    occurred_from = models.DateTimeField("发生自", null=True, blank=True, db_index=True)
    occurred_to = models.DateTimeField("发生至", null=True, blank=True)
    reported_at = models.DateTimeField("报送时间")
    recorded_at = models.DateTimeField("入册时间")
    envelope = models.UUIDField("来件", null=True, blank=True, db_index=True)
    row_no = models.PositiveIntegerField("来件行号", default=1)
    author = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="填报人")
    sensitivity = models.CharField("敏感级别", max_length=10, choices=Sensitivity.choices, default=Sensitivity.INTERNAL)
    synthetic = models.BooleanField("合成数据", default=False)
    revision = models.PositiveIntegerField("版次", default=1)
    first = models.UUIDField("首版", editable=False, db_index=True)
    superseded_at = models.DateTimeField("被更正时间", null=True, blank=True)
    voided = models.BooleanField("作废", default=False)
    reason = models.CharField("更正理由", max_length=200, blank=True)

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.UniqueConstraint("envelope", "row_no", name="%(class)s_once_per_envelope_row"),
            models.UniqueConstraint("first", "revision", name="%(class)s_revision_once"),
        ]

    def place_in(self, area: Area) -> None:
        self.area, self.area_path = area, area.path
