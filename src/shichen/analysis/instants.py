"""The instant that work in the background is about (数据截至): a whole minute, written in the subject of its job."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from shichen import watches
from shichen.audit.context import now
from shichen.city.models import Event
from shichen.jobs.models import Job
from shichen.refusal import Refusal

MINUTE = "%Y%m%dT%H%M"


def whole(as_of: datetime) -> datetime:
    """The minute that an instant lies in, in UTC. Raises Refusal for one that has not come."""
    if as_of > now():
        raise Refusal("数据截至的时刻还没有到。", field="as_of")
    return floor(as_of)


def told(at: datetime) -> str:
    """An instant as the title of a job tells it."""
    return f"{watches.local(at):%Y-%m-%d %H:%M}"


def subject(at: datetime) -> str:
    """An instant as the subject of a job."""
    return f"{at:{MINUTE}}"


def read(text: str) -> datetime:
    """The instant that the subject of a job names."""
    return datetime.strptime(text, MINUTE).replace(tzinfo=UTC)


def looked(kind: str, event: Event, since: datetime, at: datetime, *, ending: str = "") -> bool:
    """Whether a job of this kind is about an instant from `since` on, up to `at`; of those whose subject ends so."""
    first = floor(since)
    first += timedelta(minutes=1) if first < since else timedelta(0)
    done = Job.objects.filter(kind=kind, event=event, subject__gte=subject(first), subject__endswith=ending)
    done = done.filter(subject__lte=f"{subject(at.astimezone(UTC))}~")
    return done.exclude(state=Job.State.CANCELLED).exists()


def floor(at: datetime) -> datetime:
    """The whole minute that an instant lies in, in UTC."""
    return at.astimezone(UTC).replace(second=0, microsecond=0)
