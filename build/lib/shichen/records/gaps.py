"""Files of the lake that cannot be read (数据不完整): which, why, what they held as far as another file of theirs says, what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from shichen import watches
from shichen.records import lake, seen
from shichen.records.lake import File
from shichen.records.manifest import Batch

ASIDE, DAMAGED, DESTROYED = "aside", "damaged", "destroyed"
WHY = {ASIDE: _("已隔离"), DAMAGED: _("缺失或已损坏"), DESTROYED: _("明细到期已销毁")}
"""In words: set aside by a look at every file; not what the manifest says; rows destroyed on time, so that a watch cannot be cut."""
TO_DO = {
    ASIDE: _("从备份恢复该文件后运行 shichen lake verify；恢复不了的，作废该批后由报送人重送。"),
    DAMAGED: _("从备份恢复该文件后运行 shichen lake verify；恢复不了的，作废该批后由报送人重送。"),
    DESTROYED: _("到期的明细不能再拆开时辰；请以整时辰或当时的定稿为准。"),
}


@dataclass(frozen=True)
class Gap:
    """A file that cannot be read: why, by which load it came (None: made of several), which places and slots of its day it held.

    `held` is None where no other file of the same rows can be read either: it may be any place and any watch.
    """

    file: File
    why: str
    load: int | None = None
    held: frozenset[tuple[int, int]] | None = None

    @property
    def day(self) -> date:
        return self.file.day

    @property
    def said(self) -> str:
        """Why it cannot be read, in the language of the page."""
        return str(WHY[self.why])

    @property
    def to_do(self) -> str:
        """What can be done about it."""
        return str(TO_DO[self.why])

    def touches(self, place: int) -> bool:
        return self.held is None or any(one == place for one, _slot in self.held)

    @property
    def places(self) -> frozenset[int] | None:
        return None if self.held is None else frozenset(place for place, _slot in self.held)

    @property
    def watches(self) -> tuple[str, ...]:
        """The watches whose counts are lacking, in the order of the day; all of them where that is not known."""
        if self.held is None:
            return watches.WATCHES
        slots = {slot % 12 for _place, slot in self.held}
        return tuple(name for order, name in enumerate(watches.WATCHES) if order in slots)


def of(folder: Path, files: Iterable[File]) -> list[Gap]:
    """What is known of files that could not be read, one of each; nothing is asked where there are none."""
    wanted = {one.path: one for one in files}
    if not wanted:
        return []
    rows = Batch.objects.filter(path__in=list(wanted)).exclude(state=Batch.State.ERASED)
    batches = {one.path: one for one in rows.select_related("load")}
    found = []
    for path, file in sorted(wanted.items()):
        batch = batches.get(path)
        if batch is None:
            found.append(Gap(file, DAMAGED))
            continue
        found.append(Gap(file, _why(folder, batch), batch.load.number if batch.load else None, _held(folder, batch)))
    return found


def set_aside(gaps: Iterable[Gap]) -> int:
    """Set the damaged ones aside (隔离), as the look at all files would, so that everybody knows at once; how many. For the clock."""
    paths = [one.file.path for one in gaps if one.why == DAMAGED]
    live = Batch.objects.filter(path__in=paths, state=Batch.State.LIVE)
    return live.update(state=Batch.State.QUARANTINED) if paths else 0


def _why(folder: Path, batch: Batch) -> str:
    if batch.state == Batch.State.QUARANTINED:
        return ASIDE
    file = seen.file_of(batch)
    return DAMAGED if lake.damaged(lake.View(folder, 0, (file,)), [file]) else DESTROYED


def _held(folder: Path, batch: Batch) -> frozenset[tuple[int, int]] | None:
    """Which places and slots the rows of a file are of, by another file of the same rows."""
    others = Batch.objects.filter(table=batch.table, day=batch.day, added=batch.added, state=Batch.State.LIVE)
    same = others.filter(load=batch.load, layout__in=[lake.ROLLUP, lake.PLACE, lake.PERSON])
    files = [seen.file_of(one) for one in same]
    view = lake.View(folder, 0, tuple(files))
    bad = lake.damaged(view, files)
    whole = sorted((one for one in files if one not in bad), key=lambda one: one.layout != lake.ROLLUP)
    if not whole:
        return None
    con = lake.connect(folder, lake.Settings(threads=1, memory="200MB"))
    try:
        reading = lake.reading([view.path(whole[0])])
        if whole[0].layout == lake.ROLLUP:
            return frozenset(con.execute(f"SELECT DISTINCT place, slot FROM {reading}").fetchall())
        offset = watches.clock(batch.day, 12).utcoffset()
        shift = int(offset.total_seconds()) if offset else 0
        slot = f"(((t + {shift}) % 86400 + 3600) // 7200)::tinyint"
        return frozenset(con.execute(f"SELECT DISTINCT place, {slot} FROM {reading}").fetchall())
    finally:
        con.close()
