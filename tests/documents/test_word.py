"""The chronicle for Word: headings, events, the curve as picture and table, faces for both scripts, the same bytes again."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

import docx
from docx.oxml.ns import qn

from shichen.documents.paper import Amendment, Run
from shichen.documents.pictures import picture_job
from shichen.documents.typesetting import typeset
from shichen.documents.word import chronicle_docx
from tests.documents.made import SVG, chronicle, date, foot, said

AT = datetime(2020, 2, 20, 0, 0, tzinfo=UTC)
PICTURE = typeset(picture_job(SVG, millimetres=40))


def opened(**more: Any) -> Any:
    return docx.Document(io.BytesIO(chronicle_docx(chronicle(**more), PICTURE, at=AT)))


def texts(paper: Any, style: str) -> list[str]:
    return [line.text for line in paper.paragraphs if line.style.name == style]


def test_a_heading_for_each_date_and_a_line_for_each_event() -> None:
    paper = opened(dates=(date(said("甲。"), said("乙。", note="数据截至2月1日24时")), date(said("丙。"), day="3")))
    assert texts(paper, "Heading 2") == ["2月2日　星期日", "2月3日　星期日"]
    assert texts(paper, "List Bullet") == ["甲。", "乙。 （数据截至2月1日24时）", "丙。"]
    assert texts(paper, "Title") == ["大事记"]


def test_the_key_phrase_is_bold_and_a_correction_raised_behind_its_figure() -> None:
    figure = Run("113条", figure=True, computed=True, amended=4, tail="；")
    paper = opened(dates=(date(said(Run("首例", strong=True), "患者，报道", figure, "完。")),))
    (line,) = (line for line in paper.paragraphs if line.style.name == "List Bullet")
    assert [run.text for run in line.runs if run.bold] == ["首例"]
    assert [run.text for run in line.runs if run.font.superscript] == ["实更4"]
    assert line.text == "首例患者，报道113条实更4；完。"


def test_the_curve_is_a_picture_with_words_for_it_and_a_table_with_its_numbers() -> None:
    paper = opened()
    (shape,) = paper.inline_shapes
    assert shape._inline.docPr.get("descr") == "新增确诊病例：合计3例"
    (table,) = paper.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["日期", "新增"],
        ["2月1日", "3"],
        ["2月2日", "0"],
    ]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None


def test_every_style_names_its_faces_for_both_scripts() -> None:
    paper = opened()
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "List Bullet"):
        fonts = paper.styles[name].element.rPr.find(qn("w:rFonts"))
        assert {fonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "cs")} == {"Times New Roman"}
        assert fonts.get(qn("w:eastAsia")) in ("宋体", "黑体")
        assert not [key for key in fonts.attrib if "Theme" in key]


def test_the_document_says_what_it_is() -> None:
    about = opened(foot=foot(live=True)).core_properties
    assert (about.title, about.author, about.subject) == ("试版", "株洲市", "株洲市 · 新冠肺炎疫情")
    assert about.created == AT
    assert about.language == "zh-CN"
    assert about.content_status == "未定版"
    assert opened().core_properties.content_status == ""


def test_paper_and_page_numbers() -> None:
    (section,) = opened().sections
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    fields = [field.get(qn("w:instr")) for field in section.footer._element.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]


def test_rules_corrections_and_foot_stand_at_the_end() -> None:
    one = Amendment(4, "113条", "112条", "重复计入", "2月6日", "2月2日")
    lines = [line.text for line in opened(amendments=(one,)).paragraphs]
    assert "更正第4号（2月6日）　2月2日　原为113条，现为112条；重复计入" in lines
    assert lines[-3:] == ["按发布日立条。", "第1版", "链头 309-748bae0bbf5e4870"]


def test_controls_and_marks_of_direction_do_not_break_the_file() -> None:
    paper = opened(dates=(date(said("甲\x00\x0b乙\u202e123\ud800<&>")),))
    assert texts(paper, "List Bullet") == ["甲乙123\ufffd<&>"]


def test_the_same_chronicle_is_the_same_file() -> None:
    first = chronicle_docx(chronicle(), PICTURE, at=AT)
    assert first == chronicle_docx(chronicle(), PICTURE, at=AT)
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert archive.namelist()[0] == "[Content_Types].xml"
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
