"""Risk levels as records: the reference through the register, what is not known left open, rules by date, nothing altered."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from shichen.analysis import fingerprints
from shichen.analysis.risk import asking, queries, rulebook, rules_in_force
from shichen.analysis.risk import standing as told
from shichen.analysis.risk.models import Assessment, Override, Rule, Signature
from shichen.analysis.risk.standing import Standing
from shichen.audit.models import Trail
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.refusal import Refusal
from shichen.registers.clusters import services as clusters
from shichen.watches import clock
from tests.analysis import made_risk, made_runs
from tests.analysis.made_risk import levels
from tests.conftest import Cast
from tests.epi.zhuzhou import CASES
from tests.made import area, count

pytestmark = pytest.mark.django_db


def district(cumulative: dict[str, int], place: str = "天元区") -> None:
    """Cumulative counts alone, as districts report them."""
    for day, total in cumulative.items():
        count(date.fromisoformat(day), place, confirmed_cum=total)


def run_of(found: dict[str, str]) -> list[tuple[str, str]]:
    """The days on which the level becomes another."""
    turns, last = [], None
    for day, level in sorted(found.items()):
        if level != last:
            turns.append((day, level))
        last = level
    return turns


def test_the_city_as_one_county_passes_through_the_levels_of_the_reference() -> None:
    """低 → 中 23 January → 高 9 February → 中 15 February → 低 8 March."""
    made_risk.rule()
    made_runs.counts([0, 0, *CASES], date(2020, 1, 21))
    made_risk.cluster()
    found = {day: level for day, level in levels(made_risk.made()).items() if day <= "2020-03-20"}
    assert run_of(found) == [
        ("2020-01-21", "low"),
        ("2020-01-23", "medium"),
        ("2020-02-09", "high"),
        ("2020-02-15", "medium"),
        ("2020-03-08", "low"),
    ]


def test_without_a_cluster_nothing_is_high_and_a_void_one_is_none() -> None:
    made_risk.rule()
    made_runs.counts()
    one = made_risk.cluster()
    assert "high" in levels(made_risk.made()).values()
    clusters.void_cluster(one, "查无", by=accounts.system())
    assert "high" not in levels(made_risk.made(as_of=clock(date(2100, 1, 2), 0))).values()


def test_the_seventh_edition_asks_for_five_and_its_day_decides() -> None:
    made_risk.rule()
    made_risk.rule("v2020-09")
    made_runs.counts([60, 1, 1], date(2020, 9, 13))
    made_risk.cluster(first_on="2020-09-13", last_on="2020-09-13")
    one = made_risk.made()
    assert one is not None
    told = {row["date"]: (row["rule"], row["level"]) for row in one.rows[:3]}
    assert told == {
        "2020-09-13": ("v2020-02", "high"),
        "2020-09-14": ("v2020-02", "high"),
        "2020-09-15": ("v2020-09", "medium"),
    }


def test_a_day_before_any_rule_is_not_judged() -> None:
    made_risk.rule("v2020-09")
    made_runs.counts([1, 0], date(2020, 9, 14))
    one = made_risk.made()
    assert one is not None
    assert [(row["level"], row["why"]) for row in one.rows[:2]] == [("", "no_rule"), ("medium", "")]


def test_a_day_before_the_circular_is_looked_back_at_and_says_so() -> None:
    made_risk.rule()
    made_runs.counts([1], date(2020, 2, 16))
    one = made_risk.made()
    assert one is not None
    assert [row["back"] for row in one.rows[:2]] == [True, False]


def standing(one: Assessment) -> list[Standing]:
    """What is told outside of the areas of an event, long after."""
    return told.standing(one.event, date(2020, 1, 25), made_risk.LATE)


class TestBounds:
    """Districts that report cumulative counts on a few days: between what the reports allow least and most."""

    def test_new_cases_are_differences_and_bounded_by_the_city(self) -> None:
        """14 in all by 6 February, of which the city had one at most by 23 January: 13 new within 14 days at least."""
        made_risk.rule()
        made_runs.counts(CASES[:18])
        district({"2020-02-06": 14, "2020-02-09": 15})
        rows = {row["date"]: row for row in (made_risk.made("天元区") or Assessment(rows=[])).rows}
        assert (rows["2020-02-06"]["rec"], rows["2020-02-06"]["rec_most"]) == (13, 14)
        assert rows["2020-02-06"]["level"] == "medium"
        assert (rows["2020-02-07"]["cum_most"], rows["2020-02-08"]["cum"], rows["2020-02-08"]["cum_most"]) == (
            14,
            14,
            15,
        )
        assert not rows["2020-02-07"]["reported"]

    def test_what_is_not_known_is_not_low(self) -> None:
        made_risk.rule()
        made_runs.counts([5] * 40)
        district({"2020-02-06": 2, "2020-02-13": 2})
        rows = {row["date"]: row for row in (made_risk.made("天元区") or Assessment(rows=[])).rows}
        assert (rows["2020-02-13"]["level"], rows["2020-02-13"]["why"]) == ("", "gap")
        assert rows["2020-02-28"]["level"] == ""
        assert rows["2020-02-28"]["why"] == "silent"

    def test_two_reports_of_the_same_total_a_fortnight_apart_are_low(self) -> None:
        made_risk.rule()
        made_runs.counts([5] * 40)
        district({"2020-02-06": 2, "2020-02-20": 2})
        assert levels(made_risk.made("天元区"))["2020-02-20"] == "low"

    def test_no_new_case_in_the_city_is_none_in_a_district_that_is_silent(self) -> None:
        made_risk.rule()
        made_runs.counts([5] * 3 + [0] * 30)
        found = levels(made_risk.made("炎陵县"))
        assert (found["2020-01-31"], found["2020-02-08"]) == ("", "low")

    def test_a_cluster_dated_by_confirmation_tells_cases_that_no_count_told_yet(self) -> None:
        made_risk.rule()
        made_runs.counts([5] * 20)
        made_risk.cluster()
        rows = {row["date"]: row for row in (made_risk.made("荷塘区") or Assessment(rows=[])).rows}
        assert (rows["2020-01-31"]["level"], rows["2020-02-01"]["level"]) == ("", "medium")
        assert rows["2020-02-01"]["rec"] == 4

    def test_what_came_to_the_city_since_bounds_a_district(self) -> None:
        made_risk.rule()
        made_runs.counts([5, 5, 5, 0, 1])
        district({"2020-01-26": 3})
        rows = {row["date"]: row for row in (made_risk.made("天元区") or Assessment(rows=[])).rows}
        assert (rows["2020-01-27"]["cum"], rows["2020-01-27"]["cum_most"]) == (3, 4)

    def test_a_total_that_falls_is_listed_and_not_clipped_in_silence(self) -> None:
        made_risk.rule()
        made_runs.counts([5] * 40)
        district({"2020-02-06": 9, "2020-02-07": 8, "2020-02-20": 9})
        rows = {row["date"]: row for row in (made_risk.made("天元区") or Assessment(rows=[])).rows}
        assert rows["2020-02-07"]["down"] == 1
        assert (rows["2020-02-20"]["level"], rows["2020-02-20"]["rec"], rows["2020-02-20"]["rec_most"]) == (
            "medium",
            1,
            1,
        )

    def test_a_missing_day_of_the_city_stays_missing(self) -> None:
        made_risk.rule()
        made_runs.counts([0] * 20)
        made_runs.counts([0], date(2020, 2, 14))
        one = made_risk.made()
        assert one is not None
        rows = {row["date"]: row for row in one.rows}
        assert rows["2020-02-11"]["level"] == "low"
        assert not rows["2020-02-13"]["reported"]
        assert rows["2020-02-15"]["level"] == ""

    def test_a_rule_that_leaves_imports_out_cannot_judge_without_them(self) -> None:
        made_risk.rule(count_imported="false")
        made_runs.counts([3])
        one = made_risk.made()
        assert one is not None
        assert (one.rows[0]["level"], one.rows[0]["why"]) == ("", "imported")


class TestRules:
    @pytest.mark.parametrize(
        ("name", "line", "field"),
        [
            ("source", 'source = ""', "source"),
            ("valid_from", 'valid_from = "2020"', "valid_from"),
            ("days", "days = 0", "days"),
            ("cluster_min", "cluster_min = 1", "cluster_min"),
            ("count_imported", 'count_imported = "yes"', "count_imported"),
            ("id", 'id = "二月"', "id"),
            ("note", "colour = 3", "colour"),
        ],
    )
    def test_a_wrong_rule_is_refused_and_names_its_field(self, name: str, line: str, field: str) -> None:
        text = rulebook.shipped()["v2020-02"]
        text = "\n".join(line if one.startswith(f"{name} =") else one for one in text.splitlines())
        with pytest.raises(Refusal) as refused:
            rules_in_force.enter(text, "试", by=accounts.system())
        assert refused.value.field == field
        assert not Rule.objects.exists()

    def test_every_rule_of_the_product_is_one_and_none_is_in_force(self) -> None:
        assert not Rule.objects.exists()
        assert [rulebook.read(text).id for text in rulebook.shipped().values()] == list(rulebook.shipped())

    def test_the_same_rule_is_not_entered_twice(self) -> None:
        made_risk.rule()
        with pytest.raises(Refusal, match="不改"):
            made_risk.rule()

    def test_without_a_rule_or_a_count_nothing_is_judged(self) -> None:
        assert made_risk.made() is None
        made_runs.counts([1])
        assert made_risk.made() is None
        with pytest.raises(Refusal, match="规则"):
            asking.ask(clock(date(2020, 2, 1), 0), by=accounts.system())


class TestRecords:
    def test_inputs_name_their_records_and_the_same_again_gives_the_same(self) -> None:
        made_risk.rule()
        made_runs.counts(CASES[:10])
        one = made_risk.made()
        assert one is not None
        assert all(row["record"] and row["revision"] == 1 for row in one.inputs["counts"])
        assert one.inputs_digest == fingerprints.digest(one.inputs)
        assert asking.recompute(one, by=accounts.system()).same
        assert Trail.objects.filter(action="recompute_risk", result="done").exists()
        assert made_risk.made() is None  # nothing is new

    def test_what_is_kept_cannot_be_altered(self) -> None:
        made_risk.rule()
        made_runs.counts([1])
        one = made_risk.made()
        for table, change in ((Assessment, {"digest": "x"}), (Rule, {"text": "x"})):
            with pytest.raises(DatabaseError), transaction.atomic():
                table.objects.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            one.delete()  # type: ignore[union-attr]

    def test_another_person_signs_and_only_then_is_it_told_outside(self, cast: Cast) -> None:
        made_risk.rule()
        made_runs.counts([1])
        one = made_risk.made()
        assert one is not None
        assert standing(one)[0].signed is None
        with pytest.raises(Refusal, match="权限"):
            asking.sign(one, "", by=cast.traffic)  # type: ignore[arg-type]
        asking.sign(one, "看过", by=cast.office)  # type: ignore[arg-type]
        assert standing(one)[0].signed == one
        with pytest.raises(Refusal, match="已经签发"):
            asking.sign(one, "", by=cast.office)  # type: ignore[arg-type]
        assert Signature.objects.count() == 1

    def test_the_office_sets_another_level_beside_the_computed_one_and_lifts_it(self, cast: Cast) -> None:
        made_risk.rule()
        made_runs.counts([1])
        one, day = made_risk.made(), date(2020, 1, 23)
        assert one is not None
        where = area("株洲市")
        for level, reason, field in (("hot", "试", "level"), ("high", " ", "reason")):
            with pytest.raises(Refusal) as refused:
                asking.override(where, level, day, None, reason, by=cast.office)  # type: ignore[arg-type]
            assert refused.value.field == field
        with pytest.raises(Refusal, match="权限"):
            asking.override(where, "high", day, None, "试", by=cast.control)  # type: ignore[arg-type]
        asking.override(where, "high", day, None, "省里要求", by=cast.office)  # type: ignore[arg-type]
        event = city.the_event()
        assert queries.overrides([where], event, day)[where.pk].level == "high"
        assert levels(one)["2020-01-23"] == "medium"
        asking.override(where, "", day + timedelta(days=3), None, "期满", by=cast.office)  # type: ignore[arg-type]
        assert where.pk in queries.overrides([where], event, day)
        assert where.pk not in queries.overrides([where], event, day + timedelta(days=3))
        assert Override.objects.count() == 2

    def test_levels_are_due_when_a_count_of_totals_a_cluster_or_a_rule_comes(self) -> None:
        at = timezone.now() + timedelta(hours=1)
        assert not asking.due(at)
        district({"2020-02-06": 9})
        assert not asking.due(at)
        made_risk.rule()
        assert asking.due(at)
