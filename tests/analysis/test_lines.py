"""Analyses by onset: what is frozen of a line list, the nowcast and its score, the delay, R by origin; without a list as before."""

from __future__ import annotations

import json
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from shichen import watches
from shichen.analysis.runs import asking, inputs
from shichen.analysis.runs.models import Run
from shichen.analysis.runs.telling import saying
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.registers.cases import listing
from shichen.registers.cases.models import CaseLine
from tests.analysis import made_lines, made_runs
from tests.made import area, count
from tests.publications.people import person

pytestmark = pytest.mark.django_db
PEAK = made_lines.FIRST + timedelta(days=22)


def noon(day: date) -> Any:
    """Noon of the day after."""
    return watches.clock(day + timedelta(days=1), 12)


def made(day: date) -> dict[str, Run]:
    return made_runs.made(as_of=noon(day))


def rows(run: Run, variable: str) -> list[dict[str, Any]]:
    return [one for one in run.rows if one["variable"] == variable]


def test_what_is_frozen_is_added_up_and_names_no_case() -> None:
    made_runs.profile()
    made_lines.listed(made_lines.drawn(), until=PEAK)
    frozen = inputs.at(city.the_city(), city.the_event(), noon(PEAK))
    assert frozen is not None
    assert sum(one["n"] for one in frozen.cells) == CaseLine.objects.count()
    assert all(len(one["records"]) == one["n"] for one in frozen.cells)
    assert {key for one in frozen.cells for key in one} == {"onset", "report", "origin", "n", "records"}
    assert "A0001" not in json.dumps(frozen.cells)
    assert [one["series"] for one in frozen.rows] == ["lines"] * len(frozen.rows)
    assert frozen.rows[-1]["cum"] == CaseLine.objects.count()
    assert inputs.digest(frozen.rows, frozen.cells) == frozen.digest != inputs.digest(frozen.rows)


def test_a_day_that_is_not_over_and_what_came_later_are_not_known() -> None:
    made_runs.profile()
    made_lines.listed(made_lines.drawn(), until=PEAK + timedelta(days=2))
    then = inputs.at(city.the_city(), city.the_event(), noon(PEAK))
    early = inputs.at(city.the_city(), city.the_event(), watches.clock(PEAK + timedelta(days=1), 8))
    assert then is not None
    assert early is not None
    assert max(one["report"] for one in then.cells) <= PEAK.isoformat()
    assert max(one["report"] for one in early.cells) < PEAK.isoformat()  # the sheet of that day comes at nine


def test_a_correction_of_an_onset_is_another_input_and_the_old_instant_stays_as_it_was() -> None:
    made_runs.profile()
    made_lines.listed(made_lines.drawn(), until=PEAK)
    before = inputs.at(city.the_city(), city.the_event(), noon(PEAK))
    line = CaseLine.objects.first()
    assert line is not None
    listing.correct_line(line, {"date_onset": line.date_reporting}, "核实", by=accounts.system())
    after = inputs.at(city.the_city(), city.the_event(), noon(PEAK))
    today = inputs.at(city.the_city(), city.the_event(), watches.clock(date(2100, 1, 1), 0))
    assert before is not None
    assert after is not None
    assert today is not None
    assert before.digest == after.digest
    assert sorted({revision for one in today.cells for _pk, revision in one["records"]} - {1}) == [2]


def test_the_nowcast_completes_the_last_days_and_holds_its_truth() -> None:
    """Registers → run: all the onsets of the last days lie in their intervals but few, and beat the reports alone."""
    made_runs.profile()
    drawn = made_lines.drawn()
    made_lines.listed(drawn, until=PEAK)
    run = made(PEAK)["nowcast"]
    assert run.state == Run.State.DONE, run.refused_why
    assert saying.dated(run) == "onset"
    told = [one for one in rows(run, "cases") if one["type"] != "estimate" and one["median"] is not None]
    truth = {one["date"]: sum(each["onset"].isoformat() == one["date"] for each in drawn) for one in told}
    inside = [one["lower_95"] <= truth[one["date"]] <= one["upper_95"] for one in told]
    assert len(told) >= 5
    assert sum(inside) >= len(inside) - 1
    seen = {one["date"]: one["mean"] for one in rows(run, "reported")}
    ours = sum(abs(one["median"] - truth[one["date"]]) for one in told)
    assert ours < sum(abs(seen[one["date"]] - truth[one["date"]]) for one in told)
    assert all(one["median"] >= seen[one["date"]] for one in told)
    held = [one for one in rows(run, "cases") if one["status"] == "withheld"]
    assert held
    assert all(one["median"] is None and one["reason"] in ("share", "untold") for one in held)
    assert asking.recompute(run, by=accounts.system()).same


def test_earlier_nowcasts_are_laid_over_the_new_one_and_scored_once_the_truth_is_in() -> None:
    made_runs.profile()
    made_lines.listed(made_lines.drawn())
    sets = [made(PEAK + timedelta(days=at)) for at in (-6, -3, 0, 14)]
    first, *_between, last = (one["nowcast"] for one in sets)
    assert not rows(first, "cases_earlier")
    assert not rows(first, "wis")
    assert last.parameters["scored"] == [str(one["nowcast"].pk) for one in sets[:3]]
    over = {one["strat"] for one in rows(last, "cases_earlier")}
    assert over <= {str(one["nowcast"].number) for one in sets[:3]}
    assert str(sets[2]["nowcast"].number) in over
    scored = {one["strat"]: one["mean"] for one in rows(last, "wis")}
    reports = {one["strat"]: one["mean"] for one in rows(last, "wis_reported")}
    assert set(scored) == {str(one["nowcast"].number) for one in sets[:3]}
    assert sum(scored.values()) < sum(reports.values())
    assert rows(last, "coverage_95")[0]["mean"] >= 0.7
    names = [card.name for card in saying.cards(last)]
    assert "此前估计的95%区间命中" in names
    assert asking.recompute(last, by=accounts.system()).same


def test_unknown_onsets_are_counted_imputed_and_said() -> None:
    made_runs.profile()
    made_lines.listed(made_lines.drawn(unknown=0.2), until=PEAK)
    run = made(PEAK)["nowcast"]
    unknown = rows(run, "onset_unknown")[0]["mean"]
    assert unknown == CaseLine.objects.filter(date_onset=None).count() > 5
    assert sum(one["mean"] for one in rows(run, "reported_imputed")) == pytest.approx(unknown, abs=1e-6)
    assert any(card.name == "发病日期不明" and card.value == f"{unknown:.0f} 例" for card in saying.cards(run))
    assert asking.recompute(run, by=accounts.system()).same


def test_r_is_by_onset_with_origins_where_enough_onsets_are_known() -> None:
    made_runs.profile()
    made_lines.listed(made_lines.drawn(), until=PEAK)
    run = made(PEAK)["rt"]
    assert saying.dated(run) == "onset"
    assert "按发病日期" in saying.conclusion(run)
    last = [one for one in rows(run, "R") if one["strat"] == "serial_interval"][-1]
    assert last["status"] == "partial"
    assert last["type"] == "estimate based on partial data"
    imported = [one["mean"] for one in rows(run, "incidence") if one["strat"] == "imported"]
    assert imported[0] >= 1
    assert sum(imported[1:]) == 0
    assert {one["strat"] for one in rows(run, "R")} == {"serial_interval", "serial_interval_other"}


def test_below_seven_tenths_of_onsets_known_r_is_by_report() -> None:
    made_runs.profile()
    made_lines.listed(made_lines.drawn(unknown=0.5), until=PEAK)
    runs = made(PEAK)
    assert {saying.dated(runs[one]) for one in ("rt", "growth", "forecast")} == {"report"}
    assert "按报告日期" in saying.conclusion(runs["rt"])
    assert saying.dated(runs["nowcast"]) == "onset"


def test_a_list_that_lacks_many_counted_cases_does_not_speak_for_the_city() -> None:
    made_runs.profile()
    drawn = [one for one in made_lines.drawn() if one["report"] <= PEAK]
    for at in range((PEAK - made_lines.FIRST).days + 1):
        on = made_lines.FIRST + timedelta(days=at)
        count(on, confirmed_new=sum(one["report"] == on for one in drawn))
    made_lines.listed(drawn[::2])
    runs = made_runs.made()
    assert saying.dated(runs["rt"]) == "confirmation"
    card = next(one for one in saying.cards(runs["nowcast"]) if one.name == "一览表")
    assert card.about == f"日报累计{len(drawn)}例"


def test_the_delay_is_fitted_by_aic_and_said_in_words() -> None:
    made_runs.profile()
    made_lines.listed(made_lines.drawn(), until=PEAK)
    run = made(PEAK)["delay"]
    fits = [one["mean"] for one in rows(run, "aic")]
    assert len(fits) == 3
    assert all(first <= second for first, second in pairwise(fits))
    median = rows(run, "delay_median")[0]
    assert median["lower_95"] < median["mean"] < median["upper_95"]
    assert 3.0 < median["mean"] < 5.5  # a gamma of shape 4 and scale 1.1 has its median at 4.0
    steps = [one["mean"] for one in rows(run, "delay_observed")]
    assert steps[-1] == 1.0
    said = saying.conclusion(run)
    assert said.startswith("从发病到报告，一半在")
    with translation.override("en"):
        assert saying.conclusion(run).startswith("From onset to report: half within")
    assert asking.recompute(run, by=accounts.system()).same


def test_with_few_pairs_the_profile_stands_and_says_so_and_without_one_nothing_is_said() -> None:
    made_runs.profile()
    made_lines.listed(made_lines.drawn()[:6])
    runs = made_runs.made()
    assert runs["delay"].status == "withheld"
    assert "用参数档的先验" in saying.conclusion(runs["delay"])
    assert rows(runs["delay"], "delay_median")[0]["strat"] == "profile"
    made_runs.profile("measles")
    runs = made_runs.made()
    assert (runs["delay"].refusal, runs["nowcast"].refusal) == ("pairs", "pairs")


def test_without_a_list_there_is_no_delay_and_the_nowcast_says_why() -> None:
    made_runs.profile()
    made_runs.counts()
    runs = made_runs.made()
    assert "delay" not in runs
    assert runs["nowcast"].refusal == "pairs"
    assert saying.dated(runs["rt"]) == "confirmation"


def test_a_district_with_a_list_is_analysed_and_so_is_the_city() -> None:
    made_runs.profile()
    made_lines.listed(made_lines.drawn(), until=PEAK, place="天元区")
    found = inputs.areas(city.the_event(), noon(PEAK))
    assert [one.name for one in found] == ["株洲市", "天元区"]
    assert asking.due(noon(PEAK))
    assert asking.make(area("天元区"), city.the_event(), noon(PEAK), by=accounts.system())


class TestPages:
    @pytest.fixture
    def runs(self) -> dict[str, Run]:
        made_runs.profile()
        made_lines.listed(made_lines.drawn(unknown=0.1))
        made(PEAK - timedelta(days=4))
        return made(PEAK)

    @pytest.fixture
    def tracer(self) -> Client:
        client = Client()
        client.force_login(person("tracer", "cdc", made_lines.UNIT))
        return client

    @pytest.mark.parametrize("method", ["nowcast", "delay", "rt", "growth", "forecast", "curve"])
    def test_each_page_and_its_files_stand(self, runs: dict[str, Run], tracer: Client, method: str) -> None:
        here = f"/analysis/runs/{runs[method].pk}"
        page = tracer.get(f"{here}/").content.decode()
        assert "<svg" in page
        assert ("按发病日期" in page) == (method in ("nowcast", "rt", "growth", "forecast"))
        for ending in ("csv", "xlsx", "json", "metadata.json", "svg"):
            answer = tracer.get(f"{here}.{ending}")
            assert answer.status_code == 200, ending
        english = tracer.get(f"{here}/", headers={"accept-language": "en"})
        assert english.status_code == 200

    def test_every_cell_leads_to_its_cases_for_who_may_see_them(self, runs: dict[str, Run], tracer: Client) -> None:
        run = runs["nowcast"]
        page = tracer.get(f"/analysis/runs/{run.pk}/").content.decode()
        for one in run.inputs.cells[:5]:
            for record, _revision in one["records"]:
                assert f"/registers/lines/{record}/" in page
                assert tracer.get(f"/registers/lines/{record}/").status_code == 200
        assert tracer.get(f"/analysis/runs/{run.pk}.json").json()["inputs"]["cells"] == run.inputs.cells

    def test_the_office_sees_days_and_no_cases(self, runs: dict[str, Run]) -> None:
        client, run = Client(), runs["nowcast"]
        client.force_login(person("desk"))
        page = client.get(f"/analysis/runs/{run.pk}/").content.decode()
        assert "/registers/lines/" not in page
        assert "一览表的各例只有疾控能看" in page
        assert "cells" not in client.get(f"/analysis/runs/{run.pk}.json").json()["inputs"]

    def test_the_curve_is_drawn_by_onset_too(self, runs: dict[str, Run], tracer: Client) -> None:
        page = tracer.get(f"/analysis/runs/{runs['curve'].pk}/?dated=onset").content.decode()
        assert "疫情曲线 · 按发病日" in page
