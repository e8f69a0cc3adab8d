"""Risk levels in English: asked for and worked out in the background, read, checked, set otherwise, signed; and what goes wrong."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from shichen import watches
from shichen.analysis.risk import rulebook
from shichen.analysis.risk.models import Assessment
from shichen.analysis.signals import rulebook as watched
from shichen.analysis.signals.models import Alarm, Evaluation
from shichen.audit.context import acting
from shichen.city.models import Account
from shichen.jobs import running
from shichen.publications.portal import folder, levels


def walked(walk: Any) -> tuple[Any, ...]:
    """Whoever analyses, and whoever signs."""
    expert, leader = walk("expert"), walk("leader")
    expert.send("/analysis/risk/ask/", as_of="x")
    expert.send("/analysis/risk/ask/", as_of="2100-01-01T00:00")
    expert.send("/analysis/risk/ask/", as_of="2020-01-01T00:00")
    expert.send("/analysis/risk/ask/", as_of="2020-02-25T12:00")
    while running.run_next(timezone.now()):
        pass
    expert.everywhere(("/analysis/risk/", "/analysis/risk/?until=x", "/analysis/risk/?until=2020-03-02T00:00"))
    expert.everywhere(("/analysis/risk/rules/", "/analysis/risk/rules/v2020-02/", "/analysis/risk/rules/new/"))
    for one in Assessment.objects.order_by("number")[:14]:
        expert.look(f"/analysis/risk/{one.pk}/", expert.client.get(f"/analysis/risk/{one.pk}/"))
    one = Assessment.objects.filter(area__code="430200", signature=None).order_by("as_of")[0]
    at = f"/analysis/risk/{one.pk}/"
    expert.send(f"{at}recompute/")
    leader.send(f"{at}recompute/")
    for wrong in ({"from_day": ""}, {"from_day": "x"}, {"level": "hot"}, {"reason": ""}, {"to_day": "2020-01-01"}):
        leader.send(f"{at}override/", **{"from_day": "2020-02-19", "level": "high", "reason": "省里要求", **wrong})
    leader.send(f"{at}override/", from_day="2020-02-19", level="high", reason="省里要求")
    leader.send(f"{at}sign/", note="看过了")
    leader.send(f"{at}sign/", note="再签")
    text = rulebook.shipped()["v2020-02"]
    for wrong_text in (text, text.replace("days = 14", "days = 0", 1), text.replace("source", "sources"), "x", "="):
        expert.send("/analysis/risk/rules/new/", text=wrong_text, reason="试")
    expert.send("/analysis/risk/rules/new/", text=text.replace('"v2020-02"', '"v2020-02b"'), reason="")
    expert.send("/analysis/risk/rules/new/", text=text.replace('"v2020-02"', '"v2020-02b"'), reason="另一份")
    duty, newsroom = walk("duty"), walk("newsroom")
    let_out(newsroom, leader)
    signals(expert, leader, duty)
    return expert, leader, duty, newsroom


def let_out(newsroom: Any, leader: Any) -> None:
    """The levels of 20 February put up for the public, looked at, signed; and what goes wrong."""
    for wrong in ({"name": "x"}, {"until": "2020-02-02"}, {"until": "2100-01-01"}):
        newsroom.send("/decisions/tables/propose/", **{"name": levels.NAME, "until": "2020-02-21", **wrong})
    by = {one.username: one for one in Account.objects.filter(username__in=("newsroom", "leader"))}
    day = date(2020, 2, 21)
    with acting("test", moment=watches.clock(day, 10)):  # at the demonstration's own clock no level is signed yet
        table = levels.propose(day, by=by["newsroom"])
    at = f"/decisions/tables/{table.pk}/"
    newsroom.everywhere((at, "/decisions/tables/"))
    leader.send(f"{at}sign/")
    with acting("test", moment=watches.clock(day, 10)):
        levels.release(table, by=by["leader"])
    folder.refresh(timezone.now())
    leader.look(at, leader.client.get(at))
    newsroom.look("/open/en/risk/", newsroom.client.get("/open/en/risk/"))


def signals(expert: Any, leader: Any, duty: Any) -> None:
    """Series that are watched, a day far above them, answers and what goes wrong."""
    expert.send("/analysis/alarms/ask/", as_of="x")
    expert.send("/analysis/alarms/ask/", as_of="2020-02-02T14:00")
    while running.run_next(timezone.now()):
        pass
    text = watched.shipped()["signals-2020"]
    for wrong in (text, "x", "=", text.replace("minutes = 120", "minutes = 1"), text.replace("ears-c2", "magic")):
        expert.send("/analysis/alarms/rules/new/", text=wrong, reason="试")
    for more in (
        text.replace('"cases.confirmed_cum"', '"x"'),
        text.replace('"fever"', '"cases"'),
        text.replace("alpha = 0.01", "alpha = 9"),
        text + "[x]\n",
    ):
        expert.send("/analysis/alarms/rules/new/", text=more, reason="试")
    expert.send("/analysis/alarms/rules/new/", text=text.replace('"signals-2020"', '"signals-b"'), reason="")
    one = Evaluation.objects.filter(area__code="430200", series="cases").order_by("as_of")[0]
    row = {"value": 6.0, "expected": 1.0, "upper": 3.0, "strength": 2.5}
    where = {"event": one.event, "unit": one.unit, "area": one.area, "area_path": one.area_path}
    for day in (26, 27):  # the 28th is the demonstration's own
        when = {"on": date(2020, 1, day), "raised_at": one.made_at}
        Alarm.objects.create(evaluation=one, series=one.series, method=one.method, **where, **row, **when)
    first, second = (f"/analysis/alarms/{alarm.pk}/" for alarm in Alarm.objects.order_by("on")[:2])
    duty.everywhere(("/analysis/alarms/", first, "/alarms/"))
    expert.send(f"{first}recompute/")
    leader.send(f"{first}recompute/")
    duty.send(f"{first}answer/", verdict="")
    duty.send(f"{first}answer/", verdict="dismissed", reason="")
    duty.send(f"{first}answer/", verdict="dismissed", reason="补报")
    duty.send(f"{first}answer/", verdict="confirmed")
    duty.send(f"{second}answer/", verdict="confirmed")
    when = {"on": date(2020, 1, 26), "raised_at": one.made_at, "replaces": Alarm.objects.order_by("on")[0]}
    again = Alarm.objects.create(evaluation=one, series=one.series, method=one.method, **where, **row, **when)
    duty.look(f"/analysis/alarms/{again.pk}/", duty.client.get(f"/analysis/alarms/{again.pk}/"))
    duty.everywhere(("/analysis/alarms/", first, second))
