"""Large tables in the background (成批入册): row by row as at the door, but in batches, each in a transaction of its own.

Other writers come in between two batches. How far it came moves in the transaction of each batch, so that a process that
is killed leaves nothing half done and nothing is taken twice when the work goes on.
"""

from __future__ import annotations

from django.apps import apps
from django.db import transaction
from django.urls import reverse

from shichen.audit.context import now
from shichen.city.models import Account
from shichen.intake import kinds, mending, rows, services, texts
from shichen.intake.kinds import Arrival, Entered, Kind
from shichen.intake.models import Envelope, Reject
from shichen.jobs import kinds as jobs
from shichen.jobs import services as asking
from shichen.jobs.kinds import Outcome
from shichen.jobs.models import Job
from shichen.jobs.progress import Cancelled, Progress
from shichen.jobs.services import Asked
from shichen.records.models import Record
from shichen.refusal import Refusal

BATCH = 100
UNFINISHED = "在后台入册，还没有办完；进度见后台任务。"


def begin(envelope: Envelope, *, by: Account) -> Job:
    """Have a kept envelope worked in the background; a second click finds the same job. Raises Refusal."""
    before = Job.objects.filter(kind=IMPORT.name, subject=str(envelope.id)).first()
    if before is not None:
        return before
    waits = Envelope.objects.filter(pk=envelope.pk, state=Envelope.State.RECEIVED)
    if not waits.update(state=Envelope.State.WORKING, note=UNFINISHED):
        raise Refusal("这份来件已经办过了。", rule="先到先办")
    return asking.ask(_asked(IMPORT.name, envelope), by=by)


def begin_replay(envelope: Envelope, *, by: Account) -> Job:
    """Have the rows of an envelope that were not taken tried again in the background."""
    return asking.ask(_asked(REPLAY.name, envelope), by=by)


def take(job: Job, progress: Progress) -> Outcome:
    """Make records of an envelope from where it stopped. Raises Refusal for a table that cannot be read at all."""
    envelope = Envelope.objects.select_related("unit", "area", "event", "account").get(id=job.subject)
    link = reverse("receipt", args=[envelope.id])
    if envelope.state in (Envelope.State.ENTERED, Envelope.State.CORRECTED):
        return Outcome(envelope.note, link)
    try:
        kind = kinds.named(envelope.kind)
        loose, entered = rows.read(kind, texts.open_body(envelope), envelope)
    except Refusal as refusal:
        services.hold(envelope, refusal.sentence)
        raise
    _resume(envelope, entered, job)
    arrival = Arrival(envelope, envelope.unit, envelope.area, envelope.event, envelope.account, now())
    try:
        for start in range(job.cursor, len(loose), BATCH):
            progress.at(start, len(loose))
            batch = loose[start : start + BATCH]
            _batch(kind, batch, arrival, job, start + len(batch))
    except Cancelled:
        left = len(loose) - Job.objects.values_list("cursor", flat=True).get(pk=job.pk)
        services.hold(
            envelope, f"取消了后台入册：入册 {envelope.taken} 行，还有 {left} 行没有办；可在后台任务里接着办。"
        )
        raise
    _finish(kind, arrival)
    progress.at(len(loose), len(loose))
    return Outcome(envelope.note, link)


def replay(job: Job, progress: Progress) -> Outcome:
    """Try the rows again that were not taken."""
    envelope = Envelope.objects.get(id=job.subject)
    taken, waiting = mending.replay(envelope, by=job.by, told=progress.at)
    return Outcome(f"重放后入册 {taken} 行，仍有 {waiting} 行待更正。", reverse("envelope", args=[envelope.id]))


@transaction.atomic
def _resume(envelope: Envelope, entered: Entered, job: Job) -> None:
    """What reading alone tells, kept before the first batch; afterwards the counts of the batches stand."""
    envelope.state, envelope.note = Envelope.State.WORKING, UNFINISHED
    if not job.cursor:
        envelope.read, envelope.blank, envelope.taken, envelope.duplicate = entered.read, entered.blank, 0, 0
        services.keep_faults(envelope, entered.faults)
    envelope.save(update_fields=["state", "note", "read", "blank", "taken", "duplicate"])


@transaction.atomic
def _batch(kind: Kind, loose: list[rows.Loose], arrival: Arrival, job: Job, cursor: int) -> None:
    envelope, entered = arrival.envelope, Entered()
    services.take_rows(kind, loose, arrival, entered)
    services.keep_faults(envelope, entered.faults)
    envelope.taken += entered.taken
    envelope.duplicate += entered.duplicate
    envelope.save(update_fields=["taken", "duplicate"])
    Job.objects.filter(pk=job.pk).update(cursor=cursor)


@transaction.atomic
def _finish(kind: Kind, arrival: Arrival) -> None:
    """All rows are worked: the log is told of all records at once, as at the door, and the counts are summed up."""
    envelope = arrival.envelope
    records = _records_of(envelope)
    if records and kind.tell is not None:
        kind.tell(records, arrival)
    faults = envelope.rejects.order_by("row_no")
    first, to_mend = faults.first(), faults.count()
    said = services.summed_up(
        envelope.read, envelope.taken, envelope.duplicate, to_mend, envelope.blank, first.faults[0] if first else ""
    )
    waiting = faults.filter(state=Reject.State.OPEN).exists()
    envelope.state = Envelope.State.HELD if waiting else Envelope.State.ENTERED
    envelope.note, envelope.entered_at = said[:400], now()
    envelope.save(update_fields=["state", "note", "entered_at"])


def _records_of(envelope: Envelope) -> list[Record]:
    """The records that an envelope made, of whatever register."""
    kinds_of_records = [model for model in apps.get_models() if issubclass(model, Record)]
    return [one for model in kinds_of_records for one in model._default_manager.filter(envelope=envelope.id)]


def _asked(kind: str, envelope: Envelope) -> Asked:
    return Asked(
        kind=kind,
        subject=str(envelope.id),
        title=envelope.filename or f"来件 {envelope.seq}",
        unit=envelope.unit,
        area=envelope.area,
        event=envelope.event,
    )


IMPORT = jobs.declare(jobs.Kind("import", "导入", "Import", take))
REPLAY = jobs.declare(jobs.Kind("replay", "重放", "Replay", replay))
