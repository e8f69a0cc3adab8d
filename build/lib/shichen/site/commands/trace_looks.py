"""The other questions of `shichen trace`: where persons and plates were, who came from an area, counts by post and watch."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TextIO

import click

from shichen import watches

if TYPE_CHECKING:
    from shichen.tracing.engine import Engine

Pseudonym = Callable[[str, int], int]
TRACKED = (
    "period",
    "person",
    "t",
    "place",
    "what",
    "vehicle",
    "dir",
    "outcome",
    "region",
    "temp",
    "dur",
    "kind",
    "seat",
    "at",
    "site",
)
"""Where somebody was: passings and stays in the order of time, each with its own columns."""


ARRIVED = ("period", "person", "n", "first", "last", "first_at", "last_at")
COUNTED = ("day", "watch", "slot", "place", "site", "dir", "outcome", "n", "n_vehicle", "n_person")


def of_the_lake(engine: Engine, out: TextIO, span: tuple[int, int], said: dict[str, Any]) -> None:
    """Who came from an area, or how many passed where: of the whole lake, not of a list of persons. Raises Refusal."""
    from shichen.records import looks

    if said["counts"]:
        named = _sites()
        rows = [row | {"site": named.get(row["place"], "")} for row in looks.counts(engine, *span)]
        _write(out, COUNTED, rows, as_json=said["as_json"])
        click.echo(f"各卡点各时辰：{sum(row['n'] for row in rows)} 人次。", err=True)
        return
    regions = [looks.region(one) for one in said["region"]]
    found = list(looks.arrivals(engine, regions, *span))
    rows = [row | {"first_at": _local(row["first"]), "last_at": _local(row["last"])} for row in found[: said["limit"]]]
    _write(out, ARRIVED, rows, as_json=said["as_json"])
    click.echo(f"从所列来源地来的：{len(found)} 人，列出 {len(rows)} 人。", err=True)


def tracks(
    engine: Engine, asked: list[Any], pseudonym: tuple[Pseudonym, Pseudonym], out: TextIO, *, as_json: bool
) -> None:
    """Where persons and plates were, each in the order of time; with `--json` only how many rows of each period."""
    from shichen.records import looks, traces

    listed = [row for part in traces.parts(asked, pseudonym[0]) for row in looks.persons(engine, part)]
    listed += looks.plates(engine, asked, pseudonym[1])
    periods = Counter(row["period"] for row in listed)
    if as_json:
        out.writelines(json.dumps({"period": one, "rows": count}) + "\n" for one, count in sorted(periods.items()))
        return
    named = _sites()
    listed.sort(key=lambda row: (row["period"], *_who(row), row["t"], row["place"], row["person"]))
    _write(
        out,
        TRACKED,
        [row | {"at": _local(row["t"]), "site": named.get(row["place"], "")} for row in listed],
        as_json=False,
    )
    for period, count in sorted(periods.items()):
        click.echo(f"假名周期 {period}：轨迹 {count} 条。", err=True)


def _who(row: dict[str, Any]) -> tuple[bool, int]:
    """Persons first, then vehicles, each with all that is known of it together."""
    vehicle = row["what"] == "vehicle"
    return vehicle, row["vehicle" if vehicle else "person"]


def _local(t: int) -> str:
    return watches.local(datetime.fromtimestamp(t, UTC)).isoformat(" ", "seconds")[:19]


def _sites() -> dict[int, str]:
    """What the codes of posts stand for, where there is a home that knows."""
    from django.conf import settings

    if not settings.configured:
        return {}
    from shichen.registers.loads import services as loads

    return {code: name for door in loads.DOORS.values() for code, name in door.name_of().items()}


def _write(out: TextIO, columns: tuple[str, ...], rows: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        return
    writer = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
