"""When a number holds: of the day, of a state, of a running total, of a plan; the nearest cue of the sentence wins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

import re2

from shichen.prose.drafts import Draft
from shichen.prose.labels import counting
from shichen.prose.literals import Ends, Holds, Literals
from shichen.prose.phrases import phrases
from shichen.prose.sentences import Stretch

_SINCE = re2.compile("从?(?:[0-9]{4}年)?([0-9]{1,2})月([0-9]{1,2})日[^,。;]{0,6}(?:至今|以来)")
_STILL = ("还在", "正在", "尚在", "仍在")
_TREATED = re2.compile("^(?:均)?在[^,。;]{0,12}(?:治疗|隔离|观察)")
_AMONG = re2.compile("[0-9]+[名例](?:确诊)?(?:患者|病例)中,")
_FOUND = re2.compile("目前[^。;0-9]{0,8}(?:追踪|解除)")
_ENDED = Ends(word + end for word in ("治愈", "出院", "死亡", "病亡") for end in ("", "病例"))
_LEVELS = frozenset(("%", "‰", "个百分点", "百分点", "岁", "周岁", "℃", "°C"))
"""What is never summed up over time, whatever 截至 or 累计 stands in the sentence."""
_REMEMBERED = 256
_CLAUSE_CUES = ("streak", "per_day", "target", "plan")
_DEFAULTS = {"day_page": "day", "chronicle": "event", "case_bulletin": "day", "press": "event"}


@dataclass(slots=True)
class Scope:
    """What the cues so far say of the numbers to come.

    `until` once the sentence opened with 截至, `now` once it said 目前 or 已, `fresh` while what is told is new (新增).
    """

    period: str = ""
    cumulative: bool = False
    until: bool = False
    now: bool = False
    fresh: bool = False
    since: tuple[int, int] | None = None

    def reset(self) -> None:
        """A semicolon ends a scope, but not what 截至 says of the whole sentence."""
        if self.period != "since":
            self.period, self.cumulative = ("cum", True) if self.until else ("", False)


class Held(NamedTuple):
    """The period of one number, whether words of the text gave it, and whether they say that it is new."""

    period: str
    cumulative: bool
    cued: bool = True
    period_from: dt.date | None = None
    fresh: bool = False


def periods(
    text: str,
    sentence: Stretch,
    drafts: Sequence[Draft],
    kind: str,
    covers: dt.date | None,
    ahead: Scope,
    held: dict[int, Held],
) -> list[Held]:
    """The period of each draft of a sentence.

    `ahead` is the scope a 其中 carries over from the sentence before, `held` the periods of the drafts before it, to which
    those of the sentence are added.
    """
    inherited = text.startswith("其中", sentence.start)
    scope = Scope(ahead.period, ahead.cumulative, ahead.cumulative) if inherited else Scope()
    found: list[Held] = []
    at = sentence.start
    for draft in drafts:
        _cues(scope, text[at : draft.quantity.start], kind)
        at = draft.quantity.end
        part = draft.base is not None and draft.pattern in ("bracket", "place")
        one = held.get(id(draft.base)) if part else None
        if draft.header:
            one = _of_header(draft.header)
        scope.now = scope.now or (draft.left.startswith("已") and bool(_ENDED.of(draft.subject)))
        held[id(draft)] = one or _over(scope, draft, kind, ahead) or _held(scope, draft, text, kind, covers)
        found.append(held[id(draft)])
    ahead.period, ahead.cumulative = scope.period, scope.cumulative or (bool(found) and found[-1].cumulative)
    ahead.fresh = scope.fresh or (ahead.fresh and not scope.period)
    return found


def _over(scope: Scope, draft: Draft, kind: str, ahead: Scope) -> Held | None:
    """What is over stays over (死亡, 出院, 已解除): a running total beside what stands, unless the words say that it is new.

    Without a word of its own sentence it is what the sentence ahead told: new, or so far.
    """
    left = draft.left
    if kind != "case_bulletin" or scope.period in ("day", "cum", "since") or "现有" in left:
        return None
    if not _ENDED.of(draft.subject):
        return Held("cum", True) if "已解除" in left else None
    if scope.until or scope.now or "已" in left:
        return Held("cum", True)
    if scope.period or not (ahead.fresh or ahead.cumulative):
        return None
    return Held("day", False, fresh=True) if ahead.fresh else Held("cum", True)


def of_words(words: str, header: str, kind: str) -> Held:
    """The period of a number in a table, by the words of its heads and its caption; else that of its kind of bulletin."""
    cue = _cue(words)
    if cue in ("cumulative", "totals"):
        return Held("cum", True)
    if cue in ("day", "state"):
        return Held(cue, False)
    return _of_header(header) if counting(header) else Held(_DEFAULTS.get(kind, "event"), False, cued=False)


def _of_header(header: str) -> Held:
    """确诊病例中, … breaks down all cases so far unless it says 新增 or 现有."""
    if "新增" in header:
        return Held("day", False)
    now = any(word in header for word in ("现有", "重症", "危重", "疑似", "在院"))
    return Held("state", False) if now else Held("cum", True)


def _cues(scope: Scope, words: str, kind: str) -> None:
    """The cues between the last number and this one; the last of them stands."""
    words = _after_until(scope, words)
    if kind == "case_bulletin" and ("目前" in words or "中," in words):
        scope.now = scope.now or "目前" in words or _AMONG.search(words) is not None
        if _FOUND.search(words):
            scope.period, scope.cumulative, scope.fresh = "cum", True, False
    if ";" in words:
        scope.reset()
        words = words.rsplit(";", 1)[-1]
    name = _cue(words)
    if name:
        _turn(scope, name, words)


@lru_cache(maxsize=_REMEMBERED)
def _cue(words: str) -> str:
    """What the last cue among the words says, or nothing."""
    cues, names = _cue_words()
    found = cues.find(words)
    return names[found[-1].word] if found else ""


@cache
def _cue_words() -> tuple[Literals, dict[str, str]]:
    names = {
        word: name for name in ("day", "state", "since", "totals", "cumulative") for word in phrases()["periods"][name]
    }
    return Literals(names), names


def _after_until(scope: Scope, words: str) -> str:
    """截至今天下午2点, says running totals; the 今天 in it says nothing."""
    for word in phrases()["periods"]["until"]:
        at = words.rfind(word)
        if at >= 0:
            scope.period, scope.cumulative, scope.until = "cum", True, True
            _, comma, rest = words[at:].partition(",")
            return (
                rest if comma else words[at + len(word) :].replace("今天", "").replace("当天", "").replace("当日", "")
            )
    return words


def _turn(scope: Scope, name: str, words: str) -> None:
    scope.fresh = name == "day" and "新增" in words
    if name in ("cumulative", "totals"):
        scope.period, scope.cumulative = "cum", True
    elif name == "since":
        match = _SINCE.search(words)
        scope.period, scope.cumulative = ("since" if match else "cum"), True
        if match is not None:
            scope.since = (int(match.group(1)), int(match.group(2)))
    else:
        scope.period, scope.cumulative = name, False


def _held(scope: Scope, draft: Draft, text: str, kind: str, covers: dt.date | None) -> Held:
    if draft.pattern == "change" or draft.quantity.word.startswith("元/"):
        return Held("day", False)
    if draft.right.lstrip("人例")[:4].startswith(_STILL) or _TREATED.search(draft.right):
        return Held("state", False)
    if scope.period == "since":
        return Held("since", True, period_from=_date(scope.since, covers))
    if scope.period == "cum":
        return Held("state", False) if draft.quantity.word in _LEVELS else Held("cum", True)
    planned = _clause_cue(text[draft.clause.start : draft.clause.end])
    if planned:
        return Held("state" if planned == "streak" else planned, False)
    if scope.period in ("day", "state"):
        return Held(scope.period, False, fresh=scope.fresh)
    default = _DEFAULTS.get(kind, "event")
    if default == "day" and _stocks().of(draft.subject):
        return Held("state", False, cued=False)
    return Held(default, False, cued=False)


@lru_cache(maxsize=_REMEMBERED)
def _clause_cue(clause: str) -> str:
    """What the words of the clause itself say, the first of 连续, 每日, 确保, 拟 before the others; or nothing."""
    words, names = _clause_words()
    told = {names[word] for word in words.of(clause)}
    return next((name for name in _CLAUSE_CUES if name in told), "") if told else ""


@cache
def _clause_words() -> tuple[Holds, dict[str, str]]:
    names = {word: name for name in reversed(_CLAUSE_CUES) for word in phrases()["periods"][name]}
    return Holds(names), names


@cache
def _stocks() -> Holds:
    return Holds(phrases()["periods"]["stocks"])


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
