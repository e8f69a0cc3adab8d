"""The log as a page: filters, fifty at a time, writing, striking, correcting, and what each reader sees of it."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.conf import settings
from django.test import Client

from shichen.audit.models import Trail
from shichen.board import notes
from shichen.board.entries import PAGE
from shichen.board.notes import Note
from shichen.journal import services as journal
from shichen.journal.models import Entry, Mark
from shichen.refusal import Refusal
from tests.board.conftest import AT, DAY, entry, signed_in
from tests.conftest import Cast

PAGES = ("/log/", "/log.json", "/log.csv")


def texts(client: Client, **asked: str) -> list[str]:
    return [row["text"] for row in client.get("/log.json", asked).json()["entries"] if row["kind"] == "note"]


@pytest.mark.parametrize("path", PAGES)
def test_strangers_sign_in_and_outsiders_are_told_who_may(afternoon: Cast, path: str) -> None:
    assert Client().get(path).status_code == 302
    assert signed_in(afternoon.outsider).get(path).status_code == 403
    assert signed_in(afternoon.auditor).get(path).status_code == 403


@pytest.mark.parametrize("path", PAGES)
def test_a_reporter_reads_its_own_unit_only(afternoon: Cast, path: str) -> None:
    page = signed_in(afternoon.traffic).get(path).content.decode()
    assert "值守点查车若干台。" in page
    assert "卡点换班。" not in page


def test_the_newest_stand_first_under_their_watch(afternoon: Cast) -> None:
    page = signed_in(afternoon.office).get("/log/", {"only": "people"}).content.decode()
    assert page.index("<b>未时") < page.index("卡点换班。") < page.index("<b>午时") < page.index("办公室部署值守。")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"unit": "traffic-safety-group"}, ["值守点查车若干台。"]),
        ({"q": "换班"}, ["卡点换班。"]),
        ({"q": "交通运输"}, ["值守点查车若干台。"]),
        ({"watch": "巳"}, ["办公室部署值守。"]),
        ({"day": "2020-02-01"}, []),
        ({"unit": "no-such-unit"}, []),
        ({"only": "struck"}, []),
        ({"column": "指挥调度"}, []),
        ({"as_of": "2020-02-02T12:30"}, ["值守点查车若干台。", "办公室部署值守。"]),
    ],
)
def test_filters(afternoon: Cast, asked: dict[str, str], found: list[str]) -> None:
    assert texts(signed_in(afternoon.office), **asked) == found


@pytest.mark.parametrize(
    "asked",
    [
        {"column": "author__password"},
        {"watch": "X"},
        {"only": "1) OR (1=1"},
        {"day": "2020-13-01"},
        {"before": "x"},
        {"q": "字" * 101},
        {"q": "\x00"},
        {"as_of": "?"},
    ],
)
def test_what_is_not_on_the_list_is_refused_with_a_sentence(afternoon: Cast, asked: dict[str, str]) -> None:
    answer = signed_in(afternoon.office).get("/log/", asked)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()


def test_fifty_at_a_time_by_key_without_gap_or_double(afternoon: Cast) -> None:
    for n in range(PAGE + 15):
        entry(f"第{n}条记事。", at=AT - timedelta(minutes=n % 7))
    client = signed_in(afternoon.office)
    seen: list[str] = []
    address = "/log/?" + "q=" + quote("条记事")
    for _ in range(2):
        page = client.get(address).content.decode()
        seen += re.findall(r"<p>(第[0-9]+条记事。)", page)
        following = re.search(r'href="(/log/\?[^"]+)" rel="next"', page)
        address = following.group(1).replace("&amp;", "&") if following else ""
    assert address == ""
    assert len(seen) == len(set(seen)) == PAGE + 15


def test_the_place_to_go_on_from_must_be_within_reach(afternoon: Cast) -> None:
    other = Entry.objects.get(text="卡点换班。")
    assert signed_in(afternoon.traffic).get("/log/", {"before": str(other.id)}).status_code == 400


def test_a_duty_note_becomes_an_entry_in_the_name_of_ones_unit(afternoon: Cast) -> None:
    form = {"text": "接市民来电一件。", "occurred_at": "2020-02-02T15:30", "column": "指挥调度", "significant": "on"}
    assert signed_in(afternoon.traffic).post("/log/write/", form).status_code == 302
    said = Entry.objects.get(text="接市民来电一件。")
    assert (said.unit_id, said.kind, said.column, said.watch, said.page_day) == (
        "traffic-safety-group",
        "note",
        "指挥调度",
        "申",
        DAY,
    )
    assert said.marks.get().kind == Mark.Kind.SIGNIFICANT
    assert "接市民来电一件。" in signed_in(afternoon.office).get("/").content.decode()


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"text": " "}, "记录内容是空的"),
        ({"text": "有\x07响铃"}, "控制字符"),
        ({"text": "将来的事", "occurred_at": "2020-02-02T18:00"}, "还没有到"),
        ({"text": "x", "occurred_at": "later"}, "时间读不懂"),
        ({"text": "x", "column": "头版"}, "column"),
    ],
)
def test_a_note_that_cannot_be_taken_stays_in_the_composer_with_its_reason(
    afternoon: Cast, form: dict[str, str], sentence: str
) -> None:
    before = Entry.objects.count()
    answer = signed_in(afternoon.office).post("/log/write/", form)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Entry.objects.count() == before


def test_who_may_not_note_cannot_write(afternoon: Cast) -> None:
    for who in (afternoon.outsider, afternoon.auditor):
        assert signed_in(who).post("/log/write/", {"text": "x"}).status_code == 403
    with pytest.raises(Refusal):
        notes.write(Note("x"), at=AT, by=afternoon.auditor)  # type: ignore[arg-type]


def test_a_struck_entry_stays_readable_and_says_why(afternoon: Cast) -> None:
    said = Entry.objects.get(text="值守点查车若干台。")
    client = signed_in(afternoon.traffic)
    assert client.post(f"/log/{said.id}/strike/", {"reason": ""}).status_code == 422
    assert client.post(f"/log/{said.id}/strike/", {"reason": "报重了"}).status_code == 302
    page = client.get("/log/").content.decode()
    assert "<s>值守点查车若干台。</s>" in page
    assert "报重了" in client.get(f"/log/{said.id}/").content.decode()
    assert client.post(f"/log/{said.id}/strike/", {"reason": "再划"}).status_code == 422
    assert Trail.objects.filter(action="strike").count() == 1


def test_a_correction_is_a_new_entry_and_the_old_one_points_to_it(afternoon: Cast) -> None:
    old = Entry.objects.get(text="值守点查车若干台。")
    client = signed_in(afternoon.traffic)
    answer = client.post(f"/log/{old.id}/correct/", {"text": "值守点查车百余台。", "reason": "补数"})
    new = Entry.objects.get(text="值守点查车百余台。")
    assert answer["Location"] == f"/log/{new.id}/"
    assert (new.page_day, new.printed_watch, new.unit_id) == (old.page_day, old.printed_watch, old.unit_id)
    page = client.get("/log/").content.decode()
    assert f"/log/{new.id}/" in page
    assert f"/log/{old.id}/" in client.get(f"/log/{new.id}/").content.decode()
    same = client.post(f"/log/{new.id}/correct/", {"text": " 值守点查车百余台。 ", "reason": "x"})
    assert same.status_code == 422
    assert Entry.objects.get(pk=old.pk).text == "值守点查车若干台。"


@pytest.mark.parametrize("act", ["strike", "correct", "significant", ""])
def test_an_entry_out_of_reach_is_not_there(afternoon: Cast, act: str) -> None:
    other = Entry.objects.get(text="卡点换班。")
    client, path = signed_in(afternoon.traffic), f"/log/{other.id}/{act}/".replace("//", "/")
    answer = client.post(path, {"reason": "x", "text": "y"}) if act else client.get(path)
    assert answer.status_code == 404
    assert not other.marks.exists()


def test_acts_need_a_post_and_looking_changes_nothing(afternoon: Cast) -> None:
    client, said = signed_in(afternoon.office), Entry.objects.get(text="卡点换班。")
    before = Entry.objects.count(), Mark.objects.count(), Trail.objects.count()
    for act in ("strike", "correct", "significant"):
        assert client.get(f"/log/{said.id}/{act}/").status_code == 405
    assert client.get("/log/write/").status_code == 405
    for path in (*PAGES, f"/log/{said.id}/"):
        assert client.get(path).status_code == 200
    assert (Entry.objects.count(), Mark.objects.count(), Trail.objects.count()) == before


def test_marking_important_once(afternoon: Cast) -> None:
    client, said = signed_in(afternoon.office), Entry.objects.get(text="卡点换班。")
    assert client.post(f"/log/{said.id}/significant/").status_code == 302
    assert client.post(f"/log/{said.id}/significant/").status_code == 409
    assert texts(client, only="significant") == ["卡点换班。"]


def test_a_note_told_late_is_printed_under_the_watch_it_happened_in(afternoon: Cast) -> None:
    said = notes.write(Note("上午的事。", occurred_at=AT - timedelta(hours=6)), at=AT, by=afternoon.office)  # type: ignore[arg-type]
    assert (said.watch, said.slot) == ("申", "巳")
    eve = notes.write(Note("昨夜的事。", occurred_at=AT - timedelta(hours=20)), at=AT, by=afternoon.office)  # type: ignore[arg-type]
    assert eve.slot == ""


def test_what_came_after_the_day_stands_under_one_heading_of_its_own(afternoon: Cast) -> None:
    late = AT + timedelta(hours=9)
    for watch in "寅亥寅":
        entry(f"{watch}时的补报。", at=late, page_day=DAY, slot=watch)
    page = signed_in(afternoon.office).get("/log/", {"day": DAY.isoformat(), "only": "people"}).content.decode()
    heads = re.findall(r'<h3 class="watch-head"><b>(.*?)</b><small>(\d+)</small>', page)
    assert heads[:2] == [("当日之后报来", "3"), ("未时", "1")]
    assert [head for head, _n in heads].count("寅时") == 0
    assert page.count(">2月3日 00:58</time>") == 3


def test_figures_in_a_text_are_links(afternoon: Cast) -> None:
    from shichen.indicators.services import bind
    from tests import made

    figure, said = made.stated(83, "个"), entry("设值守点83个。")
    bind(said, [(figure, 4, 7)])
    page = signed_in(afternoon.office).get("/log/").content.decode()
    assert f'设值守点<a class="fig" href="/figures/{figure.pk}/" data-fig="{figure.pk}">83个</a>。' in page


def test_in_english_a_watch_is_not_called_by_the_name_of_the_house(afternoon: Cast) -> None:
    client = signed_in(afternoon.office)
    assert "时辰" in client.get("/log.csv").content.decode("utf-8-sig").splitlines()[0].split(",")
    client.cookies["django_language"] = "en"
    headings = client.get("/log.csv").content.decode("utf-8-sig").splitlines()[0].split(",")
    assert "Watch" in headings
    assert "Shichen" not in headings
    assert "Watch" in [one["title"] for one in client.get("/log.metadata.json").json()["columns"]]


def test_the_sheet_of_the_log_keeps_formulas_from_running(afternoon: Cast) -> None:
    entry('=HYPERLINK("http://example.invalid")')
    body = signed_in(afternoon.office).get("/log.csv").content
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert any(row["内容"].startswith("'=HYPERLINK") for row in rows)
    assert not any(cell.startswith("=") for row in rows for cell in row.values())


def test_hostile_text_stays_text_in_the_log(afternoon: Cast) -> None:
    said = entry("<img src=x onerror=alert(1)>")
    client = signed_in(afternoon.office)
    for path in ("/log/", f"/log/{said.id}/"):
        assert "<img src=x" not in client.get(path).content.decode()


def test_an_entry_page_tells_its_times_apart(afternoon: Cast) -> None:
    said = journal.Entry.objects.get(text="办公室部署值守。")
    page = signed_in(afternoon.office).get(f"/log/{said.id}/").content.decode()
    for words in ("报送", "入册", "日版日期", "2月2日 10:58"):
        assert words in page


def test_the_log_in_english(afternoon: Cast) -> None:
    client = signed_in(afternoon.office)
    client.cookies["django_language"] = "en"
    page = client.get("/log/").content.decode()
    assert "Write an entry" in page
    assert "Wei (13:00–15:00)" in page


@pytest.mark.parametrize(("language", "said"), [("zh-hans", "病例"), ("en", "cases")])
def test_matters_are_named_in_the_language_of_the_page(afternoon: Cast, language: str, said: str) -> None:
    entry("收到病例日报。", topic="case")
    client = signed_in(afternoon.office)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = client.get("/log/", {"topic": "case"}).content.decode()
    assert re.search(rf'<option value="case" selected[^>]*>{said}</option>', page)
