"""Questions about long work: how far a job is as pages tell it, what waits, and what the clock does by itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext

from shichen.jobs import keeper
from shichen.jobs.models import Job

CLOCK = "clock.json"
TENTH = 10  # before a tenth is done nobody can say how long the rest takes


@dataclass(frozen=True)
class Standing:
    """A job as it stands at a moment; `state` is 中断 as soon as nobody is at work on one that says it runs.

    It is empty where a past is asked for of which nothing was kept.
    """

    job: Job
    state: str
    done: int
    total: int
    step: str
    took: timedelta | None
    remaining: timedelta | None

    @property
    def over(self) -> bool:
        return self.state not in (Job.State.WAITING, Job.State.RUNNING)

    @property
    def label(self) -> str:
        return str(Job.State(self.state).label) if self.state else gettext("没有留下")

    @property
    def may_cancel(self) -> bool:
        return not self.over and not self.job.cancelling

    @property
    def may_repeat(self) -> bool:
        return self.state in (Job.State.FAILED, Job.State.CANCELLED, Job.State.INTERRUPTED)


def standing(job: Job, at: datetime) -> Standing:
    """How far a job is."""
    said: dict[str, Any] = {} if job.over else keeper.said(job.pk)
    dead = job.state == Job.State.RUNNING and not keeper.at_work(job.pk)
    if dead:
        job.refresh_from_db()  # it may have ended between the two looks
        dead = job.state == Job.State.RUNNING
    state = Job.State.INTERRUPTED if dead else Job.State(job.state)
    done, total = int(said.get("done", job.done)), int(said.get("total", job.total))
    took = (job.ended_at or at) - job.started_at if job.started_at else None
    return Standing(
        job,
        state,
        done,
        total,
        str(said.get("step", "")),
        took,
        _remaining(state, done, total, int(said.get("began", 0)), took),
    )


def backlog() -> int:
    """How many jobs wait or run."""
    return Job.objects.filter(state__in=(Job.State.WAITING, Job.State.RUNNING)).count()


def of(subject: object) -> Job | None:
    """The last job on a thing."""
    return Job.objects.filter(subject=str(subject)).order_by("-made_at").first()


def clockwork() -> dict[str, Any]:
    """What the clock did by itself, as it wrote it down last: by the name of each duty; nothing where it never ran."""
    try:
        found: dict[str, Any] = json.loads((keeper.folder() / CLOCK).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found


def _remaining(state: str, done: int, total: int, began: int, took: timedelta | None) -> timedelta | None:
    """How long the rest takes if it goes on as it did since it was begun, or gone on with, at `began`."""
    now = done - began
    if state != Job.State.RUNNING or took is None or now <= 0 or now * TENTH < total - began:
        return None
    return took * (total - done) / now
