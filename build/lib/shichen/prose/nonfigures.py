"""Numerals that count nothing, marked before the numbers are read: times, ordinals, titles, names, idioms, codes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import re2

from shichen.prose.literals import any_in
from shichen.prose.moments import moments
from shichen.prose.numerals import CHINESE
from shichen.prose.tables import Tables

_NUMERAL = "[0-9一二三四五六七八九十百千零〇两]"
_PATTERNS = {
    "in_title": "《[^《》]{1,200}》|【[^【】]{2,120}】|^#[^#]{2,80}#",
    "url": r"https?://[!-~]+|www\.[!-~]+|[A-Za-z0-9._-]+@[A-Za-z0-9.-]+",
    "id_number": "[0-9]{17}[0-9Xx]",
    "phone": "1[3-9][0-9]{9}|0[0-9]{2,3}-[0-9]{7,8}|400-?[0-9]{3}-?[0-9]{4}",
    "doc_number": r"[〔\[][0-9]{4}[〕\]](?:第)?[0-9]+号|第?[0-9一二三四五六七八九十]+(?:、[0-9一二三四五六七八九十]+)*号(?:令|文件|文)",
    "ordinal": f"第 ?(?:[0-9]+(?:、[0-9]+)*|{_NUMERAL}+)(?:[批例次个名位天期版届条项章节轮季组号届款类种]|时间)?"
    "|[0-9一二三四五六七八九十]+号",
    "level": "[一二三四五六七八九十ⅠⅡⅢⅣⅤ0-9]+级",
    "floor": "[一二三四五六七八九十0-9]+[层楼]",
    "first": "首[例批张起次笔个家名位届场条期趟列辆台支单套件艘架]",
    "term": r"[0-9]+[+＋×xX][0-9]+(?:[+＋×xX][0-9]+)*|[一二两三四][班][倒]|[0-9]+:[0-9]+(?:\.[0-9]+)?|[0-9]+/[0-9]+",
    "fraction": f"{_NUMERAL}+分之{_NUMERAL}+",
    "product_name": "84消毒液?",
    "code": r"[A-Za-z]+[-_.]?[0-9]+[A-Za-z0-9.\-]*|[0-9]+[A-Za-z]+[A-Za-z0-9]*",
    "label": r"(?:患者|病例|案例|附件|表|图|例)[0-9]{1,3}[:(为的、]|(?:^|[。;,、:])(?:患者|病例|案例)[0-9]{1,3},",
    "vague": "[几数]+[十百千万亿]*|[一二三四五六七八九]?[几数][十百千万亿]*[多余]?",
}
_PATTERN = re2.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _PATTERNS.items()))
_ROUND_CLOCK = "24小时"
_NUMBERED = re2.compile(r"(?:^|[。;!?:]|[0-9][例人名] ?)\(?([0-9]{1,2})(?:\)|、|\.(?:[^0-9]|$))")
ITEM = "item"
"""The number of an item in a list: what comes before it ends there."""
_NAMED = re2.compile("([一二三四五六七八九十百千万][\\p{Han}])[县区镇乡旗](?:[0-9]|[、,。;)]|$)")
_HOTLINE = re2.compile("1(?:10|19|20|22|23[0-9]{2}|2[0-9]{3})")
_QUOTED = re2.compile(r"[“\"「『]([^“”\"「」『』]{1,12})[”\"」』]")
_QUOTES = '“"「『'
_EVENTS = ("聚集性", "案", "涉", "疫情", "事故", "典型", "违法", "诈骗", "事件")
_LATIN_UNITS = ("kg", "KG", "ml", "ML", "km", "KM", "cm", "mm", "m")


class Span(NamedTuple):
    """A non-figure by its offsets in the clean text."""

    start: int
    end: int
    cls: str


def nonfigures(text: str, tables: Tables) -> list[Span]:
    """The non-figures of a paragraph in order, none overlapping another; the longer of two rivals stays."""
    found = sorted(_all(text, tables), key=lambda span: (span.start, -span.end))
    kept: list[Span] = []
    for span in found:
        if kept and span.start < kept[-1].end:
            if span.end > kept[-1].end and kept[-1].cls not in ("in_title", "url"):
                kept[-1] = Span(kept[-1].start, span.end, kept[-1].cls)
            continue
        kept.append(span)
    return kept


def _all(text: str, tables: Tables) -> Iterator[Span]:
    yield from (Span(start, end, cls) for start, end, cls in moments(text))
    yield from _patterned(text, tables)
    yield from _idioms(text, tables)
    yield from _quoted(text)
    yield from _round_clock(text)
    yield from _hotlines(text)
    for match in _NAMED.finditer(text) if any_in("县区镇乡旗", text) else ():
        if match.group(1)[1] not in "个家座所处对类种批组大城":
            yield Span(match.start(1), match.end(1), "name")
    for match in _NUMBERED.finditer(text):
        start, end = match.span(1)
        yield Span(start, end, ITEM)


def _patterned(text: str, tables: Tables) -> Iterator[Span]:
    for match in _PATTERN.finditer(text):
        cls = match.lastgroup or "term"
        start, end = match.span()
        if cls in ("phone", "id_number", "level", "floor", "term") and start and text[start - 1] in "0123456789.":
            continue
        if cls in ("phone", "id_number") and text[end : end + 1].isdigit():
            continue
        if cls == "code" and _measured(text, start, end, tables):
            continue
        if cls == "level" and text.startswith(("以上", "以下"), end):
            continue
        if cls == "fraction" and text.startswith("百分之", start):
            continue
        yield Span(start, end - 1 if cls == "label" else end, cls)


def _measured(text: str, start: int, end: int, tables: Tables) -> bool:
    """APP15分钟 and 5kg hold figures; N95口罩 and TK0068 do not."""
    words = text[start:end]
    if words[0].isdigit():
        return words.endswith(_LATIN_UNITS) and words.rstrip("kKgGmMlLc").isdigit()
    letters = len(words.rstrip("0123456789."))
    word = tables.measure_words.at(text, end)
    return letters > 2 and "-" not in words and bool(word) and tables.measure[word].weak == ""


def _idioms(text: str, tables: Tables) -> Iterator[Span]:
    for start, end, word in tables.idiom_words.find(text):
        if word[0] in CHINESE and start and (text[start - 1] in CHINESE or text[start - 1].isdigit()):
            continue
        if word == "一起" and _incident(text, end, tables):
            continue
        yield Span(start, end, "name" if word not in tables.idioms else "lexical")


def _incident(text: str, end: int, tables: Tables) -> bool:
    """一起 counts incidents before the name of one, and means together before a verb."""
    if text.startswith(_EVENTS, end):
        return True
    words = text[end : end + 24].split(",")[0].split("。")[0]
    return any(event in words for event in _EVENTS) and not tables.verb_starts.at(text, end)


def _quoted(text: str) -> Iterator[Span]:
    """A short quotation with a Chinese numeral or a sum in it is a term (四不两直, 1+3); a bare number is not."""
    for match in _QUOTED.finditer(text) if any_in(_QUOTES, text) else ():
        words = match.group(1)
        if any(character in CHINESE for character in words) and not any(character.isdigit() for character in words):
            yield Span(match.start(1), match.end(1), "term")


def _round_clock(text: str) -> Iterator[Span]:
    end = 0
    while (start := text.find(_ROUND_CLOCK, end)) >= 0:
        end = start + len(_ROUND_CLOCK)
        inside = text.startswith(("内", "以内", "之内", "后", "前", "以上", "左右", "不到"), end)
        spanned = text[max(0, start - 3) : start].endswith(("近", "过去", "未来", "超过", "满", "达", "每"))
        if not inside and not spanned and not (start and text[start - 1].isdigit()):
            yield Span(start, end, "round_clock")


def _hotlines(text: str) -> Iterator[Span]:
    """110, 120, 12345 beside 热线 or after 拨打; never a part of a longer number."""
    for match in _HOTLINE.finditer(text) if any_in(("11", "12"), text) else ():
        start, end = match.span()
        if (start and text[start - 1] in "0123456789.") or text[end : end + 1] in tuple("0123456789."):
            continue
        before = text[max(0, start - 4) : start].endswith(("拨打", "热线", "电话", "致电", "平台"))
        if before or text.startswith(
            ("热线", "电话", "平台", "急救", "救护", "指挥", "服务", "举报", "报警", "接警", "监督"), end
        ):
            yield Span(start, end, "hotline")
