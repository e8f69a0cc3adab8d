"""What an address asks of the log: the filters in it, each checked, and how they are written back into an address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode
from uuid import UUID

from shichen.journal.models import Column, Mark
from shichen.refusal import Refusal
from shichen.watches import WATCHES
from shichen.web import clock

LONGEST_SEARCH = 100
SYSTEM, PEOPLE, PINNED = "system", "people", "pinned"
OF_MARKS = (Mark.Kind.SIGNIFICANT, Mark.Kind.STRUCK, Mark.Kind.DUE)


@dataclass(frozen=True)
class Asked:
    """What an address asks of the log; an empty field asks for everything."""

    unit: str = ""
    column: str = ""
    topic: str = ""
    watch: str = ""
    q: str = ""
    day: date | None = None
    only: str = ""
    as_of: datetime | None = None
    before: UUID | None = None
    until: date | None = None

    @property
    def any(self) -> bool:
        return bool(self.unit or self.column or self.topic or self.watch or self.q or self.day or self.only)

    @property
    def newest(self) -> bool:
        """Whether the page begins with the last entry that there is: what comes next belongs on it."""
        return self.as_of is None and self.before is None and self.until is None

    def address(self, **changed: str) -> str:
        """The question as the part of an address after the question mark."""
        said = {
            "unit": self.unit,
            "column": self.column,
            "topic": self.topic,
            "watch": self.watch,
            "q": self.q,
            "day": self.day.isoformat() if self.day else "",
            "only": self.only,
            "as_of": self.as_of.isoformat() if self.as_of else "",
            **changed,
        }
        return urlencode({name: value for name, value in said.items() if value})


def read(parameters: Mapping[str, str]) -> Asked:
    """The filters in an address. Only known columns, watches and days pass. Raises Refusal."""
    return Asked(
        unit=parameters.get("unit", "")[:60],
        column=_one_of(parameters.get("column", ""), Column.values, "栏目", "column"),
        topic=parameters.get("topic", "")[:24],
        watch=_one_of(parameters.get("watch", ""), WATCHES, "时辰", "watch"),
        q=_search(parameters.get("q", "")),
        day=_day(parameters.get("day", "")),
        only=_one_of(parameters.get("only", ""), (SYSTEM, PEOPLE, PINNED, *OF_MARKS), "类别", "only"),
        as_of=clock.parsed(parameters.get("as_of", "")),
        before=_id(parameters.get("before", "")),
        until=_day(parameters.get("until", "")),
    )


def _one_of(text: str, allowed: Iterable[str], name: str, where: str) -> str:
    if text and text not in allowed:
        raise Refusal(f"没有这个{name}：「{text[:20]}」；请在列表中选。", field=where)
    return text


def _search(text: str) -> str:
    text = text.strip()
    if len(text) > LONGEST_SEARCH or any(ord(char) < 32 for char in text):
        raise Refusal(f"搜索词最多 {LONGEST_SEARCH} 字，不含控制字符。", field="q")
    return text


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refusal(f"日期「{text[:20]}」读不懂；请写成 2020-02-02。", field="day") from None


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Refusal("翻页的起点读不懂；请从第一页看起。", field="before") from None
