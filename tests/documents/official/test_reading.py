"""A body as it is typed becomes paragraphs by level and tables; what the standard does not allow is refused by field."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shichen.documents.official.paper import (
    Attachment,
    Attendance,
    Classing,
    Closing,
    Imprint,
    Number,
    OfficialPaper,
    Paragraph,
    Table,
    written,
)
from shichen.documents.official.reading import attachments, attendance, body, stretches
from shichen.documents.official.rules import checked
from shichen.refusal import Refusal
from tests.documents.official.made import DAY, TABLE, letter, minutes, notice, order

LEVELS = (
    ("一、报什么", Paragraph("", 1, "一、报什么")),
    ("十二、怎么办。各地照办。", Paragraph("各地照办。", 1, "十二、怎么办。")),
    ("一、车辆一律登记。", Paragraph("一、车辆一律登记。", 1)),
    ("（一）都要报。分别填写。", Paragraph("分别填写。", 2, "（一）都要报。")),
    ("(二)都要报", Paragraph("", 2, "(二)都要报")),
    ("1.按日报。", Paragraph("1.按日报。", 3)),
    ("1.5万只口罩已到。", Paragraph("1.5万只口罩已到。")),
    ("（1）当天补。", Paragraph("（1）当天补。", 4)),
    ("一律不得迟报。", Paragraph("一律不得迟报。")),
    ("　　照办。　", Paragraph("照办。")),
)


@pytest.mark.parametrize(("line", "block"), LEVELS)
def test_a_line_is_of_the_level_of_its_marker(line: str, block: Paragraph) -> None:
    assert body(line) == (block,)


def test_a_table_stands_between_paragraphs_and_its_short_rows_are_filled() -> None:
    found = body(f"甲。\n\n{TABLE}\n|夜报|\n乙。")
    rows = (("时段", "截止"), ("早报", "7时30分"), ("晚报", "23时"), ("夜报", ""))
    assert found == (Paragraph("甲。"), Table(rows), Paragraph("乙。"))


@given(st.text(alphabet="一二、（）()1.。|-\n 甲　", max_size=60))
def test_no_character_of_a_text_is_lost(text: str) -> None:
    """Spaces and the bars of tables apart; a row of dashes under a heading says nothing."""
    blocks = body(text)
    kept = "".join(b.head + b.text if isinstance(b, Paragraph) else "".join(map("".join, b.rows)) for b in blocks)
    dropped = str.maketrans("", "", "| -\n　")
    assert kept.translate(dropped) == text.translate(dropped)


def test_numbers_and_dates_are_written_without_leading_zeros() -> None:
    assert Number(12, "株防办发", 2020).text == "株防办发〔2020〕12号"
    assert Number(3).text == "第3号"
    assert written(DAY) == "2020年2月2日"


REFUSED: tuple[tuple[OfficialPaper, str], ...] = (
    (notice(issuer=" "), "issuer"),
    (notice(issuer="长" * 51), "issuer"),
    (notice(issuer="长" * 29), "issuer"),
    (letter(approver="某某某"), "approver"),
    (notice(number=Number(-1, "株防办发", 2020)), "number"),
    (notice(number=Number(1, "株防办发", 20)), "number"),
    (notice(number=Number(1, "株防办〔2020〕", 2020)), "number"),
    (notice(number=Number(1)), "number"),
    (notice(classing=Classing("12")), "copy"),
    (notice(classing=Classing(secrecy="内部")), "secrecy"),
    (notice(classing=Classing(urgency="急")), "urgency"),
    (notice(title=""), "title"),
    (notice(title="关" * 21), "title"),
    (notice(addressees="各" * (28 * 9 + 1)), "addressees"),
    (notice(addressees="各" * (28 * 5 + 1), title="关于甲\n关于乙\n关于丙\n关于丁"), "addressees"),
    (notice(imprint=Imprint("各" * 561, "办公室", DAY)), "copies"),
    (notice(""), "body"),
    (notice("长" * 60_001), "body"),
    (notice("|" + "甲|" * 11), "body"),
    (notice(closing=Closing.SIGNED), "signer"),
    (notice(signer=("指挥长", "某某某")), "signer"),
    (order(closing=Closing.SEALED, signer=("", "")), "closing"),
    (minutes(closing=Closing.SEALED), "closing"),
    (notice(closing=Closing.NONE), "closing"),
    (notice(attendance=(Attendance("出席", "甲"),)), "attendance"),
    (notice(attachments=(Attachment(" "),)), "attachments"),
    (notice(imprint=Imprint("", "办公室")), "imprint"),
    (letter(imprint=Imprint("", "办公室", DAY)), "imprint"),
)


@pytest.mark.parametrize(("paper", "field"), REFUSED)
def test_what_the_standard_does_not_allow_is_refused_beside_its_field(paper: OfficialPaper, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        checked(paper)
    assert refused.value.field == field
    assert "GB/T 9704-2012" in refused.value.rule


@pytest.mark.parametrize("change", [{}, {"classing": Classing("000001", "秘密★6个月", "加急")}, {"approver": "某某某"}])
def test_what_it_allows_passes(change: dict[str, Any]) -> None:
    paper = replace(notice(), **change)
    assert checked(paper) is paper


def test_attachments_begin_with_their_names() -> None:
    found = attachments("附件1：每日报数表\n本表逐日填写。\n|时段|截止|\n|早报|7时|\n附件2：名单")
    assert [one.name for one in found] == ["每日报数表", "名单"]
    assert [len(one.body) for one in found] == [2, 0]
    assert attachments(" \n") == ()
    with pytest.raises(Refusal, match="附件：名称") as refused:
        attachments("先写了别的\n附件：名单")
    assert refused.value.field == "attachments"


def test_attendance_is_a_line_for_each_sort() -> None:
    assert [(one.label, one.people) for one in attendance("出席：甲组、乙组\n\n列席: 丙组")] == [
        ("出席", "甲组、乙组"),
        ("列席", "丙组"),
    ]
    with pytest.raises(Refusal, match="出席、请假") as refused:
        attendance("甲组和乙组都来了")
    assert refused.value.field == "attendance"


def test_a_page_shows_the_text_as_typed_and_its_tables_as_tables() -> None:
    text = "一、报什么\n\n　|时段|截止|\n|---|---|\n|早报|7时30分|\n　　照办。"
    assert list(stretches(text)) == ["一、报什么\n", Table((("时段", "截止"), ("早报", "7时30分"))), "　　照办。"]
    assert list(stretches("没有表。")) == ["没有表。"]
