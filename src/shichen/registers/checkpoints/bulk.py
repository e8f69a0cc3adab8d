"""Bulk passings (过卡流水): loads taken in against the posts that stood, each told in the log; the places their rows speak of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from shichen import watches
from shichen.audit.context import now
from shichen.city import queries as city
from shichen.city.models import Account, Body, Event
from shichen.indicators.telling import tell
from shichen.jobs import kinds
from shichen.jobs import services as jobs
from shichen.jobs.kinds import Outcome
from shichen.jobs.models import Job
from shichen.jobs.progress import Progress
from shichen.jobs.services import Asked
from shichen.journal.models import Entry
from shichen.journal.services import Said
from shichen.records import lake
from shichen.records.bulk import receiving
from shichen.records.bulk.receiving import Delivery
from shichen.records.manifest import Load, Place
from shichen.refusal import Refusal
from shichen.registers.checkpoints.models import Passing, Post

if TYPE_CHECKING:  # what works files loads the engine, half a second that pages and other commands do not pay
    from shichen.records.bulk import reading
    from shichen.records.bulk.reading import Site

POST = "post"
BEFORE = timedelta(days=60)
"""How long before the event began a passing may lie: who was where is asked of the weeks before it was known."""


def receive(delivery: Delivery, *, by: Account) -> tuple[Load, bool]:
    """Keep a load; whether it was here before. Raises Refusal, also for who may not report for that unit."""
    at = now()
    if not city.may_submit(by, unit=delivery.unit, area=delivery.area, event=delivery.event, at=at):
        raise Refusal(f"{by.display_name} 无权以「{delivery.unit}」的名义在{delivery.area}报送。", rule="报送范围")
    return receiving.receive(delivery, settings.LAKE, settings.KEYRING, at=at, by=by)


def work(load: Load, *, progress: Callable[[int, int], None] | None = None) -> Load:
    """Bring a load into the lake, and tell the log what came of it. Raises Refusal where the machine, not the file, is at fault."""
    from shichen.records.bulk import loading  # loads the engine

    return loading.work(load, place(load.event, load.unit), then=told, progress=progress)


def ask(load: Load) -> Job:
    """Have a load worked in the background; the job that is at it already, if there is one."""
    title = load.filename or f"过卡流水 {load.number}"
    asked = Asked("passings", str(load.id), title, load.unit, load.area, load.event, total=load.size)
    return jobs.ask(asked, by=load.account)


def ask_waiting(at: datetime) -> int:
    """Ask again for loads that were kept and then nobody came to work them; how many wait."""
    return len([ask(load) for load in waiting(at)])


def _run(job: Job, progress: Progress) -> Outcome:
    load = Load.objects.get(id=job.subject)
    load = work(load, progress=lambda done, total: progress.at(done, total))
    return Outcome(load.note)


LOAD = kinds.declare(kinds.Kind("passings", "过卡流水入库", "Bulk passings", _run))


def withdraw(load: Load, reason: str, *, by: Account) -> Load:
    """Take a load out of every count (作废), and tell the log why. Raises Refusal."""

    def then(load: Load) -> None:
        put_back()
        _tell(load, f"作废过卡流水第{load.number}批：{reason.strip()}。", "withdraw_passings", by)

    from shichen.records.bulk import keeping  # loads the engine

    return keeping.withdraw(load, place(load.event, load.unit), reason, then=then)


def put_back() -> None:
    """The single passings that some file had brought before them are hot again, and sealed with the next watch (封存): where it still
    stands they are found there once more, where it was withdrawn they come in."""
    Passing.objects.current().filter(load__isnull=False, taken=0).update(load=None, sealed_at=None)


def place(event: Event, unit: Body) -> reading.Place:
    """Where loads of a unit are worked: the city's lake, clock and posts."""
    began = watches.clock(event.started_on, 0) - BEFORE
    from shichen.records.bulk import reading  # loads the engine

    return reading.Place(
        folder=settings.LAKE,
        ring=settings.KEYRING,
        zone=watches.SHANGHAI,
        home=home_province(),
        sites=tuple(words_of(unit)),
        since=lake.seconds(began),
        clock=timezone.now,  # leases go by the machine's clock: two processes must agree, whatever a replay says
    )


def home_province() -> int:
    """The first two figures of the city's code (GB/T 2260)."""
    code = city.the_city().code[:2]
    return int(code) if code.isdigit() else 0


def words_of(unit: Body) -> Iterable[Site]:
    """Every post by its number, its name and network:number, with its place and when it stood.

    A word that posts of two networks share means the one of the sender's own network; without one it means none.
    """
    posts = list(Post.objects.current().select_related("network"))
    places = places_of(posts)
    found: dict[str, list[Post]] = {}
    for post in posts:
        for word in {post.code, post.name, f"{post.network_id}:{post.code}"}:
            found.setdefault(word, []).append(post)
    for word, several in found.items():
        own = [post for post in several if post.network.run_by_id == unit.pk]
        meant = several if len(several) == 1 else own
        if len(meant) == 1:
            yield word, places[str(meant[0].first)], _opened(meant[0]), _closed(meant[0]), 0


def places_of(posts: Iterable[Post]) -> dict[str, int]:
    """The number of each post in bulk rows, by its first version; given once, never again."""
    known = dict(Place.objects.filter(kind=POST).values_list("ref", "code"))
    for post in posts:
        ref = str(post.first)
        if ref not in known:
            known[ref] = Place.objects.get_or_create(kind=POST, ref=ref)[0].pk
    return known


def told(load: Load) -> None:
    """The log entry of a load that was committed, in its transaction."""
    taken = f"入库{load.taken}条"
    beside = "".join(
        f"，{name}{count}条" for name, count in (("重复", load.duplicate), ("拒收", load.rejected)) if count
    )
    _tell(load, f"接收过卡流水{load.read}条：{taken}{beside}。", "load_passings", load.account)


def _tell(load: Load, text: str, act: str, by: Account) -> None:
    said = Said(
        text=text,
        unit=load.unit,
        area=load.area,
        event=load.event,
        kind=Entry.Kind.SYSTEM,
        topic="checkpoint",
        reported_at=load.received_at,
        act=act,
    )
    tell(said, {}, by=by)


def waiting(before: datetime) -> list[Load]:
    """Loads that were kept but are not in the lake, because a process ended in between."""
    states = (Load.State.RECEIVED, Load.State.WORKING)
    sent = Load.objects.filter(table=lake.PASSINGS, state__in=states, received_at__lt=before)
    return list(sent.exclude(channel=Load.SEALED).order_by("number"))


def _opened(post: Post) -> int:
    return lake.seconds(watches.clock(post.opened_on, 0))


def _closed(post: Post) -> int:
    return lake.seconds(watches.clock(post.closed_on, 0)) if post.closed_on else 2**31 - 1


def compact() -> int:
    """Make one file of the segments of each day; how many days."""
    if not Load.objects.exists():
        return 0
    from shichen.records.bulk import keeping  # loads the engine

    return len(keeping.compact(place(city.the_event(), city.the_office())))


def expire(at: datetime) -> int:
    """Destroy what is older than it may be kept, and sweep what crashes left; how many files."""
    if not Load.objects.exists():
        return 0
    from shichen.records.bulk import keeping  # loads the engine

    keep = timedelta(days=settings.CONFIG["lake.keep_days"])
    gone = keeping.expire(settings.LAKE, settings.KEYRING, keep, at=at)
    return len(gone) + len(keeping.sweep(settings.LAKE, before=at - timedelta(days=7)))


def verify(at: datetime) -> int:
    """Compare every file with the manifest; how many were set aside."""
    if not Load.objects.exists():
        return 0
    from shichen.records.bulk import keeping  # loads the engine

    return len(keeping.verify(settings.LAKE, at=at).damaged)
