"""Official documents as PDF: the measures of GB/T 9704-2012 hold in each form, and a changed measure is found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from shichen.documents.official import measured
from shichen.documents.official.checking import check_pdf, faces_used
from shichen.documents.official.measures import BOTTOM, CELL, LINES, RIGHT, near, text_lines
from shichen.documents.official.paper import Closing, Imprint, Number
from shichen.documents.official.pdf import official_job
from shichen.documents.official.reading import attachments, body
from shichen.documents.typesetting import typeset
from tests.documents.made import flat, squeezed
from tests.documents.official.made import DAY, OFFICE, broken, faults, full, letter, minutes, notice, order, pdf_of

LONG = "各卡口每班交接时核对登记数与放行数，二者不符的当班查明，查不明的写入交接记录并报告值班负责人。" * 3
FORMS = {"notice": notice, "order": order, "letter": letter, "minutes": minutes, "full": full}


@pytest.mark.parametrize("form", FORMS)
def test_every_rule_holds_in_every_form(form: str) -> None:
    assert faults(FORMS[form]()) == []


def test_twelve_pages_are_22_lines_of_28_characters_with_numbers_right_and_left() -> None:
    paper = notice("\n".join(f"{LONG}" for _ in range(40)))
    pdf = pdf_of(paper)
    pages = measured.pages(pdf)
    assert len(pages) >= 11
    assert faults(paper, pdf) == []
    assert all(len(text_lines(page)) in (LINES - 1, LINES) for page in pages[1:-2])
    assert any(len(text_lines(page)) == LINES for page in pages)
    plain = measured.pages(pdf_of(notice("时" * 400)))
    assert {len(line.chars) for line in text_lines(plain[0]) if set(line.text) == {"时"}} >= {28}


@pytest.mark.parametrize("lines", range(4, 24))
def test_however_long_the_body_is_imprint_and_date_find_their_place(lines: int) -> None:
    """At one of these lengths the imprint no longer fits beside the text and has a page alone."""
    paper = notice("\n".join(f"第{n}件事已经办完。" for n in range(lines)))
    assert faults(paper) == []


def test_an_imprint_that_does_not_fit_stands_at_the_foot_of_a_page_of_its_own() -> None:
    for lines in range(6, 30):
        paper = notice("\n".join(f"第{n}件事已经办完。" for n in range(lines)), closing=Closing.UNSEALED)
        last = measured.pages(pdf_of(paper))[-1]
        if not text_lines(last):
            assert near(max((rule.box.top + rule.box.bottom) / 2 for rule in last.rules), BOTTOM, 0.4)
            return
    pytest.fail("no length put the imprint on a page alone")


def test_one_long_paragraph_that_leaves_the_date_alone_is_reported() -> None:
    """All the text cannot go with the date: the first page must show some of it."""
    found = {one.faults for lines in range(6, 12) for one in faults(notice("时" * (28 * lines)))}
    assert found == {("第2面只有落款，没有正文",)}


@pytest.mark.parametrize("lines", range(7, 12))
def test_a_heading_is_not_the_last_line_of_a_page(lines: int) -> None:
    """Of these lengths some would end the first page with it."""
    before = "\n".join(f"第{n}件事已经办完。" for n in range(lines))
    first = measured.pages(pdf_of(notice(f"{before}\n一、怎么报\n各地照办。\n{LONG}")))[0]
    assert text_lines(first)[-1].text != "一、怎么报"


def test_one_line_is_a_document() -> None:
    assert faults(notice("照办。", imprint=Imprint())) == []


@pytest.mark.parametrize("closing", [Closing.SEALED, Closing.UNSEALED])
@pytest.mark.parametrize("issuer", ["市府", OFFICE, "株洲市新型冠状病毒感染的肺炎疫情防控工作领导小组办公室"])
def test_short_and_long_issuers_end_where_they_should(closing: Closing, issuer: str) -> None:
    assert faults(notice(issuer=issuer, closing=closing)) == []


def test_a_long_issuer_is_narrowed_into_the_width() -> None:
    name = "株洲市新型冠状病毒感染的肺炎疫情防控工作领导小组办公室"
    page = measured.pages(pdf_of(notice(issuer=name)))[0]
    red = [line for line in page.lines if line.chars[0].red]
    assert len(red) == 1
    assert red[0].ink.width <= 156
    char = red[0].chars[0].ink
    assert (char.right - char.left) < 0.8 * (char.bottom - char.top)


def test_an_upward_document_has_number_left_and_approver_right() -> None:
    paper = notice(approver="某某某")
    assert faults(paper) == []
    line = next(one for one in measured.pages(pdf_of(paper))[0].lines if "签发人：某某某" in one.text)
    assert near(line.ink.right, RIGHT - CELL, 1.0)


def test_attachments_stand_on_pages_of_their_own_and_the_imprint_after_them() -> None:
    pages = [squeezed("".join(line.text for line in page.lines)) for page in measured.pages(pdf_of(full()))]
    first, second = (next(n for n, text in enumerate(pages) if text.startswith(f"附件{k}")) for k in (1, 2))
    assert 0 < first < second == len(pages) - 1
    assert "抄送" in pages[-1]
    assert "抄送" not in "".join(pages[:-1])


@pytest.mark.parametrize(
    ("form", "lines", "title"), [("notice", 7, 1), ("notice", 3, 4), ("letter", 12, 1), ("letter", 8, 4)]
)
def test_under_as_many_addressees_as_are_allowed_the_first_page_shows_text(form: str, lines: int, title: int) -> None:
    given = {"title": "\n".join(["关于报数的事"] * title), "addressees": "甲" * (28 * lines - 1)}
    assert faults(FORMS[form](**given)) == []


@pytest.mark.parametrize("lines", range(5, 12))
def test_a_document_with_attachments_is_signed_beside_some_of_its_text(lines: int) -> None:
    text = "\n".join(f"第{n}件事已经办完。" for n in range(lines))
    assert faults(notice(text, attachments=attachments("附件：名单\n甲\n附件：报数表\n乙"))) == []


def test_a_row_of_a_table_is_not_parted_between_two_pages() -> None:
    table = "|卡口|备注|\n" + "\n".join(f"|第{n}卡口|{'夜间由两班轮换值守' * (n % 5)}始{n}终|" for n in range(60))
    pages = [squeezed("".join(line.text for line in page.lines)) for page in measured.pages(pdf_of(notice(table)))]
    told = [sum(f"第{n}卡口" in page and f"始{n}终" in page for page in pages) for n in range(60)]
    assert told == [1] * 60


def test_where_a_seal_goes_is_marked_and_no_seal_is_drawn() -> None:
    text = flat(pdf_of(notice()))
    assert "此处加盖印章" in text
    assert "签名章处" in flat(pdf_of(order()))
    assert "盖" not in flat(pdf_of(notice(closing=Closing.UNSEALED)))


def test_a_draft_says_that_it_has_no_number_yet() -> None:
    found = faults(notice(number=Number(0, "株防办发", 2020)))
    assert [one.faults for one in found] == [("还没有编号：签发时才给号",)]


def test_markup_prints_as_the_characters_that_it_is() -> None:
    hostile = '#read("/etc/passwd") *粗* $x$ <b>甲</b> #panic()'
    text = flat(pdf_of(notice(f"{hostile}\n|#emoji|*b*|\n|$1$|@c|", title="*题*", addressees="#各县")))
    for one in (hostile, "*题*", "#各县", "#emoji", "$1$"):
        assert squeezed(one) in text


def test_rare_characters_of_place_names_print_in_a_face_that_has_them() -> None:
    paper = notice("董家塅街道、洣水镇、姞家冲、尙家坝、梽木山、槚山。")
    assert "董家塅街道、洣水镇、姞家冲、尙家坝、梽木山、槚山。" in flat(pdf_of(paper))
    assert all(faces_used(pdf_of(paper)))


def test_the_same_document_is_the_same_bytes() -> None:
    assert pdf_of(notice()) == pdf_of(notice())
    assert typeset(official_job(notice())) == typeset(official_job(notice()))


BROKEN = (
    ("left: 28mm, right: 26mm", "left: 25mm, right: 29mm", "5.2.1"),
    ("clearance: leading, imprint", "clearance: leading, dy: -20mm, imprint", "7.4"),
    ("footer: numbered", "footer: [多余的字]", "5.2.1"),
    ("top: 37mm", "top: 40mm", "7.2.4 10.1–10.3"),
    ("pitch = 225mm / 22", "pitch = 225mm / 24", "5.2.3"),
    ("tracking = 0.043pt", "tracking = 0.6pt", "5.2.3"),
    ("width: 210mm", "width: 216mm", "5.1"),
    ('rgb("#e60012")', 'rgb("#222222")', "7.2.4 10.1–10.3"),
    ("footer-descent: 7mm", "footer-descent: 9mm", "7.5"),
    ("if calc.odd", "if calc.even", "7.5"),
    ("body-size + 4mm", "body-size + 6mm", "7.2.7 10.1"),
    ("below-mark(35mm", "below-mark(31mm", "7.2.4 10.1–10.3"),
    ("from-right = if inset > 0pt { 4 * cell }", "from-right = if inset > 0pt { 2 * cell }", "7.3.5"),
    ("place(bottom, float: true, clearance: leading, imprint)", "imprint", "7.4"),
    ("title-size = 22pt", "title-size = 18pt", "7.3.1"),
)


@pytest.mark.parametrize(("was", "now", "clause"), BROKEN)
def test_a_changed_measure_is_found(
    was: str, now: str, clause: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken(monkeypatch, tmp_path, was, now)
    assert clause in {one.clause for one in faults(notice(issuer="株洲市指挥部"))}


LETTER_BROKEN = (
    ("30mm - 37mm", "34mm - 37mm", "7.2.4 10.1–10.3"),
    ("width: 170mm", "width: 150mm", "7.2.7 10.1"),
    ("297mm - 20mm", "297mm - 25mm", "7.2.7 10.1"),
    ("tall + 4mm", "tall + 8mm", "7.2.7 10.1"),
    ("if not (letter and page-number == 1)", "if true", "7.5"),
)


@pytest.mark.parametrize(("was", "now", "clause"), LETTER_BROKEN)
def test_a_changed_measure_of_a_letter_is_found(
    was: str, now: str, clause: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken(monkeypatch, tmp_path, was, now)
    assert clause in {one.clause for one in faults(letter())}


def test_a_text_that_was_not_printed_is_found() -> None:
    paper = notice()
    more = replace(paper, body=(*paper.body, *body("这一段没有印出来。")))
    assert "7.3.3" in {one.clause for one in check_pdf(more, pdf_of(paper)) if not one.holds}
    later = replace(paper, dated=DAY.replace(day=9))
    assert "7.3.5" in {one.clause for one in check_pdf(later, pdf_of(paper)) if not one.holds}
