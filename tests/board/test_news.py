"""An open log is told how many entries came, and its text stays where it is; a board's answer brings its own head along."""

from __future__ import annotations

import re

from django.test import Client

from shichen.board import snapshot
from shichen.web import clock
from tests.board.conftest import AT, entry, signed_in
from tests.conftest import Cast


def asked_by(page: str) -> str:
    """What the open page will ask for."""
    found = re.search(r'id="log-news"[^>]*data-get="([^"]+)"', page)
    assert found is not None
    return found[1].replace("&amp;", "&")


def look(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_nothing_new_is_204(afternoon: Cast) -> None:
    office = signed_in(afternoon.office)
    answer = office.get(asked_by(look(office, "/log/")))
    assert (answer.status_code, answer.content) == (204, b"")


def test_what_came_is_counted_and_the_same_count_is_no_news(afternoon: Cast) -> None:
    office = signed_in(afternoon.office)
    address = asked_by(look(office, "/log/"))
    for n in range(3):
        entry(f"新的一条之{n}。")
    said = look(office, address)
    assert "有3条新记录" in said
    assert "新的一条" not in said
    assert office.get(asked_by(said)).status_code == 204
    entry("又一条。")
    assert "有4条新记录" in look(office, asked_by(said))


def test_only_what_the_filters_and_the_readers_reach_let_through_is_news(afternoon: Cast) -> None:
    office, traffic = signed_in(afternoon.office), signed_in(afternoon.traffic)
    filtered, theirs = asked_by(look(office, "/log/?unit=traffic-safety-group")), asked_by(look(traffic, "/log/"))
    entry("办公室的一条。")
    assert office.get(filtered).status_code == 204
    assert traffic.get(theirs).status_code == 204
    entry("交通组的一条。", "traffic-safety-group")
    assert "有1条新记录" in look(office, filtered)
    assert "unit=traffic-safety-group" in look(office, filtered)
    assert "有1条新记录" in look(traffic, theirs)


def test_a_look_back_and_a_later_page_wait_for_nothing(afternoon: Cast) -> None:
    office = signed_in(afternoon.office)
    assert "log-news" not in look(office, f"/log/?as_of={AT.isoformat().replace('+', '%2B')}")
    assert "log-news" not in look(office, "/log/?until=2020-02-02")


def test_an_answer_to_an_open_board_brings_its_clock_and_state_line(afternoon: Cast) -> None:
    office = signed_in(afternoon.office)
    snapshot.refresh(clock.running())
    said = look(office, "/board/tiles?v=0")
    for part in ("board", "state", "clock"):
        assert len(re.findall(rf'id="{part}"', said)) == 1
    assert "申" in said.split('id="clock"')[1][:200]
