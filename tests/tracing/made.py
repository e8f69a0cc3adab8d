"""Small crowds for tests of tracing, an engine in memory, and the answers by looking at everybody beside everybody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import duckdb
import numpy as np
from hypothesis import strategies as st

from shichen.tracing import tables
from shichen.tracing.engine import Engine
from shichen.tracing.rules import Rules

MIDNIGHT = 1_580_572_800  # 2020-02-02 00:00 in Shanghai
RULES = Rules(reach=120, least=900, span=86_400, rows=((3, 3),), close=300, latent=1, longest=20 * 86_400)
CARRIAGE = 3


class MemoryEngine(Engine):
    """DuckDB over arrays; every large table it was not given is empty."""

    dialect, asof = "duckdb", True

    def __init__(self, **large: dict[str, np.ndarray]) -> None:
        self.connection = duckdb.connect()
        self.asked: list[str] = []
        for name, types in tables.LARGE.items():
            given = large.get(name, {})
            self.register(name, {column: np.asarray(given.get(column, []), dtype) for column, dtype in types.items()})

    def register(self, name: str, columns: tables.Columns) -> None:
        self.connection.register(name, dict(columns))

    def define(self, name: str, sql: str) -> None:
        self.connection.execute(f'create or replace temp view "{name}" as {sql}')

    def ask(self, sql: str) -> dict[str, np.ndarray]:
        self.asked.append(sql)
        return self.connection.execute(sql).fetchnumpy()


@dataclass(frozen=True, order=True)
class Pass:
    place: int
    t: int
    person: int
    vehicle: int = 0
    dir: int = 1
    outcome: int = 1
    region: int = 0


@dataclass(frozen=True, order=True)
class Stay:
    place: int
    t: int
    person: int
    dur: int
    kind: int = 0
    seat: int = 0


def columns(table: str, rows: Iterable[object]) -> dict[str, np.ndarray]:
    """Rows as the table's arrays; what a row does not have is 0."""
    rows = list(rows)
    return {
        name: np.array([getattr(row, name, 0) for row in rows], dtype) for name, dtype in tables.LARGE[table].items()
    }


def engine(passings: Iterable[Pass] = (), stays: Iterable[Stay] = ()) -> MemoryEngine:
    """Both layouts of both tables, each in its order, and the origins."""
    passings, stays = list(passings), list(stays)
    by_person = lambda row: (row.person, row.t, row.place)  # noqa: E731
    return MemoryEngine(
        passings_by_place=columns("passings_by_place", sorted(passings)),
        passings_by_person=columns("passings_by_person", sorted(passings, key=by_person)),
        stays_by_place=columns("stays_by_place", sorted(stays)),
        stays_by_person=columns("stays_by_person", sorted(stays, key=by_person)),
        origins=columns("origins", sorted({row for row in passings if row.region}, key=lambda row: row.region)),
    )


# --- people whom tests make up -------------------------------------------------------------------------------------
# instants gather around what is difficult: slot borders, midnight, 23:00, and each other
BORDERS = [MIDNIGHT, MIDNIGHT + 23 * 3600, (MIDNIGHT >> 8) + 1 << 8, (MIDNIGHT >> 14) + 1 << 14, MIDNIGHT + 86_400]
instants = st.builds(lambda base, step: base + step, st.sampled_from(BORDERS), st.integers(-260, 260))
near_instants = st.one_of(
    instants, st.builds(lambda b, s: b + s, st.sampled_from(BORDERS), st.sampled_from([-120, 120, 0, 119]))
)
persons = st.integers(0, 6)
places = st.integers(1, 3)
passings = st.lists(st.builds(Pass, places, near_instants, persons, st.integers(0, 2)), max_size=30, unique=True)
durations = st.sampled_from([0, 1, 899, 900, 901, 3_600, 4_096, 4_097, 16_384, 16_385, 65_536, 65_537, 5 * 86_400])
stays = st.lists(
    st.builds(Stay, places, near_instants, persons, durations, st.sampled_from([0, CARRIAGE]), st.integers(0, 6)),
    max_size=24,
    unique=True,
)
windows = st.lists(
    st.builds(
        lambda ix, lo, length: (ix, lo, lo + length),
        st.integers(1, 3),
        near_instants,
        st.sampled_from([0, 1, 300, 86_400, 7 * 86_400]),
    ),
    min_size=1,
    max_size=4,
)


# --- everybody beside everybody ------------------------------------------------------------------------------------
def events_of(rows: list[Pass], given: list[tuple[int, int, int]]) -> list[Pass]:
    """The index persons' passings that lie in one of their windows."""
    return sorted(
        row for row in rows if row.place and any(row.person == ix and lo <= row.t < hi for ix, lo, hi in given)
    )


def index_stays_of(rows: list[Stay], given: dict[str, np.ndarray]) -> list[tuple[int, int, int, int, int]]:
    """(ix, place, a, b, seat) of the index persons' stays, cut to their windows."""
    found = []
    for row in rows:
        for ix, lo, hi in zip(given["ix"].tolist(), given["lo"].tolist(), given["hi"].tolist(), strict=True):
            a, b = max(row.t, lo), min(row.t + row.dur, hi)
            if row.person == ix and row.place and a < b:
                found.append((ix, row.place, a, b, row.seat))
    return sorted(found)


def pairs_of(rows: list[Pass], events: list[Pass], reach: int) -> list[tuple[int, int, int, int, int]]:
    """(person, ix, s, same, met) for every passing near an index event."""
    found = []
    for row in rows:
        for event in events:
            s = reach - abs(row.t - event.t)
            if row.place == event.place and s > 0 and row.person not in (0, event.person):
                same = int(row.t == event.t and row.vehicle == event.vehicle != 0)
                found.append((row.person, event.person, s, same, row.t))
    return sorted(found)


def stay_pairs_of(
    rows: list[Stay], index: list[tuple[int, int, int, int, int]], least: int, apart: dict[int, int] | None = None
) -> list[tuple[int, int, int, int, int]]:
    found = []
    for row in rows:
        for ix, place, a, b, seat in index:
            s = min(row.t + row.dur, b) - max(row.t, a)
            if row.place != place or s < least or row.person in (0, ix):
                continue
            if apart and row.kind in apart and row.seat and seat and abs(row.seat - seat) > apart[row.kind]:
                continue
            found.append((row.person, ix, s, 0, max(row.t, a)))
    return sorted(found)


def ranked_of(found: list[tuple[int, int, int, int, int]]) -> list[tuple[int, int, int, int, int]]:
    """(person, n_ix, s, same, first) in the order of a list."""
    by_person = defaultdict(list)
    for pair in found:
        by_person[pair[0]].append(pair)
    rows = [
        (p, len({q[1] for q in own}), sum(q[2] for q in own), sum(q[3] for q in own), min(q[4] for q in own))
        for p, own in by_person.items()
    ]
    return sorted(rows, key=lambda row: (-row[3], -row[2], row[0]))


def sums_of(found: list[tuple[int, int, int, int, int]]) -> dict[int, int]:
    return {row[0]: row[2] for row in ranked_of(found)}


def tuples(answer: dict[str, np.ndarray], *names: str) -> list[tuple[int, ...]]:
    return list(zip(*(answer[name].tolist() for name in names or answer), strict=True))


def event_columns(events: list[Pass]) -> dict[str, np.ndarray]:
    return tables.columns(
        "index_events",
        ix=[e.person for e in events],
        place=[e.place for e in events],
        t=[e.t for e in events],
        vehicle=[e.vehicle for e in events],
    )


def stay_columns(index: list[tuple[int, int, int, int, int]]) -> dict[str, np.ndarray]:
    ix, place, a, b, seat = zip(*index, strict=True) if index else ((),) * 5
    return tables.columns("index_stays", ix=ix, place=place, a=a, b=b, seat=seat)
