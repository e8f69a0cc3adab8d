"""Checks a reading can make of itself: parts and wholes, measures and goods, what is announced but not there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import re2

from shichen.prose.breakdowns import SPANS, added, alike
from shichen.prose.drafts import Draft
from shichen.prose.literals import any_in
from shichen.prose.spans import Check
from shichen.prose.tables import Tables

_ANNOUNCED = re2.compile(
    r"(?:当天|当日|今日|昨日)?新增[\p{Han}]{2,10}(?:情况|数据)(?:[,;。]|$)|(?:通报|数据|情况)如下:?[。]?$"
)
_ANNOUNCING = ("情况", "数据", "如下")
_REAL_DOUBLES = ("研究研究", "讨论讨论", "商量商量", "考虑考虑", "大家大家", "谢谢谢谢", "常常常常")


def made(drafts: Sequence[Draft], tables: Tables) -> Mapping[int, list[Check]]:
    """The checks of the figures of one entry, by the figure's place."""
    found: dict[int, list[Check]] = {}
    for index, draft in enumerate(drafts):
        found[index] = [*_measure(draft, tables), *_subset(draft), *_rate(draft)]
    for index, check in _parts(drafts):
        found[index].append(check)
    return found


def _measure(draft: Draft, tables: Tables) -> list[Check]:
    """瓶 does not measure 护目镜: kept and flagged, never mended."""
    word = draft.quantity.word
    best = tables.good_endings.of(draft.subject)
    if not best or not word:
        return []
    allowed = tables.good[best]
    measure = tables.measure.get(word)
    if measure is None or measure.weak or measure.dimension not in ("count", "case", "person", "mass", "volume"):
        return []
    if word in allowed:
        return [Check("measure", True)]
    return [Check("measure", False, f"{best}不以“{word}”计，常用{'、'.join(allowed)}")]


def _subset(draft: Draft) -> list[Check]:
    base = draft.base
    if not draft.subset or base is None:
        return []
    part, whole = draft.quantity.value, base.quantity.value
    return [Check("subset", part <= whole, f"其中{part}，全部{whole}")]


def _rate(draft: Draft) -> list[Check]:
    if draft.quantity.word != "%" or draft.pattern == "change" or not draft.subject.endswith(("率", "比例", "占比")):
        return []
    return [Check("range", 0 <= draft.quantity.value <= 100, "率应在0与100之间")]


def _parts(drafts: Sequence[Draft]) -> list[tuple[int, Check]]:
    """Districts add up to the figure they break down; the items of one bracket at most reach it."""
    place = {id(draft): index for index, draft in enumerate(drafts)}
    grouped: dict[tuple[int, str], list[Draft]] = {}
    for draft in drafts:
        part = draft.pattern in ("place", "bracket") and "累计" not in draft.qualifiers
        if part and draft.base is not None and id(draft.base) in place:
            grouped.setdefault((place[id(draft.base)], draft.pattern), []).append(draft)
    found: list[tuple[int, Check]] = []
    for (index, pattern), parts in grouped.items():
        whole = drafts[index].quantity
        total = added(parts)
        counted = whole.word not in SPANS and all(alike(part.quantity.word, whole.word) for part in parts)
        if len(parts) > 1 and counted and (pattern == "place" or total >= whole.value):
            ok = whole.value in (total, added(parts, each=True)) or _each_whole(parts, whole.value)
            found.append((index, Check("parts", ok, f"分项合计{total if not ok else whole.value}，总数{whole.value}")))
    return found


def _each_whole(parts: Sequence[Draft], whole: Decimal) -> bool:
    """Whether the parts are several lists one after the other (by where they live, then by district) that each reach the whole."""
    reached = Decimal(0)
    for part in parts:
        reached = added([part]) if reached == whole else reached + added([part])
        if reached > whole:
            return False
    return reached == whole


def flags(text: str, figures: int) -> list[str]:
    """What is odd about an entry's own words: a figure announced and missing, a word written twice."""
    found: list[str] = []
    match = _ANNOUNCED.search(text) if any_in(_ANNOUNCING, text) else None
    if match is not None and not any(character.isdigit() for character in match.group()):
        before_stop = text[match.end() : match.end() + 12]
        if not (match.group().endswith(":") and figures) and not any(character.isdigit() for character in before_stop):
            found.append("missing")
    if _doubled(text):
        found.append("doubled_word")
    return found


def _doubled(text: str) -> str:
    """A word of two characters written twice running (明确明确)."""
    for index in [at for at, (one, other) in enumerate(zip(text, text[2:], strict=False)) if one == other]:
        pair = text[index : index + 2]
        if text.startswith(pair, index + 2) and _word(pair) and pair + pair not in _REAL_DOUBLES:
            return pair
    return ""


def _word(pair: str) -> bool:
    return pair[0] != pair[1] and all("一" <= character <= "龥" for character in pair)
