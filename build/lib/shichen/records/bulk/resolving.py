"""From a pseudonym back to who it is (还原): by reading again what was sent, while it is kept; there is no table that maps them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shichen.records import lake, pseudonyms
from shichen.records.bulk import cutting, plainly, reading, tables
from shichen.records.bulk.parsing import Parsed
from shichen.records.bulk.reading import Place
from shichen.records.engine import LakeEngine
from shichen.records.manifest import Load

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Identity:
    """What a load said of a person: the document, and the plate it was last seen in, where there was one."""

    document: str
    plate: str


def resolved(
    view: lake.View,
    wanted: Mapping[int, Collection[int]],
    place_of: Callable[[Load], Place],
    progress: Callable[[int, int], None] | None = None,
) -> dict[tuple[int, int], Identity]:
    """The identities behind pseudonyms, by (period, pseudonym). Who came by a load that was destroyed on time is not among them.

    `progress` is told bytes read again and bytes to read, between two pieces of what was sent.
    """
    found: dict[tuple[int, int], Identity] = {}
    came = _loads(view, wanted)
    loads = [one for one in Load.objects.filter(number__in=came).exclude(raw="") if (view.folder / one.raw).exists()]
    total, done = sum(one.size for one in loads), 0
    for load in loads:
        left = {one for one in came[load.number] if one not in found}
        if left:
            told = _telling(progress, done, load.size, total)
            found |= _read_again(load, left, place_of(load), told)
        done += load.size
    return found


def _telling(progress: Callable[[int, int], None] | None, before: int, size: int, total: int) -> Callable[[int], None]:
    def told(pieces: int) -> None:
        if progress is not None:
            progress(before + min(pieces * cutting.PIECE, size), total)

    return told


def _loads(view: lake.View, wanted: Mapping[int, Collection[int]]) -> dict[int, set[tuple[int, int]]]:
    """In which loads the persons came."""
    engine = LakeEngine(view)
    loads: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for period, persons in wanted.items():
        lo, hi = period * pseudonyms.PERIOD, (period + 1) * pseudonyms.PERIOD
        engine.give("persons", {"person": np.array(sorted(persons), np.int64)}, "persons_wanted")
        for table in tables.TABLES:
            name = engine.view(f"{table}_by_person", lo, hi - 1)
            rows = engine.ask(
                f"select distinct person, load from {name} semi join persons_wanted using (person) where t >= {lo} and t < {hi}"
            )
            for person, load in zip(rows["person"].tolist(), rows["load"].tolist(), strict=True):
                loads[load].add((period, person))
    return loads


def _read_again(
    load: Load, wanted: set[tuple[int, int]], place: Place, told: Callable[[int], None]
) -> dict[tuple[int, int], Identity]:
    found: dict[tuple[int, int], Identity] = {}
    seen = "arg_max(plate, t)" if any(one.text == "plate" for one in tables.of(load.table).identities) else "''"
    con = lake.connect(place.folder, place.settings)
    try:
        for pieces, parsed in enumerate(reading.read_again(load, place), start=1):
            told(pieces)
            if len(parsed.plain["k"]):
                found |= _plain(parsed, wanted, place)
            if parsed.checked:
                found |= _checked(con, parsed, seen, wanted, place)
    finally:
        con.close()
    return found


def _plain(parsed: Parsed, wanted: set[tuple[int, int]], place: Place) -> dict[tuple[int, int], Identity]:
    found: dict[tuple[int, int], Identity] = {}
    rows = parsed.plain
    of_period = rows["t"] // pseudonyms.PERIOD
    for period in np.unique(of_period).tolist():
        documents = np.unique(rows["document"][(of_period == period) & (rows["document"] != 0)])
        texts = plainly.texts("document", documents)
        numbers = pseudonyms.many(place.ring, pseudonyms.PERSON, texts, period)
        for document, text, number in zip(documents.tolist(), texts, numbers.tolist(), strict=True):
            if (period, number) in wanted:
                theirs = np.flatnonzero((of_period == period) & (rows["document"] == document))
                plate = rows["plate"][theirs[np.argmax(rows["t"][theirs])]]
                seen = plainly.texts("plate", plate.reshape(1))[0] if plate else b""
                found[period, number] = Identity(text.decode(), seen.decode())
    return found


def _checked(
    con: duckdb.DuckDBPyConnection, parsed: Parsed, seen: str, wanted: set[tuple[int, int]], place: Place
) -> dict[tuple[int, int], Identity]:
    found: dict[tuple[int, int], Identity] = {}
    rows = con.execute(
        f"SELECT document, t // {pseudonyms.PERIOD} AS period, {seen} FROM read_parquet('{parsed.rows}')"
        " WHERE document <> '' GROUP BY ALL"
    ).fetchall()
    for period in {row[1] for row in rows}:
        these = [row for row in rows if row[1] == period]
        numbers = pseudonyms.many(place.ring, pseudonyms.PERSON, [row[0].encode() for row in these], period)
        for (document, _, plate), number in zip(these, numbers.tolist(), strict=True):
            if (period, number) in wanted:
                found[period, number] = Identity(document, plate)
    return found
