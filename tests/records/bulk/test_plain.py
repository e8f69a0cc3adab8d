"""Plain records are read as the checks read them: the same rows, the same refusals, whatever the cells say."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shichen import watches
from shichen.records import pseudonyms
from shichen.records.bulk import checks, passings, plain, plainly
from shichen.records.bulk.child import Worker
from shichen.records.bulk.plain import Words
from shichen.records.bulk.task import Task

FROM = int(datetime(2020, 1, 1, tzinfo=UTC).timestamp())
UNTIL = int(datetime(2020, 3, 1, tzinfo=UTC).timestamp())
SEVENTEEN = "43020519510109014"
GOOD = SEVENTEEN + pseudonyms.check_figure(SEVENTEEN)
SITES = (
    ("K1", 1, 0, 1 << 40, 0),
    ("天元收费站", 2, FROM + 86_400, UNTIL - 86_400, 0),
    ("醴陵东高速公路收费站", 3, 0, 1 << 40, 0),
)
NAMES = ("time", "post", "dir", "plate", "person", "temp", "region", "outcome", "number")
CELLS: dict[str, list[str]] = {
    "time": [
        "2020-02-02 11:41:14",
        "2020-02-29T00:00:00",
        "2020-02-30 10:00:00",
        "2019-12-31 23:59:59",
        "2021-02-02 11:41:14",
        "2020-02-02 24:00:00",
        "2020-02-02 11:41:60",
        "2020/02/02 11:41:14",
        "2020-02-02 1:41:14",
        "202O-02-02 11:41:14",
        "1580614874",
        "",
    ],
    "post": ["K1", "天元收费站", "醴陵东高速公路收费站", "K2", "K9", "K1 ", "k1", ""],
    "dir": ["入", "出", "in", "IN", "", "1", "2", "3", "不明"],
    "plate": [
        "湘B12345",
        "湘BD12345",
        "鄂A1234学",
        "湘b12345",
        "湘B·12345",
        "无",
        "",
        "WJ湘12345",
        "湘B1234",
        "湘B1234567",
        "使123456",
        "12",
        "湘B1234I5 ",
    ],
    "person": [
        GOOD,
        GOOD.lower(),
        GOOD[:17] + "1",
        SEVENTEEN,
        "430205510109014",
        "E12345678",
        "无",
        "",
        "0" * 18,
        GOOD + "1",
        "430205195113090145",
    ],
    "temp": ["36.8", "36", "", "0", "63.5", "36.85", "36.8℃", "43.0", "34.0", "33.9", "-", "三十六", "36,8"[:2]],
    "region": ["430200", "", "0", "000000", "099999", "4302", "4302000", "株洲", "-43020"],
    "outcome": ["放行", "登记放行", "passed", "PASSED", "", "5", "9", "turned_back", "劝返"],
    "number": ["", "1", "0", "12", "99", "100", "101", "-1", "x", "01"],
}


@contextmanager
def slots() -> Iterator[list[tuple[int, int, int, int]]]:
    made = [os.memfd_create(f"slot{n}") for n in range(4)]
    try:
        yield [(made[0], made[1], made[2], made[3])]
    finally:
        for one in made:
            os.close(one)


def task(names: tuple[str, ...], shared: list[tuple[int, int, int, int]], zone: Any = watches.SHANGHAI) -> Task:
    return Task(
        table="passings",
        format="csv",
        encoding="utf-8",
        delimiter=",",
        places={name: place for place, name in enumerate(names)},
        headings=names,
        line=2,
        earliest=FROM,
        latest=UNTIL,
        offsets=checks.offsets_of(zone, FROM, UNTIL),
        sites=SITES,
        slots=shared,
    )


def read(
    names: tuple[str, ...], pieces: list[bytes], *, plainly_too: bool
) -> tuple[list[Any], bytes, dict[str, int], int]:
    """All rows with their identities in words, the refused records, the reasons, and how many were plain."""
    rows: list[Any] = []
    refused, reasons, first, line, taken = b"", dict[str, int](), 1, 2, 0
    with slots() as shared, pytest.MonkeyPatch.context() as patch:
        if not plainly_too:
            patch.setattr(plainly, "may", lambda *_: False)
        worker = Worker(task(names, shared))
        for place, data in enumerate([*pieces, b""]):
            os.truncate(shared[0][0], 0)
            os.pwrite(shared[0][0], data, 0)
            said = worker.work(0, len(data), first, line, place == len(pieces))
            first, line, taken = first + said["read"], line + said["lines"], taken + said["plain"]
            rows += _plain(os.pread(shared[0][2], said["plain"] * plainly.WIDTH, 0))
            if said["checked"]:
                columns = ", ".join(plainly.COLUMNS)
                rows += duckdb.sql(f"SELECT {columns} FROM read_parquet('/proc/self/fd/{shared[0][1]}')").fetchall()
            refused += os.pread(shared[0][3], 1 << 20, 0)
            reasons = {
                name: reasons.get(name, 0) + said["reasons"].get(name, 0) for name in {**reasons, **said["reasons"]}
            }
    return sorted(rows), refused, reasons, taken


def _plain(data: bytes) -> list[Any]:
    columns: dict[str, Any] = dict(plainly.columns_of(data))
    for name in ("plate", "document"):
        said = columns[name]
        texts = iter(plainly.texts(name, said[said != 0]))
        columns[name] = np.array([next(texts).decode() if one else "" for one in said], object)
    return list(zip(*(columns[name].tolist() for name in plainly.COLUMNS), strict=True))


def same(names: tuple[str, ...], records: list[tuple[str, ...]], *, pieces: int = 1) -> int:
    lines = [",".join(record).encode() + b"\n" for record in records]
    step = -(-len(lines) // pieces) or 1
    data = [b"".join(lines[at : at + step]) for at in range(0, len(lines), step)]
    quick = read(names, data, plainly_too=True)
    careful = read(names, data, plainly_too=False)
    assert quick[:3] == careful[:3]
    assert careful[3] == 0
    return quick[3]


def test_one_odd_cell_at_a_time() -> None:
    """Every cell of the list in an otherwise plain record."""
    usual = [CELLS[name][0] for name in NAMES]
    records = [(*usual[:at], cell, *usual[at + 1 :]) for at, name in enumerate(NAMES) for cell in CELLS[name]]
    taken = same(NAMES, records)
    assert len(records) * 0.3 < taken < len(records) * 0.7, "the plain ones, and no others"


@given(
    records=st.lists(st.tuples(*(st.sampled_from(CELLS[name]) for name in NAMES)), min_size=1, max_size=30),
    pieces=st.integers(1, 3),
)
@settings(max_examples=40, deadline=None)
def test_any_of_them_together(records: list[tuple[str, ...]], pieces: int) -> None:
    same(NAMES, records, pieces=pieces)


@given(st.lists(st.text("0123456789X湘B鄂A无入放行K1, \t-:.", max_size=30), min_size=1, max_size=20))
@settings(max_examples=40, deadline=None)
def test_any_text_at_all(lines: list[str]) -> None:
    records = [tuple(line.split(",")) for line in lines if line.strip()]
    if records:
        same(("time", "post", "plate", "person"), records)


@pytest.mark.parametrize(
    "names", [("time", "post", "plate"), ("person", "post", "time"), ("post", "time", "plate", "number")]
)
def test_columns_in_any_order_and_some_not_there(names: tuple[str, ...]) -> None:
    records = [tuple(CELLS[name][at % len(CELLS[name])] for name in names) for at in range(60)]
    assert same(names, [*records, *[tuple(CELLS[name][0] for name in names)] * 3]) >= 3


def test_a_quoted_piece_among_plain_ones_keeps_its_lines() -> None:
    usual = ",".join(CELLS[name][0] for name in NAMES).encode() + b"\n"
    wrong = usual.replace(b"36.8", b"63.5")
    quoted = b'"' + usual.replace(b",", b'","').rstrip(b"\n") + b'"\n'
    pieces = [usual * 3 + wrong, quoted * 2 + wrong + quoted, wrong + usual]
    quick, careful = (read(NAMES, pieces, plainly_too=both) for both in (True, False))
    assert quick[:3] == careful[:3]
    assert quick[3] == 4
    assert [line.split(b",")[0] for line in quick[1].splitlines()] == [b"5", b"8", b"10"]


def test_more_left_over_than_wait_in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    from shichen.records.bulk import child

    monkeypatch.setattr(child, "ENOUGH", 200)
    usual = [CELLS[name][0] for name in NAMES]
    records = [(*usual[:5], temp, *usual[6:]) for temp in ("36.8", "63.5", "36", "36.8") * 20]
    assert same(NAMES, records, pieces=7) == 40


def test_plates_and_documents_come_back_as_they_were() -> None:
    signs = [sign + rest for sign in pseudonyms.PROVINCES for rest in ("B12345", "AD1234Z", "000000", "ZZZZZZZ")]
    text = "".join(f"{sign}\n" for sign in signs).encode()
    packed, fit = plain.plates(plain.Cells(text, ",", 1), 0)
    assert fit.all()
    assert [one.decode() for one in plain.plates_of(packed)] == signs
    assert plain.documents_of(np.array([int(SEVENTEEN)])) == [GOOD.encode()]


def test_a_word_that_is_there_twice_is_not_known_and_a_long_one_neither() -> None:
    cells = plain.Cells("K2\nK1\n醴陵东高速公路收费站\n\n".encode(), ",", 1)
    said = [("K1", 0), ("醴陵东高速公路收费站", 1), ("K2", 2), ("K2", 3)]
    numbers, known = Words(said).find(cells, 0)
    assert known.tolist() == [False, True, False, False]
    assert numbers[1] == 0


def test_what_is_plain_is_taken_by_the_quick_way() -> None:
    """Else the measure of a load would be that of the checks, and nobody would see it."""
    usual = ",".join(CELLS[name][0] for name in NAMES).encode() + b"\n"
    assert read(NAMES, [usual * 1000], plainly_too=True)[3] == 1000
    assert passings.TABLE.name == "passings"
