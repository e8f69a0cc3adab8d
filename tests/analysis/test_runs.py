"""Analyses as records: frozen inputs, gates, the same again from the same record, refusals kept, nothing altered."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from shichen.analysis.runs import asking, disease, inputs, profiles, queries, working
from shichen.analysis.runs.models import Inputs, Profile, Run
from shichen.audit.context import acting
from shichen.audit.models import Trail
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.city.scope import sight
from shichen.epi.forecast import forecast_infections
from shichen.epi.options import forecast_opts
from shichen.jobs import running
from shichen.jobs.models import Job
from shichen.journal.models import Entry
from shichen.refusal import Refusal
from shichen.registers.cases import queries as queries_of_cases
from shichen.registers.cases import services as cases
from shichen.registers.cases.models import DailyCount
from shichen.watches import clock
from tests.analysis import made_runs
from tests.conftest import Cast
from tests.epi.zhuzhou import CASES
from tests.made import count

pytestmark = pytest.mark.django_db
FIRST = made_runs.FIRST


def statuses(run: Run, strat: str = "serial_interval") -> dict[date, str]:
    return {
        date.fromisoformat(r["date"]): r["status"] for r in run.rows if r["variable"] == "R" and r["strat"] == strat
    }


def test_the_gates_of_zhuzhou_open_and_close_on_the_days_of_the_reference() -> None:
    """Registers → run: R may be shown for window ends 30 January to 19 February, wide on the last two, then direction, then over."""
    made_runs.profile()
    made_runs.counts()
    run = made_runs.made()["rt"]
    said = statuses(run)
    shown = [day for day, status in said.items() if status in ("ok", "wide", "partial")]
    assert (min(shown), max(shown)) == (date(2020, 1, 30), date(2020, 2, 19))
    assert [day for day in shown if said[day] == "wide"] == [date(2020, 2, 18), date(2020, 2, 19)]
    direction = [day for day, status in said.items() if status == "direction"]
    assert (min(direction), max(direction)) == (date(2020, 2, 20), date(2020, 2, 28))
    assert min(day for day, status in said.items() if status == "over") == date(2020, 2, 29)
    first = next(r for r in run.rows if r["date"] == "2020-01-30" and r["strat"] == "serial_interval")
    assert first["mean"] == pytest.approx(3.10, abs=0.005)
    last = next(r for r in run.rows if r["date"] == "2020-02-19" and r["strat"] == "serial_interval")
    assert last["mean"] == pytest.approx(0.33, abs=0.005)
    assert run.status == "over"


def test_what_is_withheld_is_kept_without_its_number() -> None:
    made_runs.profile()
    made_runs.counts()
    run = made_runs.made()["rt"]
    hidden = [r for r in run.rows if r["variable"] == "R" and r["status"] not in ("ok", "wide", "partial")]
    assert hidden
    assert all(r["mean"] is None and r["lower_95"] is None and r["reason"] for r in hidden)
    below = {r["date"]: r for r in run.rows if r["variable"] == "p_R_below_1"}
    assert below["2020-02-20"]["mean"] is not None
    assert below["2020-02-29"]["mean"] is None
    over = {r["date"]: r["mean"] for r in run.rows if r["variable"] == "p_over"}
    assert min(over) == "2020-02-29"
    assert over["2020-03-20"] > over["2020-02-29"] > 0.3


def test_the_same_record_gives_the_same_rows() -> None:
    made_runs.profile()
    made_runs.counts(CASES[:20])
    for run in made_runs.made().values():
        checked = asking.recompute(run, by=accounts.system())
        assert (checked.same, checked.digest) == (True, run.digest), run.method
    assert Trail.objects.filter(action="recompute_run").count() == 5


def test_other_inputs_or_another_seed_give_other_rows() -> None:
    made_runs.profile()
    made_runs.counts(CASES[:20])
    run = made_runs.made()["forecast"]
    run.seed += 1
    assert not asking.recompute(run, by=accounts.system()).same
    run.seed -= 1
    run.inputs.rows[5]["new"] += 1
    assert not asking.recompute(run, by=accounts.system()).same


def test_a_refused_analysis_is_kept_with_its_code() -> None:
    made_runs.profile()
    made_runs.counts([0, 0, 0])
    runs = made_runs.made()
    assert runs["nowcast"].refusal == "pairs"
    assert runs["nowcast"].rows == []
    assert {runs[one].refusal for one in ("rt", "growth", "forecast")} == {"no_cases"}
    assert all(runs[one].state == Run.State.REFUSED and runs[one].refused_why_en for one in ("rt", "nowcast"))
    assert runs["curve"].state == Run.State.DONE


def test_a_day_that_nobody_reported_stays_missing() -> None:
    made_runs.profile()
    made_runs.counts([1, 2, 3])
    count(FIRST + timedelta(days=4), confirmed_new=5, confirmed_cum=11)
    run = made_runs.made()["curve"]
    gap = next(r for r in run.rows if r["date"] == "2020-01-26" and r["strat"] == "data" and r["variable"] == "cases")
    assert gap["mean"] is None
    assert gap["status"] == "missing"
    assert (run.n_used, run.n_missing) == (4, 1)


def test_published_days_lie_one_after_data_days() -> None:
    made_runs.profile()
    made_runs.counts([1, 2, 3])
    rows = made_runs.made()["curve"].rows
    days = {
        strat: [r["date"] for r in rows if r["variable"] == "cases" and r["strat"] == strat]
        for strat in ("data", "published")
    }
    assert days["data"][0] == "2020-01-23"
    assert days["published"][0] == "2020-01-24"


def test_every_number_of_the_inputs_leads_to_its_record() -> None:
    made_runs.profile()
    made_runs.counts([1, 2, 3])
    run = made_runs.made()["curve"]
    for row in run.inputs.rows:
        one = DailyCount.objects.get(pk=row["record"])
        assert (one.confirmed_new, one.as_of.isoformat(), one.revision) == (row["new"], row["on"], row["revision"])
    assert run.inputs.digest == inputs.digest(run.inputs.rows)


def test_a_correction_makes_a_new_run_and_leaves_the_old(cast: Cast) -> None:
    made_runs.profile()
    made_runs.counts([1, 2, 3])
    earlier = made_runs.made(as_of=clock(date(2099, 1, 1), 0))["curve"]
    old = DailyCount.objects.current().get(as_of=FIRST + timedelta(days=1))
    cases.correct_count(old, {"confirmed_new": 1, "confirmed_cum": 2}, "复核", by=cast.office)  # type: ignore[arg-type]
    later = made_runs.made()["curve"]
    assert later.inputs.digest != earlier.inputs.digest
    assert queries.changed(later, earlier) == [("2020-01-24", 2, 1)]
    assert queries.before(later) == earlier
    earlier.refresh_from_db()
    assert earlier.inputs.rows[1]["new"] == 2


def test_nothing_new_makes_no_new_run() -> None:
    made_runs.profile()
    made_runs.counts([1, 2, 3])
    assert made_runs.made()
    assert not made_runs.made()


def test_the_same_rows_at_a_later_instant_make_no_new_run() -> None:
    made_runs.profile()
    made_runs.counts([1, 2, 3])
    assert made_runs.made(as_of=clock(date(2099, 1, 1), 0))
    assert not made_runs.made()
    count(FIRST + timedelta(days=3), confirmed_new=0, confirmed_cum=6)
    assert made_runs.made()


def looked(at: datetime) -> int:
    """What the clock does at that moment."""
    with acting("job", moment=at):
        return working.look(at)


class TestTheClock:
    """What comes, is corrected or goes makes everything anew, once."""

    def test_only_where_something_changed(self) -> None:
        at = timezone.now() + timedelta(minutes=5)
        assert not looked(at)  # no profile
        made_runs.profile()
        assert not looked(at)  # no counts
        made_runs.counts([1, 2, 3])
        assert looked(at)
        assert not looked(at + timedelta(minutes=1))
        count(FIRST + timedelta(days=3), confirmed_new=0, confirmed_cum=6)
        Job.objects.update(subject="20200101T0000|*")
        assert looked(at)

    def test_a_new_profile_makes_everything_anew(self) -> None:
        made_runs.profile()
        made_runs.counts([1, 2, 3])
        assert asking.due(timezone.now() + timedelta(minutes=5))
        Job.objects.all().delete()
        looked(timezone.now() - timedelta(minutes=3))
        text = disease.shipped()["covid19-2020"].replace("version = 1", "version = 2")
        profiles.enter(text, "再版", by=accounts.system())
        assert asking.due(timezone.now() + timedelta(minutes=5))

    def test_a_count_taken_out_is_a_change(self, cast: Cast) -> None:
        made_runs.profile()
        made_runs.counts([1, 2, 3])
        before = queries_of_cases.last_change(city.the_event(), timezone.now())
        cases.void_count(DailyCount.objects.current().first(), "重报", by=cast.office)  # type: ignore[arg-type]
        after = queries_of_cases.last_change(city.the_event(), timezone.now())
        assert before is not None
        assert after is not None
        assert after > before

    def test_the_job_makes_the_set_of_every_area(self) -> None:
        made_runs.profile()
        made_runs.counts([1, 2, 3])
        made_runs.counts([2, 0, 1], place="天元区")
        assert looked(timezone.now() + timedelta(minutes=2))
        while running.run_next(timezone.now()):
            pass
        job = Job.objects.get(kind="analysis")
        assert (job.state, job.done) == (Job.State.DONE, 2), job.sentence
        assert Run.objects.values("area").distinct().count() == 2
        assert Run.objects.count() == 10


def test_a_forecast_is_scored_once_its_days_are_known() -> None:
    made_runs.profile()
    made_runs.counts(CASES[:20])
    early = made_runs.made(as_of=clock(date(2098, 1, 1), 0))["forecast"]
    assert early.status == "ok"
    made_runs.counts(CASES[20:26], FIRST + timedelta(days=20))
    later = made_runs.made()["forecast"]
    assert later.parameters["scored"] == [str(early.pk)]
    known = [r for r in later.rows if r["variable"] == "days_scored"]
    assert [r["mean"] for r in known] == [6]
    coverage = next(r["mean"] for r in later.rows if r["variable"] == "coverage_95")
    assert 0 <= coverage <= 1
    assert asking.recompute(later, by=accounts.system()).same


def test_a_trend_that_eases_is_what_the_library_draws() -> None:
    """R goes towards 1: fewer cases than if it stays where it lies above 1; the numbers are those of the settings that were measured."""
    made_runs.profile()
    made_runs.counts(CASES[:18])
    runs = made_runs.made()
    run, last = (
        runs["forecast"],
        next(r for r in reversed(runs["rt"].rows) if (r["variable"], r["strat"]) == ("R", "serial_interval")),
    )
    assert run.status == "ok"
    assert last["mean"] > 1
    week = {
        fan: min((r for r in run.rows if (r["variable"], r["strat"]) == ("cases_total", fan)), key=lambda r: r["date"])
        for fan in ("stays", "settles", "falls")
    }
    assert week["falls"]["mean"] < week["settles"]["mean"] < week["stays"]["mean"]
    said = profiles.said(run.profile)
    weights, options = said.serial_interval(), forecast_opts.settling()
    generator = np.random.Generator(np.random.PCG64(run.seed))
    R = generator.gamma((last["mean"] / last["sd"]) ** 2, last["sd"] ** 2 / last["mean"], 1000)
    drawn = forecast_infections(
        CASES[:18],
        R,
        w=weights / weights.sum(),
        horizon=7,
        k=options.k,
        rw=options.rw,
        damping=options.damping,
        draws=4000,
        seed=run.seed,
    )
    assert week["settles"]["median"] == pytest.approx(drawn.total[3], rel=0.1)


def test_without_a_number_for_R_the_coming_days_are_scenarios_only() -> None:
    made_runs.profile()
    made_runs.counts()
    run = made_runs.made()["forecast"]
    assert run.status == "withheld"
    assert {r["type"] for r in run.rows if r["variable"] == "cases"} == {"scenario"}
    assert {r["strat"] for r in run.rows if r["variable"] == "cases" and r["type"] == "scenario"} == {"stays", "falls"}


@pytest.mark.parametrize("model", [Profile, Inputs, Run])
def test_what_is_kept_is_never_altered(model: type[Run]) -> None:
    made_runs.profile()
    made_runs.counts([1, 2, 3])
    made_runs.made()
    table = model._meta.db_table
    for act in (
        f"UPDATE {table} SET area_path = 'x'" if model is not Profile else f"UPDATE {table} SET text = 'x'",
        f"DELETE FROM {table}",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(act)
    assert model.objects.exists()


def test_a_run_is_signed_once_by_another_person_and_told(cast: Cast) -> None:
    made_runs.profile()
    made_runs.counts(CASES[:20])
    run = made_runs.made()["rt"]
    with pytest.raises(Refusal, match="签发由办公室"):
        asking.sign(run, "", by=cast.control)  # type: ignore[arg-type]
    asking.sign(run, "同意", by=cast.office)  # type: ignore[arg-type]
    with pytest.raises(Refusal, match="已经签发"):
        asking.sign(run, "", by=cast.office)  # type: ignore[arg-type]
    assert Entry.objects.filter(text__contains="分析签发").count() == 1
    assert Trail.objects.filter(action="sign_run").count() == 1


def test_who_may_not_analyse_is_told_so(cast: Cast) -> None:
    made_runs.profile()
    with pytest.raises(Refusal, match="您的权限不及于此"):
        asking.ask(clock(date(2020, 2, 3), 12), by=cast.traffic)  # type: ignore[arg-type]
    assert asking.ask(clock(date(2020, 2, 3), 12), by=cast.office).kind == "analysis"  # type: ignore[arg-type]


def test_runs_are_seen_where_their_records_are(cast: Cast) -> None:
    made_runs.profile()
    made_runs.counts([1, 2, 3])
    made_runs.made()
    at = clock(date(2100, 1, 1), 0)
    seen = {
        name: queries.runs(sight(getattr(cast, name), "view", at=at)).count()
        for name in ("office", "traffic", "outsider")
    }
    assert seen == {"office": 5, "traffic": 0, "outsider": 0}


def test_another_disease_is_another_file() -> None:
    """Measles in a village of 1861 goes the same way: no disease is built in."""
    made_runs.profile("measles")
    made_runs.counts([1, 0, 1, 0, 0, 2, 1, 0, 3, 5, 2, 4, 6, 8, 10, 12, 14, 9, 11, 13, 15, 10, 8, 9, 7, 6, 8, 4, 3, 2])
    run = made_runs.made()["rt"]
    said = statuses(run)
    assert run.profile.code == "measles"
    assert any(one == "ok" for one in said.values())
    early = [day for day, status in said.items() if status == "withheld"]
    assert max(early) >= FIRST + timedelta(days=13)  # windows end after the mean serial interval of two weeks
    assert not [r for r in run.rows if r["strat"] == "serial_interval_other"]
    assert np.isclose(sum(run.profile.runs.count() for _ in (0,)), 5)
