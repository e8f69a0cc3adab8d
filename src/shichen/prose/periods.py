"""When a number holds: of the day, of a state, of a running total, of a plan; the nearest cue of the sentence wins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import re2

from shichen.prose.phrases import phrases
from shichen.prose.sentences import Stretch
from shichen.prose.subjects import Draft

_SINCE = re2.compile("从?(?:[0-9]{4}年)?([0-9]{1,2})月([0-9]{1,2})日[^,。;]{0,6}(?:至今|以来)")
_DEFAULTS = {"day_page": "day", "chronicle": "event", "case_bulletin": "day", "press": "event"}


@dataclass(slots=True)
class Scope:
    """What the cues so far say of the numbers to come."""

    period: str = ""
    cumulative: bool = False
    since: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """The period of one number."""

    period: str
    cumulative: bool
    period_from: dt.date | None = None


def periods(text: str, sentence: Stretch, drafts: Sequence[Draft], kind: str, covers: dt.date | None, ahead: Scope) -> list[Held]:
    """The period of each draft of a sentence; `ahead` is the scope a 其中 carries over from the sentence before."""
    scope = Scope(ahead.period, ahead.cumulative) if text.startswith("其中", sentence.start) else Scope()
    held: dict[int, Held] = {}
    found: list[Held] = []
    at = sentence.start
    for draft in drafts:
        _cues(scope, text[at : draft.quantity.start], draft)
        at = draft.quantity.start
        base = held.get(id(draft.base)) if draft.base is not None and draft.pattern in ("bracket", "place") else None
        one = base or _held(scope, draft, text, kind, covers)
        held[id(draft)] = one
        found.append(one)
        at = draft.quantity.end
    ahead.period, ahead.cumulative = scope.period, scope.cumulative
    return found


def _cues(scope: Scope, words: str, draft: Draft) -> None:
    """The cues between the last number and this one; the last of them stands."""
    rules = phrases()["periods"]
    if ";" in words and not scope.since and "其中" not in words:
        scope.period, scope.cumulative = ("cum", True) if scope.period == "until" else ("", False)
    best = -1
    for name in ("cumulative", "totals", "until", "since", "day", "state"):
        for word in rules[name]:
            index = words.rfind(word)
            if index > best:
                best = index
                _turn(scope, name, words)
    del draft


def _turn(scope: Scope, name: str, words: str) -> None:
    if name in ("cumulative", "totals", "until"):
        scope.period, scope.cumulative = "cum", True
    elif name == "since":
        match = _SINCE.search(words)
        scope.since = (int(match.group(1)), int(match.group(2))) if match else scope.since
        scope.period, scope.cumulative = ("since", True) if match else (scope.period, scope.cumulative)
    else:
        scope.period, scope.cumulative = name, False


def _held(scope: Scope, draft: Draft, text: str, kind: str, covers: dt.date | None) -> Held:
    quantity = draft.quantity
    if draft.pattern == "change" or quantity.word.startswith("元/"):
        return Held("day", False)
    if scope.period == "since":
        return Held("since", True, _date(scope.since, covers))
    if scope.period == "cum":
        return Held("cum", True)
    clause = text[draft.clause.start : draft.clause.end]
    rules = phrases()["periods"]
    for name in ("streak", "per_day", "target", "plan"):
        if any(word in clause for word in rules[name]):
            return Held("state" if name == "streak" else name, False)
    if scope.period in ("day", "state"):
        return Held(scope.period, False)
    default = _DEFAULTS.get(kind, "event")
    if default == "day" and any(word in draft.subject for word in rules["stocks"]):
        return Held("state", False)
    return Held(default, False)


def _date(since: tuple[int, int] | None, covers: dt.date | None) -> dt.date | None:
    """The first day of a 从1月24日至今: the last such day not after the covering date."""
    if since is None or covers is None:
        return None
    for year in (covers.year, covers.year - 1):
        try:
            day = dt.date(year, *since)
        except ValueError:
            continue
        if day <= covers:
            return day
    return None
