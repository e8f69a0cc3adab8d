"""What an evaluation proposes: an unusual day once; and once more where a dismissed day's counts were corrected so far that they say something else."""

from __future__ import annotations

from datetime import date
from typing import Any

from shichen.analysis import powers
from shichen.analysis.signals.models import Alarm, Answer, Evaluation
from shichen.audit.context import now
from shichen.city import services as accounts
from shichen.indicators.declare import named
from shichen.journal.models import Entry

MOST_NAMED = 3


def propose(one: Evaluation, again: float) -> list[Alarm]:
    """Write down what an evaluation proposes and tell the log. A day that was confirmed, or waits, is not proposed again.

    `again` is by how much the strength of a dismissed day must have moved, where counts it rests on are others than they were.
    """
    unusual = {date.fromisoformat(row["date"]): row for row in one.rows if row["alarm"]}
    same = Alarm.objects.filter(event=one.event, series=one.series, method=one.method, area=one.area)
    found = same.filter(on__in=list(unusual), replaced_by=None).select_related("answer", "evaluation")
    last = {alarm.on: alarm for alarm in found}
    new = [_alarm(one, on, row) for on, row in unusual.items() if on not in last]
    back = [_alarm(one, on, unusual[on], old) for on, old in last.items() if _says_else(old, one, unusual[on], again)]
    Alarm.objects.bulk_create([*new, *back])
    if new:
        days = "、".join(f"{alarm.on:%m月%d日}" for alarm in new[:MOST_NAMED]) + ("等" if len(new) > MOST_NAMED else "")
        _tell(one, f"异常信号待核：{one.area.name}{named(one.indicator).name}，{days}{len(new)}条。", "signal")
    for alarm in back:
        if alarm.replaces is None:
            raise AssertionError("what comes back replaces what was dismissed")
        what = f"{one.area.name}{alarm.on:%m月%d日}{named(one.indicator).name}"
        text = f"异常信号重提：{what}，计数更正后由{alarm.replaces.value:g}成{alarm.value:g}，强度由{alarm.replaces.strength:.1f}成{alarm.strength:.1f}；此前核实为不实的一条由这一条替代。"
        _tell(one, text, "signal_again")
    return [*new, *back]


def corrected(before: Evaluation, one: Evaluation, on: date) -> bool:
    """Whether later data have another count of a day up to `on` than was known before, of the days that both reach back to."""
    if one.as_of <= before.as_of:
        return False
    was, told = ({row["on"]: row["value"] for row in each.inputs} for each in (before, one))
    if not was or not told:
        return False
    begin, end = max(min(was), min(told)), on.isoformat()
    return any(was.get(day) != told.get(day) for day in {*was, *told} if begin <= day <= end)


def _says_else(old: Alarm, one: Evaluation, row: dict[str, Any], again: float) -> bool:
    answer = getattr(old, "answer", None)
    if answer is None or answer.verdict != Answer.Verdict.DISMISSED:
        return False
    return abs((row["strength"] or 0.0) - old.strength) >= again and corrected(old.evaluation, one, old.on)


def _alarm(one: Evaluation, on: date, row: dict[str, Any], replaces: Alarm | None = None) -> Alarm:
    where = {"event": one.event, "unit": one.unit, "area": one.area, "area_path": one.area_path}
    numbers = {name: row[name] or 0.0 for name in ("value", "expected", "upper", "strength")}
    what = {"series": one.series, "method": one.method, "on": on, "replaces": replaces, "raised_at": now()}
    return Alarm(evaluation=one, **what, **where, **numbers)


def _tell(one: Evaluation, text: str, act: str) -> None:
    powers.told(text, one, act, accounts.system(), kind=Entry.Kind.SYSTEM)
