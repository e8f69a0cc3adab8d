"""Looking after the lake (养护): segments of a day made one file, files checked byte for byte, old days destroyed, orphans swept."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction

from shichen import watches
from shichen.keys import Keyring
from shichen.records import commits, lake, leases, pseudonyms, seen
from shichen.records.bulk import durable, loading, tables, writing
from shichen.records.bulk.reading import Place
from shichen.records.bulk.shape import Table
from shichen.records.manifest import Batch, Lease, Load, Snapshot
from shichen.refusal import Refusal
from shichen.tracing import digests
from shichen.tracing.digests import Digest

if TYPE_CHECKING:
    import duckdb

MANY = 2
"""Segments of one layout and day from which on they are made one."""


@dataclass
class Verified:
    """What a look at every file found."""

    files: int = 0
    bytes: int = 0
    damaged: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)


def view(folder: Path, snapshot: int | None = None) -> lake.View:
    """What the lake holds now, or held at a snapshot: its files, and those that are set aside."""
    found = Batch.objects.exclude(state=Batch.State.ERASED)
    if snapshot is None:
        found = found.filter(removed=None)
        last = Snapshot.objects.order_by("-number").values_list("number", flat=True).first() or 0
    else:
        found, last = found.filter(added__lte=snapshot).exclude(removed__lte=snapshot), snapshot
    files: list[lake.File] = []
    missing: list[lake.File] = []
    for batch in found.order_by("table", "layout", "day", "pk"):
        (files if batch.state == Batch.State.LIVE else missing).append(seen.file_of(batch))
    return lake.View(folder, last, tuple(files), tuple(missing))


def verify(folder: Path, *, at: datetime, deep: bool = False) -> Verified:
    """Compare the bytes of every file with the manifest; a bad one is set aside (隔离), so that nothing is counted over it.

    With `deep` the rows are read too, and their digest compared: a file whose bytes are right but whose rows are not has a bad writer.
    """
    found = Verified()
    con = lake.connect(folder, lake.Settings(memory="400MB")) if deep else None
    try:
        for batch in Batch.objects.exclude(state=Batch.State.ERASED).order_by("pk"):
            path = folder / batch.path
            found.files += 1
            whole = path.exists() and path.stat().st_size == batch.size and durable.digest(path) == batch.sha256
            if whole and con is not None and batch.layout in (lake.PLACE, lake.PERSON):
                said = Digest.read(batch.row_digest)
                whole = writing.row_digest(batch.table, con, path, form=said.form) == said
            if whole:
                found.bytes += batch.size
            else:
                found.damaged.append(batch.path)
            state = Batch.State.LIVE if whole else Batch.State.QUARANTINED
            Batch.objects.filter(pk=batch.pk).update(state=state, checked_at=at)
    finally:
        if con is not None:
            con.close()
    found.orphans = sorted(str(path.relative_to(folder)) for path in orphans(folder))
    return found


def compact(place: Place, *, days: Sequence[date] | None = None, without: Load | None = None) -> list[Snapshot]:
    """Make one sorted file of the segments of each day that has several; each day is a snapshot of its own. Raises Refusal.

    With `without`, the rows of one load are left out of every day it is in: that is how a load is withdrawn (作废).
    """
    of = [without.table] if without is not None else list(tables.TABLES)
    done = []
    for name, day in [(one, day) for one in of for day in (_crowded(one, without) if days is None else days)]:
        holder = uuid.uuid4()
        try:
            leases.take(name, [day], holder, place.clock)
            snapshot = _compacted(tables.of(name), place, day, holder, without)
        finally:
            leases.leave(holder)
        if snapshot is not None:
            done.append(snapshot)
    return done


def withdraw(load: Load, place_of: Callable[[Load], Place], reason: str, *, then: Callable[[Load], None]) -> Load:
    """Take a load out of every count (作废): its rows leave the files, its row in the manifest stays. Raises Refusal.

    `place_of` says of any load where it is worked: words mean what they mean for its own sender.
    """
    if load.state == Load.State.WITHDRAWN:
        raise Refusal("这一批已经作废。", rule="先到先更")
    if load.channel == Load.SEALED:
        raise Refusal("这一批是封存的逐车记录；请逐条更正或作废，下一时辰末随之移出流水。", rule="封存")
    if not reason.strip():
        raise Refusal("更正或作废要写明理由。", field="reason")
    _must_be_seen(load)
    compact(place_of(load), without=load)
    compared_again(load, place_of)
    with transaction.atomic():
        Load.objects.filter(pk=load.pk).update(state=Load.State.WITHDRAWN, note=f"作废：{reason.strip()}"[:400])
        load.refresh_from_db()
        then(load)
    return load


def _must_be_seen(load: Load) -> None:
    """Raises Refusal where the rows of a load may lie in a file of several that nobody can read: restored, it would count again."""
    merged = commits.live(load.table).filter(
        state=Batch.State.QUARANTINED, load=None, day__in=_crowded(load.table, load)
    )
    day = merged.order_by("day").values_list("day", flat=True).first()
    if day is not None:
        raise Refusal(
            f"{day} 合并过的数据文件已隔离，看不出里面有没有这一批；请先从备份恢复，运行 shichen lake verify，再作废。",
            rule="数据不完整",
        )


def compared_again(gone: Load, place_of: Callable[[Load], Place], *, since: int = 0) -> None:
    """Compare the loads once more that had resent records of one which is gone, or of which some left: those are theirs now.

    What came in up to the snapshot `since` cannot have resent them; what is destroyed by now cannot be read again.
    """
    others = Load.objects.filter(table=gone.table, state=Load.State.COMMITTED, duplicate__gt=0, snapshot__gt=since)
    for other in others.exclude(pk=gone.pk).exclude(channel=Load.SEALED):
        try:
            loading.again(other, place_of(other))
        except Refusal as refusal:
            if refusal.rule != "留存期限":
                raise


def expire(folder: Path, ring: Keyring, keep: timedelta, *, at: datetime) -> list[str]:
    """Destroy the days that are older than they may be kept, and what was sent with them; the roll-ups stay.

    A day of stays is as old as its last departure. The manifest says first that the files are gone, then they go, then the keys
    that made their pseudonyms and originals: a crash in between leaves files that nobody reads, which the next run takes away.
    """
    last = lake.seconds(watches.clock(watches.local(at).date() - keep, 0))
    with transaction.atomic():
        old = Batch.objects.filter(until__lt=last).exclude(layout=lake.ROLLUP).exclude(state=Batch.State.ERASED)
        if old.filter(removed=None).exists():
            snapshot = Snapshot.objects.create(at=at, act=commits.EXPIRE)
            old.filter(removed=None).update(removed=snapshot)
        old.update(state=Batch.State.ERASED)
    erased = list(Batch.objects.filter(state=Batch.State.ERASED).values_list("path", flat=True))
    loads = Load.objects.filter(received_at__lt=at - keep).exclude(state__in=(Load.State.RECEIVED, Load.State.WORKING))
    erased += [path for pair in loads.values_list("raw", "refused") for path in pair if path]
    standing = set(Batch.objects.exclude(state=Batch.State.ERASED).values_list("path", flat=True))
    gone = [path for path in erased if path not in standing and (folder / path).exists()]
    durable.removed(folder / path for path in gone)
    _forget(ring, at - keep)
    return gone


def erase_replaced(folder: Path, cited: Iterable[int], *, before: datetime) -> list[str]:
    """Erase the files that compaction, sealing or a withdrawal replaced before a moment, unless a snapshot that is cited saw them.

    The roll-ups stay, for questions of a past moment. The manifest says first that they are gone, then they go.
    """
    seen_by = sorted(cited)
    old = Batch.objects.filter(removed__at__lt=before).exclude(layout=lake.ROLLUP).exclude(state=Batch.State.ERASED)
    gone = [one for one in old if not any(one.added_id <= number < (one.removed_id or 0) for number in seen_by)]
    Batch.objects.filter(pk__in=[one.pk for one in gone]).update(state=Batch.State.ERASED)
    standing = set(Batch.objects.exclude(state=Batch.State.ERASED).values_list("path", flat=True))
    paths = [one.path for one in gone if one.path not in standing]
    durable.removed(folder / path for path in paths)
    return paths


def sweep(folder: Path, *, before: datetime) -> list[str]:
    """Take away what a crash left behind and no row of the manifest speaks of; how each was called."""
    left = [path for path in orphans(folder) if path.stat().st_mtime < before.timestamp()]
    durable.removed(left)
    return [str(path.relative_to(folder)) for path in left]


def orphans(folder: Path) -> Iterator[Path]:
    """Files of the lake that no row speaks of, and what is unfinished while nobody is at work."""
    known = set(Batch.objects.exclude(state=Batch.State.ERASED).values_list("path", flat=True))
    known |= {path for pair in Load.objects.values_list("raw", "refused") for path in pair}
    for name in (lake.PASSINGS, lake.STAYS, "raw", "rejects"):
        yield from (
            one for one in (folder / name).rglob("*") if one.is_file() and str(one.relative_to(folder)) not in known
        )
    if not Lease.objects.exists():
        yield from (one for one in (folder / "tmp").rglob("*") if one.is_file() and "spill" not in one.parts)


def _crowded(table: str, without: Load | None) -> list[date]:
    segments: dict[date, int] = defaultdict(int)
    found = commits.live(table).filter(layout=lake.PLACE)
    if without is not None:
        return sorted(set(without.batches.values_list("day", flat=True)) | set(_days_between(without)))
    for day in found.values_list("day", flat=True):
        segments[day] += 1
    return sorted(day for day, count in segments.items() if count >= MANY)


def _days_between(load: Load) -> list[date]:
    """Days whose file was compacted since the load came in: its rows may be in any of them."""
    later = commits.live(load.table).filter(layout=lake.PLACE, load=None, added__gte=load.snapshot_id or 0)
    return list(later.values_list("day", flat=True))


def _compacted(table: Table, place: Place, day: date, holder: uuid.UUID, without: Load | None) -> Snapshot | None:
    live = commits.live(table.name).filter(day=day)
    own = (
        commits.standing(live.filter(load=without)) if without is not None else []
    )  # go unread: they hold nothing else
    batches = commits.standing(live.filter(state=Batch.State.LIVE).exclude(pk__in=[one.pk for one in own]))
    segments = [one for one in batches if one.layout == lake.PERSON]
    if not own and (not segments or (without is None and len(segments) < MANY)):
        return None
    files = [seen.file_of(one) for one in batches]
    lake.must_be_whole(lake.View(place.folder, 0, tuple(files)), files)
    with lake.workplace(place.folder, f"compact-{holder.hex[:8]}") as aside:
        con = lake.connect(place.folder, place.settings)
        try:
            parts = _merged(con, table, place, segments, without, aside) if segments else []
            if without is None:
                _must_agree(con, place.folder, segments, parts)
        finally:
            con.close()
        with transaction.atomic():
            return commits.commit(
                "withdraw" if without is not None else "compact",
                table.name,
                [(part, None) for part in parts],
                [one.pk for one in [*batches, *own]],
                holder=holder,
                period=lambda part: pseudonyms.period_of(part.earliest),
                load=without,
                at=place.clock(),
            )


def _merged(
    con: duckdb.DuckDBPyConnection,
    table: Table,
    place: Place,
    segments: Sequence[Batch],
    without: Load | None,
    aside: Path,
) -> list[writing.Part]:
    """The files of a day made of several, without the rows of one load."""
    rows = f"SELECT * FROM {lake.reading([place.folder / one.path for one in segments])}"
    left = f" WHERE load <> {without.number}" if without is not None else ""
    con.execute(f"CREATE TEMP VIEW merged AS SELECT *, 0 AS k FROM ({rows}){left}")
    when = writing.days(min(one.earliest for one in segments), max(one.latest for one in segments), place.zone)
    return writing.files(table, con, "merged", place.folder, aside, list(when), load="load", home=place.home)


def _must_agree(
    con: duckdb.DuckDBPyConnection, folder: Path, before: Sequence[Batch], after: Sequence[writing.Part]
) -> None:
    """Count and sum of the natural keys are the same before and after, or the new file is not taken."""
    was = [Digest.read(one.row_digest) for one in before]
    for at, one in enumerate(before):
        if was[at].form != digests.NUMBER:  # written before rows were added up as numbers: added up anew
            was[at] = writing.row_digest(one.table, con, folder / one.path)
    now = [Digest.read(part.row_digest) for part in after if part.layout == lake.PERSON]
    none = Digest(0, 0, digests.NUMBER)
    if sum(was, none) != sum(now, none):
        raise AssertionError("the rows before and after compaction are not the same")


def _forget(ring: Keyring, before: datetime) -> None:
    """Destroy the keys of periods and months that nothing is kept of any more."""
    standing = Batch.objects.filter(layout__in=(lake.PLACE, lake.PERSON)).exclude(state=Batch.State.ERASED)
    first = min([pseudonyms.period_of(lake.seconds(before)), *standing.values_list("period", flat=True)])
    month = f"raw-{before:%Y-%m}"
    for name in ring.names():
        kind, _, rest = name.partition("-")
        if (kind == "passings" and rest.isdigit() and int(rest) < first) or (kind == "raw" and name < month):
            ring.destroy(name)
