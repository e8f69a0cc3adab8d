"""The snapshot: what a board says at a moment, when it is written anew, what it costs to read."""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from shichen.audit.context import acting
from shichen.board import duties, services, snapshot
from shichen.board.models import Tile
from shichen.board.showing import row_shown
from shichen.indicators import services as indicators
from shichen.indicators.declare import Scope
from shichen.indicators.models import Figure
from shichen.indicators.services import Span, Stated
from shichen.intake.models import Obligation
from shichen.refusal import Refusal
from shichen.web import away, outage
from tests import made
from tests.board.conftest import AT, DAY, due, entry
from tests.conftest import Cast


def tile(board: snapshot.Board, key: str) -> dict[str, Any]:
    return next(one for one in board["tiles"] if one["key"] == key)


def test_a_tile_has_its_value_its_base_its_reporters_and_where_it_is_traced(afternoon: Cast) -> None:
    one = tile(snapshot.build(AT), "traffic.vehicles_checked")
    assert (one["value"], one["before"], one["same_hour"]) == ("120", "101", True)
    assert (one["arrived"], one["expected"]) == (1, 2)
    assert one["href"] == "/figures/traffic.vehicles_checked/?from=2020-02-02&to=2020-02-02&area=430200"
    assert len(one["series"]) == 13
    assert one["series"][-2:] == [["2020-02-01", "101"], ["2020-02-02", "120"]]
    assert one["open"]


def test_cases_are_those_published_by_the_moment(afternoon: Cast) -> None:
    one = tile(snapshot.build(AT), "cases.confirmed_new")
    assert (one["value"], one["before"], one["open"]) == ("3", "1", False)
    assert one["as_of"] == "2020-02-02T00:00:00+08:00"
    assert "dated=published" in one["href"]


def test_nothing_reported_is_no_value_and_not_nought(afternoon: Cast) -> None:
    board = snapshot.build(AT)
    assert tile(board, "cases.discharged")["value"] is None
    assert tile(board, "police.vehicles_checked")["value"] is None


def test_a_frozen_figure_that_still_holds_is_the_one_shown(afternoon: Cast) -> None:
    with acting("job", moment=AT - timedelta(minutes=30)):
        figure = _freeze("traffic.vehicles_checked")
    one = tile(snapshot.build(AT), "traffic.vehicles_checked")
    assert (one["href"], one["open"], one["same_hour"]) == (f"/figures/{figure.pk}/", False, False)
    assert one["final_at"] == figure.frozen_at.isoformat()
    made.tally("Z02", (0, 8))
    moved = tile(snapshot.build(AT), "traffic.vehicles_checked")
    assert (moved["value"], moved["final_at"]) == ("130", None)


def test_a_figure_frozen_after_the_moment_was_not_known_then(afternoon: Cast) -> None:
    with acting("job", moment=AT + timedelta(minutes=1)):
        _freeze("traffic.vehicles_checked")
    assert tile(snapshot.build(AT), "traffic.vehicles_checked")["final_at"] is None


def _freeze(key: str) -> Figure:
    return indicators.freeze(
        key,
        made.day_of(DAY),
        Scope(made.area("株洲市")),
        reporter=made.body("traffic-safety-group"),
        event=made.city.the_event(),
        by=made.accounts.system(),
    )


def test_the_missing_list_names_posts_and_overdue_reports(afternoon: Cast) -> None:
    board = snapshot.build(AT)
    row = next(row for row in board["missing"] if row["kind"] == "shift" and row["on"] == "2020-02-02")
    assert (row["who"], row["posts"], row["count"]) == ("疫情值守点", ["Z02号点"], 1)
    assert (row["from"], row["to"]) == ("2020-02-02T00:00:00+08:00", "2020-02-02T08:00:00+08:00")
    assert row["due"] == "2020-02-02T08:30:00+08:00"  # half an hour after the shift, as the profile says
    owed = {row["code"]: row for row in board["missing"] if row["kind"] == "duty"}
    assert "hubei-history" in owed  # due at 13:00, nobody stated it
    assert "media" in owed  # due at 19:00, within four hours
    assert "hotels-venues" not in {code for code, row in owed.items() if row["on"] == "2020-02-02"}  # due at 23:00


def test_a_stated_figure_meets_its_duty(afternoon: Cast) -> None:
    rows = [row["code"] for row in snapshot.build(AT)["missing"]]
    assert "hubei-history" in rows
    said = entry("核查若干人。", "epidemic-control-group", AT - timedelta(hours=3))
    _state(said, "persons.hubei_history_verified")
    today = [row["code"] for row in snapshot.build(AT)["missing"] if row["on"] == "2020-02-02"]
    assert "hubei-history" not in today


def _state(said: object, key: str) -> None:
    one = Stated(
        value=Decimal(5), unit="人", span=Span(0, 2, "5人", "核查5人。", 0), envelope=made.uuid.uuid4(),
        reporter=made.body("epidemic-control-group"), area=made.area("株洲市"), event=made.city.the_event(),
        stated_at=AT - timedelta(hours=3), key=key, period=made.day_of(DAY),
    )  # fmt: skip
    with acting("job", moment=AT - timedelta(hours=2)):
        indicators.state(one, entry=said, by=made.accounts.system())  # type: ignore[arg-type]


def test_duties_are_due_at_their_hour_on_their_day(afternoon: Cast) -> None:
    assert due("case-counts").isoformat() == "2020-02-03T10:00:00+08:00"
    assert due("supplies").isoformat() == "2020-02-02T07:00:00+08:00"


def test_the_strip_counts_the_entries_of_each_watch(afternoon: Cast) -> None:
    strip = {cell["watch"]: cell for cell in snapshot.build(AT)["strip"]}
    assert list(strip) == list("子丑寅卯辰巳午未申酉戌亥")
    assert (strip["巳"]["count"], strip["午"]["count"], strip["未"]["count"], strip["申"]["count"]) == (
        1,
        6,
        1,
        0,
    )  # the five reports of posts and cases came at noon
    assert strip["巳"]["headline"] == "办公室部署值守。"


def test_the_board_looks_back_to_what_was_recorded_by_then(afternoon: Cast) -> None:
    before = AT - timedelta(hours=3, minutes=30)
    board = snapshot.build(before, as_of=before)
    assert tile(board, "traffic.vehicles_checked")["value"] is None
    assert [line["text"] for line in board["log"]] == ["值守点查车若干台。", "办公室部署值守。"]


def test_refresh_writes_once_and_again_when_something_changed(afternoon: Cast, snapshots: Path) -> None:
    assert snapshot.refresh(AT)
    first = snapshot.load()
    assert first is not None
    assert not snapshot.refresh(AT + timedelta(seconds=2))
    entry("又一条。")
    assert snapshot.refresh(AT + timedelta(seconds=4))
    second = snapshot.load()
    assert second is not None
    assert second["version"] > first["version"]
    assert second["log"][0]["text"] == "又一条。"
    assert [path.name for path in snapshots.iterdir()] == ["board.json"]


@pytest.mark.parametrize("act", ["tally", "correct", "strike", "tiles"])
def test_every_act_that_changes_the_board_changes_the_stamp(afternoon: Cast, act: str) -> None:
    before = snapshot.stamp_of(AT)
    if act == "tally":
        made.tally("Z02", (8, 16))
    elif act == "correct":
        from shichen.records import services as records
        from shichen.registers.checkpoints.models import Tally

        old = Tally.objects.current().filter(vehicles=120).get()
        records.correct(old, {"vehicles": 121}, "数错", check=lambda row: None, by=made.accounts.system())
    elif act == "strike":
        from shichen.journal import services as journal
        from shichen.journal.models import Entry

        journal.strike(Entry.objects.filter(text="卡点换班。").get(), "重复", by=made.accounts.system())
    else:
        services.set_tiles(["cases.confirmed_new"])
    assert snapshot.stamp_of(AT) != before


def test_a_running_clock_makes_a_new_board_every_minute(afternoon: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shichen.web.clock.stands_at", lambda: None)
    assert snapshot.stamp_of(AT) == snapshot.stamp_of(AT + timedelta(seconds=30))
    assert snapshot.stamp_of(AT) != snapshot.stamp_of(AT + timedelta(minutes=1))


def test_a_broken_or_older_snapshot_is_made_anew(afternoon: Cast, snapshots: Path) -> None:
    snapshot.refresh(AT)
    for wrong in ("", "{", json.dumps({"shape": 0})):
        (snapshots / "board.json").write_text(wrong, encoding="utf-8")
        assert snapshot.current(AT)["shape"] == snapshot.SHAPE


def test_reading_the_snapshot_asks_the_database_nothing(afternoon: Cast) -> None:
    snapshot.refresh(AT)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert snapshot.current(AT)["city"] == "株洲市"
    assert len(asked) == 0


def test_the_snapshot_names_no_account_and_no_person(afternoon: Cast) -> None:
    snapshot.refresh(AT)
    board = snapshot.load()
    assert board is not None
    assert not {"author", "account", "by"} & {name for line in board["log"] for name in line}


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [(["cases.confirmed_new"] * 2, "两次"), (["no.such"], "no.such"), ([f"k{n}" for n in range(9)], "最多 8 格")],
)
def test_tiles_that_cannot_be_shown_are_refused_and_the_old_ones_stay(
    afternoon: Cast, keys: list[str], sentence: str
) -> None:
    with pytest.raises(Refusal, match=sentence):
        services.set_tiles(keys)
    assert Tile.objects.filter(group=None).count() == 4


def test_urging_writes_one_entry_and_the_board_says_when(afternoon: Cast) -> None:
    said = services.nudge("hubei-history", DAY, at=AT, by=afternoon.office)  # type: ignore[arg-type]
    assert "疫情防控组" in said.text
    assert said.kind == "act"
    assert snapshot.build(AT)["nudged"] == {"hubei-history:2020-02-02": AT.isoformat()}
    shift = services.nudge("traffic.0000-0800", DAY, at=AT, by=afternoon.office)  # type: ignore[arg-type]
    assert shift.text == "催报：疫情值守点1个未报2月2日0—8时班次记录：Z02号点。"


def test_what_is_not_owed_cannot_be_urged(afternoon: Cast) -> None:
    with pytest.raises(Refusal, match="不必催报"):
        services.nudge("supplies", DAY + timedelta(days=9), at=AT, by=afternoon.office)  # type: ignore[arg-type]
    with pytest.raises(Refusal, match="角色"):
        services.nudge("hubei-history", DAY, at=AT, by=afternoon.auditor)  # type: ignore[arg-type]


def silent(at: datetime) -> list[tuple[str, list[str]]]:
    rows = snapshot.build(at)["missing"]
    return [(row["code"], row["posts"]) for row in rows if row["kind"] == "shift" and row["on"] == "2020-02-02"]


def test_each_shift_is_missed_by_itself(afternoon: Cast) -> None:
    assert silent(AT) == [("traffic.0000-0800", ["Z02号点"])]
    handed_over = AT + timedelta(minutes=5)  # 16:03: the second shift is over, neither post has told it
    assert silent(handed_over) == [
        ("traffic.0000-0800", ["Z02号点"]),
        ("traffic.0800-1600", ["Z01号点", "Z02号点"]),
    ]
    with acting("job", moment=handed_over):
        made.tally("Z02", (8, 16))
    assert silent(handed_over)[1] == ("traffic.0800-1600", ["Z01号点"])


def test_a_shift_is_due_at_its_end_and_overdue_after_the_grace(afternoon: Cast) -> None:
    def late(minutes: int) -> list[bool]:
        at = AT + timedelta(minutes=minutes)
        rows = [row_shown(row, snapshot.build(at), at) for row in snapshot.build(at)["missing"]]
        return [row["late"] for row in rows if row["code"] == "traffic.0800-1600" and row["on"] == "2020-02-02"]

    assert late(0) == []  # 15:58
    assert late(10) == [False]  # 16:08
    assert late(33) == [True]  # 16:31


def test_a_shift_that_nobody_told_leaves_the_list_a_day_after_it_was_due(afternoon: Cast) -> None:
    yesterday = [row["code"] for row in snapshot.build(AT)["missing"] if row.get("on") == "2020-02-01"]
    assert "traffic.0800-1600" in yesterday  # due at 16:30, less than a day ago
    assert "traffic.0000-0800" not in yesterday
    gone = [row["code"] for row in snapshot.build(AT + timedelta(minutes=33))["missing"] if row["on"] == "2020-02-01"]
    assert "traffic.0800-1600" not in gone


def test_a_night_shift_is_of_the_day_it_begins_on(afternoon: Cast) -> None:
    with acting("job", moment=AT - timedelta(days=9)):
        made.post("Z03", shifts="20:00-08:00")
    rows = [row for row in snapshot.build(AT)["missing"] if row["code"] == "traffic.2000-0800"]
    assert [(row["on"], row["posts"], row["due"]) for row in rows] == [
        ("2020-02-01", ["Z03号点"], "2020-02-02T08:30:00+08:00")
    ]
    assert "20—次日8时" in row_shown(rows[0], snapshot.build(AT), AT)["shift"]


def test_a_network_without_an_agreed_hour_has_the_grace_of_any_figure(afternoon: Cast) -> None:
    with acting("job", moment=AT - timedelta(days=9)):
        made.post("P01", "police")
    row = next(row for row in snapshot.build(AT)["missing"] if row["code"] == "police.0000-0800")
    assert row["due"] == "2020-02-02T08:30:00+08:00"
    Obligation.objects.filter(code="post-shift").update(due_after_minutes=90)
    rows = {row["code"]: row["due"] for row in snapshot.build(AT)["missing"] if row["on"] == "2020-02-02"}
    assert rows["traffic.0000-0800"] == "2020-02-02T09:30:00+08:00"
    assert rows["police.0000-0800"] == "2020-02-02T08:30:00+08:00"


def test_the_shifts_of_all_posts_cost_two_questions(afternoon: Cast) -> None:
    moment = duties.Moment(AT, made.area("株洲市"), made.city.the_event())

    def questions() -> int:
        held = duties.Duties(moment)
        assert held.all
        with CaptureQueriesContext(connection) as asked:
            held.silent()
            held.posts(made.body("traffic-safety-group"), DAY)
        return len(asked) - 2  # the body that the test asks for, and the networks by who runs them

    few = questions()
    for number in range(10, 20):
        made.post(f"Z{number}")
    assert questions() == few == 2


def test_duties_read_the_reports_of_posts(afternoon: Cast) -> None:
    moment = duties.Moment(AT, made.area("株洲市"), made.city.the_event())
    held = duties.Duties(moment)
    assert held.posts(made.body("traffic-safety-group"), DAY) == (1, 2)
    assert held.posts(made.body("office"), DAY) is None


def test_the_answer_while_the_database_is_away_says_since_when_and_of_what_moment_the_board_is(
    afternoon: Cast, snapshots: Path, rf: RequestFactory
) -> None:
    first = away.answer(rf.get("/log/")).content.decode()  # type: ignore[attr-defined]
    assert "数据库刚才没有应答" in first
    assert "上面写明数据是几时的" in first
    snapshot.refresh(AT)
    os.utime(snapshots / "board.json", (AT.timestamp(),) * 2)
    outage.tell()
    os.utime(snapshots / "outage", ((AT + timedelta(minutes=7)).timestamp(),) * 2)
    answer = away.answer(rf.get("/log/"))
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    page = answer.content.decode()  # type: ignore[attr-defined]
    assert "自 2月2日 16:05 起数据库没有应答" in page
    assert "上面是 2月2日 15:58 的数据" in page
