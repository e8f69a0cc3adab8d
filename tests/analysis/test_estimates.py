"""What a signed run tells stands in the ledger as figures with their intervals; what a gate withholds does not."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from shichen import watches
from shichen.analysis.runs import asking
from shichen.analysis.runs.models import Estimate, Run
from shichen.audit.context import now
from shichen.board import tiles
from shichen.board.duties import Duties
from shichen.board.moment import Moment
from shichen.city import queries as city
from shichen.indicators.declare import Scope, named
from shichen.indicators.queries import compute
from shichen.watches import Period
from shichen.web.views import BACKEND
from tests.analysis import made_runs
from tests.conftest import Cast
from tests.epi.zhuzhou import CASES

pytestmark = pytest.mark.django_db
LAST = made_runs.FIRST + timedelta(days=19)


def whole(day: date) -> Period:
    return Period(watches.clock(day, 0), watches.clock(day, 24))


def value(key: str, day: date, **more: object) -> Decimal | None:
    picked = named(key).pick
    assert picked is not None
    return picked(whole(day), Scope(city.the_city(), **more)).figure(named(key).reduction)  # type: ignore[arg-type]


def rounded(number: object, to: str) -> Decimal:
    return Decimal(str(number)).quantize(Decimal(to))


def signed(cast: Cast, days: int = 20, *methods: str) -> dict[str, Run]:
    made_runs.profile()
    made_runs.counts(CASES[:days])
    made = made_runs.made()
    for method in methods:
        asking.sign(made[method], "", by=cast.office)  # type: ignore[arg-type]
    return made


def last_of(run: Run, variable: str) -> dict[str, object]:
    return [one for one in run.rows if one["variable"] == variable][-1]


def test_a_figure_stands_from_the_signature_on(cast: Cast) -> None:
    runs = signed(cast)
    assert value("epi.rt", LAST) is None
    before = now()
    asking.sign(runs["rt"], "", by=cast.office)  # type: ignore[arg-type]
    told = next(
        one for one in reversed(runs["rt"].rows) if one["variable"] == "R" and one["strat"] == "serial_interval"
    )
    assert told["date"] == LAST.isoformat()
    assert value("epi.rt", LAST) == rounded(told["mean"], "0.01")
    for bound in ("lower", "upper"):
        assert value("epi.rt", LAST, facets={"bound": bound}) == rounded(told[f"{bound}_95"], "0.01")
    assert value("epi.rt", LAST, as_of=before) is None
    assert value("epi.rt", LAST - timedelta(days=1)) is None, "a window ends on one day"
    assert value("epi.growth_rate", LAST) is None, "only what is signed"


def test_a_growth_rate_is_told_in_per_cent_and_a_doubling_time_only_where_there_is_one(cast: Cast) -> None:
    runs = signed(cast, 20, "growth")
    rate = last_of(runs["growth"], "growth_rate")
    day = date.fromisoformat(str(rate["date"]))
    assert value("epi.growth_rate", day) == rounded(100 * float(str(rate["mean"])), "0.1")
    clear = last_of(runs["growth"], "doubling_time")["mean"] is not None
    assert (value("epi.doubling_time", day) is not None) is clear


def test_a_forecast_is_told_for_its_first_seven_days(cast: Cast) -> None:
    runs = signed(cast, 20, "forecast")
    sums = [one for one in runs["forecast"].rows if one["variable"] == "cases_total" and one["strat"] == "stays"]
    week = min(sums, key=lambda one: str(one["date"]))
    assert date.fromisoformat(week["date"]) == LAST + timedelta(days=7)
    assert value("epi.cases_ahead", LAST) == rounded(week["median"], "1")


def test_what_a_gate_withholds_is_no_figure(cast: Cast) -> None:
    """By the end of the series too few cases are left for a number of R; the forecast is a scenario."""
    signed(cast, len(CASES), "rt", "forecast")
    assert not Estimate.objects.exists()


def test_a_figure_leads_to_its_run(cast: Cast, client: Client) -> None:
    run = signed(cast, 20, "rt")["rt"]
    client.force_login(cast.office, backend=BACKEND)  # type: ignore[arg-type]
    found = compute("epi.rt", whole(LAST), Scope(city.the_city()))
    assert [row.href for row in found.records.rows(9)] == [f"/analysis/runs/{run.pk}/"]
    page = client.get(f"/figures/epi.rt/?from={LAST}&to={LAST}").content.decode()
    assert f"/analysis/runs/{run.pk}/" in page


def test_signed_numbers_are_never_altered(cast: Cast) -> None:
    signed(cast, 20, "rt")
    assert Estimate.objects.count() == 3
    for act in ("UPDATE runs_estimate SET amount = 1", "DELETE FROM runs_estimate"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(act)


def test_a_tile_of_the_board_tells_the_interval_with_the_estimate(cast: Cast) -> None:
    run = signed(cast, 20, "rt")["rt"]
    moment = Moment(watches.clock(LAST, 24), city.the_city(), city.the_event())
    tile = tiles.tiles(["epi.rt"], moment, Duties(moment))["epi.rt"]
    ends = {one.bound: f"{one.amount.normalize():f}" for one in run.estimates.all()}
    assert {name: tile[name] for name in ends} == ends
