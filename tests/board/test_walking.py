"""Walking back through the log: whatever is asked, the page holds what the whole log would give, or says where it stopped."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shichen.board import entries, walking
from shichen.board.asked import Asked, read
from shichen.board.entries import PAGE
from shichen.city.queries import the_city, the_event
from shichen.city.scope import Sight
from shichen.journal import grams
from shichen.journal import services as journal
from shichen.journal.models import Entry, Mark
from shichen.journal.services import Said
from shichen.watches import WATCHES, clock
from tests import made
from tests.board.conftest import AT, entry, signed_in
from tests.conftest import Cast

EVERYTHING = Sight(((None, "", None),))
UNITS = ("office", "traffic-safety-group", "public-security-group")
WORDS = ("值守点", "查车", "口罩", "护目镜", "A区", "100%", "a_b", "'", '"', "\\", "岗")


def texts(page: entries.Page) -> list[str]:
    return [one.text for group in page.groups for one in group.entries]


def whole(asked: Asked, sight: Sight = EVERYTHING) -> list[str]:
    """Every page of an answer, one after the other."""
    found, page = [], entries.page(asked, sight)
    while True:
        found += texts(page)
        following = entries.next_page(asked, page)
        if not following:
            return found
        given = dict(pair.split("=", 1) for pair in following.split("&") if pair.startswith(("before=", "until=")))
        page = entries.page(Asked(**{**vars(asked), **vars(read(given)), **_kept(asked)}), sight)


def _kept(asked: Asked) -> dict[str, Any]:
    return {name: value for name, value in vars(asked).items() if name not in {"before", "until"}}


@pytest.fixture
def years(cast: Cast) -> list[Entry]:
    """A log with days apart and days that are full, entries filed late, struck, marked, of the system."""
    said, n = [], 0
    for back in (0, 1, 2, 9, 40, 41, 400, 2000):
        for k in range(23 if back in (1, 40) else 7):
            n += 1
            at = AT - timedelta(days=back, minutes=37 * k)
            late = {"page_day": made.DAY - timedelta(days=back + 3), "slot": WATCHES[k % 12]} if k % 6 == 5 else {}
            told = Said(
                text=f"{n}号：{WORDS[n % len(WORDS)]}、{WORDS[n * 7 % len(WORDS)]}。",
                unit=made.body(UNITS[n % 3]),
                area=the_city(),
                event=the_event(),
                kind=Entry.Kind.SYSTEM if n % 9 == 4 else Entry.Kind.NOTE,
                topic=("", "supply", "traffic")[n % 3],
                column=("", "指挥调度")[n % 2],
                reported_at=at,
                **late,
            )
            said.append(journal.write(told, by=made.accounts.system(), at=at))
            if n % 5 == 2:
                journal.mark(said[-1], Mark.Kind.SIGNIFICANT, by=made.accounts.system())
            if n % 11 == 3:
                journal.strike(said[-1], "试", by=made.accounts.system())
    return said


def plain(asked: Asked, said: list[Entry]) -> list[str]:
    """What is asked for, picked by hand."""
    marks = Mark.objects.all() if asked.as_of is None else Mark.objects.filter(at__lte=asked.as_of)
    marked = set(marks.values_list("entry", "kind"))

    def right(one: Entry) -> bool:
        kinds = {kind for entry, kind in marked if entry == one.pk}
        return all(
            (
                not asked.unit or one.unit_id == asked.unit,
                not asked.topic or one.topic == asked.topic,
                not asked.column or one.column == asked.column,
                not asked.watch or one.printed_watch == asked.watch,
                not asked.day or one.page_day == asked.day,
                not asked.q or asked.q.lower() in one.text.lower() or asked.q.lower() in one.unit_text.lower(),
                asked.as_of is None or one.recorded_at <= asked.as_of,
                asked.only != "system" or one.kind == Entry.Kind.SYSTEM,
                asked.only != "people" or one.kind != Entry.Kind.SYSTEM,
                asked.only not in ("significant", "struck") or asked.only in kinds,
            )
        )

    found = [one for one in said if right(one)]
    return [one.text for one in sorted(found, key=lambda one: (one.page_day, one.reported_at, one.seq), reverse=True)]


def questions() -> st.SearchStrategy[Asked]:
    return st.builds(
        Asked,
        unit=st.sampled_from(("", "", *UNITS)),
        topic=st.sampled_from(("", "", "supply")),
        column=st.sampled_from(("", "", "指挥调度")),
        watch=st.sampled_from(("", "", "", "申", "午")),
        q=st.sampled_from(("", "", *WORDS, "守点、", "a区", "。", "目", "交通", "没有的")),
        day=st.sampled_from((None, None, None, made.DAY, made.DAY - timedelta(days=40))),
        only=st.sampled_from(("", "", "system", "people", "significant", "struck")),
        as_of=st.sampled_from((None, None, AT - timedelta(days=30), AT - timedelta(days=3000))),
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=questions(), patient=st.booleans(), dense=st.sampled_from((2, walking.DENSE)))
def test_all_pages_together_are_the_answer_of_the_whole_log(
    years: list[Entry], asked: Asked, patient: bool, dense: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walking, "DENSE", dense)
        if not patient:  # every page stops after the first stretch, and the next one goes on there
            patch.setattr(walking, "SHORT_LOG", 0)
            patch.setattr(walking, "PATIENCE", 0.0)
            patch.setattr(walking, "CONTENT", 0.0)
            patch.setattr(walking, "FIRST_STRETCH", 250)
        assert whole(asked) == plain(asked, years)


@pytest.mark.parametrize(
    "word", ["护目", "护目镜", "目镜、", "A区", "a区", "%", "_", "'", '"', "\\", "岗。", "。", "号：100%"]
)
def test_words_are_found_with_the_index_and_without_it(
    years: list[Entry], word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = whole(Asked(q=word))
    assert found == plain(Asked(q=word), years)
    monkeypatch.setattr(grams, "exists", lambda: False)
    assert whole(Asked(q=word)) == found


def test_a_stretch_in_which_many_hold_the_word_is_not_read_as_a_whole(
    years: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "DENSE", 2)
    monkeypatch.setattr(walking, "FIRST_STRETCH", 4096)
    with CaptureQueriesContext(connection) as asked:
        entries.page(Asked(q="口罩"), EVERYTHING)
    walked = [one["sql"] for one in asked.captured_queries if '"page_day" >=' in one["sql"] and "LIKE" in one["sql"]]
    days = [re.findall(r'"page_day" [<>]= .?.?(\d{4}-\d{2}-\d{2})', sql) for sql in walked]
    assert days
    assert all(first == last for first, last in days)


def test_a_word_that_only_old_entries_hold_is_found_without_reading_the_new_ones(years: list[Entry]) -> None:
    held = grams.candidates("护目", date(2000, 1, 1), date(2030, 1, 1), 1000)
    assert held is not None
    assert set(held) == {one.seq for one in years if "护目" in one.text}
    few = grams.candidates("护目", made.DAY - timedelta(days=45), made.DAY - timedelta(days=30), 1000)
    assert few is not None
    assert set(few) < set(held)


def test_a_page_that_ran_out_of_patience_says_how_far_it_came(
    years: list[Entry], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "SHORT_LOG", 0)
    monkeypatch.setattr(walking, "PATIENCE", 0.0)
    page = entries.page(Asked(q="没有的"), EVERYTHING)
    assert (texts(page), page.total, page.more) == ([], 0, True)
    assert page.read_from is not None
    shown = signed_in(cast.office).get("/log/?q=没有的").content.decode()
    assert f"只查到 {page.read_from.isoformat()}" in shown
    assert f"until={page.unread}" in shown
    assert "筛选无结果" not in shown


def test_a_day_out_of_all_order_is_no_place_to_stop(years: list[Entry]) -> None:
    assert entries.page(Asked(until=date(1, 1, 1)), EVERYTHING).groups == []
    assert texts(entries.page(Asked(until=date(9999, 12, 31)), EVERYTHING)) == plain(Asked(), years)[:PAGE]


def test_totals_are_exact_up_to_a_point_and_then_say_more(years: list[Entry], monkeypatch: pytest.MonkeyPatch) -> None:
    page = entries.page(Asked(), EVERYTHING)
    assert (page.total, page.more) == (len(years), False)
    monkeypatch.setattr(entries, "COUNTED", 60)
    page = entries.page(Asked(), EVERYTHING)
    assert (page.total, page.more) == (60, True)


def test_choices_are_the_units_and_topics_of_the_entries_within_reach(years: list[Entry]) -> None:
    every = entries.choices(EVERYTHING)
    assert {unit.pk for unit in every.units} == set(UNITS)
    assert [topic for topic, _name in every.topics] == ["supply", "traffic"]
    mine = entries.choices(Sight((("office", "", None),)))
    assert [unit.pk for unit in mine.units] == ["office"]
    assert [topic for topic, _name in mine.topics] == sorted(
        {one.topic for one in years if one.unit_id == "office" and one.topic}
    )
    assert entries.choices(Sight(())).units == []


def test_a_page_costs_the_same_questions_however_long_the_log_is(cast: Cast) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            entries.page(Asked(), EVERYTHING)
        return len(asked)

    for n in range(3):
        entry(f"头{n}条。", at=AT - timedelta(days=n))
    few = cost()
    for n in range(150):
        entry(f"第{n}条。", at=AT - timedelta(minutes=n))
    assert cost() <= few


def test_the_sheet_of_the_log_holds_what_the_pages_hold(years: list[Entry]) -> None:
    for asked in (Asked(), Asked(q="口罩"), Asked(unit="office", only="people")):
        assert [one.text for one in entries.listed(asked, EVERYTHING, 5000)] == plain(asked, years)
    assert len(entries.listed(Asked(), EVERYTHING, 10)) == 10


def test_late_entries_stand_under_the_day_they_are_filed_under(years: list[Entry]) -> None:
    day = made.DAY - timedelta(days=3)
    page = entries.page(Asked(day=day), EVERYTHING)
    shown = list(chain.from_iterable(group.entries for group in page.groups))
    assert shown
    assert {one.page_day for one in shown} == {day}
    assert all(one.reported_at > _end_of(day) for one in shown)


def _end_of(day: date) -> datetime:
    return clock(day, 23)
