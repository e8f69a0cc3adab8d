"""A file of signal rules (异常信号规则) as it is read: which series by which method, from where on, and who is told next."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shichen.analysis import papers
from shichen.city.roles import ROLES
from shichen.indicators.declare import Sort, known
from shichen.refusal import Refusal

SHIPPED = "rules"
METHODS = ("ears-c1", "ears-c2", "ears-c3", "cusum", "farrington")
AREAS = ("each", "city")
NUMBERS = {
    "baseline": (7, 3, 60),
    "alpha": (0.001, 1e-6, 0.2),
    "min_sigma": (0.5, 0, 10),
    "days": (7, 1, 60),
    "k": (1.04, 0.01, 10),
    "h": (2.26, 0.01, 50),
    "again": (0.5, 0.05, 100),
}
"""Each number of a series: what it is unless said, its least, its largest."""
WHOLE = ("baseline", "days")
KNOWN = ("id", "indicator", "total", "areas", "method", "source", *NUMBERS)


@dataclass(frozen=True)
class Watched:
    """One series that is watched: the figure, of which areas, how, and from where on it is unusual.

    `total` is the running total of the same reports, which may say that there was nothing before the first of them; `again`, in
    units of the strength, by how much corrected counts must move a dismissed day for it to be proposed once more.
    """

    id: str
    indicator: str
    areas: str
    method: str
    source: str
    baseline: int
    alpha: float
    min_sigma: float
    days: int
    k: float
    h: float
    again: float = NUMBERS["again"][0]
    total: str = ""


@dataclass(frozen=True)
class Rules:
    """A file: its series, after how many minutes an unanswered signal goes on, to which roles, step by step."""

    id: str
    name: str
    name_en: str
    source: str
    minutes: int
    line: tuple[tuple[str, ...], ...]
    series: tuple[Watched, ...]
    text: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    def named(self, code: str) -> Watched | None:
        return next((one for one in self.series if one.id == code), None)


def read(text: str) -> Rules:
    """Rules from their TOML. Raises Refusal that names the field."""
    said, names = papers.rules(text, ("id", "name", "name_en", "source", "escalation", "series"))
    source = _source(said, "source")
    minutes, line = _escalation(said.get("escalation"))
    rows = said.get("series")
    if not isinstance(rows, list) or not rows or not all(isinstance(one, dict) for one in rows):
        raise Refusal("序列写成 [[series]] 一段一段，至少一段。", field="series")
    series = tuple(map(_watched, rows))
    if len({one.id for one in series}) != len(series):
        raise Refusal("同一个序列编号写了两遍。", field="series.id")
    return Rules(*names, source, minutes, line, series, text)


def shipped() -> dict[str, str]:
    """The rules that come with the product, by their id: none of them in force by itself."""
    return papers.shipped("shichen.analysis.signals", SHIPPED)


def _watched(said: Mapping[str, Any]) -> Watched:
    code = said.get("id")
    if not isinstance(code, str) or not 0 < len(code) <= 40:
        raise Refusal("每条序列要有编号 id，不超过40字。", field="series.id")
    papers.only(said, KNOWN, f"{code}.")
    one = known().get(str(said.get("indicator", "")))
    if one is None or not one.computed:
        raise Refusal(f"序列 {code} 的指标不在台账里，或不由登记册算出。", field=f"{code}.indicator")
    for name, allowed in (("areas", AREAS), ("method", METHODS)):
        if said.get(name) not in allowed:
            raise Refusal(f"序列 {code} 的 {name} 要是其中之一：{'、'.join(allowed)}。", field=f"{code}.{name}")
    source = _source(said, f"{code}.source")
    total = str(said.get("total", ""))
    of_total = known().get(total)
    if total and (of_total is None or of_total.sort != Sort.CUMULATIVE or of_total.pick is None):
        raise Refusal(f"序列 {code} 的 total 要是台账里由登记册得来的累计指标。", field=f"{code}.total")
    return Watched(code, one.key, said["areas"], said["method"], source, total=total, **_numbers(said, code))


def _numbers(said: Mapping[str, Any], code: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, (usual, least, most) in NUMBERS.items():
        value = said.get(name, usual)
        right = isinstance(value, int if name in WHOLE else int | float) and not isinstance(value, bool)
        if not right or not least <= value <= most:
            raise Refusal(f"序列 {code} 的 {name} 要在{least:g}与{most:g}之间。", field=f"{code}.{name}")
        found[name] = value
    return found


def _escalation(said: Any) -> tuple[int, tuple[tuple[str, ...], ...]]:
    if not isinstance(said, dict) or set(said) != {"minutes", "line"}:
        raise Refusal(
            "缺 [escalation]：写明几分钟没人答复报下一级(minutes)，各级是哪些角色(line)。", field="escalation"
        )
    minutes, line = said["minutes"], said["line"]
    if not isinstance(minutes, int) or isinstance(minutes, bool) or not 5 <= minutes <= 10_080:
        raise Refusal("minutes 要是5至10080的整数。", field="escalation.minutes")
    steps = line if isinstance(line, list) and line and all(isinstance(one, list) and one for one in line) else None
    unknown = [role for step in steps or [] for role in step if role not in ROLES]
    if steps is None or unknown:
        raise Refusal(f"escalation.line 里没有「{(unknown or [''])[0]}」这种角色。", field="escalation.line")
    return minutes, tuple(tuple(step) for step in steps)


def _source(said: Mapping[str, Any], field: str) -> str:
    value = said.get("source")
    if not isinstance(value, str) or len(value.strip()) < 4:
        raise Refusal("规则缺出处 source：写明依据哪一份文件或文献；没有出处的不能入档。", field=field)
    return value.strip()
