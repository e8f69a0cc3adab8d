"""Acts on long work: ask for it, cancel it, have it done again."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.city.models import Account, Area, Body, Event
from shichen.city.scope import sight
from shichen.jobs import keeper
from shichen.jobs.kinds import named
from shichen.jobs.models import Job, turned
from shichen.refusal import Refusal
from shichen.web import clock

State = Job.State
NOT_BEGUN = "还没有开始就取消了；可以再办。"


@dataclass(frozen=True)
class Asked:
    """A piece of work: of which kind, on which thing, called what, in whose name."""

    kind: str
    subject: str
    title: str
    unit: Body
    area: Area
    event: Event
    total: int = 0


@transaction.atomic
def ask(asked: Asked, *, by: Account) -> Job:
    """Have something done in the background; the job that is at it already, if there is one. Raises Refusal."""
    named(asked.kind)
    before = Job.objects.filter(
        kind=asked.kind, subject=asked.subject, state__in=(State.WAITING, State.RUNNING)
    ).first()
    if before is not None:
        return before
    job = Job.objects.create(
        kind=asked.kind,
        subject=asked.subject,
        title=asked.title[:200],
        unit=asked.unit,
        area=asked.area,
        event=asked.event,
        total=asked.total,
        by=by,
        made_at=clock.running(),
    )
    turned([job])
    _noted("job", job, by)
    return job


@transaction.atomic
def cancel(job: Job, *, by: Account) -> None:
    """Stop a job (取消): at once while it waits, after the batch at hand while it runs; what is done stays. Raises Refusal."""
    _must_be_theirs(job, by)
    at_once = Job.objects.filter(pk=job.pk, state=State.WAITING)
    waited = at_once.update(state=State.CANCELLED, ended_at=clock.running(), sentence=NOT_BEGUN)
    if not waited and not Job.objects.filter(pk=job.pk, state=State.RUNNING).update(cancelling=True):
        raise Refusal("这件任务已经结束，不必取消。", rule="先到先办")
    _noted("job_cancel", job, by)


@transaction.atomic
def again(job: Job, *, by: Account) -> None:
    """Have a job done again that failed, died or was cancelled; it goes on where it stopped. Raises Refusal."""
    _must_be_theirs(job, by)
    named(job.kind)
    ended = Job.objects.filter(pk=job.pk, state__in=(State.FAILED, State.CANCELLED, State.INTERRUPTED))
    dead = Job.objects.filter(pk=job.pk, state=State.RUNNING) if not keeper.at_work(job.pk) else Job.objects.none()
    fresh = {"state": State.WAITING, "sentence": "", "ended_at": None, "cancelling": False}
    if not ended.update(**fresh) and not dead.update(**fresh):
        raise Refusal("这件任务正在办，或已经办完；不必再办。", rule="先到先办")
    _noted("job_again", job, by)


def theirs(job: Job, by: Account) -> bool:
    """Whether somebody may stop or repeat a job: who asked for it, or who may report for its unit."""
    reach = sight(by, "submit", at=now())
    return job.by_id == by.pk or reach.covers(unit=job.unit_id, path=job.area.path, event=job.event_id)


def _must_be_theirs(job: Job, by: Account) -> None:
    if not theirs(job, by):
        raise Refusal("这件任务是别的单位提出的；请由他们取消或再办。", rule="报送范围")


def _noted(action: str, job: Job, by: Account) -> None:
    audit.note(action, table="jobs.job", subject=job.pk, unit=job.unit_id, area=job.area_id, fields=(job.kind,), by=by)
