"""Which kind of bulletin a text is, where nobody said."""

from __future__ import annotations

from collections.abc import Iterable

from shichen.prose.layout import Line

KINDS = ("day_page", "chronicle", "work_bulletin", "case_bulletin", "press", "other")
_CASES = ("确诊病例", "疑似病例", "死亡病例", "治愈出院", "密切接触者", "新增确诊", "累计确诊")
_LOOKED_AT = 3000
_SHORT = 40


def guess(raw: str, found: Iterable[Line]) -> str:
    """日版 by its watches, 大事记 by its dates, 疫情通报 by its words for cases, 发布会 by its own; else 工作简报 or other."""
    headings = [line.kind for line in found if line.end - line.start < _SHORT]
    if headings.count("slot") >= 2:
        return "day_page"
    if headings.count("date") >= 3:
        return "chronicle"
    head = raw[:_LOOKED_AT]
    if sum(head.count(word) for word in _CASES) >= 3:
        return "case_bulletin"
    if "发布会" in head[:200]:
        return "press"
    return "work_bulletin" if any(character.isdigit() for character in head) else "other"
