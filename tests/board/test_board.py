"""The board as a page: who sees what, 204 while nothing is new, past views, urging, numbers as links."""

from __future__ import annotations

import html
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from defusedxml import ElementTree
from django.test import Client

from shichen.audit.models import Trail
from shichen.board import snapshot
from shichen.journal import services as journal
from shichen.journal.models import Entry, Mark
from tests.board.conftest import AT, entry, signed_in
from tests.conftest import Cast

PAGES = ("/", "/board/tiles?v=0", "/board.json")


@pytest.mark.parametrize("path", PAGES)
def test_a_stranger_is_asked_to_sign_in(afternoon: Cast, path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/signin/")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("who", ["outsider", "auditor", "secadmin"])
def test_who_may_not_view_is_told_who_may(afternoon: Cast, path: str, who: str) -> None:
    answer = signed_in(getattr(afternoon, who)).get(path)
    assert answer.status_code == 403
    assert "办公室" in answer.content.decode()
    assert not re.search(r"\b120\b", answer.content.decode())


def test_the_office_sees_every_panel(afternoon: Cast) -> None:
    page = signed_in(afternoon.office).get("/").content.decode()
    for words in (
        "新增确诊病例",
        "检查车辆",
        "2个卡点中1个已报",
        "较前一日同刻(2月1日) +19",
        "部分到报",
        "缺报与到期",
        "Z02号点",
        "疫情曲线",
        "卡点换班。",
    ):
        assert words in page
    assert "—" in page


def test_a_reporter_sees_what_its_own_unit_reports_and_nothing_else(afternoon: Cast) -> None:
    page = signed_in(afternoon.traffic).get("/").content.decode()
    assert "值守点查车若干台。" in page
    assert "检查车辆" in page
    assert "卡点换班。" not in page
    assert "办公室部署值守。" not in page
    assert "新增确诊病例" not in page
    data = signed_in(afternoon.traffic).get("/board.json").json()
    assert {line["unit"] for line in data["log"]} == {"traffic-safety-group"}
    assert {tile["body"] for tile in data["tiles"]} == {"traffic-safety-group"}
    assert not {"strip", "curve", "level"} & set(data)


def test_the_line_of_state_leads_to_what_it_says(afternoon: Cast) -> None:
    declared = entry("省里启动一级响应。", at=AT - timedelta(days=9))
    journal.mark(
        declared,
        Mark.Kind.SIGNIFICANT,
        detail="response_level",
        key_phrase="一级响应",
        reason="响应级别",
        by=afternoon.office,  # type: ignore[arg-type]
    )
    entry("这个时辰的一条。")
    client = signed_in(afternoon.office)
    state = client.get("/").content.decode().partition('id="state"')[2].partition("<main")[0]
    assert f'<a href="/log/{declared.id}/">一级响应第10天</a>' in state
    (link,) = re.findall(r'<a href="([^"]+)">本时辰1条</a>', state)
    log = client.get(html.unescape(link)).content.decode()
    assert "这个时辰的一条。" in log
    assert "值点查车" not in log
    theirs = signed_in(afternoon.traffic).get("/").content.decode()
    assert "本时辰" not in theirs
    assert f"/log/{declared.id}/" not in theirs


def test_every_value_on_the_board_leads_to_its_trace(afternoon: Cast) -> None:
    page = signed_in(afternoon.office).get("/").content.decode()
    values = re.findall(r'<p class="value">(.*?)<small>', page)
    assert len(values) == 4
    for value in values:
        assert value == "—" or re.fullmatch(r'<a href="/figures/[^"]+" data-fig="[^"]+">[0-9,]+</a>', value), value


def test_nothing_new_is_answered_with_nothing(afternoon: Cast) -> None:
    client = signed_in(afternoon.office)
    page = client.get("/").content.decode()
    version = re.search(r"/board/tiles\?v=([0-9]+)", page)
    assert version is not None
    still = client.get(f"/board/tiles?v={version.group(1)}")
    assert (still.status_code, still.content) == (204, b"")
    entry("刚报来的一条。")
    snapshot.refresh(AT + timedelta(seconds=2))
    news = client.get(f"/board/tiles?v={version.group(1)}")
    assert news.status_code == 200
    assert "刚报来的一条。" in news.content.decode()
    assert "<html" not in news.content.decode()


def test_a_past_view_says_so_and_is_not_polled(afternoon: Cast) -> None:
    page = signed_in(afternoon.office).get("/", {"as_of": "2020-02-02T12:00+08:00"}).content.decode()
    assert "历史视图" in page
    assert "data-get" not in page
    assert "卡点换班。" not in page
    assert "催报</button>" not in page


@pytest.mark.parametrize("as_of", ["昨天", "2999-01-01T00:00", "0"])
def test_a_moment_that_cannot_be_shown_is_refused(afternoon: Cast, as_of: str) -> None:
    assert signed_in(afternoon.office).get("/", {"as_of": as_of}).status_code == 400


def test_looking_changes_nothing(afternoon: Cast) -> None:
    client = signed_in(afternoon.office)
    before = Entry.objects.count(), Trail.objects.count()
    for path in PAGES:
        client.get(path)
    assert (Entry.objects.count(), Trail.objects.count()) == before
    assert client.get("/board/nudge/").status_code == 405


def test_urging_from_the_board(afternoon: Cast) -> None:
    client = signed_in(afternoon.office)
    assert client.post("/board/nudge/", {"code": "hubei-history", "on": "2020-02-02"}).status_code == 302
    page = client.get("/").content.decode()
    assert "15:58 已催" in page
    assert "催报：请疫情防控组" in page
    assert client.post("/board/nudge/", {"code": "nothing", "on": "2020-02-02"}).status_code == 409
    assert client.post("/board/nudge/", {"code": "hubei-history", "on": "x"}).status_code == 409


def test_two_networks_are_two_tiles_and_no_sum_is_offered(afternoon: Cast) -> None:
    assert "不可相加" in signed_in(afternoon.office).get("/").content.decode()


def test_the_board_in_english(afternoon: Cast) -> None:
    client = signed_in(afternoon.office)
    client.cookies["django_language"] = "en"
    page = client.get("/").content.decode()
    for words in ("Vehicles checked", "1 of 2 posts reported", "Missing and due", "overdue", "Shen"):
        assert words in page


def test_the_list_says_which_posts_owe_which_shift_since_when(afternoon: Cast) -> None:
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", signed_in(afternoon.office).get("/").content.decode()))
    assert "疫情值守点 逾期7小时 2月2日0—8时班：1个卡点未报 自2月2日 08:00交班起应报，时限08:30 Z02号点 催报" in page


def test_hostile_text_stays_text_on_the_board(afternoon: Cast) -> None:
    entry("<script>alert(1)</script>\"'&")
    page = signed_in(afternoon.office).get("/").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_page_is_well_formed_enough_to_be_read_as_a_tree(afternoon: Cast) -> None:
    page = signed_in(afternoon.office).get("/").content.decode()
    drawings = re.findall(r"<svg.*?</svg>", page, re.S)
    assert drawings
    for drawing in drawings:
        ElementTree.fromstring(drawing)
    assert page.count("<h1") == 1
    assert 'href="#main"' in page


def test_the_board_takes_few_questions_to_the_database(afternoon: Cast, django_assert_max_num_queries: object) -> None:
    client = signed_in(afternoon.office)
    client.get("/")
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        client.get("/board/tiles?v=1")


def test_a_board_that_nobody_keeps_true_says_so(afternoon: Cast, snapshots: Path) -> None:
    client = signed_in(afternoon.office)
    assert "后台没有在更新" not in client.get("/").content.decode()
    long_ago = datetime.now(UTC).timestamp() - 600
    os.utime(snapshots / "board.json", (long_ago, long_ago))
    assert "后台没有在更新这块板：最近一次核对在 10分钟前" in client.get("/").content.decode()
    snapshot.refresh(AT)
    assert "后台没有在更新" not in client.get("/").content.decode()


def test_a_past_view_counts_only_the_posts_heard_by_then(afternoon: Cast) -> None:
    page = signed_in(afternoon.office).get("/", {"as_of": "2020-02-02T12:00+08:00"}).content.decode()
    assert "2个卡点中0个已报" in page
    assert "这段时间没有任何报送" in page
