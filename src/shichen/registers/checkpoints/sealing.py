"""Single passings sealed into bulk rows at the end of each watch (封存): by the days of their times, late ones with the next watch.

Hot is a passing whose `load` is empty, not one that is later than something: queues of phones deliver days late. A sealed one that
was put right is a row that leaves the lake and one that comes in; until the watch ends, questions take the first away and add the other.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from shichen import watches
from shichen.audit.context import now
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.city.models import Account
from shichen.indicators.telling import tell
from shichen.journal import services as journal
from shichen.journal.models import Entry
from shichen.journal.services import Said
from shichen.records import lake, leases, pseudonyms
from shichen.records.manifest import Load
from shichen.registers.checkpoints import bulk
from shichen.registers.checkpoints.models import Passing
from shichen.registers.loads import services as loads

if TYPE_CHECKING:  # the engine is loaded where something is sealed
    from shichen.records.bulk.sealing import Sealed

HOT: dict[str, Any] = {"load": None, "taken": 0, "sealed_at": None, "left_in": None}
"""The columns of a passing that is in no file."""
DIRECTIONS = {Passing.Direction.IN: 1, Passing.Direction.OUT: 2}
OUTCOMES = {name: number for number, name in enumerate(Passing.Outcome.values, start=1)}
WATCH_OF = tuple("子" if name in (watches.EARLY_ZI, watches.LATE_ZI) else name for name in watches.CIVIL_SLOTS)
"""The watch of each of the thirteen slots of a civil day."""
AT_ONCE = 2_000
_MIDDLE = 1 << 63
Row = tuple[int, ...]


def unsealed(passing: Passing, before: datetime) -> None:
    """A new version is hot. Moved into the time of another key, its pseudonyms would say nothing, and go."""
    for name, value in HOT.items():
        setattr(passing, name, value)
    if pseudonyms.period_of(_second(passing)) != pseudonyms.period_of(lake.seconds(before)):
        passing.plate, passing.people = None, []


def rows_of(passing: Passing, place: int) -> list[Row]:
    """A passing as bulk rows: one of each person with a document, one of all others; place as it is numbered there.

    A vehicle without a plate has a number of its own, under which nothing else is found: it counts as a vehicle. In the order of
    `records.bulk.sealing.TYPES`, without `k`; the temperature stands on the first row.
    """
    who: list[tuple[int, int]] = [(person, 1) for person in passing.people[: passing.persons]]
    if passing.persons > len(who):
        who.append((0, passing.persons - len(who)))
    vehicle = (passing.plate or _unplated(passing)) if passing.vehicles else 0
    said = DIRECTIONS[Passing.Direction(passing.direction)], OUTCOMES[passing.outcome], 0
    second, warm = _second(passing), passing.temperature or 0
    return [
        (second, place, vehicle, person, *said, warm if first == 0 else 0, number)
        for first, (person, number) in enumerate(who)
    ]


def in_lake(passing: Passing, place: int) -> list[Row]:
    """Of those rows, the ones that the lake took."""
    return [row for bit, row in enumerate(rows_of(passing, place)) if passing.taken >> bit & 1]


def hot() -> Any:
    """The passings that stand and are in no file yet."""
    return Passing.objects.current().filter(load=None)


def leaving() -> Any:
    """The versions that were replaced or taken out after they were sealed, and whose rows still lie in the lake."""
    return Passing.objects.filter(load__isnull=False, left_in=None, superseded_at__isnull=False, taken__gt=0)


def seal(at: datetime) -> int:
    """Seal what was entered before the watch of `at` began; how many passings. Raises Refusal where the disk is full."""
    cut = _began(at)
    fresh = list(hot().filter(recorded_at__lt=cut).select_related("post").order_by("occurred_from", "pk"))
    kept = at - timedelta(
        days=settings.CONFIG["lake.keep_days"]
    )  # older ones are in no file any more, only in the roll-ups
    gone = list(
        leaving()
        .filter(superseded_at__lt=cut, occurred_from__gte=kept)
        .select_related("post", "load")
        .order_by("occurred_from", "pk")
    )
    if not fresh and not gone:
        return 0
    return _Sealing(fresh, gone, accounts.system()).run(cut)


class _Sealing:
    """The passings of one run: what comes into the lake, and what leaves it."""

    def __init__(self, fresh: list[Passing], gone: list[Passing], by: Account) -> None:
        self.fresh, self.gone, self.by = fresh, gone, by
        self.places = bulk.places_of({one.post.first: one.post for one in [*fresh, *gone]}.values())
        self.rows: list[tuple[int, ...]] = []
        self.of: list[tuple[Passing, int]] = []  # of each row, by its number: whose it is, and which of its bits
        for passing in fresh:
            for bit, row in enumerate(rows_of(passing, self._place(passing))):
                self.of.append((passing, bit))
                self.rows.append((len(self.rows), *row))

    def run(self, cut: datetime) -> int:
        from shichen.records.bulk import keeping, sealing  # loads the engine, where there is something to seal

        leaves = [
            (number, *row, one.load_id)
            for number, one in enumerate(self.gone)
            for row in in_lake(one, self._place(one))
        ]
        load, place = _pending(self.by, cut), loads.place()
        done = sealing.seal(
            load,
            sealing.columns(sealing.TYPES, self.rows),
            sealing.columns(sealing.GONE, leaves),  # type: ignore[arg-type]
            place,
            then=self._sealed,
        )
        if done is not None and self.gone:
            first = min(one.load.snapshot_id or 0 for one in self.gone if one.load)
            keeping.compared_again(done, loads.place_of, since=first)  # a file may have brought again what left
        return len(self.fresh) if done is not None else 0

    def _sealed(self, load: Load, done: Sealed) -> None:
        """In the transaction that commits the files: whose rows they are, what is counted, and the log entry."""
        moment = now()
        fresh = [one for one in self.fresh if _day(one) not in done.waiting]
        taken: dict[str, int] = defaultdict(int)
        for number, (passing, bit) in enumerate(self.of):
            taken[str(passing.pk)] |= (number in done.fresh) << bit
        by_bits: dict[int, list[Any]] = defaultdict(list)
        for one in fresh:
            by_bits[taken[str(one.pk)]].append(one.pk)
        for bits, keys in by_bits.items():
            for some in _several(keys):
                Passing.objects.filter(pk__in=some, load=None).update(load=load, taken=bits, sealed_at=moment)
        left = [one for number, one in enumerate(self.gone) if number in done.left]
        if not fresh and not left:
            raise leases.Lost  # all wait for a file to be mended: nothing is committed
        for some in _several([one.pk for one in left]):
            Passing.objects.filter(pk__in=some, left_in=None).update(left_in=load.snapshot_id)
        read = sum(_day(passing) not in done.waiting for passing, _ in self.of)
        load.read, load.taken = read, len(done.fresh)
        load.duplicate, load.note = read - len(done.fresh), _said(fresh, left)
        load.digest, load.details = _digest(load, fresh, left), {"passings": len(fresh), "left": len(left)}
        load.save(update_fields=["read", "taken", "duplicate", "note", "digest", "details"])
        tell(_told(load), {}, by=self.by)

    def _place(self, passing: Passing) -> int:
        return self.places[str(passing.post.first)]


@transaction.atomic
def _pending(by: Account, cut: datetime) -> Load:
    """The load that is being made: a number for the rows, which one that a crash left behind has already."""
    office, area, event = city.the_office(), city.the_city(), city.the_event()
    slot = watches.slot(cut, watches.Day.PAGE)
    fields = {
        "unit": office,
        "area": area,
        "area_path": area.path,
        "event": event,
        "account": by,
        "size": 0,
        "received_at": now(),
        "filename": f"逐车记录封存 {slot.date:%m-%d} {slot.label}时前",
    }
    pending = {"table": lake.PASSINGS, "channel": Load.SEALED, "state": Load.State.WORKING, "digest": ""}
    load, made = Load.objects.get_or_create(**pending, defaults=fields)
    if not made:
        Load.objects.filter(pk=load.pk).update(**fields)
        load.refresh_from_db()
    return load


def _began(at: datetime) -> datetime:
    """When the watch began that `at` lies in: what came before belongs to watches that are over."""
    slot = watches.slot(at, watches.Day.PAGE)
    return watches.bounds(slot.date, slot.label, watches.Day.PAGE).start


def _digest(load: Load, fresh: Iterable[Passing], left: Iterable[Passing]) -> str:
    """Which versions of which records came in, and which left, this time."""
    said = [str(load.id)]
    said += [f"+{one.first}:{one.revision}" for one in fresh] + [f"-{one.first}:{one.revision}" for one in left]
    return hashlib.sha256("\n".join(sorted(said)).encode()).hexdigest()


def _said(fresh: list[Passing], left: list[Passing]) -> str:
    parts = [f"封存逐车记录{len(fresh)}条"] if fresh or not left else []
    if left:
        parts.append(f"移出已更正或作废的{len(left)}条")
    return "，".join(parts)


def _told(load: Load) -> Said:
    return journal.about(load, f"{load.note}。", kind=Entry.Kind.SYSTEM, topic="checkpoint", act="seal_passings")


def _several(keys: list[Any]) -> Iterable[list[Any]]:
    return (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))


def _unplated(passing: Passing) -> int:
    return (int.from_bytes(passing.client_id.bytes[:8], "big") - _MIDDLE) or 1


def _day(passing: Passing) -> date:
    return watches.civil_day(passing.occurred_from)  # type: ignore[arg-type]


def _second(passing: Passing) -> int:
    return lake.seconds(passing.occurred_from)  # type: ignore[arg-type]
