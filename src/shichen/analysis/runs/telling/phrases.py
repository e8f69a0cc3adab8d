"""The words that every analysis shares: a card, a number, an interval, a chance, a day, a window, which gate failed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from shichen.analysis.runs.models import Run
from shichen.epi import gates
from shichen.web import words

Row = Mapping[str, Any]
SHOWN = (gates.OK, gates.WIDE, gates.PARTIAL)
MAIN, UNKNOWN = "serial_interval", "unknown_imported"
FANS: Mapping[str, Callable[[], str]] = {
    "stays": lambda: _("若R不变"),
    "settles": lambda: _("若趋势渐缓"),
    "falls": lambda: _("若R下降"),
}
"""What each fan of a forecast supposes, in the order in which they are told."""
SCENARIO = ("情景，不是预测", "a scenario, no forecast")


@dataclass(frozen=True)
class Card:
    """One estimate: what it is, its value and interval, of which window; or why there is none."""

    name: str
    value: str
    interval: str = ""
    about: str = ""
    status: str = ""
    withheld: bool = False


def status(key: str) -> str:
    """A status in words; nothing for a figure that may be shown as it is."""
    zh, en = {**gates.WORDS, "scenario": SCENARIO}.get(key, ("", ""))
    return en if words.english() else zh


def reason(key: str) -> str:
    """Which gate failed, in words."""
    zh, en = gates.REASONS.get(key, ("", ""))
    return en if words.english() else zh


def rows(run: Run, variable: str, strat: str | None = None) -> list[Row]:
    return [one for one in run.rows if one["variable"] == variable and strat in (None, one["strat"])]


def day(text: str) -> str:
    return words.day(date.fromisoformat(text))


def number(value: float | None, digits: int = 2) -> str:
    return words.DASH if value is None else f"{value:.{digits}f}"


def percent(value: float | None, digits: int = 0) -> str:
    return words.DASH if value is None else f"{100 * value:.{digits}f}%".replace("-", "−")


def chance(value: float | None) -> str:
    """A probability; one so near to 0 or 1 that it would be rounded to it says so."""
    if value is None:
        return words.DASH
    return ">99%" if value > 0.995 else "<1%" if value < 0.005 else percent(value)


def interval(row: Row, digits: int = 2, level: str = "95") -> str:
    return f"{number(row[f'lower_{level}'], digits)}–{number(row[f'upper_{level}'], digits)}"


def window(run: Run, row: Row) -> str:
    """The days that a window spans, by their dates."""
    if not row["t_start"]:
        return ""
    first = date.fromisoformat(row["date"]).toordinal() - (row["t_end"] - row["t_start"])
    return _("%(first)s至%(last)s") % {"first": words.day(date.fromordinal(first)), "last": day(row["date"])}


def dated(run: Run) -> str:
    """What the days of a run's numbers are of: onset, report or confirmation."""
    return next((str(one["event"]) for one in run.rows if one["event"]), "confirmation")


def event(run: Run) -> str:
    """The same in words (按发病日期)."""
    if run.method == Run.Method.DELAY:
        return _("从发病到报告")
    return {"onset": _("按发病日期"), "report": _("按报告日期")}.get(dated(run), _("按确诊日期"))


def tail(row: Row) -> str:
    """A status in brackets behind a sentence; nothing for a figure that may be shown as it is."""
    said = status(row["status"])
    return (f" ({said})" if words.english() else f"（{said}）") if said else ""
