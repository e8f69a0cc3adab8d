"""What a row of each table consists of (词表的列): how its columns are called, and the row that the reader takes of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_noop as _

from shichen.bulletins.review import PERIODS
from shichen.indicators.declare import known
from shichen.journal.models import Column as Columns
from shichen.prose.gazetteer import LEVELS
from shichen.prose.tables import Body, Indicator, Measure, Place, Tables
from shichen.prose.widening import Alias, Row, nth

Values = Mapping[str, str]
"""The columns of a row as text, the way a table's file holds them."""

LISTED = "、"
GROUPED = "；"
CALLED = dict(zip(LEVELS, (_("省级"), _("地市级"), _("区县级"), _("填报区"), _("街镇"), _("村居")), strict=True))
BODIES = {
    "leading_group": _("领导小组"),
    "the_office": _("办公室"),
    "office": _("内设机构"),
    "group": _("工作组"),
    "bureau": _("部门"),
    "police": _("公安"),
    "hospital": _("医院"),
    "company": _("企业"),
    "media": _("媒体"),
    "street": _("街镇"),
    "community": _("社区"),
    "other": _("其他"),
}
DIMENSIONS = tuple(dict.fromkeys(one.dimension for one in Tables.default().measures))
_DIMENSIONS = {
    "visit": _("过往次数"),
    "person": _("人数"),
    "count": _("件数"),
    "case": _("病例数"),
    "money": _("钱款"),
    "mass": _("重量"),
    "volume": _("容积"),
    "length": _("长度"),
    "area": _("面积"),
    "price": _("价格"),
    "ratio": _("比率"),
    "points": _("百分点"),
    "duration": _("时长"),
    "age": _("年龄"),
    "temperature": _("温度"),
    "power": _("功率"),
    "multiple": _("倍数"),
}


@dataclass(frozen=True)
class Column:
    """One column: `sort` says what may stand in it, `choices` what to choose from."""

    name: str
    label: str
    sort: str = "text"
    required: bool = False
    choices: Mapping[str, str] | None = None
    help: str = ""
    most: int = 40


@dataclass(frozen=True)
class Table:
    """A table (词表): its key, its name, what it is for, its columns, and the columns that name a row."""

    key: str
    name: str
    about: str
    columns: tuple[Column, ...]
    named_by: tuple[str, ...]

    def key_of(self, values: Values) -> str:
        if self.key == "catalogue":
            return nth(values["id"], int(values["row"] or "1"))
        return ":".join(values[name] for name in self.named_by)


_SINCE = (Column("valid_from", _("自"), "date"), Column("valid_until", _("至"), "date"))
_WORD = (Column("word", _("词"), "word", required=True, most=20),)
TABLES = {
    one.key: one
    for one in (
        Table(
            "measure",
            _("量词表"),
            _("数字后面的量词，属哪一类，合多少个基本单位。"),
            (
                Column("word", _("量词"), "word", required=True, most=20),
                Column("dimension", _("类"), "choice", True, {key: _DIMENSIONS.get(key, key) for key in DIMENSIONS}),
                Column("canonical", _("基本单位"), "measure", help=_("空着就是它自己。")),
                Column("factor", _("合多少"), "number", help=_("一个合多少个基本单位；空着是 1。")),
                Column("items", _("同计之物"), "pairs", help=_("如 口罩=只：口罩论这个和论只一样。"), most=20),
                Column(
                    "weak",
                    _("弱量词"),
                    "choice",
                    choices={"weak": _("前面要有数字"), "noun": _("名词，前面要有数字")},
                ),
            ),
            ("word",),
        ),
        Table(
            "catalogue",
            _("指标用语"),
            _("什么样的话说的是哪个指标，写成句子时用什么词。"),
            (
                Column("id", _("指标"), "indicator", required=True, most=60),
                Column("row", _("第几行"), "row", help=_("一个指标可以有几行说法；第一行还管写成句子。")),
                Column("measures", _("用的量词"), "measures", required=True),
                Column("all_of", _("须有的词"), "groups", required=True, help=_("每组里须有一个词；组与组用；隔开。")),
                Column("none_of", _("不能有的词"), "words"),
                Column("period", _("时段"), "choice", choices={**PERIODS, "shift": _("班次")}),
                Column("verb", _("动词"), "phrase"),
                Column("noun", _("名词"), "phrase"),
                Column("measure", _("写的量词"), "measure"),
                Column("order", _("语序"), "choice", choices={"NQ": _("名词在前"), "QN": _("数量在前")}),
            ),
            ("id", "row"),
        ),
        Table(
            "place",
            _("地名表"),
            _("认得的地方；从哪天到哪天有这个地方。"),
            (
                Column("code", _("代码"), "code", required=True),
                Column("name", _("名称"), "word", required=True),
                Column("level", _("级别"), "choice", True, CALLED),
                Column("parent", _("上级代码"), "place"),
                *_SINCE,
            ),
            ("code",),
        ),
        Table(
            "alias",
            _("地名别名"),
            _("一个地方的别的叫法和常见错字；从哪天到哪天这样叫。"),
            (
                Column("code", _("所指地名代码"), "place", required=True),
                Column("name", _("别名"), "word", required=True),
                *_SINCE,
            ),
            ("code", "name"),
        ),
        Table(
            "body",
            _("机构表"),
            _("报送单位的名称；从哪天到哪天有这个单位。"),
            (
                Column("body", _("代码"), "code", required=True, most=60),
                Column("name", _("名称"), "word", required=True),
                Column("aliases", _("简称"), "words"),
                Column("kind", _("类别"), "choice", choices=BODIES),
                Column("group", _("工作组代码"), "body"),
                Column("column", _("栏目"), "choice", choices={str(one): str(one) for one in Columns.values}),
                Column("area", _("区域代码"), "place"),
                *_SINCE,
                Column("basis", _("依据"), "note", most=200),
            ),
            ("body",),
        ),
        Table("verb", _("动词表"), _("所计之事从这些动词找起。"), _WORD, ("word",)),
        Table("idiom", _("非数字词语"), _("里面有数字却不是数的词。"), _WORD, ("word",)),
        Table(
            "goods",
            _("物品"),
            _("一种物品论哪些量词；别的量词会提示不合适。"),
            (
                Column("item", _("物品"), "word", required=True, most=20),
                Column("measures", _("论的量词"), "measures", required=True),
            ),
            ("item",),
        ),
    )
}


def _measure(values: Values) -> Row:
    return Measure.of({**values, "items": values.get("items", "").replace(LISTED, "|")})


def _indicator(values: Values) -> Row | None:
    """A row of the catalogue: what is counted is as it was declared, the words are the city's; none for what is no more."""
    one = known().get(values["id"])
    if one is None:
        return None
    groups = values.get("all_of", "").replace(LISTED, "|").replace(GROUPED, ";")
    words = {name: values.get(name, "").replace(LISTED, "|") for name in ("measures", "none_of")}
    about = {
        "name": one.name,
        "name_en": one.name_en,
        "unit": one.unit,
        "kind": str(one.sort),
        "definition": one.definition,
    }
    return Indicator.of({**values, **about, **words, "all_of": groups, "order": values.get("order") or "NQ"})


def _place(values: Values) -> Row:
    return Place.of({**values, "hierarchy": "reporting" if values["level"] == "reporting_area" else "code"})


def _body(values: Values) -> Row:
    return Body.of(
        {**values, "kind": values.get("kind") or "other", "aliases": values.get("aliases", "").replace(LISTED, "|")}
    )


_MADE: Mapping[str, Callable[[Values], Row | None]] = {
    "measure": _measure,
    "catalogue": _indicator,
    "place": _place,
    "alias": lambda values: Alias(values["code"], values["name"]),
    "body": _body,
    "verb": lambda values: values["word"],
    "idiom": lambda values: values["word"],
    "goods": lambda values: (values["item"], tuple(values["measures"].split(LISTED))),
}


def made(table: str, values: Values) -> Row | None:
    """The row that the reader takes of some columns; nothing of one for an indicator that is not declared any more."""
    return _MADE[table](values)


def stands(values: Values, on: date | None) -> bool:
    """Whether a row holds on a day; the last day is included."""
    since, until = values.get("valid_from", ""), values.get("valid_until", "")
    day = "" if on is None else on.isoformat()
    return not day or ((not since or since <= day) and (not until or day <= until))


def values_of(table: str, key: str, row: Row) -> dict[str, str]:
    """The columns of a row of the reader's, as text."""
    if isinstance(row, str):
        return {"word": row}
    given: dict[str, Any]
    match row:
        case Alias():
            given = row._asdict()
        case Measure() | Indicator() | Place() | Body():
            given = {name: getattr(row, name) for name in row.__slots__}
        case _:
            given = {"item": row[0], "measures": row[1]}
    if isinstance(row, Indicator):
        given["row"] = key.partition("#")[2] or "1"
    return {one.name: _text(one, given.get(one.name, "")) for one in TABLES[table].columns}


def _text(column: Column, value: Any) -> str:
    match column.sort:
        case "number":
            return format(value, "f")
        case "pairs":
            return LISTED.join(f"{item}={word}" for item, word in value)
        case "groups":
            return GROUPED.join(LISTED.join(group) for group in value)
    return LISTED.join(value) if isinstance(value, tuple) else str(value)
