"""“At least one” beside what was told: levels that would say how many, or nearly, are found; those that leave every small number open are not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from shichen import watches
from shichen.disclosure.atleast import Narrow, narrow
from shichen.disclosure.facts import Fact, Region

NEW = "cases.confirmed_new"
CITY, EAST, WEST, INNER = "43/4302/", "43/4302/430202/", "43/4302/430203/", "43/4302/zz01/"
LAST = date(2020, 2, 19)


def region(area: str, first: date | None = None, last: date = LAST) -> Region:
    begin = watches.clock(first or last - timedelta(days=13), 0)
    return Region(NEW, area, begin, watches.clock(last, 24))


def fact(value: int, where: Region) -> Fact:
    return Fact(where, value, "", "")


def total(value: int, day: date, area: str = CITY) -> Fact:
    return Fact(Region(NEW, area, None, watches.clock(day, 24)), value, "", "")


def found(claims: list[Region], facts: list[Fact], inner: frozenset[str] = frozenset()) -> list[tuple[str, int]]:
    return [(one.area, one.most) for one in narrow(claims, facts, NEW, 5, inner)]


def test_where_nothing_was_told_a_level_says_that_there_was_a_case_and_no_more() -> None:
    assert found([region(EAST), region(WEST)], []) == []


@pytest.mark.parametrize(("told", "narrowed"), [(1, True), (3, True), (4, False), (9, False)])
def test_a_city_that_had_so_few_leaves_its_only_area_no_more(told: int, narrowed: bool) -> None:
    """Of four every number from one to four is left, as “few” says; of three it is one of three."""
    assert found([region(EAST)], [fact(told, region(CITY))]) == ([(EAST, told)] if narrowed else [])


def test_two_areas_with_a_case_each_leave_one_another_less() -> None:
    facts = [fact(4, region(CITY))]
    assert found([region(EAST), region(WEST)], facts) == [(EAST, 3), (WEST, 3)]
    assert found([region(CITY), region(EAST)], facts) == []  # the city's own level says nothing of another area


def test_one_that_is_counted_in_another_takes_nothing_from_it() -> None:
    facts = [fact(4, region(CITY))]
    assert found([region(EAST), region(INNER)], facts, frozenset({INNER})) == [(INNER, 3)]


def test_running_totals_are_told_numbers_of_the_days_between_them() -> None:
    before = LAST - timedelta(days=14)
    assert found([region(EAST)], [total(50, before), total(52, LAST)]) == [(EAST, 2)]
    assert found([region(EAST)], [total(50, before), total(60, LAST)]) == []
    assert found([region(EAST)], [total(0, before, EAST), total(2, LAST)]) == []  # it may have begun before


def test_a_level_that_falls_says_on_which_day_the_last_case_was() -> None:
    """Medium until the 19th, low from the 20th on: a case on the 6th, and the city is told to have had two that day."""
    falls = region(EAST, LAST - timedelta(days=12), LAST + timedelta(days=1))
    day = LAST - timedelta(days=13)
    facts = [fact(0, falls), fact(2, region(CITY, day, day))]
    assert narrow([region(EAST)], facts, NEW, 5) == [Narrow(EAST, (day,), 2)]
    assert found([region(EAST)], facts[1:]) == []


def test_an_area_known_to_have_had_none_has_no_claim_and_another_measure_says_nothing() -> None:
    assert found([region(EAST)], [fact(0, region(CITY)), fact(2, region(CITY))]) == []
    other = Fact(Region("cases.dead_new", CITY, region(CITY).since, region(CITY).until), 1, "", "")
    assert found([region(EAST)], [other]) == []
    assert narrow([Region(NEW, EAST, None, watches.clock(LAST, 24))], [], NEW, 5) == []
