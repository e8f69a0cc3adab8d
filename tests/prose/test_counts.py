"""A case bulletin as a table: digests by their labels, bulletins by their sentences, places by their short names."""

from __future__ import annotations

import csv
import datetime as dt
import importlib
import io
from pathlib import Path

import pytest

from shichen.prose import counts
from shichen.prose.command import run
from shichen.prose.nation import nation
from shichen.prose.reader import read
from shichen.prose.tables import Tables

SHARED = Path(__file__).resolve().parents[3] / "shared" / "bulletins"
DIGEST = """地址: http://example.org/a.html
时间: 2020-01-28
省: 海南省
确诊: 40例
死亡: 1例
确诊详情: 海口市9例、三亚16例，琼中县3例、洋浦2例。陵水县10例。重症病例中，三亚2例
治愈详情: 海口市2例
"""


def cells(text: str, covers: dt.date | None = None) -> list[dict[str, str]]:
    reading = read(text, Tables.default(), kind="case_bulletin", covers=covers)
    return list(csv.DictReader(io.StringIO(counts.as_csv(counts.table(reading, text)))))


def by_city(text: str, column: str = "confirmed") -> dict[str, str]:
    return {row["city"]: row[column] for row in cells(text) if row[column]}


class TestDigest:
    def test_the_label_says_what_is_counted(self) -> None:
        assert by_city(DIGEST) == {
            "": "40",
            "海口市": "9",
            "三亚市": "16",
            "琼中黎族苗族自治县": "3",
            "洋浦": "2",
            "陵水黎族自治县": "10",
        }
        assert by_city(DIGEST, "dead") == {"": "1"}
        assert by_city(DIGEST, "cured") == {"海口市": "2"}
        assert by_city(DIGEST, "suspected") == {}

    def test_date_and_province_stand_on_every_row(self) -> None:
        assert {(row["date"], row["province"]) for row in cells(DIGEST)} == {("2020-01-28", "海南省")}

    def test_the_severe_do_not_take_the_place_of_the_confirmed(self) -> None:
        assert by_city("时间: 2020-01-28\n省: 海南省\n确诊详情: 三亚5例。重症病例中，三亚2例\n") == {"三亚市": "5"}

    def test_rows_stand_in_the_order_of_the_codes_and_names_nobody_lists_at_the_end(self) -> None:
        assert [row["city"] for row in cells(DIGEST)] == [
            "",
            "海口市",
            "三亚市",
            "陵水黎族自治县",
            "琼中黎族苗族自治县",
            "洋浦",
        ]

    def test_what_no_list_has_is_named(self) -> None:
        reading = read(DIGEST, Tables.default(), kind="case_bulletin")
        assert counts.unlisted(counts.table(reading, DIGEST)) == ["洋浦"]

    def test_the_country_and_places_abroad(self) -> None:
        text = "时间: 2020-01-24\n确诊: 90例\n确诊详情: 香港5例，黑龙江2例\n国外确诊详情: 泰国4例，日本2例\n"
        found = [(row["province"], row["city"], row["country"], row["confirmed"]) for row in cells(text)]
        assert found == [
            ("", "", "", "90"),
            ("黑龙江省", "", "", "2"),
            ("香港特别行政区", "", "", "5"),
            ("", "", "泰国", "4"),
            ("", "", "日本", "2"),
        ]
        assert "country" not in cells(DIGEST)[0]

    def test_new_cases_are_not_counted_as_all(self) -> None:
        assert by_city("时间: 2020-01-28\n省: 海南省\n新增确诊详情: 三亚5例\n确诊详情: 海口3例\n") == {"海口市": "3"}


class TestProse:
    TEXT = (
        "湖北新增12例\n\n截至1月29日24时，湖北省累计报告确诊病例60例，其中宜昌市40例、恩施州20例；"
        "累计治愈出院7例、死亡2例，现有疑似病例30例。当日新增确诊病例12例。\n"
    )

    def test_running_totals_and_their_breakdown(self) -> None:
        assert by_city(self.TEXT) == {"": "60", "宜昌市": "40", "恩施土家族苗族自治州": "20"}
        assert by_city(self.TEXT, "cured") == {"": "7"}
        assert by_city(self.TEXT, "suspected") == {"": "30"}

    def test_places_that_share_a_number(self) -> None:
        text = "湖北省累计出院47例，其中：武汉市40例，襄阳市、孝感市各2例，十堰市、宜昌市、随州市各1例。\n"
        assert by_city(text, "cured") == {
            "": "47",
            "武汉市": "40",
            "襄阳市": "2",
            "孝感市": "2",
            "十堰市": "1",
            "宜昌市": "1",
            "随州市": "1",
        }

    def test_a_heading_with_its_own_number(self) -> None:
        text = "辽宁省累计报告确诊病例7例。全省7例确诊病例中，沈阳市4例、大连市3例。\n"
        assert by_city(text) == {"": "7", "沈阳市": "4", "大连市": "3"}

    def test_the_covering_date_where_no_line_gives_one(self) -> None:
        assert {row["date"] for row in cells(self.TEXT, dt.date(2020, 1, 29))} == {"2020-01-29"}


@pytest.mark.parametrize(
    ("province", "name", "full"),
    [
        ("四川省", "成都", "成都市"),
        ("湖北", "恩施州", "恩施土家族苗族自治州"),
        ("上海市", "浦东", "浦东新区"),
        ("天津市", "和平区", "和平区"),
        ("吉林省", "吉林", "吉林市"),
        ("安徽省", "宿松", "宿松县"),
        ("新疆维吾尔自治区", "伊犁州", "伊犁哈萨克自治州"),
        ("湖北省", "仙桃", "仙桃市"),
        ("北京市", "外地来京", None),
        ("天津市", "河", None),
    ],
)
def test_a_name_within_a_province(province: str, name: str, full: str | None) -> None:
    inside = nation().province(province)
    assert inside is not None
    found = nation().inside(inside, name)
    assert (found.name if found else None) == full


@pytest.mark.parametrize("place", ["成都", "和平区", "安达市", "共青城市", "将乐县", "泰和县"])
def test_a_place_keeps_the_characters_it_begins_and_ends_with(place: str) -> None:
    reading = read(f"确诊详情: {place}3例、长沙市4例\n", Tables.default(), kind="case_bulletin")
    assert dict(reading.figures[0].facets)["place"] == place


def test_the_command_prints_csv_and_says_apart_what_it_did_not_know(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "digest.txt"
    path.write_text(DIGEST, encoding="utf-8")
    assert run(path, kind="case_bulletin", table=True) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[:2] == ["date,province,city,confirmed,suspected,cured,dead", "2020-01-28,海南省,,40,,,1"]
    assert "洋浦" in err


def test_the_command_says_so_where_a_bulletin_has_no_such_numbers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "none.txt"
    path.write_text("今天开会。\n", encoding="utf-8")
    assert run(path, kind="case_bulletin", table=True) == 0
    out, err = capsys.readouterr()
    assert out == "date,province,city,confirmed,suspected,cured,dead\n"
    assert "没有读到" in err


@pytest.mark.seeds
@pytest.mark.skipif(not SHARED.is_dir(), reason="the digests lie beside the checkout and are not here")
def test_the_digests_cell_by_cell() -> None:
    scorer = importlib.import_module("benchmarks.reader.cells")
    found = scorer.scored()
    assert found["digests"] > 200
    assert found["right"] / (found["right"] + found["wrong"]) > 0.995
