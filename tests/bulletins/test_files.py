"""来稿是文件：Word、网页、邮件。读出的文字连同表格进复核，原件一字不改地留存。"""

from __future__ import annotations

import io
import uuid
from typing import Any

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shichen.bulletins import services
from shichen.bulletins.models import Bulletin, Proposal
from shichen.indicators.models import Statement
from shichen.intake import texts
from shichen.intake.models import Envelope
from shichen.letters import opening
from tests.conftest import Cast
from tests.intake.doors import signed_in

pytestmark = pytest.mark.django_db
HTML = "<h1>情况</h1><p>交通组检查车辆12台次，联系电话13812345678。</p><table><tr><th>地区</th><th>新增确诊病例（例）</th></tr><tr><td>天元区</td><td>3</td></tr></table>"


@pytest.fixture
def office(cast: Cast) -> Client:
    return signed_in(cast, "office")


def sent(client: Client, name: str, data: bytes) -> Any:
    given = {"number": str(uuid.uuid4()), "text": "", "covers": "2020-02-02", "kind": "", "unit": "office"}
    return client.post("/bulletins/new/", {**given, "file": SimpleUploadedFile(name, data)})


def word() -> bytes:
    made = docx.Document()
    made.add_paragraph("交通组检查车辆12台次。")
    table = made.add_table(rows=2, cols=2)
    for row, cells in enumerate((("地区", "新增确诊病例（例）"), ("天元区", "3"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


@pytest.mark.parametrize(("name", "data"), [("通报.docx", word()), ("通报.html", HTML.encode())])
def test_paragraphs_and_tables_are_proposed(office: Client, name: str, data: bytes) -> None:
    assert sent(office, name, data).status_code == 302
    made = Bulletin.objects.get()
    assert [(one.raw, one.unit) for one in Proposal.objects.order_by("start")] == [("12台次", "台次"), ("3", "例")]
    text = services.raw_text(made)
    assert all(text[one.start : one.end] == one.raw for one in Proposal.objects.all())
    assert texts.open_body(made.envelope) == data
    assert made.envelope.media_type in texts.FILES


def test_the_words_are_sealed_and_shown_masked(office: Client) -> None:
    answer = sent(office, "通报.html", HTML.encode())
    envelope = Envelope.objects.get()
    assert envelope.words is not None
    assert "检查".encode() not in bytes(envelope.words)
    page = office.get(answer["Location"]).content.decode()
    assert "138****5678" in page
    assert "13812345678" not in page


def test_what_was_read_stays_whatever_a_later_version_would_read(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent(office, "通报.docx", word())
    before = services.raw_text(Bulletin.objects.get())
    monkeypatch.setattr(opening, "opened", lambda data, sort: opening.Letter("另一种读法", sort))
    assert services.raw_text(Bulletin.objects.get()) == before


def test_a_number_of_a_table_becomes_a_stated_figure_with_its_row(office: Client) -> None:
    answer = sent(office, "通报.docx", word())
    made = Bulletin.objects.get()
    for entry in made.entries.order_by("ordinal"):
        given = {
            "version": str(entry.version),
            "column": "一线阻击",
            "slot": "午",
            "on": "2020-02-02",
            "topic": "traffic",
        }
        assert office.post(f"{answer['Location'].split('?')[0]}entries/{entry.pk}/accept/", given).status_code == 302
    stated = Statement.objects.get(raw="3")
    assert stated.unit == "例"
    figure = office.get(f"/figures/{stated.figure.pk}/").content.decode()
    assert "天元区" in figure


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("通报.pdf", b"%PDF-1.4", "图片或版式"),
        ("通报.docx", b"no archive", "内容却不是"),
        ("通报.doc", b"\xd0\xcf\x11\xe0", "另存为 .docx"),
        ("表.xlsx", b"PK", "导入表格"),
    ],
)
def test_what_cannot_be_read_is_refused_at_the_door_with_what_to_do(
    office: Client, name: str, data: bytes, said: str
) -> None:
    answer = sent(office, name, data)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Envelope.objects.exists()


def test_mail_says_which_attachments_were_not_read(office: Client) -> None:
    from email.message import EmailMessage

    mail = EmailMessage()
    mail["Subject"], mail["From"] = "情况", "a@example.org"
    mail.set_content("交通组检查车辆12台次。\n")
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="照片3张.png")
    assert sent(office, "情况.eml", mail.as_bytes()).status_code == 302
    assert "附件：照片3张.png（未读）" in services.raw_text(Bulletin.objects.get())
    assert [one.raw for one in Proposal.objects.all()] == ["12台次"]
