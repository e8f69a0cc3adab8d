"""重读: an open bulletin read with the tables of now; what a person decided stays, what waits is proposed anew."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shichen.audit.models import Trail
from shichen.bulletins import aliases, rereading, services, tables
from shichen.bulletins.models import Bulletin, Proposal, ProposedEntry, Wording
from shichen.bulletins.rereading import Result
from shichen.city import services as accounts
from shichen.city.scope import Sight
from shichen.refusal import Refusal
from tests.bulletins.wordings import OURS, SAID, TEXT, closed, numbers, put, waiting
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
EVERYWHERE = Sight(((None, "", None),))
TWO = "天元区今天查看往来小车55台，发放口罩300个。\n市教育局今天查看往来小车7台。"


def reread(one: Bulletin) -> Result:
    return rereading.reread(one, by=accounts.system())


def decide(one: Proposal, state: str = Proposal.State.ACCEPTED, **more: Any) -> None:
    services.decide(one, state, version=one.version, by=accounts.system(), **more)


class TestOne:
    def test_what_waits_is_proposed_as_the_tables_of_now_say(self) -> None:
        made = waiting(TEXT)
        (before,) = numbers(made)
        assert before.indicator != OURS
        put("catalogue", **SAID)
        assert reread(made) == Result(bulletins=1, changed=1)
        (after,) = numbers(made)
        assert (after.pk, after.indicator, after.version) == (before.pk, OURS, before.version + 1)
        made.refresh_from_db()
        assert made.tables_hash == tables.of_the_city(made.covers).hash
        assert Trail.objects.filter(action="reread", rows=1).count() == 1

    def test_a_second_time_changes_nothing(self) -> None:
        made = waiting(TWO)
        put("catalogue", **SAID)
        reread(made)
        before = list(Proposal.objects.order_by("pk").values())
        assert reread(made) == Result(bulletins=1)
        assert list(Proposal.objects.order_by("pk").values()) == before

    def test_a_decision_goes_along_with_its_characters(self) -> None:
        made = waiting(TEXT)
        (one,) = numbers(made)
        decide(one, Proposal.State.EDITED, values={"indicator": "police.vehicles_checked", "unit": "辆"})
        put("catalogue", **SAID)
        assert reread(made) == Result(bulletins=1, kept=1)
        (after,) = numbers(made)
        assert (after.indicator, after.state, after.version) == ("police.vehicles_checked", "edited", 2)

    def test_also_where_the_number_is_read_no_more(self) -> None:
        made = waiting(TEXT)
        decide(numbers(made)[0])
        put("idiom", word="55台")
        assert reread(made) == Result(bulletins=1, kept=1)
        assert [one.raw for one in numbers(made)] == ["55台"]

    def test_one_that_waited_and_is_read_no_more_goes(self) -> None:
        made = waiting(TEXT)
        put("idiom", word="55台")
        assert reread(made) == Result(bulletins=1, gone=1)
        assert numbers(made) == []

    def test_one_that_is_read_now_comes(self) -> None:
        made = waiting("天元区今天查看往来小车55趟回。")
        before = len(numbers(made))
        put("measure", word="趟回", dimension="visit")
        done = reread(made)
        assert (done.new, done.gone) == (1, before)
        assert [(one.raw, one.unit) for one in numbers(made)] == [("55趟回", "趟回")]

    def test_entries_that_were_decided_stay(self, cast: Cast) -> None:
        made = waiting(TWO)
        first, second = made.entries.all()
        services.reject(first, "不采", version=first.version, by=cast.office)
        kept = list(Proposal.objects.filter(entry=first).order_by("pk").values())
        put("catalogue", **SAID)
        assert reread(made).changed == 1
        assert list(Proposal.objects.filter(entry=first).order_by("pk").values()) == kept
        assert [one.indicator for one in second.proposals.all()] == [OURS]
        assert [(one.pk, one.ordinal) for one in made.entries.all()] == [(first.pk, 1), (second.pk, 2)]

    def test_entries_that_a_person_put_together_stay_together(self, cast: Cast) -> None:
        made = waiting(TWO)
        whole = services.merge(made, by=cast.office)
        put("catalogue", **SAID)
        assert reread(made).changed == 2
        assert [one.pk for one in made.entries.all()] == [whole.pk]

    def test_a_number_that_a_person_marked_stays(self, cast: Cast) -> None:
        made = waiting("天元区今天查看往来小车55趟回。")
        entry = made.entries.get()
        at = entry.text.index("往来")
        values = {"value": 2, "unit": "", "subject": "", "indicator": "", "period": "day"}
        added = services.add(entry, at, at + 2, values, by=cast.office)
        put("measure", word="趟回", dimension="visit")
        reread(made)
        assert Proposal.objects.get(pk=added.pk).state == Proposal.State.EDITED

    def test_new_bounds_of_entries_carry_the_decisions(self, cast: Cast) -> None:
        made = waiting("天元区检查车辆5台次。某某防控专班检查车辆7台次。")
        for one in numbers(made):
            decide(one)
        put("body", body="special-team", name="某某防控专班")
        reread(made)
        assert [one.raw for one in numbers(made)] == ["5台次", "7台次"]
        for one in numbers(made):
            assert one.entry.start <= one.start < one.end <= one.entry.end
        assert [one.ordinal for one in made.entries.all()] == list(range(1, made.entries.count() + 1))

    def test_a_closed_one_is_not_read_again(self) -> None:
        made = closed(TEXT)
        with pytest.raises(Refusal, match="不再重读"):
            reread(made)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    states=st.lists(st.sampled_from([None, "accepted", "rejected", "not_a_figure"]), min_size=3, max_size=3),
    word=st.sampled_from(["300个", "55台", "7台", "往来小", "天元区今"]),
)
def test_whatever_was_decided_stays_decided(states: list[str | None], word: str, db: None) -> None:
    with transaction.atomic():
        made = waiting(TWO)
        rows = numbers(made)
        assert len(rows) == len(states)
        for one, state in zip(rows, states, strict=True):
            if state:
                decide(one, state)
        was = {one.pk: _kept(one) for one, state in zip(numbers(made), states, strict=True) if state}
        put("catalogue", **SAID)
        put("idiom", word=word)
        reread(made)
        now = {one.pk: one for one in numbers(made)}
        assert {number: _kept(now[number]) for number in was} == was
        assert all(one.entry.start <= one.start < one.end <= one.entry.end for one in now.values())
        transaction.set_rollback(True)


def _kept(one: Proposal) -> tuple[object, ...]:
    return one.start, one.end, one.raw, one.state, one.indicator, one.unit, one.version


class TestAll:
    def test_only_what_is_stale_is_read_again(self, cast: Cast) -> None:
        first = waiting(TEXT)
        closed(TEXT.replace("55", "8"))
        assert rereading.stale(EVERYWHERE) == []
        put("catalogue", **SAID)
        assert rereading.stale(EVERYWHERE) == [first]
        assert rereading.reread_all(EVERYWHERE, by=cast.office) == Result(bulletins=1, changed=1)
        assert rereading.stale(EVERYWHERE) == []

    def test_within_reach_alone(self, cast: Cast) -> None:
        waiting(TEXT)
        put("catalogue", **SAID)
        assert rereading.reread_all(Sight(()), by=cast.office) == Result()


class TestAlias:
    TEXT = "洞口区检查车辆55台次。"

    def test_a_near_name_becomes_a_name_by_one_act(self, cast: Cast) -> None:
        made = waiting(self.TEXT)
        assert [one.flags for one in made.entries.all()] == [["place", "place:洞口区→渌口区"]]
        dates = {"valid_from": "2020-01-01"}
        aliases.name_place(made, "洞口区", "渌口区", dates, "来稿笔误", by=cast.office)
        row = Wording.objects.get()
        assert (row.table, row.key, row.origin, row.reason) == ("alias", "430212:洞口区", "review", "来稿笔误")
        assert row.values["valid_from"] == "2020-01-01"
        assert [one.flags for one in made.entries.all()] == [[]]

    def test_nothing_that_was_not_asked(self, cast: Cast) -> None:
        made = waiting(self.TEXT)
        with pytest.raises(Refusal, match="没有问"):
            aliases.name_place(made, "洞口区", "天元区", {}, "试", by=cast.office)
        with pytest.raises(Refusal, match="没有问"):
            aliases.name_place(made, "别的区", "渌口区", {}, "试", by=cast.office)
        assert not Wording.objects.exists()

    def test_not_without_a_reason(self, cast: Cast) -> None:
        made = waiting(self.TEXT)
        with pytest.raises(Refusal, match="理由"):
            aliases.name_place(made, "洞口区", "渌口区", {}, " ", by=cast.office)
        assert ProposedEntry.objects.get(bulletin=made).flags
