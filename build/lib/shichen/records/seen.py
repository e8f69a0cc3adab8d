"""What a moment sees of the manifest (清单): the files of some days at a snapshot, and those of them that are set aside or altered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from shichen.records import lake
from shichen.records.manifest import Batch, Snapshot


def snapshot(as_of: datetime | None = None) -> int:
    """The last change of the manifest, or the last one by a moment; 0 where there was none."""
    found = Snapshot.objects.all() if as_of is None else Snapshot.objects.filter(at__lte=as_of)
    return found.order_by("-number").values_list("number", flat=True).first() or 0


def view(
    folder: Path, table: str, days: Iterable[date], number: int, layouts: Iterable[str] = lake.LAYOUTS
) -> lake.View:
    """The files of a table on those days, as snapshot `number` sees them; files whose bytes changed since stand among the missing.

    Files that compaction replaced may be erased by now; the roll-ups of every snapshot stay.
    """
    found = Batch.objects.filter(table=table, day__in=list(days), layout__in=list(layouts), added__lte=number)
    files: list[lake.File] = []
    missing: list[lake.File] = []
    for batch in found.exclude(removed__lte=number).exclude(state=Batch.State.ERASED).order_by("layout", "day", "pk"):
        (files if batch.state == Batch.State.LIVE else missing).append(file_of(batch))
    return lake.View(folder, number, tuple(files), tuple(missing))


def file_of(batch: Batch) -> lake.File:
    """A row of the manifest as a question needs it."""
    return lake.File(
        batch.path,
        batch.table,
        batch.layout,
        batch.day,
        batch.rows,
        batch.size,
        batch.sha256,
        batch.earliest,
        batch.latest,
        batch.period,
        batch.until,
    )
