"""词表: rows over the general tables; each named column is checked, nothing decided is lost, nothing is overwritten."""

from __future__ import annotations

import time
from datetime import date

import pytest
from django.db import DatabaseError, transaction

from shichen.audit.models import Trail
from shichen.bulletins import tables, wording_effects, wordings
from shichen.bulletins.models import Wording
from shichen.city.models import AreaName, Body
from shichen.prose.reader import read
from shichen.prose.tables import Tables
from shichen.refusal import Refusal
from tests.bulletins.wordings import OURS, SAID, TEXT, closed, numbers, put, take_out, waiting
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
DAY = date(2020, 2, 2)


class TestTables:
    def test_a_row_is_read_with_at_once(self) -> None:
        before = tables.of_the_city()
        assert "趟回" not in before.measure
        put("measure", word="趟回", dimension="count")
        after = tables.of_the_city()
        assert after.measure["趟回"].dimension == "count"
        assert after.hash != before.hash
        assert tables.of_the_city() is after

    def test_taken_out_and_laid_back_it_is_as_before(self, cast: Cast) -> None:
        before = tables.of_the_city().hash
        take_out("idiom", "三班倒")
        assert "三班倒" not in tables.of_the_city().idioms
        wordings.lay_back("idiom", "三班倒", "还是要", by=cast.office)
        assert tables.of_the_city().hash == before

    def test_a_change_of_the_registers_is_seen_though_nothing_was_added(self) -> None:
        before = tables.of_the_city().hash
        Body.objects.filter(code="office").update(name="改了名的办公室")
        assert "改了名的办公室" in tables.of_the_city().bodies
        assert tables.of_the_city().hash != before

    def test_a_name_holds_from_a_day_to_a_day(self) -> None:
        put("alias", code="430212", name="洞口区", valid_from="2020-01-01", valid_until="2020-02-01")
        names = [_names(tables.of_the_city(on)) for on in (date(2020, 2, 1), DAY, None)]
        assert ["洞口区" in one for one in names] == [True, False, True]

    def test_so_does_one_of_the_registers(self) -> None:
        AreaName.objects.create(area_id="430212", name="从前县", valid_until=date(2019, 12, 31))
        assert "从前县" in _names(tables.of_the_city())
        assert "从前县" not in _names(tables.of_the_city(DAY))

    def test_a_general_row_holds_by_its_dates(self) -> None:
        assert "国家卫生健康委员会" in tables.of_the_city(DAY).bodies
        assert "国家卫生健康委员会" not in tables.of_the_city(date(2015, 1, 1)).bodies

    def test_rows_are_only_added(self) -> None:
        put("verb", word="查探")
        with pytest.raises(DatabaseError), transaction.atomic():
            Wording.objects.update(key="x")
        with pytest.raises(DatabaseError), transaction.atomic():
            Wording.objects.all().delete()

    def test_a_row_for_an_indicator_that_is_no_more_is_passed_over(self, cast: Cast) -> None:
        row = Wording(table="catalogue", key="no.such", values={"id": "no.such"}, reason="试", by=cast.office)
        row.at = Trail.objects.order_by("-at").values_list("at", flat=True)[0]
        row.save()
        assert "no.such" not in tables.of_the_city().indicators

    def test_asking_again_costs_little(self) -> None:
        tables.of_the_city(DAY)
        began = time.perf_counter()
        for _turn in range(5):
            tables.of_the_city(DAY)
        assert time.perf_counter() - began < 1


def _names(words: Tables) -> set[str]:
    return {name for place in words.gazetteer for name in place.names}


class TestColumns:
    @pytest.mark.parametrize(
        ("table", "values", "column"),
        [
            ("measure", {"word": "", "dimension": "count"}, "word"),
            ("measure", {"word": "趟回", "dimension": "趟类"}, "dimension"),
            ("measure", {"word": "趟回", "dimension": "count", "factor": "很多"}, "factor"),
            ("measure", {"word": "趟回", "dimension": "count", "factor": "-1"}, "factor"),
            ("measure", {"word": "趟回", "dimension": "count", "factor": "NaN"}, "factor"),
            ("measure", {"word": "趟回", "dimension": "count", "factor": "9" * 40}, "factor"),
            ("measure", {"word": "趟回", "dimension": "count", "factor": "2"}, "factor"),
            ("measure", {"word": "趟回", "dimension": "count", "canonical": "没有这个"}, "canonical"),
            ("measure", {"word": "趟回", "dimension": "count", "items": "口罩"}, "items"),
            ("measure", {"word": "趟回", "dimension": "count", "items": "口罩=没有"}, "items"),
            ("measure", {"word": "趟 回", "dimension": "count"}, "word"),
            ("measure", {"word": "趟\t回", "dimension": "count"}, "word"),
            ("measure", {"word": "趟\n回", "dimension": "count"}, "word"),
            ("measure", {"word": "趟" * 21, "dimension": "count"}, "word"),
            ("measure", {"word": "12", "dimension": "count"}, "word"),
            ("catalogue", {**SAID, "id": "no.such"}, "id"),
            ("catalogue", {**SAID, "row": "0"}, "row"),
            ("catalogue", {**SAID, "row": "二"}, "row"),
            ("catalogue", {**SAID, "measures": "没有这个"}, "measures"),
            ("catalogue", {**SAID, "measures": "、"}, "measures"),
            ("catalogue", {**SAID, "all_of": "；；"}, "all_of"),
            ("catalogue", {**SAID, "all_of": "；".join("甲乙丙丁戊己庚辛壬")}, "all_of"),
            ("catalogue", {**SAID, "none_of": "、".join(f"词{n}" for n in range(81))}, "none_of"),
            ("catalogue", {**SAID, "noun": "小车"}, "noun"),
            ("catalogue", {**SAID, "row": "1", "noun": "小车"}, "measure"),
            ("catalogue", {**SAID, "row": "1", "noun": "小车", "measure": "人"}, "measure"),
            ("catalogue", {**SAID, "row": "1", "order": "XX"}, "order"),
            ("catalogue", {**SAID, "row": "1", "period": "世纪"}, "period"),
            ("place", {"code": "４３", "name": "某镇", "level": "street"}, "code"),
            ("place", {"code": "x y", "name": "某镇", "level": "street"}, "code"),
            ("place", {"code": "x", "name": "镇", "level": "street"}, "name"),
            ("place", {"code": "x", "name": "某镇", "level": "star"}, "level"),
            ("place", {"code": "x", "name": "某镇", "level": "street", "parent": "nowhere"}, "parent"),
            ("place", {"code": "x", "name": "某镇", "level": "street", "valid_from": "2020年2月"}, "valid_from"),
            ("place", {"code": "x", "name": "某镇", "level": "street", "valid_until": "2020-02-30"}, "valid_until"),
            (
                "alias",
                {"code": "430212", "name": "洞口区", "valid_from": "2020-02-02", "valid_until": "2020-02-01"},
                "valid_until",
            ),
            ("alias", {"code": "nowhere", "name": "洞口区"}, "code"),
            ("body", {"body": "x", "name": "某局", "group": "nobody"}, "group"),
            ("body", {"body": "x", "name": "某局", "column": "无此栏"}, "column"),
            ("body", {"body": "x", "name": "某局", "area": "nowhere"}, "area"),
            ("body", {"body": "x", "name": "某局", "basis": "长" * 201}, "basis"),
            ("verb", {"word": "查"}, "word"),
            ("idiom", {"word": "一|二"}, "word"),
            ("goods", {"item": "面屏", "measures": ""}, "measures"),
            ("goods", {"item": "x" * 100_000, "measures": "个"}, "item"),
        ],
    )
    def test_what_may_not_stand_in_one_is_refused_by_its_name(
        self, table: str, values: dict[str, str], column: str
    ) -> None:
        with pytest.raises(Refusal) as refused:
            put(table, **values)
        assert refused.value.field == column
        assert not Wording.objects.exists()

    def test_a_table_that_is_none(self) -> None:
        with pytest.raises(Refusal, match="没有这张词表"):
            put("nothing", word="x")

    def test_marks_are_folded_as_a_text_is(self) -> None:
        assert put("measure", word="元／趟", dimension="价格").key == "元/趟"

    @pytest.mark.parametrize("hostile", ["(a+)+$", r"^(\d+.?)+台次$", "{}甲%s", "<b>甲</b>", "甲" * 20])
    def test_words_are_words_and_never_patterns(self, hostile: str) -> None:
        put("idiom", word=hostile)
        began = time.perf_counter()
        read("1日-检查1个" * 2_000 + hostile, tables.of_the_city(), covers=DAY)
        assert time.perf_counter() - began < 4


class TestActs:
    def test_each_has_a_reason_and_a_row_in_the_trail(self, cast: Cast) -> None:
        with pytest.raises(Refusal, match="理由"):
            wordings.put("verb", {"word": "查探"}, " \n ", by=cast.office)
        with pytest.raises(Refusal, match="最多 200 字"):
            wordings.put("verb", {"word": "查探"}, "长" * 201, by=cast.office)
        row = wordings.put("verb", {"word": "查探"}, "本地说法", by=cast.office)
        note = Trail.objects.get(action="put wording")
        assert (note.reason, note.subject, note.fields) == ("本地说法", "verb 查探", "word")
        assert (row.by, row.standing, row.origin) == (cast.office, True, "page")

    def test_the_same_again_is_no_change(self) -> None:
        put("verb", word="查探")
        with pytest.raises(Refusal, match="没有要改的"):
            put("verb", word="查探")

    def test_a_row_that_is_there_is_changed_on_its_own_page(self) -> None:
        with pytest.raises(Refusal, match="已经在表里"):
            put("goods", item="护目镜", measures="个")
        put("goods", key="护目镜", item="护目镜", measures="个")
        assert tables.of_the_city().good["护目镜"] == ("个",)

    def test_the_name_of_a_row_stays(self) -> None:
        with pytest.raises(Refusal, match="行名"):
            put("goods", key="护目镜", item="护眼镜", measures="个")

    def test_who_comes_later_is_told(self, cast: Cast) -> None:
        first = put("verb", word="查探")
        take_out("verb", "查探")
        with pytest.raises(Refusal) as refused:
            wordings.lay_back("verb", "查探", "试", by=cast.office, seen=first.pk)
        assert refused.value.rule == "先到先办"

    def test_what_is_not_there_cannot_be_taken_out_or_laid_back(self, cast: Cast) -> None:
        with pytest.raises(Refusal, match="没有这一行"):
            take_out("verb", "没有这个词")
        with pytest.raises(Refusal, match="没有停用"):
            wordings.lay_back("verb", "检查", "试", by=cast.office)

    @pytest.mark.parametrize(("table", "key"), [("measure", "台次"), ("place", "430200"), ("body", "publicity-group")])
    def test_what_others_name_stays(self, table: str, key: str) -> None:
        with pytest.raises(Refusal, match="还有别的行用到它") as refused:
            take_out(table, key)
        assert refused.value.field == "key"

    def test_a_wording_that_does_not_come_back_may_not_be_saved(self) -> None:
        with pytest.raises(Refusal) as refused:
            put(
                "catalogue",
                key=OURS,
                id=OURS,
                measures="台次",
                all_of="过往",
                verb="检查",
                noun="车辆",
                measure="台次",
            )
        assert refused.value.rule == "写读一致"

    def test_nor_a_row_of_another_table_that_spoils_one(self) -> None:
        with pytest.raises(Refusal, match="检查车辆") as refused:
            put("catalogue", id="police.vehicles_checked", row="2", measures="台次", all_of="检查车辆；检查；车辆")
        assert refused.value.rule == "写读一致"

    def test_a_wording_of_our_own_is_written(self) -> None:
        put(
            "catalogue",
            key=OURS,
            id=OURS,
            measures="台次、辆",
            all_of="检查、查验；车辆、车",
            verb="查验",
            noun="车辆",
            measure="台次",
        )
        assert tables.of_the_city().indicators[OURS].verb == "查验"

    def test_a_measure_word_that_is_its_own_unit_comes_and_comes_back(self, cast: Cast) -> None:
        put("measure", word="托盘", dimension="count", canonical="托盘")
        take_out("measure", "托盘")
        wordings.lay_back("measure", "托盘", "仍按托盘报", by=cast.office)
        assert tables.of_the_city().measure["托盘"].canonical == "托盘"


class TestEffects:
    def test_a_closed_decision_is_never_lost(self) -> None:
        made = closed("今天检查往来小车55台。")
        assert [one.raw for one in numbers(made)] == ["55台"]
        with pytest.raises(Refusal) as refused:
            put("idiom", word="55台")
        assert refused.value.rule == "已核不失"
        assert made.unit.name in refused.value.sentence

    def test_what_the_reader_never_saw_cannot_be_lost(self) -> None:
        closed("今天检查往来小车55台。")
        put("idiom", word="66台")

    def test_before_it_is_saved_a_change_says_what_it_does(self) -> None:
        waiting(TEXT)
        found = wording_effects.effects(wordings.proposed("catalogue", SAID).own)
        assert (found.read, found.touched, found.changed, found.new, found.gone) == (1, 1, 1, 0, 0)
        gone = wording_effects.effects(wordings.proposed("idiom", {"word": "55台"}).own)
        assert (gone.changed, gone.gone) == (0, 1)
        assert not wording_effects.effects(wordings.proposed("idiom", {"word": "别的词"}).own).any
        assert not Wording.objects.exists()

    def test_not_more_texts_are_read_than_can_be_waited_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(wording_effects, "READ", 1)
        waiting(TEXT)
        waiting(TEXT.replace("55", "56"))
        found = wording_effects.effects(wordings.proposed("catalogue", SAID).own)
        assert (found.read, found.more) == (1, True)
