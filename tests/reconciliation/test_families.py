"""核对的类别: each family finds its anomaly, and is silent on the same figures without it (陷阱 T2、T3、T7—T11、T16)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.city.models import Area, Holder, Seat
from shichen.indicators.adding import together
from shichen.indicators.declare import Scope, known
from shichen.indicators.models import Figure
from shichen.indicators.services import freeze
from shichen.reconciliation import families, identities, quotients, reading, statements
from shichen.reconciliation.changes import Changes
from shichen.reconciliation.checks import Finding, checks_of_changes
from shichen.reconciliation.quotients import smallest_sample
from shichen.refusal import Refusal
from tests.made import DAY, area, body, day_of, post, stated, tally

BUSES = ("transport.emergency_buses", "transport.hospital_buses", "transport.standby_buses")
NEXT = DAY + timedelta(days=1)


def gaps(check: Callable[[], Any]) -> list[Finding]:
    """What is asked of people: neither in order nor explained by its rule."""
    return [finding for finding in found(check) if not finding.ok and not finding.explained]


def found(check: Callable[..., Any]) -> list[Finding]:
    """What a check finds where nothing was ever looked at."""
    if check in checks_of_changes().values():
        return [finding for looked in check(Changes()) for finding in looked.findings]
    return list(check())


def stated_and_computed() -> list[Finding]:
    return found(statements.stated_and_computed)


@pytest.mark.django_db
class TestPartsAndSums:
    def test_t8_68_is_18_and_50(self) -> None:
        for key, value in zip(BUSES, (68, 18, 50), strict=True):
            stated(value, "台", key=key)
        (finding,) = families.sums()
        assert finding.ok

    @pytest.mark.parametrize("changed", range(3))
    @pytest.mark.parametrize("by", [-1, 1])
    def test_t8_any_one_number_changed_is_found(self, changed: int, by: int) -> None:
        values = [68, 18, 50]
        values[changed] += by
        for key, value in zip(BUSES, values, strict=True):
            stated(value, "台", key=key)
        (finding,) = gaps(families.sums)
        assert {side.value for side in finding.sides} == {f"{value}台" for value in values}

    def test_a_sum_with_a_part_untold_says_nothing(self) -> None:
        stated(68, "台", key=BUSES[0])
        stated(18, "台", key=BUSES[1])
        assert list(families.sums()) == []

    def test_a_part_larger_than_its_whole_is_found(self) -> None:
        stated(42, "家", key="market.wet_markets_reopened")
        stated(55, "家", key="market.wet_markets_total")
        assert gaps(families.parts) == []
        stated(56, "家", key="market.wet_markets_reopened", day=NEXT)
        stated(55, "家", key="market.wet_markets_total", day=NEXT)
        (finding,) = gaps(families.parts)
        assert "大于" in finding.title

    def test_figures_of_different_days_are_not_compared(self) -> None:
        stated(56, "家", key="market.wet_markets_reopened")
        stated(55, "家", key="market.wet_markets_total", day=NEXT)
        assert list(found(families.parts)) == []


@pytest.mark.django_db
class TestTotals:
    def test_t7_81_is_not_75_and_2(self) -> None:
        stated(75, "名", key="medical.staff_sent_hubei")
        stated(2, "名", key="medical.cdc_experts_sent")
        stated(81, "名", key="medical.staff_sent_hubei", cumulative=True, day=NEXT)
        (finding,) = gaps(families.running_totals)
        assert "相差4" in finding.title
        assert len(finding.sides) == 3

    def test_a_total_that_its_flows_explain_is_silent(self) -> None:
        stated(75, "名", key="medical.staff_sent_hubei")
        stated(6, "名", key="medical.cdc_experts_sent")
        stated(81, "名", key="medical.staff_sent_hubei", cumulative=True, day=NEXT)
        assert gaps(families.running_totals) == []

    def test_t8_113_of_628_leaves_515(self) -> None:
        stated(113, "条", key="media.provincial_reports")
        stated(628, "条", key="media.provincial_reports", cumulative=True)
        (finding,) = found(families.flows_within_totals)
        assert finding.ok
        assert "推知此前515" in finding.title

    def test_a_days_flow_above_its_total_is_found(self) -> None:
        stated(629, "条", key="media.provincial_reports")
        stated(628, "条", key="media.provincial_reports", cumulative=True)
        assert len(gaps(families.flows_within_totals)) == 1


@pytest.mark.django_db
class TestChanges:
    @pytest.mark.parametrize(
        ("key", "level", "change", "before"),
        [("price.pork", "58.65", "1.73", "57.65"), ("price.vegetables", "8.06", "2.41", "7.87")],
    )
    def test_t10_a_price_and_its_change_imply_yesterdays(self, key: str, level: str, change: str, before: str) -> None:
        stated(level, "元", key=key)
        stated(change, "%", key=f"{key}.mom")
        (finding,) = quotients.changes()
        assert finding.ok or finding.explained
        assert f"推知前一日{before}" in finding.title
        stated(before, "元", key=key, day=DAY - timedelta(days=1))
        assert gaps(quotients.changes) == []

    def test_t10_a_stored_yesterday_that_is_off_opens_a_disagreement(self) -> None:
        stated("58.65", "元", key="price.pork")
        stated("1.73", "%", key="price.pork.mom")
        stated("57.60", "元", key="price.pork", day=DAY - timedelta(days=1))
        assert len(gaps(quotients.changes)) == 1


class TestSamples:
    def test_t9_99_43_percent_needs_174(self) -> None:
        assert smallest_sample(Decimal("99.43"), 2) == 174

    @pytest.mark.parametrize(("rate", "least"), [("100", 1), ("0", 1), ("50", 2), ("33.33", 3), ("66.67", 3)])
    def test_plain_ratios_need_little(self, rate: str, least: int) -> None:
        assert smallest_sample(Decimal(rate), 2) == least

    @settings(max_examples=60, deadline=None)
    @given(st.integers(min_value=1, max_value=400).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))))
    def test_a_ratio_never_needs_more_than_the_sample_it_came_from(self, made: tuple[int, int]) -> None:
        n, k = made
        printed = (Decimal(k) * 100 / n).quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert smallest_sample(printed, 2) <= n

    @pytest.mark.django_db
    @pytest.mark.parametrize(("facets", "found"), [({}, 0), ({"n": "174"}, 0), ({"n": "173"}, 1)])
    def test_t9_a_lot_count_below_it_is_found(self, facets: dict[str, str], found: int) -> None:
        stated("99.43", "%", key="market.sampling_pass_rate", facets=facets)
        assert len(gaps(quotients.rates)) == found


@pytest.mark.django_db
class TestMeasures:
    def test_t3_goggles_are_not_counted_in_bottles(self) -> None:
        stated(2000, "瓶", subject="护目镜")
        (finding,) = gaps(statements.measures)
        assert "2000瓶" in finding.title

    def test_fitting_measure_words_are_silent(self) -> None:
        stated(2000, "副", subject="护目镜")
        stated(4520, "桶", subject="84消毒液")
        assert gaps(statements.measures) == []


@pytest.mark.django_db
class TestRepeatsAndOverlaps:
    def test_t16_200_passes_on_two_days_are_one_stock(self) -> None:
        stated(200, "张", key="transport.passes_obtained")
        assert gaps(statements.repeats) == []
        stated(200, "张", key="transport.passes_obtained", day=DAY - timedelta(days=1))
        (finding,) = statements.repeats()
        assert not finding.ok
        assert "不相加" in finding.title

    def test_t1_two_networks_stand_side_by_side_with_the_reason(self) -> None:
        stated(149461, "台次", key="traffic.vehicles_checked")
        stated(40515, "辆", key="police.vehicles_checked")
        (finding,) = found(statements.overlaps)
        assert finding.explained
        assert "不可相加" in finding.title


@pytest.mark.django_db
class TestStatedAndComputed:
    def test_what_agrees_is_silent_and_one_vehicle_more_is_found(self) -> None:
        post()
        tally(vehicles=10)
        stated(10, "台次", key="traffic.vehicles_checked")
        assert gaps(stated_and_computed) == []
        stated(11, "台次", key="traffic.vehicles_checked")
        (finding,) = gaps(stated_and_computed)
        assert {side.value for side in finding.sides} == {"11台次", "10台次"}
        assert all(side.href for side in finding.sides)

    def test_a_part_of_the_city_above_the_whole_city_is_found(self) -> None:
        post()
        tally(vehicles=10)
        stated(9, "台次", key="traffic.vehicles_checked", place=area("荷塘区"))
        assert gaps(stated_and_computed) == []
        stated(11, "台次", key="traffic.vehicles_checked", place=area("荷塘区"))
        (finding,) = gaps(stated_and_computed)
        assert "全市实算10" in finding.title


@pytest.mark.django_db
class TestPeopleAndNames:
    def test_t5_two_holders_of_a_single_seat_on_one_day_are_a_question(self) -> None:
        seat = Seat.objects.create(body=body("office"), title="值班主任", single=True)
        first = Holder.objects.create(seat=seat, person="甲", basis="一文", valid_from=DAY, valid_until=DAY)
        assert not [f for f in gaps(identities.single_seats) if "值班主任" in f.title]
        Holder.objects.create(seat=seat, person="乙", basis="二文", valid_from=DAY, valid_until=DAY)
        (finding,) = [f for f in gaps(identities.single_seats) if "值班主任" in f.title]
        assert {side.value for side in finding.sides} == {"一文", "二文"}
        Holder.objects.filter(pk=first.pk).update(valid_from=NEXT, valid_until=NEXT)
        assert not [f for f in gaps(identities.single_seats) if "值班主任" in f.title]

    def test_t6_one_body_of_two_names_is_explained(self) -> None:
        found = [f for f in identities.one_body_two_names() if f.rule == "leading-group"]
        assert [f.explained for f in found] == ["同一机构更名；文号为一个序列，各文照签发时的名称印。"]


def network_day(network: str, unit: str, vehicles: int) -> Figure:
    code = {"traffic": "Z01", "police": "P01"}[network]
    post(code, network)
    tally(code, vehicles=vehicles)
    return freeze(
        f"{network}.vehicles_checked",
        day_of(DAY),
        Scope(city.the_city()),
        reporter=body("office"),
        event=city.the_event(),
        unit=unit,
        by=accounts.system(),
    )


@pytest.mark.django_db
class TestTogether:
    """合计 (T1, T2, T16): only what counts the same things in the same measure, once each, is added."""

    def test_parts_of_one_whole_are_added(self) -> None:
        parts = [stated(value, "台", key=key) for key, value in zip(BUSES[1:], (18, 50), strict=True)]
        assert together(parts) == 68

    def test_districts_beside_each_other_are_added(self) -> None:
        districts = [
            stated(value, "例", key="cases.confirmed_new", place=area(name))
            for name, value in (("天元区", 3), ("荷塘区", 4), ("石峰区", 0))
        ]
        assert together(districts) == 7

    def test_days_of_a_flow_are_added(self) -> None:
        days = [stated(n, "例", key="cases.confirmed_new", day=DAY + timedelta(days=n)) for n in range(4)]
        assert together(days) == 6

    @pytest.mark.parametrize(("left", "right"), [("人次", "人"), ("台次", "辆"), ("家次", "家")])
    def test_t2_events_and_things_are_not_added(self, left: str, right: str) -> None:
        with pytest.raises(Refusal, match=f"^{left}与{right}不可相加") as refused:
            together([stated(361122, left), stated(84492, right)])
        assert refused.value.rule == "不可相加"

    def test_t1_two_networks_are_not_added_even_in_one_measure(self) -> None:
        with pytest.raises(Refusal, match="不可相加"):
            together([network_day("traffic", "辆", 149461), network_day("police", "辆", 40515)])

    def test_posts_of_two_networks_are_not_added(self) -> None:
        with pytest.raises(Refusal, match="不可相加"):
            together([stated(83, "个", key="traffic.posts"), stated(92, "个", key="police.checkpoints")])

    def test_a_district_and_the_city_around_it_are_not_added(self) -> None:
        with pytest.raises(Refusal, match="天元区在株洲市之内"):
            together(
                [
                    stated(9, "例", key="cases.confirmed_new"),
                    stated(3, "例", key="cases.confirmed_new", place=area("天元区")),
                ]
            )

    def test_t16_a_stock_seen_on_two_days_is_not_added(self) -> None:
        with pytest.raises(Refusal, match="存量、计划或累计"):
            together([stated(83, "个", key="traffic.posts"), stated(83, "个", key="traffic.posts", day=NEXT)])

    def test_running_totals_of_two_days_are_not_added(self) -> None:
        with pytest.raises(Refusal, match="存量、计划或累计"):
            together(
                [
                    stated(515, "条", key="media.provincial_reports", cumulative=True),
                    stated(628, "条", key="media.provincial_reports", cumulative=True, day=NEXT),
                ]
            )

    def test_two_numbers_of_one_time_and_place_are_not_added(self) -> None:
        with pytest.raises(Refusal, match="同一时段"):
            together([stated(3, "例", key="cases.confirmed_new"), stated(4, "例", key="cases.confirmed_new")])

    def test_rates_and_prices_are_not_added(self) -> None:
        for key, unit in (("price.pork", "元"), ("market.sampling_pass_rate", "%")):
            assert known()[key]
            with pytest.raises(Refusal, match="不可相加"):
                together([stated(1, unit, key=key)])

    def test_nothing_and_the_unreported_have_no_sum(self) -> None:
        with pytest.raises(Refusal):
            together([])
        one = stated(1, "例")
        with pytest.raises(Refusal, match="未报不等于 0"):
            together([one, Figure(unit="例", key="cases.confirmed_new")])
        with pytest.raises(Refusal, match="列了两次"):
            together([one, one])


def test_dated_by_publication_is_explained_with_both_days(db: None) -> None:
    stated(0, "例", key="cases.confirmed_new", day=date(2020, 2, 16), facets={"dated": "published"})
    (finding,) = statements.dated_by_publication()
    assert "2月16日" in finding.explained


@pytest.mark.django_db
class TestStepsAndAreas:
    def rules(self, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
        held = reading.read(text.encode(), "own")
        assert held.faults == ()
        monkeypatch.setattr("shichen.reconciliation.families.rulebook", lambda: held)
        monkeypatch.setattr("shichen.reconciliation.quotients.rulebook", lambda: held)

    @pytest.mark.parametrize(("total", "down", "good"), [(68, None, True), (67, None, False), (66, 2, True)])
    def test_today_is_yesterday_and_the_new_ones_less_those_taken_back(
        self, monkeypatch: pytest.MonkeyPatch, total: int, down: int | None, good: bool
    ) -> None:
        self.rules(
            monkeypatch,
            "[[step]]\ncumulative='contacts.traced'\nflow='contacts.traced_new'\ndown='contacts.released'\n",
        )
        stated(61, "人", key="contacts.traced", cumulative=True)
        stated(7, "人", key="contacts.traced_new", day=NEXT)
        stated(total, "人", key="contacts.traced", cumulative=True, day=NEXT)
        if down is not None:
            stated(down, "人", key="contacts.released", day=NEXT)
        (finding,) = families.steps()
        assert finding.ok == good

    def test_a_day_missing_in_between_is_not_compared(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rules(monkeypatch, "[[step]]\ncumulative='contacts.traced'\nflow='contacts.traced_new'\n")
        stated(61, "人", key="contacts.traced", cumulative=True)
        stated(7, "人", key="contacts.traced_new", day=NEXT + timedelta(days=1))
        stated(99, "人", key="contacts.traced", cumulative=True, day=NEXT + timedelta(days=1))
        assert list(families.steps()) == []

    def test_one_thing_under_two_names_says_one_number(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rules(monkeypatch, "[[same]]\nleft='hospital.beds'\nright='hospital.beds'\n")
        stated(6, "张", key="hospital.beds")
        assert [one.ok for one in found(families.same_thing)] == [True]

    @pytest.mark.parametrize(("whole", "good"), [(10, True), (9, True), (8, False), (11, False)])
    def test_an_area_that_is_at_times_counted_within_another_is_not_added_twice(
        self, monkeypatch: pytest.MonkeyPatch, whole: int, good: bool
    ) -> None:
        self.rules(monkeypatch, "[[areas]]\nkey='hospital.beds'\n")
        Area.objects.filter(name="云龙示范区").update(counted_in=area("石峰区"))
        for name, value in (("天元区", 6), ("石峰区", 3), ("云龙示范区", 1)):
            stated(value, "张", key="hospital.beds", place=area(name))
        stated(whole, "张", key="hospital.beds")
        (finding,) = families.areas()
        assert finding.ok == good

    @pytest.mark.parametrize(("persons", "good"), [(24, True), (9, False), (500, False)])
    def test_a_ratio_lies_within_reason(self, monkeypatch: pytest.MonkeyPatch, persons: int, good: bool) -> None:
        self.rules(
            monkeypatch,
            "[[ratio]]\nover='traffic.persons_screened'\nunder='traffic.vehicles_checked'\nleast=1\nmost=20\n",
        )
        stated(persons, "人次", key="traffic.persons_screened")
        stated(10, "台次", key="traffic.vehicles_checked")
        (finding,) = found(quotients.ratios)
        assert finding.ok == good

    @pytest.mark.parametrize(("rate", "good"), [("99.43", True), ("100.01", False), ("-1", False)])
    def test_a_value_lies_between_its_bounds(self, monkeypatch: pytest.MonkeyPatch, rate: str, good: bool) -> None:
        self.rules(monkeypatch, "[[between]]\nkey='market.sampling_pass_rate'\nleast=0\nmost=100\n")
        stated(rate, "%", key="market.sampling_pass_rate")
        (finding,) = quotients.bounds()
        assert finding.ok == good

    def test_t1_persons_to_a_vehicle_stand_beside_the_three_networks(self) -> None:
        for key, unit, persons, vehicles, said in (
            ("traffic", "台次", 361122, 149461, "2.42"),
            ("police", "辆", 84492, 40515, "2.09"),
        ):
            people = {"traffic": "traffic.persons_screened", "police": "police.persons_checked"}[key]
            stated(persons, {"台次": "人次", "辆": "人"}[unit], key=people)
            stated(vehicles, unit, key=f"{key}.vehicles_checked")
            (finding,) = [one for one in found(quotients.ratios) if one.rule.startswith(key)]
            assert finding.ok
            assert f"之比为{said}" in finding.title

    def test_t11_700000_masks_at_50000_a_day_last_14_days(self) -> None:
        stated(700_000, "只", key="supply.masks_purchased")
        stated(50_000, "个", key="supply.masks_daily_supply", at_least=True)
        (finding,) = found(quotients.covers)
        assert "可供14天" in finding.title
        assert "按目标量推算" in finding.explained
