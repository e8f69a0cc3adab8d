"""What persons put in at the bulletins' door: a text with its date, the place of an entry, a number put right."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_noop as _

from shichen.bulletins.models import ProposedEntry
from shichen.bulletins.proposed import Number
from shichen.bulletins.review import PERIODS
from shichen.bulletins.services import Placing
from shichen.city import queries as city
from shichen.city.models import Body
from shichen.indicators.declare import known
from shichen.journal.models import Column
from shichen.prose.kinds import KINDS
from shichen.refusal import Refusal
from shichen.sheets.fields import Field
from shichen.watches import WATCHES

KINDS_ZH = dict(
    zip(
        KINDS,
        (_("日版(十二时辰)"), _("大事记"), _("工作通报"), _("病例通报"), _("新闻通稿"), _("其他")),
        strict=True,
    )
)
NUMBER = Field("value", _("数值"), "decimal", required=True, minimum=Decimal(-(10**15)), maximum=Decimal(10**15))
UNIT = Field("unit", _("量词"), "text", maximum=20)
SUBJECT = Field("subject", _("所计"), "text", maximum=200)
RAW = Field("raw", _("原文数字"), "text", required=True, maximum=60)
BOXES = ("cumulative", "of_which", "at_least", "at_most", "about")


def typed(posted: QueryDict) -> dict[str, str]:
    """What was posted; boxes are single lines, so what cannot be seen in them is left out. The text stays as it is."""
    given = {name: str(posted.get(name, "")) for name in posted}
    return {name: value if name == "text" else "".join(filter(str.isprintable, value)) for name, value in given.items()}


def number_of(text: str) -> uuid.UUID:
    """The number a page was drawn with. Raises Refusal."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Refusal("表单编号不对；请重新打开本页再提交。", field="number") from None


def covers_of(text: str) -> str:
    """The date a bulletin covers, or nothing. Raises Refusal."""
    day = day_of(text, "covers")
    return day.isoformat() if day else ""


def kind_of(text: str) -> str:
    """One of the kinds of bulletins; empty lets the reader tell. Raises Refusal."""
    if text and text not in KINDS:
        raise Refusal("请从列出的种类里选，或留空由系统判断。", field="kind")
    return text


def body_of(text: str, on: date) -> Body | None:
    return city.body_named(text, on=on) if text.strip() else None


def placing_of(entry: ProposedEntry, given: dict[str, str]) -> Placing:
    """Where an entry is put, as its form says. Raises Refusal."""
    column, slot = given.get("column", ""), given.get("slot", "")
    if column and column not in Column.values:
        raise Refusal("请从四个栏目里选。", field="column")
    if slot and slot not in WATCHES:
        raise Refusal("请从十二时辰里选。", field="slot")
    on = day_of(given.get("on", ""), "on") or entry.on
    body = body_of(given.get("body", ""), on)
    return Placing(body=body, column=column, slot=slot, on=on)


def values_of(number: Number | None, given: dict[str, str]) -> dict[str, Any]:
    """A number as its form puts it right. Raises Refusal for what cannot be read."""
    indicator = given.get("indicator", "").split(" ", 1)[0].strip()
    if indicator and indicator not in known():
        raise Refusal(f"没有名为「{indicator[:60]}」的指标；请从列表里选，或留空。", field="indicator")
    period = given.get("period", "")
    allowed = {*PERIODS, number.period if number else "day"}
    if period not in allowed:
        raise Refusal("请从列出的时段里选。", field="period")
    values = {one.name: _read(one, given) for one in (NUMBER, UNIT, SUBJECT)}
    return {
        "value": values["value"],
        "unit": values["unit"] or "",
        "subject": values["subject"] or "",
        "indicator": indicator,
        "period": period,
        **{name: bool(given.get(name)) for name in BOXES},
    }


def boxed(given: Mapping[str, str]) -> SimpleNamespace:
    """What was put in, to be put right: as the boxes of the form name it."""
    boxes = {name: given.get(name, "") for name in ("unit", "subject", "indicator", "period", "on", "area", "reason")}
    return SimpleNamespace(**boxes, **{name: bool(given.get(name)) for name in BOXES})


def place_of(entry: ProposedEntry, text: str, given: dict[str, str]) -> tuple[int, int]:
    """Where in the raw text a number stands that the reader missed: the n-th time its words occur in the entry."""
    raw = str(_read(RAW, given))
    nth = given.get("nth", "") or "1"
    count = int(nth) if nth.isascii() and nth.isdigit() and len(nth) < 4 else 1
    at = entry.start - 1
    for _turn in range(max(count, 1)):
        at = text.find(raw, at + 1, entry.end)
        if at < 0:
            raise Refusal(f"这一条里找不到第 {count} 处「{raw}」；请照原文抄写数字和量词。", field="raw")
    return at, at + len(raw)


def _read(one: Field, given: dict[str, str]) -> Any:
    try:
        return one.read(given.get(one.name, ""))
    except ValueError as unreadable:
        raise Refusal(str(unreadable), field=one.name) from None


def day_of(text: str, field: str) -> date | None:
    """A date as it is typed, or nothing. Raises Refusal."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Refusal(f"日期「{text[:20]}」读不懂；请写成 2020-02-02。", field=field) from None
