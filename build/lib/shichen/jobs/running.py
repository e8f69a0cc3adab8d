"""Doing what was asked for: one job at a time, under its lock; what came of it is said in a plain sentence."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db import OperationalError
from django.utils import timezone

from shichen.jobs import keeper, kinds, progress
from shichen.jobs.models import Job
from shichen.jobs.progress import Cancelled, Progress, Stopped
from shichen.refusal import Refusal
from shichen.web import looking

log = logging.getLogger("shichen.jobs")
State = Job.State
DIED = "办的程序停了(断电、重启或被结束)；已办的都在，可以接着办。"
BUSY = "数据库一时写不进；已办的都在，过一会儿可以接着办。"
BROKE = "程序出错，已记入错误日志；可以再办一次，仍不成请把任务编号给运维。"
STOPPED = "取消了；已办的都在，可以接着办。"


def run_next(at: datetime) -> bool:
    """Do the job that has waited longest; whether there was one."""
    reap()
    job = Job.objects.filter(state=State.WAITING).order_by("made_at").first()
    if job is None or progress.stopping():
        return False
    with keeper.held(job.pk) as mine:
        begun = {"state": State.RUNNING, "started_at": at, "tries": job.tries + 1, "cancelling": False}
        if not mine or not Job.objects.filter(pk=job.pk, state=State.WAITING).update(**begun):
            return False
        job.refresh_from_db()
        keeper.say(job.pk, done=job.cursor, total=job.total, began=job.cursor)
        looking.look()
        _do(job)
    return True


def reap() -> int:
    """Say of jobs that nobody is at work on that they were interrupted (中断); how many."""
    dead = [job.pk for job in Job.objects.filter(state=State.RUNNING) if not keeper.at_work(job.pk)]
    return sum(
        Job.objects.filter(pk=pk, state=State.RUNNING).update(
            state=State.INTERRUPTED, ended_at=timezone.now(), sentence=DIED, **_counted(pk)
        )
        for pk in dead
    )


def _do(job: Job) -> None:
    try:
        outcome = kinds.named(job.kind).run(job, Progress(job))
    except Stopped:
        _end(job, State.WAITING, "")
    except Cancelled:
        _end(job, State.CANCELLED, STOPPED)
    except Refusal as refusal:
        _end(job, State.FAILED, refusal.sentence)
    except OperationalError:
        log.warning("job %s", job.pk, exc_info=True)
        _end(job, State.FAILED, BUSY)
    except Exception:  # whatever breaks, the row says so and the next job is done
        log.exception("job %s", job.pk)
        _end(job, State.FAILED, BROKE)
    else:
        _end(job, State.DONE, outcome.sentence, link=outcome.link)


def _end(job: Job, state: State, sentence: str, **more: Any) -> None:
    ended = None if state == State.WAITING else timezone.now()
    said = {"state": state, "ended_at": ended, "sentence": sentence[:400], **_counted(job.pk), **more}
    Job.objects.filter(pk=job.pk).update(**said)
    keeper.forget(job.pk)


def _counted(pk: Any) -> dict[str, int]:
    """How far the job said it was."""
    said, cursor = keeper.said(pk), Job.objects.values_list("cursor", flat=True).get(pk=pk)
    return {"done": max(said["done"], cursor), "total": said["total"]} if said else {}
