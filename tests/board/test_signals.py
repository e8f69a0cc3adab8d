"""Signals on the board: how many wait, the strongest, since when, whose turn; answered ones are gone; a screen has no doors."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest

from shichen.analysis.signals import asking
from shichen.analysis.signals.models import Alarm, Evaluation
from shichen.audit.context import acting
from shichen.board import panels, signals, snapshot
from shichen.board.reader import Reader
from shichen.city import services as accounts
from shichen.city.queries import the_event
from tests.analysis import made_signals
from tests.board.conftest import AT, signed_in
from tests.conftest import Cast
from tests.made import area
from tests.publications.made import EVERYWHERE

HOUR = timedelta(hours=1)


def raised(value: float, on: date, hours: int, place: str = "株洲市") -> Alarm:
    """A signal that has waited for so many hours."""
    with acting("job", moment=AT - hours * HOUR):
        book = asking.in_force(the_event()) or made_signals.rules()
        where: dict[str, Any] = {"event": book.event, "area": area(place), "area_path": area(place).path}
        where["unit_id"] = "epidemic-control-group"
        made: dict[str, Any] = {"series": "cases", "method": "ears-c1"}
        one = Evaluation.objects.create(
            rules=book,
            indicator="cases.confirmed_new",
            as_of=AT - hours * HOUR,
            inputs=[],
            rows=[],
            asked_by=accounts.system(),
            made_at=AT - hours * HOUR,
            **where,
            **made,
        )
        numbers = {"value": value, "expected": 1.0, "upper": 3.0, "strength": (value - 1) / 2}
        return Alarm.objects.create(evaluation=one, on=on, raised_at=AT - hours * HOUR, **where, **made, **numbers)


@pytest.fixture
def two(afternoon: Cast) -> Alarm:
    raised(6, date(2020, 1, 28), 5)
    return raised(9, date(2020, 1, 29), 2)


def page(account: object, **asked: str) -> str:
    panels.forgotten()
    snapshot.refresh(AT)
    said: str = signed_in(account).get("/", asked).content.decode()
    return said


def part(said: str) -> str:
    found = re.search(r'<ul class="rows" id="signals">.*?</ul>', said, re.S)
    return found[0] if found else ""


def test_the_duty_officer_sees_how_many_the_strongest_and_since_when(afternoon: Cast, two: Alarm) -> None:
    said = page(afternoon.office)
    row = part(said)
    assert '<a href="/analysis/alarms/">2条异常信号待核</a>' in row
    assert "最早 5小时前" in row
    assert f'<a href="/analysis/alarms/{two.pk}/">株洲市 1月29日 新增确诊病例 9，高于上限 3</a>' in row
    assert "轮到办公室" in row or "轮到值班员" in row
    assert 'href="#signals">异常信号 2</a>' in said
    assert row not in page(afternoon.outsider)


def test_once_answered_it_is_gone_and_the_board_is_made_anew(afternoon: Cast, two: Alarm) -> None:
    snapshot.refresh(AT)
    with acting("web", moment=AT - HOUR / 2):
        asking.answer(two, "dismissed", "补报旧病例", by=afternoon.office)  # type: ignore[arg-type]
    assert snapshot.refresh(AT)
    assert "1条异常信号待核" in part(page(afternoon.office))
    before = part(page(afternoon.office, as_of="2020-02-02T15:20+08:00"))
    assert "2条异常信号待核" in before
    assert part(page(afternoon.office, as_of="2020-02-02T10:00+08:00")) == ""


def test_a_board_of_a_group_leaves_them_to_the_citys(afternoon: Cast, two: Alarm) -> None:
    assert part(page(afternoon.office, group="traffic-safety-group")) == ""


def test_a_unit_sees_its_own_and_a_screen_no_doors(afternoon: Cast, two: Alarm) -> None:
    raised(20, date(2020, 1, 30), 1, "天元区")
    held = snapshot.build(AT)
    screen = signals.shown(held, Reader(EVERYWHERE, AT, AT))
    assert screen is not None
    assert (screen["n"], screen["href"], screen["strongest"]["href"]) == (3, "", "")
    assert part(page(afternoon.traffic)) == ""
    assert "天元区" in part(page(afternoon.control))


def test_one_that_came_back_says_so(afternoon: Cast, two: Alarm) -> None:
    Alarm.objects.create(
        **{
            name: getattr(two, name)
            for name in ("evaluation", "event", "unit", "area", "area_path", "series", "method", "on", "upper")
        },
        value=30,
        expected=1,
        strength=14.5,
        raised_at=AT - HOUR,
        replaces=two,
    )
    assert "更正后重提" in part(page(afternoon.office))


def test_data_hold_them(afternoon: Cast, two: Alarm) -> None:
    (row,) = signed_in(afternoon.office).get("/board.json").json()["signals"]
    assert (row["n"], row["value"], row["id"]) == (2, 9, str(two.pk))
    assert signed_in(afternoon.traffic).get("/board.json").json()["signals"] == []
