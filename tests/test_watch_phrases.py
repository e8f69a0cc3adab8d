"""Dates and times in bulletins: every row of the design's table 3.6, and what must hold of any phrase."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shichen.watch_moments import lunar_day
from shichen.watch_phrases import Kind, Resolved, resolve
from shichen.watches import SHANGHAI, Period, clock

D2 = dt.date(2020, 2, 2)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text if len(text) == 10 else f"2020-{text}")


def at(text: str) -> dt.datetime:
    date, _, time = text.partition("T")
    hour, minute = (time or "00:00").split(":")
    return clock(day(date), int(hour), int(minute))


@pytest.mark.parametrize(
    ("phrase", "covers", "expected"),
    [
        ("将于3日", "02-02", "02-03"),
        ("17日", "02-02", "02-17"),
        ("18日", "02-02", "01-18"),
        ("28日", "02-02", "01-28"),
        ("31日", "02-02", "01-31"),
        ("1日", "2020-12-31", "2021-01-01"),
        ("1月24日", "02-02", "01-24"),
        ("12月30日", "2020-01-05", "2019-12-30"),
        ("正月初一", "02-02", "01-25"),
        ("正月十五", "02-02", "02-08"),
        ("正月十六", "02-02", "02-09"),
        ("闰四月初一", "02-02", "05-23"),
        ("腊月三十", "2020-01-05", "01-24"),
        ("今日", "02-02", "02-02"),
        ("当天", "02-02", "02-02"),
        ("2020-02-02", "2021-06-01", "02-02"),
        ("2020.2.2", "2021-06-01", "02-02"),
        ("２月２日", "02-02", "02-02"),
        ("2月2号", "02-02", "02-02"),
        ("二〇二〇年二月二日", "2021-06-01", "02-02"),
        ("二月十日", "02-02", "02-10"),
        ("二月初二", "02-02", "02-24"),
        ("农历二月二十", "02-02", "03-13"),
        ("次日", "02-02", "02-03"),
        ("昨日", "02-02", "02-01"),
        ("本周三", "02-11", "02-12"),
        ("上周日", "02-11", "02-09"),
        ("2月2日上午", "02-02", "02-02"),
    ],
)
def test_days(phrase: str, covers: str, expected: str) -> None:
    found = resolve(phrase, day(covers))
    assert found.kind is Kind.DAY
    assert found.date == day(expected)
    assert found.period == Period(clock(day(expected), 0), clock(day(expected), 24))
    assert not found.flags


@pytest.mark.parametrize(
    ("phrase", "covers", "start", "end"),
    [
        ("2月2日0时至2月9日24时", "02-02", "02-02", "02-10"),
        ("2月2日0时起至2月9日24时止", "02-02", "02-02", "02-10"),
        ("8月20日0—24时", "2022-08-21", "2022-08-20", "2022-08-21"),
        ("从1月24日至今", "02-02", "01-24", "02-02T18:00"),
        ("本周", "02-11", "02-10", "02-17"),
        ("2至9日", "02-02", "02-02", "02-10"),
        ("2月2日至9日", "02-02", "02-02", "02-10"),
        ("12月30日至1月2日", "2020-01-01", "2019-12-30", "2020-01-03"),
        ("2020年2月", "02-02", "02-01", "03-01"),
        ("1月份", "02-02", "01-01", "02-01"),
        ("2020年", "02-02", "2020-01-01", "2021-01-01"),
        ("9:00-17:30", "02-02", "02-02T09:00", "02-02T17:30"),
        ("上午9时至晚上11时", "02-02", "02-02T09:00", "02-02T23:00"),
    ],
)
def test_spans(phrase: str, covers: str, start: str, end: str) -> None:
    found = resolve(phrase, day(covers), as_of=at("02-02T18:00"))
    assert found.period == Period(at(start), at(end))
    assert not found.flags


def test_eight_days_of_a_notice() -> None:
    span = resolve("2月2日0时起至2月9日24时止", D2).period
    assert span is not None
    assert span.length == dt.timedelta(days=8)


@pytest.mark.parametrize(
    ("phrase", "context", "expected"),
    [
        ("从2月4日起", {}, Resolved(Kind.FROM, at("02-04"), None, "日")),
        ("即日起", {"entry_date": day("02-04")}, Resolved(Kind.FROM, at("02-04"), None, "日")),
        ("下午3时起", {"entry_date": day("02-07")}, Resolved(Kind.FROM, at("02-07T15:00"), None, "时")),
        ("从0点开始", {"watch": "寅"}, Resolved(Kind.FROM, at("02-02"), None, "时")),
        ("1月24日以来", {}, Resolved(Kind.FROM, at("01-24"), None, "日")),
        ("2月4日下午起", {}, Resolved(Kind.FROM, at("02-04T12:00"), None, "下午")),
        ("至晚上11时", {}, Resolved(Kind.UNTIL, None, at("02-02T23:00"), "时")),
        ("2月9日前", {}, Resolved(Kind.UNTIL, None, at("02-10"), "日")),
        ("截至2月18日上午", {}, Resolved(Kind.AS_OF, None, at("02-18T12:00"), "上午")),
        ("截至2月18日24时", {}, Resolved(Kind.AS_OF, None, at("02-19"), "时")),
        ("截至2月18日", {}, Resolved(Kind.AS_OF, None, at("02-19"), "日")),
        ("不早于3月2日", {}, Resolved(Kind.FROM, at("03-02"), None, "日", ("constraint",))),
        ("不晚于3月2日", {}, Resolved(Kind.UNTIL, None, at("03-03"), "日", ("constraint",))),
        (
            "不得早于2020年2月9日24时(正月十六)",
            {},
            Resolved(Kind.FROM, at("02-10"), None, "时", ("lunar_agrees", "constraint")),
        ),
        ("15:30", {}, Resolved(Kind.CLOCK, at("02-02T15:30"), None, "分")),
        ("零时", {}, Resolved(Kind.CLOCK, at("02-02"), None, "时")),
        ("0点", {}, Resolved(Kind.CLOCK, at("02-02"), None, "时")),
        ("下午3点半", {}, Resolved(Kind.CLOCK, at("02-02T15:30"), None, "分")),
        ("晚上12时", {}, Resolved(Kind.CLOCK, at("02-03"), None, "时")),
        ("当晚8时", {}, Resolved(Kind.CLOCK, at("02-02T20:00"), None, "时")),
    ],
)
def test_moments_and_open_ends(phrase: str, context: dict[str, Any], expected: Resolved) -> None:
    assert resolve(phrase, D2, **context) == expected


@pytest.mark.parametrize("watch", [None, "子", "寅", "亥"])
def test_the_watch_an_entry_stands_under_moves_no_time(watch: str | None) -> None:
    assert resolve("从0点开始", D2, watch=watch).start == at("02-02")


def test_that_evening_under_a_day_watch_is_flagged() -> None:
    assert resolve("当晚", D2, watch="戌").flags == ()
    found = resolve("当晚", D2, watch="巳")
    assert found.date == D2
    assert found.flags == ("evening_under_day_watch",)


@pytest.mark.parametrize("phrase", ["近一个月来", "近日", "连日来", "24小时值班", "", "15天以上", "2周"])
def test_vague_words_and_durations_are_no_time(phrase: str) -> None:
    assert resolve(phrase, D2) == Resolved(Kind.NONE)


@pytest.mark.parametrize(
    ("phrase", "covers", "flag"),
    [
        ("30日", "2021-03-01", "no_near_day"),
        ("腊月三十", "2022-01-20", "no_such_day"),
        ("2021年腊月三十", "02-02", "no_such_day"),
        ("闰五月初一", "02-02", "no_such_day"),
        ("2月30日", "02-02", "no_such_day"),
        ("2月29日", "2021-02-02", "no_such_day"),
        ("13月1日", "02-02", "no_such_day"),
        ("9999年1月1日", "02-02", "no_such_day"),
        ("晚上1时", "02-02", "ambiguous_hour"),
        ("夜间2时", "02-02", "ambiguous_hour"),
        ("凌晨15时", "02-02", "no_such_time"),
        ("25时", "02-02", "no_such_time"),
        ("2月2日12:60", "02-02", "no_such_time"),
        ("2月9日至2月2日", "02-02", "ends_before_it_starts"),
    ],
)
def test_what_the_calendar_or_the_clock_does_not_have_gets_a_flag_and_no_value(
    phrase: str, covers: str, flag: str
) -> None:
    assert resolve(phrase, day(covers)) == Resolved(Kind.NONE, flags=(flag,))


def test_a_lunar_day_that_disagrees_with_the_solar_one_is_flagged() -> None:
    assert resolve("2月9日(正月十五)", D2).flags == ("lunar_differs",)
    assert resolve("2月9日（正月十六）", D2).flags == ("lunar_agrees",)
    assert resolve("2月9日(星期日)", D2).flags == ()


def test_up_to_now_needs_to_know_when_now_is() -> None:
    assert resolve("从1月24日至今", D2) == Resolved(Kind.FROM, at("01-24"), None, "日", ("no_as_of",))
    assert resolve("截至目前", D2) == Resolved(Kind.NONE)
    assert resolve("截至目前", D2, as_of=at("02-02T18:00")).end == at("02-02T18:00")


def test_a_range_without_its_second_half_is_flagged() -> None:
    assert resolve("1月24日至节后", D2).flags == ("no_end",)


def test_lunar_days_that_do_not_exist_are_errors() -> None:
    assert lunar_day(2019, 12, 30) == day("01-24")
    assert lunar_day(2020, 4, 1, leap=True) == day("05-23")
    for wrong in ((2021, 12, 30), (1899, 1, 1), (2020, 13, 1)):
        with pytest.raises(ValueError, match="no such lunar day"):
            lunar_day(*wrong)
    with pytest.raises(ValueError, match="no such lunar day"):
        lunar_day(2021, 4, 1, leap=True)


def test_another_city_reads_its_own_clock() -> None:
    found = resolve("15:30", D2, zone=dt.UTC)
    assert found.start == dt.datetime(2020, 2, 2, 15, 30, tzinfo=dt.UTC)


PIECES = st.sampled_from(
    [*"年月日时点分半周廿初正腊闰今当晚至到起止从前后,、:-~()0123456789一二十零", "截至", "上午", "晚上", "2020"]
)


@settings(deadline=None)
@given(
    st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=30), st.dates(day("1950-01-01"), day("2050-01-01"))
)
def test_no_phrase_breaks_it_and_every_value_has_its_zone(phrase: str, covers: dt.date) -> None:
    found = resolve(phrase, covers, as_of=clock(covers, 12), watch="巳")
    for moment in (found.start, found.end):
        assert moment is None or moment.tzinfo is SHANGHAI
    assert found.kind is not Kind.NONE or (found.start, found.end) == (None, None)
    assert found.period is None or found.period.length >= dt.timedelta()


@settings(deadline=None)
@given(st.dates(day("1950-01-01"), day("2050-01-01")), st.integers(-170, 170))
def test_a_printed_date_comes_back(covers: dt.date, away: int) -> None:
    date = covers + dt.timedelta(days=away)
    assert resolve(f"{date.month}月{date.day}日", covers).date == date
    assert resolve(date.isoformat(), covers).date == date
    if abs(away) <= 13:
        assert resolve(f"{date.day}日", covers).date in (date, *_same_day_ahead(date, covers))


def _same_day_ahead(date: dt.date, covers: dt.date) -> list[dt.date]:
    """A bare day may also lie ahead of the covering date: then that one is meant."""
    ahead = (covers + dt.timedelta(days=n) for n in range(16))
    return [d for d in ahead if d.day == date.day]


GOLD = Path(__file__).resolve().parents[2] / "shared" / "gold" / "nonfigures.jsonl"
TIMES = {"date", "date_range", "datetime", "date_from", "time_from", "lunar_date", "time"}


@pytest.mark.seeds
@pytest.mark.skipif(not GOLD.exists(), reason="the annotated documents do not lie beside the checkout")
def test_every_time_marked_in_the_two_documents_gets_a_value() -> None:
    rows = [json.loads(line) for line in GOLD.read_text("utf-8").splitlines()]
    phrases = [row["raw"] for row in rows if row["cls"] in TIMES]
    assert phrases
    nothing = [p for p in phrases if resolve(p, D2, as_of=at("02-02T18:00")).kind is Kind.NONE]
    assert nothing == []
