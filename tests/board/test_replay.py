"""The replay of a demonstration: runs, pauses, steps by a watch; what was recorded later is not seen; a city has none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from hypothesis import given
from hypothesis import strategies as st

from shichen import watches
from shichen.board import snapshot
from shichen.refusal import Refusal
from shichen.web import clock, replay
from shichen.web.replay import Replay
from tests.board.conftest import AT, entry, signed_in
from tests.conftest import Cast

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
START = AT - timedelta(hours=8)


@pytest.fixture
def demo(snapshots: Path, standing_clock: datetime) -> Path:
    return snapshots.parent


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "running", lambda: NOW)


def test_it_runs_at_its_speed_from_where_it_began(demo: Path) -> None:
    going = replay.begin(START, 60, now=NOW)
    assert going.at(NOW) == START
    assert going.at(NOW + timedelta(minutes=2)) == START + timedelta(hours=2)  # a watch
    assert replay.current() == going


def test_pausing_keeps_the_moment_and_going_on_loses_none(demo: Path) -> None:
    replay.begin(START, 60, now=NOW)
    held = replay.pause(now=NOW + timedelta(seconds=30))
    assert held.at(NOW + timedelta(hours=5)) == START + timedelta(minutes=30)
    again = replay.go_on(now=NOW + timedelta(hours=5))
    assert again.at(NOW + timedelta(hours=5, seconds=30)) == START + timedelta(minutes=60)


@given(minutes=st.integers(0, 60 * 24 * 30), by=st.sampled_from([-1, 1]))
def test_a_step_comes_to_the_beginning_of_a_watch(minutes: int, by: int) -> None:
    was = START + timedelta(minutes=minutes)
    here = watches.bounds(watches.page_day(was), watches.name(was), watches.Day.PAGE)
    came = replay.stepped(Replay(was, NOW, 1, paused=True), by, now=NOW).start
    assert watches.local(came).hour % 2 == 1
    assert watches.local(came).minute == 0
    assert came == here.end if by > 0 else came in (here.start, here.start - timedelta(hours=2))


def test_it_never_comes_to_what_has_not_been(demo: Path) -> None:
    going = replay.begin(NOW - timedelta(minutes=1), 240, now=NOW)
    assert going.at(NOW + timedelta(minutes=10)) == NOW + timedelta(minutes=10)
    with pytest.raises(Refusal, match="还没有到"):
        replay.begin(NOW + timedelta(minutes=1), 60, now=NOW)


@pytest.mark.parametrize("act", ["begin", "pause", "go", "back", "forth", "end"])
def test_a_city_has_no_replay(afternoon: Cast, monkeypatch: pytest.MonkeyPatch, act: str) -> None:
    client = signed_in(afternoon.office)
    monkeypatch.setitem(django_settings.CONFIG.values, "board.moment", "")
    assert "演示时钟" not in client.get("/").content.decode()
    answer = client.post("/board/clock/", {"act": act, "from": "2020-02-02T08:00", "speed": "60"})
    assert answer.status_code == 409
    assert "只在演示里有" in answer.content.decode()
    assert clock.stands_at() is None


def test_a_file_in_a_citys_home_moves_no_clock(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replay.begin(START, 60, now=NOW)
    monkeypatch.setitem(django_settings.CONFIG.values, "board.moment", "")
    assert replay.current() is None
    assert clock.stands_at() is None
    assert clock.known_by() is None


def test_a_file_that_says_nothing_leaves_the_clock_standing(demo: Path) -> None:
    (demo / replay.FILE).write_text("{}", encoding="utf-8")
    assert clock.stands_at() == AT


def test_what_was_recorded_later_is_not_seen(afternoon: Cast, stopped: None) -> None:
    entry("午后另记。", at=AT - timedelta(hours=2))
    office = signed_in(afternoon.office)
    noon = f"{watches.local(AT - timedelta(hours=3, minutes=30)):%Y-%m-%dT%H:%M}"
    office.post("/board/clock/", {"act": "begin", "from": noon, "speed": "60"})
    for path in ("/", "/log/"):
        said = office.get(path).content.decode()
        assert "办公室部署值守。" in said, path
        assert "午后另记。" not in said, path
        assert "演示时钟" in said, path
    office.post("/board/clock/", {"act": "end"})
    assert "午后另记。" in office.get("/").content.decode()


def test_the_board_comes_along_with_the_replay(afternoon: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    office = signed_in(afternoon.office)
    monkeypatch.setattr(clock, "running", lambda: NOW)
    replay.begin(AT - timedelta(hours=4, minutes=30), 60, now=NOW)
    snapshot.refresh(NOW)
    before = office.get("/").context["board"]
    later = NOW + timedelta(minutes=2)
    monkeypatch.setattr(clock, "running", lambda: later)
    snapshot.refresh(later)
    after = office.get("/").context["board"]
    assert after["at"] - before["at"] == timedelta(hours=2)
    assert len(after["log"]) > len(before["log"])


def test_an_act_in_a_replay_is_recorded_at_its_moment(afternoon: Cast, stopped: None) -> None:
    from shichen.journal.models import Entry

    replay.begin(START, 1, now=NOW)
    given = {"text": "回放中记一条。", "occurred_at": f"{watches.local(START):%Y-%m-%dT%H:%M}", "column": ""}
    assert signed_in(afternoon.office).post("/log/write/", given).status_code == 302
    assert Entry.objects.get(text="回放中记一条。").recorded_at == START


def test_a_strange_act_and_speed_are_refused(afternoon: Cast) -> None:
    office = signed_in(afternoon.office)
    for said in ({"act": "run"}, {"act": "pause"}, {"act": "begin"}, {"act": "begin", "from": "2020-02-02T08:00"}):
        assert office.post("/board/clock/", said).status_code == 409
    assert office.post("/board/clock/", {"act": "begin", "from": "2020-02-02T08:00", "speed": "61"}).status_code == 409
