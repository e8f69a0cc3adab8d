"""The twelve watches: every row of the tables of the design (3.2–3.5, 3.7), and what must hold of all times."""

from __future__ import annotations

import datetime as dt
import itertools
import sqlite3
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shichen import watches
from shichen.watches import CIVIL, CIVIL_SLOTS, PAGE, SHANGHAI, WATCHES, Day, Period, Slot

D2 = dt.date(2020, 2, 2)
MOMENTS = st.datetimes(dt.datetime(1941, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC))
DATES = st.dates(dt.date(1940, 1, 1), dt.date(2100, 1, 1))


def at(text: str) -> dt.datetime:
    """A 2020 wall clock in Shanghai, or an instant where it ends in Z."""
    text = text if text[:2] in ("19", "20") else f"2020-{text}"
    if text.endswith("Z"):
        return dt.datetime.fromisoformat(text[:-1]).replace(tzinfo=dt.UTC)
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text if len(text) == 10 else f"2020-{text}")


# -- 3.2 clock to watch ------------------------------------------------------------------------------------------------

CLOCK_TO_WATCH = [
    ("02-01T22:59:59", ("02-01", 11, "亥"), ("02-01", 11, "亥")),
    ("02-01T23:00", ("02-02", 0, "子"), ("02-01", 12, "夜子")),
    ("02-02T00:00", ("02-02", 0, "子"), ("02-02", 0, "早子")),
    ("02-02T00:59:59", ("02-02", 0, "子"), ("02-02", 0, "早子")),
    ("02-02T01:00", ("02-02", 1, "丑"), ("02-02", 1, "丑")),
    ("02-02T12:00", ("02-02", 6, "午"), ("02-02", 6, "午")),
    ("02-01T15:00Z", ("02-02", 0, "子"), ("02-01", 12, "夜子")),
    ("02-01T14:59:59Z", ("02-01", 11, "亥"), ("02-01", 11, "亥")),
    ("02-29T23:30", ("03-01", 0, "子"), ("02-29", 12, "夜子")),
    ("2019-12-31T23:30", ("2020-01-01", 0, "子"), ("2019-12-31", 12, "夜子")),
]


@pytest.mark.parametrize(("moment", "page", "civil"), CLOCK_TO_WATCH)
def test_a_clock_falls_in_a_watch_of_its_page_and_of_its_civil_day(
    moment: str, page: tuple[str, int, str], civil: tuple[str, int, str]
) -> None:
    t = at(moment)
    assert watches.slot(t, PAGE) == Slot(day(page[0]), *page[1:])
    assert watches.slot(t, CIVIL) == Slot(day(civil[0]), *civil[1:])
    assert watches.page_day(t) == day(page[0])
    assert watches.civil_day(t) == day(civil[0])
    assert (watches.index(t), watches.name(t)) == page[1:]


def test_the_odd_hours_open_the_watches() -> None:
    hours = range(3, 22, 2)
    assert "".join(watches.name(at(f"02-02T{h:02}:00")) for h in hours) == "寅卯辰巳午未申酉戌亥"


@pytest.mark.parametrize(
    "ask",
    [
        watches.index,
        watches.name,
        watches.page_day,
        watches.civil_day,
        watches.sub,
        watches.local,
        watches.instant,
        lambda t: watches.slot(t, PAGE),
        lambda t: watches.slot(t, CIVIL),
        lambda t: watches.overlaps(t, t),
        lambda t: Period(t, t),
        lambda t: t in watches.whole(D2, CIVIL),
    ],
)
def test_a_time_without_a_zone_is_no_time(ask) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match="without a zone"):
        ask(dt.datetime(2020, 2, 2, 12))


def test_the_same_rule_stands_in_sqlite() -> None:
    """The expressions of 3.8 give the page day and the watch in a query too, on local wall time."""
    with sqlite3.connect(":memory:") as con:
        for moment, page, _ in CLOCK_TO_WATCH:
            wall = watches.local(at(moment)).strftime("%Y-%m-%d %H:%M:%S")
            sql = "select date(?1, '+1 hour'), ((cast(strftime('%H', ?1) as integer) + 1) / 2) % 12"
            assert con.execute(sql, (wall,)).fetchone() == (day(page[0]).isoformat(), page[1])
    con.close()


def test_a_city_may_keep_another_zone() -> None:
    urumqi = ZoneInfo("Asia/Urumqi")
    t = at("02-02T00:30")
    assert watches.slot(t, PAGE, zone=urumqi) == Slot(dt.date(2020, 2, 1), 11, "亥")
    assert watches.bounds(D2, "子", PAGE, zone=urumqi).start == at("02-02T01:00")


# -- 3.3 periods and intervals -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("watch", "kind", "start", "end"),
    [
        ("子", PAGE, "02-01T23:00", "02-02T01:00"),
        ("亥", PAGE, "02-02T21:00", "02-02T23:00"),
        ("早子", CIVIL, "02-02T00:00", "02-02T01:00"),
        ("夜子", CIVIL, "02-02T23:00", "02-03T00:00"),
        ("丑", CIVIL, "02-02T01:00", "02-02T03:00"),
    ],
)
def test_bounds(watch: str, kind: Day, start: str, end: str) -> None:
    assert watches.bounds(D2, watch, kind) == Period(at(start), at(end))


@pytest.mark.parametrize(("watch", "kind"), [("子", CIVIL), ("早子", PAGE), ("夜子", PAGE), ("时", PAGE), ("", CIVIL)])
def test_a_watch_that_the_day_does_not_have_has_no_bounds(watch: str, kind: Day) -> None:
    with pytest.raises(ValueError, match="have no watch"):
        watches.bounds(D2, watch, kind)


def test_an_interval_touches_the_watches_it_has_time_in() -> None:
    assert [(s.date, s.label) for s in watches.overlaps(at("02-02T22:30"), at("02-03T00:00"))] == [
        (D2, "亥"),
        (day("02-03"), "子"),
    ]
    assert [(s.date, s.label) for s in watches.overlaps(at("02-02T21:00"), at("02-02T23:00"))] == [(D2, "亥")]
    assert watches.overlaps(at("02-02T21:00"), at("02-02T21:00")) == ()
    assert [s.label for s in watches.overlaps(at("02-02T22:30"), at("02-03T00:30"), CIVIL)] == ["亥", "夜子", "早子"]
    with pytest.raises(ValueError, match="ends before it starts"):
        watches.overlaps(at("02-02T21:00"), at("02-02T20:00"))


def test_the_last_hour_of_a_civil_day_stands_on_the_next_page() -> None:
    t = at("02-02T23:30")
    assert t in watches.whole(D2, CIVIL)
    assert t not in watches.whole(D2, PAGE)


def test_every_minute_of_three_days_lies_in_the_bounds_of_its_slot() -> None:
    start = at("02-27T00:00")
    for minute in range(3 * 24 * 60):
        t = start + dt.timedelta(minutes=minute)
        for kind in Day:
            cell = watches.slot(t, kind)
            assert t in watches.bounds(cell.date, cell.label, kind)


@settings(deadline=None)
@given(DATES, st.sampled_from([SHANGHAI, ZoneInfo("Europe/Berlin"), ZoneInfo("America/Sao_Paulo")]))
def test_watches_tile_the_day_whenever_the_clocks_change(date: dt.date, zone: ZoneInfo) -> None:
    for kind, names in ((PAGE, WATCHES), (CIVIL, CIVIL_SLOTS)):
        periods = [watches.bounds(date, name, kind, zone=zone) for name in names]
        whole = watches.whole(date, kind, zone=zone)
        assert (watches.instant(periods[0].start), watches.instant(periods[-1].end)) == (
            watches.instant(whole.start),
            watches.instant(whole.end),
        )
        for before, after in itertools.pairwise(periods):
            assert watches.instant(before.end) == watches.instant(after.start)
        assert sum((p.length for p in periods), dt.timedelta()) == whole.length


@settings(deadline=None)
@given(MOMENTS, st.sampled_from([SHANGHAI, ZoneInfo("Europe/Berlin")]), st.sampled_from(Day))
def test_every_instant_lies_in_the_bounds_of_its_slot(t: dt.datetime, zone: ZoneInfo, kind: Day) -> None:
    cell = watches.slot(t, kind, zone=zone)
    assert t in watches.bounds(cell.date, cell.label, kind, zone=zone)
    assert t in watches.whole(cell.date, kind, zone=zone)
    assert cell.label == (WATCHES if kind is PAGE else CIVIL_SLOTS)[cell.ordinal]


@settings(deadline=None)
@given(MOMENTS, st.timedeltas(dt.timedelta(), dt.timedelta(days=3)), st.sampled_from(Day))
def test_an_interval_is_covered_by_the_slots_it_overlaps(t: dt.datetime, length: dt.timedelta, kind: Day) -> None:
    interval = Period(t, t + length)
    met = watches.overlaps(interval.start, interval.end, kind)
    assert all(watches.bounds(s.date, s.label, kind).overlaps(interval) for s in met)
    assert bool(met) == bool(length)
    if met:
        assert met[0] == watches.slot(t, kind)
        assert len(set(met)) == len(met)


def test_periods_are_compared_as_instants() -> None:
    here = Period(at("02-02T08:00"), at("02-02T09:00"))
    utc = Period(at("02-02T00:00Z"), at("02-02T01:00Z"))
    assert here == utc
    assert hash(here) == hash(utc)
    assert here != Period(at("02-02T08:00"), at("02-02T09:01"))
    assert here != "08:00"
    assert here.length == dt.timedelta(hours=1)
    assert not here.overlaps(Period(at("02-02T09:00"), at("02-02T10:00")))
    assert not here.overlaps(Period(at("02-02T08:30"), at("02-02T08:30")))


# -- 3.4 headings ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("watch", WATCHES)
def test_a_heading_parses_back(watch: str, full: bool) -> None:
    assert watches.parse_heading(watches.heading(watch, full=full)) == (watch, True)


def test_headings_are_printed_like_the_page() -> None:
    assert watches.heading("子") == "子时(23~1点)"
    assert watches.heading("亥", full=True) == "亥时（21～23点）"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("子时(23~1点)", ("子", True)),
        ("亥时（21-23时）", ("亥", True)),
        ("午时", ("午", True)),
        ("午", ("午", True)),
        ("卯時", ("卯", True)),
        ("子时(23:00~1:00)", ("子", True)),
        ("子时(23至1点)", ("子", True)),
        ("子时 23~1点", ("子", True)),
        ("**子时(23~1点)**", ("子", True)),
        ("　丑时(1~3点)　", ("丑", True)),
        ("丑时(3~5点)", ("丑", False)),
        ("子时(0~1点)", ("子", False)),
        ("子时(23—24点)", ("子", False)),
        ("子时(23~25点)", ("子", False)),
        ("子时(23:30~1:00)", ("子", False)),
        ("申時（15～17時）", ("申", True)),
        ("子时指挥部", None),
        ("十二时辰", None),
        ("子时(٢٣~1点)", None),
        ("", None),
    ],
)
def test_headings(text: str, expected: tuple[str, bool] | None) -> None:
    assert watches.parse_heading(text) == expected


@settings(deadline=None)
@given(st.text(max_size=40))
def test_no_text_breaks_the_heading_parser(text: str) -> None:
    found = watches.parse_heading(text)
    assert found is None or found[0] in text


# -- 3.5 clock words ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "hour", "expected"),
    [
        ("下午", 3, 15),
        ("下午", 15, 15),
        ("下午", 12, 12),
        ("晚上", 11, 23),
        ("晚上", 21, 21),
        ("晚上", 12, 24),
        ("深夜", 12, 24),
        ("中午", 11, 11),
        ("中午", 12, 12),
        ("中午", 1, 13),
        ("凌晨", 2, 2),
        ("凌晨", 12, 0),
        ("", 0, 0),
        ("", 24, 24),
        ("早上", 7, 7),
        ("上午", 9, 9),
        ("上午", 12, 12),
        ("傍晚", 6, 18),
        ("晚上", 1, None),
        ("深夜", 1, None),
        ("夜间", 2, None),
    ],
)
def test_hours_with_a_word_before_them(word: str, hour: int, expected: int | None) -> None:
    assert watches.hour12(word, hour) == expected


@pytest.mark.parametrize(("word", "hour"), [("凌晨", 15), ("上午", 20), ("下午", 24), ("", 25), ("", -1), ("晚上", 14)])
def test_hours_that_no_such_part_of_the_day_has(word: str, hour: int) -> None:
    with pytest.raises(ValueError, match="hour"):
        watches.hour12(word, hour)


@pytest.mark.parametrize("word", list(watches.PARTS))
def test_a_word_for_a_part_of_the_day_names_hours_of_its_own(word: str) -> None:
    part = watches.PARTS[word]
    assert 0 <= part.start < part.end <= 24
    assert watches.hour12(word, part.start) in (part.start, None)


@pytest.mark.parametrize(
    ("date", "hour", "expected"),
    [
        ("2020-02-09", 24, "2020-02-10T00:00"),
        ("2019-12-31", 24, "2020-01-01T00:00"),
        ("2020-02-28", 24, "2020-02-29T00:00"),
        ("2021-02-28", 24, "2021-03-01T00:00"),
        ("2020-02-02", 0, "2020-02-02T00:00"),
    ],
)
def test_24_o_clock_is_the_next_midnight(date: str, hour: int, expected: str) -> None:
    assert watches.clock(day(date), hour) == at(expected)


@pytest.mark.parametrize("time", [(24, 1), (24, 0, 1), (25,), (-1,), (12, 60), (12, 0, 60), (12, -1)])
def test_no_such_time_of_day(time: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="no such time of day"):
        watches.clock(D2, *time)


# -- 3.7 traditional divisions, summer time ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "label", "quarter"),
    [
        ("02-02T23:40", "子初", 2),
        ("02-02T00:40", "子正", 2),
        ("02-02T12:00", "午正", 0),
        ("02-02T13:00", "未初", 0),
        ("02-02T14:59", "未正", 3),
    ],
)
def test_halves_and_quarters(moment: str, label: str, quarter: int) -> None:
    assert watches.sub(at(moment)) == (label, quarter)


def test_the_five_divisions_of_the_night() -> None:
    assert watches.NIGHT_WATCHES == {"戌": 1, "亥": 2, "子": 3, "丑": 4, "寅": 5}


@pytest.mark.parametrize(
    ("date", "hours", "chou"), [("1986-05-04", 23, 1), ("1986-09-14", 25, 3), ("1986-07-01", 24, 2)]
)
def test_summer_time_of_1986(date: str, hours: int, chou: int) -> None:
    """Bounds keep the wall hours 1 and 3; lengths are real time."""
    civil = watches.whole(day(date), CIVIL)
    night = watches.bounds(day(date), "丑", CIVIL)
    assert civil.length == dt.timedelta(hours=hours)
    assert night.length == dt.timedelta(hours=chou)
    assert (night.start.hour, night.end.hour) == (1, 3)


def test_both_of_two_equal_wall_clocks_are_in_their_watch() -> None:
    """1986-09-14 01:30 came twice, an hour apart; both are 丑 and both are inside its bounds."""
    first = dt.datetime(1986, 9, 14, 1, 30, tzinfo=SHANGHAI)
    second = first.replace(fold=1)
    night = watches.bounds(first.date(), "丑", PAGE)
    assert Period(first, second).length == dt.timedelta(hours=1)
    assert first in night
    assert second in night
