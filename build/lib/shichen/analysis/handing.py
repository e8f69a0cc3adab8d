"""Handing persons of a list over to a unit (移交核实): asked on a page, done in the background, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from shichen.analysis import tracing
from shichen.analysis.models import HandOver, Near, Trace
from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.city.models import Account, Body
from shichen.city.roles import SENSITIVE
from shichen.city.scope import sight
from shichen.jobs import kinds
from shichen.jobs import queries as job_queries
from shichen.jobs import services as jobs
from shichen.jobs.kinds import Outcome
from shichen.jobs.models import Job
from shichen.jobs.progress import Progress
from shichen.records import sealed
from shichen.refusal import Refusal
from shichen.registers.checkpoints import naming
from shichen.registers.checkpoints.naming import Found, Key, Opened
from shichen.registers.loads import services as loads

if TYPE_CHECKING:
    from shichen.records.bulk.resolving import Identity

Task = Near.Task


@transaction.atomic
def ask(trace: Trace, persons: Sequence[Near], unit: Body, *, by: Account) -> HandOver:
    """Have persons of a list given to a unit as tasks, each with who it is where that can be found. Raises Refusal.

    Who they are is read from what was sent, which takes as long as taking it in did: that is done in the background.
    """
    tracing.must_see(trace, by)
    if trace.state != Trace.State.DONE:
        raise Refusal("还没有名单可以移交。", rule="先到先办")
    on_their_way = {key for one in under_way(trace) for key in one.persons}
    fresh = [one for one in persons if one.task == Task.NONE and one.trace_id == trace.pk]
    fresh = [one for one in fresh if str(one.pk) not in on_their_way]
    if not fresh:
        raise Refusal("这些人已经移交，或正在移交；请选还没有移交的。", field="persons")
    keys = [str(one.pk) for one in fresh]
    handed = HandOver.objects.create(
        trace=trace, unit=unit, persons=keys, asked_by=by, asked_at=now(), count=len(fresh)
    )
    title = f"第{trace.number}号追踪移交{len(fresh)}人"
    jobs.ask(jobs.Asked("hand_over", str(handed.pk), title, trace.unit, trace.area, trace.event), by=by)
    return handed


def under_way(trace: Trace) -> list[HandOver]:
    """What is asked and not ended: a job that failed or was cancelled holds nobody any longer."""
    waiting = trace.handed.filter(state=HandOver.State.WAITING)
    return [one for one in waiting if (job := job_queries.of(one.pk)) is not None and not job.over]


def hand(handed: HandOver, progress: Callable[[int, int], None] | None = None) -> HandOver:
    """Find out who they are, and give them over (移交): all of them in one transaction; once done it is not done again.

    Raises Refusal, with nothing changed.
    """
    if handed.state == HandOver.State.DONE:
        return handed
    tracing.must_see(handed.trace, handed.asked_by)
    persons = list(handed.trace.persons.filter(pk__in=handed.persons))
    if len(persons) != len(handed.persons):
        raise Refusal("名单已到期销毁；没有移交。", rule="留存期限")
    found, opened = _identities(handed, persons, progress)
    _handed(handed, persons, found, opened)
    handed.refresh_from_db()
    return handed


@transaction.atomic
def _handed(
    handed: HandOver, persons: Sequence[Near], found: Mapping[Key, Identity | Found], opened: Iterable[Opened]
) -> None:
    trace, at, unknown = handed.trace, now(), 0
    for one in persons:
        identity = found.get((one.period, one.person))
        unknown += identity is None
        fields = {"task": Task.OPEN if identity else Task.UNKNOWN, "assignee": handed.unit}
        if identity:
            sealed.put(one, at, document=identity.document, plate=identity.plate)
            fields |= {"document": one.document, "plate": one.plate}
        if not Near.objects.filter(pk=one.pk, task=Task.NONE).update(**fields):
            raise Refusal("其中有人刚被移交过；没有改动，请刷新后再选。", rule="先到先办")
    done = {"state": HandOver.State.DONE, "done_at": at, "unknown": unknown}
    if not HandOver.objects.filter(pk=handed.pk, state=HandOver.State.WAITING).update(**done):
        raise Refusal("这一次移交已经办完。", rule="先到先办")
    tracing.told(trace, f"第{trace.number}号追踪移交核实{len(persons)}人。", "hand_over_trace", handed.asked_by)
    tracing.noted(trace, "trace_hand_over", handed.asked_by, rows=len(persons))
    for record in dict.fromkeys(opened):
        audit.note(
            "trace_resolve",
            table=record.table,
            subject=record.subject,
            data_class=SENSITIVE,
            unit=record.unit,
            area=record.area,
            reason=trace.reason,
            case_no=trace.ground_no,
            fields=("document",),
            by=handed.asked_by,
        )


def _identities(
    handed: HandOver, persons: Sequence[Near], progress: Callable[[int, int], None] | None
) -> tuple[Mapping[Key, Identity | Found], list[Opened]]:
    """Who they are: by the files that were sent, else by what was told at posts, where whoever hands them over may look."""
    from shichen.records.bulk import keeping, resolving  # loads the engine

    wanted: dict[int, set[int]] = {}
    for one in persons:
        wanted.setdefault(one.period, set()).add(one.person)
    sent = resolving.resolved(keeping.view(settings.LAKE), wanted, loads.place_of, progress)
    left = {period: {one for one in some if (period, one) not in sent} for period, some in wanted.items()}
    reach = sight(handed.asked_by, "reveal", SENSITIVE, at=now())
    told, opened = naming.named({period: some for period, some in left.items() if some}, reach, handed.trace.unit_id)
    return {**sent, **told}, opened


def _run(job: Job, progress: Progress) -> Outcome:
    handed = hand(
        HandOver.objects.select_related("trace").get(pk=job.subject), lambda done, total: progress.at(done, total)
    )
    said = f"移交 {handed.count} 人，其中 {handed.unknown} 人查无身份。"
    return Outcome(said, f"/traces/{handed.trace_id}/")


HAND_OVER = kinds.declare(kinds.Kind("hand_over", "移交核实", "Handing over", _run))
