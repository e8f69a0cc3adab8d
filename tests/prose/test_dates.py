"""The date an entry stands under."""

from __future__ import annotations

import datetime as dt

import pytest

from shichen.prose.dates import entry_date, year_of


@pytest.mark.parametrize(
    ("text", "covers", "year", "expected"),
    [
        ("1月24日", dt.date(2020, 2, 2), None, dt.date(2020, 1, 24)),
        ("12月30日", dt.date(2020, 1, 5), None, dt.date(2019, 12, 30)),
        ("1月2日", dt.date(2020, 12, 31), None, dt.date(2021, 1, 2)),
        ("2021年3月4日", dt.date(2020, 2, 2), None, dt.date(2021, 3, 4)),
        ("2月29日", dt.date(2021, 2, 10), None, dt.date(2020, 2, 29)),
        ("1月24日", None, 2020, dt.date(2020, 1, 24)),
        ("1月24日", None, None, None),
        ("2月30日", None, 2020, None),
        ("不是日期", None, 2020, None),
    ],
)
def test_the_date_of_a_line(text: str, covers: dt.date | None, year: int | None, expected: dt.date | None) -> None:
    assert entry_date(text, covers, year) == expected


def test_the_first_full_year() -> None:
    assert year_of("将于2020年2月2日起，至2021年止") == 2020
    assert year_of("没有") is None
