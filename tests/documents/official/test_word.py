"""Official documents as .docx: what the file says of page, grid, faces and places, and that a changed part is found."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import docx
import pytest

from shichen.documents.official.checking import check_docx
from shichen.documents.official.paper import Closing, Imprint, Number
from shichen.documents.official.word import official_docx
from shichen.documents.official.word_head import lettering
from shichen.refusal import Refusal
from tests.documents.official.made import OFFICE, TABLE, full, letter, minutes, notice, order

FORMS = {"notice": notice, "order": order, "letter": letter, "minutes": minutes, "full": full}


def lacking(paper: object, file: bytes) -> set[str]:
    return {one.clause for one in check_docx(paper, file) if not one.holds}  # type: ignore[arg-type]


def changed(file: bytes, part: str, was: str, now: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            text = source.read(name)
            if name == f"word/{part}":
                assert was.encode() in text
                text = text.replace(was.encode(), now.encode())
            target.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize("form", FORMS)
def test_every_rule_holds_in_every_form(form: str) -> None:
    paper = FORMS[form]()
    assert lacking(paper, official_docx(paper)) == set()


@pytest.mark.parametrize("closing", [Closing.SEALED, Closing.UNSEALED])
@pytest.mark.parametrize("issuer", ["市府", "株洲市新型冠状病毒感染的肺炎疫情防控工作领导小组办公室"])
def test_issuers_of_every_length_find_their_place(closing: Closing, issuer: str) -> None:
    paper = notice(issuer=issuer, closing=closing, approver="某某某")
    assert lacking(paper, official_docx(paper)) == set()


@pytest.mark.parametrize("length", range(2, 51))
def test_the_mark_is_never_wider_than_the_type_area(length: int) -> None:
    size, narrowed = lettering("字" * length)
    assert length * size * narrowed / 100 <= 156 / 25.4 * 72
    assert 55 <= narrowed <= 100


BROKEN = (
    ("document.xml", 'w:left="1587"', 'w:left="1800"', "5.1 5.2.1"),
    ("document.xml", 'w:linePitch="579"', 'w:linePitch="312"', "5.2.3"),
    ("styles.xml", 'w:line="579"', 'w:line="560"', "5.2.3"),
    ("styles.xml", '<w:spacing w:val="-5"/>', '<w:spacing w:val="5"/>', "5.2.3"),
    ("styles.xml", '<w:autoSpaceDE w:val="0"/>', "", "5.2.3"),
    ("styles.xml", 'w:eastAsia="仿宋"', 'w:eastAsia="宋体"', "5.2.2"),
    ("document.xml", 'w:ascii="黑体"', 'w:ascii="Arial"', "5.2.2"),
    ("document.xml", '<w:color w:val="E60012"/>', '<w:color w:val="FF0000"/>', "7.2.4"),
    ("document.xml", "株防办发〔2020〕12号", "株防办发[2020]12号", "7.2.5 7.2.7"),
    ("document.xml", "当天没有新增的填0", "当天没有新增的不填", "7.3.3"),
    ("document.xml", 'w:firstLineChars="200"', 'w:firstLineChars="0"', "7.3.3"),
    ("document.xml", 'w:tblpYSpec="bottom"', 'w:tblpYSpec="top"', "7.4"),
    ("document.xml", 'w:tblpX="1588"', 'w:tblpX="0"', "7.4"),
    ("document.xml", 'w:insideH w:val="single" w:sz="6"', 'w:insideH w:val="single" w:sz="24"', "7.4"),
    ("document.xml", 'w:footer="1307"', 'w:footer="720"', "7.5"),
    ("settings.xml", "evenAndOddHeaders", "mirrorMargins", "7.5"),
)


@pytest.mark.parametrize(("part", "was", "now", "clause"), BROKEN)
def test_a_changed_part_is_found(part: str, was: str, now: str, clause: str) -> None:
    file = official_docx(notice())
    assert clause in lacking(notice(), changed(file, part, was, now))


def test_an_order_has_no_red_rule_and_a_letter_two_pairs() -> None:
    assert "7.2.5 7.2.7" in lacking(replace(notice(), kind=order().kind), official_docx(notice()))
    assert "7.2.5 7.2.7" in lacking(letter(), official_docx(notice(title="关", number=Number(7, "株防函", 2020))))


def test_it_opens_again_and_says_the_same() -> None:
    lines = [line.text for line in docx.Document(io.BytesIO(official_docx(full()))).paragraphs]
    for text in ("株防办发〔2020〕12号", "附件1", "附件2", "（联系人：值班室）", "（此处加盖印章）", "秘密★1年"):
        assert text in lines
    assert "附件：1.每日报数表" in lines


def test_rows_and_headings_and_the_signature_are_not_parted() -> None:
    document = docx.Document(io.BytesIO(official_docx(notice(f"一、怎么报\n照办。\n{TABLE}\n按时。"))))
    kept = [line.text for line in document.paragraphs if line.paragraph_format.keep_with_next]
    assert kept[:2] == ["一、怎么报", "按时。"]
    assert kept[-1] == OFFICE
    rows = [row._tr.trPr for row in document.tables[0].rows]
    assert [[one.tag.partition("}")[2] for one in row] for row in rows] == [
        ["cantSplit", "tblHeader"],
        ["cantSplit"],
        ["cantSplit"],
    ]


def test_the_imprint_is_its_last_table_and_a_letter_has_no_printer() -> None:
    tables = docx.Document(io.BytesIO(official_docx(notice()))).tables
    assert [cell.text for cell in tables[-1].rows[-1].cells][-1] == "2020年2月2日印发"
    paper = letter(imprint=Imprint("市交通运输局"))
    assert lacking(paper, official_docx(paper)) == set()


def test_markup_and_controls_are_text() -> None:
    paper = notice("<w:p/> & \x00\x0b甲\u202e乙 #panic()")
    assert lacking(paper, official_docx(paper)) == set()


def test_the_same_document_is_the_same_bytes() -> None:
    assert official_docx(full()) == official_docx(full())


def test_what_the_standard_does_not_allow_makes_no_file() -> None:
    with pytest.raises(Refusal, match="没有填"):
        official_docx(notice(title=""))
