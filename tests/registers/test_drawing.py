"""汇总: a shift has one tally; what its post states stands, else what its passings add up to, and never both."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client

from shichen import watches
from shichen.audit.context import acting
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.indicators.declare import Scope
from shichen.indicators.queries import compute
from shichen.journal.models import Entry
from shichen.reconciliation.checks import Finding
from shichen.registers.checkpoints import checks, drawing, passings, services, sheets
from shichen.registers.checkpoints.models import Passing, Post, Tally
from tests.conftest import Cast
from tests.made import DAY, day_of, deliver, post, tally, tally_row
from tests.registers.cases import signed_in
from tests.registers.test_passings import passing, passing_row, sent

pytestmark = pytest.mark.django_db

OVER = watches.clock(DAY, 16, 30)


@pytest.fixture(autouse=True)
def _post() -> None:
    post()


def draw(at: datetime = OVER) -> int:
    with acting("job", moment=at):
        return drawing.draw(at)


def at(hour: int, minute: int = 0) -> datetime:
    return watches.clock(DAY, hour, minute)


def value(key: str, **facets: str) -> int | None:
    found = compute(key, day_of(DAY), Scope(city.the_city(), facets)).value
    return None if found is None else int(found)


class TestAShiftThatNobodyTold:
    def test_is_summed_up_half_an_hour_after_its_end(self) -> None:
        passing(at(8), persons=3)
        passing(at(15, 59), persons=2, outcome="turned_back", why="无必要事由")
        passing(at(16), persons=9)
        assert (draw(OVER - timedelta(minutes=1)), draw(), draw()) == (0, 1, 0)
        one = Tally.objects.current().get()
        assert (one.drawn, one.vehicles, one.persons, one.turned_back, one.handled) == (True, 2, 5, 2, 2)
        assert (one.occurred_from, one.occurred_to) == (at(8), at(16))
        assert Entry.objects.latest("seq").text == "Z01号点2月2日8—16时查控车辆2台、人员5人，劝返2人(汇自逐车记录)。"
        assert value("traffic.vehicles_checked") == 2

    def test_what_comes_late_makes_a_new_version(self) -> None:
        passing(at(9))
        draw()
        sent(passing_row(at(10)), at=at(20))
        assert draw(at(20, 5)) == 1
        one = Tally.objects.current().get()
        assert (one.vehicles, one.revision, one.drawn) == (2, 2, True)

    def test_what_is_taken_out_goes_from_the_sum(self, cast: Cast) -> None:
        first, _second = passing(at(9)), passing(at(10))
        draw()
        with acting("job", moment=at(17)):
            passings.void(first, "误点", by=cast.office)  # type: ignore[arg-type]
        assert draw(at(17, 1)) == 1
        assert Tally.objects.current().get().vehicles == 1

    def test_no_passings_make_no_tally(self) -> None:
        assert draw() == 0
        assert not Tally.objects.exists()


class TestWhatThePostStates:
    def test_stands_and_nothing_is_summed_up_beside_it(self) -> None:
        tally(hours=(8, 16), vehicles=10)
        passing(at(9))
        assert draw() == 0
        assert value("traffic.vehicles_checked") == 10

    def test_takes_the_place_of_the_sum_when_it_comes_later(self) -> None:
        passing(at(9))
        draw()
        one = tally(hours=(8, 16), vehicles=10)
        assert (one.drawn, one.revision) == (False, 2)
        assert Tally.objects.filter(first=one.first).count() == 2
        assert draw(at(17)) == 0
        assert value("traffic.vehicles_checked") == 10

    def test_sent_again_it_is_the_same(self) -> None:
        passing(at(9))
        draw()
        tally(hours=(8, 16))
        assert deliver("checkpoint_tally", tally_row(hours=(8, 16))).envelope.duplicate == 1

    def test_a_sum_that_a_person_puts_right_is_stated(self, cast: Cast) -> None:
        passing(at(9))
        draw()
        old = Tally.objects.current().get()
        with acting("job", moment=at(18)):
            services.correct_tally(old, {"vehicles": 4, "persons": 9}, "与登记本核对", by=cast.office)  # type: ignore[arg-type]
        sent(passing_row(at(10)), at=at(19))
        assert draw(at(19, 5)) == 0
        assert value("traffic.vehicles_checked") == 4


def test_of_a_gate_that_two_networks_share_one_count_is_taken_for_passings_too() -> None:
    Post.objects.update(gate=None)
    for code, network in (("N1", "traffic"), ("N2", "police")):
        post(code, network, gate="north")
    sent(*(passing_row(at(9, n), post="N1") for n in range(3)), *(passing_row(at(9, n), post="N2") for n in range(5)))
    draw()
    assert Tally.objects.current().count() == 2
    assert value("checkpoint.vehicles_at_gates") == 3
    assert (value("traffic.vehicles_checked"), value("police.vehicles_checked")) == (3, 5)


class TestFiguresByWatch:
    def test_single_passings_are_counted_by_post_and_watch(self) -> None:
        for hour, persons in ((13, 2), (14, 4), (15, 1)):
            passing(at(hour), persons=persons)
        assert value("checkpoint.vehicles_passed", watch="未") == 2
        assert value("checkpoint.persons_passed", watch="未", post="Z01") == 6
        assert value("checkpoint.persons_passed", watch="申") == 1
        one = sheets.of_day(Post.objects.get(), DAY).watches[0]
        assert (one.name, one.vehicles, str(one.per_vehicle)) == ("未", 2, "3.0")

    def test_the_page_shows_both_and_the_gap(self, cast: Cast) -> None:
        tally(hours=(8, 16), vehicles=10)
        passing(at(9))
        client: Client = signed_in(cast, "traffic")
        page = client.get(f"/registers/posts/{Post.objects.get().pk}/watches/?on=2020-02-02")
        told = page.context["shifts"][1][1]
        assert (told.tally.vehicles, told.passed.vehicles, told.gap) == (10, 1, 9)
        answer = client.get(f"/registers/posts/{Post.objects.get().pk}/watches.json?on=2020-02-02")
        assert answer.json()["watches"][0]["vehicles"] == 1
        outsider = signed_in(cast, "police")
        assert outsider.get(f"/registers/posts/{Post.objects.get().pk}/watches/").status_code == 404


class TestReconciliation:
    def found(self) -> list[Finding]:
        return list(checks.a_shift_and_its_passings())

    def test_a_gap_beyond_what_is_borne_is_a_matter_with_both_sides(self) -> None:
        tally(hours=(8, 16), vehicles=10, persons=12)
        passing(at(9))
        (one,) = self.found()
        assert (one.ok, one.owner) == (False, "traffic-safety-group")
        assert [side.value for side in one.sides] == ["10", "1"]
        assert "所报车辆10，逐车记录合计1，相差9" in one.title

    def test_a_small_gap_is_in_order(self) -> None:
        tally(hours=(8, 16), vehicles=4, persons=4)
        passing(at(9))
        assert [one.ok for one in self.found()] == [True]

    def test_sums_and_shifts_without_passings_are_not_compared(self) -> None:
        tally(hours=(0, 8))
        passing(at(9))
        draw()
        assert self.found() == []


def test_a_corrected_post_keeps_its_passings() -> None:
    passing(at(9))
    old = Post.objects.get()
    services.correct_post(old, {"name": "新名"}, "更名", by=accounts.system())
    assert Passing.objects.get().post.name == "新名"
    assert draw() == 1
