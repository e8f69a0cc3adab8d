"""The lines of a page: headings, bylines, joins, orphans, duplicates."""

from __future__ import annotations

import datetime as dt

import pytest

from shichen.prose.kinds import guess
from shichen.prose.layout import arrange, lines
from shichen.prose.reader import read
from shichen.prose.tables import Tables

PAGE = """指挥调度

某某日报记者 王小明

子时(23~1点)

办公室下发通知。

丑时(3~5点)

交通运输安全组检查车辆12台次。

宣传发布

某某日报记者 李小红

子时(23~1点)

株洲日报社推送快讯。

推出。

株洲日报社推送快讯。

丑时(1~3点)

株洲电视台播出新闻。

今日之城
策划:赵小刚
"""


def kinds(text: str, kind: str, tables: Tables) -> list[str]:
    return [block.kind for block in arrange(lines(text, tables.layout), kind, tables.layout)[1]]


def test_a_day_page_is_taken_apart(tables: Tables) -> None:
    assert kinds(PAGE, "day_page", tables) == [
        *("column", "byline", "slot", "paragraph", "slot", "paragraph"),
        *("column", "byline", "slot", "paragraph", "paragraph", "paragraph", "slot", "paragraph"),
        *("title", "credit"),
    ]


def test_entries_stand_under_their_column_watch_and_reporter(tables: Tables) -> None:
    entries = read(PAGE, tables).entries
    assert [(entry.column, entry.watch) for entry in entries] == [
        ("指挥调度", "子"),
        ("指挥调度", "丑"),
        *[("宣传发布", "子")] * 3,
        ("宣传发布", "丑"),
    ]
    assert entries[0].reporter.endswith("王小明")


def test_orphans_and_duplicates_are_kept_and_flagged(tables: Tables) -> None:
    flags = [entry.flags for entry in read(PAGE, tables).entries]
    assert flags[2:5] == [("duplicated",), ("orphan",), ("duplicate",)]


def test_the_figures_of_a_duplicate_do_not_count(tables: Tables) -> None:
    text = "标题\n市民政局检查门店12家。\n市民政局检查门店12家。\n"
    assert [len(entry.figures) for entry in read(text, tables).entries] == [1, 0]


def test_a_heading_that_contradicts_its_hours_is_flagged(tables: Tables) -> None:
    blocks = arrange(lines(PAGE, tables.layout), "day_page", tables.layout)[1]
    assert [block.flags for block in blocks if block.kind == "slot"][1] == ("heading_contradicts",)


def test_a_sentence_cut_by_a_line_is_joined(tables: Tables) -> None:
    text = "标题\n市民政局组织干部走访全市范围内两户\n困难家庭。\n"
    (entry,) = read(text, tables).entries
    assert entry.text == "市民政局组织干部走访全市范围内两户困难家庭。"
    assert entry.flags == ("joined",)
    assert len(entry.parts) == 2


def test_a_column_name_inside_a_broken_title_is_displaced(tables: Tables) -> None:
    text = PAGE.replace(
        "株洲电视台播出新闻。", "某某日报记者 孙小兰\n\n寅时(3~5点)\n\n市工信局印发《全市\n\n后勤服务\n\n供应方案》。"
    )
    entry = read(text, tables).entries[-1]
    assert entry.column == "后勤服务"
    assert entry.text == "市工信局印发《全市供应方案》。"
    assert {"joined", "displaced"} <= set(entry.flags)


def test_a_byline_opens_a_column_that_may_have_no_name(tables: Tables) -> None:
    text = PAGE.replace("宣传发布\n", "")
    assert {entry.column for entry in read(text, tables).entries} == {"指挥调度", None}


CHRONICLE = """前言

不算条目的话。

1月21日

我市成立专班，启动预案。

1月22日

株洲**全面停止**室内活动。

市卫健委公布**12个**发热门诊。

12月30日

我市首例患者出院。
"""


def test_a_chronicle_has_no_preface_among_its_entries(tables: Tables) -> None:
    reading = read(CHRONICLE, tables, covers=dt.date(2020, 1, 25))
    assert [entry.date for entry in reading.entries] == [
        dt.date(2020, 1, 21),
        dt.date(2020, 1, 22),
        dt.date(2020, 1, 22),
        dt.date(2019, 12, 30),
    ]


def test_the_year_of_a_chronicle_may_be_given_alone(tables: Tables) -> None:
    assert read(CHRONICLE, tables, year=2021).entries[0].date == dt.date(2021, 1, 21)
    assert read(CHRONICLE, tables).entries[0].date is None


def test_bold_marks_belong_to_the_span_and_not_to_the_text(tables: Tables) -> None:
    entry = read(CHRONICLE, tables, year=2020).entries[2]
    assert entry.text == "市卫健委公布12个发热门诊。"
    assert CHRONICLE[entry.start : entry.end] == "市卫健委公布**12个**发热门诊。"
    assert CHRONICLE[entry.figures[0].start : entry.figures[0].end] == "12个"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (PAGE, "day_page"),
        (CHRONICLE, "chronicle"),
        ("某市新增确诊病例2例，累计确诊病例9例，治愈出院3例。", "case_bulletin"),
        ("今日召开新闻发布会，介绍情况。", "press"),
        ("全市检查门店12家。", "work_bulletin"),
        ("各单位要高度重视。", "other"),
    ],
)
def test_the_kind_is_guessed(text: str, kind: str, tables: Tables) -> None:
    assert guess(text, lines(text, tables.layout)) == kind


def test_a_headline_proposes_nothing(tables: Tables) -> None:
    reading = read("某市新增确诊病例2例\n\n某市新增确诊病例2例。", tables)
    assert len(reading.figures) == 1
    assert reading.blocks[0].kind in ("headline", "title")


def test_no_text_no_entries(tables: Tables) -> None:
    assert read("\n \n", tables).flags == ("empty",)


def test_lines_without_stops_lose_no_figure(tables: Tables) -> None:
    reading = read("检查车辆12台次\n劝返3人\n登记40人次\n", tables)
    assert [figure.value for figure in reading.figures] == [12, 3, 40]


def test_lines_with_labels_are_paragraphs_of_their_own(tables: Tables) -> None:
    entries = read("标题\n\n确诊: 69例\n治愈: 3例\n死亡: 0\n", tables).entries
    assert [[int(figure.value) for figure in entry.figures] for entry in entries] == [[69], [3], [0]]
