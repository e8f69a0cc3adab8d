"""Small words of a sentence: what is peeled off a subject, where a noun ends, which verbs stand as parts of nouns."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from typing import Any

from shichen.prose.literals import Hit, Starts
from shichen.prose.tables import FOLDER, Tables

_MARKS = "“”\"'「」『』()《》 —*,;:、"


@cache
def phrases() -> dict[str, Any]:
    """The word lists of phrases.toml."""
    return tomllib.loads((FOLDER / "phrases.toml").read_text(encoding="utf-8"))


@cache
def _longest(name: str) -> tuple[str, ...]:
    return tuple(sorted(phrases()[name], key=lambda word: (-len(word), word)))


@cache
def starts(name: str) -> Starts:
    """A word list asked by position."""
    return Starts(phrases()[name])


def peel(left: str) -> tuple[str, list[str]]:
    """What stands before a number without its qualifiers (共, 累计, 约, 达到), and those qualifiers, nearest first."""
    found: list[str] = []
    words = _longest("qualifiers")
    while left:
        stripped = left.rstrip(" “\"'—:")
        word = next((word for word in words if stripped.endswith(word)), "")
        if not word:
            return stripped, found
        if word not in found:
            found.append(word)
        left = stripped[: -len(word)]
    return left, found


def unled(text: str) -> str:
    """The clause without the adverbials it opens with (其中, 全天共, 该局)."""
    while text:
        stripped = text.lstrip(_MARKS)
        word = starts("leading").at(stripped, 0)
        if not word:
            return stripped
        text = stripped[len(word) :]
    return text


def bare(text: str) -> str:
    """The words without quotation marks, brackets and blanks."""
    return "".join(character for character in text if character not in "“”\"'「」『』() *—")


def nominal(text: str, hit: Hit) -> bool:
    """A verb that is part of a noun: 检测 in 检测仪, 确诊 in 确诊病例."""
    return bool(starts("nominal").at(text, hit.end))


def governing(text: str, hits: Sequence[Hit], start: int, end: int) -> list[Hit]:
    """The verbs within a stretch that are verbs there, in order."""
    return [
        hit
        for hit in hits
        if start <= hit.start and hit.end <= end and not (hit.end < end and nominal(text[:end], hit))
    ]


def noun_end(text: str, start: int, end: int, hits: Sequence[Hit], tables: Tables) -> int:
    """Where the noun phrase that opens at `start` ends: at a function word, or at a verb that is not part of it."""
    del tables
    verbs = {hit.start: hit for hit in hits if start < hit.start < end}
    index = start
    stops, inside = starts("stops"), starts("inside")
    while index < end:
        known = inside.at(text, index)
        if known:
            index += len(known)
            continue
        if text[index] in ",;:。!?":
            return index
        if index in verbs:
            hit = verbs[index]
            if nominal(text[:end], hit) or hit.end == end and index > start + 1 and _compound(hit.word):
                index = hit.end
                continue
            return index
        if stops.at(text, index) and not _attributive(text, start, index):
            return index
        index += 1
    return end


def _compound(word: str) -> bool:
    """Verbs that close a noun as often as they govern one (疫情防控, 就诊, 支援)."""
    return word in ("报告", "报道", "服务", "管理", "培训", "治疗", "监测", "贷款", "捐赠", "指导")


def _attributive(text: str, start: int, index: int) -> bool:
    """这样的, 新的, 不同的 before the noun itself do not end it."""
    return text[index] == "的" and index - start <= 2
