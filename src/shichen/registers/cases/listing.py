"""Acts on the line list of cases (病例一览表): enter a case, or what is known of it by now; correct it, take it out."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from shichen import watches
from shichen.city.models import Account, Area
from shichen.intake.kinds import Arrival, Duplicate
from shichen.journal import services as journal
from shichen.journal.models import Entry
from shichen.records import services as records
from shichen.records.models import Record
from shichen.refusal import Refusal
from shichen.registers.cases import erasing
from shichen.registers.cases.choices import ASYMPTOMATIC, CONFIRMED, UNKNOWN
from shichen.registers.cases.models import CaseLine
from shichen.web.masking import masked

SAYS = (
    "classification",
    "origin",
    "date_onset",
    "date_reporting",
    "date_confirmation",
    "outcome",
    "date_outcome",
)
LONGEST = 180
"""Days from onset to report beyond which a year was mistyped rather than a case reported late (chosen)."""


def record_line(values: dict[str, Any], arrival: Arrival) -> CaseLine:
    """Enter a case, or under a number that its sender used before what is known by now, as the next version (更正). Raises Refusal.

    A box left empty leaves what was known; only a correction on the page takes a date away.
    """
    if erasing.over(arrival.event, watches.civil_day(arrival.reported_at)):
        raise Refusal("事件已结束，病例编号已改作流水号，再报对不上；更正请在病例页上作。", rule="留存期限")
    area = _area(values["area"], values["date_reporting"], arrival)
    number = _number(values["number"], arrival)
    said = {name: values[name] for name in SAYS if values[name] not in (None, "")}
    before = CaseLine.objects.current().filter(event=arrival.event, unit=arrival.unit, number=number).first()
    if before is not None:
        return _again(before, said, area if values["area"] else before.area, arrival)
    begun = {"classification": CONFIRMED, "origin": UNKNOWN}
    line = CaseLine(number=number, sensitivity=Record.Sensitivity.SENSITIVE, **(begun | said))
    arrival.begin(line, area=area)
    check(line)
    records.enter(line, lambda: Refusal("这个病例编号刚由另一份来件登记；请重新报送这一行。", field="number"))
    return line


def _again(before: CaseLine, said: dict[str, Any], area: Area, arrival: Arrival) -> CaseLine:
    _must_reach(before.area, arrival)
    values = {**said, "area": area, "area_path": area.path}
    if all(getattr(before, name) == value for name, value in values.items()):
        raise Duplicate
    reason = f"重报：来件第{arrival.envelope.seq}号第{arrival.row_no}行"
    return records.correct(before, values, reason, check=check, by=arrival.by)


def _number(text: str, arrival: Arrival) -> str:
    """A number of the sender's own. Raises Refusal for one that says who somebody is, or that stood in this sheet before."""
    if masked(text) != text:
        raise Refusal("病例编号不能用证件号码、手机号码或车牌；请用本单位自编的编号。", field="number")
    seen: set[str] = arrival.once("numbers", set)
    if text in seen:
        raise Refusal("这份表里同一病例编号不止一行；请合成一行再报。", field="number")
    seen.add(text)
    return text


def _area(text: str | None, on: date, arrival: Arrival) -> Area:
    area = arrival.area_named(text, on=on)
    _must_reach(area, arrival)
    return area


def _must_reach(area: Area, arrival: Arrival) -> None:
    if not arrival.may_submit(area):
        raise Refusal(f"{arrival.by}不能替{area}报送病例一览表。", rule="报送范围", field="area")


def check(line: CaseLine) -> None:
    """The rules a case must keep: no date to come, ill before reported, an outcome after falling ill. Raises Refusal.

    What is wrong is said without the date itself: the row that waits is sealed, its sentence is not.
    """
    today = watches.civil_day(line.recorded_at)
    for name, label in (
        ("date_onset", "发病日期"),
        ("date_reporting", "报告日期"),
        ("date_confirmation", "确诊日期"),
        ("date_outcome", "转归日期"),
    ):
        on = getattr(line, name)
        if on is not None and on > today:
            raise Refusal(f"{label}还没有到；请核对年月日。", field=name)
    onset, said = line.date_onset, line.date_reporting
    if onset is not None and onset > said:
        raise Refusal("发病日期晚于报告日期；请核对，不知道发病日期就留空。", field="date_onset")
    if onset is not None and (said - onset).days > LONGEST:
        raise Refusal(f"发病到报告超过{LONGEST}天；请核对年份。", field="date_onset")
    if onset is not None and line.classification == ASYMPTOMATIC:
        raise Refusal("无症状感染者没有发病日期；请留空，已发病的改分类为确诊。", field="date_onset")
    if line.date_outcome is not None and line.date_outcome < (onset or said):
        raise Refusal("转归日期早于发病或报告日期；请核对。", field="date_outcome")


@transaction.atomic
def correct_line(old: CaseLine, values: dict[str, Any], reason: str, *, by: Account) -> CaseLine:
    """Put a case right (更正). Raises Refusal."""
    new = records.correct(old, values, reason, check=check, by=by)
    journal.note(new, "更正病例一览表一例。", "case", "correct_line", by=by)
    return new


@transaction.atomic
def void_line(old: CaseLine, reason: str, *, by: Account) -> None:
    """Take a case out of the list (作废). Raises Refusal."""
    records.void(old, reason, by=by)
    journal.note(old, "作废病例一览表一例。", "case", "void_line", by=by)


@transaction.atomic
def tell_lines(lines: list[CaseLine], arrival: Arrival) -> None:
    """One log entry for a list that came: how many cases, how many of them anew; neither numbers nor dates of anybody."""
    again = sum(line.revision > 1 for line in lines)
    unknown = sum(line.date_onset is None for line in lines)
    text = f"收到病例一览表{len(lines)}例，其中重报{again}例，发病日期不明{unknown}例。"
    journal.write(arrival.said(text, kind=Entry.Kind.SYSTEM, topic="case", act="record_lines"), by=arrival.by)
