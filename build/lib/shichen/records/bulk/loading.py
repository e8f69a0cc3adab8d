"""Bringing a load into the lake (入库): read, check, compare and write it piece by piece; commit it whole or not at all."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F

from shichen.keys import Keyring
from shichen.records import commits, lake, leases, pseudonyms, seen
from shichen.records.bulk import cutting, durable, parsing, raw, reading, tables, writing
from shichen.records.bulk.comparing import Comparer
from shichen.records.bulk.parsing import Parsed
from shichen.records.bulk.reading import Place
from shichen.records.bulk.task import Task
from shichen.records.bulk.writing import Part
from shichen.records.manifest import Load
from shichen.refusal import Refusal

State = Load.State
AT_ONCE = 600_000
"""Rows that are compared and written at once: a city's day and a little more."""


def work(
    load: Load, place: Place, *, then: Callable[[Load], None], progress: Callable[[int, int], None] | None = None
) -> Load:
    """Bring a load into the lake. What cannot be read stays, held, with the reason; a crash at any point changes nothing."""
    if load.state not in (State.RECEIVED, State.WORKING):
        return load
    Load.objects.filter(pk=load.pk, state=State.RECEIVED).update(state=State.WORKING)
    load.refresh_from_db()
    try:
        with durable.no_room_said():
            return _worked(load, place, then, progress or (lambda done, total: None))
    except Refusal as refusal:
        if refusal.rule in ("磁盘", "占用"):
            raise
        return hold(load, refusal.sentence)


def hold(load: Load, sentence: str) -> Load:
    """Keep a load as it is, with why nothing more was made of it (待更正)."""
    Load.objects.filter(pk=load.pk).exclude(state=State.COMMITTED).update(state=State.HELD, note=sentence[:400])
    load.refresh_from_db()
    return load


def again(load: Load, place: Place) -> Load:
    """Compare the records of a committed load with the lake once more: of those that were there before, some may be gone.

    So it is when another load, that brought them first, is withdrawn: then they are this one's. Raises Refusal.
    """
    holder = uuid.uuid4()
    try:
        with durable.no_room_said(), lake.workplace(place.folder, f"again-{load.number}-{holder.hex[:8]}") as aside:
            done = _Work(load, place, holder, aside, lambda done, total: None, keep=False).run()
            if done.taken:
                with transaction.atomic():
                    _taken_over(load, done, place, holder)
    except leases.Lost:
        return again(load, place)
    finally:
        leases.leave(holder)
    load.refresh_from_db()
    return load


def _worked(load: Load, place: Place, then: Callable[[Load], None], progress: Callable[[int, int], None]) -> Load:
    load.refresh_from_db()
    if load.state != State.WORKING:  # another process had it in hand too, and was first
        return load
    holder = uuid.uuid4()
    try:
        with lake.workplace(place.folder, f"load-{load.number}-{holder.hex[:8]}") as aside:
            done = _Work(load, place, holder, aside, progress).run()
            with transaction.atomic():
                _committed(load, done, place, holder, then)
    except leases.Lost:
        return _worked(load, place, then, progress)
    finally:
        leases.leave(holder)
    load.refresh_from_db()
    return load


@dataclass
class _Done:
    parts: list[Part] = field(default_factory=list)
    read: int = 0
    taken: int = 0
    rejected: int = 0
    duplicate: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    refused: str = ""


class _Work:
    """One load on its way into the lake."""

    def __init__(
        self,
        load: Load,
        place: Place,
        holder: uuid.UUID,
        aside: Path,
        progress: Callable[[int, int], None],
        *,
        keep: bool = True,
    ) -> None:
        """Without `keep` the refused records are left as they were kept before."""
        self.keep, self.table = keep, tables.of(load.table)
        self.load, self.place, self.holder, self.aside, self.progress = load, place, holder, aside, progress
        self.done = _Done()

    def run(self) -> _Done:
        with parsing.started() as child:
            task, stream = reading.opened(self.load, self.place)
            con = lake.connect(self.place.folder, self.place.settings)
            try:
                comparer = Comparer(con, self.place.ring, self.table, given=task.places)
                self._pieces(task, child.parsed(task, cutting.pieces(stream)), con, comparer)
            finally:
                con.close()
        self._must_add_up()
        return self.done

    def _pieces(self, task: Task, pieces: Iterable[Parsed], con: Any, comparer: Comparer) -> None:
        refused = _Refused(self.aside / "refused", parsing.heading_of(task), self.place.ring, self._key)
        mine: list[Path] = []
        waiting = 0
        for sent, parsed in enumerate(pieces, start=1):
            self.done.read += parsed.read
            self.done.rejected += parsed.rejected
            for name, count in parsed.reasons.items():
                self.done.reasons[name] = self.done.reasons.get(name, 0) + count
            refused.add(parsed.refused)
            comparer.take(parsed)
            waiting += parsed.ok
            if waiting >= AT_ONCE:
                mine, waiting = mine + self._rows(waiting, con, comparer, mine), 0
            self.progress(min(sent * cutting.PIECE, self.load.size), self.load.size)
        if waiting:
            self._rows(waiting, con, comparer, mine)
        path = f"rejects/{self.load.id}"
        if self.keep and refused.keep(self.place.folder / path):
            self.done.refused = path

    def _rows(self, waiting: int, con: Any, comparer: Comparer, mine: list[Path]) -> list[Path]:
        count, earliest, latest = comparer.waiting()
        if count != waiting:
            raise AssertionError(f"the child spoke of {waiting} rows, and there are {count}")
        when = list(writing.days(earliest, latest, self.place.zone))
        if not self.keep:
            self.done.duplicate += _without_destroyed(comparer, self.load.table, when)
            if not comparer.waiting()[0]:
                return []
        leases.take(self.load.table, [day.on for day in when], self.holder, self.place.clock)
        there = [self.place.folder / one.path for one in self._live(earliest, latest)]
        fresh = comparer.compare(there, mine)
        self.done.taken += fresh.rows
        self.done.duplicate += fresh.duplicate
        if not fresh.rows:
            return []
        parts = writing.files(
            self.table,
            con,
            "fresh",
            self.place.folder,
            self.aside,
            when,
            load=f"{self.load.number}::integer",
            home=self.place.home,
        )
        self.done.parts += parts
        return [self.place.folder / part.file.path for part in parts if part.layout == lake.PLACE]

    def _live(self, earliest: int, latest: int) -> list[lake.File]:
        """The files that may hold one of these rows; each is whole, or nothing is compared with it."""
        found = commits.live(self.load.table).filter(layout=lake.PLACE, earliest__lte=latest, latest__gte=earliest)
        files = [seen.file_of(one) for one in found]
        lake.must_be_whole(lake.View(self.place.folder, 0, tuple(files)), files)
        return files

    def _must_add_up(self) -> None:
        done, declared = self.done, self.load.declared
        if done.read != done.taken + done.rejected + done.duplicate:
            raise AssertionError(f"rows do not add up: {done.read} {done.taken} {done.rejected} {done.duplicate}")
        if declared is not None and declared != done.read:
            raise Refusal(
                f"申报 {declared} 行，读到 {done.read} 行，可能没有传完；没有入库，请核对后重送。", rule="行数"
            )
        if not done.read:
            raise Refusal("文件里只有表头，没有记录；没有入库。", field="file")

    @property
    def _key(self) -> str:
        return f"raw-{self.load.received_at:%Y-%m}"


def _without_destroyed(comparer: Comparer, table: str, when: Iterable[writing.Day]) -> int:
    """Leave out the rows of days that were destroyed on time: nothing brings them back. How many there were."""
    destroyed = commits.destroyed(table)
    return sum(comparer.leave_out(day.start, day.end) for day in when if day.on in destroyed)


class _Refused:
    """The refused records on their way: heading first, sealed from the first byte on."""

    def __init__(self, path: Path, heading: bytes, ring: Keyring, key: str) -> None:
        self.path, self.heading, self.ring, self.key = path, heading, ring, key
        self.writer: raw.Writer | None = None

    def add(self, data: bytes) -> None:
        if not data:
            return
        if self.writer is None:
            self.writer = raw.Writer(self.path, self.ring, self.key, most=1 << 62)
            self.writer.add(self.heading)
        self.writer.add(data)

    def keep(self, target: Path) -> bool:
        """Give them their name; whether there are any."""
        if self.writer is None:
            return False
        self.writer.finish()
        raw.named(self.path, target)
        return True


def _committed(load: Load, done: _Done, place: Place, holder: uuid.UUID, then: Callable[[Load], None]) -> None:
    at = place.clock()
    snapshot = commits.commit(
        "load",
        load.table,
        [(part, load) for part in done.parts],
        (),
        holder=holder,
        period=_period,
        load=load,
        at=at,
    )
    fields: dict[str, Any] = {
        "state": State.COMMITTED,
        "committed_at": at,
        "read": done.read,
        "taken": done.taken,
        "rejected": done.rejected,
        "duplicate": done.duplicate,
        "reasons": done.reasons,
        "refused": done.refused,
        "snapshot": snapshot,
        "note": _summary(done),
    }
    if not Load.objects.filter(pk=load.pk, state=State.WORKING).update(**fields):
        raise leases.Lost
    load.refresh_from_db()
    then(load)


def _taken_over(load: Load, done: _Done, place: Place, holder: uuid.UUID) -> None:
    """What a load takes over from one that was withdrawn: no longer there before, but its own."""
    parts = [(part, load) for part in done.parts]
    commits.commit("again", load.table, parts, (), holder=holder, period=_period, load=load, at=place.clock())
    counts = {"taken": F("taken") + done.taken, "duplicate": F("duplicate") - done.taken}
    Load.objects.filter(pk=load.pk).update(**counts)


def _period(part: Part) -> int:
    return pseudonyms.period_of(part.earliest)


def _summary(done: _Done) -> str:
    parts = [f"读到 {done.read} 行", f"入库 {done.taken} 行"]
    if done.duplicate:
        parts.append(f"重复 {done.duplicate} 行")
    if done.rejected:
        parts.append(f"拒收 {done.rejected} 行")
    return "，".join(parts)
