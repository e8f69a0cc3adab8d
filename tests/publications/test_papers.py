"""公文: numbers without gaps, two persons, words and files that stay, and what each sees of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from shichen.audit.context import acting
from shichen.audit.models import Trail
from shichen.city.models import Account
from shichen.publications.models import Paper, PaperFile, PaperWording
from shichen.publications.papers import files, steps, telling
from shichen.refusal import Refusal
from shichen.watches import SHANGHAI
from tests.made import body
from tests.publications.people import person

pytestmark = pytest.mark.django_db
Kind, State = Paper.Kind, Paper.State
DAY, NEXT_YEAR = date(2020, 2, 3), date(2021, 1, 4)
TEXT = "现就报数事项通知如下：\n一、报什么\n新增和累计分开报。"
NOTICE = {"code": "株防办发", "title": "关于报数的通知", "addressees": "各单位", "body": TEXT, "closing": "sealed"}
ORDER = {"body": "现命令如下：\n一、进城车辆一律登记。", "office": "指挥长", "signer": "某某某"}
MINUTES = {"body": "议定以下事项。\n一、口罩先保一线。", "attendance": "出席：各组负责人"}
LETTER = {
    "code": "株防办函",
    "title": "关于互认登记的函",
    "addressees": "邻市指挥部",
    "body": "商请互认。\n妥否，请函复。",
}
SAYS: dict[str, dict[str, str]] = {Kind.NOTICE: NOTICE, Kind.ORDER: ORDER, Kind.MINUTES: MINUTES, Kind.LETTER: LETTER}


@pytest.fixture
def clerk(db: None) -> Account:
    return person("ni")


@pytest.fixture
def leader(db: None) -> Account:
    return person("qian", "leader")


@pytest.fixture
def reader(db: None) -> Account:
    return person("kan", "reporter", "traffic-safety-group")


def sent(by: Account, kind: str = Kind.NOTICE, issuer: str = "office", on: date = DAY, **more: str) -> Paper:
    made = steps.draft(kind, body(issuer), SAYS[kind] | more, by=by)
    return steps.send(made, on=on, by=by)


def issued(by: Account, leader: Account, *given: Any, on: date = DAY, **more: str) -> Paper:
    return steps.issue(sent(by, *given, on=on, **more), seen=1, on=on, by=leader)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No type is set where only numbers are looked at."""
    monkeypatch.setattr(files, "made", lambda official, form, at: f"{form} {official.number.text}".encode())


def test_numbers_run_without_a_gap_by_body_kind_and_year(quick: None, clerk: Account, leader: Account) -> None:
    found = [issued(clerk, leader).serial, issued(clerk, leader).serial]
    found += [issued(clerk, leader, Kind.LETTER).serial, issued(clerk, leader, Kind.NOTICE, "medical-group").serial]
    assert found == [1, 2, 1, 1]
    assert issued(clerk, leader, on=NEXT_YEAR).serial == 1
    assert issued(clerk, leader, Kind.ORDER).serial == 1
    assert issued(clerk, leader, Kind.ORDER, on=NEXT_YEAR).serial == 2
    assert issued(clerk, leader).serial == 3


def test_what_is_given_up_or_refused_takes_no_number(quick: None, clerk: Account, leader: Account) -> None:
    steps.drop(sent(clerk), "不发了", by=clerk)
    waits = sent(clerk)
    with pytest.raises(Refusal, match="第二人"):
        steps.issue(waits, seen=1, on=DAY, by=clerk)
    assert issued(clerk, leader).serial == 1


def test_a_withdrawn_document_keeps_its_number(quick: None, clerk: Account, leader: Account) -> None:
    with pytest.raises(Refusal, match="理由"):
        steps.withdraw(issued(clerk, leader), " ", by=leader)
    gone = steps.withdraw(Paper.objects.get(), "数字有误", by=leader)
    assert (gone.state, gone.serial, gone.ended) == (State.WITHDRAWN, 1, "数字有误")
    assert issued(clerk, leader).serial == 2


def test_a_series_goes_on_from_paper_once(quick: None, clerk: Account, leader: Account) -> None:
    assert steps.issue(sent(clerk, Kind.ORDER), seen=1, on=DAY, after=4, by=leader).serial == 5
    assert steps.issue(sent(clerk, Kind.ORDER), seen=1, on=DAY, after=40, by=leader).serial == 6
    assert Trail.objects.filter(action="issue-paper").order_by("position")[0].reason == "此前已用到第4号"
    with pytest.raises(Refusal, match="0 到"):
        steps.issue(sent(clerk), seen=1, on=DAY, after=10_000, by=leader)


def test_a_number_taken_meanwhile_is_not_given_twice(
    clerk: Account, leader: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = sent(clerk), sent(clerk)
    begun: list[str] = []

    def made(official: Any, form: str, at: datetime) -> bytes:
        if not begun:
            begun.append(form)
            steps.issue(second, seen=1, on=DAY, by=leader)
        return official.number.text.encode()

    monkeypatch.setattr(files, "made", made)
    assert steps.issue(first, seen=1, on=DAY, by=leader).serial == 2
    assert bytes(PaperFile.objects.get(paper=first, form="pdf").data).decode() == "株防办发〔2020〕2号"


def test_the_letters_of_a_series_do_not_change_within_a_year(quick: None, clerk: Account, leader: Account) -> None:
    issued(clerk, leader)
    with pytest.raises(Refusal, match="株防办发") as refused:
        sent(clerk, code="株防办")
    assert refused.value.field == "code"
    assert issued(clerk, leader, on=NEXT_YEAR, code="株防办").code == "株防办"


def test_who_changed_a_document_does_not_sign_it(quick: None, clerk: Account, leader: Account) -> None:
    paper = steps.draft(Kind.NOTICE, body("office"), NOTICE, by=clerk)
    steps.save(paper, NOTICE | {"title": "关于报表的通知"}, seen=1, by=leader)
    steps.send(paper, on=DAY, by=clerk)
    with pytest.raises(Refusal, match="第二人"):
        steps.issue(paper, seen=2, on=DAY, by=leader)
    assert steps.issue(paper, seen=2, on=DAY, by=person("shen")).state == State.ISSUED


def test_words_that_somebody_did_not_see_are_neither_overwritten_nor_signed(
    quick: None, clerk: Account, leader: Account
) -> None:
    paper = steps.draft(Kind.NOTICE, body("office"), NOTICE, by=clerk)
    steps.save(paper, NOTICE | {"remark": "一"}, seen=1, by=clerk)
    with pytest.raises(Refusal, match="ni改过"):
        steps.save(paper, NOTICE | {"remark": "二"}, seen=1, by=leader)
    steps.send(paper, on=DAY, by=clerk)
    with pytest.raises(Refusal, match="ni改过"):
        steps.issue(paper, seen=1, on=DAY, by=leader)
    steps.save(steps.send_back(paper, "再改", by=leader), NOTICE | {"remark": "一"}, seen=2, by=clerk)
    assert paper.wordings.count() == 2


@pytest.mark.parametrize(
    ("kind", "wrong", "field"),
    [
        (Kind.NOTICE, {"title": ""}, "title"),
        (Kind.NOTICE, {"code": ""}, "number"),
        (Kind.NOTICE, {"body": " "}, "body"),
        (Kind.NOTICE, {"attachments": "没有名称的"}, "attachments"),
        (Kind.NOTICE, {"closing": "signed"}, "signer"),
        (Kind.ORDER, {"signer": ""}, "signer"),
        (Kind.MINUTES, {"attendance": "各组负责人"}, "attendance"),
    ],
)
def test_an_unfinished_document_is_kept_but_not_sent(
    clerk: Account, kind: str, wrong: dict[str, str], field: str
) -> None:
    paper = steps.draft(kind, body("office"), SAYS[kind] | wrong, by=clerk)
    with pytest.raises(Refusal) as refused:
        steps.send(paper, on=DAY, by=clerk)
    assert refused.value.field == field
    assert Paper.objects.get().state == State.DRAFT


def test_what_was_issued_stays_held_by_the_database(quick: None, clerk: Account, leader: Account) -> None:
    paper = issued(clerk, leader)
    with pytest.raises(Refusal, match="拟稿"):
        steps.save(paper, NOTICE, seen=1, by=clerk)
    for act in (
        lambda: Paper.objects.filter(pk=paper.pk).update(serial=9),
        lambda: Paper.objects.filter(pk=paper.pk).update(name="别的机关"),
        lambda: PaperWording.objects.update(content={}),
        lambda: PaperFile.objects.all().delete(),
        lambda: PaperFile.objects.update(data=b""),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


@pytest.mark.parametrize("kind", Kind.values)
def test_the_files_of_an_issued_document_come_out_the_same(
    kind: str, clerk: Account, leader: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = issued(clerk, leader, kind)
    told = telling.told([paper])[0]
    first = {form: files.of(told, form, DAY) for form in files.FORMS}
    assert first["pdf"].startswith(b"%PDF")
    assert first["docx"].startswith(b"PK")
    monkeypatch.setattr(files, "made", lambda *given: b"another version of the house")
    assert {form: files.of(told, form, NEXT_YEAR) for form in files.FORMS} == first
    monkeypatch.setattr(files, "fingerprint", lambda data: "0" * 64)
    with pytest.raises(Refusal, match="指纹"):
        files.of(told, "pdf", DAY)


def test_the_name_at_the_head_is_that_of_the_day(quick: None, clerk: Account, leader: Account) -> None:
    early = issued(clerk, leader, Kind.ORDER, "leading-group", on=date(2020, 1, 27))
    later = issued(clerk, leader, Kind.ORDER, "leading-group", on=DAY)
    assert early.name != later.name
    assert later.name.startswith("株洲市")
    assert issued(clerk, leader, Kind.MINUTES, name="株洲市防控调度会议").name == "株洲市防控调度会议"


def test_every_step_is_in_the_trail(quick: None, clerk: Account, leader: Account) -> None:
    paper = issued(clerk, leader)
    rows = Trail.objects.filter(table="publications.paper", subject=str(paper.pk)).order_by("position")
    assert [(row.action, row.actor_name) for row in rows] == [
        ("draft-paper", "ni"),
        ("send-paper", "ni"),
        ("issue-paper", "qian"),
    ]
    assert rows[2].after == paper.digest


def post(client: Client, who: Account, address: str, status: int = 302, **fields: Any) -> str:
    client.force_login(who)
    answer = client.post(address, fields)
    assert answer.status_code == status, answer.content.decode()[-1500:]
    return answer.headers.get("Location", "") or answer.content.decode()


def page(client: Client, who: Account, address: str, status: int = 200) -> str:
    client.force_login(who)
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[-1500:]
    return answer.content.decode()


def test_a_notice_from_the_first_word_to_the_signature(client: Client, clerk: Account, leader: Account) -> None:
    at = post(client, clerk, "/papers/write/", kind="notice", issuer="office", **NOTICE | {"title": ""})
    assert "标题没有填" in page(client, clerk, at)
    assert "存下了" not in post(client, clerk, f"{at}send/", 422)
    post(client, clerk, f"{at}save/", seen=1, **NOTICE)
    client.force_login(clerk)
    preview = client.get(f"{at[:-1]}.pdf")
    assert preview["Content-Disposition"].startswith("inline")
    assert preview.content.startswith(b"%PDF")
    checked = page(client, clerk, f"{at}check/")
    assert checked.count("<b>合</b>") >= 22
    assert "还没有编号" in checked
    post(client, clerk, f"{at}send/")
    assert "须由第二人签发" in page(client, clerk, at)
    assert "第二人" in post(client, clerk, f"{at}issue/", 422, seen=2)
    assert "此前用到第几号" in page(client, leader, at)
    post(client, leader, f"{at}issue/", seen=2, after=11)
    assert "〕12号" in page(client, clerk, at)
    assert "不合</b>" not in page(client, clerk, f"{at}check/")
    kept = client.get(f"{at[:-1]}.docx")
    assert kept["Content-Disposition"].startswith("attachment")
    assert "sent" not in post(client, leader, f"{at}back/", 422, reason="晚了")


def test_a_reader_sees_what_was_issued_alone(
    quick: None, client: Client, clerk: Account, leader: Account, reader: Account
) -> None:
    waits, out = sent(clerk, title="还没有签发的通知"), issued(clerk, leader)
    listed = page(client, reader, "/papers/")
    assert "关于报数的通知" in listed
    assert "还没有签发的通知" not in listed
    assert "拟一份" not in listed
    page(client, reader, f"/papers/{waits.pk}/", 404)
    page(client, reader, f"/papers/{waits.pk}.pdf", 404)
    assert "撤回" not in page(client, reader, f"/papers/{out.pk}/")
    page(client, reader, "/papers/new/", 403)
    client.force_login(reader)
    assert client.get("/papers.csv").content.decode("utf-8-sig").count("\n") == 2
    assert client.get("/papers.json", {"state": "sent"}).json() == {"papers": []}


def test_the_register_of_a_past_moment(quick: None, client: Client, clerk: Account, leader: Account) -> None:
    with acting("job", moment=datetime(2020, 2, 3, 9, tzinfo=SHANGHAI)):
        paper = sent(clerk)
    with acting("job", moment=datetime(2020, 2, 3, 12, tzinfo=SHANGHAI)):
        steps.issue(paper, seen=1, on=DAY, by=leader)
    then = page(client, clerk, "/papers/?as_of=2020-02-03T10:00%2B08:00")
    assert "〔2020〕1号" not in then
    assert "送签" in then
    assert "〔2020〕1号" in page(client, clerk, "/papers/?kind=notice&state=issued")
    assert "关于报数的通知" not in page(client, clerk, "/papers/?as_of=2020-02-03T08:00%2B08:00")
    page(client, clerk, f"/papers/{paper.pk}/?as_of=2020-02-03T08:00%2B08:00", 404)
    assert "/issue/" not in page(client, leader, f"/papers/{paper.pk}/?as_of=2020-02-03T10:00%2B08:00")
    assert "/issue/" not in page(client, leader, f"/papers/{paper.pk}/")
