"""核对一轮: a gap is one work item with a history; accepted it rests, on its day it comes back, agreed it closes itself."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from shichen.city import services as accounts
from shichen.indicators import correcting, releasing
from shichen.indicators.releasing import Document, Printed
from shichen.reconciliation import running, services
from shichen.reconciliation.checks import Finding, Looked, Side
from shichen.reconciliation.models import Comparison, Disagreement, Round, Settlement
from tests.conftest import Cast
from tests.made import DAY, NOON, body, stated
from tests.reconciliation.made import gap, item

pytestmark = pytest.mark.django_db
State, Step = Disagreement.State, Settlement.Step
ONE_DAY = timedelta(days=1)
NEXT = DAY + ONE_DAY


def the_item() -> Disagreement:
    return Disagreement.objects.get()


def steps() -> list[tuple[str, str]]:
    return list(Settlement.objects.values_list("step", "state"))


def accept(reason: str = "待网报确认", *, on: date | None = None) -> None:
    services.settle(the_item(), "both", reason, look_again_on=on, at=NOON, by=accounts.system())


class TestRaising:
    def test_a_gap_becomes_a_work_item_with_both_sides_and_its_first_step(self, found: list[Finding]) -> None:
        found.append(gap())
        assert running.run(NOON) == 1
        one = the_item()
        assert (one.state, one.opened_at, one.title) == (State.OPEN, NOON, "总数68，分项之和15")
        assert one.sides[1] == {"label": "备用", "value": "15", "href": "/figures/x/"}
        step = Settlement.objects.get()
        assert (step.step, step.state, step.sides) == (Step.RAISED, State.OPEN, one.sides)

    def test_what_agrees_is_no_work_item_but_is_counted(self, found: list[Finding]) -> None:
        found.append(gap(ok=True, weight=7))
        assert running.run(NOON) == 0
        assert not Disagreement.objects.exists()
        assert Comparison.objects.get().weight == 7

    def test_the_same_gap_is_one_item_however_often_it_is_found(self, found: list[Finding]) -> None:
        found += [gap(), gap()]
        assert (running.run(NOON), running.run(NOON)) == (1, 0)
        assert Disagreement.objects.count() == 1
        assert Settlement.objects.count() == 1

    def test_a_gap_that_its_rule_explains_is_shown_and_not_asked(self, found: list[Finding]) -> None:
        found.append(gap(explained="两个网络口径不同"))
        assert running.run(NOON) == 1
        one = the_item()
        assert (one.state, one.outcome, one.reason, one.settled_at) == ("explained", "rule", "两个网络口径不同", NOON)

    def test_an_open_items_evidence_follows_its_numbers_without_a_new_item(self, found: list[Finding]) -> None:
        found.append(gap(about="x"))
        running.run(NOON)
        found[0] = gap("16", about="x")
        assert running.run(NOON) == 0
        assert the_item().sides[1]["value"] == "16"
        assert Settlement.objects.get().sides[1]["value"] == "15"

    def test_the_owner_is_the_unit_that_the_check_names(self, found: list[Finding]) -> None:
        found.append(gap(owner="traffic-safety-group"))
        running.run(NOON)
        assert the_item().owner == body("traffic-safety-group")


class TestMemory:
    def test_what_was_accepted_is_not_asked_again_even_when_the_figure_was_frozen_anew(
        self, found: list[Finding]
    ) -> None:
        found.append(gap(about="x"))
        running.run(NOON)
        accept()
        found[0] = gap(about="x", href="/figures/y/")
        assert running.run(NOON + ONE_DAY) == 0
        assert the_item().state == State.EXPLAINED

    def test_another_gap_of_the_same_matter_is_asked_and_remembers_the_reason(self, found: list[Finding]) -> None:
        found.append(gap(about="x"))
        running.run(NOON)
        accept()
        found[0] = gap("16", about="x")
        assert running.run(NOON) == 1
        assert the_item().state == State.OPEN
        assert Settlement.objects.last().reason == "差数变了；此前的说明是：待网报确认"  # type: ignore[union-attr]

    def test_what_agreed_for_a_while_comes_back(self, found: list[Finding]) -> None:
        found.append(gap(about="x"))
        running.run(NOON)
        found[0] = gap(about="x", ok=True)
        running.run(NOON)
        assert the_item().state == State.AGREED
        found[0] = gap(about="x")
        assert running.run(NOON) == 1
        assert steps()[-1] == (Step.RETURNED, State.OPEN)

    def test_a_rule_that_no_longer_explains_asks(self, found: list[Finding]) -> None:
        found.append(gap(about="x", explained="前一日价未入册"))
        running.run(NOON)
        found[0] = gap(about="x")
        assert running.run(NOON) == 1
        assert the_item().state == State.OPEN

    def test_items_of_an_older_house_are_recognised_by_their_sides(self, found: list[Finding]) -> None:
        sides = [side.as_dict() for side in gap().sides]
        old = item(family="sum", rule="r", sides=sides, state=State.EXPLAINED, reason="旧理由", matter="")
        found.append(gap())
        assert running.run(NOON) == 0
        one = the_item()
        assert (one.pk, one.matter, one.reason) == (old.pk, gap().matter, "旧理由")


class TestLookingAgain:
    def test_before_its_day_it_rests(self, found: list[Finding]) -> None:
        found.append(gap())
        running.run(NOON)
        accept(on=NEXT)
        assert running.run(NOON) == 0
        assert the_item().state == State.EXPLAINED

    def test_on_its_day_it_returns_if_it_still_does_not_agree(self, found: list[Finding]) -> None:
        found.append(gap())
        running.run(NOON)
        accept(on=NEXT)
        assert running.run(NOON + ONE_DAY) == 1
        one, last = the_item(), Settlement.objects.last()
        assert (one.state, one.look_again_on) == (State.OPEN, None)
        assert last is not None
        assert last.reason == "约定2月3日再看，仍不相符。此前的说明是：待网报确认"

    def test_as_soon_as_it_agrees_it_closes_itself_and_says_so(self, found: list[Finding]) -> None:
        found.append(gap(about="x"))
        running.run(NOON)
        accept(on=NEXT)
        found[0] = Finding("sum", "r", "总数68，分项之和68", (), ok=True, about="x")
        running.run(NOON)
        one = the_item()
        assert (one.state, one.reason, one.settled_by) == (
            State.AGREED,
            "已相符：总数68，分项之和68",
            accounts.system(),
        )

    def test_a_rule_that_comes_to_explain_it_closes_it(self, found: list[Finding]) -> None:
        found.append(gap(about="x"))
        running.run(NOON)
        found[0] = gap(about="x", explained="次日网报累计11例，已补上。")
        running.run(NOON)
        assert (the_item().state, the_item().reason) == (State.EXPLAINED, "次日网报累计11例，已补上。")
        assert steps()[-1] == (Step.CLOSED, State.EXPLAINED)

    def test_a_follow_up_comes_back_on_its_day(self, found: list[Finding], cast: Cast) -> None:
        found.append(gap())
        running.run(NOON)
        services.follow_up(
            the_item(), body("medical-group"), "请核实", look_again_on=NEXT, at=NOON, by=cast.office  # type: ignore[arg-type]
        )  # fmt: skip
        assert running.run(NOON) == 0
        assert running.run(NOON + ONE_DAY) == 1
        assert (the_item().state, the_item().owner) == (State.OPEN, body("medical-group"))

    def test_a_comparison_that_is_gone_closes_its_item(self, found: list[Finding]) -> None:
        found.append(gap())
        running.run(NOON)
        found.clear()
        running.run(NOON)
        assert the_item().state == State.AGREED
        assert "不再成立" in the_item().reason

    def test_what_a_person_accepted_for_good_stays_as_it_is(self, found: list[Finding]) -> None:
        found.append(gap())
        running.run(NOON)
        accept("原件如此")
        found.clear()
        running.run(NOON + ONE_DAY)
        assert (the_item().state, the_item().reason) == (State.EXPLAINED, "原件如此")

    def test_a_corrected_side_closes_it_with_the_number_of_the_correction(
        self, found: list[Finding], cast: Cast
    ) -> None:
        was = stated(61, "例", key="cases.confirmed_cum", cumulative=True)
        right = stated(60, "例", key="cases.confirmed_cum", cumulative=True)
        document = Document(was.pk, "日版", "/days/2020-02-02/")
        releasing.release(document, [Printed(was, "午", "61")], at=NOON, by=None)
        found.append(Finding("sum", "r", "61与60", (Side("甲", "61例", f"/figures/{was.pk}/"), Side("乙", "60例"))))
        running.run(NOON)
        was.refresh_from_db()
        asked = correcting.propose(was, "重报", replacement=right, by=accounts.system())
        correcting.decide(asked, accept=True, by=cast.office)  # type: ignore[arg-type]
        found.clear()
        running.run(NOON)
        assert (the_item().state, the_item().reason) == (State.CORRECTED, "已更正：更正第1号。")


class TestChecksOfChanges:
    def test_what_was_not_looked_at_again_stays_found(self, looked: list[Looked]) -> None:
        one, other = stated(1, "个"), stated(2, "个")
        looked += [Looked(str(one.pk), (gap(about="1"),)), Looked(str(other.pk), (gap(about="2"),))]
        assert running.run(NOON) == 2
        looked[:] = [Looked(str(one.pk))]
        running.run(NOON)
        states = dict(Disagreement.objects.values_list("matter", "state"))
        assert states == {gap(about="1").matter: State.AGREED, gap(about="2").matter: State.OPEN}

    def test_a_figure_that_was_replaced_is_compared_no_more(self, looked: list[Looked]) -> None:
        one, other = stated(1, "个"), stated(2, "个")
        looked.append(Looked(str(one.pk), (gap(about="1", href=f"/figures/{one.pk}/"),)))
        running.run(NOON)
        type(one).objects.filter(pk=one.pk).update(successor=other)
        looked.clear()
        running.run(NOON)
        assert not Comparison.objects.exists()
        assert (the_item().state, the_item().reason) == (State.CORRECTED, "所比的数已由后来的数接替。")


class TestRounds:
    def test_the_last_round_is_kept_and_what_agreed_is_rewritten(self, found: list[Finding]) -> None:
        found += [gap(ok=True), gap("16", ok=True)]
        running.run(NOON)
        kept = Comparison.objects.get(signature=gap().signature).pk
        found.pop()
        running.run(NOON + ONE_DAY)
        assert Round.objects.get().at == NOON + ONE_DAY
        assert [row.pk for row in Comparison.objects.all()] == [kept]

    def test_nothing_is_done_while_nothing_changed(self, found: list[Finding]) -> None:
        running.refresh(NOON)
        found.append(gap())
        assert running.refresh(NOON) == 0
        stated(1, "个")
        assert running.refresh(NOON) == 1

    def test_a_new_day_is_a_change_since_some_gap_may_be_due(self, found: list[Finding]) -> None:
        running.refresh(NOON)
        found.append(gap())
        assert running.refresh(NOON + ONE_DAY) == 1

    def test_a_check_that_was_taken_out_leaves_nothing(
        self, found: list[Finding], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        found.append(gap(ok=True))
        running.run(NOON)
        monkeypatch.setattr("shichen.reconciliation.checks._CHECKS", {})
        running.run(NOON)
        assert not Comparison.objects.exists()
