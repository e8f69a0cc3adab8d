"""更正: what was told is replaced in public by two persons; a running total that falls is not told without one."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import cast

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from shichen.audit.models import Trail
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.city.models import Account
from shichen.indicators import correcting, releasing, services
from shichen.indicators.declare import Scope
from shichen.indicators.models import Appearance, Correction, Figure
from shichen.indicators.releasing import Document, Printed
from shichen.refusal import Refusal
from shichen.registers.checkpoints import services as checkpoints
from shichen.registers.checkpoints.models import Tally
from tests.made import DAY, NOON, body, day_of, post, stated, tally

pytestmark = pytest.mark.django_db
VEHICLES = "traffic.vehicles_checked"
PAGE = Document(uuid.UUID(int=1), "日版 2020-02-02 第1版", "/days/2020-02-02/editions/1/")


@pytest.fixture
def second(db: None) -> Account:
    return cast(Account, accounts.open_account("second", "第二人", by=accounts.system()))


def frozen() -> Figure:
    return services.freeze(
        VEHICLES,
        day_of(DAY),
        Scope(city.the_city()),
        reporter=body("office"),
        event=city.the_event(),
        by=accounts.system(),
    )


def told(figure: Figure) -> Figure:
    releasing.release(PAGE, [Printed(figure, "午", "10")], at=NOON, by=accounts.system())
    figure.refresh_from_db()
    return figure


@pytest.fixture
def shift(db: None) -> Tally:
    post()
    return tally(vehicles=10)


def newest() -> Tally:
    return Tally.objects.latest("recorded_at", "revision")


def change(shift: Tally, vehicles: int) -> None:
    checkpoints.correct_tally(shift, {"vehicles": vehicles}, "复核", by=accounts.system())


class TestProposing:
    def test_what_was_never_told_is_frozen_anew_without_a_number(self, shift: Tally) -> None:
        old = frozen()
        change(shift, 8)
        new = correcting.refreeze(old, "复核", by=accounts.system())
        old.refresh_from_db()
        assert (old.successor_id, old.value, new.value) == (new.pk, 10, 8)
        assert not Correction.objects.exists()

    def test_what_was_told_is_not_quietly_frozen_anew(self, shift: Tally) -> None:
        figure = told(frozen())
        change(shift, 8)
        with pytest.raises(Refusal, match="由第二人签发"):
            correcting.refreeze(figure, "复核", by=accounts.system())

    def test_while_the_records_stand_there_is_nothing_to_correct(self, shift: Tally) -> None:
        figure = told(frozen())
        with pytest.raises(Refusal, match="记录没有变"):
            correcting.propose(figure, "复核", by=accounts.system())

    def test_it_needs_a_reason(self, shift: Tally) -> None:
        figure = told(frozen())
        change(shift, 8)
        with pytest.raises(Refusal, match="写明理由"):
            correcting.propose(figure, "  ", by=accounts.system())

    def test_what_was_not_told_needs_no_correction(self, shift: Tally) -> None:
        figure = frozen()
        change(shift, 8)
        with pytest.raises(Refusal, match="没有对外发布过"):
            correcting.propose(figure, "复核", by=accounts.system())

    def test_one_correction_of_a_figure_waits_at_a_time(self, shift: Tally) -> None:
        figure = told(frozen())
        change(shift, 8)
        correcting.propose(figure, "复核", by=accounts.system())
        with pytest.raises(Refusal, match="正等第二人签发"):
            correcting.propose(figure, "复核", by=accounts.system())


class TestDeciding:
    def test_signed_it_has_a_number_and_the_new_figure_stands(self, shift: Tally, second: Account) -> None:
        figure = told(frozen())
        change(shift, 8)
        asked = correcting.propose(figure, "复核核减2台次", by=accounts.system())
        made = correcting.decide(asked, accept=True, by=second)
        figure.refresh_from_db()
        assert (made.number, made.state) == (1, Correction.State.MADE)
        assert made.replacement is not None
        assert (made.replacement.value, made.replacement.approved_by_id) == (8, second.pk)
        assert (figure.value, figure.successor_id) == (10, made.replacement_id)
        assert releasing.corrections_of([figure.pk])[figure.pk].number == 1

    def test_nobody_signs_what_he_asked_for_himself(self, shift: Tally, second: Account) -> None:
        figure = told(frozen())
        change(shift, 8)
        asked = correcting.propose(figure, "复核", by=second)
        with pytest.raises(Refusal, match="第二人签发"):
            correcting.decide(asked, accept=True, by=second)
        with pytest.raises(IntegrityError), transaction.atomic():
            Correction.objects.filter(pk=asked.pk).update(state="made", number=1, decided_by=second)

    def test_records_that_changed_again_ask_for_another_one(self, shift: Tally, second: Account) -> None:
        figure = told(frozen())
        change(shift, 8)
        asked = correcting.propose(figure, "复核", by=accounts.system())
        change(newest(), 7)
        with pytest.raises(Refusal, match="记录又变了"):
            correcting.decide(asked, accept=True, by=second)
        figure.refresh_from_db()
        assert figure.successor_id is None

    def test_turned_down_it_has_no_number_and_the_figure_stays(self, shift: Tally, second: Account) -> None:
        figure = told(frozen())
        change(shift, 8)
        asked = correcting.propose(figure, "复核", by=accounts.system())
        with pytest.raises(Refusal, match="写明理由"):
            correcting.decide(asked, accept=False, by=second)
        made = correcting.decide(asked, accept=False, note="待县里核实", by=second)
        figure.refresh_from_db()
        assert (made.number, made.state, figure.successor_id) == (None, Correction.State.WITHDRAWN, None)

    def test_the_series_of_numbers_has_no_gap(self, shift: Tally, second: Account) -> None:
        figure = told(frozen())
        for vehicles in (8, 7, 6):
            change(newest(), vehicles)
            asked = correcting.propose(figure, "复核", by=accounts.system())
            if vehicles == 7:
                correcting.decide(asked, accept=False, note="不予", by=second)
                continue
            replaced = correcting.decide(asked, accept=True, by=second).replacement
            assert replaced is not None
            figure = Figure.objects.get(pk=replaced.pk)
        numbers = Correction.objects.exclude(number=None).order_by("number").values_list("number", flat=True)
        assert list(numbers) == [1, 2]

    def test_a_statement_is_corrected_by_another_statement(self, second: Account) -> None:
        first = told(stated(61, "例", key="cases.confirmed_cum", cumulative=True))
        other = stated(60, "例", key="cases.confirmed_cum", cumulative=True)
        with pytest.raises(Refusal, match="没有记录可重算"):
            correcting.propose(first, "误报", by=accounts.system())
        asked = correcting.propose(first, "重报", replacement=other, by=accounts.system())
        made = correcting.decide(asked, accept=True, by=second)
        assert made.replacement_id == other.pk
        other.refresh_from_db()
        assert other.published_at is not None

    def test_a_correction_stays_on_record(self, shift: Tally, second: Account) -> None:
        figure = told(frozen())
        change(shift, 8)
        asked = correcting.propose(figure, "复核", by=accounts.system())
        with pytest.raises(DatabaseError), transaction.atomic():
            Correction.objects.filter(pk=asked.pk).update(reason="别的理由")
        with pytest.raises(DatabaseError), transaction.atomic():
            asked.delete()

    def test_each_step_leaves_a_row_of_the_trail(self, shift: Tally, second: Account) -> None:
        figure = told(frozen())
        change(shift, 8)
        correcting.decide(correcting.propose(figure, "复核", by=accounts.system()), accept=True, by=second)
        acts = Trail.objects.filter(table="indicators.correction").order_by("position")
        assert list(acts.values_list("action", flat=True)) == ["propose-correction", "make-correction"]


class TestReleasing:
    def test_a_document_is_remembered_by_every_figure_it_prints(self, shift: Tally) -> None:
        figure = told(frozen())
        one = Appearance.objects.get(figure=figure)
        assert (one.href, one.place, one.printed) == ("/days/2020-02-02/editions/1/", "午", "10")

    def test_the_hour_of_the_first_release_stays(self, shift: Tally) -> None:
        figure = told(frozen())
        again = Document(uuid.UUID(int=2), "日版 2020-02-02 第2版", "/days/2020-02-02/editions/2/")
        releasing.release(again, [Printed(figure, "午", "10")], at=NOON + timedelta(hours=1), by=None)
        figure.refresh_from_db()
        assert figure.published_at == NOON

    def test_a_corrected_figure_is_not_released_again(self, shift: Tally, second: Account) -> None:
        figure = told(frozen())
        change(shift, 8)
        correcting.decide(correcting.propose(figure, "复核", by=accounts.system()), accept=True, by=second)
        figure.refresh_from_db()
        with pytest.raises(Refusal, match="已被更正"):
            releasing.release(PAGE, [Printed(figure, "未", "10")], at=NOON, by=None)

    def test_a_running_total_that_falls_is_not_released_until_the_one_before_is_corrected(
        self, second: Account
    ) -> None:
        def total(value: int, days: int) -> Figure:
            moment = NOON + timedelta(days=days)
            return stated(value, "例", key="cases.confirmed_cum", cumulative=True, day=moment.date())

        before, after = told(total(80, 0)), total(78, 1)
        with pytest.raises(Refusal, match="累计数下降"):
            releasing.release(PAGE, [Printed(after, "申", "78")], at=NOON, by=None)
        right = total(77, 0)
        asked = correcting.propose(before, "实验室核减3例", replacement=right, by=accounts.system())
        correcting.decide(asked, accept=True, by=second)
        assert releasing.release(PAGE, [Printed(after, "申", "78")], at=NOON, by=None) == 1

    def test_a_figure_is_signed_by_another_than_who_froze_it(self, shift: Tally, second: Account) -> None:
        figure = frozen()
        with pytest.raises(Refusal, match="第二人签发"):
            releasing.approve([figure], by=accounts.system())
        assert releasing.approve([figure], by=second) == 1
        assert releasing.approve([Figure.objects.get(pk=figure.pk)], by=second) == 0
