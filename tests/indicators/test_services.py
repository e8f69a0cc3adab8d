"""数字台账: stated beside computed, frozen with what it rests on, bound to the characters that print it, settled once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.city.scope import sight
from shichen.indicators import services
from shichen.indicators.declare import Scope, named
from shichen.indicators.models import Definition, Figure, Statement, Use
from shichen.journal import services as journal
from shichen.journal.models import Entry
from shichen.journal.services import Said
from shichen.refusal import Refusal
from tests.conftest import Cast
from tests.made import DAY, NOON, body, day_of, post, stated, tally

pytestmark = pytest.mark.django_db

VEHICLES = "traffic.vehicles_checked"


def frozen(key: str = VEHICLES, **more: Any) -> Figure:
    scope = more.pop("scope", None) or Scope(city.the_city())
    return services.freeze(
        key, day_of(DAY), scope, reporter=body("office"), event=city.the_event(), by=accounts.system(), **more
    )


def entry(text: str = "检查车辆10台次。") -> Entry:
    said = Said(text=text, unit=body("office"), area=city.the_city(), event=city.the_event())
    return journal.write(said, by=accounts.system(), at=NOON)


class TestFreezing:
    def test_it_keeps_value_records_fingerprint_and_definition(self) -> None:
        post()
        tally(vehicles=10)
        figure = frozen()
        assert (figure.value, figure.unit, figure.basis) == (10, "台次", Figure.Basis.COMPUTED)
        assert figure.record_count == 1
        assert len(figure.fingerprint) == 64
        assert figure.definition is not None
        assert figure.definition.version == named(VEHICLES).version
        assert (figure.period_from, figure.period_to) == (day_of(DAY).start, day_of(DAY).end)

    def test_nothing_reported_cannot_be_frozen(self) -> None:
        with pytest.raises(Refusal, match="未报不等于 0"):
            frozen()
        assert not Figure.objects.exists()

    def test_a_reported_nought_can(self) -> None:
        post()
        tally(vehicles=0, persons=0)
        assert frozen().value == 0

    def test_what_was_frozen_stays_when_its_records_change(self) -> None:
        from shichen.registers.checkpoints import services as checkpoints

        post()
        one = tally(vehicles=10)
        figure = frozen()
        checkpoints.correct_tally(one, {"vehicles": 12}, "复核", by=accounts.system())
        assert Figure.objects.get(pk=figure.pk).value == 10
        assert frozen().value == 12

    def test_a_figure_without_a_place_is_an_error(self) -> None:
        post()
        tally()
        with pytest.raises(AssertionError):
            frozen(scope=Scope())

    def test_a_definition_is_recorded_once_for_each_meaning(self) -> None:
        from dataclasses import replace

        one = named(VEHICLES)
        assert services.definition_of(one) == services.definition_of(one)
        other = services.definition_of(replace(one, definition="改了口径"))
        assert Definition.objects.filter(key=VEHICLES).count() == 2
        assert other.version != one.version


class TestStating:
    def test_it_keeps_the_sentence_the_span_and_who_said_so(self) -> None:
        figure = stated(68, "台", key="transport.emergency_buses", reporter="traffic-safety-group")
        statement = figure.statement
        assert statement is not None
        assert (figure.basis, figure.value, figure.record_count) == (Figure.Basis.STATED, 68, 0)
        assert statement.sentence[statement.start - statement.sentence_start :]
        assert (statement.reporter.pk, statement.raw) == ("traffic-safety-group", "68")

    def test_it_stands_beside_the_computed_figure_and_never_over_it(self) -> None:
        post()
        tally(vehicles=10)
        computed = frozen()
        said = stated(12, "台次", key=VEHICLES)
        both = Figure.objects.filter(key=VEHICLES, successor=None)
        assert {figure.pk: figure.value for figure in both} == {computed.pk: Decimal(10), said.pk: Decimal(12)}

    def test_an_unknown_indicator_is_refused_and_none_is_allowed(self) -> None:
        with pytest.raises(Refusal, match="没有名为") as refused:
            stated(1, "个", key="nothing.at_all")
        assert refused.value.field == "indicator"
        assert stated(1, "个").definition is None
        assert Statement.objects.count() == 1

    def test_bounds_and_doubts_are_kept(self) -> None:
        figure = stated(10000, "名", at_least=True, about=True, cumulative=True, facets={"n": "174"})
        assert (figure.at_least, figure.at_most, figure.about, figure.cumulative) == (True, False, True, True)
        assert figure.facets == {"n": "174"}

    def test_what_is_seen_of_the_ledger_keeps_to_the_reporter(self, cast: Cast) -> None:
        stated(1, "个", reporter="traffic-safety-group")
        assert Figure.objects.within(sight(cast.traffic, "view", at=NOON)).count() == 1
        assert Figure.objects.within(sight(cast.police, "view", at=NOON)).count() == 0
        assert Statement.objects.within(sight(cast.police, "view", at=NOON)).count() == 0


class TestBinding:
    def test_a_number_on_a_page_leads_to_its_figure(self) -> None:
        one, figure = entry(), stated(10, "台次")
        services.bind(one, [(figure, 4, 8)])
        use = Use.objects.get()
        assert one.text[use.start : use.end] == "10台次"
        assert use.figure == figure

    @pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 3), (4, 2), (0, 99)])
    def test_a_span_outside_the_text_is_an_error(self, start: int, end: int) -> None:
        with pytest.raises(AssertionError, match="outside"):
            services.bind(entry(), [(stated(10, "台次"), start, end)])
        assert not Use.objects.exists()
