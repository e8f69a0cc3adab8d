"""What a duty officer does at the log besides writing: pins, next updates, files beside a note, handing the watch over."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client

from shichen.audit.models import Trail
from shichen.board import sightings
from shichen.board.models import Handover, Reading
from shichen.city import services as accounts
from shichen.city.models import Account
from shichen.city.queries import the_city, the_event
from shichen.intake.models import Envelope
from shichen.journal.models import Entry, Mark
from tests.board.conftest import AT, DAY, entry, signed_in
from tests.conftest import LONG_AGO, Cast
from tests.made import body

PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def person(name: str, role: str, unit: str) -> Account:
    system = accounts.system()
    account = accounts.open_account(name, name, by=system)
    accounts.grant(
        account, role, unit=body(unit), area=the_city(), event=the_event(), starts_at=LONG_AGO, reason="test", by=system
    )
    return account


def written(client: Client, text: str, **more: Any) -> Entry:
    answer = client.post("/log/write/", {"text": text, **more})
    assert answer.status_code == 302, answer.content.decode()[-4000:]
    return Entry.objects.get(text=text)


def office(cast: Cast) -> Client:
    return signed_in(cast.office)


class TestPins:
    def test_a_pinned_entry_stands_on_top_with_who_and_when_until_it_is_taken_down(self, afternoon: Cast) -> None:
        client, old = office(afternoon), Entry.objects.get(text="办公室部署值守。")
        assert client.post(f"/log/{old.id}/pin/").status_code == 302
        page = client.get("/log/").content.decode()
        top = page.index('class="panel pinned"')
        assert top < page.index("办公室部署值守。") < page.index("watch-head")
        assert "15:58置顶" in page
        assert client.post(f"/log/{old.id}/pin/").status_code == 409
        assert client.post(f"/log/{old.id}/pin/", {"act": "unpin"}).status_code == 302
        assert 'class="panel pinned"' not in client.get("/log/").content.decode()
        assert client.post(f"/log/{old.id}/pin/").status_code == 302
        assert 'class="panel pinned"' in client.get("/log/").content.decode()

    def test_it_stands_on_the_first_page_of_the_whole_log_alone(self, afternoon: Cast) -> None:
        client, old = office(afternoon), Entry.objects.get(text="办公室部署值守。")
        client.post(f"/log/{old.id}/pin/")
        assert 'class="panel pinned"' not in client.get("/log/?q=部署").content.decode()
        assert client.get("/log.json?only=pinned").json()["entries"][0]["id"] == str(old.id)

    def test_one_of_another_unit_is_neither_shown_nor_pinned(self, afternoon: Cast) -> None:
        old = Entry.objects.get(text="卡点换班。")
        office(afternoon).post(f"/log/{old.id}/pin/")
        assert 'class="panel pinned"' not in signed_in(afternoon.traffic).get("/log/").content.decode()
        assert signed_in(afternoon.traffic).post(f"/log/{old.id}/pin/", {"act": "unpin"}).status_code == 404

    def test_a_struck_entry_leaves_the_top(self, afternoon: Cast) -> None:
        client, old = office(afternoon), Entry.objects.get(text="办公室部署值守。")
        client.post(f"/log/{old.id}/pin/")
        client.post(f"/log/{old.id}/strike/", {"reason": "报重了"})
        assert 'class="panel pinned"' not in client.get("/log/").content.decode()
        assert client.post(f"/log/{old.id}/pin/").status_code == 409

    def test_then_it_was_not_yet_pinned(self, afternoon: Cast) -> None:
        client, old = office(afternoon), Entry.objects.get(text="办公室部署值守。")
        client.post(f"/log/{old.id}/pin/")
        assert 'class="panel pinned"' not in client.get("/log/?as_of=2020-02-02T15:00").content.decode()
        assert 'class="panel pinned"' in client.get("/log/?as_of=2020-02-02T16:00").content.decode()


class TestNextUpdates:
    def owed(self, client: Client) -> list[dict[str, Any]]:
        return [row for row in client.get("/board.json").json()["missing"] if row["kind"] == "update"]

    def test_it_stands_among_what_is_due_until_the_entry_is_gone_on_with(self, afternoon: Cast) -> None:
        client = office(afternoon)
        said = written(client, "医院床位待核。", next_update="2020-02-02T17:00")
        (row,) = self.owed(client)
        assert (row["code"], row["due"]) == (str(said.id), "2020-02-02T17:00:00+08:00")
        page = client.get("/").content.decode()
        assert f'/log/{said.id}/">{said.label}' in page.replace("'", '"')
        after = written(client, "医院床位已核。", follows=str(said.id))
        assert self.owed(client) == []
        assert f"/log/{after.id}/" in client.get(f"/log/{said.id}/").content.decode()
        assert f"/log/{said.id}/" in client.get(f"/log/{after.id}/").content.decode()

    @pytest.mark.parametrize("act", ["strike", "correct"])
    def test_a_correction_or_a_strike_ends_it(self, afternoon: Cast, act: str) -> None:
        client = office(afternoon)
        said = written(client, "医院床位待核。", next_update="2020-02-02T17:00")
        assert client.post(f"/log/{said.id}/{act}/", {"reason": "写错了", "text": "床位不必核。"}).status_code == 302
        assert self.owed(client) == []

    def test_it_can_be_urged_once(self, afternoon: Cast) -> None:
        client = office(afternoon)
        said = written(client, "医院床位待核。", next_update="2020-02-02T17:00")
        answer = client.post("/board/nudge/", {"code": str(said.id), "on": "2020-02-02"})
        assert answer.status_code == 302
        assert Entry.objects.filter(text__startswith="催报：请", text__contains=said.label).count() == 1
        assert "15:58 已催" in client.get("/").content.decode()

    @pytest.mark.parametrize(
        ("due", "sentence"), [("2020-02-02T15:00", "已经过去"), ("2020-03-09T15:00", "最远"), ("soon", "读不懂")]
    )
    def test_one_that_makes_no_sense_is_refused_and_nothing_is_written(
        self, afternoon: Cast, due: str, sentence: str
    ) -> None:
        before = Entry.objects.count()
        answer = office(afternoon).post("/log/write/", {"text": "x", "next_update": due})
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
        assert Entry.objects.count() == before

    def test_one_cannot_go_on_from_what_is_out_of_reach_or_struck(self, afternoon: Cast) -> None:
        other = Entry.objects.get(text="卡点换班。")
        client = signed_in(afternoon.traffic)
        assert client.post("/log/write/", {"text": "x", "follows": str(other.id)}).status_code == 404
        office(afternoon).post(f"/log/{other.id}/strike/", {"reason": "报重了"})
        assert office(afternoon).post("/log/write/", {"text": "x", "follows": str(other.id)}).status_code == 422
        assert not Entry.objects.filter(text="x").exists()

    def test_the_log_lists_what_waits(self, afternoon: Cast) -> None:
        client = office(afternoon)
        said = written(client, "医院床位待核。", next_update="2020-02-02T17:00")
        (row,) = client.get("/log.json?only=due").json()["entries"]
        assert (row["id"], row["next_update"]) == (str(said.id), "2020-02-02T09:00:00+00:00")


def office_file(*parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for part in parts:
            archive.writestr(part, "x")
    return out.getvalue()


def file(name: str = "值班表.pdf", data: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


class TestAttachments:
    def handed(self, account: object, said: Entry, **data: str) -> Any:
        return signed_in(account).post(f"/log/{said.id}/attachment", data)

    def test_it_is_kept_sealed_as_the_original_of_an_envelope(self, afternoon: Cast) -> None:
        said = written(signed_in(afternoon.traffic), "附值班表。", attachment=file())
        kept = Envelope.objects.get(id=said.envelope)
        assert (kept.filename, kept.media_type, kept.state, kept.unit_id) == (
            "值班表.pdf",
            "application/pdf",
            "entered",
            "traffic-safety-group",
        )
        assert PDF not in bytes(kept.body)
        assert "值班表.pdf" in signed_in(afternoon.office).get(f"/log/{said.id}/").content.decode()

    def test_the_writer_takes_it_back_and_no_browser_runs_it(self, afternoon: Cast) -> None:
        said = written(signed_in(afternoon.traffic), "附值班表。", attachment=file())
        answer = self.handed(afternoon.traffic, said)
        assert answer.content == PDF
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert answer["Content-Type"] == "application/octet-stream"

    def test_others_need_the_grant_and_a_reason_and_each_look_leaves_a_row(self, afternoon: Cast) -> None:
        said = written(signed_in(afternoon.traffic), "附值班表。", attachment=file())
        lead = person("lead", "unit_lead", "traffic-safety-group")
        assert self.handed(afternoon.office, said, reason="核对班次").status_code == 403
        assert self.handed(afternoon.police, said, reason="核对班次").status_code == 404
        assert self.handed(lead, said).status_code == 422
        assert self.handed(lead, said, reason="核对班次").content == PDF
        row = Trail.objects.get(action="reveal", subject=str(said.envelope))
        assert (row.actor, row.reason) == (str(lead.pk), "核对班次")

    def test_what_tells_of_nobody_is_open_to_whoever_sees_the_entry(self, afternoon: Cast) -> None:
        said = written(signed_in(afternoon.traffic), "附路况图。", attachment=file("路.png", PNG), impersonal="on")
        assert self.handed(afternoon.office, said).content == PNG
        assert self.handed(afternoon.police, said).status_code == 404
        assert Trail.objects.filter(action="open", subject=str(said.envelope)).count() == 1

    def test_a_link_hands_nothing_out(self, afternoon: Cast) -> None:
        said = written(signed_in(afternoon.traffic), "附值班表。", attachment=file(), impersonal="on")
        assert signed_in(afternoon.traffic).get(f"/log/{said.id}/attachment")["Location"].endswith("#attachment")

    @pytest.mark.parametrize("who", ["editor", "traffic", "office"])
    def test_who_may_note_may_put_a_file_beside_it(self, afternoon: Cast, who: str) -> None:
        assert written(signed_in(getattr(afternoon, who)), "附值班表。", attachment=file()).envelope is not None

    @pytest.mark.parametrize(
        ("one", "sentence"),
        [
            (file("x.pdf", b"MZ\x90\x00"), "只收图片"),
            (file("x.svg", b"<svg/>"), "只收图片"),
            (file("x.html", PDF), "名字却是"),
            (file("x.docm", office_file("word/document.xml", "word/vbaProject.bin")), "有宏"),
            (file("x.zip", office_file("a.txt")), "只收图片"),
            (file("x.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "另存为新格式"),
        ],
    )
    def test_other_files_are_refused_and_the_note_is_not_written(
        self, afternoon: Cast, one: SimpleUploadedFile, sentence: str
    ) -> None:
        before = Entry.objects.count(), Envelope.objects.count()
        answer = office(afternoon).post("/log/write/", {"text": "x", "attachment": one})
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
        assert (Entry.objects.count(), Envelope.objects.count()) == before

    @pytest.mark.parametrize("part", ["word/document.xml", "xl/workbook.xml", "ppt/presentation.xml"])
    def test_office_files_are_taken(self, afternoon: Cast, part: str) -> None:
        ending = {"w": "docx", "x": "xlsx", "p": "pptx"}[part[0]]
        said = written(office(afternoon), "附文件。", attachment=file(f"a.{ending}", office_file(part)))
        assert said.envelope is not None

    def test_one_that_is_too_large(self, afternoon: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(settings.CONFIG.values, "intake.max_file_bytes", 10)
        answer = office(afternoon).post("/log/write/", {"text": "x", "attachment": file()})
        assert answer.status_code == 422
        assert "附件超过" in answer.content.decode()

    def test_a_correction_keeps_the_file(self, afternoon: Cast) -> None:
        said = written(signed_in(afternoon.traffic), "附值班表。", attachment=file())
        signed_in(afternoon.traffic).post(f"/log/{said.id}/correct/", {"text": "附新值班表。", "reason": "写错了"})
        assert Entry.objects.get(text="附新值班表。").envelope == said.envelope


class TestHandover:
    @pytest.fixture
    def second(self, afternoon: Cast) -> Account:
        return person("second", "office", "office")

    def signed(self, client: Client, note: str = "") -> Handover:
        assert client.post("/log/handover/sign/", {"span": "8", "note": note}).status_code == 302
        return Handover.objects.get()

    def test_it_shows_what_stands_open(self, afternoon: Cast) -> None:
        client = office(afternoon)
        written(client, "医院床位待核。", next_update="2020-02-02T17:00", significant="on")
        client.post(f"/log/{Entry.objects.get(text='卡点换班。').id}/pin/")
        page = client.get("/log/handover/?span=8").content.decode()
        for words in ("医院床位待核。", "卡点换班。", "重要", "7:58", "值守点"):
            assert words in page
        assert client.get("/log/?view=handover")["Location"] == "/log/handover/"

    def test_signed_by_one_taken_by_another_each_in_the_log_and_the_trail(
        self, afternoon: Cast, second: Account
    ) -> None:
        client = office(afternoon)
        one = self.signed(client, "夜里注意降雪。")
        assert client.post(f"/log/handover/{one.pk}/take/").status_code == 409  # both would be one person
        assert signed_in(second).post(f"/log/handover/{one.pk}/take/").status_code == 302
        assert signed_in(second).post(f"/log/handover/{one.pk}/take/").status_code == 409
        one.refresh_from_db()
        assert one.taken_by == second
        assert Entry.objects.filter(act__in=("hand_over", "take_over")).count() == 2
        rows = Trail.objects.filter(table="board.handover", subject=str(one.pk)).order_by("position")
        assert [(row.action, row.actor) for row in rows] == [
            ("hand_over", str(afternoon.office.pk)),  # type: ignore[attr-defined]
            ("take_over", str(second.pk)),
        ]
        page = client.get(f"/log/handover/{one.pk}/").content.decode()
        assert "夜里注意降雪。" in page
        assert "second" in page

    def test_it_stays_as_it_was_signed(self, afternoon: Cast) -> None:
        client = office(afternoon)
        said = written(client, "医院床位待核。", next_update="2020-02-02T17:00")
        one = self.signed(client)
        written(client, "医院床位已核。", follows=str(said.id))
        assert "医院床位待核。" in client.get(f"/log/handover/{one.pk}/").content.decode()
        assert "医院床位待核。" not in client.get("/log/handover/?span=8").content.decode()
        with pytest.raises(DatabaseError), transaction.atomic():
            Handover.objects.filter(pk=one.pk).update(note="别的")

    def test_its_files_hold_every_line_of_the_page_and_stay_as_signed(self, afternoon: Cast) -> None:
        client = office(afternoon)
        said = written(client, "医院床位待核。", next_update="2020-02-02T17:00", significant="on")
        client.post(f"/log/{Entry.objects.get(text='卡点换班。').id}/pin/")
        told = client.get("/log/handover.json?span=8").json()
        parts = {(row["part"], row["about"]) for row in told["rows"]}
        assert {("updates", "医院床位待核。"), ("significant", "医院床位待核。"), ("pinned", "卡点换班。")} <= parts
        missing = [row for row in told["rows"] if row["part"] == "missing"]
        assert missing
        assert all(row["due"] for row in missing)
        one = self.signed(client)
        written(client, "医院床位已核。", follows=str(said.id))
        sheet = client.get(f"/log/handover/{one.pk}.csv").content.decode("utf-8-sig")
        assert len(sheet.splitlines()) == len(told["rows"]) + 1
        assert "待更新的记录" in sheet
        assert "医院床位待核。" in sheet
        assert f"/log/handover/{one.pk}.csv" in client.get(f"/log/handover/{one.pk}/").content.decode()
        early = (AT - timedelta(hours=1)).isoformat()
        assert client.get(f"/log/handover/{one.pk}.json", {"as_of": early}).status_code == 404
        then = client.get("/log/handover.json", {"span": "8", "as_of": early}).json()["rows"]
        assert "医院床位待核。" not in {row["about"] for row in then}

    def test_another_unit_neither_sees_nor_takes_it(self, afternoon: Cast) -> None:
        one = self.signed(office(afternoon))
        client = signed_in(afternoon.traffic)
        assert client.get(f"/log/handover/{one.pk}/").status_code == 404
        assert client.get(f"/log/handover/{one.pk}.csv").status_code == 404
        assert client.post(f"/log/handover/{one.pk}/take/").status_code == 404
        assert "医院" not in client.get("/log/handover/").content.decode()

    def test_only_the_last_can_be_taken(self, afternoon: Cast, second: Account) -> None:
        one = self.signed(office(afternoon))
        office(afternoon).post("/log/handover/sign/", {"span": "8"})
        later = Handover.objects.exclude(pk=one.pk).get()
        assert later.since == one.until or later.signed_at >= one.signed_at
        Handover.objects.get(pk=one.pk)
        answers = {signed_in(second).post(f"/log/handover/{pk}/take/").status_code for pk in (one.pk, later.pk)}
        assert answers == {302, 409}

    def test_who_may_not_note_cannot_sign(self, afternoon: Cast) -> None:
        assert signed_in(afternoon.auditor).post("/log/handover/sign/").status_code == 403


class TestSightings:
    def test_numbers_are_underlined_afterwards(self, afternoon: Cast) -> None:
        client = office(afternoon)
        said = written(client, "交通运输安全组检查车辆1200台次。")
        assert "proposed" not in client.get("/log/").content.decode()
        assert sightings.read_new(AT) >= 1
        page = client.get("/log/").content.decode()
        assert '<a class="proposed"' in page
        assert "1200" in page[page.index('<a class="proposed"') :][:200]
        assert '<u class="proposed"' in signed_in(afternoon.editor).get("/log/").content.decode()
        assert Reading.objects.get(entry=said).spans
        assert sightings.read_new(AT) == 0

    def test_what_prints_a_figure_is_not_proposed_again(self, afternoon: Cast) -> None:
        from shichen.indicators.services import bind
        from tests import made

        said = entry("检查车辆83台次。")
        bind(said, [(made.stated(83, "台次"), 4, 8)])
        Reading.objects.create(entry=said, spans=[[4, 8, ""]], read_at=AT)
        assert "proposed" not in office(afternoon).get(f"/log/{said.id}/").content.decode()

    def test_a_text_beyond_reading_is_left_as_it_is(self, afternoon: Cast) -> None:
        said = entry("1" * 15000)
        sightings.read_new(AT)
        assert Reading.objects.filter(entry=said).exists()
        assert office(afternoon).get(f"/log/{said.id}/").status_code == 200


def test_marks_that_keep_or_promise_are_rows_of_their_own(afternoon: Cast) -> None:
    said = entry("办公室布置。", at=AT - timedelta(hours=1))
    office(afternoon).post(f"/log/{said.id}/pin/")
    assert Mark.objects.get(entry=said).kind == "pinned"
    assert said.page_day == DAY
