"""大事记：按发布日立条，一句一事；无事之日留空；病例数注明两个日期；措施带与曲线由记录画出。"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from shichen import watches
from shichen.audit.models import Trail
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.indicators import services as indicators
from shichen.indicators.declare import Scope
from shichen.journal import services as journal
from shichen.publications.chronicle import curve
from shichen.publications.chronicle import telling as chronicle
from shichen.publications.chronicle.telling import Narrowing
from shichen.publications.items import Item
from shichen.refusal import Refusal
from shichen.registers.measures import services as measures
from shichen.registers.measures.models import Measure
from tests.made import DAY, NOON, body, count, day_of, stated
from tests.publications.made import EVERYWHERE, bind, event

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2020, 2, 1), date(2020, 2, 4)


def build(**more: object) -> chronicle.Chronicle:
    return chronicle.build(FIRST, LAST, EVERYWHERE, **more)  # type: ignore[arg-type]


class TestDays:
    def test_every_date_stands_and_one_without_an_event_is_empty(self) -> None:
        event("甲。", FIRST)
        event("乙。", LAST)
        told = build()
        assert [day.on for day in told.days] == [FIRST + timedelta(days=n) for n in range(4)]
        assert told.empty == [date(2020, 2, 2), date(2020, 2, 3)]

    def test_only_the_kinds_of_the_rules_are_taken_in_the_order_of_the_log(self) -> None:
        event("甲。", DAY, "order")
        event("日版的。", DAY, "day_page")
        event("没有这一类。", DAY, "gossip")
        event("乙。", DAY, "closure")
        assert [item.text for item in build().items] == ["甲。", "乙。"]

    def test_a_struck_event_leaves(self) -> None:
        journal.strike(event("误报。", DAY), "误报", by=accounts.system())
        assert build().items == []

    def test_an_event_carries_its_kinds_and_bold_words(self) -> None:
        event("首例痊愈。", DAY, key="首例")
        (item,) = build().items
        assert (item.kinds, item.key_phrase, item.pieces[0].text, item.pieces[0].strong) == (
            ("first",),
            "首例",
            "首例",
            True,
        )
        assert build().kind("first").zh == "首次"

    def test_the_reader_narrows_by_kind_area_and_body(self) -> None:
        event("甲。", DAY, "order")
        event("乙。", DAY, "closure", unit="cdc")
        found = [
            build(only=only).items for only in (Narrowing(("order",)), Narrowing(unit="cdc"), Narrowing(area="430203"))
        ]
        assert [[item.text for item in items] for items in found] == [["甲。"], ["乙。"], []]

    def test_the_extent_runs_from_the_first_event_to_the_last(self) -> None:
        assert chronicle.extent(EVERYWHERE) is None
        event("甲。", FIRST)
        event("乙。", LAST)
        assert chronicle.extent(EVERYWHERE) == (FIRST, LAST)

    def test_a_span_turned_round_or_too_long_is_refused(self) -> None:
        with pytest.raises(Refusal, match="不能晚于"):
            chronicle.build(LAST, FIRST, EVERYWHERE)
        with pytest.raises(Refusal, match="400 天"):
            chronicle.build(FIRST, FIRST + timedelta(days=400), EVERYWHERE)


class TestTwoDates:
    def figure(self, key: str = "cases.confirmed_new") -> object:
        count(date(2020, 2, 1), confirmed_new=3, published_on="2020-02-02")
        scope = Scope(city.the_city(), {"dated": "published"})
        at = watches.clock(DAY, 10)
        return indicators.freeze(
            key,
            day_of(DAY),
            scope,
            reporter=body("office"),
            event=city.the_event(),
            published_at=at,
            by=accounts.system(),
        )

    def test_a_case_figure_names_the_day_of_its_data_and_that_of_publication(self) -> None:
        bind(event("新增3例。", DAY), self.figure(), "3例")  # type: ignore[arg-type]
        (item,) = build().items
        assert item.note == "数据截至2月1日24时，2月2日发布"

    def test_a_stated_figure_and_one_of_other_kinds_name_none(self) -> None:
        one = event("至少3例，7人。", DAY)
        bind(one, stated(3, "例", key="cases.confirmed_new"), "3例")
        bind(one, stated(7, "人"), "7人")
        assert [item.note for item in build().items] == [""]


class TestMeasures:
    START, END = watches.clock(FIRST, 0), watches.clock(LAST, 0)

    def band(self, label: str = "停运", **more: object) -> Measure:
        one = event(f"{label}。", DAY, "closure")
        given = {"start": self.START, "end": None, **more}
        return measures.announce(one, "bus_suspended", label, **given, by=accounts.system())  # type: ignore[arg-type]

    def test_a_band_is_recorded_once_for_an_entry_with_a_trail_row(self) -> None:
        made = self.band()
        assert Trail.objects.filter(action="announce_measure", subject=str(made.first)).count() == 1
        with pytest.raises(Refusal, match="已记过"):
            measures.announce(made.entry, "bus_suspended", "停运", self.START, by=accounts.system())

    def test_it_has_a_name_and_ends_after_it_starts(self) -> None:
        with pytest.raises(Refusal, match="名称"):
            self.band(" ")
        with pytest.raises(Refusal, match="早于起期"):
            self.band(end=self.START)

    def test_the_database_lets_nobody_change_it(self) -> None:
        made = self.band()
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE measures_measure SET label = 'x' WHERE label = %s", [made.label])

    def test_a_later_announcement_holds_from_its_own_beginning(self) -> None:
        change = watches.clock(date(2020, 2, 3), 15)
        self.band("恢复一部分", start=change, end=self.END, partial=True, replaces=self.band(end=self.END))
        held = {one.label: (one.start, one.end, one.gone) for one in curve.held(build(), EVERYWHERE)}
        assert held == {
            "停运": (self.START, change, date(2020, 2, 4)),
            "恢复一部分": (change, self.END, LAST),
        }

    def test_announced_anew_from_the_same_beginning_the_old_one_falls_away(self) -> None:
        self.band("再推迟", end=None, replaces=self.band("推迟", end=self.END))
        assert [(one.label, one.end) for one in curve.held(build(), EVERYWHERE)] == [("再推迟", None)]

    def test_one_outside_the_span_is_not_drawn(self) -> None:
        self.band("早", start=watches.clock(date(2020, 1, 1), 0), end=watches.clock(date(2020, 1, 5), 0))
        self.band("晚", start=watches.clock(date(2020, 3, 1), 0))
        assert curve.held(build(), EVERYWHERE) == []

    def test_as_it_was_known_earlier_a_later_band_is_not_there(self) -> None:
        self.band()
        assert curve.held(build(as_of=NOON), EVERYWHERE) == []


class TestCurve:
    def drawn(self, dated: str = "published") -> curve.Curve:
        return curve.drawn(build(), city.the_city(), EVERYWHERE, dated=dated)

    def test_the_curve_stands_by_publication_or_by_the_day_of_the_data(self) -> None:
        count(date(2020, 2, 1), confirmed_new=3, published_on="2020-02-02")
        count(date(2020, 2, 2), confirmed_new=0, published_on="2020-02-03")
        count(date(2020, 2, 3), confirmed_new=0, published_on="2020-02-04")
        by_publication, by_data = self.drawn(), self.drawn("data")
        assert [day.new for day in by_publication.days] == [None, 3, 0, 0]
        assert [day.new for day in by_data.days] == [3, 0, 0, None]
        assert by_publication.total == by_data.total == 3
        assert by_publication.streak == [date(2020, 2, 3), date(2020, 2, 4)]
        assert by_data.streak == []
        assert (by_data.unreported, by_data.until) == ([LAST], date(2020, 2, 3))
        assert by_publication.title != by_data.title

    def test_another_way_of_dating_is_refused(self) -> None:
        with pytest.raises(Refusal, match="两种日期"):
            self.drawn("onset")

    def test_the_rules_say_which_events_are_marked(self) -> None:
        event("启动一级响应。", FIRST, "response_level", key="一级响应")
        event("首例患者痊愈，出院。", DAY, "first", key="首例", topic="case")
        event("首个云课堂。", DAY, "first", key="首个", topic="school")
        assert [(one.on, one.label) for one in self.drawn().events] == [(FIRST, "启动一级响应"), (DAY, "首例患者痊愈")]

    def test_a_long_clause_gives_way_to_the_key_phrase(self) -> None:
        one = event(
            "湖南省为应对重大突发公共卫生事件启动一级响应，我市同日跟进。", FIRST, "response_level", key="一级响应"
        )
        assert curve.label(Item(one, (), ("response_level",), "一级响应")) == "一级响应"
