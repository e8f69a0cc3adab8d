"""What tests of signals make: rules in force, counts, an evaluation of a series."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from shichen import watches
from shichen.analysis.signals import asking, rulebook
from shichen.analysis.signals.models import Alarm, Evaluation, Rulebook
from shichen.audit.context import acting
from shichen.city import services as accounts
from shichen.registers.cases import services as cases
from shichen.registers.cases.models import DailyCount
from tests.analysis import made_runs
from tests.made import area

FIRST = date(2020, 1, 23)


def rules(**changed: str) -> Rulebook:
    """The rules as they come with the product, or with lines of them changed throughout."""
    lines = rulebook.shipped()["signals-2020"].splitlines()
    for name, value in changed.items():
        if not any(line.startswith(f"{name} =") for line in lines):
            lines = [f"{line}\n{name} = {value}" if line.startswith("days =") else line for line in lines]
        lines = [f"{name} = {value}" if line.startswith(f"{name} =") else line for line in lines]
    with acting("test", moment=watches.clock(FIRST, 9)):
        return asking.enter("\n".join(lines), "试", by=accounts.system())


def counts(numbers: list[int], first: date = FIRST, place: str = "株洲市", before: int = 0) -> datetime:
    """One count a day, `before` cases before the first; the noon after the last of them."""
    at = watches.clock(first + timedelta(days=len(numbers)), 12)
    with acting("test", moment=at - timedelta(hours=3)):
        made_runs.counts(numbers, first, place, before)
    return at


def corrected(book: Rulebook, on: date, value: int) -> Evaluation | None:
    """A day's new cases put right, and the series evaluated an hour after it was last."""
    at = Evaluation.objects.latest("as_of").as_of + timedelta(hours=1)
    with acting("test", moment=at - timedelta(minutes=30)):
        old = DailyCount.objects.current().get(as_of=on)
        cases.correct_count(old, {"confirmed_new": value}, "复核", by=accounts.system())
    return evaluated(book, at)


def evaluated(book: Rulebook, at: datetime, series: str = "cases", place: str = "株洲市") -> Evaluation | None:
    """One series of one area, evaluated."""
    one = asking.read(book.text).named(series)
    assert one is not None
    with acting("test", moment=at):
        return asking.evaluate(book, one, area(place), at, by=accounts.system())


def alarm(**changed: str) -> Alarm:
    """A signal: a week of one case a day, then twenty."""
    made = evaluated(rules(**changed), counts([1] * 7 + [20]))
    assert made is not None
    return Alarm.objects.get(evaluation=made)
