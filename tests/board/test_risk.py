"""Risk levels on the board: what is signed or set by the Office, with its day; a draft is announced and is no level; an old one lapses."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from shichen.analysis.risk import asking, standing
from shichen.analysis.risk.models import Assessment
from shichen.audit.context import acting
from shichen.board import panels, risk, snapshot
from shichen.board.reader import Reader
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.city.scope import sight
from shichen.site.commands import accounts as command
from tests import made
from tests.analysis import made_risk
from tests.board.conftest import AT, DAY, signed_in
from tests.conftest import Cast
from tests.publications.made import EVERYWHERE

HOUR = timedelta(hours=1)


def judged(place: str = "株洲市", at: datetime = AT - HOUR) -> Assessment:
    """The levels of an area by a rule that was entered the day before, as of an hour before the board."""
    with acting("job", moment=AT - 24 * HOUR):
        if not standing.Rule.objects.exists():
            made_risk.rule()
    with acting("job", moment=at):
        one = made_risk.made(place, at)
    assert one is not None
    return one


def signed(cast: Cast, place: str = "株洲市") -> Assessment:
    one = judged(place)
    with acting("web", moment=AT - HOUR / 2):
        asking.sign(one, "", by=cast.office)  # type: ignore[arg-type]
    return one


def again() -> Assessment:
    """Newer levels of the city, on a count that came later; nobody signed them."""
    with acting("job", moment=AT - HOUR / 3):
        made.count(date(2020, 1, 30), confirmed_new=2, confirmed_cum=18, series="official")
    return judged(at=AT - HOUR / 4)


def page(account: object, **asked: str) -> str:
    panels.forgotten()
    snapshot.refresh(AT)
    said: str = signed_in(account).get("/", asked).content.decode()
    return said


def part(said: str) -> str:
    found = re.search(r'<div id="risk">.*?</div>', said, re.S)
    return found[0] if found else ""


def told(at: datetime = AT, look: bool = True) -> Any:
    board = snapshot.build(AT)
    return risk.shown(board, Reader(EVERYWHERE, at, at, *((EVERYWHERE,) if look else ())))


def test_where_nothing_is_signed_there_is_no_level_and_a_draft_is_announced(afternoon: Cast) -> None:
    assert "没有签发的等级" in part(page(afternoon.office))
    one = judged()
    said = part(page(afternoon.office))
    assert "没有签发的等级" in said
    assert f'<a href="/analysis/risk/{one.pk}/">待签 1 份</a>' in said
    assert "level is-" not in said
    assert told(look=False) is None


def test_a_signed_level_stands_in_words_and_in_a_class_with_its_day_and_leads_to_its_record(afternoon: Cast) -> None:
    one = signed(afternoon)
    said = page(afternoon.office)
    assert re.search(
        rf'<a href="/analysis/risk/{one.pk}/">株洲市</a> <b class="level is-medium">中</b>\s*<small>2月1日</small>',
        said,
    )
    assert '<a href="#risk">风险等级 中</a>' in said
    assert "待签" not in part(said)
    english = signed_in(afternoon.office)
    english.cookies["django_language"] = "en"
    assert '<b class="level is-medium">medium</b>' in english.get("/").content.decode().lower()


def test_a_newer_draft_leaves_the_signed_level_as_it_is(afternoon: Cast) -> None:
    one, newer = signed(afternoon), again()
    said = part(page(afternoon.office))
    assert f'href="/analysis/risk/{one.pk}/">株洲市</a> <b class="level is-medium">中' in said
    assert f'<a href="/analysis/risk/{newer.pk}/">待签 1 份' in said


def test_an_area_whose_reports_leave_it_open_says_so_and_is_never_low(afternoon: Cast) -> None:
    signed(afternoon, "天元区")
    (one,) = told()["areas"]
    assert (one["level"], one["said"]) == ("", "不能判定（低至中）")


@pytest.mark.parametrize(("days", "gone"), [(12, False), (13, True), (60, True)])
def test_a_level_lapses_when_no_day_it_rests_on_is_looked_at_any_more(afternoon: Cast, days: int, gone: bool) -> None:
    """The rule looks at fourteen days; the level is of 1 February."""
    signed(afternoon)
    one = told(AT + timedelta(days=days))["city"]
    assert (one["lapsed"], one["level"], one["said"]) == (gone, "" if gone else "medium", "中")


def test_a_lapsed_level_does_not_look_current_on_the_page(afternoon: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    signed(afternoon)
    monkeypatch.setattr(risk.risk, "lapsed", lambda *_: True)
    said = page(afternoon.office)
    assert re.search(r'<b class="level is-open">已过期</b>\s*<small>2月1日为中，规则看14天', said)
    assert '<a href="#risk">风险等级 已过期</a>' in said


def test_what_the_office_sets_stands_with_the_computed_one_beside_it(afternoon: Cast) -> None:
    signed(afternoon)
    with acting("web", moment=AT - HOUR / 4):
        asking.override(city.the_city(), "high", DAY, None, "省里要求", by=afternoon.office)  # type: ignore[arg-type]
    said = part(page(afternoon.office))
    assert '<b class="level is-high">高</b>' in said
    assert "办公室调整，自2月2日 · 2月1日算出中" in said


def test_nothing_is_told_whose_rule_is_not_kept_with_it(afternoon: Cast) -> None:
    """The gate of risk levels: rule, version, inputs and day, or nothing is shown."""
    one = signed(afternoon)
    (held,) = standing.standing(one.event, DAY, AT)
    assert (held.signed, held.days) == (one, 14)
    found = standing._of(one.area, one, one, None, {("v2020-02", "another version"): 14})
    assert (found.signed, found.row, found.waiting) == (None, None, one)


def test_a_board_of_the_past_knows_what_was_signed_by_then(afternoon: Cast) -> None:
    signed(afternoon)
    assert "没有签发的等级" in part(page(afternoon.office, as_of="2020-02-02T15:10+08:00"))
    assert "is-medium" in part(page(afternoon.office, as_of="2020-02-02T15:50+08:00"))


def test_who_sees_one_unit_sees_neither_level_nor_draft(afternoon: Cast) -> None:
    signed(afternoon)
    again()
    assert part(page(afternoon.traffic)) == ""
    assert signed_in(afternoon.traffic).get("/board.json").json()["risk"] == []


def test_a_screen_sees_levels_without_doors_and_no_draft(afternoon: Cast) -> None:
    one = signed(afternoon)
    again()
    hall = command.screen("hall", "大厅屏")
    board = snapshot.build(AT)
    reader = Reader(sight(hall, "board", at=AT), AT, AT, sight(hall, "view", at=AT))
    said = risk.shown(board, reader)
    assert said is not None
    assert [(row["said"], row["href"]) for row in said["areas"]] == [("中", "")]
    assert (said["waiting"], said["looks"]) == (None, False)
    assert str(one.pk) not in str(said)


def test_data_hold_levels_with_their_rule_and_no_draft(afternoon: Cast) -> None:
    one = signed(afternoon)
    again()
    (row,) = signed_in(afternoon.office).get("/board.json").json()["risk"]
    assert (row["level"], row["computed"]["rule"], row["computed"]["date"]) == ("medium", "v2020-02", "2020-02-01")
    assert row["href"] == f"/analysis/risk/{one.pk}/"
    assert "waiting" not in row


@pytest.mark.parametrize("act", [judged, lambda: made_risk.rule("v2020-09")])
def test_what_comes_makes_the_board_anew(afternoon: Cast, act: Callable[[], object]) -> None:
    snapshot.refresh(AT)
    with acting("job", moment=AT):
        act()
    assert snapshot.refresh(AT)


def test_the_system_signs_nothing(afternoon: Cast) -> None:
    """A level goes out by a person alone; what the clock works out waits."""
    one = judged()
    assert one.asked_by == accounts.system()
    assert standing.standing(one.event, DAY, AT)[0].waiting == one
