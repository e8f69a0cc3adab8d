"""地名与机构: names hold for their days, a reporting area is counted where it lies, a near miss is asked and never guessed."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shichen.city import queries, services
from shichen.city.models import Area, AreaName, Body
from shichen.refusal import Refusal
from tests.made import DAY, body

pytestmark = pytest.mark.django_db


def area(name: str) -> Area:
    return queries.area_named(name, on=DAY)


class TestAreas:
    def test_an_area_goes_by_its_name_its_alias_and_its_code(self) -> None:
        assert area("株洲市") == area("株洲") == area("430200") == queries.the_city()
        assert area(" 天元区 ").code == "430211"

    def test_a_name_one_character_off_is_asked_back(self) -> None:
        with pytest.raises(Refusal, match="是否为「渌口区」") as refused:
            area("洞口区")
        assert refused.value.field == "area"

    def test_a_name_that_fits_several_places_must_be_said_by_code(self) -> None:
        AreaName.objects.create(area_id="430211", name="河西")
        AreaName.objects.create(area_id="430202", name="河西")
        with pytest.raises(Refusal, match="写代码"):
            area("河西")

    def test_a_name_looked_up_alone_is_found_as_in_the_whole_gazetteer(self) -> None:
        """Also names of several areas, of none, of before, and one that an area and its own alias share."""
        AreaName.objects.create(area_id="430211", name="河西")
        AreaName.objects.create(area_id="430202", name="河西")
        AreaName.objects.create(area_id="430211", name="天元区", valid_until=date(2019, 12, 31))
        whole = queries.Places.load()
        words = [*whole.read(), "不存在", "", " ", "天元\0区"]
        several = [word for word, found in whole.by_word.items() if len(found) > 1]
        assert "河西" in several
        for word in {*several, *words[:: len(words) // 60], *words[-4:]}:
            alone = queries.Places.load()
            assert alone.called(word) == whole.called(word), word
            assert not alone.whole

    def test_many_names_read_the_gazetteer_once(self) -> None:
        places = queries.Places.load()
        words = [*queries.Places.load().read()][: queries.FEW + 20]
        with CaptureQueriesContext(connection) as asked:
            for word in [*words, *words]:
                assert places.called(word), word
        assert places.whole
        assert len(asked) == 2 * queries.FEW + 2

    def test_a_name_holds_for_its_days(self) -> None:
        AreaName.objects.create(area_id="430211", name="旧名", valid_until=date(2019, 12, 31))
        assert queries.area_named("旧名", on=date(2019, 12, 31)).code == "430211"
        with pytest.raises(Refusal):
            queries.area_named("旧名", on=date(2020, 1, 1))

    def test_a_district_contains_its_streets_and_not_its_neighbour(self) -> None:
        city, district, neighbour = queries.the_city(), area("天元区"), area("荷塘区")
        assert city.contains(district)
        assert district.contains(district)
        assert not district.contains(neighbour)
        assert not district.contains(city)

    def test_a_reporting_area_lies_in_the_city_without_a_code_of_its_own(self) -> None:
        yunlong = area("云龙示范区")
        assert yunlong.hierarchy == Area.Hierarchy.REPORTING
        assert queries.the_city().contains(yunlong)

    def test_an_area_without_its_parent_is_refused_with_the_line(self) -> None:
        row = {"code": "1", "name": "某镇", "level": "town", "parent": "nowhere", "hierarchy": "", "aliases": ""}
        with pytest.raises(Refusal, match="第 2 行"):
            services.load_places([{**row, "valid_from": "", "valid_until": ""}], counted_in={}, grid={}, populations={})


class TestBodies:
    def test_one_body_has_the_name_of_the_day(self) -> None:
        group = body("leading-group")
        assert group.name_on(date(2020, 1, 27)).endswith("指挥部")
        assert group.name_on(date(2020, 1, 28)).endswith("领导小组")

    def test_a_body_goes_by_code_name_and_alias(self) -> None:
        assert queries.body_named("office", on=DAY) == queries.body_named("办公室", on=DAY) == queries.the_office()

    def test_an_unknown_body_is_refused(self) -> None:
        with pytest.raises(Refusal, match="没有名为"):
            queries.body_named("某某组", on=DAY)

    def test_there_is_one_office(self) -> None:
        assert Body.objects.filter(kind=Body.THE_OFFICE).count() == 1

    def test_source_areas_hold_for_their_days(self) -> None:
        assert [one.plate for one in queries.source_areas(DAY)] == ["鄂"]
        assert queries.source_areas(date(2019, 12, 1)) == []
