"""The ways in which figures should agree (核对规则的类), each with the fields that a rule of it names and its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

KEY, KEYS, NUMBER, WHOLE, TEXT = "key", "keys", "number", "whole", "text"
ANYWHERE = {"reason": TEXT, "owner": TEXT}


@dataclass(frozen=True)
class Family:
    """A way in which figures should agree: what it is called, what a rule of it names, and the rule in words."""

    key: str
    zh: str
    en: str
    needs: Mapping[str, str]
    may: Mapping[str, str] = field(default_factory=dict)
    alike: tuple[str, ...] = ()  # these fields name figures that are counted in one measure

    @property
    def fields(self) -> dict[str, str]:
        return {**self.needs, **self.may, **ANYWHERE}


FAMILIES = {
    one.key: one
    for one in (
        Family(
            "part",
            "{part} 不大于 {whole}",
            "{part} is not larger than {whole}",
            {"part": KEY, "whole": KEY},
            alike=("part", "whole"),
        ),
        Family(
            "sum",
            "{parts} 之和等于 {whole}",
            "{parts} add up to {whole}",
            {"whole": KEY, "parts": KEYS},
            {"tolerance": NUMBER},
            alike=("whole", "parts"),
        ),
        Family(
            "same",
            "{left} 与 {right} 说的是同一件事，应相同",
            "{left} and {right} speak of one thing and are equal",
            {"left": KEY, "right": KEY},
            alike=("left", "right"),
        ),
        Family(
            "running",
            "累计 {cumulative} 等于 {flows} 各次之和",
            "the total {cumulative} is the sum of all its {flows}",
            {"cumulative": KEY, "flows": KEYS},
            alike=("cumulative", "flows"),
        ),
        Family(
            "step",
            "今日累计 {cumulative} 等于昨日累计加当日 {flow}[，减 {down}]",
            "today's {cumulative} is yesterday's and the day's {flow}[, less {down}]",
            {"cumulative": KEY, "flow": KEY},
            {"down": KEY},
            alike=("cumulative", "flow", "down"),
        ),
        Family(
            "flow",
            "当期 {flow} 不大于其累计[ {cumulative}]",
            "the day's {flow} is not larger than its total[ {cumulative}]",
            {"flow": KEY},
            {"cumulative": KEY},
        ),
        Family(
            "areas", "各下级区域的 {key} 之和等于上级区域", "the areas within an area add up to its {key}", {"key": KEY}
        ),
        Family(
            "change",
            "{level} 由 {change} 推出的前一日，与所存相符",
            "yesterday's price as {level} and {change} imply it is the one on record",
            {"level": KEY, "change": KEY},
            {"tolerance": NUMBER},
        ),
        Family(
            "rate",
            "{rate} 印到 {decimals} 位小数，要有足够的样本",
            "{rate}, printed with {decimals} decimals, has a sample large enough",
            {"rate": KEY, "decimals": WHOLE},
        ),
        Family(
            "ratio",
            "{over} 与 {under} 之比[不小于 {least}][、不大于 {most}]",
            "{over} to {under} is[ at least {least}][, at most {most}]",
            {"over": KEY, "under": KEY},
            {"least": NUMBER, "most": NUMBER},
        ),
        Family(
            "between",
            "{key} [不小于 {least}][、不大于 {most}]",
            "{key} is[ at least {least}][, at most {most}]",
            {"key": KEY},
            {"least": NUMBER, "most": NUMBER},
        ),
        Family(
            "repeat",
            "{key} 的同一数值不落在两个日期",
            "one value of {key} does not stand under two dates",
            {"key": KEY},
        ),
        Family(
            "overlap",
            "{left} 与 {right} 并列，永不相加",
            "{left} and {right} stand side by side and are never added",
            {"left": KEY, "right": KEY, "reason": TEXT},
        ),
        Family(
            "cover",
            "{stock} 按每日 {daily} 可供几天",
            "how many days {stock} lasts at {daily} a day",
            {"stock": KEY, "daily": KEY},
        ),
    )
}


@dataclass(frozen=True)
class Rule:
    """One rule: its family, what it names, and the file and line where it is written."""

    family: str
    given: Mapping[str, Any]
    file: str
    line: int
    house: bool = True

    def __getitem__(self, name: str) -> Any:
        return self.given[name]

    def number(self, name: str, default: str = "") -> Decimal | None:
        said = self.given.get(name, default)
        return Decimal(str(said)) if said != "" else None

    @property
    def reason(self) -> str:
        return str(self.given.get("reason", ""))

    @property
    def owner(self) -> str:
        return str(self.given.get("owner", ""))

    @property
    def keys(self) -> list[str]:
        """The figures that the rule names, in the order of the words that say it."""
        found = []
        for name, kind in FAMILIES[self.family].fields.items():
            said = self.given.get(name)
            found += [said] if kind == KEY and said else list(said or ()) if kind == KEYS else []
        return found
