"""Many figures at once are what they are one by one: the same value, the same records, the same refusal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.indicators import many
from shichen.indicators.declare import Scope
from shichen.indicators.freezing import Wanted, freeze_all
from shichen.indicators.many import Asked
from shichen.indicators.models import Definition, Figure
from shichen.indicators.queries import compute
from shichen.indicators.services import freeze
from shichen.refusal import Refusal
from shichen.watches import Day, Period, clock, whole
from tests import made

BEFORE = date(2020, 2, 1)
KEYS = (
    "traffic.vehicles_checked",
    "traffic.persons_turned_back",
    "police.persons_checked",
    "checkpoint.vehicles_checked",
    "checkpoint.vehicles_at_gates",
    "traffic.posts",
    "cases.confirmed_new",
    "cases.discharged",
)
FACETS = {
    "traffic.vehicles_checked": ({}, {"post": "Z01"}, {"gate": "g1"}),
    "checkpoint.vehicles_checked": ({}, {"post": "Z01"}, {"post": "J01", "network": "police"}, {"network": "traffic"}),
    "cases.confirmed_new": ({}, {"dated": "published"}),
}
HOURS = ((0, 8), (8, 16), (16, 24))


@pytest.fixture
def register(db: None) -> None:
    """Two days of shifts at posts of both networks, in two districts, one of them corrected, one with nothing to say."""
    made.post("Z01", gate="g1")
    made.post("Z02", area="荷塘区")
    made.post("J01", "police", gate="g1")
    made.post("J02", "police", area="荷塘区")
    for n, (code, day, hours) in enumerate(
        (code, day, hours) for code in ("Z01", "Z02", "J01") for day in (BEFORE, made.DAY) for hours in HOURS
    ):
        if n % 5 != 3:
            made.tally(code, hours, day, vehicles=n * 7 % 50, persons=n * 13 % 90, turned_back=n % 4)
    made.count(BEFORE, confirmed_new=2, confirmed_cum=5)
    made.count(made.DAY, confirmed_new=0, confirmed_cum=5)


def periods() -> st.SearchStrategy[Period]:
    starts = st.sampled_from(
        [clock(BEFORE, 0), clock(BEFORE, 8), clock(BEFORE, 23), clock(made.DAY, 0), clock(made.DAY, 16)]
    )
    return st.builds(lambda start, hours: Period(start, start + timedelta(hours=hours)), starts, st.integers(1, 48))


@st.composite
def asked(draw: st.DrawFn) -> Asked:
    key = draw(st.sampled_from(KEYS))
    place = draw(st.sampled_from(["株洲市", "荷塘区", "天元区"]))
    facets = draw(st.sampled_from(FACETS.get(key, ({},))))
    period = draw(periods())
    return Asked(key, period, Scope(made.area(place), dict(facets)))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_each_comes_out_as_it_does_by_itself(register: None, data: st.DataObject) -> None:
    wanted = data.draw(st.lists(asked(), min_size=1, max_size=8))
    for one, found in zip(wanted, many.computed(wanted), strict=True):
        alone = compute(one.key, one.period, one.scope)
        assert (found.value, found.fingerprint()) == (alone.value, alone.fingerprint()), one


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(times=st.lists(periods(), min_size=1, max_size=5), key=st.sampled_from(KEYS))
def test_a_series_is_its_figures(register: None, times: list[Period], key: str) -> None:
    scope = Scope(made.area("株洲市"))
    assert many.series(key, times, scope) == [compute(key, period, scope).value for period in times]


def wanted(code: str, hours: tuple[int, int]) -> Wanted:
    period = Period(clock(made.DAY, hours[0]), clock(made.DAY, hours[1]))
    scope = Scope(made.area("株洲市"), {"post": code, "network": "traffic"})
    return Wanted("checkpoint.vehicles_checked", period, scope, made.body("traffic-safety-group"))


def test_frozen_together_they_are_the_figures_frozen_one_by_one(register: None) -> None:
    asked_for = [wanted("Z01", (8, 16)), wanted("Z01", (16, 24)), wanted("Z02", (0, 24))]
    asked_for.append(
        Wanted(
            "traffic.vehicles_checked", whole(made.DAY, Day.CIVIL), Scope(city.the_city()), made.body("office"), "辆次"
        )
    )
    event, by = city.the_event(), accounts.system()
    together = freeze_all(asked_for, event=event, by=by)
    for one, figure in zip(asked_for, together, strict=True):
        alone = freeze(one.key, one.period, one.scope, reporter=one.reporter, event=event, unit=one.unit, by=by)
        figure.refresh_from_db()
        for field in Figure._meta.concrete_fields:
            if field.name not in {"id", "frozen_at", "as_of"}:
                assert getattr(figure, field.attname) == getattr(alone, field.attname), field.name
    assert Definition.objects.filter(key="checkpoint.vehicles_checked").count() == 1


def test_all_or_none(register: None) -> None:
    good, began = wanted("Z01", (8, 16)), timezone.now()
    nothing = replace(good, period=Period(clock(date(2020, 3, 1), 0), clock(date(2020, 3, 2), 0)))
    with pytest.raises(Refusal, match="未报不等于 0"):
        freeze_all([good, nothing], event=city.the_event(), by=accounts.system())
    assert not Figure.objects.filter(frozen_at__gte=began).exists()


def test_what_many_cost_is_read_once(register: None) -> None:
    event, by = city.the_event(), accounts.system()
    two = [wanted("Z01", (8, 16)), wanted("Z02", (0, 24))]
    six = [wanted(code, hours) for code in ("Z01", "Z02") for hours in ((8, 24), (0, 24), (0, 23))]

    def questions(asked_for: list[Wanted]) -> int:
        with CaptureQueriesContext(connection) as asked:
            freeze_all(asked_for, event=event, by=by)
        return len(asked)

    questions(two)  # the definition is recorded once
    assert questions(two) == questions(six)


def test_nothing_told_is_not_nought_together_either(register: None) -> None:
    scope = Scope(made.area("株洲市"))
    empty = Period(clock(date(2020, 3, 1), 0), clock(date(2020, 3, 2), 0))
    found = many.computed(
        [
            Asked("traffic.vehicles_checked", empty, scope),
            Asked("traffic.vehicles_checked", made.day_of(made.DAY), scope),
        ]
    )
    assert found[0].value is None
    assert found[1].value is not None
    assert found[1].value > Decimal(0)
