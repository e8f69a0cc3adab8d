"""Changes of the manifest (清单): files come in and go out in one transaction, as a snapshot of its own."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from shichen.audit.context import now
from shichen.records import lake, leases
from shichen.records.bulk.writing import Part
from shichen.records.manifest import Batch, Load, Snapshot

EXPIRE = "expire"


def live(table: str) -> Any:
    """The files of a table that stand now."""
    return Batch.objects.filter(table=table, removed=None)


@transaction.atomic
def commit(
    act: str,
    table: str,
    added: Sequence[tuple[Part, Load | None]],
    removed: Sequence[int],
    *,
    holder: uuid.UUID,
    period: Callable[[Part], int],
    load: Load | None,
    at: datetime,
) -> Snapshot:
    """A new snapshot: files in, files out, in one transaction with whatever its caller adds to it. Raises leases.Lost.

    `at` is the machine's time, by which leases go; the snapshot is of the moment of the act, which a replay may have set.
    """
    leases.must_hold(holder, {part.day for part, _ in added}, at)
    snapshot = Snapshot.objects.create(at=now(), act=act, load=load)
    Batch.objects.bulk_create([_batch(table, part, of, period(part), snapshot) for part, of in added])
    if removed:
        gone = Batch.objects.filter(pk__in=removed, removed=None).update(removed=snapshot)
        if gone != len(removed):
            raise leases.Lost
    return snapshot


def standing(batches: Sequence[Batch]) -> list[Batch]:
    """Of the files of a day, those whose rows are still there: a roll-up that outlived its rows is replaced by nothing."""
    whole = {one.added_id for one in batches if one.layout == lake.PERSON}
    return [one for one in batches if one.added_id in whole]


def destroyed(table: str) -> set[date]:
    """The days whose rows were destroyed on time (到期销毁)."""
    return set(Batch.objects.filter(table=table, removed__act=EXPIRE).values_list("day", flat=True))


def _batch(table: str, part: Part, load: Load | None, period: int, snapshot: Snapshot) -> Batch:
    import duckdb  # loaded by now: it wrote the file

    return Batch(
        path=part.file.path,
        table=table,
        layout=part.layout,
        day=part.day,
        rows=part.rows,
        size=part.file.size,
        sha256=part.file.sha256,
        row_digest=part.row_digest,
        earliest=part.earliest,
        latest=part.latest,
        until=part.until,
        period=period,
        load=load,
        writer=f"duckdb {duckdb.__version__}",
        added=snapshot,
    )
