"""病例日报: the day it speaks of and the day it was published, two clocks of discharge, parts that add up to the city."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from shichen import watches
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.indicators.declare import Scope
from shichen.indicators.models import Figure
from shichen.indicators.queries import compute
from shichen.intake.models import Envelope
from shichen.journal.models import Entry
from shichen.reconciliation.checks import Finding
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
