"""What may stand in the columns of a table (词表的列): words as words and never as patterns, and everything named is known.

Every rule speaks of one column, which the Refusal names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from shichen.bulletins.wording_rows import GROUPED, LISTED, TABLES, Column, Table
from shichen.indicators.declare import known
from shichen.prose.tables import Tables
from shichen.prose.text import HALF
from shichen.refusal import Refusal

MOST_WORDS = 80
MOST_ROWS = 99
FACTORS = (Decimal("1e-9"), Decimal("1e15"))
WORDED = ("period", "verb", "noun", "measure", "order")
"""The columns of the catalogue that only an indicator's first row has."""
SHORT = frozenset({"verb", "idiom", "alias", "place", "body"})
"""Tables in which a single character would be met everywhere."""
_BETWEEN = re.compile(r"[|、，,]")
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*", re.ASCII)


@dataclass(frozen=True)
class World:
    """What a row may name: measure words, places, bodies."""

    measures: frozenset[str]
    places: frozenset[str]
    bodies: frozenset[str]

    @classmethod
    def of(cls, tables: Tables, rows: Iterable[tuple[str, Mapping[str, str]]] = ()) -> World:
        """What these tables hold, and the rows that would come with them."""
        given = list(rows)
        return cls(
            frozenset(tables.measure) | _named(given, "measure", "word"),
            frozenset(one.code for one in tables.gazetteer) | _named(given, "place", "code"),
            frozenset(one.body for one in tables.roster) | _named(given, "body", "body"),
        )


def _named(rows: Iterable[tuple[str, Mapping[str, str]]], table: str, column: str) -> frozenset[str]:
    return frozenset(given.get(column, "").strip() for name, given in rows if name == table)


def read(table: Table, given: Mapping[str, str], world: World) -> dict[str, str]:
    """The columns of a row as they will be kept. Raises Refusal, which names the column."""
    values = {one.name: _column(table, one, str(given.get(one.name) or ""), world) for one in table.columns}
    if values.get("valid_from") and values.get("valid_until") and values["valid_until"] < values["valid_from"]:
        raise Refusal("“至”早于“自”；请核对这两个日期。", field="valid_until")
    return _WHOLE.get(table.key, dict)(values)


def _column(table: Table, column: Column, text: str, world: World) -> str:
    text = text.strip(" \u3000")
    if not text:
        if column.required:
            raise Refusal(f"“{column.label}”是必填项，不能空着。", field=column.name)
        return ""
    _visible(column, text)
    found = _SORTS[column.sort](column, text.translate(HALF) if column.sort in _FOLDED else text, world)
    if column.sort == "word" and table.key in SHORT and len(found) < 2:
        raise Refusal(f"“{column.label}”只有一个字，会到处都是；请至少写两个字。", field=column.name)
    return found


def _visible(column: Column, text: str) -> None:
    most = column.most * (MOST_WORDS if column.sort in _LISTS else 1)
    if len(text) > most:
        raise Refusal(f"“{column.label}”最多 {most} 个字，现有 {len(text)} 个。", field=column.name)
    if not text.isprintable():
        raise Refusal(f"“{column.label}”里有换行、制表符或看不见的字符；请删去。", field=column.name)


def _word(column: Column, text: str, world: World) -> str:
    """A word is met in a text as it stands: without blanks, without the marks that set words apart in a table."""
    if len(text) > column.most:
        raise Refusal(f"“{column.label}”最多 {column.most} 个字，现有 {len(text)} 个。", field=column.name)
    if any(mark in text for mark in " \u3000|=;、，,") or "**" in text:
        raise Refusal(f"“{column.label}”里的「{text}」有空格或分隔符；一个词里不能有。", field=column.name)
    if not any(one.isalpha() or one in "%‰°℃" for one in text):
        raise Refusal(f"“{column.label}”里的「{text}」没有一个文字；请写词语。", field=column.name)
    return text


def _words(column: Column, text: str, world: World) -> str:
    """Words one after another, each once."""
    words = dict.fromkeys(one.strip() for one in _BETWEEN.split(text) if one.strip())
    if len(words) > MOST_WORDS:
        raise Refusal(f"“{column.label}”最多 {MOST_WORDS} 个词，现有 {len(words)} 个。", field=column.name)
    if not words and column.required:
        raise Refusal(f"“{column.label}”是必填项，不能空着。", field=column.name)
    return LISTED.join(_word(column, one, world) for one in words)


def _groups(column: Column, text: str, world: World) -> str:
    groups = [_words(column, one, world) for one in text.split(";") if one.strip()]
    if len(groups) > 8:
        raise Refusal(f"“{column.label}”最多 8 组，现有 {len(groups)} 组。", field=column.name)
    if column.required and not any(groups):
        raise Refusal(f"“{column.label}”是必填项，不能空着。", field=column.name)
    return GROUPED.join(groups)


def _measure(column: Column, text: str, world: World) -> str:
    return _listed(column, _word(column, text, world), world.measures, "量词表")


def _measures(column: Column, text: str, world: World) -> str:
    words = _words(column, text, world)
    for one in words.split(LISTED):
        _listed(column, one, world.measures, "量词表")
    return words


def _pairs(column: Column, text: str, world: World) -> str:
    """口罩=只: a good, and the word that counts it alike."""
    found = []
    for one in filter(None, (part.strip() for part in _BETWEEN.split(text))):
        item, mark, word = one.partition("=")
        if not mark:
            raise Refusal(f"“{column.label}”里的「{one}」要写成 物品=量词。", field=column.name)
        found.append(f"{_word(column, item, world)}={_measure(column, word, world)}")
    return LISTED.join(dict.fromkeys(found))


def _place(column: Column, text: str, world: World) -> str:
    return _listed(column, text, world.places, "地名表")


def _body(column: Column, text: str, world: World) -> str:
    return _listed(column, text, world.bodies, "机构表")


def _listed(column: Column, text: str, listed: frozenset[str], where: str) -> str:
    if text not in listed:
        raise Refusal(f"“{column.label}”里的「{text}」不在{where}里；请先加进去。", field=column.name)
    return text


def _indicator(column: Column, text: str, world: World) -> str:
    if text not in known():
        raise Refusal(f"没有名为「{text}」的指标；请从指标目录里选。", field=column.name)
    return text


def _choice(column: Column, text: str, world: World) -> str:
    for key, label in (column.choices or {}).items():
        if text in (key, label):
            return key
    labels = "、".join((column.choices or {}).values())
    raise Refusal(f"“{text[:20]}”不在可选范围；请从这些里选：{labels}。", field=column.name)


def _number(column: Column, text: str, world: World) -> str:
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal(0)
    if not value.is_finite() or not FACTORS[0] <= value <= FACTORS[1]:
        raise Refusal(f"“{column.label}”要写大于 0 的数，如 10000 或 0.5。", field=column.name)
    return format(value.normalize(), "f")


def _row(column: Column, text: str, world: World) -> str:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_ROWS):
        raise Refusal(f"“{column.label}”要写 1 到 {MOST_ROWS} 的整数。", field=column.name)
    return str(int(text))


def _day(column: Column, text: str, world: World) -> str:
    try:
        return date.fromisoformat(text.removesuffix(" 00:00:00")).isoformat()
    except ValueError:
        raise Refusal(f"“{column.label}”要写成 2020-02-02 这样的日期。", field=column.name) from None


def _code(column: Column, text: str, world: World) -> str:
    if not _CODE.fullmatch(text):
        raise Refusal(f"“{column.label}”只能有字母、数字和 . _ - ，如 430212。", field=column.name)
    return text


def _note(column: Column, text: str, world: World) -> str:
    return text


_SORTS: Mapping[str, Callable[[Column, str, World], str]] = {
    "word": _word,
    "phrase": _word,
    "words": _words,
    "groups": _groups,
    "measure": _measure,
    "measures": _measures,
    "pairs": _pairs,
    "place": _place,
    "body": _body,
    "indicator": _indicator,
    "choice": _choice,
    "number": _number,
    "row": _row,
    "date": _day,
    "code": _code,
    "note": _note,
}
_FOLDED = frozenset({"word", "phrase", "words", "groups", "measure", "measures", "pairs", "number", "row", "date"})
_LISTS = frozenset({"words", "groups", "measures", "pairs"})


def _whole_measure(values: dict[str, str]) -> dict[str, str]:
    """A word that is its own unit is one of it; what counts in another unit says how many."""
    values = {**values, "canonical": values["canonical"] or values["word"], "factor": values["factor"] or "1"}
    if values["canonical"] == values["word"] and values["factor"] != "1":
        raise Refusal("基本单位就是它自己的量词，“合多少”只能是 1。", field="factor")
    return values


def _whole_catalogue(values: dict[str, str]) -> dict[str, str]:
    """The first row of an indicator words its sentences; the others only say how else texts speak of it."""
    values = {**values, "row": values["row"] or "1"}
    worded = [name for name in WORDED if values[name]]
    if values["row"] != "1":
        if worded:
            raise Refusal("时段和写成句子的词只在第一行写；这一行请空着。", field=worded[0])
        return values
    if values["noun"] and not values["measure"]:
        raise Refusal("有名词就要有写的量词，才能写成句子。", field="measure")
    if values["measure"] and values["measure"] not in values["measures"].split(LISTED):
        raise Refusal("写的量词要在“用的量词”里。", field="measure")
    return {**values, "order": values["order"] or "NQ", "period": values["period"] or "event"}


_WHOLE: Mapping[str, Callable[[dict[str, str]], dict[str, str]]] = {
    "measure": _whole_measure,
    "catalogue": _whole_catalogue,
}


def named(table: str) -> Table:
    """The table of that key. Raises Refusal."""
    found = TABLES.get(table)
    if found is None:
        raise Refusal("没有这张词表。", field="table")
    return found
