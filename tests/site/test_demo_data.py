"""The demonstration city's reports and profile hold together, and keep what is doubtful as it was printed."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest

from tests.site.demo_data import (
    FOLDER,
    Report,
    all_reports,
    codes,
    figures,
    names_in,
    posts,
    printed,
    profile,
    reports,
    rows,
    tallies,
    total,
)

WATCHES = "子丑寅卯辰巳午未申酉戌亥"
COLUMNS = ("指挥调度", "宣传发布", "一线阻击", "后勤服务")
MILESTONES = {
    "first",
    "order",
    "response_level",
    "measure_start",
    "measure_end",
    "measure_change",
    "threshold",
    "cumulative",
    "closure",
    "opening",
    "resources",
    "publication",
    "enforcement",
    "other",
}


# -- reports -----------------------------------------------------------------------------------------------------------


def test_ids_are_unique_and_nearly_all_entries_are_there() -> None:
    assert len({report["id"] for report in all_reports()}) == len(all_reports())
    assert (len(reports("day-2020-02-02")), len(reports("chronicle"))) == (79, 75)


def test_every_report_says_who_what_and_from_where() -> None:
    for report in all_reports():
        assert report["text"].endswith("。"), report["id"]
        assert report["unit_text"]
        assert report["source"][:5] in {"000:D", "003:C"}


def test_a_day_report_has_its_cell_and_a_chronicle_report_its_kind_and_bold_phrase() -> None:
    for report in reports("day-2020-02-02"):
        assert report["watch"] in WATCHES
        assert report["column"] in COLUMNS
    for report in reports("chronicle"):
        assert report["milestone"] in MILESTONES
        assert report["key"] in printed(report)


def test_42_cells_are_filled_and_six_are_empty() -> None:
    cells = {(report["column"], report["watch"]) for report in reports("day-2020-02-02")}
    empty = {(column, watch) for column in COLUMNS for watch in WATCHES} - cells
    assert empty == {("后勤服务", watch) for watch in "寅卯未酉戌亥"}


def test_9_february_has_no_entry() -> None:
    dates = {report["date"] for report in reports("chronicle")}
    month = {date(2020, 1, 21) + timedelta(days=n) for n in range(30)}
    assert month - dates == {date(2020, 2, 9)}
    assert dates <= month


def test_bodies_and_areas_are_known() -> None:
    bodies = codes("roster.csv", "body") | codes("bodies_extra.csv", "body")
    areas = codes("gazetteer.csv", "code")
    assert {report["body"] for report in all_reports()} <= bodies
    assert {report["area"] for report in all_reports() if "area" in report} <= areas
    assert codes("bodies_extra.csv", "area") - {""} <= areas
    assert not codes("bodies_extra.csv", "body") & codes("roster.csv", "body")


def test_the_raw_of_a_figure_stands_in_its_text_where_it_says() -> None:
    for report, figure in figures():
        assert figure["raw"] in printed(report), (report["id"], figure["raw"])
        if "start" in figure:
            assert report["text"].startswith(figure["raw"], figure["start"]), (report["id"], figure["raw"])


def test_figures_of_one_report_do_not_overlap() -> None:
    for report in all_reports():
        spans = sorted((f["start"], f["start"] + len(f["raw"])) for f in report.get("figure", []) if "start" in f)
        assert all(left[1] <= right[0] for left, right in itertools.pairwise(spans)), report["id"]


def test_only_the_reports_that_rest_on_records_are_computed() -> None:
    computed = {report["id"] for report in all_reports() if report.get("computed")}
    assert computed == {"d-006", "d-022", "d-059", "c-021", "c-069", "c-073"}
    for report, figure in figures():
        assert ("slot" in figure) == (figure.get("basis") == "computed")
        assert ("slot" in figure) <= bool(report.get("computed"))


def test_what_is_computed_comes_out_of_the_records() -> None:
    expected = {(r["id"], f["indicator"]): f["value"] for r, f in figures() if "slot" in f}
    police = tallies("2020-02-02", "police")
    assert expected["d-006", "traffic.posts"] == len(posts("traffic"))
    assert expected["d-006", "traffic.persons_turned_back"] == total(
        tallies("2020-02-02", "traffic"), "turned_back", "referred"
    )
    assert expected["d-022", "police.hubei_vehicles_checked"] == total(police, "source_area_vehicles")
    assert expected["d-022", "police.persons_checked"] == total(police, "persons")
    assert expected["c-021", "traffic.direct_checkpoints"] == sum(
        bool(r["direct_control_from"]) for r in posts("traffic")
    )
    assert len(expected) == 4 + 5 + 3 + 1 + 2 + 2


def test_the_report_sent_twice_is_the_same_word_for_word() -> None:
    by_id = {report["id"]: report for report in all_reports()}
    assert by_id["d-041"]["duplicate_of"] == "d-055"
    assert by_id["d-041"]["text"] == by_id["d-055"]["text"]


def test_measures_end_after_they_start_and_supersede_what_is_there() -> None:
    ids = {report["id"] for report in all_reports()}
    for report in reports("chronicle"):
        measure = report.get("measure", {})
        if "end" in measure:
            assert measure["start"] < measure["end"]
        assert {measure[name] for name in ("supersedes", "end_report") if name in measure} <= ids


# -- what must be kept as printed, and what must not be there ----------------------------------------------------------


@pytest.mark.parametrize(
    ("report", "words"),
    [
        ("d-007", "护目镜2000瓶"),
        ("d-008", "洞口区"),
        ("d-018", "通报当天新增确诊患者情况"),
        ("d-060", "洞口区三门镇"),
        ("d-057", "董家墩街道"),
        ("c-044", "董家墩"),
        ("d-002", "市长阳卫国"),
        ("d-009", "市长李智"),
        ("d-072", "200张"),
        ("c-028", "200张"),
        ("c-071", "81名"),
        ("c-012", "指挥部"),
        ("c-018", "领导小组"),
        ("d-005", "全天"),
        ("c-035", "4520桶84消毒液"),
    ],
)
def test_what_is_doubtful_is_kept_as_it_was_printed(report: str, words: str) -> None:
    assert words in printed({r["id"]: r for r in all_reports()}[report])


def test_the_single_seat_has_two_holders_on_one_day() -> None:
    (seat,) = profile()["seat"]
    assert seat["single"]
    assert [holder["on"] for holder in seat["holder"]] == [date(2020, 2, 2)] * 2


def test_the_profile_names_what_exists() -> None:
    city = profile()
    bodies = codes("roster.csv", "body") | codes("bodies_extra.csv", "body")
    assert {group["code"] for group in city["group"]} <= bodies
    kinds = {row["body"]: row["kind"] for row in rows("roster.csv")}
    assert sum(kinds[group["code"]] == "group" for group in city["group"]) == 9
    assert {duty["body"] for duty in city["obligation"]} | {seat["body"] for seat in city["seat"]} <= bodies
    assert set(city["grid"]) <= codes("gazetteer.csv", "code")
    assert len(city["board"]["tiles"]) == 8


def own_files() -> list[str]:
    names = ("profile.toml", "posts.csv", "bodies_extra.csv", "sources.md", "case_counts.csv")
    return [*names, "reports/day-2020-02-02.toml", "reports/chronicle.toml"]


@pytest.mark.parametrize("name", own_files())
def test_no_file_names_a_person_of_the_documents(name: str) -> None:
    assert names_in((FOLDER / name).read_text(encoding="utf-8")) == []


def test_the_two_mayors_stand_where_the_doubt_needs_them_and_nowhere_else() -> None:
    named: list[Report] = [r for r in all_reports() if "阳卫国" in printed(r) + r["unit_text"] or "李智" in printed(r)]
    assert [report["id"] for report in named] == ["d-002", "d-009"]
