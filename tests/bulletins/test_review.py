"""来稿复核的网页：原文上标出每个数字，人逐个决定，先到先办，采纳才成为日志和报称数。"""

from __future__ import annotations

import html
import re
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from shichen.bulletins import review
from shichen.bulletins.models import Bulletin, Proposal, ProposedEntry
from shichen.indicators.models import Figure
from shichen.intake.models import Envelope
from shichen.journal.models import Entry
from tests.conftest import Cast
from tests.intake.doors import signed_in, words
from tests.made import bulletin, deliver
from tests.naughty import ALL

pytestmark = pytest.mark.django_db

TEXT = (
    "交通运输安全组报告，2月2日全市83个疫情值守点共检查车辆149461台次，排查人员361122人次。联系电话13812345678。\n"
    "市教育局报告，开设线上课程12门。"
)


@pytest.fixture
def office(cast: Cast) -> Client:
    return signed_in(cast, "office")


@pytest.fixture
def made(cast: Cast) -> Bulletin:
    return Bulletin.objects.get(envelope=bulletin(TEXT).envelope)


def number(made: Bulletin, raw: str) -> Proposal:
    return Proposal.objects.get(entry__bulletin=made, raw=raw)


def send(client: Client, made: Bulletin, raw: str, act: str, **more: str) -> Any:
    one = number(made, raw)
    return client.post(f"/bulletins/{made.pk}/figures/{one.pk}/", {"act": act, "version": str(one.version), **more})


def boxes(one: Proposal, **more: str) -> dict[str, str]:
    values = {name: str(getattr(one, name)) for name in ("value", "unit", "subject", "indicator", "period")}
    ticked = {"cumulative": "1"} if one.cumulative else {}
    return {**values, **ticked, **more}


def paste(client: Client, **more: Any) -> Any:
    given = {"number": str(uuid.uuid4()), "text": TEXT, "covers": "2020-02-02", "kind": "", "unit": "office"}
    return client.post("/bulletins/new/", {**given, **more})


def test_a_pasted_text_is_read_and_shown_with_every_number_in_place(office: Client) -> None:
    answer = paste(office)
    assert answer.status_code == 302
    page = office.get(answer["Location"]).content.decode()
    for raw in ("83个", "149461台次", "361122人次", "12门"):
        assert re.search(rf'<a class="tier is-\w+ at-open[^>]*>{raw}</a>', page), raw
    assert "138****5678" in page
    assert "13812345678" not in page


def test_a_second_click_is_the_same_bulletin_and_other_words_are_refused(office: Client) -> None:
    same = str(uuid.uuid4())
    first, second = paste(office, number=same), paste(office, number=same)
    assert first["Location"] == second["Location"]
    assert Bulletin.objects.count() == 1
    answer = paste(office, number=same, text=TEXT + "完。")
    assert answer.status_code == 409
    assert "完。" in answer.content.decode()
    assert same not in answer.content.decode()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"text": "  "}, "请贴一段文字"),
        ({"text": "甲\x00乙"}, "空字符"),
        ({"unit": "没有的组"}, "没有名为"),
        ({"covers": "二月二"}, "读不懂"),
        ({"kind": "poem"}, "请从列出的种类里选"),
        ({"number": "x"}, "表单编号不对"),
        ({"file": SimpleUploadedFile("a.txt", b"\xff\xfd\x81")}, "无法识别编码"),
    ],
)
def test_a_text_that_cannot_be_taken_is_told_in_one_sentence(
    office: Client, wrong: dict[str, Any], sentence: str
) -> None:
    answer = paste(office, **wrong)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert not Envelope.objects.filter(kind="bulletin").exists()


def test_a_file_in_the_other_encoding_is_read(office: Client) -> None:
    answer = paste(office, text="", file=SimpleUploadedFile("通报.txt", TEXT.encode("gb18030")))
    assert "149461台次" in office.get(answer["Location"]).content.decode()
    assert Envelope.objects.get(kind="bulletin").filename == "通报.txt"


def test_a_file_too_large_is_413(office: Client) -> None:
    assert paste(office, file=SimpleUploadedFile("a.txt", b"x" * 1_000_001)).status_code == 413


def test_a_reporter_may_not_speak_for_another_unit(cast: Cast) -> None:
    answer = paste(signed_in(cast, "traffic"), unit="public-security-group")
    assert answer.status_code == 422
    assert "无权以" in words(answer)
    assert not Bulletin.objects.exists()


def test_deciding_one_number_leads_to_the_next(office: Client, made: Bulletin) -> None:
    answer = send(office, made, "83个", "accept")
    assert answer["Location"] == f"/bulletins/{made.pk}/?entry=1#p-{number(made, '149461台次').pk}"
    assert send(office, made, "149461台次", "not_a_figure").status_code == 302
    assert send(office, made, "361122人次", "reject")["Location"].endswith("#accept")
    states = set(Proposal.objects.filter(entry__ordinal=1).values_list("raw", "state"))
    assert states == {("83个", "accepted"), ("149461台次", "not_a_figure"), ("361122人次", "rejected")}


def test_who_comes_second_is_told_who_was_first(office: Client, made: Bulletin, cast: Cast) -> None:
    one = number(made, "83个")
    send(office, made, "83个", "accept")
    answer = office.post(f"/bulletins/{made.pk}/figures/{one.pk}/", {"act": "reject", "version": "1"})
    assert answer.status_code == 409
    assert "office已先处理这一条" in words(answer)
    assert number(made, "83个").state == Proposal.State.ACCEPTED


def test_a_changed_value_needs_its_reason_a_changed_indicator_does_not(office: Client, made: Bulletin) -> None:
    one = number(made, "149461台次")
    answer = send(office, made, one.raw, "edit", **boxes(one, value="149462"))
    assert answer.status_code == 422
    assert "改动数值须写明理由" in words(answer)
    assert send(office, made, one.raw, "edit", **boxes(one, value="149462", reason="与原件核对")).status_code == 302
    one.refresh_from_db()
    assert (one.value, one.state, one.reason) == (Decimal("149462"), "edited", "与原件核对")
    other = number(made, "361122人次")
    assert (
        send(office, made, other.raw, "edit", **boxes(other, indicator="traffic.vehicles_checked")).status_code == 302
    )


def test_an_edit_that_changes_nothing_is_an_acceptance(office: Client, made: Bulletin) -> None:
    one = number(made, "83个")
    send(office, made, one.raw, "edit", **boxes(one))
    one.refresh_from_db()
    assert one.state == Proposal.State.ACCEPTED


@pytest.mark.parametrize(
    "wrong", [{"value": "很多"}, {"indicator": "no.such"}, {"period": "昨天"}, {"value": "9" * 30}]
)
def test_an_edit_that_cannot_be_read_is_told(office: Client, made: Bulletin, wrong: dict[str, str]) -> None:
    one = number(made, "83个")
    answer = send(office, made, one.raw, "edit", **boxes(one, **wrong, reason="x"))
    assert answer.status_code == 422
    one.refresh_from_db()
    assert one.state == Proposal.State.OPEN


def test_an_act_that_there_is_not_is_told(office: Client, made: Bulletin) -> None:
    assert send(office, made, "83个", "burn").status_code == 422
    assert office.post(f"/bulletins/{made.pk}/figures/{number(made, '83个').pk}/", {"act": "accept"}).status_code == 409


def test_accepting_an_entry_makes_it_a_log_entry_with_stated_figures(office: Client, made: Bulletin) -> None:
    entry = made.entries.get(ordinal=1)
    send(office, made, "83个", "not_a_figure")
    place = {
        "version": str(entry.version),
        "column": "一线阻击",
        "slot": "申",
        "on": "2020-02-02",
        "body": "交通运输安全组",
    }
    answer = office.post(f"/bulletins/{made.pk}/entries/{entry.pk}/accept/", place)
    assert answer["Location"] == f"/bulletins/{made.pk}/?entry=2#p-{number(made, '12门').pk}"
    log = Entry.objects.get(envelope=made.envelope_id)
    assert (log.column, log.slot, log.unit_id) == ("一线阻击", "申", "traffic-safety-group")
    assert {figure.value for figure in Figure.objects.all()} == {Decimal(149461), Decimal(361122)}
    page = office.get(f"/bulletins/{made.pk}/?entry=1").content.decode()
    assert f'href="/log/{log.id}/"' in page
    assert page.count('class="fig"') >= 2
    again = office.post(f"/bulletins/{made.pk}/entries/{entry.pk}/accept/", place)
    assert again.status_code == 409
    assert Entry.objects.filter(envelope=made.envelope_id).count() == 1


def test_what_is_accepted_keeps_no_telephone_in_the_log(office: Client, made: Bulletin) -> None:
    entry = made.entries.get(ordinal=1)
    office.post(f"/bulletins/{made.pk}/entries/{entry.pk}/accept/", {"version": "1"})
    assert "138****5678" in Entry.objects.get(envelope=made.envelope_id).text
    assert not any("13812345678" in figure.statement.sentence for figure in Figure.objects.all() if figure.statement)


@pytest.mark.parametrize("wrong", [{"column": "副刊"}, {"slot": "x"}, {"on": "昨天"}, {"body": "没有的组"}])
def test_a_place_that_there_is_not_is_told(office: Client, made: Bulletin, wrong: dict[str, str]) -> None:
    entry = made.entries.get(ordinal=1)
    answer = office.post(f"/bulletins/{made.pk}/entries/{entry.pk}/accept/", {"version": "1", **wrong})
    assert answer.status_code == 422
    assert not Entry.objects.filter(envelope=made.envelope_id).exists()


def test_an_entry_is_rejected_with_a_reason_and_the_bulletin_closes_when_all_are_decided(
    office: Client, made: Bulletin
) -> None:
    for entry in made.entries.all():
        assert office.post(f"/bulletins/{made.pk}/entries/{entry.pk}/reject/", {"version": "1"}).status_code == 422
        sent = {"version": "1", "reason": "与上一份重复"}
        assert office.post(f"/bulletins/{made.pk}/entries/{entry.pk}/reject/", sent).status_code == 302
    made.refresh_from_db()
    assert made.state == Bulletin.State.CLOSED
    assert f"/bulletins/{made.pk}/" not in office.get("/bulletins/").content.decode()
    assert f"/bulletins/{made.pk}/" in office.get("/bulletins/?state=closed").content.decode()


def test_a_number_the_reader_missed_is_added_where_it_stands(office: Client, made: Bulletin) -> None:
    entry = made.entries.get(ordinal=2)
    sent = {"raw": "线上课程", "value": "12", "unit": "门", "period": "day", "subject": "课程", "indicator": ""}
    assert office.post(f"/bulletins/{made.pk}/entries/{entry.pk}/add/", sent).status_code == 302
    added = Proposal.objects.get(entry=entry, raw="线上课程")
    assert TEXT[added.start : added.end] == "线上课程"
    assert office.post(f"/bulletins/{made.pk}/entries/{entry.pk}/add/", {**sent, "raw": "83个"}).status_code == 422
    assert office.post(f"/bulletins/{made.pk}/entries/{entry.pk}/add/", {**sent, "nth": "7"}).status_code == 422


def test_entries_cut_too_small_are_made_one(office: Client, made: Bulletin) -> None:
    assert office.post(f"/bulletins/{made.pk}/merge/").status_code == 302
    assert made.entries.count() == 1
    assert made.entries.get().proposals.count() == 4


def test_a_reporter_looks_but_does_not_decide(cast: Cast) -> None:
    one = Bulletin.objects.get(envelope=bulletin(TEXT, unit="traffic-safety-group").envelope)
    traffic = signed_in(cast, "traffic")
    page = traffic.get(f"/bulletins/{one.pk}/")
    assert page.status_code == 200
    assert "不能复核" in words(page)
    assert 'data-act="a"' not in page.content.decode()
    assert send(traffic, one, "83个", "accept").status_code == 403
    assert signed_in(cast, "police").get(f"/bulletins/{one.pk}/").status_code == 404
    assert signed_in(cast, "auditor").get(f"/bulletins/{one.pk}/").status_code == 403


def test_the_number_of_another_bulletin_is_not_found(office: Client, made: Bulletin) -> None:
    other = Bulletin.objects.get(envelope=bulletin("检查车辆5台次。").envelope)
    one = number(made, "83个")
    assert office.post(f"/bulletins/{other.pk}/figures/{one.pk}/", {"act": "accept", "version": "1"}).status_code == 404


def test_deciding_needs_the_csrf_token_and_a_post(cast: Cast, made: Bulletin) -> None:
    client = signed_in(cast, "office", enforce_csrf_checks=True)
    assert send(client, made, "83个", "accept").status_code == 403
    assert client.get(f"/bulletins/{made.pk}/figures/{number(made, '83个').pk}/").status_code == 405


def test_looking_changes_nothing(office: Client, made: Bulletin) -> None:
    from tests.registers.cases import stored

    before = stored()
    for address in (
        "/bulletins/",
        "/bulletins/new/",
        f"/bulletins/{made.pk}/",
        f"/bulletins/{made.envelope_id}/?entry=2",
    ):
        assert office.get(address).status_code == 200
    assert stored() == before


def test_a_bulletin_by_api_is_reviewed_with_the_same_spans(office: Client) -> None:
    sent = deliver("bulletin", {"kind": "bulletin", "text": TEXT, "covers": "2020-02-02"})
    one = Bulletin.objects.get(envelope=sent.envelope)
    assert TEXT[number(one, "149461台次").start :].startswith("149461台次")
    assert ">149461台次</a>" in office.get(f"/bulletins/{one.pk}/").content.decode()


def test_naughty_texts_are_shown_as_text_or_refused(office: Client) -> None:
    for text in ALL:
        answer = paste(office, text=f"检查车辆5台次。{text}".encode("utf-8", "replace").decode())
        assert answer.status_code in (302, 422), text
        if answer.status_code == 302:
            page = office.get(answer["Location"]).content.decode()
            assert "<script>alert" not in page
            assert "<img src=x" not in page


def test_the_queue_puts_the_least_certain_first(office: Client) -> None:
    sure = Bulletin.objects.get(envelope=bulletin("交通运输安全组检查车辆149461台次。").envelope)
    doubtful = Bulletin.objects.get(envelope=bulletin("另有12。约三十余。").envelope)
    Proposal.objects.filter(entry__bulletin=sure).update(confidence=Decimal("0.97"))
    Proposal.objects.filter(entry__bulletin=doubtful).update(confidence=Decimal("0.30"))
    page = office.get("/bulletins/").context["page"]
    assert [one.pk for one in page][:1] == [doubtful.pk] or not Proposal.objects.filter(
        entry__bulletin=doubtful
    ).exists()


@given(
    st.text(alphabet="甲1乙2\n。<>&", max_size=60),
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 9)), max_size=6),
)
def test_the_marks_of_a_text_put_together_are_the_text(text: str, spans: list[tuple[int, int]]) -> None:
    entries = [
        ProposedEntry(ordinal=1, start=0, end=len(text) // 2),
        ProposedEntry(ordinal=2, start=len(text) // 2, end=len(text)),
    ]
    numbers = [Proposal(start=start, end=start + length) for start, length in spans]
    found = review.marks(text, entries, numbers)
    assert "".join(mark.text for mark in found) == text
    assert all(len(mark.text) == mark.proposal.end - mark.proposal.start for mark in found if mark.proposal)


def test_a_number_without_an_indicator_gets_one_of_the_citys_own(office: Client, made: Bulletin) -> None:
    one = number(made, "12门")
    page = office.get(f"/bulletins/{made.pk}/?entry=2").content.decode()
    link = next(each for each in re.findall(r'href="(/figures/own/[^"]+)"', page) if str(one.pk) in each)
    form = office.get(html.unescape(link)).content.decode()
    assert 'name="unit" value="门"' in form
    back = re.search(r'name="next" value="([^"]+)"', form)
    assert back
    meant = {
        "key": "online_courses",
        "name": "线上课程门数",
        "unit": "门",
        "sort": "stock",
        "definition": "开设的线上课程，一门算一门。",
    }
    answer = office.post("/figures/own/", {**meant, "reason": "通报里有", "next": html.unescape(back[1])})
    desk = office.get(answer["Location"].partition("#")[0]).content.decode()
    assert re.search(rf'id="indicator-{one.pk}"[^>]*value="city.online_courses"', desk)
    assert number(made, "12门").state == "open"
    send(office, made, "12门", "edit", **boxes(one, value="12", indicator="city.online_courses"))
    assert number(made, "12门").indicator == "city.online_courses"
    accepted(office, made, 2)
    assert Figure.objects.get(key="city.online_courses").value == 12


@pytest.mark.parametrize("asked", ["number=x&indicator=cases.confirmed_new", "number=&indicator=no.such"])
def test_what_cannot_be_taken_up_is_left(office: Client, made: Bulletin, asked: str) -> None:
    assert office.get(f"/bulletins/{made.pk}/?entry=1&{asked}").status_code == 200


def accepted(client: Client, made: Bulletin, ordinal: int) -> None:
    entry = ProposedEntry.objects.get(bulletin=made, ordinal=ordinal)
    client.post(f"/bulletins/{made.pk}/entries/{entry.pk}/accept/", {"version": str(entry.version)})
