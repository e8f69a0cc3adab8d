"""Questions over signals: those within reach, waiting first, the strongest of a day first; the newest evaluation of each series."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from shichen.analysis.signals.models import Alarm, Evaluation
from shichen.city.models import Event
from shichen.city.scope import Sight


def alarms(reach: Sight, moment: datetime | None = None) -> QuerySet[Alarm]:
    """The signals within reach on data that was there at a moment, the strongest first."""
    found = Alarm.objects.filter(reach.q())
    if moment is not None:
        found = found.filter(evaluation__as_of__lte=moment)
    return found.select_related("area", "unit", "event", "evaluation__rules", "answer__by").order_by("-strength", "-on")


def waiting(reach: Sight, moment: datetime | None = None) -> QuerySet[Alarm]:
    """The signals that nobody answered (待核)."""
    return alarms(reach, moment).filter(answer=None)


def open_at(event: Event, at: datetime) -> QuerySet[Alarm]:
    """The signals of an event that had been raised by an instant and were not answered then."""
    found = Alarm.objects.filter(Q(answer=None) | Q(answer__at__gt=at), event=event, raised_at__lte=at)
    return found.filter(evaluation__as_of__lte=at).select_related("area", "evaluation__rules")


def evaluations(reach: Sight) -> QuerySet[Evaluation]:
    """The evaluations within reach."""
    return Evaluation.objects.filter(reach.q()).select_related("area", "unit", "event", "rules")


def newest(reach: Sight, moment: datetime | None = None) -> list[Evaluation]:
    """Of each series and area the newest evaluation on data that was there at a moment."""
    later = Q(as_of__gt=OuterRef("as_of")) | Q(as_of=OuterRef("as_of"), made_at__gt=OuterRef("made_at"))
    same = {name: OuterRef(name) for name in ("event", "series", "area")}
    newer = Evaluation.objects.filter(reach.q(), later, **same)
    found = evaluations(reach)
    if moment is not None:
        newer, found = newer.filter(as_of__lte=moment), found.filter(as_of__lte=moment)
    return list(found.filter(~Exists(newer)).defer("inputs").order_by("series", "area_path"))
