"""A rule of risk levels (风险等级规则) as it is read: a file, entered whole, with the circular that it stands in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_noop

from shichen.analysis import papers
from shichen.refusal import Refusal

SHIPPED = "rules"
NUMBERS = {"days": (1, 60), "cum_limit": (0, 1_000_000), "cluster_min": (2, 1_000), "cluster_days": (1, 60)}
"""Each number of a rule with its least and its largest."""
KNOWN = ("id", "name", "name_en", "valid_from", "back_to", *NUMBERS, "count_imported", "source", "note")
LABELS = {
    "days": gettext_noop("新增病例看几天"),
    "cum_limit": gettext_noop("累计病例界限（超过）"),
    "count_imported": gettext_noop("输入病例是否计入"),
    "cluster_min": gettext_noop("聚集性疫情几例起"),
    "cluster_days": gettext_noop("聚集性疫情看几天"),
}


@dataclass(frozen=True)
class Rule:
    """One rule: from which day it is in force, from which earlier day on it may be looked back by, its limits, its source."""

    id: str
    name: str
    name_en: str
    valid_from: date
    back_to: date
    days: int
    cum_limit: int
    count_imported: bool
    cluster_min: int
    cluster_days: int
    source: str
    note: str
    text: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def read(text: str) -> Rule:
    """A rule from its TOML. Raises Refusal that names the field."""
    said, names = papers.rules(text, KNOWN)
    if not isinstance(said.get("source"), str) or len(said["source"].strip()) < 4:
        raise Refusal("规则缺出处 source：写明是哪一份文件、何时发布；没有出处的不能入档。", field="source")
    begin = _day(said, "valid_from")
    back = _day(said, "back_to") if "back_to" in said else begin
    if back > begin:
        raise Refusal("可回看的第一天 back_to 晚于生效日期。", field="back_to")
    if not isinstance(said.get("count_imported"), bool):
        raise Refusal("写明输入病例是否计入：count_imported = true 或 false。", field="count_imported")
    numbers = {name: _number(said, name) for name in NUMBERS}
    return Rule(
        id=names[0],
        name=names[1],
        name_en=names[2],
        valid_from=begin,
        back_to=back,
        count_imported=said["count_imported"],
        source=said["source"].strip(),
        note=str(said.get("note", "")),
        text=text,
        **numbers,
    )


def shipped() -> dict[str, str]:
    """The rules that come with the product, by their id: none of them in force by itself."""
    return papers.shipped("shichen.analysis.risk", SHIPPED)


def of_day(rules: Iterable[Rule], on: date) -> Rule | None:
    """The rule that a day is judged by: the one in force, of several the latest; before any, one that looks back so far."""
    found = list(rules)
    begun = [one for one in found if one.valid_from <= on]
    if begun:
        return max(begun, key=lambda one: one.valid_from)
    back = [one for one in found if one.back_to <= on]
    return min(back, key=lambda one: one.valid_from, default=None)


def _number(said: Mapping[str, Any], name: str) -> int:
    value, (least, most) = said.get(name), NUMBERS[name]
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise Refusal(f"规则的 {name} 要是{least}至{most}的整数。", field=name)
    return value


def _day(said: Mapping[str, Any], name: str) -> date:
    value = said.get(name)
    if type(value) is not date:
        raise Refusal(f"规则缺日期 {name}，或写法不对；请写成 2020-02-17，不加引号。", field=name)
    return value
