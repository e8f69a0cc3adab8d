"""Long work as it stood at a past moment: by the turns that each job had taken by then.

Jobs go by the clock on the wall, so their past is one that an address asks for, never that of a replay.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from shichen.jobs.models import TURNING, Job, Turn
from shichen.jobs.queries import Standing


def standing(jobs: Iterable[Job], moment: datetime) -> list[Standing]:
    """Jobs as they stood at a moment; one that had not been asked for is not there. Not to be saved."""
    found = {job.pk: job for job in jobs if job.made_at <= moment}
    last: dict[object, Turn] = {}
    for turn in Turn.objects.filter(job__in=list(found), at__lte=moment).order_by("pk"):
        last[turn.job_id] = turn
    return [_as_it_stood(job, last.get(pk), moment) for pk, job in found.items()]


def _as_it_stood(job: Job, turn: Turn | None, moment: datetime) -> Standing:
    """A job after its last turn; of what came before turns were kept no state is known."""
    for name in TURNING:
        setattr(job, name, getattr(turn or Turn(), name))
    job.cancelling = False
    took = (job.ended_at or moment) - job.started_at if job.started_at else None
    return Standing(job, job.state, job.done, job.total, "", took, None)
