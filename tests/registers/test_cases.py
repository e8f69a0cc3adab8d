"""病例日报: the day it speaks of and the day it was published, two clocks of discharge, parts that add up to the city."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from shichen import watches
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.city.models import Area
from shichen.indicators.declare import Scope
from shichen.indicators.models import Figure
from shichen.indicators.queries import compute
from shichen.intake.models import Envelope
from shichen.journal.models import Entry
from shichen.reconciliation import running
from shichen.reconciliation import services as desk
from shichen.reconciliation.checks import Finding
from shichen.reconciliation.models import Disagreement
from shichen.registers.cases import checks, queries, services
from shichen.registers.cases.models import DailyCount
from shichen.watches import Period
from tests.made import area, count, day_of, deliver

pytestmark = pytest.mark.django_db

D = date(2020, 2, 15)


def day(n: int) -> date:
    return D + timedelta(days=n)


def value(key: str, on: date, place: str = "株洲市", **facets: str) -> Any:
    return compute(key, day_of(on), Scope(area(place), facets)).value


def gaps(check: Any) -> list[Finding]:
    return [finding for finding in check() if not finding.ok]


class TestReporting:
    def test_a_day_is_told_with_every_number_a_figure(self) -> None:
        count(D, confirmed_new=0, confirmed_cum=80, discharged_done_cum=29)
        entry = Entry.objects.latest("seq")
        assert entry.text == "截至2月15日24时，株洲市新增确诊0例，累计确诊80例，累计出院29例。"
        assert entry.uses.count() == 3
        assert Figure.objects.filter(basis="computed").count() == 3

    def test_what_is_published_the_next_day_speaks_of_the_day_before(self) -> None:
        one = count(D, confirmed_new=0)
        assert (one.as_of, one.published_on) == (D, day(1))
        assert (one.occurred_from, one.occurred_to) == (watches.clock(D, 0), watches.clock(D, 24))

    @pytest.mark.parametrize(
        ("row", "words"),
        [
            ({}, "零报告"),
            ({"confirmed_new": 1, "published_on": "2020-02-14"}, "发布日早于数据日"),
            ({"confirmed_cum": 5, "discharged_done_cum": 4, "dead_cum": 2}, "多于累计确诊5"),
            ({"confirmed_new": 6, "confirmed_cum": 5}, "新增6多于累计5"),
            ({"confirmed_new": 1, "series": "rumour"}, "没有名为「rumour」的数据序列"),
            ({"confirmed_new": 1, "area": "洞口区"}, "是否为「渌口区」"),
            ({"confirmed_new": -1}, "不能小于"),
        ],
    )
    def test_what_cannot_be_is_held_with_the_reason(self, row: dict[str, Any], words: str) -> None:
        envelope = deliver("case_count", {"area": "株洲市", "as_of": D.isoformat(), **row}).envelope
        assert envelope.state == Envelope.State.HELD
        assert words in envelope.note
        assert not DailyCount.objects.exists()

    def test_an_area_a_day_and_a_series_are_reported_once(self) -> None:
        count(D, confirmed_new=1)
        envelope = deliver("case_count", {"area": "株洲", "as_of": D.isoformat(), "confirmed_new": 2}).envelope
        assert "已报过" in envelope.note
        assert count(D, confirmed_new=2, series="aggregator_morning")
        assert value("cases.confirmed_new", D) == 1

    def test_a_correction_is_told_and_old_figures_stay(self) -> None:
        old = count(D, confirmed_new=1, confirmed_cum=5)
        services.correct_count(old, {"confirmed_new": 2, "confirmed_cum": 6}, "复核新增1例", by=accounts.system())
        assert value("cases.confirmed_cum", D) == 6
        assert Figure.objects.get(key="cases.confirmed_cum").value == 5
        assert "更正株洲市2月15日病例日报" in Entry.objects.latest("seq").text

    def test_a_reason_with_braces_is_a_reason_like_any_other(self) -> None:
        old = count(D, confirmed_new=1)
        services.correct_count(old, {"confirmed_new": 2}, "见{附件}", by=accounts.system())
        assert Entry.objects.latest("seq").text == "更正株洲市2月15日病例日报：见（附件）"

    def test_a_correction_works_out_the_discharged_anew(self) -> None:
        old = count(D, confirmed_cum=20, discharged_network_cum=10)
        new = services.correct_count(old, {"discharged_done_cum": 11}, "补报办理数", by=accounts.system())
        assert (old.discharged_cum, new.discharged_cum) == (10, 11)


class TestTwoDates:
    """T19: the first zero by publication day is the zero of the data day before."""

    @pytest.fixture(autouse=True)
    def _curve(self, db: None) -> None:
        for n, (new, cumulative, discharged) in enumerate([(2, 78, 23), (0, 78, 29), (0, 78, 31)], start=-1):
            count(day(n), confirmed_new=new, confirmed_cum=cumulative, discharged_done_cum=discharged)

    def test_by_data_day_and_by_day_of_publication(self) -> None:
        assert value("cases.confirmed_new", D) == 0
        assert value("cases.confirmed_new", D, dated="published") == 2
        assert value("cases.confirmed_new", day(1), dated="published") == 0
        assert (value("cases.discharged", D), value("cases.discharged", day(1), dated="published")) == (29, 29)

    def test_a_day_without_report_has_no_value(self) -> None:
        assert value("cases.confirmed_new", day(5)) is None
        assert value("cases.confirmed_cum", day(5)) is None

    def test_the_curve_has_a_gap_where_nothing_was_reported(self) -> None:
        curve = queries.curve(city.the_city(), day(-2), day(2))
        assert [one.new for one in curve] == [None, 2, 0, 0, None]
        published = queries.curve(city.the_city(), day(-2), day(2), dated="published")
        assert [one.cumulative for one in published] == [None, None, 78, 78, 78]

    def test_the_streak_of_noughts_runs_up_to_the_last_day(self) -> None:
        assert value("cases.zero_streak", day(-1)) == 0
        assert value("cases.zero_streak", D) == 1
        assert value("cases.zero_streak", day(1)) == 2
        assert value("cases.zero_streak", day(1), dated="published") == 1

    def test_a_new_case_ends_the_streak(self) -> None:
        count(day(2), confirmed_new=1, confirmed_cum=79)
        assert value("cases.zero_streak", day(2)) == 0

    def test_a_flow_over_days_is_added_and_a_total_is_the_last(self) -> None:
        week = Period(day_of(day(-1)).start, day_of(day(1)).end)
        scope = Scope(city.the_city())
        assert compute("cases.confirmed_new", week, scope).value == 2
        assert compute("cases.confirmed_cum", week, scope).value == 78


class TestTwoClocks:
    """T20: done and confirmed by the network are two clocks; done is what is published."""

    def test_done_comes_first_and_the_network_stands_in(self) -> None:
        assert count(D, discharged_done_cum=11, discharged_network_cum=10).discharged_cum == 11
        assert count(day(1), discharged_network_cum=12).discharged_cum == 12

    def test_11_done_and_10_confirmed_is_a_question(self) -> None:
        count(D, discharged_done_cum=11, discharged_network_cum=10)
        (finding,) = gaps(checks.two_clocks)
        assert "1例待网报确认" in finding.title

    def test_equal_clocks_are_silent(self) -> None:
        count(D, discharged_done_cum=11, discharged_network_cum=11)
        assert gaps(checks.two_clocks) == []

    def test_discharged_that_fall_are_a_question(self) -> None:
        count(D, discharged_done_cum=11)
        count(day(1), discharged_network_cum=11)
        assert gaps(checks.totals_that_fall) == []
        count(day(2), discharged_network_cum=10)
        (finding,) = gaps(checks.totals_that_fall)
        assert "11降为2月17日的10" in finding.title


class TestDistricts:
    def district_counts(self, **changed: int) -> None:
        cumulative = {"天元区": 4, "荷塘区": 3, "石峰区": 2, "云龙示范区": 1, **changed}
        for name, number in cumulative.items():
            count(D, name, confirmed_cum=number)

    def test_districts_add_up_to_the_city_with_the_reporting_area_once(self) -> None:
        count(D, confirmed_cum=10)
        self.district_counts()
        (finding,) = checks.districts_and_city()
        assert finding.ok

    @pytest.mark.parametrize("name", ["天元区", "荷塘区", "石峰区", "云龙示范区"])
    def test_one_district_changed_is_found(self, name: str) -> None:
        count(D, confirmed_cum=10)
        self.district_counts(**{name: 5})
        assert len(gaps(checks.districts_and_city)) == 1

    def test_the_city_reports_itself_and_its_districts_are_not_added_to_it(self) -> None:
        count(D, confirmed_new=3, confirmed_cum=10)
        self.district_counts()
        assert value("cases.confirmed_cum", D) == 10
        assert value("cases.confirmed_cum", D, "天元区") == 4

    def test_without_the_citys_own_count_nothing_is_compared(self) -> None:
        self.district_counts()
        assert list(checks.districts_and_city()) == []


class TestRunningTotals:
    def test_yesterday_and_the_new_ones_make_today(self) -> None:
        count(D, confirmed_new=0, confirmed_cum=78)
        count(day(1), confirmed_new=2, confirmed_cum=80)
        assert gaps(checks.running_totals) == []

    @pytest.mark.parametrize(("new", "cumulative"), [(2, 81), (3, 80), (0, 77)])
    def test_one_number_changed_is_found(self, new: int, cumulative: int) -> None:
        count(D, confirmed_new=0, confirmed_cum=78)
        count(day(1), confirmed_new=new, confirmed_cum=cumulative)
        assert len(gaps(checks.running_totals)) == 1

    def test_a_gap_of_a_day_is_not_compared(self) -> None:
        count(D, confirmed_new=0, confirmed_cum=78)
        count(day(2), confirmed_new=0, confirmed_cum=80)
        assert list(checks.running_totals()) == []


class TestSeries:
    def test_the_series_first_in_rank_is_taken(self) -> None:
        count(D, confirmed_cum=79, series="aggregator_morning")
        assert value("cases.confirmed_cum", D) == 79
        count(D, confirmed_cum=80)
        assert value("cases.confirmed_cum", D) == 80
        assert value("cases.confirmed_cum", D, series="aggregator_morning") == 79

    def test_where_it_is_silent_on_a_value_the_next_one_speaks(self) -> None:
        count(D, confirmed_cum=80)
        count(D, confirmed_cum=79, severe_now=4, series="aggregator_morning")
        assert value("cases.severe", D) == 4

    def test_series_that_disagree_are_a_question(self) -> None:
        count(D, confirmed_cum=80)
        count(D, confirmed_cum=80, series="aggregator_morning")
        assert gaps(checks.several_series) == []
        count(D, confirmed_cum=79, series="aggregator_evening")
        assert len(gaps(checks.several_series)) == 1


class TestTakenBack:
    """核减: what a laboratory takes back lowers the total, and the running total accepts it."""

    def test_the_running_total_accepts_what_was_taken_back_and_says_so(self) -> None:
        count(D, confirmed_new=0, confirmed_cum=80)
        count(day(1), confirmed_new=1, confirmed_down=2, confirmed_cum=79)
        (finding,) = checks.running_totals()
        assert finding.ok
        assert finding.title == "株洲市2月16日累计确诊79，昨日累计加新增减核减2为79"
        assert [side.value for side in finding.sides] == ["80", "1", "2", "79"]

    def test_without_it_the_fall_is_asked(self) -> None:
        count(D, confirmed_new=0, confirmed_cum=80)
        count(day(1), confirmed_new=1, confirmed_cum=79)
        assert len(gaps(checks.running_totals)) == 1
        (finding,) = gaps(checks.totals_that_fall)
        assert finding.explained == ""

    def test_a_fall_that_it_explains_is_not_asked(self) -> None:
        count(D, confirmed_new=0, confirmed_cum=80)
        count(day(1), confirmed_new=0, confirmed_down=2, confirmed_cum=78)
        (finding,) = gaps(checks.totals_that_fall)
        assert finding.explained == "核减2例，已在册。"

    def test_another_number_taken_back_explains_nothing(self) -> None:
        count(D, confirmed_new=0, confirmed_cum=80)
        count(day(1), confirmed_new=0, confirmed_down=1, confirmed_cum=78)
        (finding,) = gaps(checks.totals_that_fall)
        assert finding.explained == ""

    def test_it_is_told_with_the_day(self) -> None:
        count(D, confirmed_new=0, confirmed_down=2, confirmed_cum=78)
        assert Entry.objects.latest("seq").text == "截至2月15日24时，株洲市新增确诊0例，核减2例，累计确诊78例。"
        assert value("cases.confirmed_down", D) == 2


class TestTenthOfFebruary:
    """T20: 11 done and 10 confirmed on the 9th; 1 new and 11 in all on the 10th; 石峰区 3, of which 云龙示范区 1."""

    D9, D10 = date(2020, 2, 9), date(2020, 2, 10)

    def moment(self, on: date) -> datetime:
        return watches.clock(on, 12)

    def two_clocks(self) -> Disagreement:
        return Disagreement.objects.get(family="two_clocks")

    @pytest.fixture(autouse=True)
    def _ninth(self, db: None) -> None:
        count(self.D9, discharged_done_cum=11, discharged_network_cum=10)
        running.run(self.moment(self.D9))

    def test_the_gap_is_accepted_with_a_reason_looked_at_again_and_closes_itself(self) -> None:
        one = self.two_clocks()
        assert one.state == "open"
        desk.settle(one, "both", "待网报确认", look_again_on=self.D10, at=self.moment(self.D9), by=accounts.system())
        assert running.run(self.moment(self.D9)) == 0
        count(self.D10, discharged_new=1, discharged_done_cum=11, discharged_network_cum=11)
        running.run(self.moment(self.D10))
        closed = self.two_clocks()
        assert (closed.state, closed.outcome, closed.look_again_on) == ("explained", "rule", None)
        assert closed.reason == "待网报确认；次日网报累计11例，已补上。"
        assert list(closed.steps.values_list("step", "reason")) == [
            ("raised", ""),
            ("settled", "待网报确认"),
            ("closed", "待网报确认；次日网报累计11例，已补上。"),
        ]

    def test_on_the_tenth_it_returns_if_the_network_has_not_caught_up(self) -> None:
        desk.settle(
            self.two_clocks(),
            "both",
            "待网报确认",
            look_again_on=self.D10,
            at=self.moment(self.D9),
            by=accounts.system(),
        )
        running.run(self.moment(self.D10))
        assert self.two_clocks().state == "open"

    def test_11_and_1_is_not_11_and_is_explained_by_yesterdays_reason(self) -> None:
        desk.settle(self.two_clocks(), "both", "一例病历待网报确认", at=self.moment(self.D9), by=accounts.system())
        count(self.D10, discharged_new=1, discharged_done_cum=11, discharged_network_cum=11)
        (finding,) = gaps(checks.discharges_day_by_day)
        assert finding.title == "株洲市2月10日累计出院11例，昨日11例加新增1例为12例"
        assert finding.explained == "前一日已说明：一例病历待网报确认；前一日办理出院已计入1例，今日新增即此1例。"

    def test_a_gap_that_yesterday_does_not_explain_is_asked(self) -> None:
        count(self.D10, discharged_new=2, discharged_done_cum=11, discharged_network_cum=11)
        (finding,) = gaps(checks.discharges_day_by_day)
        assert finding.explained == ""

    def test_yunlong_told_apart_from_the_day_after_is_not_added_twice(self) -> None:
        Area.objects.filter(name="云龙示范区").update(counted_in=area("石峰区"))
        thirteenth, fourteenth = date(2020, 2, 13), date(2020, 2, 14)
        count(thirteenth, "石峰区", discharged_done_cum=3)
        count(thirteenth, "云龙示范区", discharged_done_cum=0)
        count(fourteenth, "石峰区", discharged_done_cum=2)
        count(fourteenth, "云龙示范区", discharged_done_cum=1)
        (finding,) = gaps(checks.totals_that_fall)
        assert finding.explained == "云龙示范区的1例此前计入石峰区，自2月14日起另列；不重复计入。"

    def test_discharges_are_compared_with_the_city_only_where_all_districts_told_them(self) -> None:
        for name in ("天元区", "荷塘区"):
            count(self.D9, name, discharged_done_cum=5)
        count(self.D10, discharged_done_cum=12)
        count(self.D10, "天元区", discharged_done_cum=7)
        found = [one for one in checks.districts_and_city() if one.rule == "cases.discharged"]
        assert [(one.about.split()[1], one.ok) for one in found] == [("2020-02-09", False)]
