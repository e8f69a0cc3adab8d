"""Which kind of bulletin a text is, where nobody said."""

from __future__ import annotations

from shichen.prose.layout import classify, lines
from shichen.prose.tables import Tables

KINDS = ("day_page", "chronicle", "work_bulletin", "case_bulletin", "press", "other")
_CASES = ("确诊病例", "疑似病例", "死亡病例", "治愈出院", "密切接触者", "新增确诊", "累计确诊")
_LOOKED_AT = 3000


def guess(raw: str, tables: Tables) -> str:
    """日版 by its watches, 大事记 by its dates, 疫情通报 by its words for cases, 发布会 by its own; else 工作简报 or other."""
    counts: dict[str, int] = {}
    for line in lines(raw):
        if line.end - line.start < 40:
            classify(line, (), tables.layout)
            counts[line.kind] = counts.get(line.kind, 0) + 1
    if counts.get("slot", 0) >= 2:
        return "day_page"
    if counts.get("date", 0) >= 3:
        return "chronicle"
    head = raw[:_LOOKED_AT]
    if sum(head.count(word) for word in _CASES) >= 3:
        return "case_bulletin"
    if "发布会" in head[:200]:
        return "press"
    return "work_bulletin" if any(character.isdigit() for character in head) else "other"
