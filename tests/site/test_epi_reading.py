"""Files of the command line's methods: what was written is read back equal, and what cannot be is one sentence with its line."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shichen.epi.errors import BadData
from shichen.site.commands.epi_.reading import MARKS, STDIN, day_of, of_bytes, read, today_
from shichen.site.commands.epi_.series import pmf, series

letters = st.characters(exclude_categories=("C", "Z"), exclude_characters='"')
# what GB18030 and UTF-8 hold alike: the text decides by itself which of the two it is only where it is valid UTF-8
cells = st.text(letters, max_size=12)
numbers = st.floats(allow_nan=False, allow_infinity=False)


def written(rows: list[list[str]], mark: str, end: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=mark, lineterminator=end).writerows(rows)
    return out.getvalue()


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    width = draw(st.integers(2, 5))
    heads = draw(st.lists(cells.filter(bool), min_size=width, max_size=width, unique=True))
    row = st.lists(cells, min_size=width - 1, max_size=width - 1).map(lambda some: ["x", *some])
    return [f"列{heads[0]}", *heads[1:]], draw(st.lists(row, min_size=1, max_size=12))


@settings(deadline=None)
@given(tables(), st.sampled_from(MARKS), st.sampled_from(["\n", "\r\n"]), st.sampled_from(["utf-8", "utf-8-sig"]))
def test_any_table_written_is_read_back_equal(
    table: tuple[list[str], list[list[str]]], mark: str, end: str, encoding: str
) -> None:
    heads, rows = table
    if len(set(heads)) < len(heads):
        return
    data = written([heads, *rows], mark, end).encode(encoding)
    found = of_bytes(data, "甲.csv", known=heads)
    assert list(found.heads) == heads
    assert [list(row) for row in found.rows] == rows
    assert found.lines == tuple(range(2, len(rows) + 2))


@given(st.lists(numbers, min_size=1, max_size=20))
def test_numbers_lose_nothing(values: list[float]) -> None:
    data = written([["day", "x"], *([str(i), repr(value)] for i, value in enumerate(values))], ",", "\n").encode()
    assert of_bytes(data, "甲.csv").numbers("x").tolist() == values


def test_gbk_and_semicolons_and_blank_lines_are_read() -> None:
    found = of_bytes("日期;病例;说明\n\n2020-02-01;3;城区\n".encode("gbk"), "甲.csv", known=["日期"])
    assert found.heads == ("日期", "病例", "说明")
    assert found.lines == (3,)
    assert found.texts("说明") == ["城区"]


@pytest.mark.parametrize("text", ["2020-02-02", "2020/2/2", "2020-02-02 13:00", "2020-02-02T13:00:00"])
def test_days_as_people_write_them(text: str) -> None:
    assert str(day_of(text)) == "2020-02-02"


@pytest.mark.parametrize(
    "text", ["", "2020-13-01", "2020-02-30", "02/02/2020", "12", "二月二日", "20200202", "２０２０-02-02"]
)
def test_no_day(text: str) -> None:
    assert day_of(text) is None


WRONG = [
    (b"", "没有内容", "is empty"),
    (b"\n\n", "没有内容", "is empty"),
    (b"date,cases\n", "没有数据", "no data"),
    (b"2020-01-01,3\n2020-01-02,4\n", "第一行", "first line"),
    (b"date,cases,cases\n1,2,3\n", "两列都叫「cases」", "two columns"),
    (b"date,cases\n2020-01-01,3\n2020-01-02\n", "第 3 行有 1 格", "line 3, has 1 cells"),
    (b"date,cases\n2020-01-01,3,4\n", "第 2 行有 3 格", "line 2, has 3 cells"),
    (b'date,cases\n2020-01-01,"3\n', "引号", "quotes"),
    (b"PK\x03\x04rest", "Excel 工作簿", "workbook"),
    (b"\x89PNG\r\n", "图片", "picture"),
    (b"\xff\xd8\xff\xe0", "图片", "picture"),
    (b"%PDF-1.7", "PDF", "PDF"),
    (b"\x1f\x8b\x08", "压缩文件", "compressed"),
    (b"a\x00b", "空字符", "no text"),
    (b"\xff\xfea\x00", "UTF-16", "no text"),
]


@pytest.mark.parametrize(("data", "zh", "en"), WRONG)
def test_what_is_no_table_is_refused_in_both_languages(data: bytes, zh: str, en: str) -> None:
    with pytest.raises(BadData) as refused:
        of_bytes(data, "甲.csv")
    assert zh in refused.value.zh
    assert en in refused.value.en


def refused(tmp_path: Path, text: str, **more: str) -> BadData:
    path = tmp_path / "甲.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadData) as found:
        series(str(path), **more)
    return found.value


BAD_SERIES = [
    (
        "date,cases\n2020-01-01,3\n2020-01-04,4\n",
        "缺 2020-01-02等 2 天",
        "day 2020-01-02 is missing and 1 more: write the day with an empty cell",
    ),
    ("t,I\n1,3\n3,4\n", "缺 2：", "day 2 is missing: write"),
    ("date,cases\n2020-01-01,3\n2020-01-01,4\n", "第 3 行", "the same day again"),
    ("date,cases\n2020-01-02,3\n2020-01-01,4\n", "早于上一行", "before the line above"),
    ("date,cases\n2020-01-01,-3\n", "第 2 行「cases」'-3' 小于 0", "is below 0"),
    ("date,cases\n2020-01-01,2.5\n", "不是整数", "no whole number"),
    ("date,cases\n2020-01-01,三\n", "第 2 行「cases」'三' 不是数字", "is no number"),
    ("date,cases\n2020-01-01,1_000\n", "不是数字", "is no number"),
    ("date,cases\n2020-01-01,inf\n", "不是数字", "is no number"),
    ("date,cases\n2020-01-01,nan\n", "不是数字", "is no number"),
    ("date,cases\n2999-01-01,3\n", "未来的日期", "in the future"),
    ("date,cases\n昨天,3\n", "不是日期或天数", "no date or number"),
    ("date,cases\n2020-01-01,3\n昨天,3\n", "不是日期", "is no date"),
    (
        "date,病人\n2020-01-01,3\n",
        "没有「cases」这一列；有的列是：date、病人",
        "its columns are: date, 病人. Name the column with --cases",
    ),
]


@pytest.mark.parametrize(("text", "zh", "en"), BAD_SERIES)
def test_a_series_that_cannot_be_says_line_and_remedy(tmp_path: Path, text: str, zh: str, en: str) -> None:
    wrong = refused(tmp_path, text)
    assert zh in wrong.zh
    assert en in wrong.en


def test_weeks_are_for_methods_of_weeks(tmp_path: Path) -> None:
    weeks = [np.datetime64("2020-01-06") + 7 * week for week in range(5)]
    text = "week,n\n" + "".join(f"{week},3\n" for week in weeks)
    assert "逐周的数" in refused(tmp_path, text).zh
    path = tmp_path / "周.csv"
    path.write_text(text, encoding="utf-8")
    assert [str(day) for day in series(str(path), weekly=True).days] == [str(week) for week in weeks]
    path.write_text(text.replace("2020-01-20,3\n", ""), encoding="utf-8")
    with pytest.raises(BadData, match="缺了几周"):
        series(str(path), weekly=True)
    path.write_text(text.replace("2020-01-20", "2020-01-21"), encoding="utf-8")
    with pytest.raises(BadData, match="相隔 7 天"):
        series(str(path), weekly=True)


def test_columns_and_days_that_were_asked_for_must_be_there(tmp_path: Path) -> None:
    text = "date,cases\n2020-01-01,3\n2020-01-02,4\n"
    assert "「甲」" in refused(tmp_path, text, cases="甲").zh
    assert "--imported" in refused(tmp_path, text, imported="甲").zh
    assert "--from" in refused(tmp_path, text, first="2019-01-01").zh
    assert "--until" in refused(tmp_path, text, last="2020-01-03").zh
    assert "在 --until 之后" in refused(tmp_path, text, first="2020-01-02", last="2020-01-01").zh


def test_an_empty_cell_is_missing_and_never_nought(tmp_path: Path) -> None:
    path = tmp_path / "甲.csv"
    path.write_text(
        "date,cases,imported\n2020-01-01,3,1\n2020-01-02,,0\n2020-01-03,NA,0\n2020-01-04,0,0\n", encoding="utf-8"
    )
    found = series(str(path))
    assert np.isnan(found.counts).tolist() == [False, True, True, False]
    assert found.imported is not None
    assert found.imported.tolist() == [1, 0, 0, 0]
    assert found.date_of(2) == "2020-01-02"
    assert str(found.after(3)) == "2020-01-07"


def test_a_serial_interval_begins_at_day_nought(tmp_path: Path) -> None:
    path = tmp_path / "si.csv"
    path.write_text("k,w\n1,0.5\n2,0.5\n", encoding="utf-8")
    assert pmf(str(path)).tolist() == [0, 0.5, 0.5]
    for text, said in (("k,w\n0,0\n2,1\n", "应当是 1"), ("k,w\n0,0\n1,\n", "不能空着"), ("w\n0\n", "两列")):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(BadData, match=said):
            pmf(str(path))


def test_a_file_that_is_not_there_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="没有这个文件"):
        read(str(tmp_path / "无.csv"))
    with pytest.raises(BadData, match="打不开"):
        read(str(tmp_path))


def test_standard_input_is_a_file_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    class Given:
        buffer = io.BytesIO(b"t,I\n1,2\n2,3\n")

    monkeypatch.setattr("sys.stdin", Given)
    assert read(STDIN).numbers("I").tolist() == [2, 3]


def test_today_is_the_civil_day_of_the_city() -> None:
    assert day_of(today_().isoformat()) == today_()
