"""实算: a figure from its records, by place and facet and as they stood; nothing reported is not nought."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from shichen.audit.context import acting
from shichen.city import services as accounts
from shichen.indicators import queries
from shichen.indicators.declare import Scope, known
from shichen.indicators.queries import breakdown, compute, recompute
from shichen.indicators.services import freeze
from shichen.refusal import Refusal
from shichen.registers.checkpoints import services as checkpoints
from tests.made import DAY, NOON, area, body, day_of, post, stated, tally

pytestmark = pytest.mark.django_db

VEHICLES = "traffic.vehicles_checked"


class TestCompute:
    def test_nothing_reported_has_no_value(self) -> None:
        assert compute(VEHICLES, day_of(DAY)).value is None

    def test_shifts_of_the_day_are_added_and_those_of_other_days_are_not(self) -> None:
        post()
        for hours in ((0, 8), (8, 16), (16, 24)):
            tally(hours=hours, vehicles=10)
        tally(day=DAY + timedelta(days=1), vehicles=99)
        found = compute(VEHICLES, day_of(DAY))
        assert found.value == 30
        assert found.fingerprint().count == 3

    def test_it_keeps_to_its_place(self) -> None:
        post()
        tally(vehicles=10)
        assert compute(VEHICLES, day_of(DAY), Scope(area("天元区"))).value == 10
        assert compute(VEHICLES, day_of(DAY), Scope(area("荷塘区"))).value is None

    def test_facets_narrow_it_and_unknown_ones_are_refused(self) -> None:
        post("Z01")
        post("Z02")
        tally("Z01", vehicles=10)
        tally("Z02", vehicles=5)
        assert compute(VEHICLES, day_of(DAY), Scope(facets={"post": "Z02"})).value == 5
        with pytest.raises(Refusal, match="没有维度 colour") as refused:
            compute(VEHICLES, day_of(DAY), Scope(facets={"colour": "red"}))
        assert refused.value.field == "facets"

    def test_it_reads_the_records_as_they_stood(self) -> None:
        with acting("job", moment=NOON):
            post()
            old = tally(vehicles=10)
        with acting("job", moment=NOON + timedelta(hours=2)):
            checkpoints.correct_tally(old, {"vehicles": 12}, "复核", by=accounts.system())
        assert compute(VEHICLES, day_of(DAY), Scope(as_of=NOON + timedelta(hours=1))).value == 10
        assert compute(VEHICLES, day_of(DAY)).value == 12

    def test_a_figure_that_is_only_stated_is_not_computed(self) -> None:
        with pytest.raises(Refusal, match="只有报称数"):
            compute("transport.taxis", day_of(DAY))
        with pytest.raises(Refusal, match="只有报称数"):
            breakdown("transport.taxis", day_of(DAY), None, "area")

    def test_an_unknown_figure_is_refused(self) -> None:
        with pytest.raises(Refusal, match="没有名为"):
            compute("nothing.at_all", day_of(DAY))

    def test_every_declared_figure_answers_on_an_empty_register(self) -> None:
        for one in known().values():
            if one.computed:
                assert not compute(one.key, day_of(DAY), Scope(area("株洲市"))).value, one.key

    def test_parts_by_post_add_up_to_the_whole(self) -> None:
        for code, vehicles in (("Z01", 10), ("Z02", 5)):
            post(code)
            tally(code, vehicles=vehicles)
        parts = breakdown(VEHICLES, day_of(DAY), None, "post__code")
        assert parts == {"Z01": 10, "Z02": 5}
        assert sum(parts.values()) == compute(VEHICLES, day_of(DAY)).value

    def test_a_row_shows_what_it_says_and_where_it_came_from(self) -> None:
        post()
        one = tally(vehicles=10)
        row = compute(VEHICLES, day_of(DAY)).records.rows(5)[0]
        assert (row.id, row.cells["车辆"], row.envelope) == (str(one.pk), 10, str(one.envelope))
        assert row.href == f"/registers/tallies/{one.pk}/"


class TestRecompute:
    def test_a_frozen_figure_is_laid_beside_todays_records(self) -> None:
        from shichen.city import queries as city

        post()
        one = tally(vehicles=10)
        scope = Scope(city.the_city())
        frozen = freeze(
            VEHICLES, day_of(DAY), scope, reporter=body("office"), event=city.the_event(), by=accounts.system()
        )
        checkpoints.correct_tally(one, {"vehicles": 12}, "复核", by=accounts.system())
        again = recompute(frozen)
        assert again is not None
        assert (frozen.value, again.value) == (10, 12)
        assert frozen.fingerprint != again.fingerprint().digest

    def test_a_stated_figure_has_no_records_to_compute_from(self) -> None:
        assert recompute(stated(5, "台", key="transport.taxis")) is None


def test_a_period_of_no_length_holds_nothing() -> None:
    post()
    tally()
    start = day_of(date(2020, 2, 2)).start
    assert queries.compute(VEHICLES, queries.Period(start, start)).value is None
