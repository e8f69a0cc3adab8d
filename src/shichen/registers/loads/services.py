"""Bulk rows (流水): loads taken in against the register that their rows speak of, each told in the log; the lake looked after."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from shichen import watches
from shichen.audit.context import now
from shichen.city import queries as city
from shichen.city.models import Account, Body, Event
from shichen.indicators.models import Figure
from shichen.indicators.telling import tell
from shichen.jobs import kinds
from shichen.jobs import services as jobs
from shichen.jobs.kinds import Outcome
from shichen.jobs.models import Job
from shichen.jobs.progress import Progress
from shichen.jobs.services import Asked
from shichen.journal import services as journal
from shichen.journal.models import Entry
from shichen.records import lake
from shichen.records.bulk import receiving
from shichen.records.bulk.receiving import Delivery
from shichen.records.bulk.shape import Table
from shichen.records.manifest import Load, Place
from shichen.refusal import Refusal

if TYPE_CHECKING:  # what works files loads the engine, half a second that pages and other commands do not pay
    from shichen.records.bulk import reading
    from shichen.records.bulk.reading import Site

BEFORE = timedelta(days=60)
"""How long before the event began a row may lie: who was where is asked of the weeks before it was known."""


@dataclass(frozen=True)
class Door:
    """By what a register takes bulk rows: their table, the topic of its entries, the words of its sites for a sender."""

    table: Table
    topic: str
    sites: Callable[[Body], Iterable[Site]]
    name_of: Callable[[], dict[int, str]]
    """What the codes of its sites stand for now."""
    withdrawn: Callable[[], None] = lambda: None
    """What else is done in the transaction that withdraws a load."""


DOORS: dict[str, Door] = {}


def declare(door: Door) -> Door:
    """A register takes rows of a table; their loads can be worked in the background."""
    DOORS[door.table.name] = door
    kinds.declare(kinds.Kind(door.table.name, f"{door.table.zh}入库", door.table.en, _run))
    return door


def tables() -> list[Table]:
    """The tables of bulk rows that some register takes."""
    return [DOORS[name].table for name in sorted(DOORS)]


def receive(delivery: Delivery, *, by: Account) -> tuple[Load, bool]:
    """Keep a load; whether it was here before. Raises Refusal, also for who may not report for that unit."""
    at = now()
    if not city.may_submit(by, unit=delivery.unit, area=delivery.area, event=delivery.event, at=at):
        raise Refusal(f"{by.display_name} 无权以「{delivery.unit}」的名义在{delivery.area}报送。", rule="报送范围")
    return receiving.receive(delivery, settings.LAKE, settings.KEYRING, at=at, by=by)


def work(load: Load, *, progress: Callable[[int, int], None] | None = None) -> Load:
    """Bring a load into the lake, and tell the log what came of it. Raises Refusal where the machine, not the file, is at fault."""
    from shichen.records.bulk import loading  # loads the engine

    return loading.work(load, place_of(load), then=told, progress=progress)


def ask(load: Load) -> Job:
    """Have a load worked in the background; the job that is at it already, if there is one."""
    title = load.filename or f"{DOORS[load.table].table.zh} {load.number}"
    asked = Asked(load.table, str(load.id), title, load.unit, load.area, load.event, total=load.size)
    return jobs.ask(asked, by=load.account)


def ask_waiting(at: datetime) -> int:
    """Ask again for loads that were kept and then nobody came to work them; how many wait."""
    return len([ask(load) for load in waiting(at)])


def _run(job: Job, progress: Progress) -> Outcome:
    load = Load.objects.get(id=job.subject)
    load = work(load, progress=lambda done, total: progress.at(done, total))
    return Outcome(load.note)


def withdraw(load: Load, reason: str, *, by: Account) -> Load:
    """Take a load out of every count (作废), and tell the log why. Raises Refusal."""

    def then(load: Load) -> None:
        DOORS[load.table].withdrawn()
        zh = DOORS[load.table].table.zh
        _tell(load, f"作废{zh}第{load.number}批：{reason.strip()}。", f"withdraw_{load.table}", by)

    from shichen.records.bulk import keeping  # loads the engine

    return keeping.withdraw(load, place_of, reason, then=then)


def place_of(load: Load) -> reading.Place:
    """Where a load is worked: words mean what they mean for its own sender."""
    return _place(load.event, tuple(DOORS[load.table].sites(load.unit)))


def place() -> reading.Place:
    """Where the files of the lake are looked after, whatever they came from."""
    return _place(city.the_event(), ())


def _place(event: Event, sites: tuple[Site, ...]) -> reading.Place:
    from shichen.records.bulk import reading  # loads the engine

    return reading.Place(
        folder=settings.LAKE,
        ring=settings.KEYRING,
        zone=watches.SHANGHAI,
        home=home_province(),
        sites=sites,
        since=lake.seconds(watches.clock(event.started_on, 0) - BEFORE),
        clock=timezone.now,  # leases go by the machine's clock: two processes must agree, whatever a replay says
    )


def home_province() -> int:
    """The first two figures of the city's code (GB/T 2260)."""
    code = city.the_city().code[:2]
    return int(code) if code.isdigit() else 0


def codes_of(kind: str, firsts: Iterable[object]) -> dict[str, int]:
    """The number of each site in bulk rows, by its first version; given once, never again."""
    known = dict(Place.objects.filter(kind=kind).values_list("ref", "code"))
    for ref in map(str, firsts):
        if ref not in known:
            known[ref] = Place.objects.get_or_create(kind=kind, ref=ref)[0].pk
    return known


def names_of_places() -> dict[int, str]:
    """What the number of a site in bulk rows stands for, of every register: its name, as it is now."""
    return {code: name for door in DOORS.values() for code, name in door.name_of().items()}


def told(load: Load) -> None:
    """The log entry of a load that was committed, in its transaction."""
    counts = (("重复", load.duplicate), ("拒收", load.rejected))
    beside = "".join(f"，{name}{count}条" for name, count in counts if count)
    zh = DOORS[load.table].table.zh
    _tell(load, f"接收{zh}{load.read}条：入库{load.taken}条{beside}。", f"load_{load.table}", load.account)


def _tell(load: Load, text: str, act: str, by: Account) -> None:
    said = journal.about(
        load,
        journal.plain(text),
        kind=Entry.Kind.SYSTEM,
        topic=DOORS[load.table].topic,
        reported_at=load.received_at,
        act=act,
    )
    tell(said, {}, by=by)


def waiting(before: datetime) -> list[Load]:
    """Loads that were kept but are not in the lake, because a process ended in between."""
    states = (Load.State.RECEIVED, Load.State.WORKING)
    sent = Load.objects.filter(table__in=DOORS, state__in=states, received_at__lt=before)
    return list(sent.exclude(channel=Load.SEALED).order_by("number"))


def compact() -> int:
    """Make one file of the segments of each day; how many days."""
    if not Load.objects.exists():
        return 0
    from shichen.records.bulk import keeping  # loads the engine

    return len(keeping.compact(place()))


def expire(at: datetime, cited: Iterable[int] = ()) -> int:
    """Destroy what is older than it may be kept, erase what was replaced and nobody cites, sweep what crashes left; how many files.

    Frozen figures cite their snapshot; `cited` are those that others do.
    """
    if not Load.objects.exists():
        return 0
    from shichen.records.bulk import keeping  # loads the engine

    keep = timedelta(days=settings.CONFIG["lake.keep_days"])
    gone = keeping.expire(settings.LAKE, settings.KEYRING, keep, at=at)
    frozen = Figure.objects.exclude(snapshot=None).values_list("snapshot", flat=True).distinct()
    snapshots = {*cited, *(number for number in frozen if number)}
    gone += keeping.erase_replaced(settings.LAKE, snapshots, before=at - timedelta(days=1))
    return len(gone) + len(keeping.sweep(settings.LAKE, before=at - timedelta(days=7)))


def verify(at: datetime) -> int:
    """Compare every file with the manifest; how many were set aside."""
    if not Load.objects.exists():
        return 0
    from shichen.records.bulk import keeping  # loads the engine

    return len(keeping.verify(settings.LAKE, at=at).damaged)
