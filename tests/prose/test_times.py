"""The times an entry names."""

from __future__ import annotations

import datetime as dt

import pytest

from shichen.prose.reader import read
from shichen.prose.spans import Time
from shichen.prose.tables import Tables
from shichen.watches import SHANGHAI

DAY = dt.date(2020, 2, 2)


def at(month: int, day: int, hour: int = 0) -> dt.datetime:
    return dt.datetime(2020, month, day, hour, tzinfo=SHANGHAI)


def only(text: str, tables: Tables) -> Time:
    (entry,) = read(text, tables, covers=DAY, kind="work_bulletin").entries
    (time,) = entry.times
    return time


@pytest.mark.parametrize(
    ("text", "raw", "kind", "begins", "ends"),
    [
        ("将于3日复工。", "3日", "day", at(2, 3), at(2, 4)),
        ("2月2日0时至2月9日24时停运。", "2月2日0时至2月9日24时", "span", at(2, 2), at(2, 10)),
        ("从2月4日起投放。", "从2月4日起", "from", at(2, 4), None),
        ("截至2月2日15时统计。", "截至2月2日15时", "as_of", None, at(2, 2, 15)),
        ("值班至晚上11时。", "至晚上11时", "until", None, at(2, 2, 23)),
        ("开学不早于3月2日。", "不早于3月2日", "from", at(3, 2), None),
    ],
)
def test_a_time_with_its_instants(
    text: str, raw: str, kind: str, begins: dt.datetime | None, ends: dt.datetime | None, tables: Tables
) -> None:
    time = only(text, tables)
    assert (time.raw, time.kind, time.begins, time.ends) == (raw, kind, begins, ends)


def test_the_as_of_is_kept_apart_from_the_covering_date(tables: Tables) -> None:
    reading = read("截至2月1日24时，累计确诊病例9例。", tables, covers=DAY)
    assert reading.covers == DAY
    assert reading.as_of == at(2, 2)


def test_without_a_date_no_time_is_settled(tables: Tables) -> None:
    reading = read("截至2月1日24时，累计确诊病例9例。", tables)
    assert reading.entries[0].times == ()
    assert reading.as_of is None
