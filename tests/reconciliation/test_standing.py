"""记录已变: a frozen figure whose records moved is found by what changed since the last round, and by nothing else."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shichen import batches
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.indicators import correcting, releasing, services
from shichen.indicators.declare import Scope
from shichen.indicators.models import Figure
from shichen.indicators.releasing import Document, Printed
from shichen.reconciliation import changes, running
from shichen.reconciliation.models import Comparison, Disagreement, Round
from shichen.records.reductions import Fingerprint
from shichen.registers.cases import services as cases
from shichen.registers.checkpoints import services as checkpoints
from shichen.registers.checkpoints.models import Tally
from tests.made import DAY, NOON, area, body, count, day_of, post, tally

pytestmark = pytest.mark.django_db
VEHICLES = "traffic.vehicles_checked"
ONE_DAY = timedelta(days=1)


def frozen(key: str = VEHICLES, day: date = DAY, **scope: Any) -> Figure:
    place = scope.pop("place", None) or city.the_city()
    return services.freeze(
        key,
        day_of(day),
        Scope(place, scope),
        reporter=body("traffic-safety-group"),
        event=city.the_event(),
        by=accounts.system(),
    )


def change(one: Tally, vehicles: int) -> Tally:
    return checkpoints.correct_tally(one, {"vehicles": vehicles}, "复核", by=accounts.system())


def moved() -> list[Disagreement]:
    return list(Disagreement.objects.filter(family="moved", state="open").order_by("title"))


def looked_at() -> list[Figure]:
    """The figures that a round works out anew."""
    seen: list[Figure] = []
    whole = correcting.moved

    def spy(figure: Figure) -> Any:
        seen.append(figure)
        return whole(figure)

    with patch("shichen.indicators.correcting.moved", spy):
        running.run(NOON)
    return seen


def frozen_mark() -> str:
    return Figure.objects.get(key=VEHICLES).fingerprint


@pytest.fixture
def shift(db: None) -> Tally:
    post()
    return tally(vehicles=10)


class TestManyAtOnce:
    """A whole register that came in, or thousands of gaps left open, must not stop the rounds."""

    def test_more_rows_than_are_looked_at_one_by_one(self, shift: Tally, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(changes, "MOST", 1)
        frozen()
        running.run(NOON)
        change(change(shift, 12), 14)
        with CaptureQueriesContext(connection) as asked:
            running.run(NOON)
        assert {one.rule for one in moved()} >= {VEHICLES}
        assert not [one for one in asked.captured_queries if '"checkpoints_tally"."first" IN' in one["sql"]]

    def test_what_was_out_of_order_is_asked_for_in_parts(self, shift: Tally, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(batches, "AT_ONCE", 1)
        frozen()
        frozen("traffic.persons_screened")
        running.run(NOON)
        change(shift, 12)
        running.run(NOON)
        assert len(moved()) > 1
        assert len(looked_at()) == len(moved())


class TestFinding:
    def test_while_the_records_stand_all_is_well_and_counted(self, shift: Tally) -> None:
        frozen()
        running.run(NOON)
        assert moved() == []
        agree = Comparison.objects.get(family="moved")
        assert (agree.ok, agree.weight) == (True, Figure.objects.filter(basis="computed").count())

    def test_records_that_moved_are_a_work_item_with_was_and_now(self, shift: Tally) -> None:
        figure = frozen()
        running.run(NOON)
        change(shift, 8)
        running.run(NOON)
        one = next(row for row in moved() if str(figure.pk) in str(row.sides))
        assert one.title == "2月2日 检查车辆定稿10台次，现在的记录算得8台次；未对外发布，可重新定稿"
        assert [side["value"] for side in one.sides] == ["10台次", "8台次"]
        assert one.sides[0]["href"] == f"/figures/{figure.pk}/"
        assert one.sides[1]["href"].startswith("/figures/traffic.vehicles_checked/?from=2020-02-02")
        assert one.owner == body("traffic-safety-group")

    def test_what_was_told_asks_for_a_correction(self, shift: Tally) -> None:
        figure = frozen()
        releasing.release(Document(figure.pk, "日版", "/"), [Printed(figure, "午", "10")], at=NOON, by=None)
        change(shift, 8)
        running.run(NOON)
        assert any("须提出更正" in one.title for one in moved())

    def test_a_value_that_stayed_is_no_gap(self, shift: Tally) -> None:
        frozen()
        checkpoints.correct_tally(shift, {"persons": 26}, "复核", by=accounts.system())
        running.run(NOON)
        assert not [one for one in moved() if one.rule == VEHICLES]

    def test_records_that_were_all_voided_are_said_to_be(self, shift: Tally) -> None:
        frozen()
        checkpoints.void_tally(shift, "误报", by=accounts.system())
        running.run(NOON)
        assert any("记录已全部作废" in one.title for one in moved())

    def test_frozen_anew_the_item_closes_itself(self, shift: Tally) -> None:
        figure = frozen()
        change(shift, 8)
        running.run(NOON)
        correcting.refreeze(figure, "复核", by=accounts.system())
        running.run(NOON)
        assert not [one for one in moved() if one.rule == VEHICLES]
        closed = Disagreement.objects.get(rule=VEHICLES, family="moved")
        assert (closed.state, closed.reason) == ("corrected", "所比的数已由后来的数接替。")

    def test_records_put_back_as_they_were_close_it_too(self, shift: Tally) -> None:
        frozen()
        other = change(shift, 8)
        running.run(NOON)
        change(other, 10)
        running.run(NOON)
        assert not [one for one in moved() if one.rule == VEHICLES]

    def test_another_definition_alone_is_not_another_record(self, shift: Tally) -> None:
        frozen()
        change(shift, 8)
        with patch("shichen.indicators.queries.Computed.fingerprint", lambda one: Fingerprint(1, frozen_mark())):
            running.run(NOON)
        assert not [one for one in moved() if one.rule == VEHICLES]


class TestLookingOnlyAtWhatChanged:
    def test_a_round_after_a_round_looks_at_nothing(self, shift: Tally) -> None:
        frozen()
        running.run(NOON)
        assert looked_at() == []

    def test_a_corrected_shift_touches_the_figures_of_its_time_and_place_alone(self, shift: Tally) -> None:
        post("Z02", area="荷塘区")
        tally("Z02", vehicles=5)
        tally("Z01", day=DAY + ONE_DAY, vehicles=7)
        here, whole = frozen(place=area("天元区")), frozen()
        elsewhere, later = frozen(place=area("荷塘区")), frozen(day=DAY + ONE_DAY)
        running.run(NOON)
        change(shift, 8)
        seen = {one.pk for one in looked_at()}
        assert {here.pk, whole.pk} <= seen
        assert not {elsewhere.pk, later.pk} & seen

    def test_a_shift_moved_to_another_day_touches_the_day_that_it_left(self, shift: Tally) -> None:
        figure = frozen()
        running.run(NOON)
        later = {"occurred_from": shift.occurred_from + ONE_DAY, "occurred_to": shift.occurred_to + ONE_DAY}  # type: ignore[operator]
        checkpoints.correct_tally(shift, later, "日期误填", by=accounts.system())
        assert figure.pk in {one.pk for one in looked_at()}
        assert any("记录已全部作废" in one.title for one in moved())

    def test_what_was_frozen_after_the_change_rests_on_it_already(self, shift: Tally) -> None:
        running.run(NOON)
        change(shift, 8)
        figure = frozen()
        assert figure.pk not in {one.pk for one in looked_at()}

    def test_what_was_out_of_order_is_looked_at_until_it_is_in_order(self, shift: Tally) -> None:
        figure = frozen()
        running.run(NOON)
        change(shift, 8)
        running.run(NOON)
        assert figure.pk in {one.pk for one in looked_at()}

    def test_rows_that_came_in_between_make_it_look_at_everything(self, shift: Tally) -> None:
        figure = frozen()
        running.run(NOON)
        Round.objects.update(until={**Round.objects.get().until, "checkpoints.tally": [NOON.isoformat(), 7]})
        assert figure.pk in {one.pk for one in looked_at()}

    def test_a_count_of_an_earlier_day_touches_figures_that_may_rest_on_it(self) -> None:
        old = count(DAY, confirmed_new=1, confirmed_cum=5)
        figure = frozen("cases.confirmed_new", DAY + ONE_DAY, dated="published")
        running.run(NOON)
        cases.correct_count(old, {"confirmed_new": 2}, "复核", by=accounts.system())
        assert figure.pk in {one.pk for one in looked_at()}
        assert any("新增确诊病例定稿1例，现在的记录算得2例" in one.title for one in moved())
