"""Records wherever they are kept: one suite over every keeper, so that a figure does not depend on where its rows lie."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from shichen import watches
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.records.keeper import RowRecords
from shichen.records.reductions import (
    COUNT,
    Fingerprint,
    Records,
    Reduction,
    Row,
    distinct,
    latest,
    noughts_at_the_end,
    run_of_noughts,
    total,
)
from shichen.registers.cases.models import DailyCount, Series
from tests.made import DAY, NOON, area

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Said:
    """One count of one area and day, before any keeper has it."""

    place: str
    day: int
    new: int | None = None
    cumulative: int | None = None
    revision: int = 1


@dataclass(frozen=True)
class ListRecords:
    """A keeper that holds its rows in a list: the smallest thing that answers the face of Records."""

    said: tuple[dict[str, Any], ...]

    def figure(self, reduction: Reduction) -> Decimal | None:
        return self._reduced(list(self.said), reduction) if self.said else None

    def figures(self, reduction: Reduction, by: str) -> dict[str, Decimal]:
        groups: dict[str, list[dict[str, Any]]] = {}
        for row in self.said:
            groups.setdefault(str(row[by]), []).append(row)
        reduced = {name: self._reduced(rows, reduction) for name, rows in groups.items()}
        return {name: value for name, value in reduced.items() if value is not None}

    def rows(self, limit: int) -> list[Row]:
        return [Row(str(row["id"]), "", {"新增": row["confirmed_new"]}) for row in self.said[:limit]]

    def fingerprint(self) -> Fingerprint:
        lines = sorted(f"{row['first']}:{row['revision']}\n" for row in self.said)
        return Fingerprint(len(lines), hashlib.sha256("".join(lines).encode()).hexdigest())

    def _reduced(self, rows: list[dict[str, Any]], reduction: Reduction) -> Decimal | None:
        if reduction.how == "count":
            return Decimal(len(rows))
        told = [row for row in rows if row[reduction.field] is not None]
        if reduction.how == "distinct":
            return Decimal(len({row[reduction.field] for row in told}))
        if not told:
            return None
        if reduction.how == "total":
            return Decimal(sum(row[reduction.field] for row in told))
        if reduction.how == "latest":
            last: dict[Any, dict[str, Any]] = {}
            for row in sorted(told, key=lambda row: (row[reduction.by], row["recorded_at"])):
                last[row[reduction.each]] = row
            return Decimal(sum(row[reduction.field] for row in last.values()))
        days: dict[Any, Decimal] = {}
        for row in sorted(told, key=lambda row: row[reduction.by]):
            days[row[reduction.by]] = days.get(row[reduction.by], Decimal(0)) + row[reduction.field]
        return noughts_at_the_end(list(days.values()))


Keeper = Callable[[list[Said]], Records]


def in_rows(said: list[Said]) -> Records:
    made = [_stored(one) for one in said]
    kept = DailyCount.objects.filter(pk__in=[row.pk for row in made]).order_by("as_of", "area_path")
    return RowRecords(kept, lambda row: {"新增": row.confirmed_new}, lambda row: "")


def in_a_list(said: list[Said]) -> Records:
    names = ("id", "first", "revision", "area_id", "as_of", "recorded_at", "confirmed_new", "confirmed_cum")
    rows = sorted(map(_made, said), key=lambda row: (row.as_of, row.area_path))
    return ListRecords(tuple({name: getattr(row, name) for name in names} for row in rows))


def _stored(said: Said) -> DailyCount:
    row = _made(said)
    row.save(force_insert=True)
    return row


def _made(said: Said) -> DailyCount:
    day = DAY + timedelta(days=said.day)
    place = area(said.place)
    row = DailyCount(
        as_of=day,
        published_on=day,
        series=Series.objects.get(code="official"),
        confirmed_new=said.new,
        confirmed_cum=said.cumulative,
        revision=said.revision,
        unit=city.the_office(),
        event=city.the_event(),
        author=accounts.system(),
        occurred_from=watches.clock(day, 0),
        reported_at=NOON,
        recorded_at=NOON,
        precedence=day.toordinal(),
    )
    row.place_in(place)
    row.first = row.id
    return row


@pytest.fixture(params=[in_rows, in_a_list], ids=["database rows", "a list"])
def keeper(request: pytest.FixtureRequest) -> Keeper:
    found: Keeper = request.param
    return found


LATEST = latest("confirmed_cum", by="as_of", each="area_id")
RUN = run_of_noughts("confirmed_new", by="as_of")
TIANYUAN, HETANG = "天元区", "荷塘区"


class TestEveryKeeper:
    def test_nothing_reported_is_not_nought(self, keeper: Keeper) -> None:
        none = keeper([])
        for reduction in (COUNT, total("confirmed_new"), distinct("confirmed_new"), LATEST, RUN):
            assert none.figure(reduction) is None
            assert none.figures(reduction, "area_id") == {}
        assert none.fingerprint().count == 0
        assert none.rows(10) == []

    def test_a_nought_that_was_reported_is_nought(self, keeper: Keeper) -> None:
        assert keeper([Said(TIANYUAN, 0, new=0)]).figure(total("confirmed_new")) == 0

    def test_rows_without_the_value_say_nothing_of_it(self, keeper: Keeper) -> None:
        rows = keeper([Said(TIANYUAN, 0, cumulative=3)])
        assert rows.figure(total("confirmed_new")) is None
        assert rows.figure(RUN) is None
        assert rows.figure(COUNT) == 1

    def test_count_total_and_distinct(self, keeper: Keeper) -> None:
        rows = keeper([Said(TIANYUAN, 0, new=4), Said(HETANG, 0, new=4), Said(TIANYUAN, 1, new=1)])
        assert rows.figure(COUNT) == 3
        assert rows.figure(total("confirmed_new")) == 9
        assert rows.figure(distinct("confirmed_new")) == 2

    def test_latest_takes_the_last_of_each_and_adds_these(self, keeper: Keeper) -> None:
        rows = keeper([Said(TIANYUAN, 0, cumulative=5), Said(TIANYUAN, 2, cumulative=7), Said(HETANG, 1, cumulative=2)])
        assert rows.figure(LATEST) == 9
        assert rows.figures(LATEST, "area_id") == {"430211": 7, "430202": 2}

    def test_latest_skips_rows_without_the_value(self, keeper: Keeper) -> None:
        rows = keeper([Said(TIANYUAN, 0, cumulative=5), Said(TIANYUAN, 1, new=0)])
        assert rows.figure(LATEST) == 5

    def test_a_run_counts_back_from_the_last_day(self, keeper: Keeper) -> None:
        said = [Said(TIANYUAN, 0, new=0), Said(TIANYUAN, 1, new=2), Said(TIANYUAN, 2, new=0), Said(TIANYUAN, 3, new=0)]
        assert keeper(said).figure(RUN) == 2

    def test_a_day_is_nought_only_when_all_its_areas_are(self, keeper: Keeper) -> None:
        said = [Said(TIANYUAN, 0, new=0), Said(TIANYUAN, 1, new=0), Said(HETANG, 1, new=1)]
        rows = keeper(said)
        assert rows.figure(RUN) == 0
        assert rows.figures(RUN, "area_id") == {"430211": 2, "430202": 0}

    def test_groups_add_up_to_the_whole(self, keeper: Keeper) -> None:
        rows = keeper([Said(TIANYUAN, 0, new=4), Said(HETANG, 0, new=3), Said(TIANYUAN, 1, new=1)])
        parts = rows.figures(total("confirmed_new"), "area_id")
        assert parts == {"430211": 5, "430202": 3}
        assert sum(parts.values()) == rows.figure(total("confirmed_new"))

    def test_only_so_many_rows_are_shown_as_were_asked_for(self, keeper: Keeper) -> None:
        rows = keeper([Said(TIANYUAN, day, new=day) for day in range(4)])
        assert [row.cells["新增"] for row in rows.rows(3)] == [0, 1, 2]

    def test_the_fingerprint_knows_rows_and_revisions_and_not_their_order(self, keeper: Keeper) -> None:
        one, other = Said(TIANYUAN, 0, new=1), Said(HETANG, 0, new=1)
        rows = keeper([one, other])
        assert rows.fingerprint() == rows.fingerprint()
        assert rows.fingerprint().count == 2
        assert keeper([replace(one, day=5)]).fingerprint().digest != rows.fingerprint().digest


class TestFingerprint:
    def test_a_correction_changes_it_though_the_count_stays(self) -> None:
        from shichen.registers.cases import services as cases
        from tests.made import count

        old = count(DAY, confirmed_new=3, confirmed_cum=9)
        before = RowRecords(DailyCount.objects.current(), lambda row: {}).fingerprint()
        cases.correct_count(old, {"confirmed_new": 4}, "复核", by=accounts.system())
        after = RowRecords(DailyCount.objects.current(), lambda row: {}).fingerprint()
        assert (before.count, after.count) == (1, 1)
        assert before.digest != after.digest


numbers = st.none() | st.integers(min_value=0, max_value=5)
told = st.builds(
    Said,
    place=st.sampled_from([TIANYUAN, HETANG, "渌口区"]),
    day=st.integers(min_value=0, max_value=5),
    new=numbers,
    cumulative=numbers,
)


class TestKeepersAgree(TestCase):
    """Whatever the rows: both keepers give the same figures, whole and by area."""

    @settings(max_examples=40, deadline=None)
    @given(st.lists(told, max_size=8, unique_by=lambda one: (one.place, one.day)))
    def test_all_reductions(self, said: list[Said]) -> None:
        DailyCount.objects.all().delete()
        kept, listed = in_rows(said), in_a_list(said)
        for reduction in (COUNT, total("confirmed_new"), distinct("confirmed_new"), LATEST, RUN):
            assert kept.figure(reduction) == listed.figure(reduction), reduction
            assert kept.figures(reduction, "area_id") == listed.figures(reduction, "area_id"), reduction
