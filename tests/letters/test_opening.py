"""Letters as they come: Word, HTML, e-mail; what is hidden, hostile, or no letter at all."""

from __future__ import annotations

import io
import zipfile
from email.message import EmailMessage

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shichen.letters import opening
from shichen.letters.opening import SORTS, opened, sort_of
from shichen.refusal import Refusal

DOCX, HTML, EML = SORTS[".docx"], SORTS[".html"], SORTS[".eml"]


def word(build: docx.document.Document) -> bytes:
    file = io.BytesIO()
    build.save(file)
    return file.getvalue()


def archive(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return file.getvalue()


def body(inner: str) -> bytes:
    return (
        '<?xml version="1.0"?><w:document xmlns:w="http://w" xmlns:mc="http://mc"><w:body>'
        + inner
        + "</w:body></w:document>"
    ).encode()


class TestWord:
    def test_paragraphs_and_tables_in_the_order_of_the_page(self) -> None:
        made = docx.Document()
        made.add_paragraph("交通组检查车辆12台次。")
        table = made.add_table(rows=2, cols=2)
        for row, cells in enumerate((("地区", "确诊"), ("天元区", "3"))):
            for column, text in enumerate(cells):
                table.cell(row, column).text = text
        made.add_paragraph("其他正常。")
        text = opened(word(made), DOCX).text
        assert text == "交通组检查车辆12台次。\n\n地区\t确诊\n天元区\t3\n\n其他正常。\n"

    def test_merged_cells_say_their_words_in_each_row(self) -> None:
        made = docx.Document()
        table = made.add_table(rows=3, cols=3)
        for row, cells in enumerate((("地区", "病例", ""), ("天元区", "新增", "3"), ("", "累计", "7"))):
            for column, text in enumerate(cells):
                table.cell(row, column).text = text
        table.cell(0, 1).merge(table.cell(0, 2))
        table.cell(1, 0).merge(table.cell(2, 0))
        rows = [line.split("\t") for line in opened(word(made), DOCX).text.splitlines() if line]
        assert [len(row) for row in rows] == [3, 3, 3]
        assert [row[0] for row in rows] == ["地区", "天元区", "天元区"]

    def test_a_line_break_ends_a_line(self) -> None:
        made = docx.Document()
        made.add_paragraph("第一行\n第二行")
        assert opened(word(made), DOCX).text == "第一行\n第二行\n"

    def test_what_was_deleted_or_drawn_twice_is_not_read(self) -> None:
        content = body(
            "<w:p><w:r><w:t>检查</w:t></w:r><w:del><w:r><w:t>9</w:t></w:r></w:del><w:ins><w:r><w:t>12</w:t></w:r></w:ins>"
            "<mc:Fallback><w:t>12</w:t></mc:Fallback><w:r><w:t>家</w:t></w:r></w:p>"
        )
        assert opened(archive({"word/document.xml": content}), DOCX).text == "检查12家\n"

    @pytest.mark.parametrize(
        ("data", "said"),
        [
            (b"plain words", "内容却不是"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "密码"),
            (b"PK\x03\x04 and nothing", "损坏"),
            (archive({"xl/workbook.xml": b"<a/>"}), "没有正文"),
            (archive({"word/document.xml": b"<w:p><w:t>"}), "损坏"),
            (archive({"word/document.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "DTD"),
            (archive({"word/document.xml": b" " * 2_000_000}), "压缩比"),
            (archive({"../evil.xml": b"<a/>", "word/document.xml": b"<a/>"}), "名称不正常"),
        ],
    )
    def test_what_is_no_document_is_refused_with_what_to_do(self, data: bytes, said: str) -> None:
        with pytest.raises(Refusal) as refused:
            opened(data, DOCX)
        assert said in refused.value.sentence

    def test_a_document_too_long_to_read(self) -> None:
        inner = "".join(f"<w:p><w:t>{number}号点检查车辆</w:t></w:p>" for number in range(40_000))
        with pytest.raises(Refusal, match="上限"):
            opened(archive({"word/document.xml": body(inner)}), DOCX)


class TestPages:
    def test_one_block_a_line(self) -> None:
        page = "<html><head><title>通报</title><style>p{}</style></head><body><p>新增\n 3例。</p><div>出院<b>2</b>例。<br>共5例。</div></body>"
        assert opened(page.encode(), HTML).text == "通报\n新增 3例。\n出院2例。\n共5例。\n"

    def test_tables_keep_their_rows(self) -> None:
        page = (
            "<p>见表：</p><table><tr><th rowspan=2>地区</th><th colspan=2>病例</th></tr><tr><td>新增</td><td>累计</td></tr>"
            "<tr><td>天元区</td><td>1</td><td>7</td></tr></table>"
        )
        assert opened(page.encode(), HTML).text == "见表：\n\n地区\t病例\t\n地区\t新增\t累计\n天元区\t1\t7\n"

    def test_scripts_and_hidden_words_are_passed_over(self) -> None:
        page = "<p>新增3例</p><script>document.write('新增9例')</script><p hidden>新增8例</p><p>完</p>"
        assert opened(page.encode(), HTML).text == "新增3例\n完\n"

    def test_in_gb18030_too(self) -> None:
        assert opened("<p>董家塅</p>".encode("gb18030"), HTML).text == "董家塅\n"

    @given(st.text(alphabet="<>/ap tdrblescriptv\"'=&;1中 \n-!", max_size=300))
    def test_any_markup_is_some_text(self, page: str) -> None:
        text = opened(page.encode(), HTML).text
        assert text.endswith("\n")
        assert opened(page.encode(), HTML).text == text

    def test_a_thousand_open_tables_do_not_hang(self) -> None:
        assert opened(b"<table><tr><td>" * 60_000 + b"1", HTML).text


class TestMail:
    def message(self, *, rich: str = "", plain: str = "新增3例。\n") -> EmailMessage:
        made = EmailMessage()
        made["Subject"], made["From"], made["To"] = "2月2日情况", "a@example.org", "b@example.org"
        made.set_content(plain)
        if rich:
            made.add_alternative(rich, subtype="html")
        return made

    def test_subject_and_body(self) -> None:
        assert opened(self.message().as_bytes(), EML).text == "2月2日情况\n\n新增3例。\n"

    def test_a_page_with_a_table_is_read_before_the_plain_words_beside_it(self) -> None:
        rich = "<table><tr><td>地区</td><td>确诊</td></tr><tr><td>天元区</td><td>3</td></tr></table>"
        assert "天元区\t3" in opened(self.message(rich=rich).as_bytes(), EML).text

    def test_attachments_that_are_letters_follow_and_the_others_are_named(self) -> None:
        made = self.message()
        document = docx.Document()
        document.add_paragraph("检查车辆12台次。")
        made.add_attachment(word(document), maintype="application", subtype="octet-stream", filename="通报.docx")
        made.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="照片.png")
        letter = opened(made.as_bytes(), EML)
        assert letter.text.endswith("附件：通报.docx\n\n检查车辆12台次。\n\n附件：照片.png（未读）\n")

    def test_what_is_no_mail(self) -> None:
        with pytest.raises(Refusal, match="不是邮件"):
            opened("检查车辆12台次。".encode(), EML)

    def test_mail_in_gbk_whatever_it_says(self) -> None:
        head = "Subject: a\nMIME-Version: 1.0\nContent-Type: text/plain; charset=gb2312\nContent-Transfer-Encoding: 8bit\n\n"
        assert opened(head.encode() + "洣水镇\n".encode("gbk"), EML).text == "a\n\n洣水镇\n"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a.pdf", "图片或版式"),
        ("照片.JPG", "图片或版式"),
        ("a.doc", "另存为 .docx"),
        ("a.xlsx", "导入表格"),
        ("a.exe", "不认识"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(name: str, said: str) -> None:
    with pytest.raises(Refusal) as refused:
        sort_of(name)
    assert said in refused.value.sentence


def test_names_tell_the_sort() -> None:
    assert [sort_of(name) for name in ("a.TXT", "a", "a.docx", "a.htm", "a.eml")] == [
        opening.PLAIN,
        opening.PLAIN,
        DOCX,
        HTML,
        EML,
    ]


def test_a_document_called_text_is_not_read_as_text() -> None:
    with pytest.raises(Refusal, match="内容却是"):
        opened(b"PK\x03\x04" + b"a" * 100)


def test_plain_text_stays_as_it_is() -> None:
    assert opened("一\r\n二\r\n".encode()).text == "一\r\n二\r\n"
