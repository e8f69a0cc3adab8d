"""What was sent, opened for reading (读原件): against which posts or places, by which clock, with which columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path

from shichen.keys import KeyGone, Keyring
from shichen.records import lake
from shichen.records.bulk import checks, cutting, opening, parsing, raw, tables
from shichen.records.bulk.task import Task
from shichen.records.manifest import Load
from shichen.refusal import Refusal

AHEAD = 300
"""Seconds that a sender's clock may be ahead."""
Site = tuple[str, int, int, int, int]
"""A post or place as a load names it: its word (number or name), its code, the seconds from which and until which it stands, its kind."""


@dataclass(frozen=True)
class Place:
    """Where a load is worked: the lake, its keys, the city's clock and province, the posts or places, and when the event began."""

    folder: Path
    ring: Keyring
    zone: tzinfo
    home: int
    sites: Sequence[Site]
    since: int
    clock: Callable[[], datetime]
    settings: lake.Settings = field(default_factory=lambda: lake.Settings(memory="420MB", changing=True))


def read_again(load: Load, place: Place) -> Iterator[parsing.Parsed]:
    """The pieces of what was sent, as the child reads them now. Raises Refusal once it is destroyed."""
    with parsing.started() as child:
        task, stream = opened(load, place)
        yield from child.parsed(task, cutting.pieces(stream))


def opened(load: Load, place: Place) -> tuple[Task, Iterable[bytes]]:
    """What is to be read of a load, and the bytes behind its heading. Raises Refusal."""
    head = _head(_blocks(load, place))
    sent: Iterable[bytes] = _blocks(load, place)
    lined = not opening.is_arrow(head)
    if not lined:
        from shichen.records.bulk import arrow  # its library is loaded for those who send Arrow

        sent, head = arrow.as_csv(sent)
    sent, head = opening.lined(sent, head)
    found = opening.look(tables.of(load.table), head, load.details.get("mapping"))
    latest = lake.seconds(load.received_at) + AHEAD
    task = Task(
        table=load.table,
        format=found.format,
        encoding=found.encoding,
        delimiter=found.delimiter,
        places=found.assigned.places,
        headings=found.headings,
        line=head.count(b"\n", 0, found.skip) + 1 if lined else 0,
        earliest=place.since,
        latest=latest,
        offsets=checks.offsets_of(place.zone, place.since, latest),
        sites=tuple(place.sites),
        slots=(),
    )
    return task, opening.without(sent, found.skip)


def _blocks(load: Load, place: Place) -> Iterator[bytes]:
    try:
        yield from raw.opened(place.folder / load.raw, place.ring)
    except KeyGone:
        raise Refusal("这份原件已按留存期限销毁，不能再办。", rule="留存期限") from None
    except (ValueError, FileNotFoundError):
        raise Refusal("留存的原件缺失或已损坏；请报送人重送。", rule="数据不完整") from None


def _head(blocks: Iterable[bytes]) -> bytes:
    head = b""
    for block in blocks:
        head += block
        if len(head) >= opening.HEAD:
            break
    return head[: opening.HEAD]
