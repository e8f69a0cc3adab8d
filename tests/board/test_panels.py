"""The panels of the board: the curve with its marks and measures, the seven parts of a tile, capacity, the city's own map."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from defusedxml import ElementTree
from django.conf import settings as django_settings

from shichen import watches
from shichen.audit.context import acting
from shichen.board import bands, capacity, curve, snapshot
from shichen.board.duties import Duties
from shichen.board.moment import Moment
from shichen.board.reader import Reader
from shichen.city import maps
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.city.scope import sight
from shichen.indicators import services as indicators
from shichen.indicators.services import Span, Stated
from shichen.journal import services as journal
from shichen.journal.models import Entry, Mark
from shichen.registers.measures import services as measures
from tests import made
from tests.board.conftest import AT, DAY, entry, signed_in
from tests.city.test_maps import collection, whole_city
from tests.conftest import Cast
from tests.publications.made import EVERYWHERE

WIDE = re.compile(r'<svg[^>]*class="is-wide".*?</svg>', re.S)
NARROW = re.compile(r'<svg[^>]*class="is-narrow".*?</svg>', re.S)


def page(cast: Cast, language: str = "") -> str:
    client = signed_in(cast.office)
    if language:
        client.cookies["django_language"] = language
    found: str = client.get("/").content.decode()
    return found


def announced(
    label: str, start: datetime, end: datetime | None = None, kind: str = "bus_suspended", **more: Any
) -> Any:
    with acting("job", moment=more.pop("told", AT - timedelta(hours=2))):
        one = entry(f"{label}。", at=AT - timedelta(hours=2))
        return measures.announce(one, kind, label, start, end, by=accounts.system(), **more)


def marked(text: str, detail: str, phrase: str, day: date = DAY, topic: str = "case") -> Entry:
    one = entry(text, at=AT - timedelta(minutes=30), page_day=day, topic=topic)
    journal.mark(one, Mark.Kind.SIGNIFICANT, detail=detail, key_phrase=phrase, by=accounts.system(), at=AT)
    return one


class TestCurve:
    def test_the_bars_sum_to_the_number_in_the_caption_which_leads_to_its_trace(self, afternoon: Cast) -> None:
        said = page(afternoon)
        caption = re.search(r'<figcaption>.*?累计新增<a href="([^"]+)">([0-9,]+)</a>例', said)
        assert caption is not None
        assert caption.group(1).startswith("/figures/cases.confirmed_new/")
        for drawing in (WIDE, NARROW):
            bars = re.findall(r'data-n="([0-9]+)"', drawing.search(said).group())  # type: ignore[union-attr]
            assert sum(map(int, bars)) == int(caption.group(2).replace(",", "")) == 4

    def test_two_widths_are_drawn(self, afternoon: Cast) -> None:
        said = page(afternoon)
        boxes = [re.search(r'viewBox="0 0 ([0-9]+)', one.search(said).group()).group(1) for one in (WIDE, NARROW)]  # type: ignore[union-attr]
        assert boxes == ["760", "360"]

    def test_an_entry_is_marked_and_once_struck_its_mark_is_gone(self, afternoon: Cast) -> None:
        one = marked("发布第9号令。", "order", "第9号令", topic="order")
        assert "第9号令</text>" in page(afternoon)
        with acting("job", moment=AT):
            journal.strike(one, "误记", by=accounts.system())
        snapshot.refresh(AT + timedelta(seconds=2))
        assert "第9号令</text>" not in WIDE.search(page(afternoon)).group()  # type: ignore[union-attr]

    def test_six_have_words_and_the_others_are_numbered_dots(self, afternoon: Cast) -> None:
        for n in range(9):
            marked(f"发布第{n}号。", "order", f"令{n}", DAY - timedelta(days=n), topic="order")
        drawing = WIDE.search(page(afternoon)).group()  # type: ignore[union-attr]
        worded = re.findall(r"(令[0-9])</text>", drawing)
        assert len(worded) == 6
        assert drawing.count('class="known"') == 3
        listed = re.search(r'<p class="meta is-wide">(.*?)</p>', page(afternoon), re.S)
        assert listed is not None
        assert listed.group(1).count("令") == 3

    def test_every_mark_and_measure_leads_where_it_is_read(self, afternoon: Cast) -> None:
        rows = [marked(f"发布第{n}号。", "order", f"令{n}", DAY - timedelta(days=n), topic="order") for n in range(8)]
        one = announced("公交停运", watches.clock(DAY - timedelta(days=1), 0))
        said = page(afternoon)
        leads = {f"/log/{row.id}/" for row in rows} | {f"/registers/measures/{one.pk}/"}
        for drawing in (WIDE, NARROW):
            assert set(re.findall(r'<a href="([^"]+)"', drawing.search(said).group())) == leads  # type: ignore[union-attr]
        listed = re.search(r'<p class="meta is-wide">(.*?)</p>', said, re.S)
        assert listed is not None
        assert set(re.findall(r'href="([^"]+)"', listed.group(1))) == {
            f"/log/{row.id}/" for row in rows[:2]
        }  # the newest have words

    def test_who_may_not_read_the_entry_sees_its_mark_without_a_link(self, afternoon: Cast) -> None:
        one = marked("发布第9号令。", "order", "第9号令", topic="order")
        kept = [one.page_day.isoformat(), "第9号令", "order", str(one.id), one.unit_id, one.area_path]
        board: Any = {"path": city.the_city().path, "event": city.the_event().pk}
        assert curve.event(kept, board, Reader(EVERYWHERE, AT, AT)).href == f"/log/{one.id}/"
        nobody = Reader(sight(afternoon.outsider, "view", at=AT), AT, AT)
        assert curve.event(kept, board, nobody) == (DAY, "第9号令", "")
        assert (
            curve.event(kept[:3], board, Reader(EVERYWHERE, AT, AT)).href == ""
        )  # a board kept before marks were links

    def test_a_first_of_something_else_than_cases_is_not_marked(self, afternoon: Cast) -> None:
        marked("首批口罩到货。", "first", "首批口罩", topic="supply")
        assert "首批口罩</text>" not in page(afternoon)


class TestBands:
    def moment(self, **more: Any) -> Moment:
        return Moment(AT, city.the_city(), city.the_event(), **more)

    def drawn(self, **more: Any) -> dict[str, tuple[str, str | None]]:
        found = bands.bands(self.moment(**more), DAY - timedelta(days=10))
        return {one["label"]: (one["from"], one["gone"]) for one in found}

    def test_measures_in_force_are_drawn_under_the_axis_in_both_widths(self, afternoon: Cast) -> None:
        announced("公交停运", watches.clock(DAY - timedelta(days=1), 0))
        said = page(afternoon)
        for drawing in (WIDE, NARROW):
            assert "公交停运 →</text>" in drawing.search(said).group()  # type: ignore[union-attr]
        assert '<a href="/registers/measures/?on=2020-02-02">1</a>' in said

    def test_an_end_that_is_told_later_is_not_known_yet(self, afternoon: Cast) -> None:
        start = watches.clock(DAY - timedelta(days=1), 0)
        one = announced("公交停运", start)
        with acting("job", moment=AT + timedelta(days=5)):
            measures.end(one, AT + timedelta(days=5), "第9号令", by=accounts.system())
        assert self.drawn() == {"公交停运": ("2020-02-01", None)}

    def test_one_that_was_voided_is_gone(self, afternoon: Cast) -> None:
        one = announced("公交停运", watches.clock(DAY, 0))
        with acting("job", moment=AT):
            measures.void_measure(one, "误登", by=accounts.system())
        assert self.drawn() == {}

    def test_the_weightiest_classes_come_first_and_what_has_no_room_is_counted(self, afternoon: Cast) -> None:
        for n in range(7):
            announced(f"公交停运{n}", watches.clock(DAY - timedelta(days=n), 0))
        announced("一级响应", watches.clock(DAY, 0), kind="response_level")
        assert next(iter(self.drawn())) == "一级响应"
        assert "另有 2 项没有画在图下" in page(afternoon)

    def test_a_measure_out_of_reach_is_not_drawn(self, afternoon: Cast) -> None:
        announced("公交停运", watches.clock(DAY, 0))
        assert "公交停运" not in signed_in(afternoon.police).get("/").content.decode()


class TestTiles:
    def parts(self, article: ElementTree.Element) -> dict[str, str]:
        """What stands in each part of a tile, as text."""

        def text(found: Any) -> str:
            return "".join(found.itertext()).strip() if found is not None else ""

        by_class = {one.get("class", ""): one for one in article.iter()}
        value, drawn = by_class["value"], by_class["spark"].find("{http://www.w3.org/2000/svg}svg")
        return {
            "name": text(article.find("h3/a")),
            "value": text(value).removesuffix(text(value.find("small"))),
            "unit": text(value.find("small")),
            "change": text(by_class["change"]),
            "trend": "line" if drawn is not None else text(by_class.get("no-spark")),
            "state": text(by_class["from"].find("strong")),
            "as_of": " ".join(text(one) for one in by_class["from"].findall("span")),
            "edge": article.get("class", "").removeprefix("tile").strip(),
        }

    @pytest.mark.parametrize("language", ["", "en"])
    def test_each_has_its_seven_parts_or_says_why_one_is_lacking(self, afternoon: Cast, language: str) -> None:
        articles = re.findall(r'<article class="tile.*?</article>', page(afternoon, language), re.S)
        assert len(articles) == 4
        for article in articles:
            parts = self.parts(ElementTree.fromstring(article))
            assert all(parts.values()), parts
            assert parts["edge"].startswith("is-")
            assert "截至" in parts["as_of"] or "as of" in parts["as_of"] or "0–24" in parts["as_of"]
            if parts["value"] == "—":
                assert "未报" in parts["change"] or "not reported" in parts["change"]
            else:
                assert re.search("2月1日|1 February", parts["change"]), parts

    def test_one_without_a_duty_says_that_it_is_worked_out_from_records(self, afternoon: Cast) -> None:
        from shichen.board import services

        services.set_tiles(["cases.zero_streak", "traffic.vehicles_checked"])
        snapshot.refresh(AT + timedelta(seconds=2))
        assert "由记录算出" in page(afternoon)


class TestCapacity:
    def state(self, key: str, value: str, unit: str, hours: int = 2) -> None:
        at = AT - timedelta(hours=hours)
        said = entry(f"报称{value}{unit}。", at=at)
        one = Stated(
            value=Decimal(value), unit=unit, span=Span(2, 2 + len(value) + len(unit), f"{value}{unit}", said.text, 0),
            envelope=made.uuid.uuid4(), reporter=made.body("office"), area=city.the_city(), event=city.the_event(),
            stated_at=at, key=key, period=made.day_of(DAY),
        )  # fmt: skip
        with acting("job", moment=at):
            indicators.state(one, entry=said, by=accounts.system())

    def held(self) -> dict[str, Any]:
        moment = Moment(AT, city.the_city(), city.the_event())
        return capacity.capacity(moment, Duties(moment))

    def panel(self, cast: Cast) -> str:
        snapshot.refresh(AT + timedelta(seconds=2))
        found = re.search(r'<section class="panel w4 capacity".*?</section>', page(cast), re.S)
        assert found is not None
        return found.group()

    def test_what_nobody_reports_is_named_and_nothing_stands_in_its_place(self, afternoon: Cast) -> None:
        said = re.sub(r"<[^>]+>", "", self.panel(afternoon))
        assert "开放床位、占用床位：近30天没有单位报送" in said
        assert "口罩库存、口罩日消耗：近30天没有单位报送，算不出可用天数" in said
        assert self.held()["beds"][0]["value"] is None

    def test_beds_used_of_beds_open_each_a_door(self, afternoon: Cast) -> None:
        self.state("hospital.beds", "120", "张")
        self.state("hospital.beds_used", "90", "张")
        said = self.panel(afternoon)
        assert "占用 75%" in said
        assert len(re.findall(r'<a href="/figures/[0-9a-f-]{36}/" data-fig="[^"]+">(?:90|120)</a>', said)) == 2
        assert 'aria-label="占用床位占开放床位"' in said

    def test_more_patients_than_beds_is_said(self, afternoon: Cast) -> None:
        self.state("hospital.beds", "100", "张")
        self.state("hospital.beds_used", "110", "张")
        assert "超出开放床位" in self.panel(afternoon)

    def test_only_one_of_the_two_is_no_share(self, afternoon: Cast) -> None:
        self.state("hospital.beds", "100", "张")
        said = re.sub(r"<[^>]+>", "", self.panel(afternoon))
        assert "占用床位：近30天没有单位报送" in said
        assert "%" not in said

    @pytest.mark.parametrize(
        ("stock", "days", "words"), [("30000", "10.0", "竖线为补货提前期"), ("6000", "2.0", "不足补货提前期")]
    )
    def test_days_of_cover_against_the_lead_time(self, afternoon: Cast, stock: str, days: str, words: str) -> None:
        self.state("supply.masks_stock", stock, "只")
        self.state("supply.masks_used", "3000", "只")
        said = self.panel(afternoon)
        assert f"可用 {days} 天" in said
        assert words in said

    def test_without_use_there_are_no_days(self, afternoon: Cast) -> None:
        self.state("supply.masks_stock", "100", "只")
        self.state("supply.masks_used", "0", "只")
        assert "没有消耗，算不出可用天数" in self.panel(afternoon)

    def test_posts_that_reported_of_posts_on_duty(self, afternoon: Cast) -> None:
        traffic = next(one for one in self.held()["posts"] if one["body"] == "traffic-safety-group")
        assert (traffic["arrived"], traffic["expected"]) == (1, 2)
        assert '<a href="/registers/tallies/?network=traffic&amp;day=2020-02-02">1</a>' in self.panel(afternoon)

    def test_an_old_statement_says_its_day_and_a_very_old_one_nothing(self, afternoon: Cast) -> None:
        self.state("hospital.beds", "100", "张", hours=72)
        assert self.held()["beds"][0]["stale"]
        self.state("hospital.beds_used", "10", "张", hours=24 * 40)
        assert self.held()["beds"][1]["value"] is None

    def test_a_reporter_sees_its_own_posts_and_no_beds(self, afternoon: Cast) -> None:
        said = signed_in(afternoon.traffic).get("/").content.decode()
        assert "疫情值守点</dt>" in said
        assert "床位</dt>" not in said


class TestMap:
    @pytest.fixture
    def reported(self, afternoon: Cast) -> Cast:
        """Every district tells its counts of the day."""
        with acting("job", moment=AT - timedelta(hours=1)):
            for one in maps.city_areas(city.the_city(), DAY)[0]:
                made.count(DAY - timedelta(days=1), one.name, confirmed_new=2, published_on="2020-02-02")
        snapshot.refresh(AT + timedelta(seconds=2))
        return afternoon

    def take(self, review_no: str = "GS(2019)1234号") -> None:
        found = maps.take(collection(*whole_city()), "a.geojson", city.the_city(), review_no=review_no, on=DAY)
        maps.keep(found, django_settings.HOME.path)
        snapshot.refresh(AT + timedelta(seconds=3))

    def test_without_outlines_the_grid_is_drawn(self, reported: Cast) -> None:
        said = page(reported)
        assert 'class="places"' in said
        assert 'class="map"' not in said

    def test_with_outlines_the_map_with_its_review_number(self, reported: Cast) -> None:
        self.take()
        said = page(reported)
        drawing = re.search(r'<svg[^>]*class="map".*?</svg>', said, re.S)
        assert drawing is not None
        ElementTree.fromstring(drawing.group())
        assert "审图号" in said
        assert "GS(2019)1234号" in said
        assert 'class="places"' not in said

    def test_without_review_number_it_says_so(self, reported: Cast) -> None:
        self.take(review_no="")
        assert "没有审图号，只供内部" in page(reported)

    def test_taken_away_the_grid_is_back(self, reported: Cast) -> None:
        self.take()
        maps.remove(django_settings.HOME.path)
        snapshot.refresh(AT + timedelta(seconds=4))
        assert 'class="places"' in page(reported)

    def test_a_map_that_lacks_an_area_is_not_drawn(self, reported: Cast, snapshots: Path) -> None:
        self.take()
        file = django_settings.HOME.path / maps.FILE
        said = json.loads(file.read_text(encoding="utf-8"))
        said["rings"].popitem()
        file.write_text(json.dumps(said), encoding="utf-8")
        assert 'class="places"' in page(reported)

    def test_what_lies_within_another_area_is_a_note(self, reported: Cast) -> None:
        self.take()
        said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page(reported)))
        assert "石峰区，其中 云龙示范区 未报，图上不另画" in said
