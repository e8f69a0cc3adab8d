"""Small words of a sentence: what is peeled off a subject, where a noun ends, which verbs stand as parts of nouns."""

from __future__ import annotations

import tomllib
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

from shichen.prose.literals import Ends, Hit, Literals, Starts
from shichen.prose.tables import FOLDER

_MARKS = "“”\"'「」『』()《》 —*,;:、"
_REMEMBERED = 512
"""Official prose repeats itself: the last so many words of a kind are kept with what they came to."""
_IDLE = frozenset("“”\"'「」『』()《》 *—")
_CLAUSE_ENDS = frozenset(",;:。!?")


@cache
def phrases() -> dict[str, Any]:
    """The word lists of phrases.toml."""
    return tomllib.loads((FOLDER / "phrases.toml").read_text(encoding="utf-8"))


@cache
def ends(name: str) -> Ends:
    """A word list asked by how a text ends."""
    return Ends(phrases()[name])


@cache
def starts(name: str) -> Starts:
    """A word list asked by position."""
    return Starts(phrases()[name])


@cache
def _diseases() -> Literals:
    return Literals(phrases()["diseases"])


def diseases(text: str, at: int = 0) -> list[Hit]:
    """The names of the disease in a text, old and new."""
    return _diseases().find(text, at)


@lru_cache(maxsize=_REMEMBERED)
def peel(left: str) -> tuple[str, tuple[str, ...]]:
    """What stands before a number without its qualifiers (共, 累计, 约, 达到), and those qualifiers, nearest first."""
    found: list[str] = []
    while left:
        stripped = left.rstrip(" “\"'—:")
        word = ends("qualifiers").of(stripped)
        if not word or (len(word) == 1 and ends("guards").of(stripped)):
            return stripped, tuple(found)
        if word not in found:
            found.append(word)
        left = stripped[: -len(word)]
    return left, tuple(found)


def unled(text: str) -> str:
    """The clause without the adverbials it opens with (其中, 全天共, 该局)."""
    while text:
        stripped = text.lstrip(_MARKS)
        word = starts("leading").at(stripped, 0)
        if not word or starts("openers").at(stripped, 0):
            return stripped
        text = stripped[len(word) :]
    return text


def bare(text: str) -> str:
    """The words without quotation marks, blanks, and brackets with what they hold."""
    if _IDLE.isdisjoint(text):
        return text
    while "(" in text and ")" in text.partition("(")[2]:
        head, _, rest = text.partition("(")
        text = head + rest.partition(")")[2]
    return "".join([character for character in text if character not in _IDLE])


@lru_cache(maxsize=_REMEMBERED)
def named(text: str) -> str:
    """The words of a clause that may name what it counts: without its adverbials and its marks."""
    return bare(unled(text))


@lru_cache(maxsize=_REMEMBERED)
def undiseased(subject: str) -> str:
    """确诊病例 names its disease by itself; 确诊新冠肺炎 does not."""
    named = diseases(subject)
    if not named and not subject.startswith("的"):
        return subject
    short = subject
    for hit in named:
        short = short.replace(hit.word, "", 1)
    short = short.removeprefix("的")
    return short if len(short) >= 4 and any(word in short for word in ("病例", "患者", "确诊", "感染者")) else subject


def nominal(text: str, hit: Hit, stop: int) -> bool:
    """A verb that may be part of a noun before `stop`: 检测 in 检测仪, 确诊 in 确诊病例."""
    return bool(starts("nominal").inside(text, hit.end, stop) or starts("objects").inside(text, hit.end, stop))


def between(hits: Sequence[Hit], start: int, end: int) -> Sequence[Hit]:
    """The verbs that begin at `start` or later and end by `end`, of verbs in order."""
    first = bisect_left(hits, (start,))
    last = bisect_left(hits, (end,), first)
    return hits[first : last if last == first or hits[last - 1].end <= end else last - 1]


def governing(text: str, hits: Sequence[Hit], start: int, end: int) -> list[Hit]:
    """The verbs within a stretch that are verbs there, in order: 排查 in 排查人员, but not 确诊 in 报告确诊病例."""
    found: list[Hit] = []
    for hit in between(hits, start, end):
        noun = starts("nominal").inside(text, hit.end, end)
        object_ = found and starts("objects").inside(text, hit.end, end)
        if not noun and not (object_ and found[-1].end < hit.start):
            found.append(hit)
    return found


def ungoverned(text: str, verbs: Sequence[Hit], end: int) -> list[Hit]:
    """The verbs before a number without those that an earlier verb makes nouns: 完成…分析报告, 接受网上捐赠."""
    found = list(verbs)
    while len(found) > 1:
        gap = text[found[-2].end : found[-1].start]
        closes = not text[found[-1].end : end].strip("“” )")
        joined = gap in ("", "或", "并", "和", "及") or gap.endswith(("了", "并", "已"))
        if joined or not (closes or _compound(found[-1].word)):
            break
        found.pop()
    return found


def noun_end(text: str, start: int, end: int, hits: Sequence[Hit]) -> int:
    """Where the noun phrase that opens at `start` ends: at a function word, or at a verb that is not part of it."""
    verbs = {hit.start: hit for hit in hits[bisect_left(hits, (start + 1,)) : bisect_left(hits, (end,))]}
    stops, inside = starts("stops"), starts("inside")
    index = start
    while index < end and text[index] not in _CLAUSE_ENDS:
        known = inside.at(text, index) or starts("diseases").at(text, index)
        if known:
            index += len(known)
        elif index in verbs:
            if not _within(text, verbs[index], start, end):
                return index
            index = verbs[index].end
        elif stops.at(text, index) and not _attributive(text, start, index):
            return index
        else:
            index += 1
    return min(index, end)


def _within(text: str, hit: Hit, start: int, end: int) -> bool:
    """Whether a verb belongs to the noun around it: 检测仪, or 报告 closing 分析报告."""
    return nominal(text, hit, end) or (hit.end == end and hit.start > start + 1 and _compound(hit.word))


def _compound(word: str) -> bool:
    """Verbs that close a noun as often as they govern one."""
    return word in ("报告", "报道", "服务", "管理", "培训", "治疗", "监测", "贷款", "捐赠", "指导", "消毒", "补助")


def _attributive(text: str, start: int, index: int) -> bool:
    """这样的, 新的, 不同的 before the noun itself do not end it."""
    return text[index] == "的" and 0 < index - start <= 2
