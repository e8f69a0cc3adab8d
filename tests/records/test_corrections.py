"""更正、作废: a record is succeeded, never overwritten; who comes second is told so; a past moment reads as it was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from shichen.audit.context import acting
from shichen.audit.models import Trail
from shichen.city import services as accounts
from shichen.city.scope import sight
from shichen.journal.models import Entry
from shichen.refusal import Refusal
from shichen.registers.checkpoints import services
from shichen.registers.checkpoints.models import Tally
from tests.conftest import Cast
from tests.made import DAY, NOON, area, day_of, post, tally

pytestmark = pytest.mark.django_db


@pytest.fixture
def old() -> Tally:
    with acting("job", moment=NOON):
        post()
        return tally(vehicles=10, persons=25)


def correct(old: Tally, reason: str = "漏记一车", by: Any = None, **values: Any) -> Tally:
    with acting("job", moment=NOON + timedelta(hours=1)):
        return services.correct_tally(old, values or {"vehicles": 11}, reason, by=by or accounts.system())


class TestCorrecting:
    def test_the_successor_stands_and_the_old_version_stays(self, old: Tally) -> None:
        new = correct(old)
        assert list(Tally.objects.current()) == [new]
        kept = Tally.objects.get(pk=old.pk)
        assert (kept.vehicles, kept.superseded_at) == (10, NOON + timedelta(hours=1))
        assert (new.first, new.revision, new.vehicles, new.persons) == (old.first, 2, 11, 25)
        assert new.reason == "漏记一车"

    def test_who_comes_second_is_refused_and_nothing_is_lost(self, old: Tally) -> None:
        stale = Tally.objects.get(pk=old.pk)
        first = correct(old, vehicles=11)
        with pytest.raises(Refusal, match="已被他人更正") as refused:
            correct(stale, vehicles=12)
        assert refused.value.rule == "先到先更"
        assert Tally.objects.current().get() == first
        assert Tally.objects.current().get().vehicles == 11

    def test_a_correction_can_itself_be_corrected(self, old: Tally) -> None:
        newest = correct(correct(old, vehicles=11), vehicles=12)
        assert (newest.revision, newest.first) == (3, old.first)

    def test_a_voided_record_cannot_be_corrected(self, old: Tally) -> None:
        services.void_tally(old, "报错站点", by=accounts.system())
        with pytest.raises(Refusal):
            correct(old)

    @pytest.mark.parametrize(
        ("values", "reason", "words"),
        [
            ({"vehicles": 10}, "没有变化", "相同"),
            ({"vehicles": 11}, "   ", "理由"),
            ({"vehicles": 11}, "长" * 201, "最多 200 字"),
            ({"source_area_vehicles": 99}, "规则", "其中数不能大于总数"),
        ],
    )
    def test_what_the_rules_refuse_changes_nothing(
        self, old: Tally, values: dict[str, Any], reason: str, words: str
    ) -> None:
        with pytest.raises(Refusal, match=words):
            correct(old, reason, **values)
        assert Tally.objects.current().get().vehicles == 10
        assert Tally.objects.current().get().superseded_at is None

    def test_the_trail_names_the_fields_and_not_the_values(self, old: Tally, cast: Cast) -> None:
        correct(old, by=cast.traffic, vehicles=11, persons=26)
        row = Trail.objects.get(action="correct")
        assert row.fields == "vehicles,persons"
        assert (row.subject, row.unit, row.rows) == (str(old.first), "traffic-safety-group", 1)
        assert len(row.before) == len(row.after) == 64
        assert row.before != row.after

    def test_correction_trail_and_log_are_one_act(self, old: Tally) -> None:
        entries = Entry.objects.count()
        with pytest.raises(Refusal, match="控制字符"):
            correct(old, "理由\x07")  # the log cannot keep the reason: then there is no correction either
        assert Tally.objects.current().get().vehicles == 10
        assert Entry.objects.count() == entries
        assert not Trail.objects.filter(action="correct").exists()
        correct(old)
        assert Entry.objects.count() == entries + 1
        assert Trail.objects.filter(action="correct").count() == 1

    def test_the_database_keeps_each_revision_once(self, old: Tally) -> None:
        twin = Tally.objects.get(pk=old.pk)
        twin.pk, twin._state.adding, twin.envelope = Tally().pk, True, None
        twin.voided = True
        with pytest.raises(IntegrityError), transaction.atomic():
            twin.save(force_insert=True)


class TestVoiding:
    def test_it_leaves_every_count_and_stays_readable(self, old: Tally) -> None:
        services.void_tally(old, "报错站点", by=accounts.system())
        assert not Tally.objects.current().exists()
        assert Tally.objects.get(pk=old.pk).vehicles == 10

    def test_it_needs_a_reason_and_is_done_once(self, old: Tally) -> None:
        with pytest.raises(Refusal, match="理由"):
            services.void_tally(old, "", by=accounts.system())
        services.void_tally(old, "报错站点", by=accounts.system())
        with pytest.raises(Refusal):
            services.void_tally(old, "再一次", by=accounts.system())

    def test_the_reasons_of_earlier_corrections_stay_and_the_last_version_says_why_it_is_void(
        self, old: Tally, cast: Cast
    ) -> None:
        new = correct(old, "漏记一车", by=cast.traffic)
        services.void_tally(new, "报错站点", by=cast.office)  # type: ignore[arg-type]
        said = Tally.objects.filter(first=old.first).order_by("revision").values_list("reason", "author__username")
        assert [row[0] for row in said] == ["", "漏记一车", "报错站点"]
        assert [row[1] for row in said][1:] == ["traffic", "office"]
        assert list(Tally.objects.filter(first=old.first, voided=True).values_list("revision", flat=True)) == [3]

    def test_its_row_in_the_trail_says_where(self, old: Tally, cast: Cast) -> None:
        services.void_tally(old, "报错站点", by=cast.office)  # type: ignore[arg-type]
        row = Trail.objects.get(action="void")
        assert (row.subject, row.unit, row.area) == (str(old.first), old.unit_id, old.area_id)

    def test_the_place_is_free_for_the_right_report(self, old: Tally) -> None:
        services.void_tally(old, "报错站点", by=accounts.system())
        assert tally(vehicles=7).vehicles == 7


class TestAsOf:
    def test_a_past_moment_shows_the_version_of_then(self, old: Tally) -> None:
        new = correct(old)
        early, late = NOON + timedelta(minutes=30), NOON + timedelta(hours=2)
        assert list(Tally.objects.current(early)) == [old]
        assert list(Tally.objects.current(late)) == [new]
        assert not Tally.objects.current(NOON - timedelta(seconds=1)).exists()

    def test_before_it_was_voided_a_record_stood(self, old: Tally) -> None:
        with acting("job", moment=NOON + timedelta(hours=1)):
            services.void_tally(old, "报错站点", by=accounts.system())
        assert list(Tally.objects.current(NOON + timedelta(minutes=30))) == [old]
        for moment in (timedelta(hours=1), timedelta(hours=2)):
            assert not Tally.objects.current(NOON + moment).exists()


class TestQuestions:
    def test_during_asks_when_it_began(self, old: Tally) -> None:
        late = tally(hours=(16, 24), day=DAY)
        assert list(Tally.objects.during(day_of(DAY))) == [old, late]
        assert not Tally.objects.during(day_of(DAY + timedelta(days=1))).exists()

    def test_inside_takes_an_area_with_all_within_it(self, old: Tally) -> None:
        assert list(Tally.objects.inside(area("天元区"))) == [old]
        assert list(Tally.objects.inside(area("株洲市"))) == [old]
        assert not Tally.objects.inside(area("荷塘区")).exists()
        assert list(Tally.objects.inside(None)) == [old]

    def test_within_asks_the_grants(self, old: Tally, cast: Cast) -> None:
        assert list(Tally.objects.within(sight(cast.traffic, "view", at=NOON))) == [old]
        assert not Tally.objects.within(sight(cast.police, "view", at=NOON)).exists()
        assert not Tally.objects.within(sight(cast.outsider, "view", at=NOON)).exists()
