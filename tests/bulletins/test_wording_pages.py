"""词表页: everybody reads the tables, who may review changes them; files go out and come back, tried before they are taken."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from shichen.bulletins import tables, wording_sheets
from shichen.bulletins.models import Wording
from shichen.bulletins.wording_lists import cards, history, line, lines
from shichen.bulletins.wording_rows import TABLES
from shichen.refusal import Refusal
from tests.bulletins.wordings import OURS, SAID, TEXT, closed, numbers, put, take_out, waiting
from tests.conftest import Cast
from tests.intake.doors import signed_in

pytestmark = pytest.mark.django_db
HOME = "/bulletins/tables/"


@pytest.fixture
def office(cast: Cast) -> Client:
    return signed_in(cast, "office")


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def send(client: Client, table: str, lines: list[str], name: str = "表.csv", **more: str) -> Any:
    file = SimpleUploadedFile(name, "\n".join(lines).encode())
    return client.post(f"{HOME}{table}/import/", {"file": file, **more})


def take(client: Client, table: str, tried: Any, reason: str = "整理") -> Any:
    number = re.search(r'name="upload" value="([^"]+)"', tried.content.decode())
    assert number
    return client.post(f"{HOME}{table}/import/", {"upload": number[1], "act": "take", "reason": reason})


class TestLists:
    def test_rows_say_where_they_come_from_and_who_changed_them(self) -> None:
        put("idiom", word="五小工程")
        take_out("idiom", "三班倒")
        found = {one.key: one for one in lines(TABLES["idiom"])}
        assert [(found[key].source, found[key].standing) for key in ("五小工程", "三班倒", "两手抓")] == [
            ("own", True),
            ("own", False),
            ("general", True),
        ]
        assert next(iter(found)) == "三班倒"
        places = {one.key: one.source for one in lines(TABLES["place"])}
        assert (places["430212"], places["110000"]) == ("city", "general")

    def test_cards_count_them(self) -> None:
        put("idiom", word="五小工程")
        card = next(one for one in cards() if one.table.key == "idiom")
        assert (card.rows, card.own, card.last and card.last.key) == (len(tables.of_the_city().idioms), 1, "五小工程")

    def test_history_tells_each_change(self) -> None:
        put("goods", key="护目镜", item="护目镜", measures="个")
        take_out("goods", "护目镜")
        told = [
            [(column.name, was, to) for column, was, to in changes]
            for _row, changes in history(TABLES["goods"], "护目镜")
        ]
        assert told == [[], [("measures", "副、个、件、只、套", "个")]]
        assert line(TABLES["goods"], "没有") is None


class TestReading:
    def test_everybody_reads_and_not_everybody_changes(self, cast: Cast) -> None:
        client = signed_in(cast, "traffic")
        assert client.get(HOME).status_code == 200
        page = client.get(f"{HOME}measure/row/", {"key": "台次"})
        assert "您可以看，不能改" in page.content.decode()
        for address in ("measure/put/", "measure/import/", "reread/"):
            assert client.post(HOME + address, {"act": "put"}).status_code == 403
        assert signed_in(cast, "outsider").get(HOME).status_code == 403

    @pytest.mark.parametrize("table", TABLES)
    def test_every_table_has_its_page_and_files(self, office: Client, table: str) -> None:
        assert office.get(f"{HOME}{table}/").status_code == 200
        assert office.get(f"{HOME}{table}/row/").status_code == 200
        key = lines(TABLES[table])[0].key
        assert office.get(f"{HOME}{table}/row/", {"key": key}).status_code == 200
        assert office.get(f"{HOME}{table}.csv").content.startswith(b"\xef\xbb\xbf")
        assert office.get(f"{HOME}{table}.xlsx").content.startswith(b"PK")

    @pytest.mark.parametrize(
        "address", ["nothing/", "nothing.csv", "nothing/row/", "measure/row/?key=没有", "nothing/import/"]
    )
    def test_what_is_not_there(self, office: Client, address: str) -> None:
        assert office.get(HOME + address).status_code == 404

    def test_rows_are_found_by_a_word_and_by_their_source(self, office: Client) -> None:
        put("idiom", word="五小工程")
        assert "五小工程" in words(office.get(f"{HOME}idiom/", {"q": "五小"}))
        page = words(office.get(f"{HOME}idiom/", {"source": "own"}))
        assert "1 行" in page
        assert "筛选无结果" in words(office.get(f"{HOME}idiom/", {"q": "没有的词"}))
        assert office.get(f"{HOME}idiom.csv", {"source": "own"}).content.decode("utf-8-sig").count("\n") == 2

    def test_fifty_a_page(self, office: Client) -> None:
        first = office.get(f"{HOME}verb/").content.decode()
        assert first.count("<tr>") == 51
        assert 'rel="next"' in first
        assert 'rel="prev"' in office.get(f"{HOME}verb/", {"page": "999"}).content.decode()

    @pytest.mark.parametrize("q", ["\x00", "<script>", "(a+)+$", "长" * 5000, "%s{}"])
    def test_whatever_is_sought(self, office: Client, q: str) -> None:
        assert office.get(f"{HOME}verb/row/", {"key": f"无{q}"}).status_code == 404
        assert office.get(f"{HOME}verb/row/", {"word": q}).status_code == 200
        answer = office.get(f"{HOME}verb/", {"q": q, "source": q, "page": q})
        assert answer.status_code == 200
        assert "<script>" not in answer.content.decode().split("</head>")[1].replace("<script src", "")


class TestChanging:
    def post(self, client: Client, table: str, **given: str) -> Any:
        return client.post(f"{HOME}{table}/put/", given)

    def test_tried_then_saved(self, office: Client) -> None:
        waiting(TEXT)
        tried = self.post(office, "catalogue", act="try", **SAID)
        assert "1 份会变： 1 个数字换指标或量词" in words(tried) or "1 个数字换指标或量词" in words(tried)
        assert not Wording.objects.exists()
        saved = self.post(office, "catalogue", act="put", reason="本地说法", **SAID)
        assert saved.status_code == 302
        page = words(office.get(saved["Location"]))
        assert "本地说法" in page
        assert "有 1 份待核来稿是按改动前的词表读的" in words(office.get(HOME))
        told = words(office.post(f"{HOME}reread/", follow=True))
        assert "已重读 1 份：1 个数字换了读法" in told
        assert "按改动前的词表" not in told

    def test_what_may_not_be_says_which_box(self, office: Client) -> None:
        answer = self.post(office, "measure", act="put", word="趟回", dimension="count", factor="许多", reason="试")
        assert answer.status_code == 422
        box = answer.content.decode().split('for="c-factor"')[1].split("</div>")[0]
        assert "要写大于 0 的数" in box
        assert 'value="许多"' in box

    def test_taken_out_and_laid_back(self, office: Client) -> None:
        assert self.post(office, "idiom", act="out", key="三班倒", why="").status_code == 422
        assert self.post(office, "idiom", act="out", key="三班倒", why="本地不用").status_code == 302
        page = office.get(f"{HOME}idiom/row/", {"key": "三班倒"}).content.decode()
        seen = re.search(r'name="seen" value="(\d+)"', page)
        assert seen
        late = self.post(office, "idiom", act="back", key="三班倒", why="x", seen="0")
        assert late.status_code == 409
        assert self.post(office, "idiom", act="back", key="三班倒", why="要用", seen=seen[1]).status_code == 302
        assert "三班倒" in tables.of_the_city().idioms

    def test_an_act_that_is_none(self, office: Client) -> None:
        assert self.post(office, "idiom", act="delete", key="三班倒").status_code == 422
        assert self.post(office, "idiom", act="out", key="没有", why="x").status_code == 422
        assert self.post(office, "nothing", act="put").status_code == 404

    def test_a_decided_number_keeps_its_row(self, office: Client) -> None:
        closed("今天检查往来小车55台。")
        answer = self.post(office, "idiom", act="try", word="55台")
        assert answer.status_code == 422
        assert "已核来稿里采过的数就读不出来了" in words(answer)

    def test_in_english_nothing_is_left_in_chinese_but_the_words(self, office: Client) -> None:
        office.cookies["django_language"] = "en"
        assert "Words of indicators" in words(office.get(HOME))


class TestFiles:
    def test_a_table_goes_out_and_comes_back_the_same(self, office: Client) -> None:
        put("idiom", word="五小工程")
        take_out("idiom", "三班倒")
        for ending in ("csv", "xlsx"):
            file = SimpleUploadedFile(f"表.{ending}", office.get(f"{HOME}idiom.{ending}").content)
            tried = words(office.post(f"{HOME}idiom/import/", {"file": file}))
            assert re.search("新增 0 行，改 0 行，停用 0 行，4[0-9]+ 行和现在一样，0 行不收", tried)

    def test_new_changed_out_same_and_refused_then_one_act(self, office: Client) -> None:
        rows = ["物品,论的量词,在用", "面屏,个、副,", "护目镜,个,", "护目罩,,否", "面罩,没有这个,", "面屏,个,"]
        rows[3] = "护目罩,个、副、只、套,否"
        tried = send(office, "goods", rows)
        assert "新增 1 行，改 1 行，停用 1 行，0 行和现在一样，2 行不收" in words(tried)
        assert "不在量词表里" in words(tried)
        assert "和第 2 行是同一行" in words(tried)
        assert take(office, "goods", tried, reason="").status_code == 422
        done = take(office, "goods", tried)
        assert done.status_code == 302
        good = tables.of_the_city().good
        assert (good["面屏"], good["护目镜"], "护目罩" in good) == (("个", "副"), ("个",), False)
        assert set(Wording.objects.values_list("origin", "reason")) == {("import", "整理")}
        assert take(office, "goods", tried).status_code == 422

    def test_rows_may_name_one_another(self, office: Client) -> None:
        rows = [
            "代码,名称,级别,上级代码",
            "x-1,甲乙区,区县级,430200",
            "x-2,丙丁镇,街镇,x-1",
            "x-3,戊己镇,街镇,x-9",
            "x-4,庚辛村,村居,x-3",
        ]
        assert "新增 2 行，改 0 行，停用 0 行，0 行和现在一样，2 行不收" in words(send(office, "place", rows))

    def test_days_of_a_workbook_are_days(self, office: Client, tmp_path: Any) -> None:
        from datetime import date

        book = Workbook()
        book.active.append(["所指地名代码", "别名", "自"])
        book.active.append([430212, "洞口区", date(2020, 1, 1)])
        book.save(tmp_path / "a.xlsx")
        file = SimpleUploadedFile("a.xlsx", (tmp_path / "a.xlsx").read_bytes())
        tried = office.post(f"{HOME}alias/import/", {"file": file})
        assert take(office, "alias", tried).status_code == 302
        assert Wording.objects.get().values["valid_from"] == "2020-01-01"

    @pytest.mark.parametrize(
        ("name", "data"),
        [
            ("x.csv", b""),
            ("x.xls", b"x"),
            ("x.xlsx", b"PK\x03\x04"),
            ("x.csv", b"\xff\xfe\x00"),
            ("x.csv", "无,关,的,列\n1,2,3,4\n".encode()),
            ("x.pdf", b"%PDF-1.4"),
        ],
    )
    def test_files_that_are_no_table(self, office: Client, name: str, data: bytes) -> None:
        answer = office.post(f"{HOME}verb/import/", {"file": SimpleUploadedFile(name, data)})
        assert answer.status_code == 422 or "0 行和现在一样" in words(answer)
        assert not Wording.objects.exists()

    def test_no_file_and_a_number_that_is_none(self, office: Client) -> None:
        for given in ({}, {"upload": "x", "act": "take"}, {"upload": str(uuid.uuid4()), "act": "take"}):
            assert office.post(f"{HOME}verb/import/", given).status_code == 422

    def test_more_rows_than_may_come_at_once(self, office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(wording_sheets, "MOST", 3)
        answer = send(office, "verb", ["词", *(f"查探{n}号" for n in range(4))])
        assert answer.status_code == 413

    def test_thousands_of_rows_at_once(self, office: Client) -> None:
        tried = send(office, "idiom", ["词", *(f"一{chr(0x4E00 + n)}甲" for n in range(3000))])
        assert "新增 3000 行" in words(tried)
        assert take(office, "idiom", tried).status_code == 302
        assert len(tables.of_the_city().idioms) > 3000

    def test_a_file_that_would_lose_what_was_decided(self, office: Client) -> None:
        closed("今天检查往来小车55台。")
        answer = send(office, "idiom", ["词", "55台", "66台"])
        assert answer.status_code == 422
        assert "确认导入" not in words(answer)
        with pytest.raises(AssertionError):
            take(office, "idiom", answer)

    def test_formulas_stay_text(self, office: Client) -> None:
        put("verb", word="+查探()")
        answer = office.get(f"{HOME}verb.xlsx", {"source": "own"})
        import io

        cell = load_workbook(io.BytesIO(answer.content)).active["A2"]
        assert (cell.value, cell.data_type) == ("+查探()", "s")

    def test_the_trial_of_a_file_takes_nothing(self) -> None:
        trial = wording_sheets.tried(TABLES["verb"], "词\n查探\n".encode(), "x.csv")
        assert [one.key for one in trial.new] == ["查探"]
        assert not Wording.objects.exists()
        with pytest.raises(Refusal, match=r"没有找到表头|这一列"):
            wording_sheets.tried(TABLES["verb"], b"\n\n", "x.csv")


class TestAlias:
    TEXT = "洞口区检查车辆55台次。"

    def test_by_one_act_on_the_page_of_the_bulletin(self, office: Client) -> None:
        made = waiting(self.TEXT)
        address = f"/bulletins/{made.pk}/"
        assert f"{address}alias/" in office.get(address).content.decode()
        given = {"name": "洞口区", "near": "渌口区", "valid_from": "2020-01-01"}
        refused = office.post(f"{address}alias/", given)
        assert refused.status_code == 422
        assert 'value="430212"' in refused.content.decode()
        done = office.post(f"{address}alias/", {**given, "reason": "笔误"}, follow=True)
        assert "「洞口区」已记为「渌口区」的别名" in words(done)
        assert f"{address}alias/" not in done.content.decode()
        assert [one.raw for one in numbers(made)] == ["55台次"]
        assert office.post(f"{address}alias/", given).status_code == 422

    def test_a_row_may_be_opened_with_its_boxes_filled(self, office: Client) -> None:
        page = office.get(f"{HOME}alias/row/", {"code": "430212", "name": "洞口区"}).content.decode()
        assert 'value="洞口区"' in page

    def test_who_may_not_review_is_not_asked(self, cast: Cast) -> None:
        made = waiting(self.TEXT, unit="traffic-safety-group")
        page = signed_in(cast, "traffic").get(f"/bulletins/{made.pk}/").content.decode()
        assert "/alias/" not in page
        assert OURS in page
