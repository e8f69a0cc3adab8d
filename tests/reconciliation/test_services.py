"""处理: a side or both are accepted for a reason, a unit is asked by a day, every step stays on record."""

from __future__ import annotations

from datetime import timedelta
from typing import cast as typed

import pytest
from django.db import DatabaseError, transaction

from shichen.audit.models import Trail
from shichen.city.models import Account
from shichen.journal.models import Entry
from shichen.reconciliation import services
from shichen.reconciliation.models import Disagreement, Settlement
from shichen.refusal import Refusal
from tests.conftest import Cast
from tests.made import DAY, NOON, body
from tests.reconciliation.made import item

pytestmark = pytest.mark.django_db
State, Step = Disagreement.State, Settlement.Step
NEXT = DAY + timedelta(days=1)


@pytest.fixture
def office(cast: Cast) -> Account:
    return typed(Account, cast.office)


def last() -> Settlement:
    found = Settlement.objects.last()
    assert found is not None
    return found


class TestSettling:
    def test_a_side_is_accepted_for_a_reason(self, office: Account) -> None:
        one = services.settle(item(), "side", " 与原件核对 ", side=1, at=NOON, by=office)
        assert (one.state, one.outcome, one.chosen, one.reason) == (State.EXPLAINED, "side", "乙", "与原件核对")
        assert (one.settled_by, one.settled_at) == (office, NOON)
        assert (last().step, last().chosen, last().sides) == (Step.SETTLED, "乙", one.sides)
        assert Trail.objects.get(action="settle").subject == str(one.pk)

    def test_both_are_accepted_with_a_note_and_a_day_to_look_again(self, office: Account) -> None:
        one = services.settle(item(), "both", "待网报确认", look_again_on=NEXT, at=NOON, by=office)
        assert (one.outcome, one.look_again_on, last().look_again_on) == ("both", NEXT, NEXT)

    @pytest.mark.parametrize(
        ("outcome", "reason", "side", "field"),
        [
            ("both", "  ", None, "reason"),
            ("both", "x" * 301, None, "reason"),
            ("side", "理由", None, "outcome"),
            ("side", "理由", 2, "outcome"),
            ("rule", "理由", None, "outcome"),
            ("", "理由", None, "outcome"),
        ],
    )
    def test_a_reason_and_a_real_outcome_are_asked_for(
        self, office: Account, outcome: str, reason: str, side: int | None, field: str
    ) -> None:
        with pytest.raises(Refusal) as refused:
            services.settle(item(), outcome, reason, side=side, at=NOON, by=office)
        assert refused.value.field == field
        assert not Settlement.objects.exists()

    @pytest.mark.parametrize("days", [-1, 0, 401])
    def test_a_day_to_look_again_lies_ahead_and_not_too_far(self, office: Account, days: int) -> None:
        with pytest.raises(Refusal, match="今天之后"):
            services.settle(item(), "both", "理由", look_again_on=DAY + timedelta(days=days), at=NOON, by=office)

    def test_who_comes_second_is_told_who_was_first(self, office: Account) -> None:
        one = item()
        stale = Disagreement.objects.get(pk=one.pk)
        services.settle(one, "both", "先", at=NOON, by=office)
        with pytest.raises(Refusal, match="已由office处理为「已解释」"):
            services.settle(stale, "side", "后", side=0, at=NOON, by=office)
        assert Disagreement.objects.get(pk=one.pk).reason == "先"


class TestFollowingUp:
    def test_a_unit_is_asked_in_the_log_and_by_a_day(self, office: Account) -> None:
        unit = body("medical-group")
        one = services.follow_up(item(), unit, "请核实人数", look_again_on=NEXT, at=NOON, by=office)
        assert (one.state, one.owner, one.look_again_on) == (State.TASK, unit, NEXT)
        assert (
            Entry.objects.latest("seq").text == "转督办：请医疗防疫组核实「其中数大于总数」，2月3日前答复。请核实人数"
        )
        assert last().step == Step.FOLLOWED

    def test_without_a_day_it_is_no_follow_up(self, office: Account) -> None:
        with pytest.raises(Refusal, match="期限"):
            services.follow_up(item(), body("medical-group"), "请核实", look_again_on=None, at=NOON, by=office)

    def test_what_was_asked_of_a_unit_can_still_be_settled(self, office: Account) -> None:
        one = services.follow_up(item(), body("medical-group"), "请核实", look_again_on=NEXT, at=NOON, by=office)
        assert services.settle(one, "both", "已答复", at=NOON, by=office).state == State.EXPLAINED


class TestWhoDealsWithIt:
    def test_it_is_given_to_a_person_or_a_unit(self, office: Account) -> None:
        one = services.assign(item(), assignee=office, at=NOON, by=office)
        assert (one.assignee, one.owner) == (office, None)
        one = services.assign(one, owner=body("medical-group"), reason="贵组的数", at=NOON, by=office)
        assert (one.assignee, one.owner, last().reason) == (office, body("medical-group"), "贵组的数")

    def test_only_to_one_who_may_settle_it(self, office: Account, cast: Cast) -> None:
        with pytest.raises(Refusal, match="不能处理数不符"):
            services.assign(item(), assignee=typed(Account, cast.traffic), at=NOON, by=office)
        with pytest.raises(Refusal, match="请选承办人"):
            services.assign(item(), at=NOON, by=office)

    def test_it_is_taken_over_from_another(self, office: Account, cast: Cast) -> None:
        one = services.assign(item(), assignee=office, at=NOON, by=office)
        one = services.take_over(one, at=NOON, by=typed(Account, cast.police))
        assert (one.assignee, last().step, last().reason) == (cast.police, Step.TAKEN, "原承办：office")
        with pytest.raises(Refusal, match="已经由您承办"):
            services.take_over(one, at=NOON, by=typed(Account, cast.police))

    def test_word_is_left_for_the_next(self, office: Account) -> None:
        one = services.note(item(), "电话问过，明日答复", at=NOON, by=office)
        assert (one.state, last().step, last().reason) == (State.OPEN, Step.NOTED, "电话问过，明日答复")


class TestReopening:
    def test_what_was_settled_is_asked_again_with_its_history_kept(self, office: Account) -> None:
        one = services.settle(item(), "both", "原件如此", at=NOON, by=office)
        one = services.reopen(one, "原件找到了", at=NOON, by=office)
        assert (one.state, one.outcome, one.settled_at) == (State.OPEN, "", None)
        assert list(one.steps.values_list("step", "reason")) == [("settled", "原件如此"), ("reopened", "原件找到了")]
        with pytest.raises(Refusal, match="本来就待核"):
            services.reopen(one, "再来", at=NOON, by=office)

    def test_no_step_is_ever_changed_or_taken_out_even_in_the_database(self, office: Account) -> None:
        services.settle(item(), "both", "原件如此", at=NOON, by=office)
        with pytest.raises(DatabaseError), transaction.atomic():
            Settlement.objects.update(reason="别的")
        with pytest.raises(DatabaseError), transaction.atomic():
            Settlement.objects.all()._raw_delete("default")  # type: ignore[attr-defined]
