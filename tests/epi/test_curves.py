"""Curves, line lists, contacts followed up, risk levels and gates: exact counts, and the golden dates of Zhuzhou."""

from __future__ import annotations

import dataclasses
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shichen.epi import gates
from shichen.epi.contacts import Cases, Contacts, contact_kpis
from shichen.epi.delays import discr_si
from shichen.epi.errors import BadData
from shichen.epi.growth import growth_rate
from shichen.epi.incidence import (
    bootstrap_incidence,
    complete_dates,
    cumulate,
    daily_of_totals,
    estimate_peak,
    incidence,
    keep_first,
    keep_last,
    keep_peaks,
    regroup,
    rolling_average,
)
from shichen.epi.linelist import make_linelist, set_tags, tags_names, validate_linelist
from shichen.epi.nowcast import nowcast, reporting_triangle
from shichen.epi.risk import CommunityRule, RiskRule, community_class, risk_level
from shichen.epi.rt import estimate_R
from tests.epi.reference import table
from tests.epi.zhuzhou import CASES, FIRST

RULE = RiskRule("v2020-02", "2020-02-17", 14, 50, True, 2, 14, "国务院联防联控机制 2020-02-17")
ONSETS = np.repeat(FIRST + np.arange(len(CASES)), CASES.astype(int))


def dates(*texts: str) -> np.ndarray:
    return np.array([text or "NaT" for text in texts], "datetime64[D]")


# -- curves ------------------------------------------------------------------------------------------------------------


def test_zhuzhou_by_day_and_week() -> None:
    """80 cases; ISO weeks 4 to 8 of 2020: 5, 21, 32, 20, 2."""
    daily, weekly = incidence(ONSETS), incidence(ONSETS, interval="isoweek")
    assert daily.total.sum() == 80
    assert weekly.counts.tolist() == [[5, 21, 32, 20, 2]]
    assert weekly.dates[0] == np.datetime64("2020-01-20")
    gap = (daily.dates >= np.datetime64("2020-02-16")) & (daily.dates <= np.datetime64("2020-02-19"))
    assert daily.counts[0, gap].tolist() == [0, 0, 0, 0]
    assert incidence(ONSETS, interval=10).counts.sum() == 80


def test_a_long_outbreak_from_its_line_list() -> None:
    onset = table("input_ebola_sim_linelist.csv")["date_of_onset"]
    curve, wanted = incidence(np.where(onset == "NA", "", onset)), table("input_ebola_sim_onset.csv")
    assert curve.counts.shape == (1, 389)
    assert (
        curve.counts[0, np.isin(curve.dates, wanted["date"].astype("datetime64[D]"))].tolist() == wanted["n"].tolist()
    )
    assert keep_peaks(curve)[0][1:] == (np.array(["2014-09-20"], "datetime64[D]"), 55.0)
    peak = estimate_peak(curve)
    assert peak.lower_95 <= peak.dates[0] <= peak.upper_95


def test_groups_weights_and_what_has_no_date() -> None:
    curve = incidence(["2020-02-01", "", "2020-02-03", "2020-02-03"], groups=["a", "a", "b", "a"], counts_=[1, 2, 3, 4])
    assert curve.counts.tolist() == [[1, 0, 4], [0, 0, 3]]
    assert curve.missing.tolist() == [2, 0]
    whole = regroup(curve)
    assert whole.counts.tolist() == [[1, 0, 7]]
    assert whole.missing.tolist() == [2]
    assert cumulate(whole).counts.tolist() == [[1, 1, 8]]
    assert keep_first(whole, 2).counts.tolist() == [[1, 0]]
    assert keep_last(whole, 1).counts.tolist() == [[7]]
    assert incidence(["", ""]).missing.tolist() == [2]


def test_a_tie_of_the_maximum_is_told_whole() -> None:
    peak = estimate_peak(incidence(["2020-02-01", "2020-02-01", "2020-02-04", "2020-02-04"]))
    assert peak.dates.tolist() == dates("2020-02-01", "2020-02-04").tolist()


@settings(deadline=None)
@given(st.lists(st.integers(-3, 8), min_size=1, max_size=25))
def test_totals_that_fall_are_corrections_and_nothing_is_lost(steps: list[int]) -> None:
    totals = np.maximum.accumulate(np.zeros(1)) + np.maximum(np.cumsum(steps), 0)
    new, found = daily_of_totals(totals)
    assert (new >= 0).all()
    assert new.sum() == totals[-1]
    assert len(found) == (np.diff(totals, prepend=0) < 0).sum()


def test_no_nought_beyond_what_was_seen_and_means_of_whole_weeks() -> None:
    days, values = complete_dates(["2020-02-04", "2020-02-01"], [5, 2])
    assert values.tolist() == [2, 0, 0, 5]
    assert days[0] == np.datetime64("2020-02-01")
    assert np.isnan(rolling_average(values, n=3)[:2]).all()
    assert rolling_average(values, n=3)[3] == pytest.approx(5 / 3)
    drawn = bootstrap_incidence(incidence(ONSETS), n=20)
    assert (drawn.sum(axis=(1, 2)) == 80).all()


# -- line lists --------------------------------------------------------------------------------------------------------


def test_a_line_list_says_row_by_row_what_is_wrong() -> None:
    listed = make_linelist(
        {
            "编号": ["1", "2", "2", ""],
            "发病": ["2020-02-01", "2020-02-30", "2020-02-09", ""],
            "报告": ["2020-01-30", "2020-02-04", "2020-02-10", "2020-02-11"],
            "死亡": ["", "", "2020-02-05", ""],
            "来源": ["local", "外地", "", "imported"],
        },
        id="编号",
        date_onset="发病",
        date_reporting="报告",
        date_death="死亡",
        origin="来源",
    )
    found = [(fault.row, fault.field) for fault in validate_linelist(listed, until="2020-02-10")]
    assert found == [
        (2, "date_onset"),
        (2, "id"),
        (2, "origin"),
        (3, "date_death"),
        (3, "id"),
        (4, "date_reporting"),
        (4, "id"),
    ]
    assert "date_onset" in listed
    assert len(listed) == 4
    assert "origin" not in set_tags(listed, origin="")
    assert {"id", "hcw", "origin", "date_isolation"} <= {*tags_names()}
    with pytest.raises(BadData, match="没有「发热」这一列"):
        set_tags(listed, date_onset="发热")
    with pytest.raises(BadData, match="没有「symptom」这个标签"):
        set_tags(listed, symptom="发病")
    with pytest.raises(BadData, match="没有一列标为 age"):
        listed["age"]


# -- contacts ----------------------------------------------------------------------------------------------------------


def followed(*, confirmed: str = "", listed: str = "2020-02-01") -> Contacts:
    one = dates("")
    return Contacts(
        np.array(["c1"]),
        np.array(["荷塘区"]),
        dates(listed),
        dates(listed),
        dates(confirmed),
        one,
        dates("2020-02-02"),
        one,
    )


NO_CASES = Cases(np.array([], "<U1"), dates(), *(np.zeros(0, bool) for _ in range(4)), np.zeros(0), {})


def said(
    contacts: Contacts, day: str, visits: tuple[list[str], list[str], list[int]] = ([], [], [])
) -> dict[str, float]:
    found = contact_kpis(contacts, visits, NO_CASES, day)
    return {row.name: row.value for row in found.rows if row.group == "荷塘区"}


def test_who_was_never_visited_is_lost_on_the_third_day() -> None:
    assert said(followed(), "2020-02-03")["lost"] == 0
    assert said(followed(), "2020-02-04")["lost"] == 1
    assert said(followed(), "2020-02-04")["never_seen"] == 1
    seen = (["c1"], ["2020-02-01"], [1])
    assert said(followed(), "2020-02-04", seen)["lost"] == 1
    assert said(followed(), "2020-02-04", seen)["never_seen"] == 0
    assert said(followed(), "2020-02-02", seen)["seen_48h"] == 1
    assert said(followed(), "2020-02-04", (["c1"], ["2020-02-03"], [0]))["lost"] == 1


def test_who_became_a_case_leaves_the_denominator_that_day() -> None:
    assert said(followed(confirmed="2020-02-05"), "2020-02-04")["in_follow_up"] == 1
    gone = said(followed(confirmed="2020-02-05"), "2020-02-05")
    assert gone["in_follow_up"] == 0
    assert np.isnan(gone["lost"])
    assert gone["became_case"] == 1
    assert said(followed(), "2020-02-16")["in_follow_up"] == 0


def test_times_that_run_backwards_are_errors_and_not_medians() -> None:
    hours = {
        name: np.array(values, "datetime64[h]")
        for name, values in {
            "onset": ["2020-02-01T00", "2020-02-03T00", "NaT"],
            "report": ["2020-02-02T12", "2020-02-01T00", "2020-02-05T00"],
        }.items()
    }
    yes, no = np.ones(3, bool), np.zeros(3, bool)
    cases = Cases(
        np.array(["荷塘区"] * 3),
        dates(*["2020-02-03"] * 3),
        yes,
        no,
        no,
        np.array([True, False, False]),
        np.array([4, np.nan, 0]),
        hours,
    )
    found = contact_kpis(followed(), ([], [], []), cases, "2020-02-04")
    row = {one.name: one for one in found.rows if one.group == ""}
    assert found.errors == (("cases", 1, "onset_to_report"),)
    assert (row["onset_to_report_median"].value, row["onset_to_report_median"].denominator) == (1.5, 1)
    assert (row["unlinked"].numerator, row["unlinked"].denominator) == (2, 3)
    assert (row["contacts_per_case"].value, row["cases_without_contacts"].value) == (2, 0.5)
    assert [row[f"contacts_per_case_{name}"].value for name in ("median", "q25", "q75")] == [2, 1, 3]
    assert row["listing_to_quarantine_median"].value == 1
    with pytest.raises(BadData, match="c9 不在密接表中"):
        contact_kpis(followed(), (["c9"], ["2020-02-01"], [1]), cases, "2020-02-04")


def test_who_is_followed_up_elsewhere_is_counted_apart() -> None:
    away = contact_kpis(replace(followed(), elsewhere=np.array([True])), ([], [], []), NO_CASES, "2020-02-04")
    row = {one.name: one for one in away.rows if one.group == ""}
    assert (row["elsewhere"].value, row["elsewhere_in_follow_up"].value) == (1, 1)
    assert (row["in_follow_up"].value, row["lost"].denominator) == (0, 0)
    assert np.isnan(row["contacts_per_case_median"].value)


# -- risk levels and gates ---------------------------------------------------------------------------------------------


def test_the_citys_level_day_by_day() -> None:
    """Low, medium from 23 January, high from 9 February (58 cases), medium from the 15th, low from 8 March."""
    cluster = FIRST + np.arange(len(CASES)) == np.datetime64("2020-02-01")
    level = risk_level(CASES, cluster, RULE).level
    turns = [
        (str(FIRST + day), int(level[day])) for day in range(len(level)) if day == 0 or level[day] != level[day - 1]
    ]
    assert turns == [("2020-01-23", 1), ("2020-02-09", 2), ("2020-02-15", 1), ("2020-03-08", 0)]


def test_the_whole_table_of_levels() -> None:
    wanted = table("risk_zhuzhou_cityrule.csv")
    found = risk_level(wanted["new_confirmed"], wanted["date"] == "2020-02-01", RULE)
    assert [("low", "medium", "high")[one] for one in found.level] == wanted["risk_with_cluster_0201"].tolist()


def test_a_community_where_nobody_knows_from_whom() -> None:
    rule = CommunityRule("plan-2020", "2020-01-24", 14, 2, "community plan of 2020")
    new, alone = np.zeros(40), np.zeros(40)
    new[[2, 5, 20]], alone[[5, 9]] = [3, 1, 1], [1, 0]
    new[9] = alone[9] = 1
    found = community_class(new, alone, rule)
    assert found[:2].tolist() == [0, 0]
    assert found[2:9].tolist() == [1] * 7  # a cluster, one sporadic case
    assert found[9:19].tolist() == [2] * 10  # two sporadic cases within fourteen days
    assert found[19:34].tolist() == [1] * 15
    assert found[34:].tolist() == [0] * 6
    new[36] = np.nan
    assert community_class(new, alone, rule)[36:].tolist() == [-1] * 4
    with pytest.raises(BadData, match="不多于"):
        community_class([1], [2], rule)
    with pytest.raises(BadData, match="出处"):
        CommunityRule("x", "2020-01-24", 14, 2, " ")


def test_imports_before_and_what_is_not_known() -> None:
    strict = dataclasses.replace(RULE, count_imported=False)
    assert risk_level([1, 0], False, strict, imported=[1, 0]).level.tolist() == [0, 0]
    assert risk_level([1, 0], True, RULE, before=60).level.tolist() == [2, 2]
    assert risk_level([np.nan, 0, 1], False, RULE).level.tolist() == [-1, -1, 1]
    with pytest.raises(BadData, match="出处"):
        dataclasses.replace(RULE, source=" ")
    with pytest.raises(BadData, match="不多于"):
        risk_level([1], False, strict, imported=[2])


def test_the_golden_dates_of_zhuzhous_r() -> None:
    """23 January imported, the rest local; 4.7 and 2.9 days; windows of seven days."""
    imported = np.zeros(len(CASES))
    imported[0] = 1
    estimate = estimate_R(CASES - imported, imported, w=discr_si(np.arange(len(CASES)), 4.7, 2.9))
    verdict = gates.rt(estimate, CASES - imported, imported=imported, mean_si=4.7, window=7)
    ends = FIRST + estimate.t_end - 1
    turns = [
        (str(day), str(status))
        for at, (day, status) in enumerate(zip(ends, verdict.status, strict=True))
        if at == 0 or status != verdict.status[at - 1]
    ]
    assert turns == [
        ("2020-01-30", gates.OK),
        ("2020-02-18", gates.WIDE),
        ("2020-02-20", gates.DIRECTION),
        ("2020-02-29", gates.OVER),
    ]
    assert verdict.shown.sum() == 21
    late = gates.rt(
        estimate, CASES - imported, imported=imported, mean_si=4.7, window=7, median_delay=3, onset_known=0.5
    )
    assert (late.status[:5] == gates.WITHHELD).all()
    assert late.reason[0] == "onset"
    marked = np.zeros(len(CASES), bool)
    marked[10] = True
    open_ = gates.rt(estimate, CASES - imported, imported=imported, mean_si=4.7, window=7, corrections=marked)
    assert [int(end) for end in estimate.t_end[open_.reason == "correction"]] == list(range(11, 18))


def test_gates_of_the_other_figures() -> None:
    event = np.repeat(FIRST + np.arange(40), 9)
    report = event + np.random.default_rng(0).integers(0, 8, len(event))
    found = nowcast(reporting_triangle(event, report, now=FIRST + 39, longest=10), draws=100)
    verdict = gates.nowcast(found)
    assert (verdict.status[:-10] == gates.OK).all()
    assert gates.PARTIAL in verdict.status[-3:]
    clear, unclear = growth_rate(CASES[:7], window=None), growth_rate(CASES[9:24], window=None)
    assert gates.doubling(clear).status == gates.OK
    assert gates.doubling(unclear).reason == "trend"
    assert gates.forecast(gates.WIDE, 14) == (gates.WIDE, "")
    assert gates.forecast(gates.DIRECTION, 14) == (gates.WITHHELD, "rt")
    assert gates.forecast(gates.OK, 15) == (gates.WITHHELD, "horizon")
    assert gates.delay(9)[0] == gates.WITHHELD
    assert gates.offspring(9) == (gates.WIDE, "transmitters")
    for word in (*gates.WORDS.values(), *gates.REASONS.values()):
        assert len(word) == 2


@pytest.mark.parametrize(
    ("said_", "wrong"),
    [
        ("晚于 2020-02-01", lambda: incidence(["2020-02-02"], until="2020-02-01")),
        ("第 1 个「2 月」", lambda: incidence(["2 月"])),
        ("一样长", lambda: incidence(["2020-02-02"], groups=["a", "b"])),
        ("interval", lambda: incidence(["2020-02-02"], interval="month")),
        ("出现两次", lambda: complete_dates(["2020-02-02", "2020-02-02"], [1, 2])),
        ("已经是累计", lambda: cumulate(cumulate(incidence(ONSETS)))),
        ("没有高峰", lambda: estimate_peak(incidence([]))),
        ("n 至少 1", lambda: keep_first(incidence(ONSETS), 0)),
    ],
)
def test_bad_data_are_refused(said_: str, wrong: object) -> None:
    with pytest.raises(BadData, match=said_):
        wrong()  # type: ignore[operator]
